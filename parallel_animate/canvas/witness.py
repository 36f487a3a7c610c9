"""A figure that matplotlib alone draws, for another one's pictures to be compared with.

Nothing here knows what of a figure has changed, or what was drawn before: no answer that redrawing
remembers can take part.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from parallel_animate.canvas.saving import SavingCanvas


class Witness:
    """Draws all of a figure, as often as a surface has drawn another one.

    What a figure looks like may depend on how often it was drawn: a layout engine takes several
    draws to come to rest, and some artists settle something for good at their first.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it gets a new Agg canvas.

    Examples
    --------
    >>> witness = Witness(Figure(figsize=(4, 3), dpi=100))
    >>> seconds = witness.draw_until(3)
    >>> witness.pixels.shape
    (300, 400, 4)
    """

    def __init__(self, figure: Figure) -> None:
        self._canvas = SavingCanvas(figure)
        self._draws = 0

    def draw_until(self, draws: int) -> float:
        """Draw the figure as it is now, until it was drawn so often; return the last one's seconds.

        Parameters
        ----------
        draws : int
            How often the figure shall have been drawn in its life.
        """
        seconds = 0.0
        while self._draws < draws:
            start = perf_counter()
            self._canvas.draw_as_saved()
            seconds = perf_counter() - start
            self._draws += 1
        return seconds

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The drawn pixels, ``(height, width, 4) uint8`` RGBA: a view, until the next draw."""
        return np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]
