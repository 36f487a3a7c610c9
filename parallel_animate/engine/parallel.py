"""The engine of a render in worker processes.

Beside the frame that it draws, each worker has one more task waiting (`TASKS_PER_WORKER`), so that
it need not stop while the main process is busy with the encoder. Where the writer is slower than
the workers, only as many of them are given tasks as are needed to keep the ring full.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from threadpoolctl import threadpool_limits

from parallel_animate.canvas import FrameFormat, Way
from parallel_animate.engine.base import Engine
from parallel_animate.engine.deaths import Deaths
from parallel_animate.engine.history import DIFFERENCES, HistoryCheck
from parallel_animate.engine.messages import Attached, Died, Done, Failed, Ready, RingOffer
from parallel_animate.engine.pool import WorkerPool
from parallel_animate.engine.process import Assigned, Worker
from parallel_animate.errors import AnimateError, FrameSizeError, HistoryError
from parallel_animate.memory import Slot, SlotRing, ring_slots
from parallel_animate.params import InheritedParams, Payload, PayloadMemory, Pickled
from parallel_animate.system import TerminatedError, available_memory, lower_limits
from parallel_animate.text import shortened

log = logging.getLogger("parallel_animate")

# One that is drawn and one that waits in the pipe: the main process may be busy encoding when
# the first is done. More would only bind frames to a worker that may be slow.
TASKS_PER_WORKER = 2
# Slots that the writer needs: one for the frame that it has, one for the next that it asks for.
WRITERS_SLOTS = 2
# Stands in place of a frame's number for errors that belong to no frame. These are raised first,
# so it is less than any number.
NO_FRAME = -1


class ParallelEngine(Engine):
    """Renders in worker processes, into a ring of shared memory."""

    _pool: WorkerPool
    _ring: SlotRing | None = None

    @property
    def workers(self) -> int:
        """Processes that draw."""
        return len(self._pool)

    def _start(self, stack: ExitStack) -> None:
        self._start_method = self._plan.start_method or _default_start_method()
        self._sizes: dict[Worker, tuple[int, int]] = {}
        self._in_flight: dict[int, Worker] = {}  # frame: who draws it
        self._orphans: dict[int, Payload] = {}  # frame: its params, where its worker has died
        self._opening: tuple[int, Payload] | None = None  # the first frame of all, and its params
        self._deaths = Deaths(self._start_method, self._plan.frame_timeout)
        self._history = HistoryCheck(
            DIFFERENCES if self._plan.check_history else (),
            at_once=self._plan.check_history == "error",
        )
        stack.callback(self._note_history)
        self._failures: list[tuple[int, AnimateError]] = []  # the frame, and its error
        self._inherited: InheritedParams | None = None
        if self._start_method == "fork" and self._source.in_place is not None:
            self._inherited = InheritedParams(self._source.in_place)
        with ExitStack() as limits:
            if self._start_method == "fork":
                # Workers inherit the limit, and need not set it themselves: to be told one after a
                # fork makes OpenBLAS start its threads (see worker.py). If an iterator of the
                # user's runs in this process, the limit is lifted as soon as they are started.
                (limits if self._source.lazy else stack).enter_context(
                    threadpool_limits(lower_limits(self._job.threads))
                )
            self._params = stack.enter_context(PayloadMemory())
            pool = WorkerPool(self._job, self._plan.workers, self._start_method, self._inherited)
            self._pool = stack.enter_context(pool)
        while not self._sizes and not self._failures:
            self._interrupts.check()
            self._listen()
        self._raise_failure()
        self.size = next(iter(self._sizes.values()))

    def _make_slots(self, frame_format: FrameFormat) -> list[Slot]:
        wanted = self._plan.slots
        least, most = (
            ring_slots(self.workers, frame_format.nbytes, available_memory())
            if wanted is None
            else (wanted, wanted)
        )
        self._ring = SlotRing.create(least, most, frame_format.nbytes)
        self._stack.enter_context(self._ring)
        useless = self.workers - (self._ring.slots - 1)  # one slot is the writer's
        if useless > 0:
            log.warning(
                "memory has room for %d frame slots: %d worker(s) instead of %d",
                self._ring.slots,
                self.workers - useless,
                self.workers,
            )
            for worker in self._pool.dismiss(useless):
                self._sizes.pop(worker, None)
        for worker in self._sizes:
            self._offer_ring(worker)
        return self._ring.all()

    def _obtain(self, frame: int) -> bool:
        self._listen(block=False)
        while True:
            self._dispatch(frame)
            if self._interrupts.pending:
                self._listen(block=False)  # frames that are finished by now are kept
            if self._order.has(frame):
                return True
            self._interrupts.check()
            if not self._in_flight and (self._failures or self._all_given_out()):
                self._raise_failure()
                return False
            with self._observer.waiting(for_params=False):
                self._listen()

    def _all_given_out(self) -> bool:
        return self._source.ended and not self._orphans

    def _dispatch(self, due: int) -> None:
        """Give out frames while there are idle workers, free slots and params."""
        wanted = self._wanted_workers(due)
        while not (self._failures or self._all_given_out() or self._interrupts.pending):
            worker = self._pool.least_busy(wanted)
            if worker is None or worker.load >= TASKS_PER_WORKER:
                return
            if self._orphans and min(self._orphans) in worker.tasks:
                # It is drawing that frame already, for its digest. If it were given the frame
                # again, its two answers could not be told apart.
                return
            slot = self._order.acquire(self._in_flight, due)
            if slot is None:
                return
            task = self._next_task()
            if task is None:
                self._order.give_back(slot)
            else:
                self._give(worker, slot, *task)

    def _wanted_workers(self, due: int) -> int:
        """Return how many workers shall be given frames: no more than the writer needs.

        While the writer has finished frames in stock, another worker would gain nothing, and would
        take cores and caches from the encoder. Besides, a worker that is given a frame only now and
        then has to redraw all that has changed since its last one.
        """
        stock = self._order.stock(due, most=self._order.slots)
        if not stock or self._history.wanting:
            return self.workers
        spare = self._order.slots - WRITERS_SLOTS - stock
        return max(1, -(-spare // TASKS_PER_WORKER))

    def _give(self, worker: Worker, slot: int, frame_idx: int, params: Payload) -> None:
        """Give a frame to a worker, and to another one too if the two are to be compared."""
        if not worker.begun:
            self._begin(worker, frame_idx)
        witness = self._history.witness(frame_idx, worker)
        again = self._params.copied(params) if witness is not None else params
        way = self._way(frame_idx, f"worker {worker.index}")
        worker.send_task(frame_idx, slot, params, digest=witness is not None, way=way)
        self._in_flight[frame_idx] = worker
        if witness is not None:
            # Its digest has to be that of a right picture: no redrawing after a difference.
            again_way: Way = "full" if way == "full" else "redraw"
            witness.send_task(frame_idx, None, again, digest=True, way=again_way)

    def _begin(self, worker: Worker, frame_idx: int) -> None:
        """Have a worker draw the first frame before the one that it is given, as all others have.

        Where a figure is made for each frame, there is nothing that it could settle then.
        """
        worker.begun = True
        assert self._opening is not None
        first, params = self._opening
        if frame_idx != first and self._job.reuse_figure:
            worker.send_task(first, None, self._params.copied(params))

    def _finish(self) -> None:
        """Wait for the frames that are drawn twice."""
        while self._history.pending and not self._interrupts.pending:
            self._listen()
        self._tell_history(self._history.conclude())
        if any(isinstance(error, HistoryError) for _, error in self._failures):
            self._raise_failure()
        self._observer.differing(sorted(self._history.differing))

    def _tell_history(self, said: str | None) -> None:
        """Tell what the check of the history says, if it says something."""
        if said is None:
            return
        if self._plan.check_history == "error":
            frames = tuple(sorted(self._history.differing))
            self._fail(HistoryError(said, frames), frames[0])
        else:
            warn_user(said)

    def _note_history(self) -> None:
        """Add to the error with which a render ends what it has found before that."""
        said, error = self._history.conclude(), sys.exception()
        if said is not None and error is not None:
            error.add_note(said)

    def _next_task(self) -> tuple[int, Payload] | None:
        """Return a frame and its params, or None; those whose worker has died come first."""
        orphan = min(self._orphans, default=None)
        position = self._source.pulled if orphan is None else orphan
        try:
            if orphan is not None:
                return orphan, self._taken_again(orphan, self._orphans.pop(orphan))
            if self._opening is None:
                self._opening = self._packed(self._source.opening)
            return self._packed(self._source.get)
        except AnimateError as error:
            self._fail(error, position)
        except (KeyboardInterrupt, TerminatedError):
            if not self._interrupts.pending:
                raise  # the user's iterator has raised it
        return None

    def _packed(self, pull: Callable[[], tuple[int, Any] | None]) -> tuple[int, Payload] | None:
        """Return an item of the params as it is sent, or None if there is none.

        It is held until its frame is drawn, because the worker may die; the first one to the end.
        """
        with self._observer.waiting(for_params=True), self._interrupts.allowed():
            item = pull()
            if item is None:
                return None
            frame_idx, params = item
            if self._inherited is not None:
                return frame_idx, Payload.at(self._source.position, partial(shortened, params))
            pickled = Pickled.of(frame_idx, params)
        payload = self._params.pack(pickled)
        payload.hold(self)
        return frame_idx, payload

    def _taken_again(self, frame_idx: int, payload: Payload) -> Payload:
        """Return the params of a frame whose worker has died, who may have written into them."""
        if payload.block is None or not self._source.repeatable:
            return payload
        payload.drop(self)
        with self._interrupts.allowed():
            pickled = Pickled.of(frame_idx, self._source.again(frame_idx))
        again = self._params.pack(pickled)
        again.hold(self)
        return again

    def _listen(self, *, block: bool = True) -> None:
        """Act on the messages of workers, after waiting for one."""
        for worker, message in self._pool.wait(self._interrupts.wakeup, block=block):
            self._take(worker, message)
        if self._plan.frame_timeout is not None:
            self._pool.kill_overdue(self._plan.frame_timeout)

    def _take(self, worker: Worker, message: Any) -> None:
        match message:
            case Ready(size, seconds):
                if not self._deaths.ever_ready:
                    self._setup_seconds = seconds
                self._deaths.ever_ready = True
                self._sizes[worker] = size
                if self._ring is not None:
                    self._offer_ring(worker)
            case Attached():
                worker.attached = True
            case Done(frame_idx, rendered, digest, released):
                self._tell_history(self._history.drawn(frame_idx, digest))
                self._params.take_back(worker, released)
                assigned = self._strike(worker, frame_idx)
                who = f"worker {worker.index}"
                if assigned.slot is None:
                    self._drawn_again(rendered, who)
                    return
                self._order.finish(frame_idx, assigned.slot)
                self._drawn(frame_idx, rendered, assigned.params.told, who)
                assigned.params.drop(self)
                self._deaths.frame_finished()
                worker.drawn += 1
                self._log_drawn(f"worker {worker}", worker.drawn)
            case Failed(frame_idx=None):
                self._fail(message.exception(str(worker)), NO_FRAME)
            case Failed(frame_idx=int(frame_idx)):
                self._tell_history(self._history.drawn(frame_idx, None))
                assigned = self._strike(worker, frame_idx)
                if assigned.slot is not None:
                    self._order.give_back(assigned.slot)
                elif assigned.digest:
                    return  # another worker draws the frame for the video
                self._fail(message.exception(str(worker)), frame_idx)
            case Died():
                self._comparisons.left(f"worker {worker.index}")
                self._sizes.pop(worker, None)
                self._params.take_all_back(worker)
                self._history.stop()
                self._bury(worker)

    def _strike(self, worker: Worker, frame_idx: int) -> Assigned:
        """Strike a frame off the worker's list."""
        assigned = worker.strike(frame_idx)
        if assigned.slot is not None:
            del self._in_flight[frame_idx]
        return assigned

    def _offer_ring(self, worker: Worker) -> None:
        assert self._ring is not None
        size, expected = self._sizes[worker], self.size
        if size == expected:
            offer = RingOffer(self._ring.name, self._ring.most, self._format)
            worker.send_ring(offer, self._ring.descriptor)
            return
        error = FrameSizeError(
            f"before its first frame, worker {worker} has a figure of {size[0]}x{size[1]} pixels, "
            f"but the video is {expected[0]}x{expected[1]}: setup() must make the same size in "
            "every process",
            frame_idx=0,
        )
        self._fail(error, NO_FRAME)

    def _bury(self, worker: Worker) -> None:
        """Take back what a dead worker had to do, and start another in its place."""
        lost = dict(worker.tasks)
        for frame_idx, assigned in lost.items():
            self._strike(worker, frame_idx)
            if assigned.slot is not None:
                self._order.give_back(assigned.slot)
                self._orphans[frame_idx] = assigned.params
        if self._failures:
            return  # the render is to end already, so no other worker is needed
        frames = list(lost)
        deadly = self._deaths.count(worker, frames)
        if deadly is not None:
            params = lost[deadly].params.told()
            self._fail(self._deaths.deadly_frame(worker, deadly, params), deadly)
        elif (error := self._deaths.end_of_all(worker)) is not None:
            self._fail(error, NO_FRAME)
        else:
            self._observer.lost_worker()
            self._replace(worker, frames)

    def _replace(self, worker: Worker, frames: list[int]) -> None:
        """Start a worker in the place of a dead one, or go on with those that are left."""
        how = self._deaths.how(worker)
        if self._deaths.enough_in_setup and len(self._pool):
            log.warning("%s before it could draw a frame, as others did: one worker less", how)
            return
        log.warning("%s; another takes its place, and its frames: %s", how, frames)
        try:
            self._pool.start_one()
        except OSError as error:
            if len(self._pool):
                log.warning("no worker can be started (%s): one worker less", error.strerror)
                return
            self._fail(self._deaths.cannot_start(worker, error), NO_FRAME)

    def _fail(self, error: AnimateError, frame: int) -> None:
        """Note an error. No frame is given out from then on; those under way are finished."""
        self._failures.append((frame, error))

    def _raise_failure(self) -> None:
        """Raise the failure of the earliest frame, if any."""
        if self._failures:
            error = min(self._failures, key=lambda failure: failure[0])[1]
            for _, other in self._failures:
                if isinstance(other, HistoryError) and other is not error:
                    error.add_note(str(other))
            raise error


def _default_start_method() -> str:
    """Return fork where there is one: it shares what the animator holds, without pickling."""
    return "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
