"""The ring and the order of frames, under any interleaving."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parallel_animate import SharedMemoryError
from parallel_animate.memory import ring
from parallel_animate.memory.ring import FrameOrder, SlotRing

SLOT_BYTES = 64


def fill(slot: np.ndarray, frame: int) -> None:
    slot[:] = np.random.default_rng(frame).integers(0, 256, SLOT_BYTES, np.uint8)


def check(slot: np.ndarray, frame: int) -> None:
    expected = np.random.default_rng(frame).integers(0, 256, SLOT_BYTES, np.uint8)
    assert np.array_equal(slot, expected)


class AnyInterleaving(RuleBasedStateMachine):
    """Workers take slots and finish in any order; the writer takes frames in frame order.

    Params arrive in any order as well: each step is what the engine may do at that moment.
    """

    @initialize(slots=st.integers(1, 6), order=st.permutations(range(24)))
    def begin(self, slots: int, order: list[int]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.memory = [np.zeros(SLOT_BYTES, np.uint8) for _ in range(slots)]
        self.order = FrameOrder(list(self.memory), Path(self.folder.name))
        self.coming = list(order)
        self.total = len(order)
        self.held: dict[int, int] = {}  # frame: slot
        self.due = 0
        self.lent = False

    @precondition(lambda self: self.coming)
    @rule()
    def a_worker_gets_a_frame(self) -> None:
        slot = self.order.acquire(self.held, self.due)
        if slot is not None:
            assert slot not in self.held.values()
            self.held[self.coming.pop(0)] = slot

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def a_worker_finishes(self, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(sorted(self.held)))
        slot = self.held.pop(frame)
        fill(self.memory[slot], frame)
        self.order.finish(frame, slot)

    @precondition(lambda self: not self.lent and self.order.has(self.due))
    @rule()
    def the_writer_takes_a_frame(self) -> None:
        self.view = self.order.lend(self.due)
        self.lent = True

    @precondition(lambda self: self.lent)
    @rule()
    def the_writer_gives_it_back(self) -> None:
        self.order.release()
        self.lent = False
        self.due += 1

    @invariant()
    def what_is_lent_stays_as_it_was_drawn(self) -> None:
        if getattr(self, "lent", False):
            check(self.view, self.due)

    @invariant()
    def what_can_be_lent_is_in_stock(self) -> None:
        if hasattr(self, "order"):
            due, slots = self.due + self.lent, len(self.memory)
            there = [self.order.has(due + i) for i in range(slots)]
            assert self.order.stock(due) == [*there, False].index(False)

    def teardown(self) -> None:
        """Whatever happened, the render can go on to its end."""
        if not hasattr(self, "order"):
            return
        while self.due < self.total:
            if self.lent:
                self.the_writer_gives_it_back()
            elif self.order.has(self.due):
                self.the_writer_takes_a_frame()
                check(self.view, self.due)
            elif self.held:
                frame = min(self.held)
                slot = self.held.pop(frame)
                fill(self.memory[slot], frame)
                self.order.finish(frame, slot)
            else:
                before = len(self.coming)
                self.a_worker_gets_a_frame()
                assert len(self.coming) == before - 1, "no slot, and nobody to wait for"
        self.order.close()
        self.folder.cleanup()


TestAnyInterleaving = AnyInterleaving.TestCase


@given(order=st.permutations(range(30)), slots=st.integers(1, 5))
def test_any_permutation_comes_out_in_frame_order(order: list[int], slots: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        memory = [np.zeros(SLOT_BYTES, np.uint8) for _ in range(slots)]
        frames = FrameOrder(list(memory), Path(folder))
        due = 0
        for frame in order:
            slot = frames.acquire((), due)
            assert slot is not None
            fill(memory[slot], frame)
            frames.finish(frame, slot)
            while frames.has(due):
                check(frames.lend(due), due)
                frames.release()
                due += 1
            assert list(Path(folder).iterdir()) == []  # the temporary file has no name
        assert due == len(order)
        frames.close()


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


@pytest.mark.skipif(not ring.SHM_FOLDER.is_dir(), reason="shared memory has no files here")
def test_nothing_can_be_left_behind_for_the_memory_has_no_name() -> None:
    before = set(ring.SHM_FOLDER.iterdir())
    with SlotRing.create(3, 100) as mine:
        assert mine.name is None
        assert set(ring.SHM_FOLDER.iterdir()) <= before
        mine.slot(0)[:] = 1  # still there for those who have it


def test_a_view_that_outlives_the_ring_stays_readable() -> None:
    of_others = list(ring._lingering)  # an error that somebody still holds may hold views
    with SlotRing.create(2, 100) as slots:
        view = slots.slot(1)
        view[:] = 9
    assert set(view.tolist()) == {9}
    del view
    ring.close_lingering()
    assert all(block in of_others for block in ring._lingering)


def test_short_memory_gives_a_smaller_ring_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ring, "_shm_free", lambda: 5 * 4096)
    with SlotRing.create(8, 4096, minimum=3) as slots:
        assert slots.slots == 5
    assert "the ring has 5 slots instead of 8" in caplog.text


def test_too_little_memory_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "_shm_free", lambda: 2 * 4096)
    with pytest.raises(SharedMemoryError, match=r"no room for 3 frame slots of 4,096 bytes"):
        SlotRing.create(8, 4096, minimum=3)
