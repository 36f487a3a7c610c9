"""Params that cannot be pickled, and iterators that fail, name the frame."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ParamsError
from tests.engine.failing import OddError
from tests.stamp import StampAnimator, stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


def a_generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("make", "kind", "method", "preload"),
    [
        (threading.Lock, "lock", "fork", 8),
        (a_generator, "generator", "fork", 0),
        (lambda: {"lock": threading.Lock()}, "dict", "fork", 8),
        (threading.Lock, "lock", "spawn", 8),
    ],
)
def test_params_that_cannot_be_pickled_name_the_frame_and_the_type(
    out: Path, make: Callable[[], Any], kind: str, preload: int, method: str
) -> None:
    params = [0, 1, make(), 3]
    with pytest.raises(ParamsError, match=f"frame 2 cannot be pickled: {kind} ") as caught:
        StampAnimator().make_video(
            out, params, 30, num_workers=2, start_method=method, preload_factor=preload
        )
    assert caught.value.frame_idx == 2
    assert kind in caught.value.params or kind == "dict"
    assert isinstance(caught.value.__cause__, TypeError)


def test_an_open_file_among_the_params_names_the_frame_and_the_type(
    out: Path, tmp_path: Path
) -> None:
    with (
        (tmp_path / "log").open("wb") as file,
        pytest.raises(ParamsError, match="frame 1 cannot be pickled: BufferedWriter "),
    ):
        StampAnimator().make_video(out, [0, file, 2], 30, num_workers=2, start_method="fork")


def test_params_that_cannot_be_pickled_need_not_be_without_workers(out: Path) -> None:
    StampAnimator().make_video(out, [threading.Lock(), a_generator()], 30, num_workers=1)
    assert stamps(out) == [0, 1]


class Unpicklable:
    def __reduce__(self) -> Any:
        raise OddError("not me")


class NotUnpicklable:
    def __reduce__(self) -> Any:
        return refuse, ("not back",)


def refuse(what: str) -> None:
    raise OddError(what)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (Unpicklable(), "cannot be pickled: Unpicklable .*OddError: not me"),
        (NotUnpicklable(), "cannot be unpickled in a worker: OddError: not back"),
    ],
)
def test_params_that_fail_in_their_own_pickling_code_name_the_frame(
    out: Path, params: Any, said: str
) -> None:
    with pytest.raises(ParamsError, match=f"frame 2 {said}") as caught:
        StampAnimator().make_video(out, [0, 1, params, 3], 30, num_workers=2)
    assert caught.value.frame_idx == 2
    assert type(caught.value.__cause__) is OddError


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("preload", [0, 1, 8])
@pytest.mark.parametrize("bad", [0, 4])
def test_an_exception_of_the_params_iterator_names_the_frame(
    out: Path, bad: int, preload: int, workers: int
) -> None:
    def params() -> Iterator[int]:
        for i in range(10):
            if i == bad:
                raise OddError("disk gone", i)
            yield i

    with pytest.raises(ParamsError, match=f"OddError for frame {bad}: .*disk gone") as caught:
        StampAnimator().make_video(out, params(), 30, num_workers=workers, preload_factor=preload)
    assert caught.value.frame_idx == bad
    assert type(caught.value.__cause__) is OddError
    assert caught.value.__cause__.args == ("disk gone", bad)
    assert not out.exists()
