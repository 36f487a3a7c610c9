"""The order of frames, under any interleaving; and the memory that follows it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parallel_animate.memory import FrameMemory, FrameOrder, Slot

SLOT_BYTES = 64
FRAMES = 24
MOST_SLOTS = 8


def content(frame: int, drawing: int) -> Slot:
    """Return what a drawing of a frame leaves in its slot: each looks different."""
    return np.random.default_rng((frame, drawing)).integers(0, 256, SLOT_BYTES, np.uint8)


def new_slot(order: FrameOrder, memory: FrameMemory) -> None:
    order.add(memory.add(np.zeros(SLOT_BYTES, np.uint8)))


def move_last(order: FrameOrder, memory: FrameMemory) -> int:
    """Move the finished frame that is due last to the file, as an engine does; return it."""
    last = order.last()
    assert last is not None
    memory.spill(*last)
    order.moved(last[0])
    return last[0]


class AnyInterleaving(RuleBasedStateMachine):
    """Workers take slots, finish, fail and die in any order; the writer takes frames in order.

    Or a loop takes them, and goes on using some.

    Params arrive in any order, frames are drawn again, and slots are added: each step is what an
    engine may do at that moment. Beside the order stands what it should say, kept naively.
    """

    @initialize(
        slots=st.integers(1, 6), coming=st.just(range(FRAMES)) | st.permutations(range(FRAMES))
    )
    def begin(self, slots: int, coming: Sequence[int]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.order = FrameOrder()
        self.memory = FrameMemory(SLOT_BYTES, Path(self.folder.name))
        for _ in range(slots):
            new_slot(self.order, self.memory)
        self.coming = list(coming)
        self.held: dict[int, int] = {}  # frame: slot
        self.finished: set[int] = set()  # those that are in slots
        self.filed: set[int] = set()
        self.drawings = dict.fromkeys(range(FRAMES), 0)
        self.due = 0
        self.view: Slot | None = None  # of frame `due`, if that is lent
        self.in_slot = False  # whether what is lent lies in one
        self.kept: dict[int, tuple[int, Slot]] = {}  # frame: slot, view

    @property
    def there(self) -> set[int]:
        """Frames that are finished and not lent."""
        return self.finished | self.filed

    @precondition(lambda self: self.order.slots < MOST_SLOTS)
    @rule()
    def a_slot_is_added(self) -> None:
        free = self.order.free
        new_slot(self.order, self.memory)
        assert self.order.free == free + 1

    @precondition(lambda self: self.coming)
    @rule()
    def a_worker_begins_a_frame(self) -> None:
        free = self.order.free
        slot = self.order.hold()
        assert (slot is None) == (free == 0)
        if slot is not None:
            assert slot not in self.held.values()
            frame = self.coming.pop(0)
            self.held[frame] = slot
            self.drawings[frame] += 1
            self.memory.view(frame, slot)[:] = content(frame, self.drawings[frame])

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def a_worker_finishes(self, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(sorted(self.held)))
        self.order.finish(frame, self.held.pop(frame))
        self.finished.add(frame)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def a_worker_dies(self, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(sorted(self.held)))
        self.order.give_back(self.held.pop(frame))
        self.coming.insert(0, frame)

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def a_frame_is_to_be_drawn_again(self, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(sorted(self.there)))
        in_file = self.order.drop(frame)
        assert in_file == (frame in self.filed)
        if in_file:
            self.memory.drop(frame)
        self.finished.discard(frame)
        self.filed.discard(frame)
        self.coming.insert(data.draw(st.integers(0, len(self.coming))), frame)

    @precondition(lambda self: self.finished)
    @rule()
    def the_last_frame_moves_to_the_file(self) -> None:
        frame = move_last(self.order, self.memory)
        assert frame == max(self.finished)
        self.finished.remove(frame)
        self.filed.add(frame)

    @precondition(lambda self: self.view is None and self.order.has(self.due))
    @rule()
    def the_writer_takes_a_frame(self) -> None:
        slot = self.order.lend(self.due)
        assert (slot is None) == (self.due in self.filed)
        self.in_slot = slot is not None
        self.view = self.memory.view(self.due, slot)
        self.finished.discard(self.due)
        self.filed.discard(self.due)

    @precondition(lambda self: self.view is not None)
    @rule()
    def the_writer_gives_it_back(self) -> None:
        self.order.release()
        self.view = None
        self.due += 1

    @precondition(lambda self: self.view is not None and len(self.kept) < self.order.slots - 1)
    @rule()
    def a_loop_keeps_it(self) -> None:
        assert self.view is not None
        slot = self.order.keep()
        assert (slot is not None) == self.in_slot
        if slot is not None:
            self.kept[self.due] = slot, self.view
        self.view = None
        self.due += 1

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def a_loop_lets_go(self, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(sorted(self.kept)))
        self.order.let_go(self.kept.pop(frame)[0])

    @rule(ahead=st.integers(-1, 6), most=st.integers(0, 12))
    def the_stock_is_asked_for(self, ahead: int, most: int) -> None:
        self.check_stock(self.due + ahead, most)

    def check_stock(self, first: int, most: int) -> None:
        there = [frame in self.there for frame in range(first, first + most)]
        assert self.order.stock(first, most) == [*there, False].index(False)

    @invariant()
    def what_is_lent_stays_as_it_was_drawn(self) -> None:
        if getattr(self, "view", None) is not None:
            assert np.array_equal(self.view, content(self.due, self.drawings[self.due]))
        for frame, (_, view) in getattr(self, "kept", {}).items():
            assert np.array_equal(view, content(frame, self.drawings[frame]))

    @invariant()
    def what_can_be_lent_is_in_stock(self) -> None:
        if hasattr(self, "order"):
            self.check_stock(self.due + (self.view is not None), FRAMES)

    @invariant()
    def no_slot_and_no_frame_is_lost(self) -> None:
        if not hasattr(self, "order"):
            return
        lent = self.view is not None
        in_use = len(self.held) + len(self.finished) + len(self.kept) + (lent and self.in_slot)
        assert self.order.occupied == in_use
        assert self.order.free == self.order.slots - in_use
        assert self.order.ahead == len(self.there)
        assert {frame for frame in range(FRAMES) if self.order.has(frame)} == self.there
        waiting = len(self.coming) + len(self.held) + len(self.there) + lent
        assert waiting == FRAMES - self.due

    def teardown(self) -> None:
        """Whatever happened, the render can go on to its end."""
        if not hasattr(self, "order"):
            return
        while self.due < FRAMES:
            if self.view is not None:
                self.the_writer_gives_it_back()
            elif self.order.has(self.due):
                self.the_writer_takes_a_frame()
                self.what_is_lent_stays_as_it_was_drawn()
            elif self.held:
                frame = min(self.held)
                self.order.finish(frame, self.held.pop(frame))
                self.finished.add(frame)
            else:
                if not self.order.free and self.finished:
                    self.the_last_frame_moves_to_the_file()
                self.a_worker_begins_a_frame()
                assert self.held, "no slot, and nobody to wait for"
        self.memory.close()
        self.folder.cleanup()


TestAnyInterleaving = AnyInterleaving.TestCase


@given(coming=st.permutations(range(30)), slots=st.integers(1, 5))
def test_any_permutation_comes_out_in_frame_order(coming: list[int], slots: int) -> None:
    order = FrameOrder()
    with (
        tempfile.TemporaryDirectory() as folder,
        FrameMemory(SLOT_BYTES, Path(folder)) as memory,
    ):
        for _ in range(slots):
            new_slot(order, memory)
        due = 0
        for frame in coming:
            if not order.free:
                move_last(order, memory)
            slot = order.hold()
            assert slot is not None
            memory.view(frame, slot)[:] = content(frame, 1)
            order.finish(frame, slot)
            while order.has(due):
                assert np.array_equal(memory.view(due, order.lend(due)), content(due, 1))
                order.release()
                due += 1
        assert due == len(coming)
        assert order.free == slots


@settings(max_examples=500)
@given(steps=st.lists(st.tuples(*(st.integers(0, n) for n in (5, 6, 7))), min_size=20, max_size=40))
def test_the_stock_ends_where_a_frame_is_missing(steps: list[tuple[int, int, int]]) -> None:
    """A frame comes, or goes to be drawn again; then it is asked for, from any frame on."""
    order = FrameOrder()
    for slot in range(6):
        order.add(slot)
    there: set[int] = set()
    for frame, due, most in steps:
        if frame in there:
            order.drop(frame)
        else:
            slot = order.hold()
            assert slot is not None
            order.finish(frame, slot)
        there ^= {frame}
        expected = [frame in there for frame in range(due, due + most)]
        assert order.stock(due, most) == [*expected, False].index(False)


def test_asking_for_the_stock_costs_the_same_whatever_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is asked at each event: it looks at the frames that came since, not at all of them."""
    looked_at: list[int] = []
    has = FrameOrder.has

    def counted(self: FrameOrder, frame: int) -> bool:
        looked_at.append(frame)
        return has(self, frame)

    order = FrameOrder()
    for slot in range(500):
        order.add(slot)
    for frame in range(500):
        slot = order.hold()
        assert slot is not None
        order.finish(frame, slot)
    monkeypatch.setattr(FrameOrder, "has", counted)
    for due in range(400):
        assert order.stock(due, most=500) == 500 - due
        order.lend(due)
        order.release()
    assert len(looked_at) <= 1000


def test_what_cannot_be_is_not_noted() -> None:
    order = FrameOrder()
    order.add(0)
    order.add(1)
    with pytest.raises(KeyError):
        order.finish(0, 1)  # nobody holds it
    with pytest.raises(KeyError):
        order.give_back(0)
    slot = order.hold()
    assert slot is not None
    order.finish(0, slot)
    with pytest.raises(KeyError):
        order.give_back(slot)  # it was finished
    again = order.hold()
    assert again is not None
    with pytest.raises(AssertionError, match="frame 0 is finished twice"):
        order.finish(0, again)
    order.lend(0)
    with pytest.raises(KeyError):
        order.drop(0)  # the writer has it
    assert (order.slots, order.free, order.occupied) == (2, 0, 2)
