"""Ticks made anew, as ``clear()`` demands, by copying one that was made before.

To make a tick takes matplotlib a millisecond or two: its three lines and two texts are made one
by one, each attribute is looked up in the rcParams, and then most of them are overwritten by those
of the axis's first tick. What comes of it depends on the rcParams, on the options of the axis's
ticks and on nothing else but the axes that it is in. So one tick of each kind is made by
matplotlib, and kept where nobody else can change it; the others are copies of that.
"""

from __future__ import annotations

from typing import Any

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists.private_made import (
    can_be_copied,
    copy_of_tick,
    takes_over,
)
from parallel_animate.canvas.helped.plain import is_own
from parallel_animate.canvas.helped.remembered import Remembered

KINDS = 100  # of ticks
MADE = {**drawn.OWN_TICKS, **drawn.POLAR_TICKS}


class TickMaker:
    """Makes ticks for the axes of a figure."""

    def __init__(self) -> None:
        self._models = Remembered(KINDS)
        self._made: dict[int, Any] = {}  # by this draw, for nobody else has changed them yet

    def forget(self) -> None:
        """Forget all: the rcParams have changed."""
        self._models.clear()

    def rest(self) -> None:
        """Let go of the ticks that were made for a draw."""
        self._made.clear()

    def make(self, axis: Any, major: bool) -> Any:
        """Return a new tick of an axis, as its own method does."""
        options = vars(axis)[drawn.TICK_OPTIONS[not major]]
        try:
            model = self._models.get(key := (type(axis), major, *sorted(options.items())))
        except TypeError:  # an option that cannot be looked up, such as a list
            return getattr(type(axis), drawn.NEW_TICK)(axis, major)
        if model is None:
            tick = getattr(type(axis), drawn.NEW_TICK)(axis, major)
            if type(tick) is MADE[type(axis)] and can_be_copied(tick):
                self._models.put(key, copy_of_tick(tick, axis.axes))
            return tick
        tick = copy_of_tick(model, axis.axes)
        self._made[id(tick)] = tick
        return tick

    def liken(self, axis: Any, model: Any, tick: Any) -> None:
        """Give a tick the properties of another one, as a method of the axis does."""
        parts = () if model is None else (model, *drawn.parts_of_tick(vars(model)))
        if id(tick) in self._made and parts and all(map(is_own, parts)):
            own = (tick, *drawn.parts_of_tick(vars(tick)))
            same = all(type(one) is type(other) for one, other in zip(parts, own, strict=True))
            if same and takes_over(zip(parts, own, strict=True)):
                return
        getattr(type(axis), drawn.COPY_TICK)(axis, model, tick)
