"""Changes that nothing tells of, in objects whose classes are taken for known.

What is known of matplotlib's classes may be wrong, for a version to come for example. Then only a
comparison with a full draw finds it. There is no such class now that tests could use, so these
here are taken for known, and what they draw depends on what their attributes do not tell.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patheffects import withStroke

from parallel_animate.canvas.artists import known

COLOURS: WeakKeyDictionary[UnseenStroke, str] = WeakKeyDictionary()
POWERS: WeakKeyDictionary[UnseenNorm, float] = WeakKeyDictionary()


class UnseenStroke(withStroke):
    """A black stroke, until :meth:`recolour` gives it another colour unseen."""

    def recolour(self, colour: str) -> None:
        COLOURS[self] = colour

    def draw_path(self, renderer: Any, gc: Any, *args: Any) -> None:
        kept, self._gc = self._gc, {"foreground": COLOURS.get(self, "black"), "linewidth": 6}
        try:
            super().draw_path(renderer, gc, *args)
        finally:
            self._gc = kept


class UnseenNorm(Normalize):
    """A norm with a power, which :meth:`set_power` changes unseen."""

    def set_power(self, power: float) -> None:
        POWERS[self] = power

    def __call__(self, value: Any, clip: bool | None = None) -> Any:
        normed = super().__call__(value, clip)
        return np.ma.asarray(normed) ** POWERS.get(self, 1.0)


known.NAMES |= {f"{kind.__module__}.{kind.__qualname__}" for kind in (UnseenStroke, UnseenNorm)}
