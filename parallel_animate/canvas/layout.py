"""When a figure's layout engine has to run.

matplotlib runs it at every draw. It looks at the extents of everything that takes part in the
layout, which costs more than many a figure's drawing, and mostly moves nothing. It is left out
when its last run has moved nothing, and nothing that takes part has changed since, nor before that
run. (A single run is not enough: a constrained layout takes several to come to rest, and the parts
of a 3-D axes have other extents when they were drawn.)

A text that changes within its axes, as one that tells the time, moves nothing. So it counts as
changed only if it reaches beyond its axes, and in another way than before.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from parallel_animate.canvas.artists.layouts import (
    are_alike,
    arrangement,
    has_foreign_engine,
    is_laid_out,
    lay_out,
    positions,
    reaches,
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
        Whether its last run has moved nothing, though nothing had changed before it.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._before: list[Any] = []
        self._arranged: list[object] = []
        self.due = False
        self.at_rest = False
        self._changed = False
        # How far each text of an axes reached after the last run.
        self._reaches: WeakKeyDictionary[Artist, tuple[float, ...]] = WeakKeyDictionary()

    def decide(self, containers: list[Container]) -> None:
        """Decide whether the engine is due, given what has changed."""
        if self._figure.get_layout_engine() is None:
            self.due = self.at_rest = False
            return
        arranged = arrangement(self._figure)
        self._changed = (
            has_foreign_engine(self._figure)
            or arranged != self._arranged
            or any(container.stale or self._moves(container) for container in containers)
        )
        self.due = self._changed or not self.at_rest
        self._arranged = arranged
        self._before = positions(self._figure)

    def run(self) -> None:
        """Let the engine run."""
        lay_out(self._figure)

    def note_run(self) -> None:
        """Find out whether the engine, which has run, has moved anything."""
        self.at_rest = not self._changed and are_alike(self._before, positions(self._figure))
        self._reaches.clear()
        for axes in self._figure.axes:
            self._reaches.update(reaches(axes))

    def _moves(self, container: Container) -> bool:
        """Return whether something in a container has changed that a layout depends on."""
        parent, changed = container.artist, container.changed_artists()
        known = [artist for artist in changed if artist in self._reaches]
        others = [artist for artist in changed if artist not in self._reaches]
        if is_laid_out(parent, others):
            return True
        now = reaches(parent) if known else {}
        return any(now.get(text) != self._reaches[text] for text in known)
