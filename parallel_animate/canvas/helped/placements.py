"""Which axes of a figure nothing unknown places, looked at once for each draw."""

from __future__ import annotations

from typing import Any

from parallel_animate.canvas.artists.placement import Placement


class Placements:
    """Remembers of the axes of a figure that nothing unknown places what they show.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> placements = Placements()
    >>> placements.unknown(axes), placements.unknown(axes)
    (False, False)
    """

    def __init__(self) -> None:
        self._before: dict[int, tuple[Any, Placement]] = {}
        self._now: dict[int, tuple[Any, Placement]] = {}
        self._told: dict[int, bool] = {}

    def begin(self) -> None:
        """Begin another draw, and forget the axes that were not in the last one."""
        self._before, self._now = self._now, {}
        self._told.clear()

    def forget(self) -> None:
        """Forget all: classes have changed."""
        self._before.clear()
        self._now.clear()
        self._told.clear()

    def note(self, axes: Any, unknown: bool) -> None:
        """Take for this draw what somebody else has just found out of an axes."""
        self._told[id(axes)] = unknown

    def unknown(self, axes: Any) -> bool:
        """Return whether something unknown places what an axes shows."""
        told = self._told.get(id(axes))
        if told is None:
            _, placement = self._before.get(id(axes), (axes, Placement()))
            told = self._told[id(axes)] = placement.is_unknown(axes)
            self._now[id(axes)] = (axes, placement)
        return told
