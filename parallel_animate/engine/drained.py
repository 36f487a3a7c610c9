"""The engine on worker processes, with a thread of its own that drains the frames: an encoder's.

The thread that called pulls params meanwhile, whenever they are wanted, and is called back from the
user's iterator when the frames are drained, or when that has failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from parallel_animate.engine.parallel import ParallelEngine
from parallel_animate.system import TerminatedError, join_despite_interrupts, start_thread

# Seconds that the encoder's thread has to end after a second Ctrl-C.
GRACE = 1.0
# Seconds between two calls to the thread that called, while it is in the user's iterator although
# the render is over.
RECALL = 0.1


class DrainedEngine(ParallelEngine):
    """Its frames are drained in a thread of their own, while params are pulled in this one."""

    def _start(self, stack: ExitStack) -> None:
        self._served = threading.Event()  # the thread that called has nothing to do any more
        super()._start(stack)

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
            with self._outside:
                drain()
        except BaseException as error:
            outcome.append(error)
        with self._lock:
            self._over = True
            self._job_is_there.notify()
        while not self._served.wait(RECALL):
            self._call_back()
