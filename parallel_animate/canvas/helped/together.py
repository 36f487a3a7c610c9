"""Ticks that look alike, drawn together: all grid lines, all marks, and then all labels.

matplotlib draws tick by tick: a grid line, the marks at its ends, the labels. What Agg draws of
that takes less time than to call it. So it is given all grid lines as one path, and all marks on
one side as one row of markers. That changes the order in which parts of different ticks are drawn,
and shows nowhere as long as these do not touch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D

from parallel_animate.canvas.helped.glyphs import Picture
from parallel_animate.canvas.helped.pens import Pen

# Agg puts no path of more than 1024 vertices on whole pixels, and that of a grid line has two.
MOST = 200
# Vertices go to the next pixel's middle, and a pixel counts that is covered in part.
ROUNDED = 1.5
Labels = list[tuple[Any, Picture]]
"""Pictures of glyphs, each with its graphics context."""


class Row(NamedTuple):
    """Lines that are drawn with one pen: one of each tick."""

    pen: Pen
    lines: list[Line2D]


class _Placed(NamedTuple):
    """A row in pixels: the points ``(ticks, points of each, 2)``, and what may be painted."""

    points: npt.NDArray[np.float64]
    reach: npt.NDArray[np.float64]  # how far a line reaches beyond its points, in x and y
    region: tuple[float, float, float, float]  # left, bottom, right, top


def draw_together(rows: list[Row], labels: Labels, along: int, renderer: Any) -> bool:
    """Draw ticks; return whether that could be done together: nothing is drawn else.

    Parameters
    ----------
    rows : list of Row
        Their lines: the grid's, and the marks on either side.
    labels : list
        Their labels, in their order.
    along : int
        The coordinate in which ticks follow each other: 0 on an x-axis, 1 on a y-axis.
    renderer : GlyphRenderer
        Draws them.
    """
    found = [row.pen.points_of(row.lines) for row in rows]
    points = [each for each in found if each is not None]
    if len(points) < len(found) or any(len(row.lines) > MOST for row in rows):
        return False
    placed = [_place(row, each) for row, each in zip(rows, points, strict=True)]
    if not _ticks_apart(placed, along) or not _clear_of(placed, labels, renderer.height):
        return False
    for row, each in zip(rows, points, strict=True):
        row.pen.draw_all(row.lines, each)
    for context, (coverage, left, bottom) in labels:
        renderer.agg.draw_text_image(coverage, left, bottom, 0, context)
    return True


def _place(row: Row, points: npt.NDArray[np.float64]) -> _Placed:
    placed = row.pen.in_pixels(points)
    reach = row.pen.reach() + ROUNDED
    clip = row.pen.clip()
    if clip is None or not row.pen.strokes:  # the clipping of a marker is not of its row
        low, high = placed.min(axis=(0, 1)) - reach, placed.max(axis=(0, 1)) + reach
        return _Placed(placed, reach, (*low.tolist(), *high.tolist()))
    left, bottom, right, top = clip
    return _Placed(
        placed, reach, (left - ROUNDED, bottom - ROUNDED, right + ROUNDED, top + ROUNDED)
    )


def _ticks_apart(rows: list[_Placed], along: int) -> bool:
    """Return whether no line of a tick touches one of another tick."""
    if not rows:
        return True
    places = rows[0].points[:, 0, along]
    for row in rows:
        # Also grid lines have to run straight across.
        if not (abs(row.points[:, :, along] - places[:, None]) < ROUNDED / 3).all():
            return False
    widest = max(row.reach[along] for row in rows)
    return bool((np.diff(np.sort(places)) > 2 * widest + ROUNDED).all())


def _clear_of(rows: list[_Placed], labels: Labels, height: float) -> bool:
    """Return whether no label touches any line."""
    for _, (coverage, left, bottom) in labels:
        low = height - bottom
        right, high = left + coverage.shape[1], low + coverage.shape[0]
        for row in rows:
            at_left, below, at_right, above = row.region
            if left < at_right and right > at_left and low < above and high > below:
                return False
    return True
