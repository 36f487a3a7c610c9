"""Where the time and the memory of a render go, while it runs."""

from __future__ import annotations

import heapq
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import psutil

from parallel_animate.canvas import DrawCounts, Pixels
from parallel_animate.engine.renderer import Rendered
from parallel_animate.report.facts import SlowFrame
from parallel_animate.report.timeline import Clock
from parallel_animate.system.imports import import_seconds
from parallel_animate.system.machine import tree_memory

# Looking at the memory of many processes takes tens of milliseconds. It is done so seldom that
# it takes at most this share of the time, and at most twice a second.
MEMORY_TIME_SHARE = 0.01
MEMORY_INTERVAL = 0.5
# The report names so many of the slowest frames.
SLOWEST = 5


class Measure:
    """Adds up what the parts of a render take.

    Attributes
    ----------
    update, draw, store : float
        Seconds of these stages, summed over all workers.
    waiting_params, waiting_frames, encoding : float
        Seconds that the main process spent so.
    startup, set_up : float
        Seconds from the beginning until the first frame was there, and until setup() had run.
    frames : int
        Frames handed to the writer.
    peak_memory : int
        Largest memory of the process tree seen, in bytes.
    counts : DrawCounts
        How frames were drawn, summed over all workers.
    lost_workers : int
        Workers that died, or hung, and were replaced.
    """

    def __init__(self) -> None:
        self._start = perf_counter()
        self.update = self.draw = self.store = 0.0
        self.waiting_params = self.waiting_frames = self.encoding = 0.0
        self.startup = self.set_up = 0.0
        self.frames = 0
        self.peak_memory = 0
        self.counts = DrawCounts()
        self.compared = 0.0
        self.lost_workers = 0
        self._clock = Clock()
        self._occupied, self._occupied_since = 0, 0.0
        self._drawn = 0
        # Seconds, frame, its times, its params: a heap, the fastest of them first.
        self._slowest: list[tuple[float, int, Rendered, str]] = []
        self._process = psutil.Process()
        self._next_look = self._start + MEMORY_INTERVAL
        self._returned = self._start

    def results(self) -> dict[str, Any]:
        """Return what was measured, by the names of the report."""
        counts = self.counts
        return {
            "seconds": self.seconds,
            "startup_seconds": self.startup,
            "ready_seconds": self.set_up,
            "import_seconds": import_seconds(),
            "update_seconds": self.update,
            "draw_seconds": self.draw,
            "store_seconds": self.store,
            "wait_params_seconds": self.waiting_params,
            "wait_frames_seconds": self.waiting_frames,
            "encode_seconds": self.encoding,
            "peak_memory_bytes": self.peak_memory,
            "redrawn_frames": counts.redrawn,
            "redrawn_seconds": counts.redrawn_seconds,
            "full_draws": counts.full,
            "full_draw_seconds": counts.full_seconds,
            "background_rebuilds": counts.rebuilds,
            "background_rebuild_seconds": counts.rebuild_seconds,
            "redraw_mismatches": counts.mismatches,
            "lost_workers": self.lost_workers,
            "compare_seconds": self.compared,
            "timeline": self._clock.timeline(self.seconds),
            "slowest": tuple(
                SlowFrame(frame, params, each.update, each.draw - each.compared, each.store)
                for _, frame, each, params in sorted(
                    self._slowest, key=lambda slow: slow[:2], reverse=True
                )
            ),
        }

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return perf_counter() - self._start

    def drawn(self, frame_idx: int, rendered: Rendered, params: Callable[[], str], who: str) -> int:
        """Note what a frame took; return the number of frames drawn so far.

        `params` tells those of the frame, shortened; only those of slow ones are asked for. `who`
        has just drawn it.
        """
        now = self.seconds
        self._clock.busy(who, now - rendered.seconds, now)
        self.compared += rendered.compared
        self.update += rendered.update
        self.draw += rendered.draw
        self.store += rendered.store
        self._count(rendered, rendered.counts)
        self._drawn += 1
        seconds = rendered.seconds - rendered.compared
        if len(self._slowest) < SLOWEST or seconds > self._slowest[0][0]:
            heapq.heappush(self._slowest, (seconds, frame_idx, rendered, params()))
            if len(self._slowest) > SLOWEST:
                heapq.heappop(self._slowest)
        return self._drawn

    def drawn_again(self, rendered: Rendered, who: str) -> None:
        """Note the drawing of a frame that another worker draws for the video.

        What it took is no frame's; but what it found out about the redrawing counts.
        """
        now = self.seconds
        self._clock.busy(who, now - rendered.seconds, now)
        self._count(rendered, DrawCounts(mismatches=rendered.counts.mismatches))

    def _count(self, rendered: Rendered, counts: DrawCounts) -> None:
        self.counts += counts
        if rendered.mismatch is not None and self.counts.mismatches == 1:
            warnings.warn(
                f"{rendered.mismatch}. The worker draws all of each frame from here on, which is "
                "slower; redraw='full' does so from the start",
                stacklevel=3,
            )

    def ready(self) -> None:
        """Note that setup() has run, in a worker at least."""
        self.set_up = self.seconds

    @contextmanager
    def waiting(self, *, for_params: bool) -> Iterator[None]:
        """Count the time of the block as waiting: for params, or for frames after the first."""
        start = perf_counter()
        try:
            yield
        finally:
            if for_params:
                self.waiting_params += perf_counter() - start
            elif self.frames:
                self.waiting_frames += perf_counter() - start

    def occupied(self, slots: int) -> None:
        """Note that so many slots are in use from now on."""
        now = self.seconds
        self._clock.occupied(self._occupied, self._occupied_since, now)
        self._occupied, self._occupied_since = slots, now

    def lend(self, view: Pixels) -> Iterator[Pixels]:
        """Yield a view to the writer, and count the time until it comes back as encoding."""
        if not self.frames:
            self.startup = self.seconds
        self.frames += 1
        start = perf_counter()
        yield view
        self._returned = end = perf_counter()
        self.encoding += end - start
        self._clock.busy("encoder", start - self._start, end - self._start)
        if end >= self._next_look:
            self.look_at_memory()
            cost = perf_counter() - end
            self._next_look = end + max(MEMORY_INTERVAL, cost / MEMORY_TIME_SHARE)

    def drained(self) -> None:
        """Note that there are no more frames: now the encoder has to complete the file."""
        self._returned = perf_counter()

    def encoded(self) -> None:
        """Note that the file is complete: the encoder was busy since the frames ended."""
        end = perf_counter()
        self.encoding += end - self._returned
        self._clock.busy("encoder", self._returned - self._start, end - self._start)

    def look_at_memory(self) -> None:
        """Take the process tree's memory into the peak."""
        self.peak_memory = max(self.peak_memory, tree_memory(self._process))
