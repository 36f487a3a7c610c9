"""Frames without a file: a loop of the user's takes them, rendered in parallel.

::

    for frame_idx, array in animator.frames(params):    # a turn of the engine's: __next__()
        ...                                             # the user's; workers go on drawing

The thread that runs the loop is in turn the engine's and the user's. Only during a turn of the
engine's are signals noted, does the user's iterator run, and (where that process draws) do the
animation's rcParams hold.

A loop may end anywhere: at its end, by ``break``, by an exception, or because nobody has the
iterator any more. What is behind it does not refer to it, so that it can be told when it is gone.
"""

from __future__ import annotations

import atexit
import logging
import os
import tempfile
import threading
import weakref
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from parallel_animate.canvas import FrameFormat, Pixels, RedrawMode, check_matplotlib
from parallel_animate.engine import (
    Animatable,
    Engine,
    Job,
    Nobody,
    Plan,
    exit_if_a_worker_starts,
    kindred,
    open_engine,
)
from parallel_animate.errors import ArgumentError, FrameError, SetupError
from parallel_animate.options import CheckHistory, FrameOptions, StartMethod
from parallel_animate.params import FrameSource, closed_on_error
from parallel_animate.rendering import job_of, limits_named, plan_of
from parallel_animate.system import (
    Interrupts,
    Owner,
    is_ours,
    noted_warnings,
    start_thread,
    worker_count,
)

log = logging.getLogger("parallel_animate.animator")


class FrameIterator(Owner, Iterator[tuple[int, Pixels]]):
    """The frames of an animation, one after the other. :func:`frames` returns it.

    It ends when all frames were taken, after an error, and with :meth:`close`; so it does as soon
    as nobody refers to it, as after a ``break`` out of ``for ... in animator.frames(...)``. Its
    worker processes have ended then, and a generator of params is closed. Who keeps it in a
    variable uses it in a ``with`` block, which closes it at once also after an exception:

    Examples
    --------
    >>> import parallel_animate
    >>> from matplotlib.figure import Figure
    >>> class Number:
    ...     def setup(self):
    ...         figure = Figure(figsize=(3.2, 2.4))
    ...         self.text = figure.text(0.5, 0.5, "")
    ...         return figure
    ...
    ...     def update(self, frame_idx, params):
    ...         self.text.set_text(str(params))
    >>> with parallel_animate.frames(Number(), range(1000), num_workers=2) as frames:
    ...     print(next(frames)[0], next(frames)[0])
    0 1
    >>> next(frames, "it is closed")
    'it is closed'
    """

    def __init__(self, delivery: _Delivery) -> None:
        self._delivery = delivery
        weakref.finalize(self, delivery.abandon).atexit = False

    def __next__(self) -> tuple[int, Pixels]:
        """Return the next ``(frame_idx, array)``, after waiting for it."""
        item = self._delivery.next()
        if item is None:
            raise StopIteration
        return item

    def close(self) -> None:
        """End all that belongs to it. Arrays that it has returned stay as they are."""
        self._delivery.close()


