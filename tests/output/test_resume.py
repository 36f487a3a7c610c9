"""A render goes on after the frames that are finished, or throws them away if it is told to."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_animate import ArgumentError, FrameError, IndexedFrameParams, ParamsError
from tests.output.small import (
    Recorded,
    Small,
    contents,
    fail,
    manifest_of,
    names,
    partial_of,
    parts_of,
)
from tests.output.videos import check_video
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

# Going on


class Items(Sequence[int]):
    """A sequence that knows what it was asked for; with slices, or without."""

    def __init__(self, n: int, slices: bool = True) -> None:
        self.n = n
        self.slices = slices
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            if not self.slices:
                raise TypeError("only integers")
            return [self[i] for i in range(*index.indices(self.n))]
        if not 0 <= index < self.n:
            raise IndexError(index)
        self.asked.append(index)
        return 100 + index


def shuffled(n: int) -> list[IndexedFrameParams]:
    order = np.random.default_rng(3).permutation(n).tolist()
    return [IndexedFrameParams(i, 100 + i) for i in order]


MAKES_PARAMS: dict[str, Callable[[int], Any]] = {
    "list": lambda n: list(range(100, 100 + n)),
    "tuple": lambda n: tuple(range(100, 100 + n)),
    "range": lambda n: range(100, 100 + n),
    "array": lambda n: np.arange(100, 100 + n),
    "generator": lambda n: (100 + i for i in range(n)),
    "dict": lambda n: dict.fromkeys(range(100, 100 + n)),
    "sequence": Items,
    "sequence without slices": functools.partial(Items, slices=False),
    "list of ids": lambda n: [IndexedFrameParams(i, 100 + i) for i in range(n)],
    "shuffled list of ids": shuffled,
    "shuffled generator of ids": lambda n: iter(shuffled(n)),
}


@pytest.mark.parametrize(
    ("kind", "workers"),
    [
        *((kind, 1) for kind in MAKES_PARAMS),
        ("list", 2),
        ("generator", 2),
        ("shuffled generator of ids", 2),
    ],
)
def test_finished_frames_are_not_drawn_again_and_the_others_get_their_params(
    out: Path, kind: str, workers: int
) -> None:
    fail(out, 12)
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(
        out,
        MAKES_PARAMS[kind](20),
        30,
        num_workers=workers,
        segment_frames=5,
        resume=True,
        check_history=False,
    )
    drawn = recorded.drawn(since=12)
    if kind.startswith("shuffled"):
        drawn = sorted(set(drawn))  # the first of all may be one of them
    assert drawn == [(i, str(100 + i)) for i in range(12, 20)]
    assert (report.frames, report.resumed_frames, report.rendered_frames) == (20, 12, 8)
    assert report.segments == 4
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("n_frames", [None, 15])
def test_of_the_items_of_finished_frames_only_the_first_is_asked_for(
    out: Path, n_frames: int | None
) -> None:
    fail(out, 12, n_frames=n_frames)
    items = Items(20)
    Small().make_video(out, items, 30, n_frames=n_frames, num_workers=1, resume=True)
    assert set(items.asked) == {0, *range(12, n_frames or 20)}
    check_video(out, n_frames or 20, Fraction(30))


@pytest.mark.parametrize("at", [12, 14])
def test_an_item_that_cannot_be_had_is_told_with_its_frame(out: Path, at: int) -> None:
    class Broken(Items):
        def __getitem__(self, index: Any) -> Any:
            if index == at:
                raise LookupError("no such file")
            return super().__getitem__(index)

    fail(out, 12)
    with pytest.raises(ParamsError, match=rf"for frame {at}: no such file") as caught:
        Small().make_video(out, Broken(20), 30, num_workers=1, resume=True)
    assert caught.value.partial_frames == at
    check_video(partial_of(out), at, Fraction(30))


@pytest.mark.parametrize("slices", [True, False])
def test_a_sequence_need_not_have_slices(out: Path, slices: bool) -> None:
    items = Items(6, slices)
    Small().make_video(out, items, 30, num_workers=1)
    assert items.asked == list(range(6))
    check_video(out, 6, Fraction(30))


def test_a_resumed_video_has_the_pixels_of_one_that_was_never_interrupted(out: Path) -> None:
    whole = out.with_name("whole.mp4")
    Small().make_video(whole, range(20), 30, num_workers=1, segment_frames=5)
    fail(out, 10)
    Small().make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)

    def pixels(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]

    assert pixels(out) == pixels(whole)


@pytest.mark.parametrize("workers", [1, 2])
def test_where_all_frames_are_finished_nothing_is_drawn(out: Path, workers: int) -> None:
    def params() -> Iterator[int]:
        yield from range(8)
        raise LookupError("too late")

    log = out.with_name("log")
    with pytest.raises(ParamsError):
        Small().make_video(out, params(), 30, num_workers=workers, segment_frames=5)
    recorded = Recorded(log)
    report = recorded.make_video(out, range(8), 30, num_workers=workers, resume=True)
    assert recorded.drawn() == []
    assert (report.frames, report.resumed_frames, report.rendered_frames) == (8, 8, 0)
    assert "8 frames were finished before" in str(report)
    check_video(out, 8, Fraction(30), [0, 5])
    assert names(out) == ["out.mp4"]


def test_a_render_can_be_resumed_again_and_again(out: Path) -> None:
    fail(out, 3)
    for at in (3, 4, 11, 11):  # at 3 and 11 it gets no further
        fail(out, at, resume=True)
        check_video(partial_of(out), at, Fraction(30))
    assert [segment["frames"] for segment in manifest_of(out)["segments"]] == [5, 5, 1]
    report = Small().make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert (report.resumed_frames, report.segments) == (11, 4)
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])
    assert names(out) == ["out.mp4"]


def test_there_need_be_nothing_to_resume(out: Path) -> None:
    for _ in range(2):  # a complete video is nothing to resume either
        report = Small().make_video(out, range(5), 30, num_workers=1, resume=True)
        assert (report.frames, report.resumed_frames) == (5, 0)
        check_video(out, 5, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize(
    ("kind", "workers"), [*((kind, 1) for kind in MAKES_PARAMS), ("list", 2), ("generator", 2)]
)
def test_params_that_end_before_the_finished_frames_are_an_error(
    out: Path, kind: str, workers: int
) -> None:
    fail(out, 12)
    for params, n_frames in [(MAKES_PARAMS[kind](9), None), (MAKES_PARAMS[kind](20), 9)]:
        if kind.startswith("shuffled") and n_frames:
            continue  # the first nine of them have other ids, which is an error of its own
        with pytest.raises(ArgumentError, match=r"cannot resume: .*9 .*12 "):
            Small().make_video(out, params, 30, n_frames=n_frames, num_workers=workers, resume=True)
    assert not out.exists()
    assert manifest_of(out)["frames_done"] == 12
    assert stamps(partial_of(out)) == list(range(12))


def test_params_may_end_with_the_finished_frames(out: Path) -> None:
    fail(out, 12)
    assert Small().make_video(out, range(12), 30, num_workers=1, resume=True).frames == 12
    check_video(out, 12, Fraction(30), [0, 5, 10])


@settings(max_examples=8)
@given(
    n=st.integers(1, 24),
    failures=st.lists(st.integers(0, 23), max_size=4),
    segment_frames=st.lists(st.integers(1, 9), min_size=5, max_size=5),
    kinds=st.lists(st.sampled_from(sorted(MAKES_PARAMS)), min_size=5, max_size=5),
)
def test_however_often_it_fails_all_frames_come_in_the_end(
    n: int, failures: list[int], segment_frames: list[int], kinds: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out, log, done, drawn = Path(folder) / "out.mp4", Path(folder) / "log", 0, []
        for at, most, kind in zip([*failures, None], segment_frames, kinds, strict=False):
            recorded, failure, before = Recorded(log, at), None, done
            try:
                report = recorded.make_video(
                    out,
                    MAKES_PARAMS[kind](n),
                    30,
                    num_workers=1,
                    segment_frames=most,
                    resume=True,
                )
            except FrameError as error:
                failure = error
            if failure is None:
                assert report.resumed_frames == done
                drawn += recorded.drawn(since=before)
                break
            # Ids out of order: what was drawn beyond the frame that failed is lost.
            assert done <= failure.partial_frames <= max(done, int(at or 0))
            done = failure.partial_frames
            assert not done or stamps(partial_of(out)) == list(range(done))
            drawn += [frame for frame in recorded.drawn(since=before) if frame[0] < done]
        assert sorted(drawn) == [(i, str(100 + i)) for i in range(n)]
        check_video(out, n, Fraction(30))
        assert names(out) == ["out.mp4"]


# Beginning anew


def test_a_segment_that_is_missing_is_no_reason_to_throw_the_others_away(out: Path) -> None:
    fail(out, 12)
    (parts_of(out) / "00000.mp4").unlink()
    before = contents(parts_of(out))
    del before["lock"]
    Small().make_video(out, range(20), 30, num_workers=1)
    assert before.items() <= contents(out.with_name("out.mp4.kept")).items()


def test_restart_throws_the_old_frames_away(out: Path) -> None:
    fail(out, 12)
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(20), 25, num_workers=1, resume="restart")
    assert [frame for frame, _ in recorded.drawn()] == list(range(20))
    assert report.resumed_frames == 0
    check_video(out, 20, Fraction(25))
    assert names(out) == ["out.mp4"]  # the partial file of the frames that are gone is gone too


def test_restart_needs_nothing_to_throw_away(out: Path) -> None:
    assert Small().make_video(out, range(3), 30, num_workers=1, resume="restart").frames == 3
    check_video(out, 3, Fraction(30))


@pytest.mark.parametrize("resume", ["no", "yes", 2, None, "Restart"])
def test_resume_is_true_false_or_restart(out: Path, resume: Any) -> None:
    with pytest.raises(ArgumentError, match="resume must be True, False or 'restart'"):
        Small().make_video(out, range(3), 30, num_workers=1, resume=resume)
    assert names(out) == []
