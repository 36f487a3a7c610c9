"""Waits for many things at once: pipes, the ends of processes.

Each is registered once, and not anew for each wait, which with many workers would cost more than
all else that the main process does for a frame.
"""

from __future__ import annotations

import selectors
import sys
from collections.abc import Hashable
from multiprocessing import Pipe
from multiprocessing.connection import wait
from typing import Any

from parallel_animate.system import Owner

# Where pipes and processes have no file descriptors, only multiprocessing can wait for them.
_HANDLES = sys.platform == "win32"


class Wakeups(Owner):
    """What is waited for, and by what name each is known.

    Examples
    --------
    >>> from multiprocessing import Pipe
    >>> reader, writer = Pipe(duplex=False)
    >>> with Wakeups() as wakeups:
    ...     wakeups.add(reader, "a message")
    ...     writer.send_bytes(b"!")
    ...     wakeups.wait(timeout=10)
    ['a message']
    """

    def __init__(self) -> None:
        self._names: dict[Any, Hashable] = {}
        self._selector = None if _HANDLES else selectors.DefaultSelector()

    def add(self, thing: Any, name: Hashable) -> None:
        """Wait for a connection, or a process's sentinel, too."""
        self._names[thing] = name
        if self._selector is not None:
            self._selector.register(thing, selectors.EVENT_READ, name)

    def remove(self, thing: Any) -> None:
        """Wait for it no longer. It must not be closed yet."""
        if self._names.pop(thing, None) is not None and self._selector is not None:
            self._selector.unregister(thing)

    def wait(self, timeout: float) -> list[Hashable]:
        """Return the names of what is ready, after waiting `timeout` seconds at most."""
        if self._selector is None:
            return [self._names[thing] for thing in wait(list(self._names), timeout)]
        return [key.data for key, _ in self._selector.select(timeout)]

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._selector is not None:
            self._selector.close()
        self._names.clear()


class Wakeup(Owner):
    """A pipe by which one thread wakes another that waits for many things."""

    def __init__(self) -> None:
        self.reader, self._writer = Pipe(duplex=False)

    def set(self) -> None:
        """Let the pipe be ready from now on."""
        self._writer.send_bytes(b"!")

    def close(self) -> None:
        """Close the pipe, for which nobody may be waiting any more."""
        self.reader.close()
        self._writer.close()
