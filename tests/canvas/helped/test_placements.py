"""What places the artists of an axes is looked through again wherever it may be something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, TransformNode

from parallel_animate.canvas.artists import placement as module
from parallel_animate.canvas.helped.placements import Placements


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the axes that were looked through, as they are."""
    found: list[Any] = []
    real = module.is_placed_by_unknown
    monkeypatch.setattr(
        module, "is_placed_by_unknown", lambda axes: found.append(axes) or real(axes)
    )
    return found


class Own(Affine2D):
    """A transform of the user's."""


def asked(placements: Placements, axes: Any) -> bool:
    placements.begin()
    return placements.unknown(axes)


@pytest.mark.parametrize("options", [{}, {"projection": "polar"}])
def test_an_axes_is_looked_through_once_as_long_as_it_holds_the_same(
    options: dict[str, Any], looked: list[Any]
) -> None:
    figure = Figure()
    axes: Any = figure.add_subplot(**options)
    placements = Placements()
    for frame in range(5):
        axes.set_ylim(0, 1 + frame)
        figure.draw_without_rendering()
        assert not asked(placements, axes)
    assert len(looked) <= 2  # the first draw makes some transforms


def replaced_part(axes: Any) -> None:
    axes.transData._b = Own()


def wrapped(axes: Any) -> None:
    axes.transScale.set(Own())


def another(axes: Any) -> None:
    axes.transData = Own()


def own_method(axes: Any) -> None:
    axes.transAxes.get_matrix = lambda: np.eye(3)


@pytest.mark.parametrize("change", [replaced_part, wrapped, another, own_method])
def test_what_is_put_in_later_is_found(change: Any) -> None:
    figure = Figure()
    axes = figure.subplots()
    figure.draw_without_rendering()
    placements = Placements()
    assert not asked(placements, axes)
    assert not asked(placements, axes)
    change(axes)
    assert asked(placements, axes)
    assert asked(placements, axes)


def test_axes_that_are_gone_are_forgotten() -> None:
    figure = Figure()
    placements = Placements()
    for _ in range(5):
        figure.clear()
        assert not asked(placements, figure.subplots())
    placements.begin()
    placements.begin()
    assert not placements._before
    assert isinstance(figure.axes[0].transData, TransformNode)
