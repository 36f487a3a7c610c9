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
import os
import pickle
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from parallel_animate.engine.messages import BlockGone, BlockOffer, Died, RingOffer, Task, receive
from parallel_animate.engine.outbox import Outbox
from parallel_animate.engine.renderer import Job
from parallel_animate.engine.worker import (
    STACK_SIGNAL,
    pickled_job,
    run_forked,
    run_pickled,
)
from parallel_animate.errors import SetupError
from parallel_animate.params import Payload, PayloadBlock
from parallel_animate.system.interrupts import interrupts_held
from parallel_animate.system.owner import Owner

# Seconds that a worker has to exit after its pipe was closed.
JOIN_TIMEOUT = 1.5
# Seconds between two looks at processes whose end nothing announces: a process that a worker
# started has inherited the worker's ends of the pipes, and keeps them open.
POLL = 0.5
# After so many seconds without a look at the workers, this process is taken to have been stopped.
STOPPED = 1.0
# Seconds that a hung worker has to say where it is, and of silence after which it has.
STACK_TIMEOUT = 1.0
STACK_PAUSE = 0.1
# Bytes of params that go with their task, in one write to the pipe.
SMALL_PARAMS = 8 * 1024


class Worker:
    """A worker process.

    Parameters
    ----------
    context : multiprocessing context
        fork, forkserver or spawn.
    index : int
        The worker's number, from 0.
    job : Job or bytes
        What is rendered; pickled, unless the process is forked.
    siblings : list of Connection
        The main process's ends of the other workers' pipes.

    Attributes
    ----------
    tasks : dict
        What it has to draw, by frame, the frame it is drawing now first: a dead worker's frames
        are known.
    attached : bool
        Whether it can be given tasks.
    drawn : int
        Frames that it has finished.
    since : float
        When it began with the first of its tasks (seconds of ``time.monotonic()``).
    hung : bool
        Whether it was killed because a frame took too long.
    """

    def __init__(
        self,
        context: BaseContext,
        index: int,
        job: Job | bytes,
        siblings: list[Connection],
    ) -> None:
        self.index = index
        self.tasks: dict[int, Assigned] = {}
        self.attached = False
        self.drawn = 0
        self.since = 0.0
        self.hung = False
        self._stacks = ""
        self._exit_code: int | None = None
        self.connection, remote = context.Pipe(duplex=True)
        self._outbox = Outbox(self.connection)
        self._blocks: list[PayloadBlock] = []  # that it has attached
        self._crashes, crashes = context.Pipe(duplex=False)
        target, args = (
            (run_pickled, (os.getpid(), remote, crashes, job))
            if isinstance(job, bytes)
            else (run_forked, (os.getpid(), remote, crashes, [self.connection, *siblings], job))
        )
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=target, args=args, name=f"parallel-animate-{index}"
        )
        with _fork_despite_native_threads():
            self.process.start()
        remote.close()
        crashes.close()
        self._name = f"{index} (pid {self.process.pid})"

    def __str__(self) -> str:
        return self._name

    def send_ring(self, offer: RingOffer, descriptor: int | None) -> None:
        """Tell the worker where the slots are. That it is dead is noticed elsewhere."""
        self._send_offer(offer, descriptor)

    def send_task(
        self, frame_idx: int, slot: int | None, params: Payload, *, digest: bool = False
    ) -> None:
        """Give the worker a frame, and its params."""
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks[frame_idx] = Assigned(slot, params)
        params.hold(self)
        block = params.block
        if block is not None and block not in self._blocks:
            self._send_block(block)
        number = None if block is None else block.number
        # Each message wakes the worker, which then often takes this process's core.
        small = params.data if len(params.data) <= SMALL_PARAMS else None
        self._outbox.send(pickle.dumps(Task(frame_idx, slot, digest, small, params.spans, number)))
        if small is None:
            self._outbox.send(params.data)
        if params.spans and block is None:
            self._outbox.send(params.memory.tobytes())

    def _send_block(self, block: PayloadBlock) -> None:
        """Let it attach a block, and detach those that are no more."""
        for gone in [each for each in self._blocks if each.closed]:
            self._blocks.remove(gone)
            self._outbox.send(pickle.dumps(BlockGone(gone.number)))
        self._blocks.append(block)
        offer = BlockOffer(block.number, block.shared.name, block.memory.nbytes)
        self._send_offer(offer, block.shared.descriptor)

    def _send_offer(self, offer: RingOffer | BlockOffer, descriptor: int | None) -> None:
        self._outbox.send(pickle.dumps(offer))
        if descriptor is not None:
            self._outbox.send_descriptor(descriptor)

    def settle(self, frame_idx: int) -> Assigned:
        """Strike a frame off its list."""
        self.since = time.monotonic()
        return self.tasks.pop(frame_idx)

    def kill_if_overdue(self, limit: float) -> None:
        """Kill it if its frame takes longer than `limit` seconds; ask for its stacks before."""
        if not self.tasks or self.hung or time.monotonic() - self.since < limit:
            return
        self.hung = True
        if STACK_SIGNAL is not None and self.process.pid is not None:
            with contextlib.suppress(OSError):
                os.kill(self.process.pid, STACK_SIGNAL)
                self._stacks = self._crash_output(STACK_TIMEOUT)
        self.process.kill()

    def stacks(self) -> str:
        """Return where it was when it crashed, or hung; empty if it did not say so."""
        return self._stacks or self._crash_output(0.0)

    def _crash_output(self, timeout: float) -> str:
        """Return what faulthandler has written, after waiting for it to begin."""
        output = b""
        with contextlib.suppress(OSError):
            while self._crashes.poll(timeout):
                read = os.read(self._crashes.fileno(), 65536)
                if not read:
                    break
                output += read
                timeout = min(timeout, STACK_PAUSE)
        return output.decode(errors="replace").strip()

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
            self.hang_up()
            yield Died(self.join(JOIN_TIMEOUT))

    def hang_up(self) -> None:
        """End the pipe: a worker that lives leaves then."""
        self._outbox.close()

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
        self._stacks = self.stacks()
        self._crashes.close()
        self._exit_code = self.process.exitcode
        assert self._exit_code is not None
        self.process.close()
        return self._exit_code


