"""The numbers of frames: where they come from, and which place in the video each gets.

The number of an item is its position, or the ``frame_id`` of an :class:`IndexedFrameParams`. The
frames of the video are sorted by it. Numbers may be missing; then a frame's place is not its
number, but the count of those that come before it.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from parallel_animate.errors import FrameIdError
from parallel_animate.text import span


@dataclass(frozen=True)
class IndexedFrameParams:
    """Params that carry the number of their frame.

    Wrap each item of ``param_by_frame`` in it when items arrive in another order than that of the
    frames, for example from a parallel data loader. The video has the frames sorted by their ids.
    Where ids are missing, the frames around them follow each other; a warning names the missing
    ones, and so does ``RenderReport.missing_frames``. An item that is not wrapped has its position
    as its id.

    Parameters
    ----------
    frame_id : int
        What ``update()`` gets as ``frame_idx``, from 0; it overrides the position in the iterator.
    params : object
        What ``update()`` gets as ``params``.

    Raises
    ------
    FrameIdError
        If the id is negative, or no integer. It is also a ValueError.

    Examples
    --------
    >>> IndexedFrameParams(frame_id=5, params={"phase": 0.5}).frame_id
    5
    """

    frame_id: int
    params: Any

    def __post_init__(self) -> None:
        try:
            frame_id = operator.index(self.frame_id)
        except TypeError:
            raise FrameIdError(f"frame_id must be an integer, not {self.frame_id!r}") from None
        if frame_id < 0:
            raise FrameIdError(f"frame_id {frame_id} is negative: ids begin at 0", (frame_id,))


class Numbering:
    """Which frame comes at which place of the video, where numbers of frames are missing.

    Parameters
    ----------
    gaps : iterable of tuple of int
        The missing numbers in ascending order: the first of each gap, and the one after its last.

    Examples
    --------
    Frames 0, 10, 20 and 21:

    >>> numbering = Numbering([(1, 10), (11, 20)])
    >>> [numbering.frame(place) for place in range(5)]
    [0, 10, 20, 21, 22]
    >>> [numbering.place(frame) for frame in (0, 3, 10, 20, 21)]
    [0, 1, 1, 2, 3]
    """

    def __init__(self, gaps: Iterable[tuple[int, int]] = ()) -> None:
        self.gaps = tuple(gaps)
        self._starts = [start for start, _ in self.gaps]
        # How many are missing before the end of each gap, and the place of what follows it.
        self._missing = list(accumulate(stop - start for start, stop in self.gaps))
        self._places = [
            stop - missing for (_, stop), missing in zip(self.gaps, self._missing, strict=True)
        ]

    @property
    def missing(self) -> int:
        """How many numbers are missing."""
        return self._missing[-1] if self.gaps else 0

    def frame(self, place: int) -> int:
        """Return the number of the frame at a place of the video."""
        if not self.gaps:
            return place
        before = bisect_right(self._places, place)
        return place + (self._missing[before - 1] if before else 0)

    def place(self, frame: int) -> int:
        """Return the place of a frame in the video; of one that is missing, that of the next."""
        if not self.gaps:
            return frame
        before = bisect_right(self._starts, frame)
        return max(frame - self._missing[before - 1], self._places[before - 1]) if before else frame

    def __str__(self) -> str:
        """The missing numbers, for a message."""
        listed = [span(start, stop - 1) for start, stop in self.gaps[:LISTED_GAPS]]
        return ", ".join(listed) + (", ..." if len(self.gaps) > LISTED_GAPS else "")


# A message lists no more gaps than this.
LISTED_GAPS = 10
# Frames whose numbers are their places.
IN_ORDER = Numbering()


class FrameIds:
    """The ids seen so far: an id that comes twice is found at once.

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
            If it was seen before.
        """
        if frame_id < self._next or frame_id in self._ahead:
            raise FrameIdError(
                f"frame_id {frame_id} was given twice; each frame needs an id of its own",
                (frame_id,),
            )
        self._ahead.add(frame_id)
        while self._next in self._ahead:
            self._ahead.remove(self._next)
            self._next += 1

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Yield what is missing below the largest id seen: the first, and the one after the last.

        An id may be any number, for example a time in nanoseconds: gaps are not counted through.
        """
        start = self._next
        for frame_id in sorted(self._ahead):
            if start < frame_id:
                yield start, frame_id
            start = frame_id + 1


def numbered(item: Any, position: int) -> tuple[int, Any]:
    """Return the frame number and the params of an item."""
    if isinstance(item, IndexedFrameParams):
        return operator.index(item.frame_id), item.params
    return position, item


def ids_of(items: Iterable[Any]) -> FrameIds:
    """Return the ids of all params at once; for a list or tuple, before any work starts.

    Raises
    ------
    FrameIdError
        If one comes twice.
    """
    ids = FrameIds()
    for position, item in enumerate(items):
        ids.add(numbered(item, position)[0])
    return ids
