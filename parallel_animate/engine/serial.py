"""The engine of a render in this process, with no child process."""

from __future__ import annotations

import logging
import sys
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

import matplotlib
import numpy as np

from parallel_animate.engine.base import Engine, Lent, WithdrawnError
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.lanes import Lane, Lanes, Span
from parallel_animate.engine.relay import warnings_at_users_line
from parallel_animate.engine.renderer import FrameRenderer, Rendered
from parallel_animate.engine.turns import OwnSettings
from parallel_animate.engine.vouching import Vouching
from parallel_animate.errors import RedrawError
from parallel_animate.memory import MOST_KEPT, Slot
from parallel_animate.text import told

log = logging.getLogger("parallel_animate.animator")

_T = TypeVar("_T")

# Who draws, in the words of a render with several workers.
WHO = "worker 0"


class SerialEngine(Engine):
    """Renders in this process, and pulls params one at a time, between updates, as a loop would.

    Params out of order are handled by the same :class:`FrameOrder`, with one slot.
    """

    _renderer: FrameRenderer
    _slots: list[Slot]
    _count = 0  # frames that were drawn
    _again: list[int]  # frames to be drawn again
    _untold: RedrawError | None = None
    _unchecked: tuple[int, Any] | None = None  # the last frame and its params, if it was redrawn

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._own = OwnSettings()

    @property
    def _vouching(self) -> Vouching:
        return self._vouched

    def turn(self) -> AbstractContextManager[None]:
        """Return a context in which the animation's settings hold, and not those of the loop."""
        return self._own.turn() if self._plan.in_loop else nullcontext()

    def _start(self, stack: ExitStack) -> None:
        # Whatever rcParams setup() and update() set, the context restores at the end. In
        # interactive mode pyplot would redraw a figure at each change of an artist.
        stack.enter_context(matplotlib.rc_context({"interactive": False}))
        self._again = []
        self._lanes = Lanes(None, self._source.first, self._source.done)
        self._comparisons = Comparisons(self._job.redraw, anew=not self._job.reuse_figure)
        self._vouched = Vouching(repeatable=self._source.repeatable, final=self._plan.in_loop)
        with self._users_code():
            self._renderer = FrameRenderer(self._job)
        stack.callback(self._renderer.close)
        self.size, self.opaque = self._renderer.size, self._renderer.opaque
        self._setup_seconds = self._renderer.setup_seconds

    def _make_slots(self) -> None:
        self._renderer.set_format(self._format)
        # One to draw into, while a loop of the user's may have others.
        self._slots = [np.empty(self._format.nbytes, np.uint8) for _ in range(1 + self._most_kept)]
        for slot in self._slots:
            self._order.add(self._memory.add(slot))

    @property
    def _most_kept(self) -> int:
        return MOST_KEPT if self._plan.in_loop else 0

    @property
    def _due(self) -> int:
        """The next frame."""
        return self._source.numbering.frame(self._lane.at)

    @property
    def _lane(self) -> Lane:
        """Where the next frame is: what is done already is left out."""
        lane = self._lanes.open.get(0)
        return self._lanes.take(0) if lane is None or lane.is_through else lane

    def _go_to(self, place: int, done: Sequence[Span]) -> None:
        back = self._lanes.go_back(place, done)
        self._observer.withdrawn(len(back))
        self._again = sorted({*self._again, *map(self._source.numbering.frame, back)})
        self._vouching.gone_back()
        self._tell()

    def _next(self, lane: int = 0) -> Lent | None:
        while not self._is_there():
            item = self._next_item()
            if item is not None:
                self._draw(*item)
            elif self._unchecked is not None:
                self._check_last()
            elif not self._is_there():  # now that it is known which frames never come
                return None
        frame, place = self._due, self._lane.at
        self._lane.at += 1
        return Lent(frame, place, self._memory.view(frame, self._order.lend(frame)))

    def _is_there(self) -> bool:
        if self.withdrawn is not None:
            raise WithdrawnError(self.withdrawn)
        self._vouching.raise_error()
        return self._order.has(self._due)

    def _release(self, lane: int = 0) -> None:
        self._order.release()

    def _next_item(self) -> tuple[int, Any] | None:
        """Return the next frame to draw, and its params; those to be drawn again come first."""
        if not self._count:
            self._begin()
        if self._again:
            frame = self._again.pop(0)
            return frame, self._pulled(partial(self._source.again, frame))
        return self._pulled(self._source.get)

    def _begin(self) -> None:
        """Draw the first frame of all, if an earlier render has finished it, as a worker would."""
        opening = self._pulled(self._source.opening)
        if opening is not None and opening[0] < self._due and self._job.reuse_figure:
            with self._users_code():
                rendered = self._renderer.begin(*opening)
            self._observer.drawn_again(rendered, WHO)
            self._judge(rendered)

    def _draw(self, frame: int, params: Any) -> None:
        slot = self._order.hold()
        if slot is None:
            last, slot = self._order.last() or (0, 0)
            self._memory.spill(last, slot)
            self._order.moved(last)
            slot = self._order.hold()
        assert slot is not None
        way = self._comparisons.way(WHO, last=self._source.expected == 0 and not self._again)
        pixels = self._slots[slot]
        with self._users_code():
            rendered = self._renderer.render(frame, params, lambda: pixels, way)
        self._order.finish(frame, slot)
        self._observer.drawn(frame, rendered, partial(told, params), WHO)
        self._comparisons.drawn(WHO, way, rendered.counts)
        self._unchecked = (frame, params) if rendered.redrawn else None
        if rendered.redrawn:
            self._vouching.redrawn(WHO, frame)
        self._judge(rendered)
        self._count += 1
        self._log_drawn()

    def _judge(self, rendered: Rendered) -> None:
        """Learn from a comparison with a full draw, if there was one."""
        if rendered.mismatch is None:
            if rendered.was_compared:
                self._vouching.compared(WHO)
            return
        first = not self._vouching.different
        self._comparisons.differed()
        # What is finished, and waits for its turn, is kept where its params are gone.
        delivered = self._due if self._source.repeatable else sys.maxsize
        for frame in self._vouching.differed(delivered.__gt__):
            self._observer.withdrawn(1)
            if self._order.drop(frame):
                self._memory.drop(frame)
            insort(self._again, frame)
        if first:
            self._untold = rendered.mismatch
        if self.withdrawn is None:
            self._tell()

    def _tell(self) -> None:
        """Tell of a difference: when the video has no wrong frames any more, for this may raise."""
        untold, self._untold = self._untold, None
        if untold is not None:
            self._vouching.tell(untold, self._observer)

    def _check_last(self) -> None:
        """Compare the last frame, which nobody knew to be the last when it was drawn."""
        assert self._unchecked is not None
        frame, params = self._unchecked
        self._unchecked = None
        with self._users_code():
            rendered = self._renderer.check(frame, params)
        self._observer.drawn_again(rendered, WHO)
        if rendered.mismatch is None:
            self._vouching.compared(WHO)
        else:
            self._judge(rendered)

    @contextmanager
    def _users_code(self) -> Iterator[None]:
        """Let Ctrl-C be heard in the block, and warnings point at the user's line."""
        with self._interrupts.allowed(), warnings_at_users_line():
            yield

    def _log_drawn(self) -> None:
        if self._plan.log_interval and self._count % self._plan.log_interval == 0:
            log.info("this process drew %d frames", self._count)

    def _pulled(self, pull: Callable[[], _T]) -> _T:
        """Ask the user's iterator, or sequence."""
        with self._observer.waiting(for_params=True), self._interrupts.allowed():
            return pull()
