"""What is remembered from draw to draw, without ever becoming more than so much."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class Remembered:
    """A dictionary of bounded size, which forgets what was not asked for lately.

    It has two halves. What is asked for is in the younger one afterwards; when that is full, it
    becomes the older one, and what was in the older one is forgotten. That takes less time than to
    note for each entry when it was used last.

    Parameters
    ----------
    size : int
        The number of entries in a half.

    Examples
    --------
    >>> answers = Remembered(2)
    >>> for number in range(100):
    ...     answers.put(number, number**2)
    >>> answers.get(99), answers.get(1), len(answers) <= 4
    (9801, None, True)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """Return what was put; None if nothing was, or if it is forgotten."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Hashable, value: Any) -> None:
        """Remember a value, which is not None."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def clear(self) -> None:
        """Forget all."""
        self._young, self._old = {}, {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
