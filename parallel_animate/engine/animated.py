"""The user's object and the figure that it makes and changes."""

from __future__ import annotations

import math
import sys
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas import MAX_SIDE, FigureOptions, pixel_size
from parallel_animate.engine.animatable import Animatable, Words
from parallel_animate.engine.blame import blamed, described, place_in_user_code
from parallel_animate.errors import FigureTypeError, SetupError
from parallel_animate.system import one_process
from parallel_animate.text import said


class Animated:
    """Calls the user's ``setup()`` and ``update()``, and tells whose errors are theirs.

    Parameters
    ----------
    animation : Animatable
        The user's object.
    options : FigureOptions
        Applied to each figure that ``setup()`` returns.
    which : str
        Which figure an error belongs to, where there are several.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        The figure of the last ``setup()``.
    size : tuple of int
        Its width and height in pixels.
    """

    figure: Figure
    size: tuple[int, int]

    def __init__(self, animation: Animatable, options: FigureOptions, which: str = "") -> None:
        self._animation = animation
        self._options = options
        self._which = which
        words = getattr(animation, "words", None)
        self._words = words if isinstance(words, Words) else Words()
        self._numbers: set[int] = set()  # pyplot's, of what setup() made

    def set_up(self) -> None:
        """Call setup(), and note which figures it has left with pyplot.

        Raises
        ------
        SetupError
            If it fails, or returns no ``Figure``, or one that cannot be drawn.
        """
        before = open_figures()
        try:
            self.figure = self._made()
            self._options.apply(self.figure)
            self.size = self._pixel_size()
        except BaseException:
            close_figures(open_figures() - before)
            raise
        self._numbers = open_figures() - before

    def update(self, frame_idx: int, params: Any) -> None:
        """Call update() for a frame.

        Raises
        ------
        FrameError
            If it fails.
        """
        words = self._words
        told = words.params(frame_idx, params)
        with blamed(words.update + self._which, frame_idx, told), one_process(words.update):
            self._animation.update(frame_idx, params)

    def close(self) -> None:
        """Close the figures that setup() made, so that pyplot forgets them."""
        close_figures(self._numbers)

    def _made(self) -> Figure:
        try:
            with one_process(self._words.setup):
                figure = self._animation.setup()
        except (Exception, SystemExit) as error:
            raise SetupError(
                f"{self._words.setup}{self._which} failed: {said(error)}{place_in_user_code(error)}"
            ) from error
        if not isinstance(figure, Figure):
            raise FigureTypeError(
                f"{self._maker}{self._which} must return a matplotlib Figure, "
                f"not {described(figure)}"
            )
        return figure

    @property
    def _maker(self) -> str:
        """What makes the figure: a method of the user's class, unless it is called otherwise."""
        own = f"{type(self._animation).__name__}.{self._words.setup}"
        return own if self._words.setup == Words().setup else self._words.setup

    def _pixel_size(self) -> tuple[int, int]:
        longer, dpi = max(self.figure.get_size_inches()), self.figure.dpi
        width, height = (int(side * dpi) for side in self.figure.get_size_inches())
        said_size = f"has {width:,}x{height:,} pixels at {dpi:g} dpi"
        if max(width, height) > MAX_SIDE:
            fits = math.floor(100 * MAX_SIDE / longer) / 100
            raise SetupError(
                f"the figure that setup(){self._which} made {said_size}, and a video at most "
                f"{MAX_SIDE:,} pixels a side"
                + (f": with savefig_params={{'dpi': {fits:g}}} it fits" if fits else "")
            )
        if not min(width, height):
            raise SetupError(
                f"the figure that setup(){self._which} made {said_size}: give more of them"
            )
        try:
            return pixel_size(self.figure)
        except Exception as error:  # too large, for one
            raise SetupError(
                f"the figure that setup(){self._which} made cannot be drawn: {said(error)}"
                f"{place_in_user_code(error)}"
            ) from error


def open_figures() -> set[int]:
    """Return the numbers of the figures that pyplot knows."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set() if pyplot is None else set(pyplot.get_fignums())


def close_figures(numbers: set[int]) -> None:
    """Close figures of pyplot by their numbers."""
    for number in numbers:
        sys.modules["matplotlib.pyplot"].close(number)
