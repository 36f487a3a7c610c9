"""The engine: params in, an ordered iterator of frame views out.

::

    FrameSource ─▶ who draws what ─▶ slots of the ring ─▶ frames(), in frame order
                         ▲                                    │
                         └────────── a slot is free again ◀───┘

There are two kinds: one runs on worker processes (``parallel.py``), its twin in this process
(``serial.py``). Entering an engine starts the rendering side (the workers, or the figure in this
process) and sets `size`; :meth:`Engine.allocate` fixes the format of the frames;
:meth:`Engine.frames` yields them, each valid until the next one is asked for.

The engine has no loop of its own: the writer, by asking for the next frame, drives everything.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import Self

from parallel_animate.canvas import FrameFormat, Pixels, Way
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.renderer import Rendered
from parallel_animate.memory import FrameMemory, FrameOrder, Slot
from parallel_animate.params import FrameSource
from parallel_animate.system import Interrupts, Owner, warn_user

log = logging.getLogger("parallel_animate")


class Engine(Owner):
    """Renders frames into slots, and yields views of them in frame order.

    Parameters
    ----------
    job : Job
        The animation, and how its figure is to be drawn.
    source : FrameSource
        The params.
    observer : Observer
        Is told what happens.
    plan : Plan
        How many workers draw, and how they work.
    interrupts : Interrupts
        Tells when to stop.

    Attributes
    ----------
    size : tuple of int
        The figure's width and height in pixels, known once the engine is entered.
    """

    size: tuple[int, int]
    _setup_seconds = 0.0  # of the first process in which setup() has run
    _format: FrameFormat
    _order: FrameOrder
    _memory: FrameMemory

    def __init__(
        self,
        job: Job,
        source: FrameSource,
        observer: Observer,
        plan: Plan,
        interrupts: Interrupts,
    ) -> None:
        self._interrupts = interrupts
        self._job = job
        self._source = source
        self._observer = observer
        self._plan = plan
        self._stack = ExitStack()
        self._comparisons = Comparisons(job.redraw, anew=not job.reuse_figure)
        self._mismatches = 0

    def __enter__(self) -> Self:
        with self._stack as stack:
            stack.enter_context(self._source)  # it is closed even if frames() is never called
            self._start(stack)
            self._observer.ready(self._setup_seconds)
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
        return self._memory.spilled

    def allocate(self, frame_format: FrameFormat) -> None:
        """Fix the format of the frames, and make room for them."""
        self._format = frame_format
        self._order = FrameOrder()
        memory = FrameMemory(frame_format.nbytes, self._plan.spill_folder)
        self._memory = self._stack.enter_context(memory)
        for slot in self._make_slots(frame_format):
            self._order.add(memory.add(slot))

    def frames(self, first: int = 0) -> Generator[Pixels]:
        """Yield the frames from `first` on in order, each valid until the next is asked for."""
        with self._source:
            frame = first
            while self._obtain(frame):
                self._observer.occupied(self._order.occupied)
                slot = self._order.lend(frame)
                view = self._format.view(self._memory.view(frame, slot))
                self._observer.lent()
                yield view
                del view
                self._observer.returned()
                self._order.release()
                frame += 1
            self._finish()
            self._observer.occupied(0)
            self._observer.drained()

    @abstractmethod
    def _start(self, stack: ExitStack) -> None:
        """Start the rendering side, set `size`, and let `stack` end that side."""

    @abstractmethod
    def _make_slots(self, frame_format: FrameFormat) -> list[Slot]:
        """Return the memory of the slots."""

    def _finish(self) -> None:
        """Do what remains when all frames are drawn."""

    @abstractmethod
    def _obtain(self, frame: int) -> bool:
        """Go on until `frame` is finished; return False if there is no such frame."""

    def _way(self, frame_idx: int, who: str) -> Way:
        """Return how the frame that a process is given next is to be drawn."""
        total = self._source.total
        return self._comparisons.way(who, last=total is not None and frame_idx == total - 1)

    def _drawn(
        self, frame_idx: int, rendered: Rendered, params: Callable[[], str], who: str
    ) -> None:
        """Report a frame that was just drawn for the video."""
        self._observer.drawn(frame_idx, rendered, params, who)
        self._comparisons.drawn(who, rendered.way, rendered.counts)
        self._warn_of_mismatch(rendered)

    def _drawn_again(self, rendered: Rendered, who: str) -> None:
        """Report a drawing of which only the digest was wanted."""
        self._observer.drawn_again(rendered, who)
        self._warn_of_mismatch(rendered)

    def _warn_of_mismatch(self, rendered: Rendered) -> None:
        """Warn of the first redrawn frame of the render that differed from its full draw."""
        self._mismatches += rendered.counts.mismatches
        if rendered.mismatch is None:
            return
        self._comparisons.differed()
        if self._mismatches == 1:
            warn_user(
                f"{rendered.mismatch}. All of each frame is drawn from here on, which is slower; "
                "redraw='full' does so from the start"
            )

    def _log_drawn(self, who: str, count: int) -> None:
        if self._plan.log_interval and count % self._plan.log_interval == 0:
            log.info("%s drew %d frames", who, count)