def frames(
    animation: Animatable,
    param_by_frame: Iterable[Any],
    *,
    n_frames: int | None = None,
    copy: bool = False,
    num_workers: int = -1,
    savefig_params: Mapping[str, Any] | None = None,
    reuse_figure_object: bool = True,
    preload_factor: int = 8,
    redraw: RedrawMode = "auto",
    start_method: StartMethod | None = None,
    frame_timeout: float | None = None,
    check_history: CheckHistory = True,
    ring_slots: int | None = None,
) -> FrameIterator:
    """Yield all frames as arrays, in order, rendered in parallel; no file is written.

    It is also a method of :class:`Animator`: ``animator.frames(params)``.

    Each array is ``(height, width, 4) uint8`` RGBA with straight alpha: the bytes that
    ``savefig(format="rgba")`` gives, of the figure's exact size. It is a read-only view of shared
    memory, which is used again when nobody refers to the array any more. So an array that is kept
    never changes. But a loop that keeps more than three at once gets copies from then on, which
    take memory and time; a loop that keeps all of them had better ask for `copy`.

    Parameters
    ----------
    animation : Animator
        The animation, or any other object with such a ``setup()`` and ``update()``. Workers have it
        as it is when the first frame is asked for.
    param_by_frame : iterable
        One item per frame, in frame order, or :class:`IndexedFrameParams` in any order: then the
        frames are sorted by their ids, which are their `frame_idx` also where some are missing. The
        iterator runs in the thread that asks for a frame, while it asks: at most `preload_factor`
        items for each worker are pulled ahead. An iterator that waits for something (the next
        message, say) holds up frames that are finished meanwhile; with ``num_workers=1`` each
        frame is delivered before the next item is asked for. A generator is closed at the end.
        Nobody should change a list or an array while the frames are taken.
    n_frames : int, optional
        Frames to render; by default all that there are.
    copy : bool
        True gives arrays that may be kept, and written into.
    num_workers : int
        Worker processes; 1 draws in this process, each frame when it is asked for. As for
        :meth:`Animator.make_video`, like all arguments that follow.
    savefig_params : dict, optional
        ``dpi`` and ``facecolor``. A transparent figure stays transparent.
    reuse_figure_object : bool
        False calls ``setup()`` before every frame.
    preload_factor : int
        Params that are pulled ahead for each worker process.
    redraw : {"auto", "full", "verify"}
        "auto" draws only what ``update()`` has changed, which gives the same pixels as a full draw,
        and compares now and then. If a frame differs, all are drawn in full from then on. If some
        that may be wrong, because they were redrawn since the last good comparison, were returned
        already, it is a RedrawError that names them. "full" draws everything for each frame;
        "verify" compares each frame with that of a second figure.
    start_method : {"fork", "forkserver", "spawn"}, optional
        How worker processes start.
    frame_timeout : float, optional
        Seconds that a frame may take before its worker is replaced.
    check_history : bool or "error"
        Whether a few frames are drawn twice, to find out if ``update()`` keeps something from
        earlier frames: a warning, or an error.
    ring_slots : int, optional
        Frames that have room in the shared memory.

    Returns
    -------
    FrameIterator
        An iterator of ``(frame_idx, array)``, and a context manager. Nothing is started before the
        first frame is asked for.

    Raises
    ------
    ArgumentError
        If an argument cannot be used; an EmptyParamsError if there is no frame to render.
    AnimateError
        In the loop, when a frame is asked for: SetupError, FrameError (which is also of the type
        that ``update()`` has raised), ParamsError and so on, as from :meth:`Animator.make_video`,
        after all frames before the one that has failed. A RedrawError: see `redraw`.

    Notes
    -----
    Workers draw while the loop is at work, until there is no more room for finished frames. Ctrl-C
    in the loop is the program's own; while a frame is waited for, it raises KeyboardInterrupt, and
    ends the frames. Several iterators may be used in turn, or in several threads; one iterator by
    one thread at a time.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> class Wave:
    ...     def setup(self):
    ...         figure = Figure(figsize=(3.2, 2.4))
    ...         self.x = np.linspace(0, 2 * np.pi, 200)
    ...         (self.line,) = figure.subplots().plot(self.x, np.sin(self.x))
    ...         return figure
    ...
    ...     def update(self, frame_idx, params):
    ...         self.line.set_ydata(np.sin(self.x + params))
    >>> for frame_idx, array in frames(Wave(), np.linspace(0, 6, 12), num_workers=2):
    ...     assert array.shape == (240, 320, 4)
    >>> frame_idx
    11
    """
    exit_if_a_worker_starts()
    with closed_on_error(param_by_frame):
        check_animation(animation)
        if not isinstance(copy, bool | np.bool_):
            raise ArgumentError(f"copy must be True or False, not {copy!r}")
        options = FrameOptions.of(
            num_workers=num_workers,
            savefig_params=savefig_params,
            reuse_figure_object=reuse_figure_object,
            preload_factor=preload_factor,
            redraw=redraw,
            start_method=start_method,
            frame_timeout=frame_timeout,
            check_history=check_history,
            ring_slots=ring_slots,
        )
        return frame_iterator(animation, param_by_frame, options, n_frames, copy=bool(copy))


def frame_iterator(
    animation: Animatable,
    param_by_frame: Iterable[Any],
    options: FrameOptions,
    n_frames: int | None = None,
    *,
    copy: bool = False,
    apart: bool = False,
) -> FrameIterator:
    """Return the iterator over an animation's frames, with checked options.

    Parameters
    ----------
    animation, param_by_frame, n_frames, copy
        As for :func:`frames`.
    options : FrameOptions
        Everything else.
    apart : bool
        Whether even a single worker is a process of its own.
    """
    source = FrameSource(param_by_frame, n_frames, numbers_show=True)
    workers = worker_count(options.workers.num_workers, source.total)
    folder = Path(tempfile.gettempdir())
    plan = plan_of(options, workers, folder, in_loop=True, apart=apart)
    check_matplotlib()
    return FrameIterator(_Delivery(job_of(animation, options, workers), plan, source, copy=copy))


