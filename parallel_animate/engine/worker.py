"""What runs in a worker process.

A thread reads each message as soon as it comes, even while the main thread draws, so that the main
process never waits for a busy worker to take large params. The thread also notices when the main
process is gone, and then ends the worker in the middle of whatever it does.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import queue
import signal
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any

import matplotlib
import numpy as np
from threadpoolctl import threadpool_limits

from parallel_animate.canvas import Pixels, forget_figures
from parallel_animate.engine.job import Job
from parallel_animate.engine.messages import (
    Attached,
    BlockGone,
    BlockOffer,
    Done,
    Failed,
    Ready,
    RingOffer,
    SlotOffer,
    Started,
    Task,
    receive,
    send,
)
from parallel_animate.engine.parent import die_with_parent, is_running
from parallel_animate.engine.relay import warnings_relayed
from parallel_animate.engine.renderer import FrameRenderer, Rendered
from parallel_animate.errors import AnimateError, FrameError, SetupError
from parallel_animate.memory import SharedBlock, SlotRing
from parallel_animate.params import InheritedParams, PayloadReader, unpickled_params
from parallel_animate.system import (
    RECALL_SIGNAL,
    just_forked,
    lower_limits,
    pickled_by_value,
)
from parallel_animate.text import said

# After the pipe has ended, a worker may take this long (seconds) to finish its frame and
# close what the user has open, before its thread ends it.
GRACE = 0.75
# Seconds between two looks at whether the main process runs. If it is killed, its pipes may stay
# open: processes that the user's params started, such as a data loader's, have inherited its ends.
POLL = 0.25
# Asks a worker for the stacks of its threads; None where there is no such signal.
STACK_SIGNAL: int | None = getattr(signal, "SIGUSR1", None)
# Numeric libraries that setup() loads later read these when they are loaded.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

Sent = tuple[Any, Any]
"""A message, and what follows it: the bytes of params and of their buffers, or a descriptor."""

Slots = queue.SimpleQueue[int | None]
"""Slots to fill; None at the end of the pipe."""

Received = Sent | BaseException | None
"""The same, or the exception that reading it has raised; None at the end of the pipe."""


def run_forked(
    main: int,
    connection: Connection,
    crashes: Connection,
    pipes: list[Connection],
    job: Job,
    inherited: InheritedParams | None,
) -> None:
    """Work in a forked process.

    The main process's ends of the pipes so far, which a fork inherits, are closed first, so
    that each pipe ends when the main process does.
    """
    for other in pipes:
        other.close()
    just_forked()
    forget_figures()
    _run(main, connection, crashes, job, inherited)


def run_pickled(main: int, connection: Connection, crashes: Connection) -> None:
    """Work in a process that was started anew, with the job that comes first.

    It was pickled by :func:`pickled_job`.
    """
    with _reporting(connection):
        rc_params, job = pickle.loads(connection.recv_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of deprecated keys, which the user did not set
            matplotlib.rcParams.update(rc_params)
        _run(main, connection, crashes, job)


def pickled_job(job: Job, *, as_imported: bool = False) -> bytes:
    """Pickle a job, and the rcParams that shall hold in the worker.

    With `as_imported`, a class of the program's main module is the one that the worker has by
    importing the program, if it can be; else it is a copy of that of this process.

    Raises
    ------
    SetupError
        If the animation cannot be pickled.
    """
    # Reading the backend would choose one; the workers have their own.
    rc_params = {key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}
    if as_imported:
        with contextlib.suppress(Exception):
            return pickle.dumps((rc_params, job), protocol=5)
    try:
        return pickled_by_value((rc_params, job))
    except Exception as error:
        raise SetupError(
            f"{type(job.animation).__name__} cannot be pickled for the worker processes "
            f"({said(error)}): open files and devices in setup() instead of "
            "__init__(), or use start_method='fork' where there is one"
        ) from error


def _run(
    main: int,
    connection: Connection,
    crashes: Connection,
    job: Job,
    inherited: InheritedParams | None = None,
) -> None:
    # Ctrl-C, and often SIGTERM, reach every process; the main process decides what to do. SIGTERM
    # has a handler that does nothing, because a program that the user starts from here would
    # inherit that it is ignored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: None)
    if RECALL_SIGNAL is not None:
        signal.signal(RECALL_SIGNAL, signal.SIG_DFL)  # a fork inherits the main process's handler
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    if STACK_SIGNAL is not None:
        # If this process crashes, or hangs, the main process shall know where.
        faulthandler.enable(crashes.fileno())
        faulthandler.register(STACK_SIGNAL, crashes.fileno())
    die_with_parent(main, thread_stays=job.starter_stays)
    received: queue.SimpleQueue[Received] = queue.SimpleQueue()
    slots: Slots = queue.SimpleQueue()
    receive_all = partial(_receive, main, connection, received, slots)
    threading.Thread(target=receive_all, daemon=True).start()
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, str(job.threads))
    matplotlib.use("agg")
    matplotlib.interactive(False)
    _limit_library_threads(job.threads)
    with _reporting(connection), warnings_relayed(connection):
        send(connection, Started())
        _serve(connection, _until_the_end(received), slots, job, inherited)


def _limit_library_threads(count: int) -> None:
    """Let numeric libraries use so many threads here; those that use no more are not touched.

    After a fork they have no threads until they are asked for something. If OpenBLAS is only told
    how many it may use, it starts one for each core, and these spin for a tenth of a second.
    """
    if limits := lower_limits(count):
        threadpool_limits(limits)


def _receive(
    main: int, connection: Connection, received: queue.SimpleQueue[Received], slots: Slots
) -> None:
    """Move messages from the pipe to the queues; at the pipe's end, end the worker."""
    try:
        while True:
            while not connection.poll(POLL):
                if not is_running(main):
                    raise EOFError
            message = receive(connection)
            follows: Any = None
            if isinstance(message, SlotOffer):
                slots.put(message.slot)
                continue
            if isinstance(message, Task):
                if message.slot is not None:
                    slots.put(message.slot)
                data = message.params
                if data is None:
                    data = connection.recv_bytes()
                complete = message.block is not None or not message.spans
                follows = data, None if complete else connection.recv_bytes()
                del data
            elif isinstance(message, RingOffer | BlockOffer) and message.name is None:
                follows = reduction.recv_handle(connection)
            received.put((message, follows))
    except (EOFError, OSError):
        received.put(None)
    except BaseException as error:  # such as no memory for large params
        received.put(error)
    slots.put(None)
    threading.Event().wait(GRACE)
    os._exit(1)


