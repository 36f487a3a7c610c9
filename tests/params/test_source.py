"""Params: numbered, checked, and prefetched in a bounded queue."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from multiprocessing.connection import wait
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import IndexedFrameParams
from parallel_animate.params.source import FrameSource


def drained(source: FrameSource, prefetch: int) -> list[tuple[int, Any]]:
    with source.start(prefetch):
        return list(iter(source.get, None))


@given(
    n=st.integers(1, 30),
    limit=st.none() | st.integers(1, 40),
    prefetch=st.integers(0, 5),
    endless=st.booleans(),
)
@pytest.mark.filterwarnings("ignore:param_by_frame ended")
def test_frames_are_numbered_in_order_and_never_more_than_asked_for(
    n: int, limit: int | None, prefetch: int, endless: bool
) -> None:
    items = itertools.count() if endless and limit else iter(range(n))
    wanted = limit if endless and limit else min(n, limit or n)
    got = drained(FrameSource(items, limit), prefetch)
    assert got == [(i, i) for i in range(wanted)]
    assert next(items, wanted) == wanted


@given(st.permutations(range(20)), st.integers(0, 3))
def test_frame_ids_override_the_position(order: list[int], prefetch: int) -> None:
    items = [IndexedFrameParams(np.int64(i), str(i)) for i in order]
    assert drained(FrameSource(iter(items)), prefetch) == [(i, str(i)) for i in order]


def test_an_array_and_a_tuple_have_a_length() -> None:
    assert FrameSource(np.zeros((7, 2))).total == 7
    assert FrameSource((1, 2)).total == 2
    assert FrameSource(iter([1, 2])).total is None


def test_without_a_prefetch_there_is_no_thread_and_items_come_from_the_caller() -> None:
    threads = []

    def items() -> Iterator[int]:
        threads.append(threading.current_thread())
        yield 1

    before = threading.active_count()
    source = FrameSource(items())
    with source.start(0):
        assert threading.active_count() == before
        assert source.ready()
        assert source.get() == (0, 1)
    assert threads == [threading.current_thread()]


def test_a_prefetched_item_can_be_waited_for() -> None:
    gate = threading.Event()

    def items() -> Iterator[int]:
        gate.wait()
        yield 5

    source = FrameSource(items())
    with source.start(2):
        assert not source.ready()
        assert source.wakeup is not None
        assert wait([source.wakeup], timeout=0) == []
        gate.set()
        wait([source.wakeup])
        assert source.ready()
        assert source.get() == (0, 5)
        assert source.get() is None
        assert source.ended


@pytest.mark.parametrize("there", [[5], (5,), range(5, 6), np.array([5])], ids=repr)
def test_what_is_there_already_needs_no_thread(there: Any) -> None:
    before = threading.active_count()
    with FrameSource(there).start(3) as source:
        assert threading.active_count() == before
        assert source.ready()
        assert source.get() == (0, 5)
        assert source.get() is None


def test_the_thread_ends_with_the_context() -> None:
    before = threading.active_count()
    with FrameSource(itertools.count()).start(3) as source:
        assert source.get() == (0, 0)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
