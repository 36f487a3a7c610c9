"""A worker process, and the main process's handle to it.

One duplex pipe joins the two; nothing else is shared but the ring's memory::

    main process                          worker
                          start ──▶       setup(), first draw
      Ready(size)         ◀──
      RingOffer           ──▶             attach
      Attached            ◀──
      Task(frame, slot)   ──▶             a thread puts tasks into a queue,
                                          the main thread renders into the slot
      Done(frame, slot)   ◀──
      end of the pipe     ──▶             exit

The thread in the worker reads the pipe at once, whatever the main thread is drawing, so that
the main process never waits for a busy worker to take large params. It also notices when the
main process is gone, and then ends the worker in the middle of whatever it does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

import matplotlib
from threadpoolctl import threadpool_limits

from parallel_animate.canvas import FigureOptions, FrameLayout
from parallel_animate.errors import AnimateError, FrameError, ParamsError, SetupError
from parallel_animate.renderer import FrameRenderer, StageSeconds, shortened
from parallel_animate.ring import SlotRing

if TYPE_CHECKING:
    from parallel_animate.animator import Animator

# After the pipe has ended, a worker may take this long (seconds) to finish its frame and
# close what the user has open, before its thread ends it.
GRACE = 1.0
# Seconds between two looks at processes whose end nothing announces: a process that a worker
# started has inherited the worker's ends of the pipes, and keeps them open.
POLL = 0.5
# Numeric libraries that setup() loads later read these when they are loaded.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True)
class Job:
    """What a worker has to know at its start."""

    animator: Animator
    options: FigureOptions
    reuse_figure: bool
    threads: int  # that a numeric library may use in this worker


@dataclass(frozen=True)
class Ready:
    """setup() has run; the figure's width and height in pixels."""

    size: tuple[int, int]


@dataclass(frozen=True)
class RingOffer:
    """Where the slots are, and the form of the frames in them."""

    name: str
    slots: int
    layout: FrameLayout


@dataclass(frozen=True)
class Attached:
    """The ring is mapped; tasks may come."""


@dataclass(frozen=True)
class Done:
    """A frame lies finished in its slot."""

    frame_idx: int
    seconds: StageSeconds


@dataclass(frozen=True)
class Failed:
    """A frame, or setup() (frame_idx None), failed.

    `cause` is the user's exception, pickled if it could be; `text` is what it said.
    """

    frame_idx: int | None
    error: AnimateError
    cause: bytes | None
    text: str

    def exception(self, process: str) -> AnimateError:
        """Return the error, with the worker's exception, or its text, as its cause."""
        self.error.add_note(f"(in worker process {process})")
        if self.text:
            self.error.__cause__ = RuntimeError(self.text)
        if self.cause is not None:
            # Its class may be one that only the worker can import.
            with contextlib.suppress(Exception):
                self.error.__cause__ = pickle.loads(self.cause)
        return self.error


def send(connection: Connection, message: object) -> None:
    """Send a message.

    Not ``Connection.send``: when the pipe is broken, it leaves a buffer in the traceback, of
    which the interpreter complains at its end.
    """
    connection.send_bytes(pickle.dumps(message))


