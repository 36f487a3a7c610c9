"""A slot is used again when nobody refers to its memory any more, and not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from parallel_animate.memory import Loans, Slot

Array = npt.NDArray[np.uint8]


def lent(loans: Loans) -> Array:
    """Return a frame in slot 5, which lies in the middle of a block."""
    block: Slot = np.arange(96, dtype=np.uint8)
    return loans.lend(5, block[24:72]).reshape(3, 4, 4)


@pytest.mark.parametrize(
    "use",
    [
        lambda array: array,
        lambda array: array[1:, ::2],
        lambda array: array[..., :3].transpose(1, 0, 2),
        lambda array: array.view(np.uint32)[0],
        lambda array: array.ravel()[7:9],
        lambda array: np.asarray(array[0]),
        lambda array: np.ma.masked_array(array),
        lambda array: memoryview(array),
        lambda array: np.frombuffer(array.data, np.uint8)[3:],
        lambda array: np.lib.stride_tricks.sliding_window_view(array[..., 0], 2, axis=0),
        lambda array: np.broadcast_to(array, (2, *array.shape)),
        lambda array: [iter(array)],
    ],
)
def test_whoever_uses_an_array_in_whatever_way_keeps_its_slot(use: Callable[[Array], Any]) -> None:
    loans = Loans()
    array = lent(loans)
    used = use(array)
    del array
    assert loans.returned() == []
    assert len(loans) == 1
    del used
    assert loans.returned() == [5]
    assert len(loans) == 0
    assert loans.returned() == []


@pytest.mark.parametrize("use", [np.array, np.copy, np.ndarray.tobytes, np.ndarray.tolist, np.sum])
def test_a_copy_does_not(use: Callable[[Array], Any]) -> None:
    loans = Loans()
    used = use(lent(loans))
    assert loans.returned() == [5]
    assert used is not None


def test_slots_come_back_one_by_one() -> None:
    loans = Loans()
    arrays = {number: loans.lend(number, np.zeros(8, np.uint8)) for number in range(4)}
    del arrays[2]
    assert loans.returned() == [2]
    del arrays[0], arrays[3]
    assert loans.returned() == [0, 3]
    assert len(loans) == 1


def test_nobody_can_write_into_what_is_lent() -> None:
    array = lent(Loans())
    with pytest.raises(ValueError, match="WRITEABLE"):
        array.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
