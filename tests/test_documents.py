"""The figures in the documents are those of the benchmarks' results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.tables import markdown

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


PEER = "parallel-matplotlib-animation"


def test_the_readme_tells_the_ratios_that_were_measured() -> None:
    measured = results("peers")
    ours = {row["scene"]: row for row in measured if row["program"] == "parallel-animate"}
    expected = [
        [
            f"{row['scene']}, {row['frames']} frames",
            f"{ours[row['scene']]['seconds']:.1f} s",
            f"{row['seconds']:.1f} s",
            f"{row['ratio']:.2f}x ({row['ratios'][0]:.2f} to {row['ratios'][-1]:.2f})",
        ]
        for row in measured
        if row["program"] == PEER
    ]
    assert table("README.md", "| scene | parallel-animate | the peer | ratio |") == expected


@pytest.mark.parametrize("name", ["peers", "peers-others"])
def test_the_page_of_measurements_tells_all_of_each_program(name: str) -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert markdown(results(name)).strip() in page


def test_our_memory_and_likeness_are_what_is_told_of_them() -> None:
    measured = results("peers")
    ours = {row["scene"]: row for row in measured if row["program"] == "parallel-animate"}
    for row in measured:
        if row["program"] == PEER:
            own = ours[row["scene"]]
            assert own["size_is_right"]
            assert own["peak_memory_mb"] < row["peak_memory_mb"] / 2
            assert own["temporary_disk_mb"] < 10
            assert own["ssim"] > row["ssim"] - 0.0022
            most = 1.35 if row["scene"] == "wave 3840x2160" else 1.2
            assert own["file_kb"] < most * row["file_kb"]


def test_the_page_of_measurements_tells_the_bound() -> None:
    head = "| scene | update | draw | store | encode | at best | reached | share | after start-up |"
    assert table("docs/benchmarks.md", head) == [
        [
            f"{row['scene']}, {row['frames']} frames",
            *(f"{row[f'{name}_ms']:.1f} ms" for name in ("update", "draw", "store", "encode")),
            f"{row['bound']:.1f} frames/s",
            f"{row['frames_per_second']:.1f}",
            f"{row['share']:.0%}",
            f"{row['steady_share']:.0%}",
        ]
        for row in results("bound")
    ]


def test_the_page_of_measurements_tells_the_scaling() -> None:
    measured = results("scaling")
    first = {row["kind"]: row for row in reversed(measured)}
    whole, steady = (
        [row[name] / first[row["kind"]][name] for row in measured]
        for name in ("frames_per_second", "steady")
    )
    assert table("docs/benchmarks.md", "| | workers | frames/s | speed-up | after start-up |") == [
        [
            row["kind"],
            str(row["workers"]),
            f"{row['frames_per_second']:.1f}",
            f"{whole[number]:.2f}x",
            f"{steady[number]:.2f}x",
        ]
        for number, row in enumerate(measured)
    ]
    most = max(gain for row, gain in zip(measured, whole, strict=True) if row["workers"] == 32)
    assert f"[{most:.0f} times as fast as one]" in document("docs/how-it-works.md")


def test_the_page_of_measurements_tells_what_other_defaults_cost() -> None:
    measured = results("defaults")
    scenes = list(dict.fromkeys(row["scene"] for row in measured))
    expected: dict[str, list[str]] = {}
    for row in measured:
        cells = expected.setdefault(row["variant"], [])
        cells.append(f"{row['wall']:.2f} ({row['walls'][0]:.2f} to {row['walls'][-1]:.2f})")
    del expected["the defaults"]
    rows = table("docs/benchmarks.md", f"| | {' | '.join(scenes)} |")
    assert {variant: cells for variant, *cells in rows} == expected


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
    for ours, slow in pairs:
        less = 0.0035 if ours["scene"] == "scatter" else 0.002
        assert slow["ssim"] - ours["ssim"] <= less
    assert max(ours["kb"] / slow["kb"] for ours, slow in pairs) <= 1.2