class WorkerHandle:
    """The main process's end of a worker.

    Parameters
    ----------
    context : multiprocessing context
        fork, forkserver or spawn.
    index : int
        The worker's number, from 0.
    job : Job
        What it shall do.
    siblings : list of Connection
        The main process's ends of the pipes so far: a forked worker inherits them, and closes
        them, so that each pipe ends when the main process does.

    Attributes
    ----------
    tasks : dict
        Slots of the frames that the worker has to draw, by frame: a dead worker's frames are
        known.
    attached : bool
        Whether the worker can be given tasks.
    """

    def __init__(
        self, context: BaseContext, index: int, job: Job, siblings: list[Connection]
    ) -> None:
        self.index = index
        self.tasks: dict[int, int] = {}
        self.attached = False
        self.drawn = 0
        forked = context.get_start_method() == "fork"
        self.connection, remote = context.Pipe(duplex=True)
        process = context.Process(  # type: ignore[attr-defined]
            target=_run_forked if forked else _run_pickled,
            args=(
                (remote, [self.connection, *siblings], job)
                if forked
                else (remote, _pickled_job(job))
            ),
            name=f"parallel-animate-{index}",
        )
        self.process: BaseProcess = process
        with _fork_despite_native_threads(), _interrupts_held():
            process.start()
        remote.close()

    def send(self, message: object) -> None:
        """Send a control message. To a dead worker is no error here: its death is noticed."""
        with contextlib.suppress(BrokenPipeError):
            send(self.connection, message)

    def receive(self) -> Any:
        """Return the worker's next message."""
        return pickle.loads(self.connection.recv_bytes())

    def send_task(self, frame_idx: int, slot: int, params: Any) -> None:
        """Give the worker a frame. A dead worker has it too: its death is noticed.

        Raises
        ------
        ParamsError
            If the params cannot be pickled.
        """
        payload = _pickled_params(frame_idx, params)
        self.tasks[frame_idx] = slot
        with contextlib.suppress(BrokenPipeError):
            send(self.connection, (frame_idx, slot))
            self.connection.send_bytes(payload)

    def __str__(self) -> str:
        return f"{self.index} (pid {self.process.pid})"

    def hang_up(self) -> None:
        """End the pipe; the worker exits when it notices."""
        self.connection.close()

    def join(self, timeout: float) -> int:
        """Wait for the worker's exit, and kill it after `timeout` seconds.

        Returns
        -------
        int
            Its exit code; the negative signal if it was killed.
        """
        deadline = time.monotonic() + timeout
        # The sentinel alone does not do: a process that the worker started may have it too.
        while self.process.is_alive() and (rest := deadline - time.monotonic()) > 0:
            wait([self.process.sentinel], min(rest, POLL))
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        code = self.process.exitcode
        assert code is not None
        self.process.close()
        return code


def _pickled_job(job: Job) -> bytes:
    # cloudpickle takes classes of __main__, of notebooks and of functions by value.
    import cloudpickle

    # Reading the backend would choose one; the workers have their own.
    rc_params = {key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}
    try:
        return cloudpickle.dumps((rc_params, job))  # type: ignore[no-any-return]
    except Exception as error:
        raise SetupError(
            f"{type(job.animator).__name__} cannot be pickled for the worker processes "
            f"({type(error).__name__}: {error}): open files and devices in setup() instead of "
            "__init__(), or use start_method='fork' where there is one"
        ) from error


def _pickled_params(frame_idx: int, params: Any) -> bytes:
    try:
        return pickle.dumps(params, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception:
        import cloudpickle

        try:
            return cloudpickle.dumps(params)  # type: ignore[no-any-return]
        except Exception as error:
            raise ParamsError(
                f"the params of frame {frame_idx} cannot be pickled: {type(params).__name__} "
                f"{shortened(params)}: {type(error).__name__}: {error}",
                frame_idx,
                shortened(params),
            ) from error


@contextlib.contextmanager
def garbage_left_alone() -> Iterator[None]:
    """Keep forked children from collecting what the main process left as garbage.

    A decoder or a model that waits in a reference cycle may have native threads, which a fork
    does not copy: its destructor would crash in the child. And a collector that looks at all
    the parent's objects would copy their pages.
    """
    frozen_by_user = gc.get_freeze_count() > 0
    gc.freeze()
    try:
        yield
    finally:
        if not frozen_by_user:
            gc.unfreeze()


@contextlib.contextmanager
def _fork_despite_native_threads() -> Iterator[None]:
    """Silence Python's warning of a fork with threads, unless Python threads are running.

    Python 3.12 and newer count native threads, such as those that OpenBLAS starts on import.
    OpenBLAS prepares for forks itself, and a worker uses no other native thread.
    """
    with warnings.catch_warnings():
        if threading.active_count() == 1:
            warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)
        yield


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start a process with Ctrl-C blocked, until it has decided to ignore it.

    A signal mask is inherited by a fork and kept by an exec, so no interrupt can reach the
    worker while it still imports. For this process it is only postponed.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What follows runs in the worker.


