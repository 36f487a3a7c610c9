"""Params: numbered, checked, pulled in the thread that asks, and had again."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import IndexedFrameParams, ParamsError
from parallel_animate.params.source import FrameSource


def drained(source: FrameSource) -> list[tuple[int, Any]]:
    with source:
        return list(iter(source.get, None))


@given(
    n=st.integers(1, 30),
    limit=st.none() | st.integers(1, 40),
    endless=st.booleans(),
)
@pytest.mark.filterwarnings("ignore:param_by_frame ended")
def test_frames_are_numbered_in_order_and_never_more_than_asked_for(
    n: int, limit: int | None, endless: bool
) -> None:
    items = itertools.count() if endless and limit else iter(range(n))
    wanted = limit if endless and limit else min(n, limit or n)
    got = drained(FrameSource(items, limit))
    assert got == [(i, i) for i in range(wanted)]
    assert next(items, wanted) == wanted


@given(st.permutations(range(20)))
def test_frame_ids_override_the_position(order: list[int]) -> None:
    items = [IndexedFrameParams(np.int64(i), str(i)) for i in order]
    assert drained(FrameSource(iter(items))) == [(i, str(i)) for i in order]


def test_an_array_and_a_tuple_have_a_length() -> None:
    assert FrameSource(np.zeros((7, 2))).total == 7
    assert FrameSource((1, 2)).total == 2
    assert FrameSource(iter([1, 2])).total is None


def test_items_are_pulled_in_the_thread_that_asks_and_only_then() -> None:
    threads = []

    def items() -> Iterator[int]:
        for number in range(2):
            threads.append(threading.current_thread())
            yield number

    before = threading.active_count()
    with FrameSource(items()) as source:
        assert threads == []
        assert source.get() == (0, 0)
        assert threads == [threading.current_thread()]
        assert threading.active_count() == before


ITEMS: list[Any] = ["a", "b", "c", "d"]


class Own(Sequence[Any]):
    """A sequence of the user's own, with items that may raise."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: Any) -> Any:
        item = self.items[index]
        if isinstance(item, Exception):
            raise item
        return item


class OwnList(list[Any]):
    pass


@pytest.mark.parametrize("kind", [list, tuple, np.array, Own, OwnList])
@pytest.mark.parametrize("first", [0, 2])
def test_params_of_a_sequence_can_be_had_again(kind: Callable[[Any], Any], first: int) -> None:
    params = kind(ITEMS)
    with FrameSource(params) as source:
        assert source.repeatable
        assert (source.in_place is params) == (kind not in (Own, OwnList))
        source.skip(first)
        assert source.opening() == (0, "a")
        assert source.position == 0
        for frame in range(first, 4):
            assert source.get() == (frame, ITEMS[frame])
            assert source.position == frame
        assert [source.again(frame) for frame in range(4)] == ITEMS


@given(st.permutations(range(9)), st.integers(0, 8), st.booleans())
def test_params_with_ids_in_any_order_can_be_had_again(
    order: list[int], first: int, own: bool
) -> None:
    items = [IndexedFrameParams(i, str(i)) for i in order]
    with FrameSource(Own(items) if own else items) as source:
        source.skip(first)
        assert source.opening() == (order[0], str(order[0]))
        assert source.position == 0
        got = []
        while (item := source.get()) is not None:
            got.append(item[0])
            assert order[source.position] == item[0]
        assert got == [i for i in order if i >= first]
        assert [source.again(i) for i in range(9)] == [str(i) for i in range(9)]


def test_what_is_no_sequence_cannot_be_had_again() -> None:
    for items in (iter(ITEMS), (each for each in ITEMS), dict.fromkeys(ITEMS), set(ITEMS)):
        source = FrameSource(items)
        assert not source.repeatable
        assert source.in_place is None


def test_a_sequence_that_raises_when_it_is_asked_again_is_an_error_with_the_frame() -> None:
    params = Own(list(ITEMS))
    with FrameSource(params) as source:
        assert len(list(iter(source.get, None))) == 4
        params.items[2] = KeyError("gone")
        with pytest.raises(ParamsError, match="raised KeyError for frame 2: 'gone'") as caught:
            source.again(2)
        assert caught.value.frame_idx == 2
        assert type(caught.value.__cause__) is KeyError
