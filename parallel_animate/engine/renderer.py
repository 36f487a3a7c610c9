"""One animation's figure, from params to pixels in a slot.

A :class:`FrameRenderer` is what a worker process runs, and what a serial render runs in the
main process: ``setup()`` once, then for each frame ``update()``, draw, store.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas import (
    DrawCounts,
    FrameFormat,
    Pixels,
    PixelStore,
    RedrawMode,
    Surface,
    Way,
    pixel_size,
)
from parallel_animate.engine.blame import blamed, described, place_in_user_code
from parallel_animate.engine.job import Job
from parallel_animate.errors import FigureTypeError, FrameSizeError, RedrawError, SetupError
from parallel_animate.text import said, shortened

# Why all frames are drawn in full, in words.
FULL = "redraw='full'"
ANEW = "setup() makes a new figure for each frame (reuse_figure_object=False)"


@dataclass(frozen=True)
class Rendered:
    """What it took to render a frame.

    Parameters
    ----------
    update, draw, store : float
        Seconds of these stages.
    counts : DrawCounts
        How it was drawn.
    mismatch : RedrawError or None
        Why this process draws in full from now on.
    """

    update: float
    draw: float
    store: float
    counts: DrawCounts
    mismatch: RedrawError | None = None

    @property
    def seconds(self) -> float:
        """Seconds of all stages together."""
        return self.update + self.draw + self.store

    @property
    def redrawn(self) -> bool:
        """Whether only what had changed was drawn, and not compared with a full draw."""
        return self.counts.redrawn > 0 and not self.counts.full

    @property
    def was_compared(self) -> bool:
        """Whether it was redrawn, and compared with a full draw."""
        return self.counts.redrawn > 0 and self.counts.full > 0

    @property
    def compared(self) -> float:
        """Seconds of `draw` that went into a full draw to compare the redrawn one with."""
        return self.counts.full_seconds if self.was_compared else 0.0


class FrameRenderer:
    """Renders the frames of one animation in this process.

    Parameters
    ----------
    job : Job
        What is to be rendered, and how.

    Attributes
    ----------
    setup_seconds : float
        What ``setup()`` took.

    Raises
    ------
    SetupError
        If ``setup()`` fails, or returns no ``Figure``.
    """

    def __init__(self, job: Job) -> None:
        self._animation = job.animation
        self._options = job.options
        self._reuse = job.reuse_figure
        # In a figure that is made anew for each frame, all has changed.
        anew = not job.reuse_figure and job.redraw == "auto"
        self._redraw: RedrawMode = "full" if anew else job.redraw
        self._why_full = ANEW if anew else FULL
        self._store: PixelStore | None = None
        self._size: tuple[int, int] | None = None
        self._figure_numbers: set[int] = set()  # pyplot's, of what setup() made
        self._reported: RedrawError | None = None  # the last mismatch that was returned
        self._surface: Surface | None = None  # of the figure, once that was drawn
        start = perf_counter()
        self._figure = self._make_figure()
        self.setup_seconds = perf_counter() - start

    @property
    def size(self) -> tuple[int, int]:
        """The figure's width and height in pixels."""
        if self._surface is None:
            return self._figure_size
        height, width = self._surface.pixels.shape[:2]
        return width, height

    def set_format(self, frame_format: FrameFormat) -> None:
        """Set the format in which frames will be stored in their slots."""
        self._size = (frame_format.width, frame_format.height)
        self._store = PixelStore(frame_format)

    def begin(self, frame_idx: int, params: Any) -> Rendered:
        """Draw the figure for the first time, for a frame that goes nowhere; return what it took.

        Raises
        ------
        FrameError
            If ``update()`` or drawing fails.
        """
        start = perf_counter()
        self._update(frame_idx, params)
        updated = perf_counter()
        surface = self._surface = self._first_drawn(frame_idx, params)
        counts, surface.counts = surface.counts, DrawCounts()
        mismatch = self._new_mismatch(surface, frame_idx, params)
        return Rendered(updated - start, perf_counter() - updated, 0.0, counts, mismatch)

    def render(
        self, frame_idx: int, params: Any, slot: Callable[[], Pixels], way: Way = "redraw"
    ) -> Rendered:
        """Render a frame, drawn in a given way, and store it; return what it took.

        The slot for it is asked for only when it is drawn. To wait for one counts for no stage.

        If nothing was drawn before, the figure is drawn for the first time, which belongs to the
        start, and not to the frame.

        Where ``setup()`` is called for each frame, it counts as part of the update.

        Raises
        ------
        FrameError
            If ``update()`` or drawing fails.
        FrameSizeError
            If the figure is no longer as large as the slots.
        RedrawError
            With ``redraw="verify"``, if a redrawn frame differs from its full draw.
        """
        assert self._store is not None
        start = perf_counter()
        if not self._reuse:
            self.close()
            self._figure = self._make_figure()
        self._update(frame_idx, params)
        updated = begun = perf_counter()
        if self._surface is None:
            self._surface = self._first_drawn(frame_idx, params)
            begun = perf_counter() if self._reuse else updated
        with self._blamed_drawing(frame_idx, params):
            self._surface.draw(way)
        mismatch = self._new_mismatch(self._surface, frame_idx, params)
        drawn = perf_counter()
        if self.size != self._size:
            raise FrameSizeError(
                "frame {} is {}x{} pixels, but the video is {}x{}: all frames must have the size "
                "that the figure has after setup()".format(
                    frame_idx, *self.size, *self._size or ()
                ),
                frame_idx,
                shortened(params),
            )
        surface = self._surface
        damage = surface.take_damage() if self._reuse else None
        pixels = slot()
        supplied = perf_counter()
        self._store.store(surface.pixels, pixels, opaque=surface.opaque, damage=damage)
        counts, surface.counts = surface.counts, DrawCounts()
        stored = perf_counter()
        return Rendered(updated - start, drawn - begun, stored - supplied, counts, mismatch)

    def check(self, frame_idx: int, params: Any) -> Rendered:
        """Compare the frame that was rendered last with a full draw; return what it took.

        Raises
        ------
        FrameError
            If drawing fails.
        RedrawError
            With ``redraw="verify"``, if it differs.
        """
        surface = self._surface
        assert surface is not None
        start = perf_counter()
        with self._blamed_drawing(frame_idx, params):
            surface.check()
        mismatch = self._new_mismatch(surface, frame_idx, params)
        counts, surface.counts = surface.counts, DrawCounts()
        return Rendered(0.0, perf_counter() - start, 0.0, counts, mismatch)

    def close(self) -> None:
        """Close the figures that setup() made, so that pyplot forgets them."""
        if self._surface is not None:
            self._surface.close()
            self._surface = None
        _close_figures(self._figure_numbers)

    def _update(self, frame_idx: int, params: Any) -> None:
        with blamed("update()", frame_idx, params):
            self._animation.update(frame_idx, params)

    def _new_mismatch(self, surface: Surface, frame_idx: int, params: Any) -> RedrawError | None:
        """Return what made the surface give up redrawing, if it just did."""
        mismatch = surface.mismatch
        if mismatch is None or mismatch is self._reported:
            return None
        self._reported = mismatch
        return mismatch.at(frame_idx, shortened(params))

    def _make_figure(self) -> Figure:
        """Call setup(), and note which figures it has left with pyplot."""
        before = _open_figures()
        try:
            figure = self._set_up()
            self._options.apply(figure)
            self._figure_size = _size_of(figure)
        except BaseException:
            _close_figures(_open_figures() - before)
            raise
        self._figure_numbers = _open_figures() - before
        return figure

    def _set_up(self) -> Figure:
        try:
            figure = self._animation.setup()
        except (Exception, SystemExit) as error:
            raise SetupError(f"setup() failed: {said(error)}{place_in_user_code(error)}") from error
        if not isinstance(figure, Figure):
            raise FigureTypeError(
                f"{type(self._animation).__name__}.setup() must return a matplotlib Figure, not "
                f"{described(figure)}"
            )
        return figure

    def _first_drawn(self, frame_idx: int, params: Any) -> Surface:
        """Return the surface of the figure, drawn until its layout rests.

        Some artists settle something for good when they are first drawn: a quiver takes its scale
        from the arrows that it has then. So nothing is drawn before there is a frame to show, and
        every process begins with the same one.
        """
        with self._blamed_drawing(frame_idx, params):
            surface = Surface(self._figure, self._redraw, self._why_full)
            surface.settle()
        return surface

    @contextmanager
    def _blamed_drawing(self, frame_idx: int, params: Any) -> Iterator[None]:
        """Let errors of drawing name the frame."""
        try:
            with blamed("drawing", frame_idx, params):
                yield
        except RedrawError as error:
            self._reported = error  # it is not that of the next frame
            raise error.at(frame_idx, shortened(params)) from error.__cause__


def _size_of(figure: Figure) -> tuple[int, int]:
    """Return a figure's width and height in pixels."""
    try:
        return pixel_size(figure)
    except Exception as error:  # too large, for one
        raise SetupError(
            f"the figure that setup() made cannot be drawn: {said(error)}"
            f"{place_in_user_code(error)}"
        ) from error


def _open_figures() -> set[int]:
    """Return the numbers of the figures that pyplot knows."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set() if pyplot is None else set(pyplot.get_fignums())


def _close_figures(numbers: set[int]) -> None:
    for number in numbers:
        sys.modules["matplotlib.pyplot"].close(number)
