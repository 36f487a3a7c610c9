"""The frames of an animation that only code of the user knows, kept for another attempt.

A generator gives each item once. If it turns out while an animation is rendered that each frame
depends on those before it, all have to be drawn again, from the same items.
"""

from __future__ import annotations

import functools
import io
import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from matplotlib.artist import Artist

from parallel_animate.errors import ParamsError
from parallel_animate.text import said


class HoldsArtistError(TypeError):
    """An item refers to an artist, of which another process has its own."""


def pickled_item(item: Any) -> bytes:
    """Pickle what is shown in a frame, as it is now: the user's code may change it afterwards.

    Raises
    ------
    Exception
        If it cannot be pickled, or holds an artist: a copy of that would be part of no figure.

    Examples
    --------
    >>> pickle.loads(pickled_item([1, 2]))
    [1, 2]
    """
    file = io.BytesIO()
    _pickler_class()(file, protocol=5).dump(item)
    return file.getvalue()


@functools.cache
def _pickler_class() -> Any:
    """Return cloudpickle's pickler (a slow import), which refuses artists."""
    import cloudpickle

    class Pickler(cloudpickle.CloudPickler):  # type: ignore[misc]
        def persistent_id(self, thing: Any) -> None:
            if isinstance(thing, Artist):
                raise HoldsArtistError(f"it holds a {type(thing).__name__} of the figure")

    return Pickler


class KeptItems:
    """Items of an iterator, each pulled once, which can be gone through again.

    Parameters
    ----------
    items : iterator
        The items. Each is pulled when it is asked for.
    """

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._kept: list[bytes] = []

    def __iter__(self) -> Iterator[Any]:
        """Yield all items: those that were pulled before, and then the others."""
        for data in self._kept:
            yield pickle.loads(data)
        for item in self._items:
            try:
                self._kept.append(pickled_item(item))
            except Exception as error:
                raise ParamsError(
                    f"what is shown in frame {len(self._kept)} cannot be sent to a worker process "
                    f"({said(error)}): num_workers=1 draws in this process, as matplotlib does",
                    frame_idx=len(self._kept),
                ) from error
            yield item


class Later:
    """Items from one on, which can be gone through again as well.

    Parameters
    ----------
    items : iterable
        All items.
    first : int
        How many are left out.

    Examples
    --------
    >>> later = Later([0, 1, 2, 3], 2)
    >>> list(later), list(later)
    ([2, 3], [2, 3])
    """

    def __init__(self, items: Iterable[Any], first: int) -> None:
        self._items, self._first = items, first

    def __iter__(self) -> Iterator[Any]:
        return islice(self._items, self._first, None)
