"""What a user sees of a render under way: the progress bar and the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from typing import Any

from parallel_animate.canvas import Pixels

log = logging.getLogger("parallel_animate")


def shown(
    frames: Iterator[Pixels],
    first: int,
    total: int | None,
    disable: bool | None,
    log_interval: int | None,
) -> Generator[Pixels]:
    """Yield the frames, and count those that were written.

    Parameters
    ----------
    frames : iterator
        Frame views; a frame counts as written when the next one is asked for.
    first : int
        How many frames were written before.
    total : int or None
        How many there will be, if known.
    disable : bool or None
        No progress bar; None means only where standard error is no terminal.
    log_interval : int or None
        Log each time so many frames were written.
    """
    if disable is None:
        # There may be no standard error at all, or something in its place.
        isatty = getattr(sys.stderr, "isatty", None)
        disable = isatty is None or not isatty()
    with nullcontext() if disable else _bar(first, total) as bar:
        for number, view in enumerate(frames, first + 1):
            yield view
            if bar is not None:
                bar.update()
            if log_interval and number % log_interval == 0:
                log.info("wrote %d of %s frames", number, "?" if total is None else total)


def _bar(first: int, total: int | None) -> Any:
    # Imported only where there is a bar: it takes a tenth of a second.
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        # No thread that watches the bar: it would live on when the next workers are forked.
        monitor_interval = 0

    return Bar(initial=first, total=total, unit=" frames", dynamic_ncols=True, smoothing=0.1)
