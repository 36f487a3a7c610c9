"""Params that are none, and frame ids that are wrong, are refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parallel_animate import EmptyParamsError, FrameIdError, IndexedFrameParams
from tests.refusals import NeverUpdated, refusal
from tests.stamp import StampAnimator

# What no params can be


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n_frames", [None, 5])
@pytest.mark.parametrize("empty", [list, tuple, lambda: np.empty((0, 3)), lambda: iter(())])
def test_empty_params_are_a_runtime_error_and_a_value_error(
    out: Path, empty: Callable[[], Iterable[Any]], n_frames: int | None, workers: int
) -> None:
    with pytest.raises(EmptyParamsError, match="param_by_frame is empty") as caught:
        NeverUpdated().make_video(out, empty(), 30, n_frames=n_frames, num_workers=workers)
    assert isinstance(caught.value, RuntimeError)
    assert isinstance(caught.value, ValueError)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("params", [5, None, 3.5, np.float64(3)])
def test_params_that_are_not_iterable_are_refused_and_their_type_is_named(
    out: Path, params: Any
) -> None:
    message = refusal(out, param_by_frame=params)
    assert message.startswith("param_by_frame must be iterable")
    assert type(params).__name__ in message


def items() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("params", "instead"),
    [
        (100, "int: use range(100)"),
        (np.int64(7), "int64: use range(7)"),
        (-1, "int"),
        (items, "function: call it"),
    ],
)
def test_params_that_funcanimation_would_take_are_told_what_to_be_instead(
    out: Path, params: Any, instead: str
) -> None:
    assert refusal(out, param_by_frame=params).endswith(f", not {instead}")


# Frame ids


def indexed(*ids: Any) -> list[IndexedFrameParams]:
    return [IndexedFrameParams(frame_id, None) for frame_id in ids]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("container", [list, tuple])
@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ((0, 1, 2, 1), "frame_id 1 was given twice"),
        ((5, 5), "frame_id 5 was given twice"),
    ],
)
def test_wrong_frame_ids_of_a_list_are_found_before_anything_is_drawn(
    out: Path, ids: tuple[Any, ...], said: str, container: type, workers: int
) -> None:
    message = refusal(
        out, FrameIdError, param_by_frame=container(indexed(*ids)), num_workers=workers
    )
    assert re.search(said, message)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("preload", [0, 8])
@pytest.mark.parametrize(
    ("ids", "wrong", "said"),
    [
        ((0, 1, 2, 1, 3), (1,), "frame_id 1 was given twice"),
        ((7, 0, 7), (7,), "frame_id 7 was given twice"),
    ],
)
def test_wrong_frame_ids_of_a_generator_are_an_error_that_names_them(
    out: Path, ids: tuple[int, ...], wrong: tuple[int, ...], said: str, preload: int, workers: int
) -> None:
    with pytest.raises(FrameIdError, match=said) as caught:
        StampAnimator().make_video(
            out, (item for item in indexed(*ids)), 30, num_workers=workers, preload_factor=preload
        )
    assert isinstance(caught.value, ValueError)
    assert tuple(caught.value.frame_ids) == wrong
    assert not out.exists()
