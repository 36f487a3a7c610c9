"""One animator's figure, from params to pixels in a slot.

A :class:`FrameRenderer` is what a worker process runs, and what a serial render runs in the
main process: ``setup()`` once, then for each frame ``update()``, draw, store.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from parallel_animate.canvas import (
    DrawCounts,
    FigureOptions,
    FrameFormat,
    Pixels,
    PixelStore,
    RedrawMode,
    Surface,
)
from parallel_animate.errors import (
    FigureTypeError,
    FrameError,
    FrameSizeError,
    RedrawError,
    SetupError,
)
from parallel_animate.text import said, shortened

if TYPE_CHECKING:
    from parallel_animate.animator import Animator


@dataclass(frozen=True)
class Job:
    """What is to be rendered, and how.

    Parameters
    ----------
    animator : Animator
        The user's object.
    options : FigureOptions
        Applied to each figure that ``setup()`` returns.
    reuse_figure : bool
        False to call ``setup()`` anew before every frame.
    redraw : {"auto", "full", "verify"}
        How the figure is drawn: see :class:`Surface`.
    threads : int
        Threads that a numeric library may use in a worker.
    """

    animator: Animator
    options: FigureOptions
    reuse_figure: bool
    redraw: RedrawMode
    threads: int


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
        """All of them together."""
        return self.update + self.draw + self.store

    @property
    def compared(self) -> float:
        """Seconds of `draw` that went into a full draw to compare the redrawn one with."""
        return self.counts.full_seconds if self.counts.redrawn else 0.0


class FrameRenderer:
    """Renders the frames of one animator in this process.

    Parameters
    ----------
    job : Job
        What is to be rendered, and how.

    Raises
    ------
    SetupError
        If ``setup()`` or the first draw fails, or no ``Figure`` is returned.
    """

    def __init__(self, job: Job) -> None:
        self._animator = job.animator
        self._options = job.options
        self._reuse = job.reuse_figure
        # A figure made anew for each frame has changed wholly.
        anew = not job.reuse_figure and job.redraw == "auto"
        self._redraw: RedrawMode = "full" if anew else job.redraw
        self._store: PixelStore | None = None
        self._size: tuple[int, int] | None = None
        self._numbers: set[int] = set()  # pyplot's, of the figures that setup() made
        self._told: RedrawError | None = None  # why it was given up, once that was said
        self._surface = self._make_surface()

    @property
    def size(self) -> tuple[int, int]:
        """The figure's width and height in pixels."""
        height, width = self._surface.pixels.shape[:2]
        return width, height

    def set_layout(self, layout: FrameFormat) -> None:
        """Set the form of the slots that frames will be stored in."""
        self._size = (layout.width, layout.height)
        self._store = PixelStore(layout)

    def render(self, frame_idx: int, params: Any, slot: Pixels) -> Rendered:
        """Render a frame into a slot; return what it took.

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
            self._surface = self._make_surface()
        self._update(frame_idx, params)
        updated = perf_counter()
        mismatch = self._draw(frame_idx, params)
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
        self._store.store(surface.pixels, slot, opaque=surface.opaque, damage=damage)
        counts, surface.counts = surface.counts, DrawCounts()
        stored = perf_counter()
        return Rendered(updated - start, drawn - updated, stored - drawn, counts, mismatch)

    def close(self) -> None:
        """Close the figures that setup() made, so that pyplot forgets them."""
        self._surface.close()
        _close_figures(self._numbers)

    def _update(self, frame_idx: int, params: Any) -> None:
        with _blame("update()", frame_idx, params):
            self._animator.update(frame_idx, params)

    def _draw(self, frame_idx: int, params: Any) -> RedrawError | None:
        """Draw the figure; return what made the surface give up redrawing, if it just did."""
        try:
            with _blame("drawing", frame_idx, params):
                self._surface.draw()
        except RedrawError as error:
            raise error.at(frame_idx, shortened(params)) from error.__cause__
        mismatch = self._surface.mismatch
        if mismatch is None or mismatch is self._told:
            return None
        self._told = mismatch
        return mismatch.at(frame_idx, shortened(params))

    def _make_surface(self) -> Surface:
        before = _open_figures()
        try:
            surface = self._drawn(self._set_up())
        except BaseException:
            _close_figures(_open_figures() - before)
            raise
        self._numbers = _open_figures() - before
        return surface

    def _set_up(self) -> Figure:
        try:
            figure = self._animator.setup()
        except (Exception, SystemExit) as error:
            raise SetupError(
                f"setup() failed: {said(error)}{_place_in_user_code(error)}"
            ) from error
        if not isinstance(figure, Figure):
            raise FigureTypeError(
                f"{type(self._animator).__name__}.setup() must return a matplotlib Figure, not "
                f"{_described(figure)}"
            )
        return figure

    def _drawn(self, figure: Figure) -> Surface:
        self._options.apply(figure)
        try:
            surface = Surface(figure, self._redraw)
            surface.settle()
            return surface
        except Exception as error:
            raise SetupError(
                f"the figure that setup() made cannot be drawn: {said(error)}"
                f"{_place_in_user_code(error)}"
            ) from error


@contextmanager
def _blame(stage: str, frame_idx: int, params: Any) -> Iterator[None]:
    """Turn an exception of the user's code into a FrameError that names the frame."""
    try:
        yield
    except RedrawError:
        raise
    except (Exception, SystemExit) as error:
        raise FrameError(
            f"{stage} failed for frame {frame_idx} with params {shortened(params)}: "
            f"{said(error)}{_place_in_user_code(error)}",
            frame_idx,
            shortened(params),
        ) from error


