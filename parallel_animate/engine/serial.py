"""The engine of a render in this process, with no child process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import matplotlib
import numpy as np

from parallel_animate.canvas import FrameFormat
from parallel_animate.engine.base import Engine
from parallel_animate.engine.renderer import FrameRenderer
from parallel_animate.memory import Slot
from parallel_animate.text import shortened

# This process, in the report.
WHO = "worker 0"


class SerialEngine(Engine):
    """Renders in this process, and pulls params one at a time, between updates, as a loop would.

    There is one slot, in ordinary memory. So a frame that is finished before its turn moves to the
    temporary file as soon as the next one is to be drawn.
    """

    _renderer: FrameRenderer
    _count = 0  # frames that were drawn

    def _start(self, stack: ExitStack) -> None:
        # Whatever rcParams setup() and update() set, the context restores at the end. In
        # interactive mode pyplot would redraw a figure at each change of an artist.
        stack.enter_context(matplotlib.rc_context({"interactive": False}))
        with self._interrupts.allowed():
            self._renderer = FrameRenderer(self._job)
        stack.callback(self._renderer.close)
        self.size = self._renderer.size
        self._setup_seconds = self._renderer.setup_seconds

    def _make_slots(self, frame_format: FrameFormat) -> list[Slot]:
        self._renderer.set_format(frame_format)
        self._slot: Slot = np.empty(frame_format.nbytes, np.uint8)
        return [self._slot]

    def _obtain(self, frame: int) -> bool:
        while not self._order.has(frame):
            if not self._count:
                self._begin(frame)
            item = self._pulled(self._source.get)
            if item is None:
                return False
            if not self._order.free:
                self._move_last()
            slot = self._order.hold()
            assert slot is not None
            way = self._way(item[0], WHO)
            with self._interrupts.allowed():
                rendered = self._renderer.render(*item, self._slot, way)
            self._order.finish(item[0], slot)
            self._drawn(item[0], rendered, partial(shortened, item[1]), WHO)
            self._count += 1
            self._log_drawn("this process", self._count)
        return True

    def _begin(self, frame: int) -> None:
        """Draw the first frame of all, if an earlier render has finished it, as a worker would."""
        opening = self._pulled(self._source.opening)
        if opening is not None and opening[0] < frame and self._job.reuse_figure:
            with self._interrupts.allowed():
                rendered = self._renderer.begin(*opening)
            self._drawn_again(rendered, WHO)

    def _pulled(self, pull: Callable[[], tuple[int, Any] | None]) -> tuple[int, Any] | None:
        """Take an item from the user's iterator."""
        with self._observer.waiting(for_params=True), self._interrupts.allowed():
            return pull()
