"""The figures in the documents are those of the benchmarks' results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def results(name: str) -> list[dict[str, Any]]:
    """Return what a benchmark has measured."""
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return rows


def document(name: str) -> str:
    """Return a document, with single spaces for its line ends."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def table(name: str, head: str) -> list[list[str]]:
    """Return the cells of the table that begins with a head, without that."""
    lines = iter((ROOT / name).read_text(encoding="utf-8").splitlines())
    assert any(line == head for line in lines), head
    next(lines)  # | --- |
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_readme_tells_the_ratios_that_were_measured() -> None:
    expected = [
        [
            row["case"],
            f"{row['seconds']:.1f} s",
            f"{row['peer_seconds']:.1f} s",
            f"{row['ratio']:.2f}x ({row['ratios'][0]:.2f} to {row['ratios'][-1]:.2f})",
        ]
        for row in results("peers")
    ]
    assert table("README.md", "| scene | parallel-animate | the peer | ratio |") == expected


SCENES = {"dot": "a dot", "replot": "everything changes"}  # their names in the table


def test_the_page_on_redraw_tells_the_gains_that_were_measured() -> None:
    rows = table("docs/redraw.md", "| scene | full draw | redraw | gain |")
    measured = results("redraw")
    for (scene, *figures), row in zip(rows, measured, strict=True):
        name, size = row["case"].split()
        assert scene.startswith(SCENES.get(name, name))
        assert scene.endswith(size)
        assert figures == [
            f"{row['full_ms']:.1f} ms",
            f"{row['redraw_ms']:.1f} ms",
            f"{row['ratio']:.1f}x",
        ]
    multi = next(row for row in measured if row["case"].startswith("multi"))
    assert f" ms of the {multi['full_ms']:.0f} that a full draw takes" in document("docs/redraw.md")
    whole = {row["case"].split()[0]: f"{row['whole']:.1f} times" for row in measured}
    assert (
        f"40 frames of multi take {whole['multi']} less than full draws, "
        f"and 100 of wave {whole['wave']};"
    ) in document("docs/redraw.md")


def test_the_page_on_how_it_works_tells_the_scaling_that_was_measured() -> None:
    measured = results("scaling-sleep")
    numbers = " | ".join(str(row["workers"]) for row in measured)
    rates, speedups = table("docs/how-it-works.md", f"| workers | {numbers} |")
    assert rates[1:] == [f"{row['frames_per_second']:.1f}" for row in measured]
    one = measured[0]["frames_per_second"]
    assert speedups[1:] == [
        "1",
        *(f"{row['frames_per_second'] / one:.1f}" for row in measured[1:]),
    ]


def test_the_page_on_faults_tells_the_costs_that_were_measured() -> None:
    rows = table("docs/faults.md", "| | time | CPU time |")
    for (_, *figures), row in zip(rows, results("safety"), strict=True):
        assert figures == [
            f"{row[each]:.2f}x ({row[each + 's'][0]:.2f} to {row[each + 's'][-1]:.2f})"
            for each in ("wall", "cpu")
        ]


def test_the_page_on_encoding_tells_what_presets_cost_and_give() -> None:
    measured = results("encoding")
    scenes = list(dict.fromkeys(row["scene"] for row in measured))
    rows = table("docs/encoding.md", f"| | {' | '.join(scenes)} |")
    expected: dict[str, list[str]] = {}
    for row in measured:
        cells = expected.setdefault(row["preset"], [])
        cells.append(f"{row['cpu_ms']:.1f} ms, {row['kb']:.0f} kB, {row['ssim']:.4f}")
    assert {preset: cells for preset, *cells in rows} == expected
    by_preset = {
        preset: [row for row in measured if row["preset"] == preset] for preset in expected
    }
    pairs = list(zip(by_preset["our default"], by_preset["slow"], strict=True))
    assert max(slow["ssim"] - ours["ssim"] for ours, slow in pairs) <= 0.002
    assert max(ours["kb"] / slow["kb"] for ours, slow in pairs) <= 1.2
