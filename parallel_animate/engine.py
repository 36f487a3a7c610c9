"""The pipeline: params in, an ordered iterator of frame views out.

::

    FrameSource ─▶ dispatch ─▶ workers ─▶ slots of the ring ─▶ frames(), in frame order
                      ▲                                            │
                      └──────────── a slot is free again ◀─────────┘

:class:`ParallelEngine` runs on worker processes; :class:`SerialEngine` is its twin in this
process. Both are context managers with the same three steps: entering starts the rendering
side and tells `size`; :meth:`allocate` fixes the form of the frames; :meth:`frames` yields
them. A yielded view is valid until the next one is asked for.

There is no loop of its own: the writer, by asking for the next frame, drives everything. While
it encodes, each worker has one more task waiting (`TASKS_PER_WORKER`), so none runs dry.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import matplotlib
import numpy as np

from parallel_animate.canvas import FrameLayout
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.errors import AnimateError, FrameSizeError, SetupError, WorkerDiedError
from parallel_animate.frames import FrameSource
from parallel_animate.machine import available_memory, usable_cores
from parallel_animate.measure import Measure
from parallel_animate.renderer import FrameRenderer
from parallel_animate.ring import FrameOrder, SlotRing, ring_slots
from parallel_animate.worker import (
    POLL,
    Attached,
    Done,
    Failed,
    Job,
    Ready,
    RingOffer,
    WorkerHandle,
    garbage_left_alone,
)

log = logging.getLogger("parallel_animate")

# One that is drawn and one that waits in the pipe: the main process may be busy encoding when
# the first is done. More would only bind frames to a worker that may be slow.
TASKS_PER_WORKER = 2
# Seconds that a worker has to exit after its pipe was closed.
JOIN_TIMEOUT = 3.0


class Engine(Protocol):
    """What the parallel and the serial engine have in common."""

    size: tuple[int, int]

    @property
    def workers(self) -> int: ...

    @property
    def slots(self) -> int: ...

    @property
    def spilled(self) -> int: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def allocate(self, layout: FrameLayout) -> None:
        """Fix the form of the frames, and make room for them."""

    def frames(self) -> Generator[Pixels]:
        """Yield the frames in order, each valid until the next one is asked for."""


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
    """

    workers: int
    prefetch: int
    start_method: str | None
    spill_folder: Path
    log_interval: int | None


def open_engine(job: Job, source: FrameSource, measure: Measure, plan: Plan) -> Engine:
    """Return the engine for this number of workers, not started yet."""
    kind: type[SerialEngine | ParallelEngine]
    kind = SerialEngine if plan.workers == 1 else ParallelEngine
    return kind(job, source, measure, plan)


class SerialEngine:
    """Renders in this process, with no child process.

    The frames still go through a (private) ring and a :class:`FrameOrder`, so that params
    out of order are handled by the same code.
    """

    workers = 1
    slots = 1

    def __init__(self, job: Job, source: FrameSource, measure: Measure, plan: Plan) -> None:
        self._job = job
        self._source = source
        self._measure = measure
        self._plan = plan
        self._order: FrameOrder | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            # Whatever setup() and update() set stays in the render; and pyplot's interactive
            # mode would redraw a figure at each change of an artist.
            stack.enter_context(matplotlib.rc_context({"interactive": False}))
            self._renderer = FrameRenderer(
                self._job.animator, self._job.options, self._job.reuse_figure
            )
            stack.callback(self._renderer.close)
            self.size = self._renderer.size
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def spilled(self) -> int:
        return 0 if self._order is None else self._order.spilled

    def allocate(self, layout: FrameLayout) -> None:
        self._renderer.set_layout(layout)
        self._memory = [np.empty(layout.nbytes, np.uint8) for _ in range(self.slots)]
        self._layout = layout
        self._order = FrameOrder(self._memory, self._plan.spill_folder)
        self._stack.callback(self._order.close)

    def frames(self) -> Generator[Pixels]:
        assert self._order is not None
        with self._source.start(self._plan.prefetch):
            frame = 0
            while self._render_until(frame):
                yield from self._measure.lend(self._layout.view(self._order.lend(frame)))
                self._order.release()
                frame += 1
            self._measure.drained()

    def _render_until(self, frame: int) -> bool:
        """Render frames as they come until `frame` is there; False at the end."""
        assert self._order is not None
        while not self._order.has(frame):
            with self._measure.waiting(for_params=True):
                item = self._source.get()
            if item is None:
                return False
            slot = self._order.acquire((), due=frame)
            assert slot is not None
            seconds = self._renderer.render(*item, self._memory[slot])
            self._order.finish(item[0], slot)
            drawn = self._measure.drawn(seconds)
            if self._plan.log_interval and drawn % self._plan.log_interval == 0:
                log.info("drew %d frames", drawn)
        return True


