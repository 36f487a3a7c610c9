"""The figures in the documents are those of the benchmarks' results."""

from __future__ import annotations

import re
import statistics
from inspect import signature
from pathlib import Path

import pytest

import parallel_animate
import parallel_animate.errors
from benchmarks.document import PAGES, ROOT, filled, results
from benchmarks.peers import OURS, PEER
from parallel_animate import Animator
from parallel_animate.report.bottleneck import PRESET_COSTS


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_are_those_of_the_results(page: Path) -> None:
    """As ``python -m benchmarks.document`` makes them."""
    text = page.read_text(encoding="utf-8")
    assert "<!-- end -->" in text
    assert filled(text) == text


# Renders whose files are larger than 1.2 times those of the peer, as docs/benchmarks.md says.
LARGER = {("peers-short", "fourteen-panel 1920x1080"): 1.25}


@pytest.mark.parametrize(("name", "memory"), [("peers", 0.5), ("peers-short", 0.6)])
def test_our_memory_files_and_likeness_are_what_is_told_of_them(name: str, memory: float) -> None:
    measured = [row for row in results(name) if row["settings"] == "defaults"]
    ours = {row["scene"]: row for row in measured if row["program"] == OURS.name}
    for row in measured:
        if row["program"] == PEER:
            own = ours[row["scene"]]
            assert own["size_is_right"]
            assert own["peak_memory_mb"] < memory * row["peak_memory_mb"]
            assert own["temporary_disk_mb"] < own["file_kb"] / 1000 + 0.1
            assert own["ssim"] > row["ssim"] - 0.002
            assert own["file_kb"] < LARGER.get((name, row["scene"]), 1.2) * row["file_kb"]


def test_the_page_begins_with_what_was_measured() -> None:
    ratios = [row["ratio"] for row in results("peers") if row["program"] == PEER]
    said = document("docs/benchmarks.md")
    assert f"**{min(ratios):.1f} to {max(ratios):.1f} times as fast**" in said
    longest = sorted(results("bound"), key=lambda row: row["frames"])[-3:]
    shares = [100 * row["share"] for row in longest]
    assert f"**{min(shares):.0f} to {max(shares):.0f} %**" in said


def test_how_many_workers_help_is_what_is_told_of_it() -> None:
    measured = results("scaling")
    first = {row["kind"]: row["frames_per_second"] for row in reversed(measured)}
    most = max(
        row["frames_per_second"] / first[row["kind"]] for row in measured if row["workers"] == 32
    )
    assert f"[{most:.0f} times as fast as one]" in document("docs/how-it-works.md")


def test_the_reference_has_every_public_name() -> None:
    """Those of errors are in the page on these, which lists a whole module."""
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "docs/reference").glob("*.md"))
    listed = set(re.findall(r"^::: parallel_animate\.(\w+)$", pages, re.MULTILINE))
    errors = {name for name in vars(parallel_animate.errors) if name in parallel_animate.__all__}
    assert "errors" in listed
    assert set(parallel_animate.__all__) - errors - {"__version__"} <= listed


def test_the_page_on_arguments_has_all_of_them() -> None:
    page = (ROOT / "docs/guides/arguments.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    listed = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(listed) == sorted(list(signature(Animator.make_video).parameters)[1:])


def test_the_page_on_errors_says_of_each_what_to_do() -> None:
    told = {row[0].strip("`") for row in table("docs/reference/errors.md", ERRORS_HEAD)}
    errors = {name for name in vars(parallel_animate.errors) if name in parallel_animate.__all__}
    assert told == errors - {"AnimateError"}


ERRORS_HEAD = "| error | what has happened | what to do |"
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


def test_the_report_tells_the_costs_of_presets_that_were_measured() -> None:
    measured: dict[str, dict[str, float]] = {}
    for row in results("encoding"):
        measured.setdefault(row["preset"], {})[row["scene"]] = row["cpu_ms"]
    ours = measured.pop("our default")
    for preset, costs in measured.items():
        median = statistics.median(costs[scene] / ours[scene] for scene in ours)
        assert PRESET_COSTS[preset] == pytest.approx(median, abs=0.06)
    assert len(ours) == 9


def test_our_encoder_settings_give_what_is_told_of_them() -> None:
    measured = results("encoding")
    ours, slow = (
        [row for row in measured if row["preset"] == preset] for preset in ("our default", "slow")
    )
    for own, other in zip(ours, slow, strict=True):
        less = {"scatter": 0.004, "coloured-scatter": 0.004, "bitmap": 0.003}.get(
            own["scene"], 0.002
        )
        assert other["ssim"] - own["ssim"] <= less
        assert own["kb"] <= 1.2 * other["kb"]
