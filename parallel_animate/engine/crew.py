"""The workers of a render: what they are given, and what follows from what they say.

Here the scheduler's commands are carried out, and what workers say becomes its events. Nothing
here waits, and no thread is started: who calls, and when, is the engine's affair.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from typing import Any

from parallel_animate.canvas import SlotFormat
from parallel_animate.engine.commands import Command, Discard, Draw, Forget, Grow, Spill, Supply
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.deaths import Deaths
from parallel_animate.engine.held import HeldParams
from parallel_animate.engine.history import HistoryCheck
from parallel_animate.engine.job import Plan
from parallel_animate.engine.messages import (
    Attached,
    Died,
    Done,
    Failed,
    Ready,
    RingOffer,
    Started,
    Warned,
)
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.pool import WorkerPool
from parallel_animate.engine.process import JOIN_TIMEOUT, Worker
from parallel_animate.engine.relay import Relay
from parallel_animate.engine.renderer import Rendered
from parallel_animate.engine.scheduler import Scheduler
from parallel_animate.errors import AnimateError, FrameSizeError, HistoryError
from parallel_animate.memory import FrameMemory, FrameOrder, SlotRing
from parallel_animate.params import Payload, PayloadMemory
from parallel_animate.system import warn_user

log = logging.getLogger("parallel_animate.animator")

# Stands in place of a frame's number for errors that belong to no frame. These are raised first,
# so it is less than any number.
NO_FRAME = -1


class Crew:
    """All workers of a render, and what they have to draw.

    Parameters
    ----------
    pool : WorkerPool
        Their processes.
    scheduler : Scheduler
        Says who draws what.
    order : FrameOrder
        The slots, by number.
    params : PayloadMemory
        Holds the params.
    comparisons : Comparisons
        Is told what drawing takes.
    history : HistoryCheck
        Compares frames that are drawn twice.
    deaths : Deaths
        Says what a death means.
    observer : Observer
        Is told what happens.
    plan : Plan
        How the workers shall work.

    Attributes
    ----------
    size : tuple of int or None
        The width and height of the video in pixels, once a worker has said it.
    setup_seconds : float
        What setup() took in the first worker that has come through it.
    params : HeldParams
        Those of the frames that they draw.
    to_start : int
        Workers to be started in the place of dead ones.
    """

    def __init__(
        self,
        pool: WorkerPool,
        scheduler: Scheduler,
        order: FrameOrder,
        params: PayloadMemory,
        comparisons: Comparisons,
        history: HistoryCheck,
        deaths: Deaths,
        observer: Observer,
        plan: Plan,
    ) -> None:
        self.size: tuple[int, int] | None = None
        self.opaque, self.setup_seconds = True, 0.0
        self.to_start = 0
        self._pool = pool
        self._scheduler = scheduler
        self._order = order
        self.params = HeldParams(params)
        self._blocks = params
        self._comparisons = comparisons
        self._history = history
        self._deaths = deaths
        self._observer = observer
        self._plan = plan
        self._ring: SlotRing | None = None
        self._relay = Relay()
        self._untold = False  # whether the check of the history says something that is not certain
        self._to_compare: set[Hashable] = set()  # who makes it certain
        self._failures: list[tuple[int, AnimateError]] = []  # the frame, and its error

    def use(self, ring: SlotRing, memory: FrameMemory, frame_format: SlotFormat) -> None:
        """Let the workers draw into a ring."""
        self._ring, self._memory, self._format = ring, memory, frame_format
        for slot in range(ring.slots):
            self._add_slot(slot)
        self._scheduler.backpressure.even = ring.slots
        useless = len(self._pool) - (ring.slots - 1)  # one slot is the writer's
        if useless > 0:
            log.warning(
                "memory has room for %d frame slots: %d worker(s) instead of %d",
                ring.slots,
                len(self._pool) - useless,
                len(self._pool),
            )
            self._pool.dismiss(useless)
        for worker in list(self._pool.workers):
            if worker.size is not None:
                self._offer_ring(worker, worker.size)

    def open_with(self, frame: int, params: Payload) -> None:
        """Let every worker begin with this frame, the first of all; the crew holds its params."""
        self.params.opening = params
        self._scheduler.opens(frame)

    def has_params(self, frame: int, params: Payload, *, again: bool = False) -> None:
        """Take the params of a frame that is to be drawn, or drawn again; the crew holds them."""
        self.params.keep(frame, params)
        (self._scheduler.pulled_again if again else self._scheduler.pulled)(frame)

    def act(self) -> None:
        """Do what follows from all that has happened."""
        draws: list[Draw] = []
        slots: dict[int, int] = {}
        for command in self._scheduler.commands():
            if isinstance(command, Draw):
                draws.append(command)
            elif isinstance(command, Supply):
                slots[command.worker] = command.slot
            else:
                self._keep_house(command)
        self._send(draws, slots)

    def _keep_house(self, command: Command) -> None:
        match command:
            case Spill(frame, slot):
                self._memory.spill(frame, slot)
                self._order.moved(frame)
            case Discard(frame):
                self._memory.drop(frame)
            case Forget(frame):
                self.params.forget(frame)
            case Grow():
                assert self._ring is not None
                grown = self._ring.grow()
                if grown is None:
                    self._scheduler.cannot_grow()
                else:
                    self._add_slot(grown)

    def _add_slot(self, slot: int) -> None:
        assert self._ring is not None
        self._memory.add(self._ring.slot(slot))
        self._order.add(slot)

    def _send(self, draws: Sequence[Draw], slots: dict[int, int]) -> None:
        """Send tasks and slots to their workers; a slot goes along with a task where it can."""
        if not draws and not slots:
            return
        workers = {worker.index: worker for worker in self._pool.workers}
        for draw in draws:
            worker = workers[draw.worker]
            worker.send_task(draw, self.params.draw_with(draw), slots.pop(draw.worker, None))
        for index, slot in slots.items():
            workers[index].send_slot(slot)

    def take(self, worker: Worker, message: Any) -> None:
        """Act on a message."""
        match message:
            case Started():
                worker.note_start()
            case Ready():
                self._take_ready(worker, message)
            case Attached():
                worker.attached = True
                self._scheduler.joined(worker.index)
            case Done():
                self._take_done(worker, message)
            case Failed(frame_idx=None):
                self.fail(message.exception(str(worker)), NO_FRAME)
            case Failed(frame_idx=int(frame)):
                self._tell_history(self._history.drawn(frame, None))
                task = self._scheduler.failed(worker.index, frame)
                worker.strike(frame)
                if task.video:
                    self.params.come_back(frame)
                if task.video or not task.digest:  # else another worker draws it for the video
                    self.fail(message.exception(str(worker)), frame)
            case Warned():
                self._relay.show(worker.index, message)
            case Died():
                self._bury(worker)

    def _take_ready(self, worker: Worker, ready: Ready) -> None:
        if self.size is None:
            self.size, self.opaque, self.setup_seconds = ready
        self._deaths.ever_ready = True
        worker.size = ready.size
        if self._ring is not None:
            self._offer_ring(worker, ready.size)

    def _take_done(self, worker: Worker, done: Done) -> None:
        self._blocks.take_back(worker, done.released)
        params = worker.strike(done.frame_idx)
        rendered, who = done.rendered, f"worker {worker.index}"
        task = self._scheduler.drawn(
            worker.index, done.frame_idx, done.slot, redrawn=rendered.redrawn
        )
        if task.video:
            self._comparisons.drawn(worker.index, task.way, rendered.counts)
        self._judge(worker, rendered)
        # After that: what redrawing has spoilt says nothing of the history.
        self._tell_history(self._history.drawn(done.frame_idx, done.digest))
        if not task.video:
            self._observer.drawn_again(rendered, who)
            return
        self.params.come_back(done.frame_idx)
        self._observer.drawn(done.frame_idx, rendered, params.in_full, who)
        self._deaths.frame_finished()
        worker.drawn += 1
        if self._plan.log_interval and worker.drawn % self._plan.log_interval == 0:
            log.info("worker %s drew %d frames", worker, worker.drawn)

    def _tell_history(self, said: str | None) -> None:
        """Tell what the check of the history says, if it says something."""
        if said is None:
            return
        # It may also be redrawing that has differed: then the next comparisons show it.
        self._untold = True
        self._to_compare = self._comparisons.demand(self._scheduler.hands)
        if not self._to_compare:
            self._tell_untold()

    def _tell_untold(self) -> None:
        untold, self._untold = self._untold, False
        if not untold or not self._history.differing:
            return
        if self._plan.check_history == "error":
            frames = tuple(sorted(self._history.differing))
            self.fail(HistoryError(self._history.message, frames), frames[0])
        else:
            warn_user(self._history.message)

    @property
    def untold(self) -> str | None:
        """What the check of the history has found, and nobody was told yet."""
        untold = self._untold or self._history.conclude() is not None
        return self._history.message if untold and self._history.differing else None

    def conclude_history(self) -> None:
        """Tell, at the end of the render, which frames came out differently the second time."""
        self._tell_history(self._history.conclude())
        self._tell_untold()
        self._observer.differing(sorted(self._history.differing))

    def _judge(self, worker: Worker, rendered: Rendered) -> None:
        """Learn from a comparison with a full draw, if there was one."""
        if rendered.mismatch is not None:
            first = not self._scheduler.vouching.different
            self._scheduler.differed()
            if first:
                self._scheduler.vouching.tell(rendered.mismatch, self._observer)
        elif rendered.was_compared:
            self._scheduler.vouched(worker.index)
            self._to_compare.discard(worker.index)
            if not self._to_compare:
                self._tell_untold()

    def _offer_ring(self, worker: Worker, size: tuple[int, int]) -> None:
        assert self._ring is not None
        assert self.size is not None
        if size == self.size:
            offer = RingOffer(self._ring.name, self._ring.most, self._format)
            worker.send_ring(offer, self._ring.descriptor)
            return
        error = FrameSizeError(
            "before its first frame, worker {} has a figure of {}x{} pixels, but the video is "
            "{}x{}: setup() must make the same size in every process".format(
                worker, *size, *self.size
            ),
            frame_idx=0,
        )
        self.fail(error, NO_FRAME)

    # Deaths and failures.

    def _bury(self, worker: Worker) -> None:
        """Take back what a dead worker had to do, and have another started in its place."""
        self._pool.remove(worker)
        self._to_compare.discard(worker.index)
        worker.hang_up()
        worker.join(JOIN_TIMEOUT)
        self._blocks.take_all_back(worker)
        frames = self._scheduler.left(worker.index)
        for frame in self._scheduler.again.intersection(frames):
            self.params.come_back(frame)
            if self.params.may_be_spoilt(frame) and self._scheduler.lack(frame):
                self.params.forget(frame)
        if self._scheduler.closed:
            return  # the render is to end already, so no other worker is needed
        deadly = self._deaths.count(worker, frames)
        if deadly is not None:
            params = worker.params[deadly].told()
            self.fail(self._deaths.deadly_frame(worker, deadly, params), deadly)
        elif (error := self._deaths.end_of_all(worker)) is not None:
            self.fail(error, NO_FRAME)
        else:
            self._observer.lost_worker()
            self._replace(worker, frames)

    def _replace(self, worker: Worker, frames: list[int]) -> None:
        """Have a worker started in the place of a dead one, or go on with those that are left."""
        how = self._deaths.how(worker)
        if self._deaths.enough_in_setup and len(self._pool):
            log.warning("%s before it could draw a frame, as others did: one worker less", how)
            return
        log.warning("%s; another takes its place, and its frames: %s", how, frames)
        self._last_dead = worker
        self.to_start += 1

    def start_missing(self) -> None:
        """Start the workers that are to take the place of dead ones."""
        while self.to_start:
            self.to_start -= 1
            try:
                self._pool.start_one()
            except OSError as error:
                if not len(self._pool):
                    self.fail(self._deaths.cannot_start(self._last_dead, error), NO_FRAME)
                    return
                log.warning("no worker can be started (%s): one worker less", error.strerror)

    def kill_overdue(self, limit: float, stopped: float) -> None:
        """Kill the workers whose frame, or setup(), takes longer than `limit` seconds.

        The `stopped` seconds since the last call for which they were stopped do not count.
        """
        for worker in self._pool.workers:
            worker.since += stopped
            if worker.size is None or self._draws(worker):
                worker.kill_if_overdue(limit)

    @property
    def busy(self) -> dict[Worker, int | None]:
        """Who draws which frame; or, while nobody is ready to draw, who runs setup() (None)."""
        workers = self._pool.workers
        if not self._scheduler.hands:
            return {worker: None for worker in workers if worker.size is None}
        return {worker: next(iter(worker.params)) for worker in workers if self._draws(worker)}

    def _draws(self, worker: Worker) -> bool:
        """Whether it draws. Who has nowhere to store a frame may only be waiting for a slot."""
        hand = self._scheduler.hands.get(worker.index)
        return bool(worker.params) and hand is not None and not hand.needs_slot

    def fail(self, error: AnimateError, frame: int) -> None:
        """Note an error. Only frames before it are given out now; others under way are finished."""
        self._failures.append((frame, error))
        self._scheduler.close(frame)

    def ends_with(self, error: AnimateError, frame: int) -> None:
        """Note an error that came in place of a frame's params; those before it are rendered."""
        self._failures.append((frame, error))
        self._scheduler.ended()

    def knows(self, error: BaseException) -> bool:
        """Whether an error was noted."""
        return any(each is error for _, each in self._failures)

    def raise_failure(self) -> None:
        """Raise the failure of the earliest frame, if any."""
        if self._failures:
            error = min(self._failures, key=lambda failure: failure[0])[1]
            for _, other in self._failures:
                if isinstance(other, HistoryError) and other is not error:
                    error.add_note(str(other))
            raise error
