"""The ring: how many slots it has, where they lie, and when it takes their memory."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import reduction
from multiprocessing.connection import Connection

import pytest

from parallel_animate import SharedMemoryError
from parallel_animate.memory import blocks, ring, ring_slots
from parallel_animate.memory.ring import SlotRing

PAGE = 4096

reserves_pages = pytest.mark.skipif(
    not blocks.SHM_FOLDER.is_dir() or not hasattr(os, "posix_fallocate"),
    reason="pages of shared memory come by themselves here",
)


def free_memory(monkeypatch: pytest.MonkeyPatch, nbytes: int) -> None:
    """Have shared memory say that so many bytes are free."""
    monkeypatch.setattr(blocks, "shm_free", lambda: nbytes)
    monkeypatch.setattr(ring, "shm_free", lambda: nbytes)


def taken(slots: SlotRing) -> int:
    """Return the bytes of memory that a ring takes."""
    assert slots.descriptor is not None
    return os.fstat(slots.descriptor).st_blocks * 512


def test_slots_do_not_overlap_and_begin_on_pages() -> None:
    with SlotRing.create(3, 5, 5000) as slots:
        assert (slots.grow(), slots.grow(), slots.grow()) == (3, 4, None)
        addresses = [slots.slot(i).ctypes.data for i in range(5)]
        assert all(address % PAGE == 0 for address in addresses)
        for i in range(5):
            slots.slot(i)[:] = i
        assert [set(slots.slot(i).tolist()) for i in range(5)] == [{i} for i in range(5)]
        assert [slots.slot(i).nbytes for i in range(5)] == [5000] * 5


def test_an_attached_ring_is_the_same_memory() -> None:
    with SlotRing.create(3, 3, 100) as mine:
        descriptor = -1 if mine.descriptor is None else os.dup(mine.descriptor)
        with SlotRing.attach(mine.name, descriptor, 3, 100) as other:
            mine.slot(2)[:] = 7
            assert set(other.slot(2).tolist()) == {7}


def fill_slots(connection: Connection, name: str | None, most: int) -> None:
    """Fill each slot of which the number comes, as a worker would; a number tells with what."""
    descriptor = -1 if name is not None else reduction.recv_handle(connection)
    with SlotRing.attach(name, descriptor, most, 5000) as slots:
        while (index := connection.recv()) is not None:
            slots.slot(index)[:] = 100 + index
            connection.send(index)


@contextmanager
def worker(method: str, slots: SlotRing) -> Iterator[Connection]:
    """Start a process with :func:`fill_slots`; yield the pipe to it."""
    context = multiprocessing.get_context(method)
    here, there = context.Pipe()
    process = context.Process(target=fill_slots, args=(there, slots.name, slots.most))
    process.start()
    try:
        there.close()
        if slots.descriptor is not None:
            reduction.send_handle(here, slots.descriptor, process.pid)
        yield here
        here.send(None)
        process.join(20)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
        here.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_worker_can_use_slots_that_are_added_after_it_has_attached_the_ring(method: str) -> None:
    with SlotRing.create(2, 40, 5000) as slots, worker(method, slots) as connection:
        connection.send(0)
        connection.recv()
        while slots.grow() is not None:
            connection.send(slots.slots - 1)
            connection.recv()
        assert slots.slots == 40
        assert set(slots.slot(0).tolist()) == {100}
        for index in range(2, 40):
            assert set(slots.slot(index).tolist()) == {100 + index}


@reserves_pages
def test_a_slot_takes_no_memory_before_it_is_needed() -> None:
    nbytes = 10 * PAGE
    with SlotRing.create(3, 1000, nbytes) as slots:
        assert taken(slots) == 3 * nbytes
        for count in range(4, 8):
            assert slots.grow() == count - 1
            assert taken(slots) == count * nbytes
        for slot in slots.all():
            slot[:] = 1
        assert taken(slots) == 7 * nbytes


def test_even_frames_get_the_slots_that_they_have_always_had() -> None:
    assert ring_slots(4, 1000, available=10**9) == (10, 514)
    # A quarter of what is free has room for 20 slots, for 5, for none.
    assert ring_slots(4, 1000, available=80_000) == (10, 20)
    assert ring_slots(4, 1000, available=20_000) == (5, 5)
    assert ring_slots(4, 1000, available=100) == (2, 2)


def test_short_memory_gives_a_smaller_ring_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free_memory(monkeypatch, 5 * PAGE)
    with SlotRing.create(8, 20, PAGE, minimum=3) as slots:
        assert (slots.slots, slots.most, slots.grow()) == (5, 5, None)
    assert "the ring has 5 slots instead of 8" in caplog.text


def test_too_little_memory_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    free_memory(monkeypatch, 2 * PAGE)
    with pytest.raises(SharedMemoryError, match=r"no room for 3 frame slots of 4,096 bytes"):
        SlotRing.create(8, 20, PAGE, minimum=3)


def test_a_ring_maps_no_more_than_it_may_grow_to_without_taking_the_last_quarter(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free_memory(monkeypatch, 40 * PAGE)
    with caplog.at_level(logging.INFO), SlotRing.create(8, 1000, PAGE) as slots:
        assert (slots.slots, slots.most) == (8, 30)
    assert caplog.text == ""


def test_a_ring_that_was_refused_a_slot_does_not_ask_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody else has taken the room meanwhile."""
    free_memory(monkeypatch, 40 * PAGE)
    with caplog.at_level(logging.INFO), SlotRing.create(8, 1000, PAGE) as slots:
        free_memory(monkeypatch, 11 * PAGE)
        assert slots.grow() == 8
        free_memory(monkeypatch, 11 * PAGE - 1)
        assert slots.grow() is None
        free_memory(monkeypatch, 40 * PAGE)
        assert slots.grow() is None
        assert (slots.slots, slots.most) == (9, 9)
    assert caplog.text.count("shared memory is short: the ring stays at 9 slots") == 1


@reserves_pages
def test_where_so_many_addresses_cannot_be_had_the_ring_does_not_grow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As under a limit on the memory of a process (``ulimit -v``)."""
    mapped = blocks._mapped
    monkeypatch.setattr(blocks, "_mapped", lambda size: mapped(size) if size <= 10 * PAGE else None)
    with SlotRing.create(8, 1000, PAGE) as slots:
        assert (slots.slots, slots.most, slots.grow()) == (8, 8, None)


@pytest.mark.skipif(not blocks.SHM_FOLDER.is_dir(), reason="shared memory has no files here")
def test_nothing_can_be_left_behind_for_the_memory_has_no_name() -> None:
    before = set(blocks.SHM_FOLDER.iterdir())
    with SlotRing.create(3, 3, 100) as mine:
        assert mine.name is None
        assert set(blocks.SHM_FOLDER.iterdir()) <= before
        mine.slot(0)[:] = 1  # still there for those who have it


def test_a_view_that_outlives_the_ring_stays_readable() -> None:
    of_others = list(blocks._lingering)  # an error that somebody still holds may hold views
    with SlotRing.create(2, 2, 100) as slots:
        view = slots.slot(1)
        view[:] = 9
    assert set(view.tolist()) == {9}
    del view
    blocks.close_lingering()
    assert all(mapping in of_others for mapping in blocks._lingering)
