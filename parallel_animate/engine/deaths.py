"""What the death of a worker means for the render.

A worker may die because of a frame, because of ``setup()``, or because of something outside (a
system that is short of memory kills processes). Another one takes its place, unless that one would
die in the same way.
"""

from __future__ import annotations

import signal
from collections import Counter
from typing import TypeVar

from parallel_animate.engine.process import Worker
from parallel_animate.engine.program import hint
from parallel_animate.errors import AnimateError, SetupError, WorkerDiedError

# A frame that has ended so many workers will end the next one too.
DEATHS_PER_FRAME = 3
# After so many workers have crashed in setup(), while others have not, no more are started.
DEATHS_IN_SETUP = 3
# If more workers than this die one after the other, and no frame is finished between, it is not a
# frame that kills them.
DEATHS_IN_A_ROW = 10

_Error = TypeVar("_Error", bound=AnimateError)


class Deaths:
    """Counts the deaths of workers, and says which of them ends the render, by which error.

    Parameters
    ----------
    start_method : str
        How the workers were started.
    frame_timeout : float or None
        Seconds after which a worker was killed.
    in_order : bool
        Whether one worker draws all frames, each of which depends on those before it.

    Attributes
    ----------
    ever_ready : bool
        Whether setup() has run in any worker.
    """

    def __init__(
        self, start_method: str, frame_timeout: float | None, *, in_order: bool = False
    ) -> None:
        self.ever_ready = False
        self._start_method = start_method
        self._frame_timeout = frame_timeout
        self._in_order = in_order
        self._of_frame: Counter[int] = Counter()
        self._in_a_row = 0
        self._in_setup = 0

    def frame_finished(self) -> None:
        """Note that a frame was finished: the next death is the first in a row."""
        self._in_a_row = 0

    def count(self, worker: Worker, frames: list[int]) -> int | None:
        """Note a death; return the frame that has ended too many workers, if there is one.

        Parameters
        ----------
        worker : Worker
            Who died.
        frames : list of int
            What it had to draw; it was drawing the first of them.
        """
        self._in_a_row += 1
        self._in_setup += not worker.attached
        if not frames:
            return None
        self._of_frame[frames[0]] += 1
        return frames[0] if self._of_frame[frames[0]] >= DEATHS_PER_FRAME else None

    def end_of_all(self, worker: Worker) -> AnimateError | None:
        """Return the error for a death after which no other worker can be expected to live."""
        # In setup(), a worker that exits by itself, or any before one has come through it, is
        # followed by others that do the same.
        exited = worker.exit_code is not None and worker.exit_code >= 0
        if not worker.attached and (exited or not self.ever_ready):
            return self._died_in_setup(worker)
        if self._in_order and worker.attached:
            died = WorkerDiedError(
                f"{self.how(worker)}. No other can go on in its place, because each frame depends "
                "on those before it"
            )
            return _with_stacks(died, worker)
        if self._in_a_row > DEATHS_IN_A_ROW:
            died = WorkerDiedError(
                f"{self.how(worker)}, the {self._in_a_row}th in a row, with no frame finished "
                "between"
            )
            return _with_stacks(died, worker)
        return None

    @property
    def enough_in_setup(self) -> bool:
        """Whether so many workers have died in setup() that no other shall be started."""
        return self._in_setup >= DEATHS_IN_SETUP

    def how(self, worker: Worker) -> str:
        """Return how a worker has died, in words."""
        code = worker.exit_code
        if worker.hung:
            return (
                f"worker process {worker} took longer than {self._frame_timeout:g} s and was killed"
            )
        if code is None:
            return (
                f"worker process {worker} has ended; how is not known, because this program "
                "ignores SIGCHLD, or waits for all its child processes itself"
            )
        if code >= 0:
            return f"worker process {worker} exited with code {code}"
        try:
            name = f" ({signal.Signals(-code).name})"
        except ValueError:
            name = ""
        return f"worker process {worker} was killed by signal {-code}{name}"

    def deadly_frame(self, worker: Worker, frame: int, params: str) -> WorkerDiedError:
        """Return the error for a frame that one worker after the other has died of."""
        died = WorkerDiedError(
            f"frame {frame} with params {params} has ended {DEATHS_PER_FRAME} workers: "
            f"{self.how(worker)}. num_workers=1 draws it in this process, where a debugger can "
            "look at it",
            frame,
            params,
        )
        return _with_stacks(died, worker)

    def cannot_start(self, worker: Worker, error: OSError) -> WorkerDiedError:
        """Return the error for the death of the last worker, where no other can be started."""
        died = WorkerDiedError(f"{self.how(worker)}, and no other can be started: {error.strerror}")
        return _with_stacks(died, worker)

    def _died_in_setup(self, worker: Worker) -> SetupError:
        error = SetupError(f"{self.how(worker)} before it could draw a frame")
        if self._start_method != "fork" and not worker.started:
            error.add_note(hint(self._start_method))
        return _with_stacks(error, worker)


def _with_stacks(error: _Error, worker: Worker) -> _Error:
    """Add to an error where the worker was, if it wrote its stacks."""
    if stacks := worker.stacks():
        error.add_note(f"Where worker {worker} was:\n{stacks}")
    return error
