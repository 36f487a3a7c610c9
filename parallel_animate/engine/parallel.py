"""The pipeline: params in, an ordered iterator of frame views out.

::

    FrameSource ─▶ dispatch ─▶ workers ─▶ slots of the ring ─▶ frames(), in frame order
                      ▲                                            │
                      └──────────── a slot is free again ◀─────────┘

:class:`ParallelEngine` runs on worker processes; :class:`SerialEngine` is its twin in this
process. Entering one starts the rendering side and tells `size`; :meth:`Engine.allocate` fixes
the form of the frames; :meth:`Engine.frames` yields them, each valid until the next one is
asked for.

There is no loop of its own: the writer, by asking for the next frame, drives everything. While
it encodes, each worker has one more task waiting (`TASKS_PER_WORKER`), so none runs dry; where it
is slower than they are, only as many are given tasks as keep the ring full.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from abc import abstractmethod
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import matplotlib
import numpy as np
from threadpoolctl import threadpool_limits

from parallel_animate.canvas import FrameFormat, Pixels
from parallel_animate.engine.history import HISTORY_FRAMES, HistoryCheck
from parallel_animate.engine.messages import (
    Attached,
    Died,
    Done,
    Failed,
    Ready,
    RingOffer,
)
from parallel_animate.engine.pool import Assigned, Worker, WorkerPool
from parallel_animate.engine.renderer import FrameRenderer, Job
from parallel_animate.errors import AnimateError, FrameSizeError, SetupError, WorkerDiedError
from parallel_animate.memory import FrameOrder, Slot, SlotRing, ring_slots
from parallel_animate.params import FrameSource, Payload, PayloadMemory, Pickled
from parallel_animate.report.measure import Measure
from parallel_animate.system.interrupts import Interrupts, TerminatedError
from parallel_animate.system.machine import available_memory, lower_limits
from parallel_animate.system.owner import Owner
from parallel_animate.text import shortened

log = logging.getLogger("parallel_animate")

# One that is drawn and one that waits in the pipe: the main process may be busy encoding when
# the first is done. More would only bind frames to a worker that may be slow.
TASKS_PER_WORKER = 2
# Slots of the writer: of the frame that it has, and of the one that it will ask for next.
WRITERS_SLOTS = 2
# Errors that belong to no frame come before those that do.
NO_FRAME = -1
# A frame that has ended so many workers will end the next one too.
DEATHS_PER_FRAME = 3
# After so many workers have crashed in setup(), while others have not, no more are started.
DEATHS_IN_SETUP = 3
# So many workers that die one after the other, and no frame is finished: it is not the frames.
DEATHS_IN_A_ROW = 10

_Error = TypeVar("_Error", bound=AnimateError)


@dataclass(frozen=True)
class Plan:
    """How the engine shall work.

    Parameters
    ----------
    workers : int
        Processes that draw; 1 for no child process.
    prefetch : int
        Params to pull ahead for each worker, in a thread; 0 for no thread.
    start_method : str or None
        How worker processes are started; None for fork where there is one, else spawn.
    spill_folder : Path
        Where a temporary file is made for frames that come too far out of order.
    log_interval : int or None
        Log each time that a worker has drawn so many frames.
    frame_timeout : float or None
        Seconds after which a worker that has not finished its frame is killed.
    check_history : bool
        Whether to look if frames depend on earlier ones.
    slots : int or None
        Slots of the ring; None for as many as suit the workers and the memory.
    """

    workers: int
    prefetch: int
    start_method: str | None
    spill_folder: Path
    log_interval: int | None
    frame_timeout: float | None = None
    check_history: bool = False
    slots: int | None = None


def open_engine(
    job: Job, source: FrameSource, measure: Measure, plan: Plan, interrupts: Interrupts
) -> Engine:
    """Return the engine for this number of workers, not started yet."""
    # Only a process can be killed that hangs.
    serial = plan.workers == 1 and plan.frame_timeout is None
    kind = SerialEngine if serial else ParallelEngine
    return kind(job, source, measure, plan, interrupts)


class Engine(Owner):
    """Renders frames into slots, and yields views of them in frame order.

    Parameters
    ----------
    job : Job
        The animator, and how its figure is to be drawn.
    source : FrameSource
        The params.
    measure : Measure
        Takes the times.
    plan : Plan
        With how many workers, and so on.
    interrupts : Interrupts
        Tells when to stop.

    Attributes
    ----------
    size : tuple of int
        The figure's width and height in pixels, known once the engine is entered.
    """

    size: tuple[int, int]
    _layout: FrameFormat
    _order: FrameOrder

    def __init__(
        self,
        job: Job,
        source: FrameSource,
        measure: Measure,
        plan: Plan,
        interrupts: Interrupts,
    ) -> None:
        self._interrupts = interrupts
        self._job = job
        self._source = source
        self._measure = measure
        self._plan = plan
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            stack.enter_context(self._source)  # closed also where frames() is never asked
            self._start(stack)
            self._measure.ready()
            self._stack = stack.pop_all()
        return self

    def close(self) -> None:
        """End the rendering side, and give its memory back."""
        self._stack.close()

    @property
    def workers(self) -> int:
        """Processes that draw."""
        return self._plan.workers

    @property
    def slots(self) -> int:
        """Slots that the frames are drawn into."""
        return self._order.slots

    @property
    def spilled(self) -> int:
        """Frames that went through the temporary file."""
        return self._order.spilled

    def allocate(self, layout: FrameFormat) -> None:
        """Fix the form of the frames, and make room for them."""
        self._layout = layout
        self._order = FrameOrder(self._make_slots(layout), self._plan.spill_folder)
        self._stack.callback(self._order.close)

    def frames(self, first: int = 0) -> Generator[Pixels]:
        """Yield the frames from `first` on in order, each valid until the next is asked for."""
        with self._source.start(self._plan.prefetch * self.workers):
            frame = first
            while self._obtain(frame):
                self._measure.occupied(self._order.occupied)
                yield from self._measure.lend(self._layout.view(self._order.lend(frame)))
                self._order.release()
                frame += 1
            self._finish()
            self._measure.occupied(0)
            self._measure.drained()

    @abstractmethod
    def _start(self, stack: ExitStack) -> None:
        """Start the rendering side, and set `size`; `stack` ends it."""

    @abstractmethod
    def _make_slots(self, layout: FrameFormat) -> list[Slot]:
        """Return the memory of the slots."""

    def _finish(self) -> None:
        """Do what remains when all frames are drawn."""

    @abstractmethod
    def _obtain(self, frame: int) -> bool:
        """Go on until `frame` is finished; False if there is no such frame."""

    def _log_drawn(self, who: str, count: int) -> None:
        if self._plan.log_interval and count % self._plan.log_interval == 0:
            log.info("%s drew %d frames", who, count)


class SerialEngine(Engine):
    """Renders in this process, with no child process.

    Params out of order are handled by the same :class:`FrameOrder`, with one slot.
    """

    _renderer: FrameRenderer

    def _start(self, stack: ExitStack) -> None:
        # Whatever setup() and update() set stays in the render; and pyplot's interactive mode
        # would redraw a figure at each change of an artist.
        stack.enter_context(matplotlib.rc_context({"interactive": False}))
        with self._interrupts.allowed():
            self._renderer = FrameRenderer(self._job)
        stack.callback(self._renderer.close)
        self.size = self._renderer.size

    def _make_slots(self, layout: FrameFormat) -> list[Slot]:
        self._renderer.set_layout(layout)
        self._slot: Slot = np.empty(layout.nbytes, np.uint8)
        return [self._slot]

    def _obtain(self, frame: int) -> bool:
        while not self._order.has(frame):
            with self._measure.waiting(for_params=True), self._interrupts.allowed():
                item = self._source.get()
            if item is None:
                return False
            slot = self._order.acquire((), due=frame)
            assert slot is not None
            with self._interrupts.allowed():
                rendered = self._renderer.render(*item, self._slot)
            self._order.finish(item[0], slot)
            told = partial(shortened, item[1])
            count = self._measure.drawn(item[0], rendered, told, "worker 0")
            self._log_drawn("this process", count)
        return True


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
        self._orphans: dict[int, Payload] = {}  # frame: params; its worker has died
        self._deaths: Counter[int] = Counter()  # frame: how many workers died of it
        self._deaths_in_a_row = 0
        self._deaths_in_setup = 0
        self._ever_ready = False
        self._history = HistoryCheck(HISTORY_FRAMES if self._plan.check_history else 0)
        self._failures: list[tuple[int, AnimateError]] = []  # with the frame they belong to
        with ExitStack() as limits:
            if self._start_method == "fork":
                # Workers inherit it. While no code of the user's runs in this process, it stays:
                # to be told anything after a fork makes OpenBLAS start its threads (worker.py).
                (limits if self._source.lazy else stack).enter_context(
                    threadpool_limits(lower_limits(self._job.threads))
                )
            self._params = stack.enter_context(PayloadMemory())
            pool = WorkerPool(self._job, self._plan.workers, self._start_method)
            self._pool = stack.enter_context(pool)
        while not self._sizes and not self._failures:
            self._interrupts.check()
            self._listen()
        self._raise_failure()
        self.size = next(iter(self._sizes.values()))

    def _make_slots(self, layout: FrameFormat) -> list[Slot]:
        wanted = self._plan.slots or ring_slots(self.workers, layout.nbytes, available_memory())
        self._ring = SlotRing.create(wanted, layout.nbytes)
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
            starved = self._dispatch(frame)
            if self._interrupts.pending:
                self._listen(block=False)  # what is finished by now is kept
            if self._order.has(frame):
                return True
            self._interrupts.check()
            if not self._in_flight and (self._failures or self._all_given_out()):
                self._raise_failure()
                return False
            with self._measure.waiting(for_params=starved):
                self._listen(for_params=starved)

    def _all_given_out(self) -> bool:
        return self._source.ended and not self._orphans

    def _dispatch(self, due: int) -> bool:
        """Give out frames while there are idle workers, free slots and params.

        Returns whether it is the params that are missing.
        """
        wanted = self._wanted_workers(due)
        while not (self._failures or self._all_given_out() or self._interrupts.pending):
            worker = self._pool.least_busy(wanted)
            if worker is None or len(worker.tasks) >= TASKS_PER_WORKER:
                return False
            if self._orphans and min(self._orphans) in worker.tasks:
                # It draws that frame already, to compare it: two answers would look the same.
                return False
            if not self._orphans and not self._source.ready():
                return True
            slot = self._order.acquire(self._in_flight, due)
            if slot is None:
                return False
            task = self._next_task()
            if task is None:
                self._order.give_back(slot)
            else:
                self._give(worker, slot, *task)
        return False

    def _wanted_workers(self, due: int) -> int:
        """Return how many workers shall be given frames: no more than the writer needs.

        While it has frames in stock, another worker would gain nothing, and take cores and caches
        from the encoder. One that had to wait would draw now and then, and each time redraw all
        that has changed since.
        """
        stock = self._order.stock(due)
        if not stock or self._history.wanting:
            return self.workers
        spare = self._order.slots - WRITERS_SLOTS - stock
        return max(1, -(-spare // TASKS_PER_WORKER))

    def _give(self, worker: Worker, slot: int, frame_idx: int, params: Payload) -> None:
        """Give a frame to a worker, and to another one too if the two are to be compared."""
        witness = self._history.witness(frame_idx, worker)
        worker.send_task(frame_idx, slot, params, digest=witness is not None)
        self._in_flight[frame_idx] = worker
        if witness is not None:
            witness.send_task(frame_idx, None, params, digest=True)

    def _finish(self) -> None:
        """Wait for the frames that are drawn twice."""
        while self._history.pending and not self._interrupts.pending:
            self._listen()
        self._history.conclude()

    def _next_task(self) -> tuple[int, Payload] | None:
        """Return a frame and its params: first of those whose worker has died."""
        if self._orphans:
            frame = min(self._orphans)
            return frame, self._orphans.pop(frame)
        position = self._source.pulled
        try:
            with self._measure.waiting(for_params=True), self._interrupts.allowed():
                item = self._source.get()
                if item is None:
                    return None
                pickled = Pickled.of(*item)
            payload = self._params.pack(pickled)
            payload.hold(self)  # until the frame is drawn: its worker may die
            return item[0], payload
        except AnimateError as error:
            self._fail(error, position)
        except (KeyboardInterrupt, TerminatedError):
            if not self._interrupts.pending:
                raise  # it comes from the user's iterator
        return None

    def _listen(self, *, block: bool = True, for_params: bool = False) -> None:
        """Act on what workers say; wait for it, or for params as well."""
        source = self._source.wakeup if for_params else None
        for worker, message in self._pool.wait(source, self._interrupts.wakeup, block=block):
            self._take(worker, message)
        if self._plan.frame_timeout is not None:
            self._pool.kill_overdue(self._plan.frame_timeout)

    def _take(self, worker: Worker, message: Any) -> None:
        match message:
            case Ready(size):
                self._ever_ready = True
                self._sizes[worker] = size
                if self._ring is not None:
                    self._offer_ring(worker)
            case Attached():
                worker.attached = True
            case Done(frame_idx, rendered, digest, released):
                self._history.drawn(frame_idx, digest)
                self._params.take_back(worker, released)
                assigned = self._settle(worker, frame_idx)
                who = f"worker {worker.index}"
                if assigned.slot is None:
                    self._measure.drawn_again(rendered, who)
                    return
                self._order.finish(frame_idx, assigned.slot)
                self._measure.drawn(frame_idx, rendered, assigned.params.told, who)
                assigned.params.drop(self)
                self._deaths_in_a_row = 0
                worker.drawn += 1
                self._log_drawn(f"worker {worker}", worker.drawn)
            case Failed(frame_idx=None):
                self._fail(message.exception(str(worker)), NO_FRAME)
            case Failed(frame_idx=int(frame_idx)):
                self._history.drawn(frame_idx, None)
                slot = self._settle(worker, frame_idx).slot
                if slot is not None:  # else the other drawing of the frame is what counts
                    self._order.give_back(slot)
                    self._fail(message.exception(str(worker)), frame_idx)
            case Died(code):
                self._sizes.pop(worker, None)
                self._params.take_all_back(worker)
                self._history.stop()
                self._bury(worker, code)

    def _settle(self, worker: Worker, frame_idx: int) -> Assigned:
        """Strike a frame off the worker's list."""
        assigned = worker.settle(frame_idx)
        if assigned.slot is not None:
            del self._in_flight[frame_idx]
        return assigned

    def _offer_ring(self, worker: Worker) -> None:
        assert self._ring is not None
        size, expected = self._sizes[worker], self.size
        if size == expected:
            offer = RingOffer(self._ring.name, self._ring.slots, self._layout)
            worker.send_ring(offer, self._ring.descriptor)
            return
        error = FrameSizeError(
            f"before its first frame, worker {worker} has a figure of {size[0]}x{size[1]} pixels, "
            f"but the video is {expected[0]}x{expected[1]}: setup() must make the same size in "
            "every process",
            frame_idx=0,
        )
        self._fail(error, NO_FRAME)

    def _bury(self, worker: Worker, code: int) -> None:
        """Take back what a dead worker had to do, and start another in its place."""
        how = _death(worker, code, self._plan.frame_timeout)
        frames = list(worker.tasks)
        for frame_idx in frames:
            assigned = self._settle(worker, frame_idx)
            if assigned.slot is not None:
                self._order.give_back(assigned.slot)
                self._orphans[frame_idx] = assigned.params
        if self._failures:
            return  # the workers are let go, and the first failure is what counts
        self._deaths_in_a_row += 1
        if frames:
            self._deaths[frames[0]] += 1
        if frames and self._deaths[frames[0]] >= DEATHS_PER_FRAME:
            self._fail(self._deadly(frames[0], how, worker), frames[0])
        elif not worker.attached and (code >= 0 or not self._ever_ready):
            self._fail(self._died_in_setup(how, worker), NO_FRAME)
        elif self._deaths_in_a_row > DEATHS_IN_A_ROW:
            died = WorkerDiedError(
                f"{how}, the {self._deaths_in_a_row}th in a row, with no frame finished between"
            )
            self._fail(_with_stacks(died, worker), NO_FRAME)
        else:
            self._measure.lost_workers += 1
            self._deaths_in_setup += not worker.attached
            self._replace(worker, how, frames)

    def _replace(self, worker: Worker, how: str, frames: list[int]) -> None:
        """Start a worker in the place of a dead one, or go on with those that are left."""
        if self._deaths_in_setup >= DEATHS_IN_SETUP and len(self._pool):
            log.warning("%s before it could draw a frame, as others did: one worker less", how)
            return
        log.warning("%s; another takes its place, and its frames: %s", how, frames)
        try:
            with self._source.paused():
                self._pool.start_one()
        except OSError as error:
            if len(self._pool):
                log.warning("no worker can be started (%s): one worker less", error.strerror)
                return
            died = WorkerDiedError(f"{how}, and no other can be started: {error.strerror}")
            self._fail(_with_stacks(died, worker), NO_FRAME)

    def _deadly(self, frame: int, how: str, worker: Worker) -> WorkerDiedError:
        """Return the error for a frame that one worker after the other has died of."""
        params = self._orphans[frame].told()
        died = WorkerDiedError(
            f"frame {frame} with params {params} has ended {DEATHS_PER_FRAME} workers: {how}. "
            "num_workers=1 draws it in this process, where a debugger can look at it",
            frame,
            params,
        )
        return _with_stacks(died, worker)

    def _died_in_setup(self, how: str, worker: Worker) -> SetupError:
        error = SetupError(f"{how} before it could draw a frame")
        if self._start_method != "fork":
            error.add_note(
                f"With start_method={self._start_method!r} a script has to guard its work "
                "with: if __name__ == '__main__':"
            )
        return _with_stacks(error, worker)

    def _fail(self, error: AnimateError, frame: int) -> None:
        """Note an error: no frame is given out any more, and those under way are finished."""
        self._failures.append((frame, error))

    def _raise_failure(self) -> None:
        """Raise the failure of the earliest frame, if any."""
        if self._failures:
            raise min(self._failures, key=lambda failure: failure[0])[1]


def _death(worker: Worker, code: int, limit: float | None) -> str:
    """Say how a worker has died."""
    if worker.hung:
        return f"worker process {worker} took longer than {limit:g} s and was killed"
    if code >= 0:
        return f"worker process {worker} exited with code {code}"
    try:
        name = f" ({signal.Signals(-code).name})"
    except ValueError:
        name = ""
    return f"worker process {worker} was killed by signal {-code}{name}"


def _with_stacks(error: _Error, worker: Worker) -> _Error:
    """Add to an error where the worker was, if it said so."""
    if stacks := worker.stacks():
        error.add_note(f"Where worker {worker} was:\n{stacks}")
    return error


def _default_start_method() -> str:
    """Fork where there is one: what the animator holds is then shared, and never pickled."""
    return "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
