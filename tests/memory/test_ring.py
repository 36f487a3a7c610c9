"""The ring: how many slots it has, and where they lie."""

from __future__ import annotations

import os

import pytest

from parallel_animate import SharedMemoryError
from parallel_animate.memory import blocks
from parallel_animate.memory.ring import SlotRing


def test_slots_do_not_overlap_and_begin_on_pages() -> None:
    with SlotRing.create(5, 5000) as slots:
        addresses = [slots.slot(i).ctypes.data for i in range(5)]
        assert all(address % 4096 == 0 for address in addresses)
        for i in range(5):
            slots.slot(i)[:] = i
        assert [set(slots.slot(i).tolist()) for i in range(5)] == [{i} for i in range(5)]
        assert [slots.slot(i).nbytes for i in range(5)] == [5000] * 5


def test_an_attached_ring_is_the_same_memory() -> None:
    with SlotRing.create(3, 100) as mine:
        descriptor = -1 if mine.descriptor is None else os.dup(mine.descriptor)
        with SlotRing.attach(mine.name, descriptor, 3, 100) as other:
            mine.slot(2)[:] = 7
            assert set(other.slot(2).tolist()) == {7}


def test_short_memory_gives_a_smaller_ring_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(blocks, "shm_free", lambda: 5 * 4096)
    with SlotRing.create(8, 4096, minimum=3) as slots:
        assert slots.slots == 5
    assert "the ring has 5 slots instead of 8" in caplog.text


def test_too_little_memory_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "shm_free", lambda: 2 * 4096)
    with pytest.raises(SharedMemoryError, match=r"no room for 3 frame slots of 4,096 bytes"):
        SlotRing.create(8, 4096, minimum=3)


@pytest.mark.skipif(not blocks.SHM_FOLDER.is_dir(), reason="shared memory has no files here")
def test_nothing_can_be_left_behind_for_the_memory_has_no_name() -> None:
    before = set(blocks.SHM_FOLDER.iterdir())
    with SlotRing.create(3, 100) as mine:
        assert mine.name is None
        assert set(blocks.SHM_FOLDER.iterdir()) <= before
        mine.slot(0)[:] = 1  # still there for those who have it


def test_a_view_that_outlives_the_ring_stays_readable() -> None:
    of_others = list(blocks._lingering)  # an error that somebody still holds may hold views
    with SlotRing.create(2, 100) as slots:
        view = slots.slot(1)
        view[:] = 9
    assert set(view.tolist()) == {9}
    del view
    blocks.close_lingering()
    assert all(mapping in of_others for mapping in blocks._lingering)
