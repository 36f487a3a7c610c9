"""Copies of the user's object, each of which makes a figure that nobody else changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from parallel_animate.canvas import FigureOptions, Witness, forget_figures, separate_figures
from parallel_animate.engine.animatable import Animatable
from parallel_animate.engine.animated import Animated, close_figures, open_figures
from parallel_animate.engine.blame import blamed
from parallel_animate.engine.chance import SharedState
from parallel_animate.errors import SetupError
from parallel_animate.system import independent_copy
from parallel_animate.text import said

# Which figure an error of the user's code belongs to.
WHICH = " of the second figure, which redraw='verify' makes,"


class AnimatedCopy:
    """A copy of the user's object, and the figure that it makes, which matplotlib alone draws.

    What ``setup()`` and ``update()`` store on the object is its own, and so are pyplot's figures.

    Parameters
    ----------
    animation : Animatable
        The user's object; ``setup()`` is called for the copy only.
    options : FigureOptions
        Applied to each figure that ``setup()`` returns.

    Raises
    ------
    SetupError
        If it cannot be copied.
    """

    def __init__(self, animation: Animatable, options: FigureOptions) -> None:
        before = open_figures()
        self._animation = _copied(animation)
        # A figure of pyplot that the object has, as from an earlier render, is copied too.
        self._figures = forget_figures(kept=before)
        self._copied_figures = set(self._figures)
        self._options = options
        self._animated = Animated(self._animation, options, WHICH)
        self._witness: Witness | None = None

    def again(self) -> AnimatedCopy:
        """Return a copy of the copy."""
        return AnimatedCopy(self._animation, self._options)

    @contextmanager
    def turn(self, shared: SharedState) -> Iterator[None]:
        """Let the block, which calls its methods, change nothing outside of it.

        Parameters
        ----------
        shared : SharedState
            What the block finds of it.
        """
        after = SharedState.now()
        shared.restore()
        try:
            with separate_figures(self._figures):
                yield
        finally:
            after.restore()

    def set_up(self) -> Figure:
        """Call setup() in place of the last time, and return its figure."""
        self._animated.close()
        self._witness = None
        self._animated.set_up()
        return self._animated.figure

    def update(self, frame_idx: int, params: Any) -> None:
        """Call update() for a frame."""
        self._animated.update(frame_idx, params)

    def draw_until(self, draws: int, frame_idx: int, params: Any) -> float:
        """Draw until the figure was drawn so often; return the seconds of the last time."""
        with blamed(f"drawing{WHICH}", frame_idx, params):
            if self._witness is None:
                self._witness = Witness(self._animated.figure)
            return self._witness.draw_until(draws)

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """What was drawn last, RGBA."""
        assert self._witness is not None
        return self._witness.pixels

    def close(self) -> None:
        """Let pyplot forget its figures."""
        with separate_figures(self._figures):
            self._animated.close()
            close_figures(self._copied_figures)


def own_copy(params: Any) -> Any:
    """Return a copy of params for another update(), which may change them; or the same object."""
    try:
        return independent_copy(params)
    except Exception:
        return params


def _copied(animation: Animatable) -> Animatable:
    """Return a copy of the user's object that shares nothing with it."""
    try:
        return independent_copy(animation)  # type: ignore[no-any-return]
    except Exception as error:
        raise SetupError(
            "redraw='verify' compares with a second figure, for which "
            f"{type(animation).__name__} has to be copied, but {_culprits(animation)} cannot be "
            f"({said(error)}): open files and devices in setup() instead of __init__(), or use "
            "redraw='auto' or 'full'"
        ) from error


def _culprits(animation: Animatable) -> str:
    """Say which attributes of an object cannot be copied."""
    names = []
    for name, value in getattr(animation, "__dict__", {}).items():
        try:
            independent_copy(value)
        except Exception:
            names.append(f"self.{name}")
    return " and ".join(names) or "it"
