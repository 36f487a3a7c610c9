"""Two figures that are made and changed alike: one is drawn with help, the other by matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas import Surface
from tests.canvas.redraw import difference, new_figure, planned, saved


class Pair:
    """A figure that is always drawn in full with help, and one that matplotlib draws.

    Parameters
    ----------
    make : callable
        Fills an empty figure.
    ways : str
        As for :func:`planned`.
    """

    def __init__(self, make: Callable[[Figure], Any], ways: str = "h") -> None:
        self.helped, self.reference = new_figure(), new_figure()
        make(self.helped)
        make(self.reference)
        with planned(ways):
            self.surface = Surface(self.helped)
        saved(self.reference)

    def step(self, change: Callable[[Figure], Any]) -> None:
        """Change both figures alike, draw them, and check that they look the same."""
        change(self.reference)
        expected = saved(self.reference)
        change(self.helped)
        self.surface.draw()
        told = difference(expected, self.surface.pixels)
        assert not told, told
        assert self.surface.mismatch is None
