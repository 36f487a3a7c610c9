"""Frames go to segments, none twice, none lost, whatever fails: the frames, an encoder, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parallel_animate import EncoderError
from parallel_animate.output.journal import Kept
from parallel_animate.output.recorder import Recorder
from parallel_animate.output.writer import Rescued


@dataclass
class Segments:
    """Notes what was kept, in the place of a folder."""

    added: list[list[int]] = field(default_factory=list)
    under_way: list[int] = field(default_factory=list)
    temporary: Path = Path("nowhere")
    paths: tuple[Path, ...] = ()
    kept: Kept = field(default_factory=lambda: Kept(Path("nowhere")))

    @property
    def frames(self) -> int:
        return sum(map(len, self.added))

    def begin(self, lane: int) -> Path:
        return self.temporary

    def add(self, frames: int, *, whole: bool = True, **where: Any) -> None:
        self.added.append(self.under_way[:frames])
        self.whole = whole
        self.under_way = []

    def change(self, form: object) -> None:
        pass


class Writer:
    """Takes frames until it fails: after so many of a file, or when the file is to be completed."""

    def __init__(self, segments: Segments, fails_after: int | None, finished: int) -> None:
        self.rescued: Rescued | None = None
        self.segments = segments
        self.fails_after = fails_after
        self.finished = finished

    def write(self, frames: Iterator[Any], first: int = 0) -> None:
        taken: list[int] = []
        for frame in frames:
            taken.append(int(frame))
            if self.fails_after is not None and len(taken) > self.fails_after:
                self.fail(taken)
        if self.fails_after is not None:
            self.fail(taken)
        self.segments.under_way = taken

    def fail(self, taken: list[int]) -> None:
        if self.finished >= 0:
            self.segments.under_way = taken
            after = tuple(np.array(number) for number in taken[self.finished :])
            self.rescued = Rescued(self.finished, after)
        raise EncoderError("no more")

    def close(self) -> None:
        pass


@dataclass
class Choice:
    """An encoder, and those that go on when it fails."""

    segments: Segments
    fails_after: int | None = None
    finished: int = -1
    substitute: Choice | None = None
    name: str = "encoder"
    form: None = None

    def open(self, path: Path) -> Any:
        return Writer(self.segments, self.fails_after, self.finished)


def frames(count: int, error: Exception | None = None) -> Iterator[Any]:
    yield from map(np.array, range(count))
    if error is not None:
        raise error


def record(segments: Segments, choice: Choice, supply: Iterator[Any], most: int) -> int:
    """Record frames; return how many were said to be written."""
    written = []
    recorder = Recorder(segments, choice, most)  # type: ignore[arg-type]
    with recorder:
        recorder.record(enumerate(supply), lambda: written.append(None))
    return len(written)


@pytest.mark.parametrize("most", [1, 3, 8, 20])
def test_all_frames_are_written_in_segments(most: int) -> None:
    segments = Segments()
    assert record(segments, Choice(segments), frames(8), most) == 8
    assert [*chain.from_iterable(segments.added)] == list(range(8))
    assert all(len(segment) == most for segment in segments.added[:-1])


def test_an_error_among_the_frames_ends_the_segment_and_comes_through() -> None:
    segments = Segments()
    with pytest.raises(ArithmeticError):
        record(segments, Choice(segments), frames(5, ArithmeticError()), 3)
    assert segments.added == [[0, 1, 2], [3, 4]]
    assert not segments.whole


@pytest.mark.parametrize("finished", [0, 2, 4])
@pytest.mark.parametrize("error", [None, ArithmeticError()])
def test_another_encoder_writes_the_frames_that_the_first_has_not_finished(
    finished: int, error: Exception | None
) -> None:
    segments = Segments()
    choice = Choice(segments, 4, finished, substitute=Choice(segments))
    if error is None:
        assert record(segments, choice, frames(9), 20) == 9
    else:
        with pytest.raises(ArithmeticError):
            record(segments, choice, frames(9, error), 20)
    assert [*chain.from_iterable(segments.added)] == list(range(9))


def test_an_encoder_that_fails_at_the_end_of_failed_frames_is_replaced_too() -> None:
    segments = Segments()
    choice = Choice(segments, 20, 3, substitute=Choice(segments))
    with pytest.raises(ArithmeticError):
        record(segments, choice, frames(8, ArithmeticError()), 20)
    assert segments.added == [[0, 1, 2], [3, 4, 5, 6, 7]]


def test_where_the_other_encoder_fails_too_no_later_frame_takes_the_place_of_a_lost_one() -> None:
    """Though there are frames yet, and an error that waits behind them."""
    segments = Segments()
    last = Choice(segments, fails_after=2)
    choice = Choice(segments, 20, 2, substitute=last)
    with pytest.raises(EncoderError):
        record(segments, choice, frames(8, ArithmeticError()), 20)
    assert segments.added == [[0, 1]]


def test_frames_that_an_encoder_loses_are_told_by_the_error_that_ended_them() -> None:
    segments = Segments()
    with pytest.raises(ArithmeticError) as caught:
        record(segments, Choice(segments, 20), frames(8, ArithmeticError()), 20)
    assert caught.value.__notes__ == ["8 frames before it are lost: no more"]
    assert segments.added == []
