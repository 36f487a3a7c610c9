"""Whether an axes is placed by something unknown is known while its transforms are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.transforms import Affine2D, ScaledTranslation

from parallel_animate.canvas.artists import placement as module
from parallel_animate.canvas.artists.axes import is_placed_by_unknown
from parallel_animate.canvas.artists.placement import Placement
from tests.canvas.redraw import new_axes


class OwnTransform(Affine2D):
    """A transform of the user's."""


class OwnOffset(ScaledTranslation):
    """An offset of the user's."""


UNKNOWN: dict[str, Callable[[Any], object]] = {
    "a scale": lambda ax: ax.set_xscale(
        "function", functions=(lambda x: x + len(UNKNOWN), lambda x: x - len(UNKNOWN))
    ),
    "a transform": lambda ax: setattr(ax, "transAxes", OwnTransform() + ax.transAxes),
    "a wrapped transform": lambda ax: ax.transScale.set(OwnTransform()),
    "an offset": lambda ax: setattr(
        ax, "titleOffsetTrans", ScaledTranslation(0, 0, OwnTransform())
    ),
    "an offset of its own class": lambda ax: setattr(
        ax, "titleOffsetTrans", OwnOffset(0, 0, ax.figure.dpi_scale_trans)
    ),
    "a method": lambda ax: setattr(ax.transLimits, "transform", lambda points: points),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_unknown_from_now_on_is_found(name: str) -> None:
    """And once it is gone, nothing is remembered of it."""
    _, ax = new_axes()
    placement = Placement()
    assert not placement.is_unknown(ax)
    UNKNOWN[name](ax)
    assert placement.is_unknown(ax) is is_placed_by_unknown(ax) is True
    assert placement.is_unknown(ax)
    _, other = new_axes()
    assert not placement.is_unknown(other)


def test_transforms_are_not_looked_through_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _, ax = new_axes()
    placement = Placement()
    assert not placement.is_unknown(ax)
    monkeypatch.setattr(module, "is_placed_by_unknown", lambda artist: pytest.fail("looks again"))
    for frame in range(5):
        ax.set_title(f"{frame}")  # which makes another transform
    ax.set_xlim(3, 4)
    ax.set_position((0.2, 0.2, 0.5, 0.5))
    assert not placement.is_unknown(ax)


def test_nothing_is_kept_of_an_offset_that_was_replaced() -> None:
    _, ax = new_axes()
    placement = Placement()
    sizes = []
    for frame in range(4):
        ax.set_title(f"{frame}")
        assert not placement.is_unknown(ax)
        sizes.append(len(placement._held))
    assert len(set(sizes)) == 1
