"""Memory stays as it is, however long the video and whatever the order of the params."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from parallel_animate import IndexedFrameParams
from parallel_animate.system.machine import tree_memory
from tests.conftest import soak
from tests.stamp import StampAnimator, decoded

MB = 1_000_000


def in_order(i: int, n: int) -> Any:
    return i


def reversed_order(i: int, n: int) -> Any:
    return IndexedFrameParams(n - 1 - i, i)


@pytest.mark.parametrize(
    ("order", "n"),
    [
        (in_order, 1000),
        (reversed_order, 500),
        *soak((in_order, 5000), (reversed_order, 2000)),
    ],
)
def test_memory_is_flat(out: Path, order: Callable[[int, int], Any], n: int) -> None:
    """The process tree ends within 20 MB of its peak in the first frames, with a whole segment."""
    process = psutil.Process()
    early, last = [], []

    def params() -> Iterator[Any]:
        for i in range(n):
            if i % 50 == 0 or i == n - 1:
                (early if i <= max(300, n // 10) else last).append(tree_memory(process))
            yield order(i, n)

    StampAnimator().make_video(out, params(), 60, n_frames=n, num_workers=2, preload_factor=0)
    assert max(last) <= max(early) + 20 * MB
    assert sum(1 for _ in decoded(out)) == n