def _open_figures() -> set[int]:
    """Return the numbers of the figures that pyplot knows."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set() if pyplot is None else set(pyplot.get_fignums())


def _close_figures(numbers: set[int]) -> None:
    for number in numbers:
        sys.modules["matplotlib.pyplot"].close(number)


def _described(figure: object) -> str:
    """Say what setup() returned, and what it probably should have."""
    kind = type(figure).__name__
    if figure is None:
        return "None: end it with `return fig`"
    if isinstance(figure, tuple | list) and any(isinstance(part, Figure) for part in figure):
        return f"a {kind}: return the figure alone"
    of = getattr(figure, "figure", None)
    if isinstance(of, Figure):
        return f"{kind}: return its figure (`.figure`)"
    return f"{kind}: {shortened(figure)}"


def _place_in_user_code(error: BaseException) -> str:
    """Return the traceback of an exception from the first frame of the user's code.

    What matplotlib finds out only while it draws has none: of that, the last few frames.
    """
    traces: list[TracebackType] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if traces or not _is_own(_module(trace)):
            traces.append(trace)
        trace = trace.tb_next
    if not traces:
        return ""
    users = (trace for trace in traces if not _is_library(_module(trace)))
    first = next(users, traces[-LAST_FRAMES:][0])
    return "\n" + "".join(traceback.format_tb(first)).rstrip()


def _module(trace: TracebackType) -> str:
    """Return the name of the module that a frame belongs to."""
    return str(trace.tb_frame.f_globals.get("__name__"))


def _is_own(module: str) -> bool:
    """Return whether a module is between the engine and the user's code."""
    return module == __name__ or module.startswith("parallel_animate.canvas.")


def _is_library(module: str) -> bool:
    """Return whether a module's frames say nothing of what the user did."""
    return _is_own(module) or module.partition(".")[0] in _LIBRARIES


# Of a traceback without the user's code: what failed, and what for.
LAST_FRAMES = 3
# What a draw passes through.
_LIBRARIES = {"matplotlib", "mpl_toolkits", "numpy", "PIL", "pyparsing", *sys.stdlib_module_names}
