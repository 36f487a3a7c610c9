"""All worker processes of a render.

:class:`WorkerPool` starts them, waits for all their pipes and deaths together, and ends them.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any

from parallel_animate.engine.job import Job
from parallel_animate.engine.messages import Died
from parallel_animate.engine.process import JOIN_TIMEOUT, POLL, Worker
from parallel_animate.engine.worker import pickled_job
from parallel_animate.errors import SetupError
from parallel_animate.params import InheritedParams
from parallel_animate.system import Owner, interrupts_held

# If this process has not looked at its workers for longer than so many seconds, it is taken to have
# been stopped in between.
STOPPED = 1.0


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
    inherited : InheritedParams or None
        Params that forked workers have already.
    """

    def __init__(
        self,
        job: Job,
        workers: int,
        start_method: str,
        inherited: InheritedParams | None = None,
    ) -> None:
        self._workers: list[Worker] = []
        self._leaving: list[Worker] = []
        self._started = 0
        self._looked = time.monotonic()
        self._context = multiprocessing.get_context(start_method)
        self._inherited = inherited
        self._job = job if start_method == "fork" else pickled_job(job)
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
        """Start one more worker."""
        # The new worker begins with interrupts held, and soon ignores them itself.
        with _garbage_left_alone(), interrupts_held():
            pipes = [worker.connection for worker in (*self._workers, *self._leaving)]
            worker = Worker(self._context, self._started, self._job, pipes, self._inherited)
            self._workers.append(worker)
        self._started += 1

    def dismiss(self, count: int) -> list[Worker]:
        """Let `count` workers go, which must not have tasks; return them."""
        for _ in range(count):
            worker = self._workers.pop()
            worker.hang_up()
            self._leaving.append(worker)
        return self._leaving[-count:]

    def kill_overdue(self, limit: float) -> None:
        """Kill the workers whose frame takes longer than `limit` seconds."""
        # While this process was stopped (Ctrl-Z), its workers were too: that time does not count.
        since, self._looked = self._looked, time.monotonic()
        stopped = self._looked - since if self._looked - since > STOPPED else 0.0
        for worker in self._workers:
            worker.since += stopped
            worker.kill_if_overdue(limit)

    def least_busy(self, among: int) -> Worker | None:
        """Return the worker with the fewest frames to draw, of the first `among` that take any."""
        attached = [worker for worker in self._workers if worker.attached]
        return min(attached[:among], key=lambda worker: worker.load, default=None)

    def wait(self, *others: Connection | None, block: bool = True) -> Iterator[tuple[Worker, Any]]:
        """Yield what workers say, after waiting until one does, or dies, or another is ready.

        `others` are only waited for, not read. No wait is longer than `POLL` seconds; after that
        all workers are looked at, because there are deaths that nothing announces. So it may yield
        nothing. With `block` False it does not wait. A worker that has died is removed from the
        pool.
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
    """End this process if it is a worker that has called a render before it could begin to work.

    It does so by importing a script that does not guard its work with ``if __name__ ==
    "__main__":``. The main process sees it end, and says what to do; a traceback from each worker
    would bury that.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(1)


@contextlib.contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Keep forked children from collecting what the main process left as garbage.

    A decoder or a model that waits in a reference cycle may have native threads, which a fork
    does not copy: its destructor would crash in the child. So a child begins with its collector
    switched off, and exempts all that it inherited (``gc.freeze``) before it switches it on.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
