"""Params are what the iterator gave at that moment; for one worker it is asked as by a loop."""

from __future__ import annotations

import contextvars
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from parallel_animate import FrameError, IndexedFrameParams, ParamsError
from parallel_animate.params.pickled import LARGE
from tests.conftest import alike
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.one_in(3)


class Shows(StampAnimator):
    """Shows the first number of an array."""

    def update(self, frame_idx: int, params: npt.NDArray[np.uint8]) -> None:
        super().update(int(params[0]), params)


@pytest.mark.parametrize("size", [8, LARGE])
@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(("workers", "preload"), [(1, 8), (2, 0), (2, 8), *alike((1, 0))])
def test_a_generator_may_fill_one_array_again_and_again(
    out: Path, workers: int, preload: int, indexed: bool, size: int
) -> None:
    def simulation() -> Iterator[Any]:
        state = np.zeros(size, np.uint8)
        for step in range(40):
            state[:] = 3 * step
            yield IndexedFrameParams(step, state) if indexed else state

    Shows().make_video(out, simulation(), 30, num_workers=workers, preload_factor=preload)
    assert stamps(out) == list(range(0, 120, 3))


def test_with_one_worker_items_are_pulled_between_updates(out: Path) -> None:
    happened: list[str] = []

    def params() -> Iterator[int]:
        for number in range(4):
            happened.append(f"pulled {number}")
            yield number

    class Notes(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            happened.append(f"updated {params}")

    Notes().make_video(out, params(), 30, num_workers=1)
    assert happened == [f"{what} {i}" for i in range(4) for what in ("pulled", "updated")]


def test_with_one_worker_what_belongs_to_the_callers_thread_can_be_used(out: Path) -> None:
    """Such as a cursor of sqlite3, which no other thread may use, or a context variable."""
    base = sqlite3.connect(":memory:")
    base.execute("create table steps (number)")
    base.executemany("insert into steps values (?)", [(i,) for i in range(9)])
    StampAnimator().make_video(out, base.execute("select * from steps"), 30, num_workers=1)
    assert stamps(out) == list(range(9))
    base.close()

    variable = contextvars.ContextVar("variable", default="lost")
    variable.set("kept")
    found = []

    def looks() -> Iterator[int]:
        for number in range(3):
            found.append((variable.get(), threading.current_thread()))
            yield number

    StampAnimator().make_video(out, looks(), 30, num_workers=1)
    assert set(found) == {("kept", threading.current_thread())}


def test_params_that_cannot_be_pickled_are_told_with_their_frame_though_pulled_ahead(
    out: Path,
) -> None:
    def params() -> Iterator[Any]:
        yield from range(5)
        yield threading.Lock()

    with pytest.raises(ParamsError, match="the params of frame 5 cannot be pickled") as caught:
        StampAnimator().make_video(out, params(), 30, num_workers=2)
    assert caught.value.frame_idx == 5
    assert caught.value.partial_frames == 5


class Refills(Sequence[Any]):
    """A sequence of the user's own, which reads each item into the same array."""

    def __init__(self, n: int, size: int) -> None:
        self.n = n
        self.array = np.zeros(size, np.uint8)

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self.n:
            raise IndexError(index)
        self.array[:] = 3 * index
        return self.array


class FailsOnce(Shows):
    def update(self, frame_idx: int, params: npt.NDArray[np.uint8]) -> None:
        if frame_idx == 4:
            raise ArithmeticError
        super().update(frame_idx, params)


@pytest.mark.parametrize("size", [8, LARGE])
@pytest.mark.parametrize(("workers", "preload"), [(1, 0), (2, 0), (2, 8)])
def test_a_sequence_may_fill_one_array_again_and_again_also_after_a_resume(
    out: Path, workers: int, preload: int, size: int
) -> None:
    options: dict[str, Any] = {"num_workers": workers, "preload_factor": preload}
    with pytest.raises(FrameError):
        FailsOnce().make_video(out, Refills(40, size), 30, **options)
    report = Shows().make_video(out, Refills(40, size), 30, resume=True, **options)
    assert report.resumed_frames == 4
    assert stamps(out) == list(range(0, 120, 3))
