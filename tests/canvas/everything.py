"""An animation of some of everything, and what matplotlib alone draws of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from parallel_animate.canvas import Surface, Way
from tests.canvas.redraw import difference, new_figure, saved

X = np.linspace(0, 6, 30)


Pixels = npt.NDArray[np.uint8]


def animated() -> tuple[Figure, Callable[[int], None]]:
    """Return a figure with some of everything, and a function that changes it for a frame.

    With few ticks, which are most of a draw's time.
    """
    figure = new_figure(figsize=(5, 2.5))
    left = figure.add_subplot(1, 3, 1)
    right = figure.add_subplot(1, 3, 2)
    deep = figure.add_subplot(1, 3, 3, projection="3d")
    (line,) = left.plot(X, np.sin(X), label="line")
    left.legend(loc="upper right")
    left.add_patch(Circle((3, 0), 1, fc="r"))
    cut = right.imshow(np.eye(5), extent=(0, 6, -1, 1), aspect="auto")
    cut.set_clip_path(Circle((3, 0), 1, transform=right.transData))
    figure.align_ylabels([left, right])
    (curve,) = deep.plot(X, X, X)
    for ax in figure.axes:
        ax.locator_params(nbins=2)

    def update(frame: int) -> None:
        line.set_ydata(np.sin(X + frame))
        if frame % 2:
            left.set_ylabel("label\n" * frame)
            left.set_ylim(-1, 10**frame)
            cut.set_data(np.eye(5) * frame)
        curve.set_data_3d(X, X + frame % 3, X)
        if frame == 4:
            left.get_legend().set_loc("best")

    return figure, update


@cache
def full_draws() -> list[Pixels]:
    """Return the first frames of that figure, drawn by matplotlib alone."""
    figure, update = animated()
    saved(figure)
    pictures = []
    for frame in range(9):
        update(frame)
        pictures.append(saved(figure))
    return pictures


def check_animated(frames: int = 6, ways: Mapping[int, Way] = MappingProxyType({})) -> Surface:
    """Check each frame, redrawn unless `ways` has another; return the surface that drew them."""
    figure, update = animated()
    surface = Surface(figure)
    for frame, expected in zip(range(frames), full_draws()[:frames], strict=True):
        update(frame)
        surface.draw(ways.get(frame, "redraw"))
        told = difference(expected, surface.pixels)
        assert not told, f"frame {frame}: {told}; {surface.mismatch}"
    return surface
