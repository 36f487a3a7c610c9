"""An artist of which it is not known what it depends on is drawn each time."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from parallel_animate.canvas.artists import (
    family,
    volatile,
)
from tests.canvas.artists.steps import Step, check_steps, small_axes
from tests.canvas.redraw import new_axes

X = np.linspace(0, 6, 30)


def test_legend_without_a_known_place_is_drawn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be at the "best" place, which depends on the data."""
    _, ax = new_axes()
    ax.plot(X, X, label="line")
    legend = ax.legend(loc="upper left")
    assert not volatile.why_volatile(legend, family.family(legend))
    monkeypatch.delattr(Legend, "_loc")
    assert volatile.why_volatile(legend, family.family(legend))


def test_clip_path_without_a_known_patch_is_drawn_each_time() -> None:
    """Whose path it is cannot be told then."""
    _, ax = new_axes()
    (line,) = ax.plot(X, X)
    line.set_clip_path(ax.patch)
    assert not volatile.why_volatile(line, [line])
    line.set_clip_path(Path([[0, 0], [1, 0], [1, 1]]), ax.transData)
    assert not hasattr(line.get_clip_path(), "_patch")
    assert volatile.why_volatile(line, [line])


def test_hatched_contours_with_dashes_are_drawn_each_time() -> None:
    """Each draw sets their dashes anew, and scales them by the width of the lines once more."""

    def make() -> tuple[Figure, list[Step]]:
        figure, ax = small_axes()
        places = np.linspace(0, 1, 4)
        heights = np.add.outer(places, places**2)
        contours = ax.contourf(places, places, heights, 3, hatches=["", "//"])
        assert not volatile.why_volatile(contours, [contours])
        contours.set(edgecolor="k", linewidth=1.5, linestyle="--")
        assert volatile.why_volatile(contours, [contours])
        (line,) = ax.plot(X, X)
        return figure, [lambda: line.set_xdata(X / 6), lambda: line.set_ydata(X / 6)]

    check_steps(make)


@pytest.mark.parametrize("by", ["angle", "transform"])
def test_table_with_cells_that_are_turned_is_drawn_each_time(by: str) -> None:
    """Each draw fits what the cells take up into the box, and so gives them another size."""

    def make() -> tuple[Figure, list[Step]]:
        figure, ax = small_axes()
        table = ax.table([["a", "b"], ["c", "d"]], bbox=(0.1, 0.1, 0.8, 0.8))
        assert not volatile.why_volatile(table, family.family(table))
        if by == "angle":
            table[0, 0].set_angle(33)
        else:
            table[0, 0].set_transform(Affine2D().rotate(0.1) + ax.transAxes)
        assert volatile.why_volatile(table, family.family(table))
        (line,) = ax.plot(X, X)
        return figure, [lambda: line.set_xdata(X / 6), lambda: line.set_ydata(X / 6)]

    check_steps(make)
