"""Where the time and the memory of a render go, while it runs."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Protocol

from parallel_animate.report.facts import SlowFrame
from parallel_animate.report.timeline import Clock
from parallel_animate.system import import_seconds, tree_memory

# Looking at the memory of many processes takes tens of milliseconds. It is done so seldom that
# it takes at most this share of the time, and at most twice a second.
MEMORY_TIME_SHARE = 0.01
MEMORY_INTERVAL = 0.5
# The report names so many of the slowest frames.
SLOWEST = 5

# Why frames are drawn in full though they could be redrawn, in words.
DOES_NOT_PAY = "redrawing took about as long as a full draw"
DIFFERED = "a redrawn frame had differed from its full draw"


class DrawFigures(Protocol):
    """How frames were drawn: numbers of draws, and the seconds that they took."""

    redrawn: int
    redrawn_seconds: float
    helped: int
    full: int
    full_seconds: float
    rebuilds: int
    rebuild_seconds: float
    mismatches: int


class WaysOfDrawing(DrawFigures, Protocol):
    """These numbers, and why frames were drawn so."""

    @property
    def told(self) -> int:
        """Frames that were drawn in full because redrawing does not pay, or has differed."""

    @property
    def in_full(self) -> Mapping[str, int]:
        """The other frames that were drawn in full, by the reason for that."""

    @property
    def anew(self) -> Set[str]:
        """What was drawn anew for each redrawn frame, and why."""


class FrameFigures(Protocol):
    """What a frame took, in seconds, and how it was drawn."""

    @property
    def update(self) -> float: ...
    @property
    def draw(self) -> float: ...
    @property
    def store(self) -> float: ...
    @property
    def seconds(self) -> float:
        """All of them together."""

    @property
    def compared(self) -> float:
        """The part of `draw` that went into a full draw to compare with."""

    @property
    def counts(self) -> WaysOfDrawing: ...


class Measure:
    """Adds up what the parts of a render take; it watches, and has no part in any of them.

    Attributes
    ----------
    update, draw, store : float
        Seconds of these stages, summed over all workers.
    waiting_params, waiting_frames, encoding : float
        Seconds that the thread that feeds the encoder spent so.
    startup, set_up : float
        Seconds from the beginning until the first frame was there, and until setup() had run.
    setup : float
        Seconds of setup() itself.
    frames : int
        Frames handed to the writer.
    peak_memory : int
        Largest memory of the process tree seen, in bytes.
    compared : float
        Seconds of full draws that redrawn frames were compared with.
    in_full : Counter of str
        Why frames were drawn in full, in words, with the number of frames.
    anew : set of str
        What was drawn anew for each redrawn frame, and why, in words.
    draws : dict
        How frames were drawn, by the names of :class:`DrawFigures`, summed over all workers.
    history_differing_frames : tuple of int
        Frames that came out differently when other frames were drawn before.
    frames_drawn_again : int
        Frames that were given up, to be drawn again.
    unvouched_frames : tuple of int
        Frames that may be wrong, and stay in the video.
    lost_workers : int
        Workers that died, or hung, and were replaced.
    """

    def __init__(self) -> None:
        self._start = perf_counter()
        # Not before: it takes ten milliseconds, which an import of the package need not wait for.
        import psutil

        self.update = self.draw = self.store = 0.0
        self.waiting_params = self.waiting_frames = self.encoding = 0.0
        self.startup = self.set_up = self.setup = 0.0
        self.frames = 0
        self.peak_memory = 0
        self.draws: dict[str, Any] = dict.fromkeys(DrawFigures.__annotations__, 0)
        self.compared = 0.0
        self.in_full: Counter[str] = Counter()
        self.anew: set[str] = set()
        self.lost_workers = 0
        self.history_differing_frames: tuple[int, ...] = ()
        self.frames_drawn_again = 0
        self.unvouched_frames: tuple[int, ...] = ()
        self._clock = Clock()
        self._occupied, self._occupied_since = 0, 0.0
        # Seconds, frame, its times, its params: a heap, the fastest of them first.
        self._slowest: list[tuple[float, int, FrameFigures, str]] = []
        self._process = psutil.Process()
        self._next_sample = self._start + MEMORY_INTERVAL
        self._returned = self._start
        self._lent: dict[int, float] = {}  # since when each encoder is busy

    def results(self) -> dict[str, Any]:
        """Return what was measured, by the names of the report."""
        draws = self.draws
        return {
            "seconds": self.seconds,
            "encoders": max(1, len(self._lent)),
            "startup_seconds": self.startup,
            "ready_seconds": self.set_up,
            "setup_seconds": self.setup,
            "import_seconds": import_seconds(),
            "update_seconds": self.update,
            "draw_seconds": self.draw,
            "store_seconds": self.store,
            "wait_params_seconds": self.waiting_params / max(1, len(self._lent)),
            "wait_frames_seconds": self.waiting_frames / max(1, len(self._lent)),
            "encode_seconds": self.encoding / max(1, len(self._lent)),
            "peak_memory_bytes": self.peak_memory,
            "redrawn_frames": draws["redrawn"],
            "redrawn_seconds": draws["redrawn_seconds"],
            "helped_frames": draws["helped"],
            "full_draws": draws["full"],
            "full_draw_seconds": draws["full_seconds"],
            "background_rebuilds": draws["rebuilds"],
            "background_rebuild_seconds": draws["rebuild_seconds"],
            "redraw_mismatches": draws["mismatches"],
            "lost_workers": self.lost_workers,
            "history_differing_frames": self.history_differing_frames,
            "frames_drawn_again": self.frames_drawn_again,
            "unvouched_frames": self.unvouched_frames,
            "compare_seconds": self.compared,
            "full_reasons": dict(self.in_full.most_common()),
            "drawn_anew": tuple(sorted(self.anew)),
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

    def drawn(
        self, frame_idx: int, rendered: FrameFigures, params: Callable[[], str], who: str
    ) -> None:
        """Note what a frame took that `who` has just drawn.

        `params` tells those of the frame; only those of slow ones are asked for.
        """
        now = self.seconds
        self._clock.busy(who, now - rendered.seconds, now)
        self.compared += rendered.compared
        self.update += rendered.update
        self.draw += rendered.draw
        self.store += rendered.store
        for name in self.draws:
            self.draws[name] += getattr(rendered.counts, name)
        self._note_ways(rendered.counts)
        seconds = rendered.seconds - rendered.compared
        if len(self._slowest) < SLOWEST or seconds > self._slowest[0][0]:
            heapq.heappush(self._slowest, (seconds, frame_idx, rendered, params()))
            if len(self._slowest) > SLOWEST:
                heapq.heappop(self._slowest)

    def _note_ways(self, counts: WaysOfDrawing) -> None:
        """Note why a frame was drawn as it was."""
        self.anew |= counts.anew
        if counts.in_full:
            self.in_full.update(counts.in_full)
        if counts.told:
            self.in_full[DIFFERED if self.draws["mismatches"] else DOES_NOT_PAY] += counts.told

    def drawn_again(self, rendered: FrameFigures, who: str) -> None:
        """Note a drawing that is not for the video: another worker draws that frame for it.

        Its time counts for no frame, but a mismatch that it has found counts.
        """
        now = self.seconds
        self._clock.busy(who, now - rendered.seconds, now)
        self.draws["mismatches"] += rendered.counts.mismatches

    def lost_worker(self) -> None:
        """Note that a worker died, or hung, and that the render goes on."""
        self.lost_workers += 1

    def differing(self, frames: list[int]) -> None:
        """Note which frames came out differently when other frames were drawn before."""
        self.history_differing_frames = tuple(frames)

    def withdrawn(self, frames: int) -> None:
        """Note that so many frames were given up: redrawing differs, and they are drawn again."""
        self.frames_drawn_again += frames

    def unvouched(self, frames: list[int]) -> None:
        """Note frames that may be wrong, and stay in the video."""
        self.unvouched_frames = tuple(sorted({*self.unvouched_frames, *frames}))

    def ready(self, setup_seconds: float) -> None:
        """Note that setup() has run, in a worker at least."""
        self.set_up = self.seconds
        self.setup = setup_seconds

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

    def lent(self, lane: int = 0) -> None:
        """Note that the next frame goes to a writer: its encoder is busy from now on."""
        if not self.frames:
            self.startup = self.seconds
        self.frames += 1
        self._lent[lane] = perf_counter()

    def returned(self, lane: int = 0) -> None:
        """Note that the writer has encoded that frame."""
        self._returned = end = perf_counter()
        start = self._lent[lane]
        self.encoding += end - start
        who = f"encoder {lane + 1}" if lane else "encoder"
        self._clock.busy(who, start - self._start, end - self._start)
        if end >= self._next_sample:
            self.sample_memory()
            cost = perf_counter() - end
            self._next_sample = end + max(MEMORY_INTERVAL, cost / MEMORY_TIME_SHARE)

    def drained(self) -> None:
        """Note that there are no more frames: now the encoder has to complete the file."""
        self._returned = perf_counter()

    def encoded(self) -> None:
        """Note that the file is complete: the encoder was busy since the frames ended."""
        end = perf_counter()
        self.encoding += end - self._returned
        self._clock.busy("encoder", self._returned - self._start, end - self._start)

    def sample_memory(self) -> None:
        """Take the process tree's memory, as it is now, into the peak."""
        self.peak_memory = max(self.peak_memory, tree_memory(self._process))