class ParallelEngine:
    """Renders in worker processes, into a ring of shared memory."""

    def __init__(self, job: Job, source: FrameSource, measure: Measure, plan: Plan) -> None:
        self.workers = plan.workers
        self._job = job
        self._source = source
        self._measure = measure
        self._plan = plan
        self._start_method = plan.start_method or _default_start_method()
        self._layout: FrameLayout | None = None
        self._sizes: dict[int, tuple[int, int]] = {}  # worker: its figure's size
        self._handles: list[WorkerHandle] = []
        self._in_flight: dict[int, WorkerHandle] = {}  # frame: who draws it
        self._failures: list[tuple[int, AnimateError]] = []  # with the frame they belong to
        self._ring: SlotRing | None = None
        self._order: FrameOrder | None = None
        self._stack = ExitStack()

    @property
    def slots(self) -> int:
        return 0 if self._ring is None else self._ring.slots

    @property
    def spilled(self) -> int:
        return 0 if self._order is None else self._order.spilled

    def __enter__(self) -> Self:
        with self._stack as stack:
            stack.callback(self._stop_workers)
            self._start_workers()
            while not self._sizes and not self._failures:
                self._take_messages(self._wait())
            self._raise_failure()
            self.size = next(iter(self._sizes.values()))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def allocate(self, layout: FrameLayout) -> None:
        wanted = ring_slots(self.workers, layout.nbytes, available_memory())
        self._ring = SlotRing.create(wanted, layout.nbytes, minimum=self.workers + 1)
        self._stack.callback(self._ring.close)
        self._order = FrameOrder(self._ring.all(), self._plan.spill_folder)
        self._stack.callback(self._order.close)
        self._layout = layout
        for handle in self._handles:
            if handle.index in self._sizes:
                self._offer_ring(handle)

    def frames(self) -> Generator[Pixels]:
        assert self._order is not None
        assert self._layout is not None
        with self._source.start(self._plan.prefetch * self.workers):
            frame = 0
            while self._wait_for(frame):
                yield from self._measure.lend(self._layout.view(self._order.lend(frame)))
                self._order.release()
                frame += 1
            self._measure.drained()
            self._raise_failure()

    def _wait_for(self, frame: int) -> bool:
        """Keep the workers busy until `frame` is finished; False if it will not come."""
        assert self._order is not None
        self._take_messages(self._wait(timeout=0))
        while True:
            starved = self._dispatch(frame)
            if self._order.has(frame):
                return True
            if not self._in_flight and (self._failures or self._source.ended):
                return False
            with self._measure.waiting(for_params=starved):
                ready = self._wait(self._source.wakeup if starved else None)
            self._take_messages(ready)

    def _dispatch(self, due: int) -> bool:
        """Give out frames while there are idle workers, free slots and params.

        Returns whether it is the params that are missing.
        """
        assert self._order is not None
        while not self._failures and not self._source.ended:
            handle = min(
                (handle for handle in self._handles if handle.attached),
                key=lambda handle: len(handle.tasks),
                default=None,
            )
            if handle is None or len(handle.tasks) >= TASKS_PER_WORKER:
                return False
            if not self._source.ready():
                return True
            slot = self._order.acquire(self._in_flight, due)
            if slot is None:
                return False
            position = self._source.pulled
            try:
                with self._measure.waiting(for_params=True):
                    item = self._source.get()
                if item is not None:
                    handle.send_task(item[0], slot, item[1])
                    self._in_flight[item[0]] = handle
                    continue
            except AnimateError as error:
                # Frames before it are still finished and written before it is raised.
                self._fail(error, position)
            self._order.give_back(slot)
        return False

    def _wait(
        self, source: connection.Connection | None = None, timeout: float | None = None
    ) -> list[WorkerHandle]:
        """Wait for a message or a death of a worker, or for params; return whom it concerns.

        It may return without any, so as to look at the workers now and then.
        """
        by_object: dict[object, WorkerHandle] = {}
        for handle in self._handles:
            by_object[handle.connection] = handle
            by_object[handle.process.sentinel] = handle
        objects = [*by_object, *([source] if source is not None else [])]
        ready = connection.wait(objects, POLL if timeout is None else timeout)  # type: ignore[arg-type]
        if not ready and timeout is None:
            return [handle for handle in self._handles if not handle.process.is_alive()]
        return list(
            {by_object[each].index: by_object[each] for each in ready if each in by_object}.values()
        )

    def _take_messages(self, handles: list[WorkerHandle]) -> None:
        for handle in handles:
            # Asked first: what a process sent before it died is in the pipe by then.
            alive = handle.process.is_alive()
            try:
                while handle.connection.poll():
                    self._take(handle, handle.receive())
            except (EOFError, ConnectionResetError):
                alive = False
            if not alive:
                self._bury(handle)

    def _take(self, handle: WorkerHandle, message: object) -> None:
        """Act on a worker's message."""
        match message:
            case Ready(size):
                self._sizes[handle.index] = size
                if self._layout is not None:
                    self._offer_ring(handle)
            case Attached():
                handle.attached = True
                if self._ring is not None and all(each.attached for each in self._handles):
                    self._ring.unlink()
            case Done(frame_idx, seconds):
                assert self._order is not None
                self._order.finish(frame_idx, self._settle(handle, frame_idx))
                self._measure.drawn(seconds)
                handle.drawn += 1
                if self._plan.log_interval and handle.drawn % self._plan.log_interval == 0:
                    log.info("worker %s drew %d frames", str(handle), handle.drawn)
            case Failed(frame_idx):
                if frame_idx is not None and self._order is not None:
                    self._order.give_back(self._settle(handle, frame_idx))
                error = message.exception(str(handle))
                self._fail(error, -1 if frame_idx is None else frame_idx)

    def _settle(self, handle: WorkerHandle, frame_idx: int) -> int:
        """Strike a frame off the worker's list; return the slot it had."""
        del self._in_flight[frame_idx]
        return handle.tasks.pop(frame_idx)

    def _offer_ring(self, handle: WorkerHandle) -> None:
        assert self._ring is not None
        assert self._layout is not None
        size = self._sizes[handle.index]
        expected = (self._layout.width, self._layout.height)
        if size != expected:
            error = FrameSizeError(
                "before its first frame, worker {} has a figure of {}x{} pixels, but the video is "
                "{}x{}: setup() must make the same size in every process".format(
                    handle, *size, *expected
                ),
                frame_idx=0,
            )
            self._fail(error, -1)
            return
        handle.send(RingOffer(self._ring.name, self._ring.slots, self._layout))

    def _bury(self, handle: WorkerHandle) -> None:
        """Take a dead worker out, with its frames."""
        who, frames = str(handle), sorted(handle.tasks)
        self._handles.remove(handle)
        handle.hang_up()
        code = handle.join(JOIN_TIMEOUT)
        how = f"was killed by signal {-code}" if code < 0 else f"exited with code {code}"
        for frame_idx in frames:
            del self._in_flight[frame_idx]
        if handle.attached:
            what = f" while it had to draw frame(s) {', '.join(map(str, frames))}" if frames else ""
            first = frames[0] if frames else None
            error: AnimateError = WorkerDiedError(f"worker process {who} {how}{what}", first)
        elif self._failures:
            return  # it said why
        else:
            error = SetupError(f"worker process {who} {how} before it could draw a frame")
            if self._start_method != "fork":
                error.add_note(
                    f"With start_method={self._start_method!r} a script has to guard its work "
                    "with: if __name__ == '__main__':"
                )
        self._fail(error, frames[0] if frames else -1)

    def _fail(self, error: AnimateError, frame: int) -> None:
        """Note an error; no frame is given out any more, and those under way are finished."""
        self._failures.append((frame, error))

    def _raise_failure(self) -> None:
        """Raise the failure of the earliest frame, if any."""
        if self._failures:
            raise min(self._failures, key=lambda failure: failure[0])[1]

    def _start_workers(self) -> None:
        context = multiprocessing.get_context(self._start_method)
        # A worker that found no tracker would start its own, which would then take the ring
        # for leaked when that worker ends.
        resource_tracker.ensure_running()
        pipes: list[connection.Connection] = []
        with garbage_left_alone():
            for index in range(self.workers):
                handle = WorkerHandle(context, index, self._job, pipes)
                self._handles.append(handle)
                pipes.append(handle.connection)

    def _stop_workers(self) -> None:
        for handle in self._handles:
            handle.hang_up()
        deadline = time.monotonic() + JOIN_TIMEOUT
        for handle in self._handles:
            handle.join(max(0.0, deadline - time.monotonic()))


def _default_start_method() -> str:
    """Fork where there is one: what the animator holds is then shared, and never pickled."""
    return "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


def library_threads(workers: int) -> int:
    """Return how many threads a numeric library may use in each of the workers."""
    return max(1, usable_cores() // workers)
