"""A figure and the canvas it is drawn on."""

from __future__ import annotations

from time import perf_counter, thread_time
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from parallel_animate.arguments import one_of
from parallel_animate.canvas.artists.capabilities import can_redraw
from parallel_animate.canvas.artists.origin import why_not_redrawn
from parallel_animate.canvas.counts import DrawCounts
from parallel_animate.canvas.difference import difference
from parallel_animate.canvas.options import Showing
from parallel_animate.canvas.picture import Picture
from parallel_animate.canvas.saving import SavingCanvas, is_opaque
from parallel_animate.canvas.tiles import Tiles
from parallel_animate.errors import RedrawError

# How a render draws. To verify takes a second figure, which a surface knows nothing of.
RedrawMode = Literal["auto", "full", "verify"]
# How a surface draws.
SurfaceMode = Literal["auto", "full"]
# How one frame is drawn: only what has changed; that, and in full to compare; or in full.
Way = Literal["redraw", "compare", "full"]

# Constrained layouts were seen to rest after three draws. Some tight layouts never do.
SETTLING_DRAWS = 8
# When so many frames were redrawn, what has changed in the first of them only goes back into the
# background, such as an axis whose limits update() sets to the same values each time. That is done
# once only: if what changes now and then went back each time, the background would have to be made
# anew each time.
MAKE_STATIC_AT = 16
# After so many redrawn frames all artists are looked through again for those that are drawn for
# each frame, which the report names.
LOOKED_THROUGH_EVERY = 8
# Why no frame is redrawn, in words.
DIFFERED = "a redrawn frame had differed from its full draw"
TWO_LAYOUTS = "its layout is made at two resolutions: dpi is not the figure's own"
NOT_ABLE = "this matplotlib is not built as expected: see the log"


