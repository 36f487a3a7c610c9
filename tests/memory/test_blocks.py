"""Blocks of shared memory leave nothing behind, and take nothing away that is in use."""

from __future__ import annotations

import os

import numpy as np
import pytest

from parallel_animate.memory import blocks
from parallel_animate.memory.blocks import SharedBlock


def made(nbytes: int) -> SharedBlock:
    block = SharedBlock.create(nbytes)
    assert block is not None
    return block


def test_an_attached_block_is_the_same_memory() -> None:
    with made(100) as mine:
        descriptor = -1 if mine.descriptor is None else os.dup(mine.descriptor)
        with SharedBlock.attach(mine.name, descriptor, 100) as other:
            mine.memory[:] = np.arange(100)
            assert np.array_equal(other.memory, np.arange(100))


def test_where_there_is_no_room_there_is_no_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "shm_free", lambda: 99)
    assert SharedBlock.create(100) is None


def test_a_view_that_outlives_the_block_stays_readable() -> None:
    of_others = list(blocks._lingering)  # an error that somebody still holds may hold views
    with made(200) as block:
        view = block.memory[100:]
        view[:] = 9
    assert set(view.tolist()) == {9}
    del view
    blocks.close_lingering()
    assert all(mapping in of_others for mapping in blocks._lingering)
