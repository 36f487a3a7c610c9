"""The engine of a render in worker processes: the scheduler's commands, done by several threads.

::

    the thread that called      pulls params, and starts workers in the place of dead ones: code of
                                the user that belongs to that thread runs there
    the listener                waits for what workers say, and for their deaths
    whoever takes the frames    the encoder's thread (``drained.py``), or the thread that called, in
                                a loop of the user's (``looped.py``)

What is known of the render is kept under one lock. Whichever thread has something to tell takes it,
tells the scheduler, and carries out what follows. No thread waits for another one with the lock in
its hands.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import inf
from time import monotonic
from typing import Any

from threadpoolctl import threadpool_limits

from parallel_animate.engine.base import Engine, Lent, WithdrawnError
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.crew import Crew
from parallel_animate.engine.deaths import Deaths
from parallel_animate.engine.gate import Gate
from parallel_animate.engine.history import DIFFERENCES, HistoryCheck
from parallel_animate.engine.lanes import Span
from parallel_animate.engine.pool import WorkerPool
from parallel_animate.engine.process import Worker
from parallel_animate.engine.pulling import Puller
from parallel_animate.engine.scheduler import Scheduler
from parallel_animate.engine.silence import Silence
from parallel_animate.engine.starting import Start, chosen_start
from parallel_animate.engine.vouching import Vouching
from parallel_animate.engine.wakeups import Wakeup
from parallel_animate.engine.widening import Load
from parallel_animate.errors import OutputError
from parallel_animate.memory import MOST_KEPT, SlotRing, ring_slots
from parallel_animate.params import (
    InheritedParams,
    PayloadMemory,
    PullAhead,
    memory_budget,
)
from parallel_animate.system import (
    available_memory,
    join_despite_interrupts,
    lower_limits,
    start_thread,
)

log = logging.getLogger("parallel_animate.animator")

# Seconds for which a worker that is to be started waits until the user's iterator, and whoever
# writes the video, are at a place where a process can be forked.
PAUSE = 1.0
# Seconds that a frame has to be finished after a first Ctrl-C, if others wait for it.
GRACE = 1.0


class ParallelEngine(Engine):
    """Renders in worker processes, into a ring of shared memory.

    It is the base of two, which differ in who takes the frames, and so in who pulls params when.
    """

    _pool: WorkerPool
    _crew: Crew
    _ring: SlotRing

    @property
    def workers(self) -> int:
        """Processes that draw."""
        return len(self._pool)

    @property
    def _vouching(self) -> Vouching:
        return self._scheduler.vouching

    def _start(self, stack: ExitStack) -> None:
        start = chosen_start(self._job, self._plan)
        method = start.method
        self._lock = self._told = threading.RLock()
        self._frame_is_there = threading.Condition(self._lock)
        self._job_is_there = threading.Condition(self._lock)
        self._outside = Gate()  # those who take frames are at work on one
        self._load = Load()
        self._resting: dict[int, threading.Condition] = {}  # lanes that wait for their next frames
        self._over = False  # all frames are drained, or draining has failed
        self._stopped: BaseException | None = None  # what has ended another thread
        self._heard_enough = False
        self._interrupted = False
        self._deadline = inf  # of what is still under way after a first Ctrl-C
        self._was_hungry = False
        self._missing_since = monotonic()
        self._told_of_waiting = False
        self._silence = Silence(method, self._plan.frame_timeout)
        in_place = self._source.in_place if method == "fork" else None
        inherited = None if in_place is None else InheritedParams(in_place)
        params = self._start_workers(stack, start, inherited)
        plan = self._plan
        self._schedule(params, Deaths(method, plan.frame_timeout, in_order=plan.in_order))
        stack.callback(self._note_history)
        self._puller = Puller(
            self._source,
            self._scheduler,
            self._crew,
            params,
            PullAhead(self._plan.prefetch * self._plan.workers, memory_budget()),
            self._interrupts,
            self._lock,
            self._act,
            inherited=inherited is not None,
        )
        self._wait_for_size()

    def _start_workers(
        self, stack: ExitStack, start: Start, inherited: InheritedParams | None
    ) -> PayloadMemory:
        """Start the workers, and let `stack` end them; return the memory for params."""
        with ExitStack() as limits:
            if start.method == "fork":
                # Workers inherit the limit, and need not set it themselves: to be told one after a
                # fork makes OpenBLAS start its threads (see worker.py). If an iterator or a loop of
                # the user's runs in this process, the limit is lifted as soon as they are started.
                (limits if self._source.lazy or self._plan.in_loop else stack).enter_context(
                    threadpool_limits(lower_limits(self._job.threads))
                )
            params = stack.enter_context(PayloadMemory())
            pool = WorkerPool(start, self._plan.at_first or self._plan.workers, inherited)
            self._pool = stack.enter_context(pool)
        self._pool.also_wait_for(self._interrupts.wakeup)
        return params

    def _schedule(self, params: PayloadMemory, deaths: Deaths) -> None:
        """Make the state of the render, and the crew that carries its commands out."""
        self._history = HistoryCheck(
            DIFFERENCES if self._plan.check_history else (),
            at_once=self._plan.check_history == "error",
        )
        comparisons = Comparisons(self._job.redraw, anew=not self._job.reuse_figure)
        self._scheduler = Scheduler(
            self._order,
            comparisons,
            self._history,
            total=self._source.expected,
            begins=self._job.reuse_figure,
            repeatable=self._source.repeatable,
            numbering=self._source.numbering,
            first=self._source.first,
            done=self._source.done,
        )
        self._scheduler.vouching.final = self._plan.in_loop
        self._crew = Crew(
            self._pool,
            self._scheduler,
            self._order,
            params,
            comparisons,
            self._history,
            deaths,
            self._observer,
            self._plan,
        )

    def _wait_for_size(self) -> None:
        """Wait until setup() has run in one of the workers."""
        while self._crew.size is None:
            self._interrupts.check()
            messages = self._pool.wait()
            for worker, message in messages:
                self._crew.take(worker, message)
            self._crew.start_missing()
            self._crew.raise_failure()
            stopped = self._pool.stopped_for()
            self._crew.kill_overdue(self._plan.frame_timeout or inf, stopped)
            self._silence.tell(self._silent(messages, stopped))
        self.size, self.opaque = self._crew.size, self._crew.opaque
        self._setup_seconds = self._crew.setup_seconds

    def _make_slots(self) -> None:
        if self._plan.slots is None:
            taken = MOST_KEPT if self._plan.in_loop else 1
            least, most = ring_slots(self.workers, self._format.nbytes, available_memory(), taken)
        else:
            least = most = self._plan.slots
        self._ring = SlotRing.create(least, most, self._format.nbytes)
        self._stack.enter_context(self._ring)
        self._crew.use(self._ring, self._memory, self._format)

    # The thread that called.

    def _next_job(self) -> Callable[[], None] | None:
        """Return what this thread has to do now, if anything."""
        if self._over:
            return None
        if self._crew.to_start:
            return self._start_missing
        return self._puller.job()

    def _start_missing(self) -> None:
        """Start workers in the place of dead ones, while whoever takes frames keeps no locks."""
        with self._outside.closed(PAUSE), self._lock:
            self._crew.start_missing()
            self._act()

    # The listener.

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Let the listener run during the block."""
        with Wakeup() as end:
            self._pool.also_wait_for(end.reader)
            listener = start_thread("listener", self._hear)
            try:
                yield
            finally:
                self._heard_enough = True
                end.set()
                join_despite_interrupts(listener)

    def _hear(self) -> None:
        """Act on what workers say, until the render ends."""
        try:
            while not self._heard_enough:
                self._take(self._pool.wait())
                self._start_missing_if_nobody_does()
        except BaseException as error:
            self._stop(error)

    def _take(self, messages: list[tuple[Worker, Any]]) -> None:
        with self._lock:
            stopped = self._pool.stopped_for()
            for worker, message in messages:
                self._crew.take(worker, message)
            self._crew.kill_overdue(self._plan.frame_timeout or inf, stopped)
            if self._interrupts.pending and not self._interrupted:
                self._interrupted = True
                self._deadline = monotonic() + GRACE
                self._scheduler.close()
                self._pool.wait_no_longer_for(self._interrupts.wakeup)
                self._wake_all()
            self._act()
            silent = self._silent(messages, stopped)
        self._silence.tell(silent)

    def _silent(
        self, messages: list[tuple[Worker, Any]], stopped: float
    ) -> dict[Worker, int | None]:
        """Return who draws which frame, if nobody has said anything for too long."""
        if messages:
            self._silence.heard()
            return {}
        busy = self._crew.busy
        return busy if self._silence.lasts(monotonic(), busy, stopped) else {}

    def _start_missing_if_nobody_does(self) -> None:
        """Start missing workers here, while the thread that called is in the user's iterator."""
        if not self._crew.to_start:
            self._missing_since = monotonic()
        elif monotonic() - self._missing_since > PAUSE:
            self._start_missing()

    def _call_back(self) -> None:
        """Call the thread that called back from the user's iterator, if it is there."""
        if self._puller.asking and not self._interrupts.recall() and not self._told_of_waiting:
            log.warning("the render is over, and waits for param_by_frame to come back")
            self._told_of_waiting = True

    # Whoever takes the frames.

    def _go_to(self, place: int, done: Sequence[Span]) -> None:
        with self._lock:
            self._scheduler.go_to(place, done)

    def _next(self, lane: int = 0) -> Lent | None:
        with self._outside.at_rest(), self._lock:
            while not self._is_there(lane):
                if not self._wait(lane):
                    return None
            return self._lent(lane)

    def _lent(self, lane: int = 0) -> Lent:
        """Lend the next frame of a lane, which is there."""
        frame = self._scheduler.due(lane)
        slot = self._order.lend(frame, lane)
        self._scheduler.lent(lane)
        self._observer.occupied(self._order.occupied)
        return Lent(frame, self._scheduler.place(frame), self._memory.view(frame, slot))

    @property
    def _most_kept(self) -> int:
        # Each worker needs a slot to draw into, or nothing would go on.
        return min(MOST_KEPT, self._order.slots - max(1, self.workers))

    def _is_there(self, lane: int = 0) -> bool:
        """Carry out what is to be done, and return whether a lane's next frame is finished."""
        self._act()
        return self._is_finished(lane)

    def _is_finished(self, lane: int) -> bool:
        """Return whether a lane's next frame is; raise what has come in its place."""
        # Before any error: what is kept then must be right.
        if self.withdrawn is not None:
            raise WithdrawnError(self.withdrawn)
        self._vouching.raise_error()
        there = self._scheduler.outlook(lane) == "frame"
        # A disk that is full of frames to come costs none of those that are finished.
        if self._stopped is not None and not (there and isinstance(self._stopped, OutputError)):
            raise self._stopped
        return there

    def _wait(self, lane: int = 0) -> bool:
        """Wait until something happens; return False if no more frames will come."""
        if self._interrupts.pending:
            # What is finished ahead of a slow frame would be lost without it.
            worth = self._scheduler.due(lane) in self._scheduler.in_flight and self._order.ahead
            if not worth or monotonic() > self._deadline:
                self._interrupts.check()
            self._rest(lane, GRACE)
            return True
        if self._scheduler.outlook(lane) == "end":
            self._crew.raise_failure()
            if lane:
                return False
            if not self._history.pending:  # frames that are drawn twice
                self._crew.conclude_history()
                self._crew.raise_failure()
                again, self._scheduler.drawn_again = self._scheduler.drawn_again, 0
                self._observer.withdrawn(again)
                return False
        with self._observer.waiting(for_params=self._scheduler.hungry):
            self._rest(lane)
        return True

    def _rest(self, lane: int, seconds: float | None = None) -> None:
        """Let whoever takes the frames of a lane wait until something happens that it waits for."""
        changed = threading.Condition(self._told) if lane else self._frame_is_there
        self._resting[lane] = changed
        changed.wait(seconds)
        self._resting.pop(lane, None)

    def _note_history(self) -> None:
        """Add to the error with which a render ends what it has found before that."""
        said, error = self._crew.untold, sys.exception()
        if said is not None and error is not None:
            error.add_note(said)

    def _release(self, lane: int = 0) -> None:
        with self._lock:
            self._order.release(lane)
            self._load.encoded(self._scheduler.widening, len(self._scheduler.lanes.open))
            self._scheduler.released(lane)
            self._act()

    # All threads, with the lock.

    def _act(self) -> None:
        """Do what follows from all that has happened, and wake whoever can go on."""
        if self._stopped is not None:
            return
        try:
            self._crew.act()
            while self._puller.pull_in_place():
                self._crew.act()
        except OutputError as error:  # the disk is full; whose turn it is to act does not matter
            self._stop(error)
            return
        hungry = self._scheduler.hungry
        for lane, changed in self._resting.items():
            told = lane == 0 and hungry != self._was_hungry  # it counts what it waits for
            if told or self._scheduler.outlook(lane) != "wait":
                changed.notify()
        self._was_hungry = hungry
        if self._next_job() is not None:
            self._job_is_there.notify()

    def _wake_all(self) -> None:
        """Wake all who wait for frames: what they wait for may never come."""
        for changed in self._resting.values():
            changed.notify()

    def _stop(self, error: BaseException) -> None:
        """End the frames with an error that has ended another thread."""
        with self._lock:
            self._stopped = self._stopped or error
            self._wake_all()
