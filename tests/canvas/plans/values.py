"""What plans are made of: the data and colours that a small number stands for, and ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.ticker import AutoLocator

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


def few_ticks(ax: Axes) -> None:
    """Let an axes have few ticks, which are most of what a draw takes."""
    for axis in ax._axis_map.values():
        locator = axis.get_major_locator()
        locator = getattr(locator, "base", locator)  # of a polar axes
        if isinstance(locator, AutoLocator):
            locator.set_params(nbins=2)
