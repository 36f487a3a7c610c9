"""What a scheduler tells its engine to do, and what a worker has to do of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from parallel_animate.canvas import Way

Outlook = Literal["frame", "wait", "end", "withdrawn"]
"""What the writer can expect: the frame is there; not yet; there are no more; go back."""

WorkerId = int
"""The number of a worker, from 0."""


class Draw(NamedTuple):
    """A worker shall draw a frame: for the video, or besides.

    Besides the video it draws the first frame of all, with which every worker begins, and frames
    of others that are compared by their `digest`.
    """

    worker: WorkerId
    frame: int
    way: Way
    video: bool = True
    digest: bool = False


class Supply(NamedTuple):
    """A worker may fill this slot."""

    worker: WorkerId
    slot: int


class Spill(NamedTuple):
    """A finished frame shall move from its slot to the file: `FrameOrder.moved` answers it."""

    frame: int
    slot: int


class Grow(NamedTuple):
    """One more slot would help: `FrameOrder.add` or `Scheduler.cannot_grow` answers it."""


class Discard(NamedTuple):
    """A frame in the file is to be drawn again: its room there is free."""

    frame: int


class Forget(NamedTuple):
    """The params of a frame are not needed any more."""

    frame: int


Command = Draw | Supply | Spill | Grow | Discard | Forget


@dataclass
class Hand:
    """What a worker has.

    Parameters
    ----------
    tasks : dict
        What it has to draw, by frame; the first is the one that it draws now.
    slot : int or None
        The slot that it will fill next.
    begun : bool
        Whether it was given the first frame of all.

    Attributes
    ----------
    segment : int or None
        The segment of the video that it draws for.
    latest : int
        The latest frame that it was given for the video, or for its digest.
    load : int
        Frames that it has to draw for the video, or for their digest.
    """

    tasks: dict[int, Draw] = field(default_factory=dict)
    slot: int | None = None
    begun: bool = False
    segment: int | None = None
    latest: int = -1
    load: int = 0
    _for_video: int = 0

    def take(self, task: Draw) -> Draw:
        """Let it have a task."""
        self.tasks[task.frame] = task
        if task.video or task.digest:
            self.load += 1
            self.latest = max(self.latest, task.frame)
        self._for_video += task.video
        return task

    def strike(self, frame: int) -> Draw:
        """Strike off what it has drawn, or failed to draw; return what it was."""
        task = self.tasks.pop(frame)
        self.load -= task.video or task.digest
        self._for_video -= task.video
        return task

    @property
    def needs_slot(self) -> bool:
        """Whether it has a frame to store, and nowhere to."""
        return self.slot is None and self._for_video > 0

    @property
    def earliest(self) -> int:
        """The earliest frame that it has to store."""
        return min(frame for frame, task in self.tasks.items() if task.video)
