"""Which segments of the video are drained at once, and how far.

A lane is an encoder and the segment that it has open. It drains that segment in order, and then
goes on with the first one that nobody has taken yet. So the segments are taken in their order,
though they are finished in another one::

    segment    0         1         2         3         4
            ├─────────┼─────────┼─────────┼─────────┼─────────
    lane 0  ██████████                     ███░░░░░░░           ░ to be delivered
    lane 1            ███████░░░
    lane 2                      █████░░░░░
                                                    │
                                                    reached: nobody has taken what follows

Only numbers are kept here. A place is the number of a frame in the video, from 0 without gaps.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ENDLESS = sys.maxsize
"""The end of a segment that has none."""

Span = tuple[int, int]
"""Places: the first, and the one after the last."""


@dataclass
class Lane:
    """An encoder's segment.

    Parameters
    ----------
    first : int
        The place where it begins.
    end : int
        The place after its last one.
    at : int
        The place that is delivered next.
    sated : tuple of int
        With which figures of the moment it was found that it has more frames in stock than it
        needs. As long as these are the same, it can only have got still more.
    """

    first: int
    end: int
    at: int
    sated: tuple[int, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_through(self) -> bool:
        """Whether all of it was delivered."""
        return self.at == self.end


class Lanes:
    """The lanes of a render, by number; lane 0 is there from the beginning to the end.

    Parameters
    ----------
    segment : int or None
        Frames of a segment; None where all of the video is one.
    first : int
        The place from which on frames are rendered.
    done : sequence of Span
        Segments behind it that an earlier render has finished, in order.

    Attributes
    ----------
    open : dict
        Those that have a segment.
    wanted : int
        How many there shall be.
    reached : int
        The first place that no lane has taken yet.

    Examples
    --------
    >>> lanes = Lanes(100, done=[(100, 200)])
    >>> lanes.take(0), lanes.take(1)
    (Lane(first=0, end=100, at=0), Lane(first=200, end=300, at=200))
    >>> lanes.open[1].at = 250
    >>> [place for place in (0, 150, 249, 250, 300) if lanes.delivered(place)]
    [150, 249]
    >>> lanes.go_back(248), lanes.next_span
    ([248, 249], (248, 300))
    """

    def __init__(self, segment: int | None = None, first: int = 0, done: Sequence[Span] = ()):
        self.segment = segment
        self.open: dict[int, Lane] = {}
        self.wanted = 1
        self.reached = first
        self._done = list(done)
        self._left: list[Lane] = []  # segments whose lanes have ended in the middle

    @property
    def next_span(self) -> Span:
        """The first segment that nobody has taken, and that is not done."""
        first = self.skipping(self.reached)
        ends = [start for start, _ in self._done if start > first]
        if self.segment is not None:
            ends.append(first - first % self.segment + self.segment)
        return first, min(ends, default=ENDLESS)

    def skipping(self, place: int) -> int:
        """Return a place, or the first one after it that an earlier render has not finished."""
        for first, end in self._done:
            if first <= place < end:
                place = end
        return place

    def segment_of(self, place: int) -> int:
        """Return the number of the segment that a place lies in."""
        return 0 if self.segment is None else place // self.segment

    def take(self, number: int) -> Lane:
        """Let a lane have the next segment."""
        first, self.reached = self.next_span
        lane = self.open[number] = Lane(first, self.reached, first)
        return lane

    def leave(self, number: int) -> None:
        """Note that a lane has ended, perhaps in the middle of its segment."""
        if (lane := self.open.pop(number, None)) is not None:
            self._left += [] if lane.is_through else [lane]

    def delivered(self, place: int) -> bool:
        """Whether the frame at a place was delivered, now or by an earlier render."""
        if place < self.reached:
            return not any(lane.at <= place < lane.end for lane in self._begun)
        return any(first <= place < end for first, end in self._done)

    def go_back(self, place: int, done: Sequence[Span] = ()) -> list[int]:
        """Begin at a place again, with these spans done; return what is to be delivered again."""
        before = [*self._finished_from(place)]
        self.open.clear()
        self._left.clear()
        self.reached, self._done = place, list(done)
        return [at for at in before if not self.delivered(at)]

    @property
    def _begun(self) -> list[Lane]:
        return [*self.open.values(), *self._left]

    def _finished_from(self, place: int) -> Iterator[int]:
        """Yield the places from this one on that were delivered."""
        # Of the segment that was taken last, which may be endless, no more than there is of it.
        last = [lane.at for lane in self._begun if lane.end == self.reached]
        yield from filter(self.delivered, range(place, *last or [self.reached]))
        for first, end in self._done:
            yield from range(max(first, self.reached, place), end)
