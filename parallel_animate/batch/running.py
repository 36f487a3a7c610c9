"""Runs jobs beside each other, each in a process of its own, until all have ended.

::

    waiting ─▶ begun: a process is forked from this one, which has matplotlib and the scripts ready
                 │ "ready", with its number of frames; is told how many processes shall draw
                 ▼
               running ─▶ done, failed, crashed (and begun anew, if that is allowed)

One thread waits for the pipes and the ends of all processes, and for Ctrl-C. A process that dies
takes only its own job with it. Where a fork is not safe, processes are started anew.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from statistics import median
from typing import TYPE_CHECKING, Any

from parallel_animate.batch.allotment import Allotment
from parallel_animate.batch.child import Message, Order, work
from parallel_animate.batch.outcome import Outcome
from parallel_animate.batch.showing import Show
from parallel_animate.batch.state import State
from parallel_animate.batch.warming import MANY, warm_up
from parallel_animate.errors import AnimateError
from parallel_animate.jobs import Fingerprint, Job, import_script
from parallel_animate.system import (
    Child,
    Interrupts,
    Owner,
    about_to_fork,
    fork_danger,
    interrupts_held,
    pickled_by_value,
    worker_count,
)

if TYPE_CHECKING:
    from parallel_animate.cluster import Reach

log = logging.getLogger("parallel_animate.animator")

GRACE = 2.0
"""Seconds that jobs have to keep what is finished when the batch is interrupted."""
PATIENCE = 0.5
"""Seconds that a long job waits to hear how long those are that have begun beside it."""
LOOK = 0.5
"""Seconds between two looks at a child where the system does not tell that one has ended."""


@dataclass
class Task:
    """A job, and how often it was begun.

    Parameters
    ----------
    position : int
        Its place among all jobs.
    job : Job
        The job.
    made_of : Fingerprint or None
        What its video is made of.
    attempts : int
        How often it was begun.
    """

    position: int
    job: Job
    made_of: Fingerprint | None
    attempts: int = 0


class Running(Owner):
    """A job that runs: its process, and the pipe to it."""

    def __init__(self, task: Task, child: Child, pipe: Connection) -> None:
        self.task, self.child, self.pipe = task, child, pipe
        self.begun = time.perf_counter()
        self.workers = 1
        self.frames = 0
        self.total: int | None = None
        self.ready_at: float | None = None  # when it was told how many frames there are
        self.allotted = False  # whether it was told how many processes shall draw
        self.ending: Message | None = None
        self.is_silent = False  # whether it has closed the pipe, which could be read for ever then

    @property
    def part(self) -> float:
        """How far it is, from 0 to 1."""
        return min(1.0, self.frames / self.total) if self.total else 0.0

    def close(self) -> None:
        """Kill the process if it runs, and close the pipe."""
        self.child.close()
        self.pipe.close()


class Batch:
    """Runs tasks.

    Parameters
    ----------
    tasks : iterable of Task
        What is to be rendered.
    state : State
        Where is noted what came of each.
    show : Show
        Shows it.
    retries : int
        How often a job is begun anew after a crash.
    fail_fast : bool
        Whether the first that fails ends all.
    force : bool
        Whether jobs are rendered whose video is there by now, made by another batch.

    Attributes
    ----------
    outcomes : dict
        What came of each task, by its position.
    """

    def __init__(
        self,
        tasks: Iterable[Task],
        state: State,
        show: Show,
        *,
        retries: int,
        fail_fast: bool,
        force: bool = False,
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._waiting = deque(tasks)
        self._running: list[Running] = []
        self._totals: list[int] = []  # frames of all jobs that have told how many there are
        self._state, self._show = state, show
        self._retries, self._fail_fast, self._force = retries, fail_fast, force

    def run(self, allotment: Allotment, cluster: Reach | None = None) -> None:
        """Run all of them.

        Parameters
        ----------
        allotment : Allotment
            What they may take of the machine.
        cluster : Reach, optional
            The Dask cluster that they are rendered on.

        Raises
        ------
        KeyboardInterrupt, or a SystemExit
            After Ctrl-C, or SIGTERM, when all processes have ended.
        """
        self._allotment, self._cluster = allotment, cluster
        # Dask's client has threads whose locks a forked process could find held for ever.
        self._forks = cluster is None and fork_danger() is None
        self._context: Any = multiprocessing.get_context("fork" if self._forks else "spawn")
        with Interrupts() as interrupts:
            self._run(interrupts)

    def _run(self, interrupts: Interrupts) -> None:
        try:
            if self._forks:
                self._prepare()
                interrupts.check()
            while self._waiting or self._running:
                self._begin_some()
                self._wait(interrupts)
                interrupts.check()
        except BaseException:
            self._stop()
            raise
        finally:
            for running in self._running:
                running.close()

    def _prepare(self) -> None:
        """Load what all processes need, before they are forked from this one."""
        if len(self._waiting) >= MANY:
            warm_up()
        for task in self._waiting:
            with suppress(AnimateError):  # the job's own process will say it
                import_script(task.job)

    @property
    def _processes(self) -> int:
        return sum(running.workers for running in self._running)

    def _begin_some(self) -> None:
        while self._waiting and self._allotment.may_begin(len(self._running), self._processes):
            task = self._waiting.popleft()
            if not self._force and self._state.is_done(task.job, task.made_of):
                self._show_skipped(task)
            else:
                self._begin(task)

    def _show_skipped(self, task: Task) -> None:
        """Note that another batch has made a video meanwhile."""
        self.outcomes[task.position] = self._state.skipped(task.job, task.made_of)
        self._show.ended(self.outcomes[task.position])

    def _begin(self, task: Task) -> None:
        task.attempts += 1
        made_of = task.made_of
        resume = self._state.can_go_on(task.job, made_of)
        self._state.begins(task.job, made_of)
        order = Order(
            job=task.job if self._forks else pickled_by_value(task.job),
            log=self._state.log(task.job),
            picture=self._state.picture(task.job),
            resume=resume,
            mark="" if made_of is None else made_of.mark,
            main=os.getpid(),
            forked=self._forks,
            cluster=self._cluster,
        )
        here, there = self._context.Pipe()
        process = self._context.Process(target=work, args=(order, there))
        with interrupts_held(), about_to_fork():
            process.start()
        there.close()
        self._running.append(Running(task, Child(process), here))

    def _wait(self, interrupts: Interrupts) -> None:
        """Wait until something happens, and note it."""
        wakeup = [] if interrupts.wakeup is None else [interrupts.wakeup]
        pipes = [running.pipe for running in self._running if not running.is_silent]
        ends = [running.child.sentinel for running in self._running]
        ready = wait([*pipes, *ends, *wakeup], LOOK)
        for running in list(self._running):
            if running not in self._running:  # all were stopped, for one has failed
                continue
            if running.pipe in ready:
                self._hear(running)
            if running.child.sentinel in ready or not running.child.is_alive:
                self._end(running)
        for running in self._running:
            self._allot(running)
        self._show.running(sum(each.part for each in self._running), len(self._running))

    def _hear(self, running: Running) -> None:
        """Note all that a process has said."""
        try:
            while running.pipe.poll():
                message: Message = running.pipe.recv()
                if message.kind == "ready":
                    running.total, running.ready_at = message.value, time.monotonic()
                    if running.total:
                        self._totals.append(running.total)
                elif message.kind == "wrote":
                    running.frames = message.value
                else:
                    running.ending = message
        except (EOFError, OSError):
            running.is_silent = True

    def _allot(self, running: Running) -> None:
        """Tell a job that is ready how many processes shall draw it."""
        if running.ready_at is None or running.allotted:
            return
        asked = running.task.job.options.get("num_workers")
        unheard = any(other.ready_at is None for other in self._running)
        waits = asked is None and unheard and self._allotment.is_long(running.total)
        if waits and time.monotonic() < running.ready_at + PATIENCE:
            return
        others = self._processes - running.workers
        running.allotted = True
        if self._cluster is not None:
            running.workers = 1  # here; it draws elsewhere
        elif asked is None:
            unfinished = self._unfinished(running)
            running.workers = self._allotment.workers(running.total, unfinished, others)
        else:
            running.workers = worker_count(asked, running.total)
        with suppress(OSError):
            running.pipe.send(running.workers)

    def _unfinished(self, running: Running) -> float:
        """Return how many jobs as long as this one there are to be rendered, with this one.

        Those that have not begun are taken to be as long as others are.
        """
        usual = median(self._totals or [1])
        others = [other.total for other in self._running if other is not running]
        others += [None] * len(self._waiting)
        frames = running.total or usual
        return 1 + sum(min(1.0, (other or usual) / frames) for other in others)

    def _end(self, running: Running) -> None:
        """Note what came of a job whose process has ended."""
        self._hear(running)
        self._running.remove(running)
        seconds = time.perf_counter() - running.begun
        running.close()
        task, ending = running.task, running.ending
        outcome = Outcome(
            name=task.job.name,
            output=task.job.output,
            status="crashed",
            seconds=seconds,
            attempts=task.attempts,
            log=self._state.log(task.job),
        )
        if ending is None:
            outcome = replace(outcome, error=_crash(running.child.exit_code))
            with suppress(OSError), self._state.log(task.job).open("a", encoding="utf-8") as file:
                file.write(f"{outcome.error}\n")
        else:
            fields = ending.value | {"status": ending.kind, "seconds": seconds}
            outcome = replace(outcome, **fields)
        if outcome.peak_memory_bytes and self._cluster is None:
            self._allotment.used(outcome.peak_memory_bytes, running.workers)
        if outcome.status == "crashed" and task.attempts <= self._retries:
            log.warning("%s has crashed (%s): it is begun anew", task.job.name, outcome.error)
            self._waiting.appendleft(task)
            return
        self._note(task, outcome)
        if self._fail_fast and outcome.status in ("failed", "crashed"):
            self._stop()

    def _note(self, task: Task, outcome: Outcome) -> None:
        self.outcomes[task.position] = outcome
        if outcome.status != "waiting":
            self._state.ended(task.job, task.made_of, outcome)
        self._show.ended(outcome)

    def _stop(self) -> None:
        """Interrupt all jobs that run, which keep what is finished; begin no others."""
        stopping, self._running = self._running, []
        for running in stopping:
            running.child.send_signal(signal.SIGINT)
        deadline = time.monotonic() + GRACE
        for running in stopping:
            while running.child.is_alive and time.monotonic() < deadline:
                wait([running.child.sentinel, running.pipe], max(0.0, deadline - time.monotonic()))
                self._hear(running)
                if running.is_silent or running.ending is not None:
                    running.child.wait(max(0.0, deadline - time.monotonic()))
            self._hear(running)
            running.close()
            finished = running.ending is not None and running.ending.kind == "done"
            self._note(running.task, self._stopped(running, finished=finished))
        waiting, self._waiting = self._waiting, deque()
        for task in waiting:
            self._note(task, Outcome(task.job.name, task.job.output, "waiting"))

    def _stopped(self, running: Running, *, finished: bool) -> Outcome:
        """Return what came of a job that was interrupted, unless it was complete by then."""
        outcome = Outcome(
            name=running.task.job.name,
            output=running.task.job.output,
            status="interrupted",
            attempts=running.task.attempts,
            error="goes on next time",
            log=self._state.log(running.task.job),
        )
        if finished and running.ending is not None:
            return replace(outcome, status="done", error="", **running.ending.value)
        return replace(outcome, seconds=time.perf_counter() - running.begun)


def _crash(code: int | None) -> str:
    """Return how a process has ended, in words."""
    if code is not None and code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
            why = ", as the system does where memory runs out" if name == "SIGKILL" else ""
            return f"its process was killed by {name}{why}"
    return f"its process has ended with status {code}"
