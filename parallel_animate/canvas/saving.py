"""What a picture is: that which ``savefig`` would give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

    An animation of matplotlib shows each frame before it saves it. On a canvas without a window
    that is a draw, too, at the figure's own resolution.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    shown_at : float, optional
        The dpi at which each picture is shown before; None if it is not.

    Examples
    --------
    >>> canvas = SavingCanvas(Figure(figsize=(4, 3), dpi=100))
    >>> canvas.draw_as_saved()
    >>> canvas.buffer_rgba().shape
    (300, 400, 4)
    """

    def __init__(self, figure: Figure, shown_at: float | None = None) -> None:
        former: Any = figure.canvas
        super().__init__(figure)
        self._shown_at = shown_at
        if former is not None:
            # Before matplotlib 3.11, widgets go on asking the canvas that they were made on, and
            # pyplot takes up only figures whose canvas has a manager, as in `plt.sca(ax)`.
            former.is_saving = self.is_saving
            # When an animation is saved, it has none, so that no window follows a change of size.
            self.manager = former.manager if shown_at is None else None

    def is_saving(self) -> bool:
        """Return that the figure is being saved."""
        return True

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:
        """Draw, unless the picture is shown before it is saved in any case."""
        if self._shown_at is None:
            super().draw_idle(*args, **kwargs)

    def show(self) -> None:
        """Draw the figure as it is shown, to nowhere, if it is."""
        if self._shown_at is not None:
            with resolution(self.figure, self._shown_at):
                self.figure.draw_without_rendering()

    def draw_as_saved(self, *, layout: bool = True) -> None:
        """Draw the figure as ``savefig`` does.

        Parameters
        ----------
        layout : bool
            Whether the layout engine, if there is one, runs; else all is drawn where it lies,
            and only once.
        """
        if layout:
            self.show()
        if layout and self.figure.get_layout_engine() is not None:
            self.figure.draw_without_rendering()
        agg = private.held_agg(self.get_renderer())  # type: ignore[no-untyped-call]
        if agg is not None:
            forget_mask(agg)  # or the picture would depend on what this canvas has drawn before
        with layout_left(self.figure):
            self.draw()  # type: ignore[no-untyped-call]


@contextmanager
def resolution(figure: Figure, dpi: float) -> Iterator[None]:
    """Give a figure another resolution in the block."""
    before = figure.get_dpi()
    figure.set_dpi(dpi)
    try:
        yield
    finally:
        figure.set_dpi(before)
