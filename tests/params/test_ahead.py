"""Items are pulled ahead as far as there is room: for so many, and in so much memory."""

from __future__ import annotations

import logging
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.params import ahead
from parallel_animate.params.ahead import PullAhead, memory_budget


def pulled_until_full(limits: PullAhead, sizes: list[int], waiting: deque[int], pulled: int) -> int:
    """Pull items of these sizes while they are wanted; return how many were pulled by then."""
    while pulled < len(sizes) and limits.wanting(len(waiting), sum(waiting)):
        limits.pulled(sizes[pulled])
        waiting.append(sizes[pulled])
        pulled += 1
    return pulled


@given(
    sizes=st.lists(st.integers(0, 100), min_size=1, max_size=30),
    depth=st.integers(1, 6),
    budget=st.integers(0, 300),
)
def test_the_queue_is_filled_up_to_its_depth_and_its_budget(
    sizes: list[int], depth: int, budget: int
) -> None:
    limits = PullAhead(depth, budget)
    waiting: deque[int] = deque()
    pulled = 0
    for taken in range(len(sizes)):
        pulled = pulled_until_full(limits, sizes, waiting, pulled)
        # The last to come may be larger than all before it, which nobody could know.
        assert 1 <= len(waiting) <= depth
        assert len(waiting) == 1 or sum(list(waiting)[:-1]) <= budget
        if pulled < len(sizes):
            full = len(waiting) == depth
            assert full or sum(waiting) + max(sizes[:pulled]) > budget
        assert waiting.popleft() == sizes[taken]


@pytest.mark.parametrize("nbytes", [0, 10**9])
def test_nothing_is_pulled_ahead_where_nothing_shall_wait(nbytes: int) -> None:
    assert not PullAhead(0, nbytes).wanting(0, 0)


@pytest.mark.parametrize(("free", "expected"), [(80_000, 10), (8_000, 1), (0, 1), (10**9, 64)])
def test_large_items_are_pulled_ahead_as_far_as_an_eighth_of_the_memory_goes(
    free: int, expected: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ahead, "available_memory", lambda: free)
    caplog.set_level(logging.INFO, "parallel_animate")
    limits = PullAhead(64, memory_budget())
    waiting: deque[int] = deque()
    pulled = 0
    for _ in range(100):
        pulled = pulled_until_full(limits, [1000] * 200, waiting, pulled)
        assert len(waiting) == expected
        waiting.popleft()
    # Only once, and only where it is the memory that limits.
    assert [record.getMessage() for record in caplog.records] == [
        f"params are large (1,000 bytes): {expected} are pulled ahead instead of 64, so that "
        f"they take no more than {free // 8:,} bytes"
    ] * (expected < 64)
