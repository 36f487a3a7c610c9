"""How long matplotlib takes to draw animations as people write them, and how long we take.

::

    pytest benchmarks/test_people.py

Of each scene (`people.py`) two figures are updated alike. One is drawn in full by matplotlib, with
no help of ours; the other by a `Surface`, which redraws, or draws in full with help. In a first
pass every frame of both is compared. Then some frames of each are drawn in turn, and the medians
are printed and saved to ``benchmarks/results/people.json``. All times are the processor's, so that
other programs on the machine count little. ``update_ms`` is what the scene's own code takes.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from benchmarks.people import OTHERS, SCENES
from benchmarks.recording import RESULTS, save
from parallel_animate.canvas import Surface
from parallel_animate.canvas.saving import SavingCanvas

COMPARED = 14
FRAMES = 20
IN_TURN = 5
# What shall be gained at least, and what is aimed at; of the other scenes, on the average.
GOALS: dict[str, tuple[float, float]] = {
    "rolling": (3.0, 4.5),
    "growing": (3.0, 4.5),
    "dates": (2.5, 4.0),
    "replot": (2.0, 3.0),
    "race": (2.0, 3.0),
    "replot4": (2.0, 3.0),
    "figclear": (1.7, 2.5),
    "contour": (2.6, 3.0),
    "rot3d": (1.5, 2.2),
    "heat": (3.3, 4.0),
}


@pytest.fixture(scope="module")
def rows() -> Iterator[list[dict[str, Any]]]:
    """Collect what was measured, print it and save it."""
    collected: list[dict[str, Any]] = []
    yield collected
    print()
    for row in collected:
        print(
            f"{row['case']:<10} {row['full_ms']:6.1f} ms full {row['ours_ms']:6.1f} ms ours "
            f"{row['ratio']:5.2f}x (at least {row['goal']}, aim {row['aim']}), {row['way']}; "
            f"update {row['update_ms']:.1f} ms"
        )
    for names in (SCENES, OTHERS):
        ratios = [row["ratio"] for row in collected if row["case"] in names]
        if len(ratios) == len(names):
            print(f"geometric mean of {len(ratios)}: {statistics.geometric_mean(ratios):.2f}x")
    if len(collected) == len(SCENES) + len(OTHERS):
        save(RESULTS / "people.json", collected)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", [*SCENES, *OTHERS])
def test_scene(case: str, rows: list[dict[str, Any]]) -> None:
    make = {**SCENES, **OTHERS}[case]
    drawn, update_drawn = make()
    ours, update_ours = make()
    canvas, surface = SavingCanvas(drawn), Surface(ours)
    canvas.draw_as_saved()
    seconds: dict[str, list[float]] = {"full": [], "ours": [], "update": []}

    def timed(name: str, action: Callable[[], object]) -> None:
        start = process_time()
        action()
        seconds[name].append(process_time() - start)

    def full(frame: int) -> None:
        update_drawn(frame)
        timed("full", canvas.draw_as_saved)

    def redraw(frame: int) -> None:
        timed("update", lambda: update_ours(frame))
        timed("ours", surface.draw)

    differing = 0
    for frame in range(COMPARED):
        full(frame)
        redraw(frame)
        expected = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        differing += int((expected != surface.pixels).any(axis=2).sum())
    for values in seconds.values():
        values.clear()
    for start in range(COMPARED, COMPARED + FRAMES, IN_TURN):
        for way in (full, redraw):
            for frame in range(start, start + IN_TURN):
                way(frame)
    plt.close("all")
    median = {name: 1000 * statistics.median(values) for name, values in seconds.items()}
    goal, aim = GOALS.get(case, (2.0, 2.0))
    rows.append(
        {
            "case": case,
            "goal": goal,
            "aim": aim,
            "ratio": median["full"] / median["ours"],
            "full_ms": median["full"],
            "ours_ms": median["ours"],
            "update_ms": median["update"],
            "way": "full" if surface._picture is None else surface._picture.way,
            "differing_pixels": differing,
        }
    )
    assert differing == 0
    assert surface.mismatch is None
