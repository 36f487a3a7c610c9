"""What plans are made of: the data and colours that a small number stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Axes = Any  # of any projection

X = np.linspace(0.1, 6, 12)
COLOURS = ["tab:blue", "tab:red", "none", "0.5", (0.2, 0.6, 0.3, 0.5), "gold"]


def wave(value: int) -> npt.NDArray[np.float64]:
    return (1 + value / 4) * (1.2 + np.sin(X + value))


def picture(value: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(value).random((4, 5)) * (1 + value)


def points(value: int) -> npt.NDArray[np.float64]:
    return np.column_stack([X, wave(value)])[::2]


def colour(value: int) -> Any:
    return COLOURS[value % len(COLOURS)]
