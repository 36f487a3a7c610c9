"""Frames whose params are there, and that are still to be given out.

They lie by the segments of the video, for frames of several segments may be given out at once. In
each segment, and among segments, those come first whose params came first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator


class Waiting:
    """Frames that wait to be given out.

    Parameters
    ----------
    segment_of : callable
        Returns the number of a frame's segment.

    Examples
    --------
    >>> waiting = Waiting(lambda frame: frame // 10)
    >>> for frame in (3, 12, 4):
    ...     waiting.add(frame)
    >>> waiting.first(), waiting.first(1), waiting.first(2), len(waiting)
    (3, 12, None, 3)
    >>> waiting.take(3)
    >>> list(waiting), 12 in waiting
    ([4, 12], True)
    """

    def __init__(self, segment_of: Callable[[int], int]) -> None:
        self._segment_of = segment_of
        self._frames: dict[int, deque[int]] = {}
        self._all: set[int] = set()

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, frame: int) -> bool:
        return frame in self._all

    def __iter__(self) -> Iterator[int]:
        for frames in self._frames.values():
            yield from frames

    @property
    def segments(self) -> Iterable[int]:
        """The segments of which frames wait, those that came first before others."""
        return self._frames.keys()

    def add(self, frame: int) -> None:
        """Let a frame wait, behind those of its segment that do."""
        self._frames.setdefault(self._segment_of(frame), deque()).append(frame)
        self._all.add(frame)

    def first(self, segment: int | None = None) -> int | None:
        """Return what has waited longest, of all or of a segment; None if there is nothing."""
        if segment is None:
            frames = next(iter(self._frames.values()), None)
        else:
            frames = self._frames.get(segment)
        return frames[0] if frames else None

    def take(self, frame: int) -> None:
        """Let a frame that is the first of its segment wait no more."""
        segment = self._segment_of(frame)
        taken = self._frames[segment].popleft()
        assert taken == frame, "it is not the first of its segment"
        if not self._frames[segment]:
            del self._frames[segment]
        self._all.remove(frame)

    def sort_anew(self) -> None:
        """Sort the frames into their segments, which are others now."""
        frames = [*self]
        self._frames.clear()
        for frame in frames:
            self.add(frame)
