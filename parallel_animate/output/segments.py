"""Which segments of a video are finished.

They may be finished in any order, so there may be gaps between them. Whole ones end where the
number of the next frame says so, or where the video does. A render that fails leaves one that has
ended early, a tail. When the render is resumed, the tail stays until there is a whole segment, or a
longer tail, to take its place: so the video has the segments that it would have had without the
failure, and what was finished is never less than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from parallel_animate.output.manifest import Segment
from parallel_animate.output.pieces import Span


class Early(NamedTuple):
    """A segment that has ended early, while one before it is not finished: it has no name yet."""

    path: Path
    segment: Segment


class Segments:
    """The finished segments.

    Parameters
    ----------
    first : int
        The first frame that is rendered.

    Attributes
    ----------
    counted : list of Segment
        Those whose frames need not be rendered again, in the order of these.
    tails : list of Segment
        What an earlier render has left of others.
    early : dict
        By their first frames, what this render has ended early behind a gap: several encoders may
        work at once, and the gap may still be filled.

    Examples
    --------
    >>> segments = Segments()
    >>> early = Segment("00001.mp4", 250, 9, "", whole=False)
    >>> segments.take_over([Segment("00000.mp4", 0, 250, ""), early])
    >>> segments.add(Segment("00003.mp4", 750, 250, ""))
    >>> segments.frames, segments.done, len(segments.listed)
    (250, [(750, 1000)], 3)
    >>> segments.has_more(Segment("00001.mp4", 250, 4, "", whole=False))
    True
    >>> segments.keep_tail()
    >>> segments.frames
    259
    """

    def __init__(self, first: int = 0) -> None:
        self._first = first
        self.counted: list[Segment] = []
        self.tails: list[Segment] = []
        self.early: dict[int, Early] = {}

    @property
    def leading(self) -> list[Segment]:
        """Those that are counted up to the first frame that is missing."""
        return leading(self.counted, self._first)

    @property
    def frames(self) -> int:
        """The first frame that is missing: so many frames there are, if none is left out before."""
        return self._first + frames_in(self.leading)

    @property
    def done(self) -> list[Span]:
        """Frames that are counted behind the first one that is missing."""
        return spans_of(self.counted[len(self.leading) :])

    @property
    def listed(self) -> list[Segment]:
        """All, with the tails."""
        return sorted([*self.counted, *self.tails], key=lambda each: each.first)

    def take_over(self, segments: Iterable[Segment]) -> None:
        """Go on with these segments."""
        self.early.clear()
        found = list(segments)
        self.counted = [each for each in found if each.whole]
        self.tails = [each for each in found if not each.whole]

    def has_more(self, segment: Segment) -> bool:
        """Whether a tail has as many frames as a segment that might take its place."""
        there = [each.frames for each in self.tails if each.first == segment.first]
        return not segment.whole and segment.frames <= max(there, default=0)

    def named(self, segment: Segment) -> Segment:
        """Return a segment with a name of its own, if another one has its name."""
        taken = {each.file for each in self.listed if each.first != segment.first}
        if segment.file not in taken:
            return segment
        number, _, suffix = segment.file.partition(".")
        return replace(segment, file=f"{number}-{segment.first}.{suffix}")

    def with_one(self, segment: Segment) -> list[Segment]:
        """Return what is listed when a segment was added: no tail of the same frames."""
        others = [each for each in self.listed if not overlap(each, segment)]
        return sorted([*others, segment], key=lambda each: each.first)

    def add(self, segment: Segment) -> None:
        """Note a finished segment."""
        self.tails = [each for each in self.tails if not overlap(each, segment)]
        self.counted = sorted([*self.counted, segment], key=lambda each: each.first)

    def keep_tail(self) -> None:
        """Count the tail that goes on where a frame is missing, if there is one.

        Nothing takes its place any more.
        """
        for tail in [each for each in self.tails if each.first == self.frames]:
            self.add(tail)

    def before(self, frame: int) -> list[Segment]:
        """Return those that end before a frame."""
        return [each for each in self.listed if each.end <= frame]

    def within(self, spans: Sequence[Span]) -> list[Segment]:
        """Return those all of whose frames lie in these spans, and the tails."""
        return [
            each
            for each in self.listed
            if not each.whole or any(first <= each.first < each.end <= end for first, end in spans)
        ]


def frames_in(segments: Iterable[Segment]) -> int:
    """Return how many frames segments have together."""
    return sum(segment.frames for segment in segments)


def leading(segments: Sequence[Segment], first: int = 0) -> list[Segment]:
    """Return those of segments in order that hold the frames up to the first one that is missing.

    `first` is the first one that should be there.

    Examples
    --------
    >>> segments = [Segment("", first, 10, "") for first in (0, 10, 30)]
    >>> [each.first for each in leading(segments)]
    [0, 10]
    """
    found: list[Segment] = []
    for segment in segments:
        if segment.first != (found[-1].end if found else first):
            break
        found.append(segment)
    return found


def spans_of(segments: Sequence[Segment]) -> list[Span]:
    """Return which frames there are in segments that are in order.

    Examples
    --------
    >>> spans_of([Segment("", first, 10, "") for first in (0, 10, 30)])
    [(0, 20), (30, 40)]
    """
    spans: list[Span] = []
    for segment in segments:
        first = segment.first
        if spans and spans[-1][1] == first:
            first = spans.pop()[0]
        spans.append((first, segment.end))
    return spans


def overlap(one: Segment, other: Segment) -> bool:
    """Return whether two segments have a frame in common."""
    return one.first < other.end and other.first < one.end