def _serve(
    connection: Connection,
    messages: Iterator[Sent],
    slots: Slots,
    job: Job,
    inherited: InheritedParams | None,
) -> None:
    """Render tasks until the pipe ends."""
    renderer = FrameRenderer(job)
    send(connection, Ready(renderer.size, renderer.opaque, renderer.setup_seconds))
    if (first := next(messages, None)) is None:
        return
    offer: RingOffer = first[0]
    renderer.set_format(offer.frame_format)
    with (
        SlotRing.attach(offer.name, first[1], offer.slots, offer.frame_format.nbytes) as ring,
        PayloadReader() as reader,
    ):
        if job.redraw == "verify":
            # An update() that fails as it writes into them would be called once more, and that of
            # the second figure would not.
            reader.copy_from_now_on()
        places = _Places(ring, slots, offer.frame_format.nbytes)
        send(connection, Attached())
        for message, follows in messages:
            match message:
                case BlockOffer(number, name, nbytes):
                    reader.attach(number, SharedBlock.attach(name, follows, nbytes))
                case BlockGone(number):
                    reader.detach(number)
                case Task(frame_idx=frame_idx):
                    with _reporting(connection, frame_idx):
                        done = _done(renderer, reader, inherited, message, follows, places)
                        send(connection, done)
    renderer.close()


