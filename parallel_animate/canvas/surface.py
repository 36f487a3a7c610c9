"""A figure and the Agg canvas it is drawn on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

# Constrained layouts were seen to rest after three draws. Some tight layouts never do.
SETTLING_DRAWS = 8


class Surface:
    """Draws a figure, and shows its pixels.

    Making a surface draws the figure once. Some artists settle something for good at their
    first draw (a quiver chooses its scale, a layout engine its margins), so every process has
    to begin with the same draw, whichever frame it is given first.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it gets a new Agg canvas, whatever backend made it.

    Examples
    --------
    >>> surface = Surface(Figure(figsize=(4, 3), dpi=100))
    >>> surface.draw()
    >>> surface.pixels.shape
    (300, 400, 4)
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self._canvas = FigureCanvasAgg(figure)
        self.draw()

    def draw(self) -> None:
        """Draw the figure as it is now."""
        self._canvas.draw()  # type: ignore[no-untyped-call]

    def settle(self) -> None:
        """Draw until the layout engine, if there is one, moves nothing any more.

        Constrained layout takes a few draws to come to rest. Until then the picture depends on
        how often it was drawn, and so on which process drew it.
        """
        if self.figure.get_layout_engine() is None:
            return
        for _ in range(SETTLING_DRAWS):
            before = self.pixels.copy()
            self.draw()
            if np.array_equal(before, self.pixels):
                return

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The drawn pixels, ``(height, width, 4) uint8`` RGBA, straight alpha.

        A view of the canvas's memory: valid until the next :meth:`draw`.
        """
        return np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]

    @property
    def opaque(self) -> bool:
        """Whether every pixel is opaque, because the figure's background is.

        Agg blends over what is there, and blending over an opaque pixel leaves it opaque.
        """
        patch = self.figure.patch
        return bool(
            self.figure.get_frameon()
            and patch.get_visible()
            and to_rgba(patch.get_facecolor())[3] == 1.0
        )
