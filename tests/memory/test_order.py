"""The order of frames, under any interleaving."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parallel_animate.memory.order import FrameOrder

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
