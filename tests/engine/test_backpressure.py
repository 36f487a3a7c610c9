"""How many workers draw: all while the writer waits, fewer the more it has in stock."""

from __future__ import annotations

import pytest

from parallel_animate.engine.backpressure import (
    CATCHING_UP,
    TASKS_PER_WORKER,
    WRITERS_SLOTS,
    Backpressure,
)

EVEN = 18
MANY = 1000


def backpressure() -> Backpressure:
    made = Backpressure()
    made.even = EVEN
    return made


def surplus(of: Backpressure) -> float:
    """Return how many frames in stock do not count, from how many workers are wanted."""
    stock = 1
    while of.wanted(stock, MANY) > 1:
        stock += 1
    # The last worker but one goes when so many are in stock.
    return stock - (EVEN - WRITERS_SLOTS - TASKS_PER_WORKER)


@pytest.mark.parametrize("workers", [1, 2, 8, 64])
def test_while_the_writer_waits_all_workers_draw(workers: int) -> None:
    assert backpressure().wanted(0, workers) == workers
    assert Backpressure().wanted(0, workers) == workers


def test_the_more_is_in_stock_the_fewer_draw_but_one_goes_on() -> None:
    wanted = [backpressure().wanted(stock, 8) for stock in range(1, 20)]
    assert wanted == [8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1]
    assert [backpressure().wanted(stock, 3) for stock in (1, 11, 12)] == [3, 3, 2]


def test_what_has_waited_for_a_slow_frame_does_not_count() -> None:
    """The slow one itself does."""
    slow = backpressure()
    slow.came(31)
    assert [slow.wanted(30 + stock, MANY) for stock in range(1, 20)] == [
        backpressure().wanted(stock, MANY) for stock in range(1, 20)
    ]
    slow.came(1)
    assert surplus(slow) == 0


def test_what_does_not_count_goes_down_as_frames_are_written() -> None:
    """Slowly while there is much of it, so that those who draw go on; then with each frame."""
    slow = backpressure()
    slow.came(EVEN + 5)
    left = EVEN + 4.0
    for _ in range(100):
        assert surplus(slow) == -(-left // 1)
        slow.released()
        left = max(0.0, left - (CATCHING_UP if left > EVEN else 1))
    assert left == 0
