"""What a 3-D axes finds out several times in one draw, found out once.

Panes, grid, ticks and titles each ask an axis for its ticks, and where the corners of the box are:
ten and more times for a view that turns, in which nothing between the first and the last changes
the answer. There is no public way to tell an axis so. Where these methods are gone, or are the
user's own, nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

# The three units of a 3-D axis: what an axes calls on each of its axes.
AXIS_3D_DRAWS = ("draw", "draw_pane", "draw_grid")


def _copied(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(copy, arrays))


# What is found out once, and how an answer is copied for each who asks.
REMEMBERED: dict[str, Callable[[Any], Any]] = {
    "_update_ticks": list,
    "_get_coord_info": _copied,
}


def is_axis_3d(artist: Any) -> bool:
    """Return whether an artist is an axis of a 3-D axes."""
    return hasattr(artist, "draw_pane")


def remembering(axes: Any, own: list[Any]) -> Iterator[tuple[Any, str, Callable[[], Any]]]:
    """Yield an axis, a method's name, and what may stand in for it during one draw of the axes.

    `own` are those of its axes that are matplotlib's own.
    """
    if _shares_formatters(axes):
        return
    for axis in own:
        for name, copied in REMEMBERED.items():
            real = getattr(axis, name, None)
            if real is not None and name not in vars(axis):
                yield axis, name, _once(axes, real, copied)


def _shares_formatters(axes: Any) -> bool:
    """Return whether a formatter, which keeps the offset of the axis that asked last, has two."""
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
