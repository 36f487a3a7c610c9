"""One animation's figure, from params to pixels in a slot.

A :class:`FrameRenderer` is what a worker process runs, and what a serial render runs in the
main process: ``setup()`` once, then for each frame ``update()``, draw, store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from parallel_animate.canvas import (
    DrawCounts,
    Pixels,
    PixelStore,
    SeveralStores,
    SlotFormat,
    Surface,
    Way,
    is_opaque,
    store_for,
)
from parallel_animate.engine.animated import Animated
from parallel_animate.engine.blame import blamed
from parallel_animate.engine.job import Job
from parallel_animate.engine.second import SecondFigure
from parallel_animate.errors import FrameSizeError, RedrawError
from parallel_animate.text import shortened

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
        If ``setup()`` fails, or returns no ``Figure``; or, with ``redraw="verify"``, if the
        animation cannot be copied.
    """

    def __init__(self, job: Job) -> None:
        self._reuse = job.reuse_figure
        self._showing = job.showing
        # In a figure that is made anew for each frame, all has changed.
        anew = not job.reuse_figure and job.redraw == "auto"
        self._mode: Literal["auto", "full"] = "full" if anew or job.redraw == "full" else "auto"
        self._why_full = ANEW if anew else FULL
        self._store: PixelStore | SeveralStores | None = None
        self._size: tuple[int, int] | None = None
        self._reported: RedrawError | None = None  # the last mismatch that was returned
        self._surface: Surface | None = None  # of the figure, once that was drawn
        self._second = SecondFigure(job) if job.redraw == "verify" else None
        self._animated = Animated(job.animation, job.options)
        start = perf_counter()
        self._animated.set_up()
        self.setup_seconds = perf_counter() - start
        if self._second is not None:
            try:
                self._second.set_up(self._animated.figure)
            except BaseException:
                self.close()
                raise

    @property
    def size(self) -> tuple[int, int]:
        """The figure's width and height in pixels."""
        if self._surface is None:
            return self._animated.size
        height, width = self._surface.pixels.shape[:2]
        return width, height

    @property
    def opaque(self) -> bool:
        """Whether nothing can be seen through the figure's background."""
        return is_opaque(self._animated.figure)

    def set_format(self, frame_format: SlotFormat) -> None:
        """Set the format in which frames will be stored in their slots."""
        self._size = (frame_format.width, frame_format.height)
        self._store = store_for(frame_format)

    def begin(self, frame_idx: int, params: Any) -> Rendered:
        """Draw the figure for the first time, for a frame that goes nowhere; return what it took.

        Raises
        ------
        FrameError
            If ``update()`` or drawing fails.
        RedrawError
            With ``redraw="verify"``, if a second figure looks different.
        """
        if self._second is not None:
            self._second.await_turn(params)
        start = perf_counter()
        self._animated.update(frame_idx, params)
        updated = perf_counter()
        surface = self._surface = self._first_drawn(frame_idx, params)
        if self._second is not None:
            self._verify(surface, frame_idx, params)
        counts, surface.counts = surface.counts, DrawCounts()
        mismatch = self._new_mismatch(surface, frame_idx, params)
        return Rendered(updated - start, perf_counter() - updated, 0.0, counts, mismatch)

    def render(
        self, frame_idx: int, params: Any, slot: Callable[[], Pixels], way: Way = "redraw"
    ) -> Rendered:
        """Render a frame, drawn in a given way, and store it; return what it took.

        The slot for it is asked for only when it is drawn. To wait for one counts for no stage.

        If nothing was drawn before, the figure is drawn for the first time, which belongs to the
        start, and not to the frame; but what matplotlib shows before it saves it is the frame.

        Where ``setup()`` is called for each frame, it counts as part of the update.

        Raises
        ------
        FrameError
            If ``update()`` or drawing fails.
        FrameSizeError
            If the figure is no longer as large as the slots.
        RedrawError
            With ``redraw="verify"``, if a second figure looks different.
        """
        assert self._store is not None
        if self._second is not None:
            self._second.await_turn(params)
        start = perf_counter()
        if not self._reuse:
            self._close_first()
            self._animated.set_up()
        self._animated.update(frame_idx, params)
        updated = begun = perf_counter()
        is_drawn = self._surface is None and self._showing is not None
        if self._surface is None:
            self._surface = self._first_drawn(frame_idx, params)
            begun = updated if is_drawn or not self._reuse else perf_counter()
        surface = self._surface
        with blamed("drawing", frame_idx, params):
            surface.draw("redraw" if self._second is not None else way, drawn=is_drawn)
        self._check_size(frame_idx, params)
        if self._second is not None:
            surface.counts.full_seconds += self._verify(surface, frame_idx, params)
            surface.counts.full += 1
        mismatch = self._new_mismatch(surface, frame_idx, params)
        drawn = perf_counter()
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
        """
        surface = self._surface
        assert surface is not None
        start = perf_counter()
        with blamed("drawing", frame_idx, params):
            surface.check()
        mismatch = self._new_mismatch(surface, frame_idx, params)
        counts, surface.counts = surface.counts, DrawCounts()
        return Rendered(0.0, perf_counter() - start, 0.0, counts, mismatch)

    def close(self) -> None:
        """Close the figures that setup() made, so that pyplot forgets them."""
        self._close_first()
        if self._second is not None:
            self._second.close()

    def _close_first(self) -> None:
        if self._surface is not None:
            self._surface.close()
            self._surface = None
        self._animated.close()

    def _check_size(self, frame_idx: int, params: Any) -> None:
        if self.size != self._size:
            raise FrameSizeError(
                "frame {} is {}x{} pixels, but the video is {}x{}: all frames must have the size "
                "that the figure has after setup()".format(
                    frame_idx, *self.size, *self._size or ()
                ),
                frame_idx,
                shortened(params),
            )

    def _new_mismatch(self, surface: Surface, frame_idx: int, params: Any) -> RedrawError | None:
        """Return what made the surface give up redrawing, if it just did."""
        mismatch = surface.mismatch
        if mismatch is None or mismatch is self._reported:
            return None
        self._reported = mismatch
        return mismatch.at(frame_idx, shortened(params))

    def _verify(self, surface: Surface, frame_idx: int, params: Any) -> float:
        """Compare what was drawn last with the second figure; return the seconds to draw that."""
        assert self._second is not None
        seconds = self._second.follow(surface, frame_idx)
        mismatch = surface.mismatch or self._second.mismatch(surface, frame_idx)
        if mismatch is not None:
            raise mismatch.at(frame_idx, shortened(params)) from mismatch.__cause__
        return seconds

    def _first_drawn(self, frame_idx: int, params: Any) -> Surface:
        """Return the surface of the figure, drawn until its layout rests.

        Some artists settle something for good when they are first drawn: a quiver takes its scale
        from the arrows that it has then. So nothing is drawn before there is a frame to show, and
        every process begins with the same one. What matplotlib shows before it saves it is drawn as
        often as matplotlib does, whether its layout rests or not.
        """
        with blamed("drawing", frame_idx, params):
            figure = self._animated.figure
            surface = Surface(figure, self._mode, self._why_full, self._showing)
            if self._showing is None:
                surface.settle()
        return surface
