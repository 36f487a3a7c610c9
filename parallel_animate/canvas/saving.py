"""What a picture is: that which ``savefig`` would give."""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.layouts import layout_left
from parallel_animate.canvas.masks import forget_mask


class SavingCanvas(FigureCanvasAgg):
    """An Agg canvas that draws as if it were always saving.

    What a canvas shows is not all that ``savefig`` gives: artists with ``animated=True`` are left
    for an animation to draw. And while it is saved, a figure with a layout engine is drawn twice:
    what is drawn after an axes may move a title in it, and only the second draw shows where.

    Examples
    --------
    >>> canvas = SavingCanvas(Figure(figsize=(4, 3), dpi=100))
    >>> canvas.draw_as_saved()
    >>> canvas.buffer_rgba().shape
    (300, 400, 4)
    """

    def __init__(self, figure: Figure) -> None:
        former: Any = figure.canvas
        super().__init__(figure)
        if former is not None:
            # Before matplotlib 3.11, widgets go on asking the canvas that they were made on, and
            # pyplot takes up only figures whose canvas has a manager, as in `plt.sca(ax)`.
            former.is_saving = self.is_saving
            self.manager = former.manager

    def is_saving(self) -> bool:
        """Return that the figure is being saved."""
        return True

    def draw_as_saved(self, *, layout: bool = True) -> None:
        """Draw the figure as ``savefig`` does.

        Parameters
        ----------
        layout : bool
            Whether the layout engine, if there is one, runs; else all is drawn where it lies.
        """
        if layout and self.figure.get_layout_engine() is not None:
            self.figure.draw_without_rendering()
        agg = private.held_agg(self.get_renderer())  # type: ignore[no-untyped-call]
        if agg is not None:
            forget_mask(agg)  # or the picture would depend on what this canvas has drawn before
        with layout_left(self.figure):
            self.draw()  # type: ignore[no-untyped-call]