class _Places:
    """Where frames are stored: in a slot, which is waited for only when a frame is drawn.

    Parameters
    ----------
    ring : SlotRing
        The slots.
    slots : SimpleQueue
        Those that may be filled.
    nbytes : int
        Bytes of a frame.
    """

    def __init__(self, ring: SlotRing, slots: Slots, nbytes: int) -> None:
        self._ring = ring
        self._slots = slots
        self._nbytes = nbytes
        self._slot: int | None = None
        self._besides: Pixels | None = None

    def slot(self) -> Pixels:
        """Return the slot for a frame of the video, after waiting for one."""
        if self._slot is None:
            self._slot = self._slots.get()
            if self._slot is None:
                self._slots.put(None)  # for the next frame, which is here already
                raise BrokenPipeError("the main process has closed the pipe")
        return self._ring.slot(self._slot)

    def besides(self) -> Pixels:
        """Return memory for a frame that only its digest is wanted of."""
        if self._besides is None:
            self._besides = np.empty(self._nbytes, np.uint8)
        return self._besides

    def filled(self) -> int | None:
        """Return which slot was filled, and take another one for the next frame."""
        slot, self._slot = self._slot, None
        return slot


def _done(
    renderer: FrameRenderer,
    reader: PayloadReader,
    inherited: InheritedParams | None,
    task: Task,
    follows: tuple[bytes, bytes | None],
    places: _Places,
) -> Done:
    """Render a task, and return what is to be said of it."""
    place = places.slot if task.video else places.besides if task.digest else None
    rendered = _render(renderer, reader, inherited, task, follows, place)
    digest = zlib.crc32(place().data) if task.digest and place is not None else None
    slot = places.filled() if task.video else None
    return Done(task.frame_idx, slot, rendered, digest, reader.released())


def _render(
    renderer: FrameRenderer,
    reader: PayloadReader,
    inherited: InheritedParams | None,
    task: Task,
    follows: tuple[bytes, bytes | None],
    place: Callable[[], Pixels] | None,
) -> Rendered:
    """Render a task; if its update() writes into its params, give it copies from now on."""
    data, buffers = follows
    frame_idx = task.frame_idx

    def read(*, fresh: bool) -> Any:
        if task.position is not None:
            assert inherited is not None
            return inherited.params(frame_idx, task.position, fresh=fresh)
        copies = [memoryview(bytearray(window)) for window in windows] if fresh else windows
        return unpickled_params(frame_idx, data, copies)

    def rendered(*, fresh: bool) -> Rendered:
        params = read(fresh=fresh)
        if place is None:
            return renderer.begin(frame_idx, params)
        return renderer.render(frame_idx, params, place, task.way)

    windows = reader.windows(task.block, buffers, task.spans)
    # A block is this task's alone; inherited memory is there for all drawings of the frame.
    besides = task.position is not None and not task.video
    if not reader.copies and not besides:
        try:
            return rendered(fresh=False)
        except FrameError as error:
            lent = bool(windows) or (inherited is not None and inherited.lent)
            if not lent or not _wrote_to_read_only(error.__cause__):
                raise
        reader.copy_from_now_on()
    return rendered(fresh=True)


def _wrote_to_read_only(error: BaseException | None) -> bool:
    """Return whether an exception's message says that somebody wrote into a read-only array.

    NumPy says "assignment destination is read-only" or "output array is read-only", Cython "buffer
    source array is read-only", Numba "cannot modify readonly array", OpenCV "array marked as
    readonly", ctypes "underlying buffer is not writable".
    """
    text = "" if error is None else said(error).lower()
    return any(word in text for word in ("read-only", "readonly", "not writable", "not writeable"))


def _until_the_end(received: queue.SimpleQueue[Received]) -> Iterator[Sent]:
    """Yield what comes until the pipe ends; raise the exception that reading it has raised."""
    while (item := received.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item


@contextlib.contextmanager
def _reporting(connection: Connection, frame_idx: int | None = None) -> Iterator[None]:
    """Send an error of the block to the main process."""
    try:
        yield
    except ConnectionError:
        pass  # the main process is gone, and _receive() knows
    except BaseException as error:
        failure = error
        if not isinstance(failure, AnimateError):
            failure = _unexpected(error, frame_idx)
        with contextlib.suppress(OSError):
            send(connection, Failed.of(frame_idx, failure))


def _unexpected(error: BaseException, frame_idx: int | None) -> AnimateError:
    """Return an error of ours for one that comes neither from setup() nor from update()."""
    ours: AnimateError = (
        SetupError(f"a worker failed: {said(error)}")
        if frame_idx is None
        else FrameError(f"frame {frame_idx} failed: {said(error)}", frame_idx)
    )
    ours.__cause__ = error
    return ours
