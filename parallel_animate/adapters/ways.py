"""The ways in which an animation of matplotlib is rendered: by all workers, in order, or in a loop.

Which of them it is, depends on whether frames depend on those before them, and on whether other
processes can be given what the frames show.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from parallel_animate.adapters.existing import ExistingAnimations, Led, beyond
from parallel_animate.adapters.frames import KeptItems, Later, pickled_item
from parallel_animate.adapters.options import checked_to_be_sent
from parallel_animate.engine import (
    Job,
    Rehearsed,
    asked_method,
    rehearse,
    rehearse_apart,
    rehearse_iterator,
)
from parallel_animate.errors import ArgumentError, EmptyParamsError, HistoryError
from parallel_animate.options import RenderOptions
from parallel_animate.output import OneOrMore
from parallel_animate.recording import check_outputs
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport
from parallel_animate.system import fork_danger, worker_count

log = logging.getLogger("parallel_animate.animator")

ProgressCallback = Callable[[int, int | None], Any]
Span = tuple[int, int | None]
"""The first frame, and the one after the last; None for all that there are."""
ADVICE = (
    "To have all workers draw, let the function set everything from the item that it is given: "
    "compute what it sums up or steps through beforehand, and give that as frames. (A layout may "
    "need several draws to come to rest, too: layout='tight' often never does)"
)


class Saving:
    """One call of :func:`~parallel_animate.save`, with checked arguments.

    Parameters
    ----------
    existing : ExistingAnimations
        The animations.
    filename : str or Path, or a list of several
        The video, or whatever else its suffix says.
    options : RenderOptions
        Everything else.
    span : tuple of int
        The first frame, and the one after the last; None for all that there are.
    """

    def __init__(
        self,
        existing: ExistingAnimations,
        filename: OneOrMore,
        options: RenderOptions,
        span: Span,
    ) -> None:
        self._existing = existing
        self._filename = filename
        self._options = options
        self._first, self._end = span

    def save(self, callback: ProgressCallback | None, calls: int) -> RenderReport:
        """Render in the way that the animations allow."""
        known = self._count() - self._first if self._existing.at_hand else None
        check_outputs(self._filename, self._options, known)
        if callback is not None:
            told = _Told(callback, calls, self._existing.total)
            progress = replace(self._options.progress, written=told.wrote)
            self._options = replace(self._options, progress=progress)
        if worker_count(self._options.workers.num_workers) == 1:
            return self._save_in_loop()
        method = asked_method(self._options.workers.start_method)
        functions = self._existing.functions
        checked_to_be_sent(self._existing, self._options, self._existing.figure, *functions)
        forks = method == "fork" or (method is None and fork_danger() is None)
        found = self._rehearsed(forks) if self._options.checks.history else Rehearsed()
        if found.in_loop is not None:
            log.warning(
                "no other process can be given what the frames show (%s): all of them are drawn in "
                "this process, in a loop",
                found.in_loop,
            )
            return self._save_in_loop()
        if found.in_order is not None and self._options.checks.history == "error":
            raise HistoryError(f"{found.in_order}. {ADVICE}")
        items = self._items()
        if found.in_order is None:
            try:
                return self._save_in_parallel(items)
            except HistoryError as error:
                if self._options.checks.history == "error":
                    raise
                frames = ", ".join(map(str, error.frames))
                found = Rehearsed(f"frame(s) {frames} look different after other frames")
                self._restart()
        log.warning(
            "each frame depends on those before it (%s): one worker process draws all frames, in "
            "order. %s",
            found.in_order,
            ADVICE,
        )
        return self._save_in_order(items)

    def _rehearsed(self, forks: bool) -> Rehearsed:
        drawing, existing = self._options.drawing, self._existing
        job = Job(existing, drawing.figure, True, drawing.redraw, 1, showing=drawing.showing)
        found: Rehearsed | None = None
        if forks and not existing.at_hand:
            found = rehearse_iterator(job, existing.items, existing.items_for_others, pickled_item)
        elif existing.at_hand:
            count = self._count()
            found = rehearse(job, count) if forks else rehearse_apart(job, count)
        if found is None:
            log.info(
                "nothing was tried beforehand, for no process can be forked here: whether frames "
                "depend on those before them is found out while they are rendered"
            )
        return found or Rehearsed()

    def _items(self) -> Sequence[int] | KeptItems:
        """Return the params of the frames: their numbers, if what they show is known.

        Those of the frames before the first one are among them.
        """
        if self._existing.at_hand:
            return range(self._count())
        return KeptItems(islice(self._existing.items_for_others(), self._end))

    def _count(self) -> int:
        """Return how many frames there are, up to the last one that is rendered."""
        frames = self._existing.frames_at_hand()
        if not frames:
            raise EmptyParamsError("the animation has no frame")
        if self._first >= frames:
            raise ArgumentError(beyond(self._first, frames))
        return frames if self._end is None else min(frames, self._end)

    def _led(self, items: Iterable[Any]) -> Iterator[Any]:
        """Yield the params of the frames, those of the first with those of all before it."""
        some = iter(items)
        if self._first:
            yield Led(list(islice(some, self._first + 1)), self._first)
        yield from some

    def _save_in_parallel(self, items: Sequence[int] | KeptItems) -> RenderReport:
        checks = self._options.checks
        history = replace(checks, history="error" if checks.history else False)
        options = replace(self._options, checks=history)
        if not self._first:
            return self._render(items, options)
        if isinstance(items, Sequence):
            later: Iterable[Any] = items[self._first :]
        else:
            later = Later(items, self._first)
        self._existing.opening = list(islice(items, 1))
        try:
            return self._render(later, options)
        finally:
            self._existing.opening = ()

    def _save_in_order(self, items: Sequence[int] | KeptItems) -> RenderReport:
        """Have one worker draw all frames, each of them once: each changes what follows."""
        self._begin_anew("each frame depends on those before it")
        total = len(items) - self._first if isinstance(items, Sequence) else None
        options = replace(self._options, workers=replace(self._options.workers, in_order=True))
        report = self._render(self._led(items), options, total)
        if not report.unvouched_frames:
            return report
        self._restart()
        drawing = replace(options.drawing, redraw="full")
        checkpoints = self._options.checkpoints
        return self._render(
            self._led(items), replace(options, drawing=drawing, checkpoints=checkpoints), total
        )

    def _save_in_loop(self) -> RenderReport:
        """Draw in this process, as matplotlib does."""
        self._begin_anew("frames are drawn in a loop")
        self._existing.in_loop()
        workers = replace(self._options.workers, num_workers=1, start_method=None)
        checks = replace(self._options.checks, frame_timeout=None)  # nobody could be killed
        options = replace(self._options, workers=workers, checks=checks)
        items: Iterator[Any] = islice(self._existing.items(), self._end)
        if self._first:  # what is shown in the frames before it is pulled as they are drawn
            items = chain([Led(items, self._first)], items)
        return self._render(items, options)

    def _render(
        self, items: Iterable[Any], options: RenderOptions, total: int | None = None
    ) -> RenderReport:
        return render(self._existing, self._filename, items, options, total)

    def _begin_anew(self, why: str) -> None:
        if self._options.checkpoints.resume is True:
            log.warning("resume: %s, so all of them are drawn again", why)
            self._restart()

    def _restart(self) -> None:
        """Throw away what is finished."""
        checkpoints = replace(self._options.checkpoints, resume="restart")
        self._options = replace(self._options, checkpoints=checkpoints)


class _Told:
    """Calls a progress callback, for each frame once.

    Parameters
    ----------
    callback : callable
        The callback.
    calls : int
        How often it is called for a frame.
    total : int or None
        How many calls there will be, if that is known.
    """

    def __init__(self, callback: ProgressCallback, calls: int, total: int | None) -> None:
        self._callback = callback
        self._calls = calls
        self._total = total
        self._told = 0

    def wrote(self, frames: int) -> None:
        """Note how many frames are written. After some were given up, they may be fewer."""
        while self._told < frames * self._calls:
            self._callback(self._told, self._total)
            self._told += 1