def check_animation(animation: object) -> None:
    """Raise an ArgumentError for what is no animation."""
    if isinstance(animation, type):
        raise ArgumentError(
            f"animation must be an object, not the class {animation.__name__}: "
            f"{animation.__name__}() makes one"
        )
    for method in ("setup", "update"):
        if not callable(getattr(animation, method, None)):
            raise ArgumentError(
                "animation must have the methods setup() and update(), as an Animator has: "
                f"{type(animation).__name__} has no {method}()"
            )


class _Delivery:
    """What is behind an iterator: the engine, in its turns, and how it ends."""

    def __init__(self, job: Job, plan: Plan, source: FrameSource, *, copy: bool) -> None:
        self._job = job
        self._plan = plan
        self._source = source
        self._copy = copy
        self._interrupts = Interrupts()
        self._busy = threading.Lock()
        self._engine: Engine | None = None
        self._frames: Generator[tuple[int, Pixels]] | None = None
        self._process = 0  # in which it was begun
        self._ended = False

    def next(self) -> tuple[int, Pixels] | None:
        """Return the next frame; None if there are no more."""
        if self._ended:
            return None
        if self._engine is not None and not self._is_here:
            raise SetupError(
                "these frames were begun in another process, which has forked this one: ask for "
                "frames() anew here"
            )
        with self._turn():
            item = None
            try:
                item = self._taken()
            finally:
                # The end, or an error; or a signal has come, which is one at the end of the turn.
                if item is None or self._interrupts.pending:
                    self._end()
            return item

    def close(self) -> None:
        """End all that was begun in this process."""
        if self._engine is None:
            self._ended = True
            self._source.close()
        elif self._is_here and not self._ended:
            with self._turn():
                self._end()

    def abandon(self) -> None:
        """Close, for nobody refers to the iterator any more, or the program ends."""
        if self._engine is None:
            return  # what was not begun need not end
        if is_ours(threading.current_thread()):
            # That has collected garbage by chance. It may be the very thread that is to end.
            with suppress(RuntimeError):  # the program ends
                start_thread("closer", self.close)
            return
        with suppress(ValueError):  # another thread asks for a frame while the program ends
            self.close()

    @property
    def _is_here(self) -> bool:
        """Whether it was begun in this process, and not in the one that has forked this one."""
        return self._process == os.getpid()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the block be a turn of the engine's."""
        if not self._busy.acquire(blocking=False):
            raise ValueError(
                "a frame of these is being asked for already, in another thread or by the iterator "
                "of params"
            )
        try:
            with noted_warnings(), self._interrupts.turn(), limits_named():
                yield
        except FrameError as error:
            if (joined := kindred(error)) is error:
                raise
            raise joined from error.__cause__
        finally:
            self._busy.release()

    def _taken(self) -> tuple[int, Pixels] | None:
        """Take the next frame from the engine, which is begun if it was not."""
        if self._engine is None:
            self._engine = open_engine(
                self._job, self._source, Nobody(), self._plan, self._interrupts
            )
            self._process = os.getpid()
        engine = self._engine
        with engine.turn():
            if self._frames is None:
                engine.__enter__()
                # Before what the engine itself does at the end of the program, and before the
                # threads that it waits for are stopped.
                atexit.register(self.abandon)
                log.info("a loop takes frames of %s", type(self._job.animation).__name__)
                engine.allocate(FrameFormat("rgba", *engine.size, alpha=True, even=False))
                self._frames = engine.handed_out(copy=self._copy)
            return next(self._frames, None)

    def _end(self) -> None:
        """End the engine."""
        self._ended = True
        log.info("the frames of %s have ended", type(self._job.animation).__name__)
        atexit.unregister(self.abandon)
        frames, self._frames = self._frames, None
        with ExitStack() as stack:
            stack.callback(self._interrupts.close)
            stack.enter_context(self._source)
            if self._engine is not None:
                stack.enter_context(self._engine.turn())
                stack.enter_context(closing(self._engine))
            if frames is not None:
                frames.close()
