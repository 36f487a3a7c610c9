"""Puts the tables of the results into the documents.

::

    python -m benchmarks.document

A table stands between ``<!-- its name -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import OURS, PEER
from benchmarks.recording import RESULTS
from benchmarks.tables import markdown, spread

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "docs" / f"{name}.md" for name in ("benchmarks", "encoding", "redraw")]


def results(name: str) -> list[dict[str, Any]]:
    """Return what a benchmark has measured."""
    rows: list[dict[str, Any]] = json.loads((RESULTS / f"{name}.json").read_text())["rows"]
    return rows


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table.

    Examples
    --------
    >>> print(table(["scene", "ms"], [["wave", "2.1"]]))
    | scene | ms |
    | --- | --- |
    | wave | 2.1 |
    """
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def against_the_peer() -> str:
    """Return the seconds of our renders and the peer's."""
    rows = results("peers")
    ours = {row["scene"]: row for row in rows if row["program"] == OURS.name}
    return table(
        ["scene", OURS.name, "the peer", "ratio"],
        [
            [
                f"{row['scene']}, {row['frames']} frames",
                f"{ours[row['scene']]['seconds']:.1f} s",
                f"{row['seconds']:.1f} s",
                spread(row["ratio"], row["ratios"], "x"),
            ]
            for row in rows
            if row["program"] == PEER
        ],
    )


def bound() -> str:
    """Return what the machine could do at best."""
    return table(
        [
            *("scene", "update", "draw", "store", "encode"),
            *("at best", "reached", "share", "after start-up"),
        ],
        [
            [
                f"{row['scene']}, {row['frames']} frames",
                *(f"{row[f'{name}_ms']:.1f} ms" for name in ("update", "draw", "store", "encode")),
                f"{row['bound']:.1f} frames/s",
                f"{row['frames_per_second']:.1f}",
                f"{row['share']:.0%}",
                f"{row['steady_share']:.0%}",
            ]
            for row in results("bound")
        ],
    )


def scaling() -> str:
    """Return the speed-up for each number of workers."""
    rows = results("scaling")
    first = {row["kind"]: row for row in reversed(rows)}
    return table(
        ["", "workers", "frames/s", "speed-up", "after start-up"],
        [
            [
                row["kind"],
                str(row["workers"]),
                f"{row['frames_per_second']:.1f}",
                *(
                    f"{row[each] / first[row['kind']][each]:.2f}x"
                    for each in ("frames_per_second", "steady")
                ),
            ]
            for row in rows
        ],
    )


def uneven() -> str:
    """Return the share of the time that workers draw, for each scene and number of workers."""
    return table(
        ["", "workers", "drawing", "to the end", "frames/s"],
        [
            [
                row["scene"],
                str(row["workers"]),
                f"{row['drawing']:.2f}",
                f"{row['to_the_end']:.2f}",
                f"{row['frames_per_second']:.0f}",
            ]
            for row in results("uneven")
        ],
    )


def _crossed(
    rows: Sequence[dict[str, Any]], name: str, cell: Callable[[dict[str, Any]], str]
) -> str:
    """Return a table with a column for each scene, and a row for each value of `name`."""
    scenes = list(dict.fromkeys(row["scene"] for row in rows))
    lines: dict[str, list[str]] = {}
    for row in rows:
        lines.setdefault(row[name], [row[name]]).append(cell(row))
    return table(["", *scenes], list(lines.values()))


def defaults() -> str:
    """Return the times with other defaults, relative to those with ours."""
    rows = [row for row in results("defaults") if row["variant"] != "the defaults"]
    return _crossed(rows, "variant", lambda row: spread(row["wall"], row["walls"]))


def encoding() -> str:
    """Return what the presets take, and how good their results are."""
    return _crossed(
        results("encoding"),
        "preset",
        lambda row: f"{row['cpu_ms']:.1f} ms, {row['kb']:.0f} kB, {row['ssim']:.4f}",
    )


WAYS = {
    "rolling": "a curve under a window that moves",
    "growing": "a line that grows; `relim()`, `autoscale_view()`",
    "dates": "an axis of dates that rolls",
    "replot": "`ax.clear()`, plot, labels, title",
    "race": "a race of 15 bars with names and values, `ax.clear()`",
    "replot4": "four axes cleared and plotted, with legends and grids",
    "figclear": "`fig.clear()`, a plot and an image, suptitle",
    "contour": "`contourf` made anew, title",
    "rot3d": "a surface that turns",
    "heat": "`pcolormesh` with new values, colorbar, title",
    "zoom": "logarithmic axes that zoom",
    "histogram": "a histogram plotted anew",
    "polar": "a polar plot cleared and plotted anew",
    "twins": "a window that moves along two curves, `twinx()`",
    "labelled": "bars with labels, and error bars, plotted anew",
    "dashboard": "six axes of different kinds, all plotted anew",
}


def people() -> str:
    """Return what is gained in animations as people write them."""
    return table(
        ["scene", "matplotlib's full draw", "ours", "gain", "way", "`update()`"],
        [
            [
                WAYS[row["case"]],
                f"{row['full_ms']:.1f} ms",
                f"{row['ours_ms']:.1f} ms",
                f"{row['ratio']:.1f}x",
                row["way"],
                f"{row['update_ms']:.1f} ms",
            ]
            for row in results("people")
        ],
    )


TABLES: dict[str, Callable[[], str]] = {
    "against the peer": against_the_peer,
    "long": lambda: markdown(results("peers")),
    "short": lambda: markdown(results("peers-short")),
    "bound": bound,
    "scaling": scaling,
    "uneven": uneven,
    "defaults": defaults,
    "encoding": encoding,
    "people": people,
}


def filled(page: str) -> str:
    """Return a page with its tables as the results are now."""

    def made(match: re.Match[str]) -> str:
        return f"<!-- {match[1]} -->\n{TABLES[match[1]]().strip()}\n<!-- end -->"

    return re.sub(r"<!-- ([a-z ]+) -->\n.*?<!-- end -->", made, page, flags=re.DOTALL)


def main() -> None:
    """Fill all pages."""
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
