"""Items are pulled ahead as far as there is room: for so many, and in so much memory."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.params import source
from parallel_animate.params.prefetch import Prefetch
from parallel_animate.params.source import FrameSource

pytestmark = pytest.mark.timeout(60)

LONG = 60.0  # seconds to wait for what should come at once


def filled(
    sizes: list[int], depth: int, budget: int, queued: deque[int], pulled: int, largest: int
) -> tuple[int, int]:
    """Fill a queue of sizes as the thread should; return how many it has pulled then."""
    while pulled < len(sizes):
        if queued and (len(queued) >= depth or sum(queued) + largest > budget):
            break
        queued.append(sizes[pulled])
        largest = max(largest, sizes[pulled])
        pulled += 1
    return pulled, largest


@given(
    sizes=st.lists(st.integers(0, 100), min_size=1, max_size=30),
    depth=st.integers(1, 6),
    budget=st.integers(0, 300),
)
def test_the_queue_is_filled_up_to_its_depth_and_its_budget(
    sizes: list[int], depth: int, budget: int
) -> None:
    """Exactly so many items are pulled as a model of it says, whatever the threads' timing."""
    allowed, largest = 0, 0
    queued: deque[int] = deque()
    asked = threading.Semaphore(0)
    wrong = []

    def items() -> Iterator[npt.NDArray[np.uint8]]:
        for i, size in enumerate(sizes):
            if i >= allowed:
                wrong.append(i)
            asked.release()
            yield np.full(size, i, np.uint8)

    def fill() -> None:
        nonlocal allowed, largest
        before = allowed
        allowed, largest = filled(sizes, depth, budget, queued, allowed, largest)
        # The last to come may be larger than all before it, which nobody could know.
        assert len(queued) <= max(1, depth)
        assert len(queued) <= 1 or sum(list(queued)[:-1]) <= budget
        new.append(allowed - before)

    new: list[int] = []
    fill()
    prefetch = Prefetch(items(), depth, budget)
    try:
        for i, size in enumerate(sizes):
            for _ in range(new.pop()):
                assert asked.acquire(timeout=LONG)
            assert queued.popleft() == size
            fill()  # before the thread can know that there is room
            np.testing.assert_array_equal(prefetch.get(), np.full(size, i, np.uint8))
        with pytest.raises(StopIteration):
            prefetch.get()
    finally:
        prefetch.stop()
    assert wrong == []


@pytest.mark.parametrize(("free", "ahead"), [(80_000, 10), (8_000, 1), (0, 1), (10**9, 64)])
def test_large_items_are_pulled_ahead_as_far_as_an_eighth_of_the_memory_goes(
    free: int, ahead: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(source, "available_memory", lambda: free)
    caplog.set_level(logging.INFO, "parallel_animate")
    pulled = threading.Semaphore(0)
    count = 0

    def items() -> Iterator[npt.NDArray[np.uint8]]:
        nonlocal count
        for i in range(200):
            count += 1
            pulled.release()
            yield np.full(1000, i, np.uint8)

    with FrameSource(items()).start(64) as params:
        for i in range(200):
            for _ in range(ahead if i == 0 else min(1, 200 - ahead - i + 1)):
                assert pulled.acquire(timeout=LONG)
            assert count <= ahead + i
            item = params.get()
            assert item is not None
            assert item[0] == i == item[1][0]
        assert params.get() is None
    said = [record.getMessage() for record in caplog.records]
    # Only once, and only where it is the memory that limits.
    assert len(said) <= (ahead < 64)
    for line in said:
        assert line == (
            f"params are large (1,000 bytes): {ahead} are pulled ahead instead of 64, so that "
            f"they take no more than {free // 8:,} bytes"
        )


def test_it_is_said_once_that_memory_limits_how_far_items_are_pulled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "parallel_animate")
    said = threading.Event()

    class Tells(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.set()

    logger, handler = logging.getLogger("parallel_animate"), Tells()
    logger.addHandler(handler)
    prefetch = Prefetch((np.zeros(100) for _ in range(20)), 5, 1700)
    try:
        assert said.wait(LONG)
        for _ in range(20):
            prefetch.get()
    finally:
        prefetch.stop()
        logger.removeHandler(handler)
    assert [record.getMessage() for record in caplog.records] == [
        "params are large (800 bytes): 2 are pulled ahead instead of 5, so that they take no more "
        "than 1,700 bytes"
    ]


def test_a_stopped_thread_that_waits_for_room_ends() -> None:
    prefetch = Prefetch(itertools.count(), 1, 0)
    assert prefetch.get() == 0
    prefetch.stop()
    assert not prefetch._thread.is_alive()