def _run_forked(connection: Connection, inherited: list[Connection], job: Job) -> None:
    for other in inherited:
        other.close()
    _forget_figures()
    _run(connection, job)


def _run_pickled(connection: Connection, pickled: bytes) -> None:
    with _reporting(connection):
        rc_params, job = pickle.loads(pickled)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of deprecated keys, which the user did not set
            matplotlib.rcParams.update(rc_params)
        _run(connection, job)


def _forget_figures() -> None:
    """Let pyplot forget the figures that the parent had open: their windows are not ours."""
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib._pylab_helpers import Gcf

        Gcf.figs.clear()


def _run(connection: Connection, job: Job) -> None:
    # Ctrl-C reaches every process of the terminal; the main process decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, str(job.threads))
    matplotlib.use("agg")
    matplotlib.interactive(False)
    with threadpool_limits(job.threads), _reporting(connection):
        _serve(connection, tasks, FrameRenderer(job.animator, job.options, job.reuse_figure))


def _receive(connection: Connection, tasks: queue.SimpleQueue[Any]) -> None:
    """Move messages from the pipe to the queue; at the pipe's end, end the worker."""
    try:
        while True:
            message = pickle.loads(connection.recv_bytes())
            tasks.put((message, connection.recv_bytes() if isinstance(message, tuple) else b""))
    except (EOFError, OSError):
        tasks.put(None)
    threading.Event().wait(GRACE)
    os._exit(1)


def _serve(connection: Connection, tasks: queue.SimpleQueue[Any], renderer: FrameRenderer) -> None:
    """Render tasks until the pipe ends."""
    send(connection, Ready(renderer.size))
    if (offered := tasks.get()) is None:
        return
    offer: RingOffer = offered[0]
    renderer.set_layout(offer.layout)
    with SlotRing.attach(offer.name, offer.slots, offer.layout.nbytes) as ring:
        send(connection, Attached())
        while (received := tasks.get()) is not None:
            (frame_idx, slot), payload = received
            with _reporting(connection, frame_idx):
                params = _unpickled_params(frame_idx, payload)
                seconds = renderer.render(frame_idx, params, ring.slot(slot))
                send(connection, Done(frame_idx, seconds))
    renderer.close()


def _unpickled_params(frame_idx: int, payload: bytes) -> Any:
    try:
        return pickle.loads(payload)
    except Exception as error:
        raise ParamsError(
            f"the params of frame {frame_idx} cannot be unpickled in a worker: "
            f"{type(error).__name__}: {error}",
            frame_idx,
        ) from error


@contextlib.contextmanager
def _reporting(connection: Connection, frame_idx: int | None = None) -> Iterator[None]:
    """Send an error to the main process."""
    try:
        yield
    except BrokenPipeError:
        pass  # the main process is gone, and _receive() knows
    except BaseException as error:
        if isinstance(error, AnimateError):
            cause = error.__cause__
        else:
            # update() may raise SystemExit, and a broken installation anything.
            cause = error
            said = f"{type(error).__name__}: {error}"
            error = (
                SetupError(f"a worker failed before its first frame: {said}")
                if frame_idx is None
                else FrameError(f"frame {frame_idx} failed: {said}", frame_idx)
            )
        with contextlib.suppress(BrokenPipeError):
            text = "" if cause is None else f"{type(cause).__name__}: {cause}"
            send(connection, Failed(frame_idx, error, _pickled_exception(cause), text))


def _pickled_exception(error: BaseException | None) -> bytes | None:
    """Pickle an exception; None if it does not survive that."""
    import cloudpickle

    # By reference first: the main process wants to find its own class in it.
    for dumps in (pickle.dumps, cloudpickle.dumps):
        with contextlib.suppress(Exception):
            pickled: bytes = dumps(error)
            if pickle.loads(pickled) is not None:
                return pickled
    return None
