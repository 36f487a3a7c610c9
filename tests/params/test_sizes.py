"""How much memory an item takes is estimated from what it holds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from parallel_animate import IndexedFrameParams
from parallel_animate.params import source as frames
from parallel_animate.params.source import estimated_size

pytestmark = pytest.mark.timeout(60)

KB = 1000
BLOCK = np.zeros(100 * KB, np.uint8)


@dataclass
class Record:
    image: Any
    number: int = 1


@dataclass(slots=True)
class Slotted:
    image: Any


class Plain:
    def __init__(self, image: Any) -> None:
        self.image = image


def new() -> npt.NDArray[np.uint8]:
    return BLOCK.copy()


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (BLOCK, 100 * KB),
        (memoryview(BLOCK), 100 * KB),
        (b"x" * 100 * KB, 100 * KB),
        (bytearray(100 * KB), 100 * KB),
        ("x" * 100 * KB, 100 * KB),
        ("\u20ac" * 50 * KB, 100 * KB),
        ([new(), new()], 200 * KB),
        ((new(), [new(), {"a": new()}]), 300 * KB),
        ({"a": new(), **{str(i): i for i in range(200)}}, 100 * KB),
        (deque([b"x" * 100 * KB]), 100 * KB),
        ({b"x" * 100 * KB}, 100 * KB),
        (IndexedFrameParams(3, {"image": new()}), 100 * KB),
        (Record(new()), 100 * KB),
        (Slotted([Record(new())]), 100 * KB),
        (Plain(new()), 100 * KB),
        (SimpleNamespace(a=new(), b=Plain(new())), 200 * KB),
        ([[new() for _ in range(3)] for _ in range(4)], 1200 * KB),
        ([BLOCK] * 50, 100 * KB),  # one array, however often
        ([b"x" * KB + bytes([i % 256, i // 256]) for i in range(5000)], 5000 * KB),
        ([[float(i + j) for j in range(100)] for i in range(5000)], 5000 * 3.2 * KB),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, int | float) else "",
)
def test_sizes_are_estimated_from_what_an_item_holds(item: Any, size: float) -> None:
    assert 0.99 * size <= estimated_size(item) <= 1.25 * size


@pytest.mark.parametrize("item", [0, 1.5, None, "", (), [], {}, set(), object(), int, Plain])
def test_a_small_item_has_a_small_size(item: Any) -> None:
    assert 0 < estimated_size(item) < 4 * KB


def test_a_size_that_cannot_be_told_is_no_error() -> None:
    class Odd:
        @property
        def nbytes(self) -> int:
            raise RuntimeError

    class Unknown:
        nbytes = "many"

        def __sizeof__(self) -> int:
            raise RuntimeError

    loop: list[Any] = [new()]
    loop.append(loop)
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert estimated_size([Odd(), Unknown()]) < KB
    assert 100 * KB <= estimated_size(loop) < 101 * KB
    assert estimated_size(deep) < KB


def test_only_so_many_parts_of_an_item_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    look = frames._size_and_parts

    def counted(item: Any) -> Any:
        nonlocal looked
        looked += 1
        return look(item)

    monkeypatch.setattr(frames, "_size_and_parts", counted)
    estimated_size([[[float(i)] * 1000 for i in range(1000)] for _ in range(3)])
    assert looked <= frames.SIZE_LEVELS * frames.SIZE_PARTS
