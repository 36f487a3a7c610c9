"""The worker processes, as the main process has them.

:class:`WorkerPool` starts them, waits for all their pipes and deaths together, and ends them.
Each worker has one pipe of its own and shares no lock with anybody: whatever one of them does,
or dies of, stops no other.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from parallel_animate.messages import Died, Task, pickled_params, receive, send
from parallel_animate.owner import Owner
from parallel_animate.renderer import Job
from parallel_animate.worker import pickled_job, run_forked, run_pickled

# Seconds that a worker has to exit after its pipe was closed.
JOIN_TIMEOUT = 3.0
# Seconds between two looks at processes whose end nothing announces: a process that a worker
# started has inherited the worker's ends of the pipes, and keeps them open.
POLL = 0.5


class Worker:
    """A worker process.

    Parameters
    ----------
    context : multiprocessing context
        fork, forkserver or spawn.
    index : int
        The worker's number, from 0.
    job : Job or bytes
        What it shall do; pickled, unless the process is forked.
    siblings : list of Connection
        The main process's ends of the other workers' pipes.

    Attributes
    ----------
    tasks : dict
        The slots of the frames that it has to draw, by frame: a dead worker's frames are known.
    attached : bool
        Whether it can be given tasks.
    drawn : int
        Frames that it has finished.
    """

    def __init__(
        self, context: BaseContext, index: int, job: Job | bytes, siblings: list[Connection]
    ) -> None:
        self.tasks: dict[int, int] = {}
        self.attached = False
        self.drawn = 0
        self._exit_code: int | None = None
        self.connection, remote = context.Pipe(duplex=True)
        target, args = (
            (run_pickled, (remote, job))
            if isinstance(job, bytes)
            else (run_forked, (remote, [self.connection, *siblings], job))
        )
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=target, args=args, name=f"parallel-animate-{index}"
        )
        with _fork_despite_native_threads():
            self.process.start()
        remote.close()
        self._name = f"{index} (pid {self.process.pid})"

    def __str__(self) -> str:
        return self._name

    def send(self, message: object) -> None:
        """Send a message. To a dead worker is no error here: its death is noticed."""
        with contextlib.suppress(OSError):
            send(self.connection, message)

    def send_task(self, frame_idx: int, slot: int, params: Any) -> None:
        """Give the worker a frame.

        Raises
        ------
        ParamsError
            If the params cannot be pickled.
        """
        payload = pickled_params(frame_idx, params)
        self.tasks[frame_idx] = slot
        with contextlib.suppress(OSError):
            send(self.connection, Task(frame_idx, slot))
            self.connection.send_bytes(payload)

    def messages(self) -> Iterator[Any]:
        """Yield what it has said, and at last its death."""
        # Asked first: what a process sent before it died is in the pipe by then.
        alive = self.process.is_alive()
        try:
            while self.connection.poll():
                yield receive(self.connection)
        except (EOFError, OSError):
            alive = False
        if not alive:
            self.connection.close()
            yield Died(self.join(JOIN_TIMEOUT))

    def join(self, timeout: float) -> int:
        """Wait for its exit, kill it after `timeout` seconds, and return its exit code."""
        if self._exit_code is not None:
            return self._exit_code
        deadline = time.monotonic() + timeout
        # The sentinel alone does not do: a process that the worker started may have it too.
        while self.process.is_alive() and (rest := deadline - time.monotonic()) > 0:
            wait([self.process.sentinel], min(rest, POLL))
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self._exit_code = self.process.exitcode
        assert self._exit_code is not None
        self.process.close()
        return self._exit_code


class WorkerPool(Owner):
    """All worker processes of a render.

    Parameters
    ----------
    job : Job
        What they shall do.
    workers : int
        How many.
    start_method : str
        "fork", "forkserver" or "spawn".
    """

    def __init__(self, job: Job, workers: int, start_method: str) -> None:
        self._workers: list[Worker] = []
        context = multiprocessing.get_context(start_method)
        sent = job if start_method == "fork" else pickled_job(job)
        # A worker that found no tracker would start its own, which would then take the ring
        # for leaked when that worker ends.
        resource_tracker.ensure_running()
        # Whatever happens to this process, at its end multiprocessing waits for the workers,
        # and those wait for the end of their pipes.
        atexit.register(self.close)
        try:
            with _garbage_left_alone(), _interrupts_held():
                for index in range(workers):
                    pipes = [worker.connection for worker in self._workers]
                    self._workers.append(Worker(context, index, sent, pipes))
        except BaseException:
            self.close()
            raise

    @property
    def all_attached(self) -> bool:
        """Whether every worker has mapped the ring."""
        return all(worker.attached for worker in self._workers)

    def least_busy(self) -> Worker | None:
        """Return the worker with the fewest tasks, of those that can be given any."""
        attached = (worker for worker in self._workers if worker.attached)
        return min(attached, key=lambda worker: len(worker.tasks), default=None)

    def wait(
        self, source: Connection | None = None, *, block: bool = True
    ) -> Iterator[tuple[Worker, Any]]:
        """Yield what workers say, after waiting until one does, or dies, or `source` is ready.

        It may yield nothing, so that a death that nothing announces is found now and then. A
        worker that died is in the pool no more.
        """
        by_object: dict[object, Worker] = {}
        for worker in self._workers:
            by_object[worker.connection] = worker
            by_object[worker.process.sentinel] = worker
        objects: list[Any] = [*by_object, *([source] if source is not None else [])]
        ready = wait(objects, POLL if block else 0)
        heard = {by_object[each] for each in ready if each in by_object}
        if block and not ready:
            heard = set(self._workers)
        for worker in [worker for worker in self._workers if worker in heard]:
            for message in worker.messages():
                if isinstance(message, Died):
                    self._workers.remove(worker)
                yield worker, message

    def close(self) -> None:
        """End all workers, whatever they do; those that do not end are killed."""
        for worker in self._workers:
            worker.connection.close()
        deadline = time.monotonic() + JOIN_TIMEOUT
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        self._workers.clear()
        atexit.unregister(self.close)


def exit_if_a_worker_starts() -> None:
    """End a worker that has come to the call of a render, by importing a script without a guard.

    The main process sees it end, and says what to do; a traceback from each worker would bury
    that.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(1)


@contextlib.contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Keep forked children from collecting what the main process left as garbage.

    A decoder or a model that waits in a reference cycle may have native threads, which a fork
    does not copy: its destructor would crash in the child. So a child begins without collector,
    and puts what it inherited out of its reach before it lets it run.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


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
    """Start processes with Ctrl-C blocked, until they have decided to ignore it.

    A signal mask is inherited by a fork and kept by an exec, so no interrupt can reach a
    worker while it still imports. For this process it is only postponed until the workers are
    known to whoever has to end them.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
