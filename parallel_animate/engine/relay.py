"""Warnings that are given while frames are drawn: shown once, and not for each worker.

Every worker runs `setup()`, draws the same texts, and so is warned of the same missing glyph. Each
tells the main process instead of the terminal. There a warning is shown if that worker has given it
more often than any other one before: as often as one process would show it that drew alone.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from parallel_animate.engine.messages import Warned, send
from parallel_animate.system import warn_at_users_line

# The folder of the package
OURS = f"{Path(__file__).parents[1]}{os.sep}"


@contextmanager
def warnings_relayed(connection: Connection) -> Iterator[None]:
    """Send the warnings that this thread gives in the block, in place of showing them.

    A program that shows warnings in its own way, in the worker too, goes on doing so.
    """
    before, thread = warnings.showwarning, threading.get_ident()

    def relay(message: Any, category: Any, filename: str, lineno: int, *rest: Any) -> None:
        if threading.get_ident() != thread:  # only one thread writes to the pipe
            before(message, category, filename, lineno, *rest)
            return
        # matplotlib warns at the line that has called it. Of ours the user need not know.
        place = ("", 0) if filename.startswith(OURS) else (filename, lineno)
        with contextlib.suppress(OSError):  # the main process is gone
            send(connection, Warned(str(message), _pickled(category), *place))

    if getattr(before, "__module__", "").endswith("warnings"):
        warnings.showwarning = relay  # type: ignore[assignment]
    try:
        yield
    finally:
        if warnings.showwarning is relay:
            warnings.showwarning = before


@contextmanager
def warnings_at_users_line() -> Iterator[None]:
    """Show warnings that matplotlib gives in the block at lines of ours at the user's line.

    It has several lines of ours that draw the same text, and Python shows a warning once for each
    line. So a process that draws alone shows it as often as a :class:`Relay` does for several.
    """
    before = warnings.showwarning
    ours = getattr(before, "__module__", "").endswith("warnings")
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return

    def show(message: Any, category: Any, filename: str, lineno: int, *rest: Any) -> None:
        if filename.startswith(OURS):
            warn_at_users_line(str(message), category)
        else:
            before(message, category, filename, lineno, *rest)

    warnings.showwarning = show  # type: ignore[assignment]
    try:
        yield
    finally:
        if warnings.showwarning is show:
            warnings.showwarning = before


class Relay:
    """The warnings of all workers, as far as they were shown."""

    def __init__(self) -> None:
        self._given: Counter[tuple[int, Warned]] = Counter()
        self._shown: Counter[Warned] = Counter()

    def show(self, worker: int, warned: Warned) -> None:
        """Show a warning of a worker, unless it was shown for another one."""
        self._given[worker, warned] += 1
        if self._given[worker, warned] <= self._shown[warned]:
            return
        self._shown[warned] += 1
        # The filters of this process hold: a worker that was not forked has others. What they turn
        # into an error cannot be one any more.
        category = _unpickled(warned.category)
        with contextlib.suppress(Exception):
            if warned.filename:
                warnings.warn_explicit(warned.text, category, warned.filename, warned.lineno)
            else:
                warn_at_users_line(warned.text, category)


def _pickled(category: type[Warning]) -> bytes:
    """Return a category of warnings, pickled; UserWarning's where that cannot be done."""
    try:
        return pickle.dumps(category)
    except Exception:
        return pickle.dumps(UserWarning)


def _unpickled(category: bytes) -> type[Warning]:
    try:
        kind: type[Warning] = pickle.loads(category)
    except Exception:  # only the worker can import it
        return UserWarning
    return kind
