"""All worker processes of a render.

:class:`WorkerPool` starts them, waits for all their pipes and deaths together, and ends them.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import time
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from parallel_animate.engine.process import JOIN_TIMEOUT, Worker
from parallel_animate.engine.program import hint
from parallel_animate.engine.starting import Start
from parallel_animate.engine.wakeups import Wakeups
from parallel_animate.errors import SetupError
from parallel_animate.params import InheritedParams
from parallel_animate.system import Owner, about_to_fork, interrupts_held
from parallel_animate.text import said

# Seconds between two looks at the workers. The end of a worker's pipes does not announce its death
# if it has started a process, which has inherited its ends of them and keeps them open.
POLL = 0.5
# If this process has not looked at its workers for longer than so many seconds, it is taken to have
# been stopped in between.
STOPPED = 1.0


class _End(NamedTuple):
    """The end of a process, as something to wait for."""

    worker: Worker


class WorkerPool(Owner):
    """All worker processes of a render.

    Parameters
    ----------
    start : Start
        How they are started, and what they shall do.
    workers : int
        How many.
    inherited : InheritedParams or None
        Params that forked workers have already.
    """

    def __init__(
        self,
        start: Start,
        workers: int,
        inherited: InheritedParams | None = None,
    ) -> None:
        self.workers: list[Worker] = []
        self._leaving: list[Worker] = []
        self._wakeups = Wakeups()
        self._started = 0
        self._looked = time.monotonic()
        self._context = multiprocessing.get_context(start.method)
        self._inherited = inherited
        self._job = start.job
        self._process = os.getpid()
        # A worker that finds no resource tracker starts one of its own, which takes the ring for
        # leaked when that worker ends.
        resource_tracker.ensure_running()
        # However this process ends, multiprocessing waits for the workers then; and those wait
        # for the end of their pipes, which close() brings.
        atexit.register(self.close)
        try:
            for _ in range(workers):
                self.start_one()
        except BaseException as error:
            started = len(self)
            self.close()
            if isinstance(error, ConnectionError | EOFError) and start.method == "forkserver":
                raise _server_ended(error) from error
            if not isinstance(error, OSError):
                raise
            raise SetupError(
                f"only {started} of {workers} worker processes could be started: "
                f"{error.strerror}. Use a smaller num_workers, or allow for more processes and "
                "open files (ulimit -u, ulimit -n)"
            ) from error

    def __len__(self) -> int:
        return len(self.workers)

    def start_one(self) -> None:
        """Start one more worker. Another thread may be in :meth:`wait`."""
        # The new worker begins with interrupts held, and soon ignores them itself.
        with about_to_fork(), interrupts_held():
            pipes = [worker.connection for worker in (*self.workers, *self._leaving)]
            worker = Worker(self._context, self._started, self._job, pipes, self._inherited)
            self.workers.append(worker)
        if isinstance(self._job, bytes):
            worker.send_job(self._job)
        self._started += 1
        self._wakeups.add(worker.connection, worker)
        self._wakeups.add(worker.process.sentinel, _End(worker))

    def dismiss(self, count: int) -> None:
        """Let `count` workers go, which must not have tasks."""
        for _ in range(count):
            worker = self.workers[-1]
            self.remove(worker)
            worker.hang_up()
            self._leaving.append(worker)

    def remove(self, worker: Worker) -> None:
        """Wait no longer for a worker, before its pipe is closed."""
        self.workers.remove(worker)
        self._wakeups.remove(worker.connection)
        self._wakeups.remove(worker.process.sentinel)

    def stopped_for(self) -> float:
        """Return for how many seconds this process was stopped (Ctrl-Z) since it was asked last.

        Its workers were stopped too: that time does not count.
        """
        since, self._looked = self._looked, time.monotonic()
        return self._looked - since if self._looked - since > STOPPED else 0.0

    def also_wait_for(self, other: Connection | None) -> None:
        """Let a message in this pipe end each :meth:`wait`; it is not read here."""
        if other is not None:
            self._wakeups.add(other, None)

    def wait_no_longer_for(self, other: Connection | None) -> None:
        """Let :meth:`wait` take no notice of this pipe any more."""
        self._wakeups.remove(other)

    def wait(self) -> list[tuple[Worker, Any]]:
        """Return what workers say, after waiting until one does, or dies, or another pipe is ready.

        No wait is longer than `POLL` seconds; after that all workers are looked at, because there
        are deaths that nothing announces. So it may return nothing.
        """
        ready = self._wakeups.wait(POLL)
        talking = [each for each in ready if isinstance(each, Worker)]
        ended = [each.worker for each in ready if isinstance(each, _End)]
        heard: list[tuple[Worker, Any]] = []
        for worker in ended if ready else list(self.workers):
            heard += [(worker, message) for message in worker.last_messages()]
        gone = {worker for worker, _ in heard}
        return heard + [(worker, worker.message()) for worker in talking if worker not in gone]

    def close(self) -> None:
        """End all workers, whatever they do; those that do not end are killed."""
        if os.getpid() != self._process:
            return  # code of the user has forked this process, which has no workers
        self._wakeups.close()
        for worker in self.workers:
            worker.hang_up()
        deadline = time.monotonic() + JOIN_TIMEOUT
        for worker in (*self.workers, *self._leaving):
            worker.join(max(0.0, deadline - time.monotonic()))
        self.workers.clear()
        self._leaving.clear()
        atexit.unregister(self.close)


def _server_ended(error: Exception) -> SetupError:
    """Return the error for a fork server that is gone: it may import the program, as workers do."""
    ended = SetupError(f"Python's fork server has ended ({said(error)})")
    ended.add_note(hint("forkserver"))
    return ended
