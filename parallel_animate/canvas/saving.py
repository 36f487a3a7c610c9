"""What a picture is: that which ``savefig`` would give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.layouts import layout_left
from parallel_animate.canvas.artists.private_drawn import forget_sizes
from parallel_animate.canvas.artists.values import known_params
from parallel_animate.canvas.masks import forget_mask
from parallel_animate.canvas.options import Showing

# With others of these, texts have another size.
HINTING = ("text.hinting", "text.hinting_factor", "text.kerning_factor")


class SavingCanvas(FigureCanvasAgg):
    """An Agg canvas that draws as if it were always saving.

    What a canvas shows is not all that ``savefig`` gives: artists with ``animated=True`` are left
    for an animation to draw. And while it is saved, a figure with a layout engine is drawn twice:
    what is drawn after an axes may move a title in it, and only the second draw shows where.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    showing : Showing, optional
        How each picture is shown before it is saved; None if it is not.

    Examples
    --------
    >>> canvas = SavingCanvas(Figure(figsize=(4, 3), dpi=100))
    >>> canvas.draw_as_saved()
    >>> canvas.buffer_rgba().shape
    (300, 400, 4)
    """

    def __init__(self, figure: Figure, showing: Showing | None = None) -> None:
        former: Any = figure.canvas
        super().__init__(figure)
        self.showing = showing
        self._hinting: list[object] = []
        if former is not None:
            # Before matplotlib 3.11, widgets go on asking the canvas that they were made on, and
            # pyplot takes up only figures whose canvas has a manager, as in `plt.sca(ax)`.
            former.is_saving = self.is_saving
            # When an animation is saved, it has none, so that no window follows a change of size.
            self.manager = former.manager if showing is None else None

    def is_saving(self) -> bool:
        """Return that the figure is being saved."""
        return True

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:
        """Draw, unless :meth:`show` does so, or not, in its place."""
        if self.showing is None:
            super().draw_idle(*args, **kwargs)

    def show(self) -> None:
        """Draw the figure as it is shown, to nowhere, if it is."""
        if self.showing is not None and self.showing.dpi is not None:
            with resolution(self.figure, self.showing.dpi):
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
        renderer = self.get_renderer()  # type: ignore[no-untyped-call]
        hinting = known_params(HINTING)
        if hinting != self._hinting:
            forget_sizes(renderer)
            self._hinting = hinting
        agg = private.held_agg(renderer)
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


def is_opaque(figure: Figure) -> bool:
    """Return whether nothing can be seen through a figure's background.

    Examples
    --------
    >>> is_opaque(Figure()), is_opaque(Figure(facecolor="none"))
    (True, False)
    """
    patch = figure.patch
    return bool(
        figure.get_frameon() and patch.get_visible() and to_rgba(patch.get_facecolor())[3] == 1.0
    )


def pixel_size(figure: Figure) -> tuple[int, int]:
    """Return the width and height in pixels that a figure has when it is drawn.

    Examples
    --------
    >>> pixel_size(Figure(figsize=(4, 3), dpi=100))
    (400, 300)
    """
    renderer = SavingCanvas(figure).get_renderer()  # type: ignore[no-untyped-call]
    return int(renderer.width), int(renderer.height)