class Surface:
    """Draws a figure, and shows its pixels.

    Making a surface draws the figure once. Some artists decide something for good at their
    first draw (a quiver its scale, a layout engine its margins), so every process has to begin
    with the same draw, whichever frame it is given first.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it gets a new Agg canvas, whatever backend made it.
    redraw : {"auto", "full"}
        "full" draws the whole figure each time, whatever :meth:`draw` is told. "auto" does what
        it is told.
    why_full : str
        Why the mode is "full", in words, to be counted.
    showing : Showing, optional
        How each picture is shown before it is drawn, as by an animation of matplotlib; None if it
        is not.

    Attributes
    ----------
    counts : DrawCounts
        What was done so far.
    draws : int
        How often the figure was drawn, redrawn or in full, for pictures to be shown.
    by_matplotlib : bool
        Whether all of these were full draws.
    mismatch : RedrawError or None
        Where a redrawn frame differed from the full draw, since when all frames are drawn in full.

    Examples
    --------
    >>> figure = Figure(figsize=(4, 3), dpi=100)
    >>> (line,) = figure.subplots().plot([1, 2, 3])
    >>> surface = Surface(figure)
    >>> line.set_ydata([3, 1, 2])
    >>> surface.draw()
    >>> surface.pixels.shape
    (300, 400, 4)
    """

    def __init__(
        self,
        figure: Figure,
        redraw: SurfaceMode = "auto",
        why_full: str = "redraw='full'",
        showing: Showing | None = None,
    ) -> None:
        one_of("redraw", redraw, get_args(SurfaceMode))
        self.figure = figure
        self.counts = DrawCounts()
        self.draws = 0
        self.by_matplotlib = True
        self.mismatch: RedrawError | None = None
        self._shown: npt.NDArray[np.uint8] | None = None
        self._mode = redraw
        self._showing = showing
        self._canvas = SavingCanvas(figure, showing)
        if self._shown_otherwise() and figure.get_layout_engine() is None:
            # What artists settle at their first draw, they settle here; to redraw shows nothing.
            self._canvas.show()
        self._redrawn = 0  # frames
        self._picture: Picture | None = None  # None as long as every frame is drawn in full
        self._why_full = why_full
        self._unable: str | None = None  # why no frame can be redrawn, whatever is in the figure
        self._damage: Tiles
        self._size: tuple[float, float, float] | None = None
        self._start()
        if showing is None:
            # The first picture is no frame; but if redrawing has failed for it, that counts.
            self.counts = DrawCounts(mismatches=self.counts.mismatches)

    def draw(self, way: Way = "redraw", *, drawn: bool = False) -> None:
        """Draw the figure as it is now.

        A frame that cannot be redrawn is drawn in full, whatever `way` says.

        Parameters
        ----------
        way : {"redraw", "compare", "full"}
            "redraw" draws what has changed since the last time, which gives the same pixels as to
            draw everything. "compare" does both. If they differ, it shows the full draw, and every
            frame is drawn in full from then on. "full" draws everything.
        drawn : bool
            Whether the picture that was drawn when the surface was made is this one.
        """
        if self.figure.canvas is not self._canvas:
            self.figure.set_canvas(self._canvas)  # an update has made another one
        resized = self._size_now() != self._size
        drawn |= resized
        if resized:
            self._start()
        elif way != "full":
            self._begin_redrawing()
        picture = self._picture
        reason = self._why_in_full()
        if picture is None or reason is not None or way == "full":
            self._draw_in_full(reason, drawn=drawn and picture is None)
            return
        if not drawn:
            self._draw_changes(picture)
        if self._picture is None:
            self._count_in_full(self._why_in_full())
            return
        if self._redrawn % LOOKED_THROUGH_EVERY == 0:
            self.counts.anew |= picture.drawn_anew()
        if way == "compare":
            self._check(picture)
        if self._redrawn == MAKE_STATIC_AT:
            picture.make_static(since=MAKE_STATIC_AT - 1)
        self._redrawn += 1

    def check(self) -> None:
        """Compare what was drawn last with a full draw, if it was redrawn, as "compare" does."""
        picture = self._picture
        if picture is not None and self._shown is picture.pixels:
            self._check(picture)

    def explain(self, full: npt.NDArray[np.uint8]) -> RedrawError | None:
        """Return the error for what was drawn last; None if it equals a full draw.

        Parameters
        ----------
        full : ndarray, (height, width, 4) uint8
            The full draw, RGBA: of this figure, or of one that should look the same.
        """
        found = difference(self.pixels, full)
        if found is None:
            return None
        picture = self._picture
        if picture is not None and self._shown is picture.pixels:
            return picture.explain(found)
        return RedrawError(f"the picture differs from the full draw {found.where}", found.box)

    def settle(self) -> None:
        """Draw until the layout engine, if there is one, moves nothing any more.

        Constrained layout takes a few draws to come to rest. Until then the picture depends on
        how often it was drawn, and so on which process drew it.
        """
        if self.figure.get_layout_engine() is None:
            return
        for _ in range(SETTLING_DRAWS):
            before = self.pixels.copy()
            if self._picture is None:
                self._draw_full()
            else:
                self._draw_changes(self._picture)
            settled = self._picture is None or self._picture.scene.layout.settled
            if settled and np.array_equal(before, self.pixels):
                return

    def close(self) -> None:
        """Follow the changes of the figure's artists no longer, and draw in full."""
        self._unable = DIFFERED if self.mismatch is not None else "it was closed"
        if self._picture is not None:
            self._picture.close()
            self._picture = None

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The drawn pixels, ``(height, width, 4) uint8`` RGBA, straight alpha.

        A view of the canvas's memory: valid until the next :meth:`draw`.
        """
        assert self._shown is not None
        return self._shown

    @property
    def opaque(self) -> bool:
        """Whether every pixel is opaque, because the figure's background is.

        Agg blends over what is there, and blending over an opaque pixel leaves it opaque.
        """
        return is_opaque(self.figure)

    @property
    def much_changed(self) -> bool:
        """Whether so much was drawn anew for the last frame that to draw all may be faster."""
        return self._picture is not None and self._picture.much_changed

    def expect_much(self) -> None:
        """Draw all of each picture until it is measured which way is fastest."""
        if self._picture is not None:
            self._picture.expect_much()

    def take_damage(self) -> Tiles:
        """Return the damage since the last call: where pixels may have changed."""
        damage = self._damage
        self._damage = damage.empty_copy()
        return damage

    def _start(self) -> None:
        """Draw the first picture of this size."""
        self.close()
        self._size = self._size_now()
        width, height, _ = self._size
        self._damage = Tiles(int(width), int(height))
        # Asked here only: to find out takes too long for each frame.
        if self._mode == "full":
            self._unable = self._why_full
        elif self.mismatch is not None:
            self._unable = DIFFERED
        else:
            self._unable = None if can_redraw() else NOT_ABLE
        self._begin_redrawing()
        if self._picture is None:
            self._draw_full()
        else:
            self._draw_changes(self._picture)
        self._damage.add_all()

    def _begin_redrawing(self) -> None:
        """Redraw from here on, if the figure may be redrawn now.

        Who hears of each draw may let go: an animation that setup() has made does at the first one.
        """
        if self._picture is None and self._why_in_full() is None:
            width, height, _ = self._size_now()
            shown_first = self._showing is not None and self._showing.dpi is not None
            self._picture = Picture(self.figure, width, height, shown_first=shown_first)

    def _why_in_full(self) -> str | None:
        """Return why the figure has to be drawn in full, in words; None if it can be redrawn."""
        if self._unable is not None:
            return self._unable
        if self._shown_otherwise() and self.figure.get_layout_engine() is not None:
            return TWO_LAYOUTS
        return why_not_redrawn(self.figure, self._canvas)

    def _shown_otherwise(self) -> bool:
        """Return whether the figure is shown at another resolution than it is saved at."""
        showing = self._showing
        return showing is not None and showing.dpi not in (None, self.figure.get_dpi())

    def _draw_in_full(self, reason: str | None, *, drawn: bool) -> None:
        """Draw a frame in full, for a reason, or because that was asked for."""
        if not drawn:
            self._draw_full()
        if self._picture is not None:
            self._picture.scene.drawn_by_others()
        self._count_in_full(reason)

    def _count_in_full(self, reason: str | None) -> None:
        if reason is None:
            self.counts.told += 1
        else:
            self.counts.in_full[reason] += 1

    def _size_now(self) -> tuple[float, float, float]:
        """Return width and height in pixels, and the dpi, that a full draw would have now.

        Before matplotlib 3.11 these pixels need not be whole: those of the canvas are, but the
        renderer counts y from the figure's own height.
        """
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        return renderer.width, renderer.height, renderer.dpi

    def _draw_changes(self, picture: Picture) -> None:
        """Draw what has changed."""
        self.draws += 1
        self.by_matplotlib = False
        rebuilds, rebuild_seconds = picture.rebuilds
        start = perf_counter()
        try:
            picture.draw()
        except Exception as error:
            self._draw_instead(error)
            return
        seconds = perf_counter() - start
        if self._shown is picture.pixels:
            self._damage = self._damage | picture.damage
        else:
            self._damage.add_all()
        self._shown = picture.pixels
        self.counts.redrawn += 1
        self.counts.helped += picture.helps
        self.counts.chosen += picture.pays
        self.counts.redrawn_seconds += seconds
        self.counts.rebuilds += picture.rebuilds[0] - rebuilds
        self.counts.rebuild_seconds += picture.rebuilds[1] - rebuild_seconds
        if picture.scene.layout.wavers:
            self._draw_wavering(picture)

    def _draw_wavering(self, picture: Picture) -> None:
        """Find out whether it is seen that the layout engine goes back and forth.

        Of two full draws, the first one shows where it goes to, and the second one comes back.
        """
        with picture.undisturbed():
            self._draw_all()
            other = np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]
            same = np.array_equal(other, picture.pixels)
            self._draw_all()
        picture.scene.layout.note_draws(same=same)

    def _draw_instead(self, error: Exception) -> None:
        """Draw in full, and for good, after redrawing has failed.

        If it is the figure that cannot be drawn, this raises the error that a full draw raises.
        """
        self._show_full()
        mismatch = RedrawError(f"redrawing failed ({type(error).__name__}: {error})")
        mismatch.__cause__ = error
        self._give_up(mismatch)

    def _give_up(self, mismatch: RedrawError) -> None:
        """Draw in full for good from here on."""
        self.counts.mismatches += 1
        self.mismatch = mismatch
        self.close()

    def _draw_full(self) -> None:
        """Draw everything."""
        self.draws += 1
        self._show_full()

    def _show_full(self) -> None:
        """Show a full draw."""
        self._draw_all()
        self._shown = np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        self._damage.add_all()

    def _draw_all(self, *, layout: bool = True) -> None:
        start = perf_counter()
        self._canvas.draw_as_saved(layout=layout)
        self.counts.full += 1
        self.counts.full_seconds += perf_counter() - start

    def _check(self, picture: Picture) -> None:
        """Compare the redrawn picture with a full draw."""
        with picture.undisturbed() as layout:
            start = thread_time()
            self._draw_all(layout=layout)
            picture.note_compared(thread_time() - start)
        full = np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        mismatch = self.explain(full)
        if mismatch is not None:
            self._shown = full
            self._damage.add_all()
            self._give_up(mismatch)


def checked_mode(redraw: Any) -> RedrawMode:
    """Return how a render draws.

    Raises
    ------
    ArgumentError
        If it is none.
    """
    one_of("redraw", redraw, get_args(RedrawMode))
    return redraw  # type: ignore[no-any-return]
