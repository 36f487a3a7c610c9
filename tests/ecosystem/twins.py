"""Animations of users of other libraries, drawn by a `Surface` and by matplotlib alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate.canvas import Surface
from parallel_animate.canvas import surface as surface_module
from tests.canvas.redraw import Make, Pixels, advance, difference, untold

FRAMES = 11  # of which some rest: see `advance`
SETTLED = 7  # the frame at which what has rested goes back into the background
COMPARED = (2, FRAMES - 1)  # the frames that a surface is told to compare, as it does in use


@dataclass(frozen=True)
class Animation:
    """An animation as users of a library write it.

    Parameters
    ----------
    name : str
        What it is about.
    make : callable
        Returns a new figure, and the function that changes it for a frame.
    wrong : str or None
        What is known to go wrong with it.
    """

    name: str
    make: Make
    wrong: str | None = None


class Animations(list[Animation]):
    """The animations of one test file; :meth:`add` is a decorator."""

    def add(self, make: Make) -> Make:
        """Add the function below as an animation."""
        self.append(Animation(make.__name__, make))
        return make

    def add_wrong(self, reason: str, *, where: bool = True) -> Callable[[Make], Make]:
        """Add the function below as an animation that is known to go wrong, where it does."""

        def added(make: Make) -> Make:
            self.append(Animation(make.__name__, make, reason if where else None))
            return make

        return added

    @property
    def each(self) -> pytest.MarkDecorator:
        """The decorator that runs a test for each animation."""
        return pytest.mark.parametrize("animation", [_parameter(each) for each in self])


def _parameter(animation: Animation) -> Any:
    """Return an animation for ``parametrize``."""
    wrong = pytest.mark.xfail(strict=True, reason=animation.wrong or "")
    return pytest.param(animation, id=animation.name, marks=[wrong] if animation.wrong else [])


def full_draw(figure: Figure) -> Pixels:
    """Return the picture that matplotlib alone makes of a figure: what every frame has to equal."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="rgba", dpi=figure.dpi, facecolor=figure.get_facecolor())
    width, height = figure.canvas.get_width_height()
    return np.frombuffer(buffer.getvalue(), np.uint8).reshape(height, width, 4)


def full_draws(animation: Animation) -> list[Pixels]:
    """Return the frames of an animation, drawn in full."""
    figure, update = animation.make()
    full_draw(figure)  # a surface draws once before the first frame, too
    pictures = []
    for frame in range(FRAMES):
        advance(update, frame)
        pictures.append(full_draw(figure))
    return pictures


def check_animation(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that each frame of an animation equals its full draw, and was redrawn.

    The surface compares only a few frames itself; all are compared here, so that nothing is put
    right unseen. What is drawn wholly anew for each frame counts as redrawn, too.
    """
    monkeypatch.setattr(surface_module, "MAKE_STATIC_AT", SETTLED)
    try:
        expected = full_draws(animation)
        plt.close("all")
        different = sum((a != b).any() for a, b in pairwise(expected))
        assert different > 3, "the animation stands still"
        figure, update = animation.make()
        surface = Surface(figure, redraw="auto")
        for frame in range(FRAMES):
            surface.take_damage()
            advance(update, frame)
            surface.draw("compare" if frame in COMPARED else "redraw")
            changed = untold(expected[frame - 1], expected[frame], surface) if frame else 0
            assert not changed, f"frame {frame}: {changed} pixels changed untold"
            told = difference(expected[frame], surface.pixels)
            assert not told, f"frame {frame}: {told}; {surface.mismatch}"
            assert surface.mismatch is None, f"frame {frame}: {surface.mismatch}"
        assert not surface.counts.mismatches
        assert surface.counts.redrawn == FRAMES, surface.counts
        surface.close()
    finally:
        plt.close("all")