@dataclass(frozen=True)
class Assigned:
    """A frame that a worker has to draw: the slot for it, if any, and its params."""

    slot: int | None
    params: Payload


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
        self._leaving: list[Worker] = []
        self._started = 0
        self._looked = time.monotonic()
        self._context = multiprocessing.get_context(start_method)
        self._job = job if start_method == "fork" else pickled_job(job)
        # A worker that found no tracker would start its own, which would then take the ring
        # for leaked when that worker ends.
        resource_tracker.ensure_running()
        # Whatever happens to this process, at its end multiprocessing waits for the workers,
        # and those wait for the end of their pipes.
        atexit.register(self.close)
        try:
            for _ in range(workers):
                self.start_one()
        except BaseException as error:
            started = len(self)
            self.close()
            if not isinstance(error, OSError):
                raise
            raise SetupError(
                f"only {started} of {workers} worker processes could be started: "
                f"{error.strerror}. Use a smaller num_workers, or allow for more processes and "
                "open files (ulimit -u, ulimit -n)"
            ) from error

    def __len__(self) -> int:
        return len(self._workers)

    def start_one(self) -> None:
        """Start a worker more."""
        # Until the worker has decided to ignore them.
        with _garbage_left_alone(), interrupts_held():
            pipes = [worker.connection for worker in (*self._workers, *self._leaving)]
            worker = Worker(self._context, self._started, self._job, pipes)
            self._workers.append(worker)
        self._started += 1

    def dismiss(self, count: int) -> list[Worker]:
        """Let some workers go that have no task; return them."""
        for _ in range(count):
            worker = self._workers.pop()
            worker.hang_up()
            self._leaving.append(worker)
        return self._leaving[-count:]

    def kill_overdue(self, limit: float) -> None:
        """Kill the workers whose frame takes longer than `limit` seconds."""
        # While this process was stopped (Ctrl-Z), so were they.
        since, self._looked = self._looked, time.monotonic()
        stopped = self._looked - since if self._looked - since > STOPPED else 0.0
        for worker in self._workers:
            worker.since += stopped
            worker.kill_if_overdue(limit)

    def least_busy(self, among: int) -> Worker | None:
        """Return the worker with the fewest tasks, of the first `among` that can be given any."""
        attached = [worker for worker in self._workers if worker.attached]
        return min(attached[:among], key=lambda worker: len(worker.tasks), default=None)

    def wait(self, *others: Connection | None, block: bool = True) -> Iterator[tuple[Worker, Any]]:
        """Yield what workers say, after waiting until one does, or dies, or another is ready.

        It may yield nothing, so that a death that nothing announces is found now and then. A
        worker that died is in the pool no more.
        """
        by_object: dict[object, Worker] = {}
        for worker in self._workers:
            by_object[worker.connection] = worker
            by_object[worker.process.sentinel] = worker
        objects: list[Any] = [*by_object, *(other for other in others if other is not None)]
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
            worker.hang_up()
        deadline = time.monotonic() + JOIN_TIMEOUT
        for worker in (*self._workers, *self._leaving):
            worker.join(max(0.0, deadline - time.monotonic()))
        self._workers.clear()
        self._leaving.clear()
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
