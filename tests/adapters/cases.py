"""What the animations of the tests have in common: a register, and a small figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.animation import Animation
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Make = Callable[[], Animation]

# Those that set everything from the item that they are given; those that depend on what was called
# before; and those whose items depend on what was called.
STATELESS: dict[str, Make] = {}
STATEFUL: dict[str, Make] = {}
COUPLED: dict[str, Make] = {}

# Those that depend on what was called need as many as histories are tried of.
FRAMES = 10
FEWER = 6
X = np.linspace(0, 6, 30)
DATA = np.random.default_rng(5).normal(size=(FRAMES, 40))


def case(kind: dict[str, Make]) -> Callable[[Make], Make]:
    """Register an animation."""

    def registered(make: Make) -> Make:
        kind[make.__name__] = make
        return make

    return registered


def axes(**options: Any) -> tuple[Figure, Axes]:
    """Return a small figure with one axes, and few ticks to draw."""
    figure = Figure(figsize=(1.6, 1.2), dpi=100, **options)
    ax = figure.subplots()
    ax.set_xticks([])
    ax.set_yticks([])
    return figure, ax
