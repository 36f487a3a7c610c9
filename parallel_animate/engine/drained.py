"""The engine on worker processes, with threads of their own that drain the frames: the encoders'.

The thread that called pulls params meanwhile, whenever they are wanted, and is called back from the
user's iterator when the frames are drained, or when that has failed.

Where one encoder would be the wall, further ones have segments of their own, each in a thread. The
first one's thread waits for these in the end. If one fails, the segments before its own are
finished first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from time import monotonic
from typing import Any

from parallel_animate.engine import widening
from parallel_animate.engine.base import Lent, Take, WithdrawnError
from parallel_animate.engine.lanes import Span
from parallel_animate.engine.messages import Done
from parallel_animate.engine.parallel import ParallelEngine
from parallel_animate.engine.process import Worker
from parallel_animate.engine.reinforcing import Reinforcing
from parallel_animate.engine.starting import Start
from parallel_animate.engine.widening import Widening, most_encoders
from parallel_animate.errors import AnimateError
from parallel_animate.memory import SLOTS_PER_WORKER
from parallel_animate.params import InheritedParams, PayloadMemory
from parallel_animate.system import (
    TerminatedError,
    available_memory,
    join_despite_interrupts,
    start_thread,
    usable_cores,
)

# Seconds that the encoder's thread has to end after a second Ctrl-C.
GRACE = 1.0
# Seconds between two calls to the thread that called, while it is in the user's iterator although
# the render is over.
RECALL = 0.1


class DrainedEngine(ParallelEngine):
    """Its frames are drained in a thread of their own, while params are pulled in this one."""

    _taker: Take | None = None

    def _start(self, stack: ExitStack) -> None:
        self._served = threading.Event()  # the thread that called has nothing to do any more
        super()._start(stack)

    def _make_slots(self) -> None:
        super()._make_slots()
        if self._segment is not None:
            free, slots = available_memory(), self._order.slots
            most = most_encoders(self._format.nbytes, free, self.workers, slots)
            chosen = Widening(most, usable_cores(), widening.FORCED)
            if chosen.most > 1:
                self._scheduler.share_among(chosen, self._segment)

    def _start_workers(
        self, stack: ExitStack, start: Start, inherited: InheritedParams | None
    ) -> PayloadMemory:
        begun = monotonic()
        params = super()._start_workers(stack, start, inherited)
        most = self._plan.workers if self._plan.at_first else 0
        self._reinforcing = Reinforcing(most, self.workers, begun, monotonic())
        return params

    def _take(self, messages: list[tuple[Worker, Any]]) -> None:
        super()._take(messages)
        if self._plan.at_first and self.workers < self._plan.workers:
            finished = sum(isinstance(message, Done) for _, message in messages)
            self._reinforcing.finished(finished, monotonic())
            with self._lock:
                self._reinforce()

    def _reinforce(self) -> None:
        """Have one more worker started, if that helps."""
        scheduler, now = self._scheduler, monotonic()
        starting = self._crew.to_start or len(scheduler.hands) < self.workers
        left, room = scheduler.to_give, self.workers + 1 < self._ring.most
        if starting or not room or left is None or not scheduler.short_of_workers:
            return
        if self._reinforcing.helps(self.workers, left, now):
            self._reinforcing.started(now)
            scheduler.backpressure.even += SLOTS_PER_WORKER
            self._crew.to_start += 1
            self._job_is_there.notify()

    def drain(self, take: Take, first: int = 0, done: Sequence[Span] = ()) -> None:
        """Let `take` have the frames; where one encoder is the wall, those of several segments."""
        self._go_to(first, done)
        self._failed: list[tuple[int, BaseException]] = []
        self._taker, self._further = take, set[threading.Thread]()
        self._drain_lane(0)
        with self._outside.at_rest():
            while further := self._running():
                further.join()
        self._taker = None
        if self._failed:
            raise self._worst()

    def _running(self) -> threading.Thread | None:
        """Return a thread that still drains a segment, if there is one."""
        with self._lock:
            return self._further.pop() if self._further else None

    def _worst(self) -> BaseException:
        """Return the error of the earliest segment that has failed."""
        others = [each for each in self._failed if not isinstance(each[1], WithdrawnError)]
        return min(others or self._failed, key=lambda each: each[0])[1]

    def _act(self) -> None:
        super()._act()
        while self._taker is not None and self._stopped is None and self._scheduler.wants_lane:
            number = self._scheduler.open_lane()
            self._further.add(start_thread(f"encoder {number + 1}", partial(self._join, number)))

    def _exchanged(self, lane: int) -> Lent | None:
        # The lock is taken once for each frame, and what follows is carried out once, as long as
        # the next frame is there.
        if not self._outside.closing:
            with self._lock:
                self._release(lane)
                if self._is_finished(lane):
                    return self._lent(lane)
            return self._next(lane)
        return super()._exchanged(lane)

    def _join(self, number: int) -> None:
        """Drain segments beside others, in a thread of its own."""
        with self._outside.at_work():
            self._drain_lane(number)

    def _drain_lane(self, number: int) -> None:
        """Drain segments, one after the other, as long as there are any."""
        assert self._taker is not None
        try:
            with closing(self.frames(number)) as frames:
                self._taker(frames, number)
        except BaseException as error:
            self._note_failure(number, error)
        finally:
            with self._lock:
                self._order.release(number)
                self._scheduler.left_lane(number)
                self._wake_all()

    def _note_failure(self, number: int, error: BaseException) -> None:
        """Note what has ended a lane. The others finish what comes before its segment."""
        with self._lock:
            lane = self._scheduler.lanes.open.get(number)
            first = 0 if lane is None else lane.first
            self._failed.append((first, error))
            if isinstance(error, WithdrawnError) or self._crew.knows(error):
                return
            if isinstance(error, AnimateError):
                self._crew.fail(error, self._source.numbering.frame(first))
                self._act()
            else:
                self._stop(error)

    def run(self, drain: Callable[[], None]) -> None:
        """Drain the frames in a thread of their own, and pull params in this one meanwhile."""
        outcome: list[BaseException] = []
        with self._listening():
            encoder = start_thread("encoder", partial(self._encode, drain, outcome))
            try:
                self._serve()
            except BaseException as error:  # the user's iterator, or a second Ctrl-C, has raised it
                self._stop(error)
            self._served.set()
            # Without a signal that was noted, a handler of the program's own has raised, or the
            # user's iterator: there is time to finish the segment.
            impatient = self._interrupts.pending and isinstance(
                self._stopped, KeyboardInterrupt | TerminatedError
            )
            try:
                join_despite_interrupts(encoder, GRACE, interrupted=impatient)
            finally:
                self.draining = encoder.is_alive()
        if self.draining and self._stopped is not None:
            raise self._stopped
        if outcome:
            raise outcome[0]

    def _serve(self) -> None:
        """Pull params, and start workers, until all frames are drained."""
        while True:
            with self._lock:
                while (job := self._next_job()) is None:
                    if self._over:
                        return
                    self._job_is_there.wait()
            job()

    def _encode(self, drain: Callable[[], None], outcome: list[BaseException]) -> None:
        """Drain the frames; then call the thread that called back from the user's iterator."""
        try:
            with self._outside.at_work():
                drain()
        except BaseException as error:
            outcome.append(error)
        with self._lock:
            self._over = True
            self._job_is_there.notify()
        while not self._served.wait(RECALL):
            self._call_back()
