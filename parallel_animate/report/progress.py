"""What a user sees of a render under way: the progress bar and the log.

The bar is decoration. If it cannot be shown (standard error is closed, a full disk, a pipe that
nobody reads any more), it goes, and the render goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
            disable = not _is_terminal(sys.stderr)
        self._bar: Any = None
        if not disable and sys.stderr is not None:
            with self._decoration():
                self._bar = _bar(first, total)

    def wrote(self) -> None:
        """Note that a frame was written."""
        self._written += 1
        with self._decoration():
            if self._bar is not None:
                self._bar.update()
        if self._log_interval and self._written % self._log_interval == 0:
            total = "?" if self._total is None else self._total
            log.info("wrote %d of %s frames", self._written, total)

    def back_to(self, frame: int) -> None:
        """Note that of the frames that were written, those from `frame` on were given up."""
        given_up = self._written - frame
        self._written = frame
        with self._decoration():
            if self._bar is not None:
                # The rate counts from the beginning of the bar.
                self._bar.initial = min(self._bar.initial, frame)
                self._bar.update(-given_up)
                self._bar.refresh()

    def close(self) -> None:
        """Leave the bar as it is."""
        with self._decoration():
            if self._bar is not None:
                self._bar.close()

    @contextmanager
    def _decoration(self) -> Iterator[None]:
        """Do without the bar from now on, if the block fails."""
        try:
            yield
        except Exception:
            if self._bar is not None:
                # It may have failed with tqdm's lock in its hands; so it is not even closed.
                self._bar.disable = True
            self._bar = None


class _Quiet:
    """A stream of text that takes no notice if it cannot be written to.

    tqdm would keep its lock for ever if an exception came out of its stream, and whoever shows a
    bar after that would wait for it.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(Exception):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(Exception):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _is_terminal(stream: Any) -> bool:
    """Return whether it is one; it may be none at all, something else in its place, or closed."""
    try:
        return bool(stream.isatty())
    except Exception:
        return False


def _bar(first: int, total: int | None) -> Any:
    # Imported only where there is a bar: it takes a tenth of a second.
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        # No thread that watches the bar: it would live on when the next workers are forked.
        monitor_interval = 0

    # A bar that fails keeps its lock: the user's bars have another one.
    Bar.set_lock(threading.RLock())
    return Bar(
        file=_Quiet(sys.stderr),
        initial=first,
        total=total,
        unit=" frames",
        dynamic_ncols=True,
        smoothing=0.1,
    )
