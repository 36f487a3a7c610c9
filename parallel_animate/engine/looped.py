"""The engine on worker processes, with a loop of the user's that takes the frames.

The thread that called is in the user's loop most of the time, and in the engine only while the loop
asks for a frame. The user's iterator runs in that thread, too, for it may belong there as with a
video. So params are pulled when a frame is asked for: while it is not there yet, as many as are
wanted; if it is there, at most `PULLS`, so that a slow iterator holds up no finished frame for long
and yet what waits for the workers grows again.

Meanwhile the listener gives workers what there is: params that wait, and all those of a list or an
array. It ends by itself. While the loop takes its time, the ring gets full, workers wait for slots,
and no more params are pulled: nothing grows without bound.
"""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from parallel_animate.engine.base import Lent
from parallel_animate.engine.parallel import ParallelEngine
from parallel_animate.engine.process import Worker
from parallel_animate.system import warn_user

# Params that are pulled at most although the next frame is there: one for the frame that the loop
# has had, and one more. So what is pulled ahead is restored after a while.
PULLS = 2


class LoopedEngine(ParallelEngine):
    """Its frames are taken by the thread that called, which pulls params when it asks for one."""

    def _start(self, stack: ExitStack) -> None:
        stays = threading.current_thread() is threading.main_thread()
        self._job = replace(self._job, starter_stays=stays)
        super()._start(stack)
        self._job_is_there = self._frame_is_there  # the same thread waits for both

    def _make_slots(self) -> None:
        super()._make_slots()
        self._outside.enter()
        self._stack.enter_context(self._listening())
        self._stack.callback(self._tell_at_the_end)

    def _next(self, lane: int = 0) -> Lent | None:
        done = 0
        with self._outside.at_rest():
            while True:
                with self._lock:
                    there = self._is_there()
                    job = None if there and done >= PULLS else self._next_job()
                    if job is None:
                        if there:
                            return self._lent()
                        if not self._wait():
                            return None
                        continue
                job()
                done += 1

    def _wait(self, lane: int = 0) -> bool:
        # Nothing that is finished would be lost: the loop has had it, or will not ask for it.
        self._interrupts.check()
        return super()._wait(lane)

    def _take(self, messages: list[tuple[Worker, Any]]) -> None:
        super()._take(messages)
        # The loop is to be told of an error although the iterator blocks.
        if self._scheduler.closed or self._stopped is not None:
            self._call_back()

    def _tell_at_the_end(self) -> None:
        """Warn of frames that may be wrong, where the loop has ended before it could be told."""
        with self._lock:
            doubt, history = self._vouching.error, self._crew.untold
        if doubt is not None:
            warn_user(str(doubt))
        if history is not None and sys.exception() is None:
            warn_user(history)
