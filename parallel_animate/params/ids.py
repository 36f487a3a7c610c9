"""The numbers of frames: where they come from, and whether each comes once.

The number of an item is its position, or the ``frame_id`` of an :class:`IndexedFrameParams`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from parallel_animate.errors import FrameIdError

# An error holds no more missing ids than this.
LISTED_IDS = 1000


@dataclass(frozen=True)
class IndexedFrameParams:
    """Params that carry the number of their frame.

    Wrap each item of ``param_by_frame`` in it when items arrive in another order than that
    of the frames, for example from a parallel data loader. The ids must be 0, 1, 2, ...
    without a gap, in any order.

    Parameters
    ----------
    frame_id : int
        The frame's index in the video, from 0; it overrides the position in the iterator.
    params : object
        What ``update()`` gets as ``params``.

    Examples
    --------
    >>> IndexedFrameParams(frame_id=5, params={"phase": 0.5}).frame_id
    5
    """

    frame_id: int
    params: Any


class FrameIds:
    """The ids seen so far: an id that comes twice is found at once, and a gap at the end.

    Only ids beyond the first gap are kept one by one, so that params in order cost no memory.

    Parameters
    ----------
    first : int
        The smallest id that is expected: the frames before it are there already.
    """

    def __init__(self, first: int = 0) -> None:
        self._next = first  # every id below it was seen
        self._ahead: set[int] = set()

    def add(self, frame_id: int) -> None:
        """Note an id.

        Raises
        ------
        FrameIdError
            If the id is negative, or was seen before.
        """
        if frame_id < 0:
            raise FrameIdError(f"frame_id {frame_id} is negative", (frame_id,))
        if frame_id < self._next or frame_id in self._ahead:
            raise FrameIdError(
                f"frame_id {frame_id} was given twice; each frame needs an id of its own",
                (frame_id,),
            )
        self._ahead.add(frame_id)
        while self._next in self._ahead:
            self._ahead.remove(self._next)
            self._next += 1

    def missing(self) -> Iterator[int]:
        """Yield the ids that are missing below the largest one seen."""
        ids = range(self._next, max(self._ahead, default=0))
        return (i for i in ids if i not in self._ahead)

    def check_complete(self) -> None:
        """Raise a :class:`FrameIdError` that lists the missing ids, if there are any."""
        if not self._ahead:
            return
        # Calculated, and not by listing them all: an id may be any number, for example a time in
        # nanoseconds.
        count = max(self._ahead) + 1 - self._next - len(self._ahead)
        missing = tuple(islice(self.missing(), LISTED_IDS))
        listed = ", ".join(map(str, missing[:10])) + (", ..." if count > 10 else "")
        raise FrameIdError(
            f"param_by_frame ended, but {count} frame id(s) never came: {listed}", missing
        )


def numbered(item: Any, position: int) -> tuple[int, Any]:
    """Return the frame number and the params of an item."""
    if not isinstance(item, IndexedFrameParams):
        return position, item
    try:
        return operator.index(item.frame_id), item.params
    except TypeError:
        raise FrameIdError(
            f"frame_id must be an integer, not {item.frame_id!r} (item {position})"
        ) from None


def check_ids(items: Iterable[Any]) -> None:
    """Check the ids of all params at once; for a list or tuple, before any work starts."""
    ids = FrameIds()
    for position, item in enumerate(items):
        ids.add(numbered(item, position)[0])
    ids.check_complete()
