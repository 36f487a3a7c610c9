"""Ids with gaps: the frames are sorted by their ids, and what is missing is told."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError, FrameIdError, IndexedFrameParams, RenderReport
from parallel_animate.params.source import FrameSource
from tests.stamp import StampAnimator, stamps

Params = Iterable[Any]
KINDS: dict[str, Callable[[list[Any]], Params]] = {"list": list, "generator": iter}


def indexed(ids: Iterable[int]) -> list[Any]:
    return [IndexedFrameParams(i, None) for i in ids]


def rendered(out: Path, params: Params, **options: Any) -> tuple[RenderReport, list[str]]:
    """Render; return the report and what was warned of."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        report = StampAnimator().make_video(out, params, 30, **options)
    assert all(each.filename == __file__ for each in warned)
    return report, [str(each.message) for each in warned]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("items", "shown", "missing", "said"),
    [
        (indexed([30, 10, 0, 20]), [0, 10, 20, 30], ((1, 9), (11, 19), (21, 29)), "27 frame id"),
        (indexed([1, 2, 3]), [1, 2, 3], ((0, 0),), r"1 frame id\(s\) never came: 0\."),
        ([0, IndexedFrameParams(3, None), 2], [0, 2, 3], ((1, 1),), "never came: 1"),
    ],
)
def test_frames_are_sorted_by_their_ids_and_what_is_missing_is_told(
    out: Path,
    items: list[Any],
    shown: list[int],
    missing: tuple[tuple[int, int], ...],
    said: str,
    kind: str,
    workers: int,
) -> None:
    report, warned = rendered(out, KINDS[kind](items), num_workers=workers)
    assert stamps(out) == shown
    assert report.missing_frames == missing
    assert report.frames == len(shown)
    assert len(warned) == 1
    assert re.search(said, warned[0])
    assert report.warnings == tuple(warned)
    assert "frame ids never came" in str(report)
    assert report.to_dict()["missing_frames"] == [list(gap) for gap in missing]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_items_count_for_n_frames_whatever_their_ids(out: Path, kind: str) -> None:
    items = KINDS[kind](indexed(range(9, -1, -1)))
    report, warned = rendered(out, items, num_workers=2, n_frames=4)
    assert stamps(out) == [6, 7, 8, 9]
    assert report.missing_frames == ((0, 5),)
    assert len(warned) == 1


def test_nothing_is_said_where_nothing_is_missing(out: Path) -> None:
    report, warned = rendered(out, indexed([2, 0, 1]), num_workers=1)
    assert (warned, report.missing_frames) == ([], ())
    assert "never came" not in str(report)


class FailsAt(StampAnimator):
    def __init__(self, frame: int | None) -> None:
        super().__init__()
        self.frame = frame
        self.seen: list[int] = []

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.frame:
            raise ArithmeticError
        self.seen.append(frame_idx)
        super().update(frame_idx, params)


@pytest.mark.filterwarnings("ignore:.*never came")
def test_a_resumed_render_goes_on_after_the_finished_frames_whatever_their_ids(out: Path) -> None:
    items = indexed([40, 10, 0, 20, 30])
    with pytest.raises(FrameError, match="frame 30") as caught:
        FailsAt(30).make_video(out, items, 30, num_workers=1)
    assert caught.value.partial_frames == 3
    animator = FailsAt(None)
    report = animator.make_video(out, items, 30, num_workers=1, resume=True)
    assert stamps(out) == [0, 10, 20, 30, 40]
    assert report.resumed_frames == 3
    assert set(animator.seen) == {30, 40}


@pytest.mark.filterwarnings("ignore:.*never came")
def test_a_generator_cannot_be_resumed_beyond_ids_that_never_come(out: Path) -> None:
    """Which of its frames are finished is only known when all ids are."""
    with pytest.raises(FrameError):
        FailsAt(30).make_video(out, indexed([0, 10, 20, 30]), 30, num_workers=1)
    items = indexed([0, 10, 20, 30])
    with pytest.raises(FrameIdError, match=r"give list\(param_by_frame\)"):
        StampAnimator().make_video(out, iter(items), 30, num_workers=1, resume=True)
    StampAnimator().make_video(out, items, 30, num_workers=1, resume=True)
    assert stamps(out) == [0, 10, 20, 30]


class Own(Sequence[Any]):
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]


def test_a_sequence_that_was_taken_to_be_in_order_is_not_resumed_out_of_order() -> None:
    with FrameSource(Own([0, 1, 2, IndexedFrameParams(9, None)])) as source:
        source.skip(2)
        assert source.get() == (2, 2)
        with pytest.raises(FrameIdError, match="item 3 of param_by_frame has the frame_id 9"):
            source.get()


def test_time_stamps_may_be_ids() -> None:
    """What is missing between them is not counted through."""
    with pytest.warns(UserWarning, match="never came: 1-999999999999999"):
        source = FrameSource(indexed([0, 10**15]))
    assert [source.numbering.frame(place) for place in range(2)] == [0, 10**15]
