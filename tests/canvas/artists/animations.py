"""The animations of what artists hold, by the names of the classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tests.canvas.artists.steps import Step

Animation = Callable[[], tuple[Figure, Sequence[Step]]]

ANIMATED: dict[str, Animation] = {}  # by the name of a class that it holds

X = np.linspace(0.05, 1, 9)
CELLS = np.linspace(0.1, 0.9, 12).reshape(3, 4)


def animates(module: str, names: str) -> Callable[[Animation], Animation]:
    """Take the function below for an animation of some classes."""

    def added(make: Animation) -> Animation:
        ANIMATED.update({f"{module}.{name}": make for name in names.split()})
        return make

    return added


def steps(*several: tuple[Callable[..., Any], Any]) -> list[Step]:
    """Return a step for each pair of a function and its argument."""
    return [lambda call=call, value=value: call(value) for call, value in several]


def assigned(thing: Any, **values: Any) -> list[Step]:
    """Return a step for each attribute that is set directly."""
    return [
        lambda name=name, value=value: setattr(thing, name, value) for name, value in values.items()
    ]


def attribute(name: str, value: Any) -> Callable[[Any], Any]:
    return lambda thing: setattr(thing, name, value)
