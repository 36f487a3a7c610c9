"""When a figure's layout engine has to run.

matplotlib runs it at every draw. It looks at the extents of everything that takes part in the
layout, which costs more than many a figure's drawing, and mostly moves nothing. It is left out
when its last run has moved nothing, and nothing that takes part has changed since. (A single
run is not enough: a constrained layout takes several to come to rest.)
"""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas.artists.layouts import (
    axes_at_their_original,
    has_foreign_engine,
    is_laid_out,
    positions,
    put_at_original,
)
from parallel_animate.canvas.container import Container


class Layout:
    """The layout engine of a figure, and whether it is at rest.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it may have no layout engine.

    Attributes
    ----------
    due : bool
        Whether the engine has to run for this frame.
    at_rest : bool
        Whether its last run has moved nothing.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._before: list[Any] = []
        self._reset: set[int] = set()
        self.due = False
        self.at_rest = False

    def decide(self, containers: list[Container]) -> None:
        """Decide whether the engine is due, given what has changed."""
        engine = self._figure.get_layout_engine()
        self.due = engine is not None and (
            not self.at_rest
            or has_foreign_engine(self._figure)
            or any(
                container.stale or is_laid_out(container.artist, container.changed_artists())
                for container in containers
            )
        )
        if engine is not None:
            self._before = positions(self._figure)

    def has_moved(self) -> bool:
        """Return whether the engine, if it has just run, has moved anything."""
        if not self.due:
            return False
        self._reset = set(map(id, axes_at_their_original(self._figure)))
        return self._before != positions(self._figure)

    def repeat(self) -> None:
        """Leave each axes where the engine's last run has left it, for another draw of a frame."""
        for axes in self._figure.axes:
            if id(axes) in self._reset:
                put_at_original(axes)

    def reset(self, axes: Any) -> None:
        """Leave an axes where the engine would, had it run for this frame, too.

        The engine undoes the aspects that the figure has applied, so that a 3-D axes, which draws
        its patch before it applies its own, draws that for the whole place it is given.
        """
        if not self.due and id(axes) in self._reset and self._figure.get_layout_engine():
            put_at_original(axes)

    def note_run(self) -> None:
        """Find out whether the engine, which has run, has moved anything."""
        if self._figure.get_layout_engine() is not None:
            self.at_rest = self._before == positions(self._figure)
