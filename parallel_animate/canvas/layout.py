"""When a figure's layout engine has to run.

matplotlib runs it at every draw. It looks at the extents of everything that takes part in the
layout, which costs more than many a figure's drawing, and mostly moves nothing. It is left out
when its last run has moved nothing, and nothing that takes part has changed since, nor before that
run. (A single run is not enough: a constrained layout takes several to come to rest, and the parts
of a 3-D axes have other extents when they were drawn.)

A constrained layout with an axes of a fixed aspect never comes to rest: each run moves something by
the last digits of its sums, and the next one moves it back. Mostly that is not seen, but what lies
on the border between two pixels goes to the one or the other. So such a layout rests only when both
pictures were drawn and are the same.

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

# Runs of an engine that goes back and forth between two tries whether that is seen: at least, and
# at most. A try takes two full draws.
PAUSES = (8, 64)


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
        self._after: list[Any] = []
        self._earlier: list[Any] = []  # where things were before the last run but one
        self._runs = self._rested = 0  # frames with and without a run, these since the last one
        self._settling = 0  # runs in a row although nothing had changed
        self._try_at, self._pause = 0, PAUSES[0]  # in runs
        # How far each text of an axes reached after the last run.
        self._reaches: WeakKeyDictionary[Artist, tuple[float, ...]] = WeakKeyDictionary()

    def decide(self, containers: list[Container]) -> None:
        """Decide whether the engine is due, given what has changed."""
        if self._figure.get_layout_engine() is None:
            self.due = self.at_rest = False
            self._settling = 0
            return
        arranged = arrangement(self._figure)
        self._changed = (
            has_foreign_engine(self._figure)
            or arranged != self._arranged
            or any(container.stale or self._moves(container) for container in containers)
        )
        self.due = self._changed or not self.at_rest
        self._settling = self._settling + 1 if self.due and not self._changed else 0
        self._runs += self.due
        self._rested = 0 if self.due else self._rested + 1
        if self._rested == PAUSES[0]:
            self._pause = PAUSES[0]  # it has paid to find out
        self._arranged = arranged
        self._earlier, self._before = self._before, positions(self._figure)

    def run(self) -> None:
        """Let the engine run."""
        lay_out(self._figure)

    def note_run(self) -> None:
        """Find out whether the engine, which has run, has moved anything."""
        self._after = positions(self._figure)
        self.at_rest = not self._changed and self._after == self._before
        self._reaches.clear()
        for axes in self._figure.axes:
            self._reaches.update(reaches(axes))

    @property
    def is_settling(self) -> bool:
        """Whether the engine runs for this frame although nothing has changed."""
        return self._settling > 0

    @property
    def wavers(self) -> bool:
        """Whether it is time to find out if it is seen that the engine goes back and forth.

        It has gone both ways while nothing changed. So it does the same again, and comes back.
        """
        return (
            self._settling > 1
            and not self.at_rest
            and self._runs >= self._try_at
            and self._after == self._earlier != self._before
            and are_alike(self._after, self._before)
        )

    @property
    def settled(self) -> bool:
        """Whether it is known what the engine does as long as nothing changes."""
        return self.at_rest or self._runs < self._try_at

    def note_draws(self, *, same: bool) -> None:
        """Note whether two full draws, there and back, have shown the same picture."""
        self._try_at = self._runs + (self._pause if same else PAUSES[1])
        self._pause = min(2 * self._pause, PAUSES[1])
        self.at_rest = same and positions(self._figure) == self._after

    def _moves(self, container: Container) -> bool:
        """Return whether something in a container has changed that a layout depends on."""
        parent, changed = container.artist, container.changed_artists()
        known = [artist for artist in changed if artist in self._reaches]
        others = [artist for artist in changed if artist not in self._reaches]
        if is_laid_out(parent, others):
            return True
        now = reaches(parent) if known else {}
        return any(now.get(text) != self._reaches[text] for text in known)
