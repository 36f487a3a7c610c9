"""How long it takes to draw a frame in full, and to draw only what has changed.

::

    pytest benchmarks/test_redraw.py

For each scene two figures are updated alike. One is drawn in full by ``FigureCanvasAgg``, the
other by a `Surface`. In a first pass every frame of both is compared: they must have the same
pixels. In a second pass nothing is compared, because to compare 8 MB at every frame would leave
nothing in the processor's caches; a few frames of each figure are drawn in turn.

The table of pytest-benchmark shows the time of redrawing in the second pass, and ``ratio`` is the
median full draw divided by the median redraw. ``whole`` is the ratio of the total times in the
first pass; these include the first frames, and the full draws that a render would make to compare,
or because redrawing does not pay. All are saved to ``benchmarks/results/redraw.json``.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from benchmarks.recording import RESULTS, Case, save
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import DrawCounts, Surface
from parallel_animate.engine.comparisons import Comparisons

CASES = [
    Case("wave", 1920, 1080, 100, goal=8),
    Case("twins", 1920, 1080, 100, goal=8),
    Case("multi", 1920, 1080, 40, goal=5),
    Case("five-panel", 2000, 400, 60, goal=3),
    Case("fourteen-panel", 2400, 1500, 24, goal=2),
    Case("dot", 3840, 2160, 40, goal=20),
    Case("replot", 1920, 1080, 300, goal=0.97),
    Case("bitmap", 1920, 1080, 40, goal=1),
]


IN_TURN = 5  # frames


class Pair:
    """A scene drawn both ways."""

    def __init__(self, case: Case) -> None:
        make = SCENES[case.scene]
        self.params = list(params_of(case.scene, case.frames))
        self.redrawn, self.drawn = make(case.width, case.height), make(case.width, case.height)
        self.surface = Surface(self.redrawn.setup())
        self.comparisons = Comparisons("auto", anew=False)
        self.canvas = FigureCanvasAgg(self.drawn.setup())
        self.canvas.draw()
        self.full_seconds: list[float] = []
        self.redraw_seconds: list[float] = []
        self.next = 0

    def update(self, scene: Any, frame: int) -> None:
        """Update one of the figures."""
        scene.update(frame, self.params[frame % len(self.params)])

    def draw(self) -> None:
        """Draw one figure in full."""
        start = perf_counter()
        self.canvas.draw()
        self.full_seconds.append(perf_counter() - start)

    def redraw(self) -> None:
        """Draw the other figure, as a render would."""
        start = perf_counter()
        way = self.comparisons.way(0)
        self.surface.draw(way)
        self.redraw_seconds.append(perf_counter() - start)
        self.comparisons.drawn(0, way, self.surface.counts)
        self.surface.counts = DrawCounts()

    def differing(self) -> int:
        """Draw all frames both ways; return how many pixels differ."""
        count = 0
        for frame in range(len(self.params)):
            self.update(self.drawn, frame)
            self.update(self.redrawn, frame)
            # Being drawn first or second makes a difference of some per cent: take turns.
            for draw in (self.draw, self.redraw)[:: 1 if frame % 2 else -1]:
                draw()
            full = np.asarray(self.canvas.buffer_rgba())
            count += int((full != self.surface.pixels).any(axis=2).sum())
        return count

    def prepare(self) -> None:
        """Update the figure that is to be redrawn, after some frames of the other one."""
        if self.next % IN_TURN == 0:
            for frame in range(self.next, self.next + IN_TURN):
                self.update(self.drawn, frame)
                self.draw()
        self.update(self.redrawn, self.next)
        self.next += 1


@pytest.fixture(scope="module")
def rows() -> Iterator[list[dict[str, Any]]]:
    """Collect what was measured, print it and save it."""
    collected: list[dict[str, Any]] = []
    yield collected
    print()
    for row in collected:
        print(
            f"{row['case']:<26} {row['full_ms']:7.1f} ms full {row['redraw_ms']:7.2f} ms redrawn "
            f"{row['ratio']:6.2f}x (goal {row['goal']}x), all frames {row['whole']:.2f}x"
        )
    if len(collected) == len(CASES):
        save(RESULTS / "redraw.json", collected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_redraw(case: Case, benchmark: Any, rows: list[dict[str, Any]]) -> None:
    pair = Pair(case)
    differing = pair.differing()
    whole = sum(pair.full_seconds) / sum(pair.redraw_seconds)
    pair.full_seconds.clear()
    pair.redraw_seconds.clear()
    benchmark.pedantic(pair.redraw, setup=pair.prepare, rounds=case.frames)
    plt.close("all")
    full, redraw = map(statistics.median, (pair.full_seconds, pair.redraw_seconds))
    row = {
        "case": case.name,
        "goal": case.goal,
        "ratio": full / redraw,
        "whole": whole,
        "full_ms": 1000 * full,
        "redraw_ms": 1000 * redraw,
        "differing_pixels": differing,
    }
    rows.append(row)
    benchmark.extra_info.update(row)
    assert differing == 0
    assert pair.surface.mismatch is None
