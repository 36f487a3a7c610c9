"""What a user sees of a render under way: the progress bar and the log."""

from __future__ import annotations

import logging
import sys
from typing import Any

from parallel_animate.system import Owner

log = logging.getLogger("parallel_animate.animator")


class Progress(Owner):
    """Counts the frames that were written, and shows it.

    Parameters
    ----------
    first : int
        How many frames were written before.
    total : int or None
        How many there will be, if known.
    disable : bool or None
        No progress bar; None means only where standard error is no terminal.
    log_interval : int or None
        Log each time so many frames were written.
    """

    def __init__(
        self, first: int, total: int | None, disable: bool | None, log_interval: int | None
    ) -> None:
        self._written = first
        self._total = total
        self._log_interval = log_interval
        if disable is None:
            # There may be no standard error at all, or something in its place.
            isatty = getattr(sys.stderr, "isatty", None)
            disable = isatty is None or not isatty()
        self._bar = None if disable else _bar(first, total)

    def wrote(self) -> None:
        """Note that a frame was written."""
        self._written += 1
        if self._bar is not None:
            self._bar.update()
        if self._log_interval and self._written % self._log_interval == 0:
            total = "?" if self._total is None else self._total
            log.info("wrote %d of %s frames", self._written, total)

    def back_to(self, frame: int) -> None:
        """Note that of the frames that were written, those from `frame` on were given up."""
        given_up = self._written - frame
        self._written = frame
        if self._bar is not None:
            # The rate counts from the beginning of the bar.
            self._bar.initial = min(self._bar.initial, frame)
            self._bar.update(-given_up)
            self._bar.refresh()

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


def _bar(first: int, total: int | None) -> Any:
    # Imported only where there is a bar: it takes a tenth of a second.
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        # No thread that watches the bar: it would live on when the next workers are forked.
        monitor_interval = 0

    return Bar(initial=first, total=total, unit=" frames", dynamic_ncols=True, smoothing=0.1)
