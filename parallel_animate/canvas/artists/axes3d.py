"""What a 3-D axes does differently.

Each of its axes is drawn in three steps, between the other artists. Panes, grid, ticks and titles
each ask an axis for its ticks, and for the corners of the box: ten and more times for a view that
turns. Nothing changes the answers within one draw, so each is found out once. There is no public
way to tell an axis so: :func:`answering_once` replaces two of its methods for that time. Where
these are gone, or are the user's own, nothing is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from parallel_animate.canvas.artists.private import COORDINATES_3D, TICKS_3D

# The methods that draw an axis of a 3-D axes, which calls each of them.
AXIS_3D_DRAWS = ("draw", "draw_pane", "draw_grid")
# The parts of such an axis that are not among its children.
PARTS_3D = ("pane", "line", "gridlines")


def _copied(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(copy, arrays))


# What is asked several times, and how an answer is copied for each who asks.
ASKED_OFTEN: dict[str, Callable[[Any], Any]] = {TICKS_3D: list, COORDINATES_3D: _copied}


def is_axis_3d(artist: Any) -> bool:
    """Return whether an artist is an axis of a 3-D axes."""
    return hasattr(artist, "draw_pane")


def is_axes_3d(artist: Any) -> bool:
    """Return whether an artist is a 3-D axes."""
    return hasattr(artist, "get_proj")


def draw_methods(artist: Any) -> tuple[str, ...]:
    """Return the names of the methods by which a figure or axes draws a child."""
    return AXIS_3D_DRAWS if is_axis_3d(artist) else ("draw",)


def answering_once(axes: Any, own: list[Any]) -> Iterator[tuple[Any, str, Callable[[], Any]]]:
    """Yield an axis, a method's name, and what may stand in for it during one draw of the axes.

    `own` are those of its axes that are matplotlib's own.
    """
    if _shares_formatters(axes):
        return
    for axis in own:
        for name, copied in ASKED_OFTEN.items():
            real = getattr(axis, name, None)
            if real is not None and name not in vars(axis):
                yield axis, name, _once(axes, real, copied)


def _shares_formatters(axes: Any) -> bool:
    """Return whether two axes have the same formatter, which keeps the last one's offset only."""
    formatters = [
        formatter
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis)
        for formatter in (axis.get_major_formatter(), axis.get_minor_formatter())
    ]
    return len(set(map(id, formatters))) < len(formatters)


def _once(axes: Any, real: Callable[[], Any], copied: Callable[[Any], Any]) -> Callable[[], Any]:
    """Return a function that calls another once for each projection of the axes."""
    answers: dict[bytes, Any] = {}

    def answer() -> Any:
        matrix = getattr(axes, "M", None)
        if matrix is None:
            return real()
        projection = matrix.tobytes()  # which depends on the limits, too
        if projection not in answers:
            answers[projection] = real()
        return copied(answers[projection])

    return answer
