"""A gate between threads that are at work in a library and one that forks the process.

A lock that a thread holds at the moment of a fork stays locked in the child for ever. So whoever
forks waits until the threads that encode are between two frames, and keeps them there meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Counts the threads that are at work."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at_work = 0
        self._forking = 0

    @property
    def closing(self) -> bool:
        """Whether somebody waits until nobody is at work. It may be over at once."""
        return self._forking > 0

    def enter(self) -> None:
        """Begin to work, as soon as nobody forks."""
        with self._changed:
            while self._forking:
                self._changed.wait()
            self._at_work += 1

    def leave(self) -> None:
        """Work no more."""
        with self._changed:
            self._at_work -= 1
            self._changed.notify_all()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let this thread be at work during the block."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let this thread, which is at work, not be so during the block."""
        self.leave()
        try:
            yield
        finally:
            self.enter()

    @contextmanager
    def closed(self, patience: float) -> Iterator[None]:
        """Let nobody begin to work during the block.

        Those who are at work are waited for, but no longer than `patience` seconds.
        """
        with self._changed:
            self._forking += 1
            self._changed.wait_for(lambda: not self._at_work, patience)
        try:
            yield
        finally:
            with self._changed:
                self._forking -= 1
                self._changed.notify_all()
