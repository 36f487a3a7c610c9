"""The ring: one block of shared memory, cut into frame slots.

::

    slot 0        slot 1        slot 2        ...           one block
    |frame|pad....|frame|pad....|.............|.......      each slot starts on a page
    ◀──────── reserved ────────▶◀───── addresses only ────▶

The ring begins with as many slots as even frames need (`least`). All processes map as many as
uneven frames may ever need (`most`), but the pages of a slot are reserved, one slot after the
other, when a frame waits for one (:meth:`SlotRing.grow`). So a render of even frames takes no more
memory than it uses; workers need not attach anything anew; and nobody is told of a slot whose
pages might not be there. The ring never shrinks.

This is the memory alone: ``FrameOrder`` keeps which slot holds which frame.
"""

from __future__ import annotations

import errno
import logging
import mmap

import numpy as np
import numpy.typing as npt

from parallel_animate.errors import SharedMemoryError
from parallel_animate.memory.blocks import SharedBlock, shm_free
from parallel_animate.system import Owner, file_limit, limit_hit

log = logging.getLogger("parallel_animate.animator")

Slot = npt.NDArray[np.uint8]

# Two slots for each worker, so that it draws one frame while its last one waits, and two
# more: the one that the writer holds, and one for frames that take unequally long.
SLOTS_PER_WORKER = 2
EXTRA_SLOTS = 2
# While one worker draws a frame of a hundred times the usual cost, each of the others finishes a
# hundred, which wait for it. Where memory has no room for so many, the others wait too.
MOST_PER_WORKER = 128
# A ring grows no further than to so many bytes, on a machine with much memory; but always, where
# there is room, to so many slots for each worker that frames of ten times the usual cost hold up
# nobody.
MOST_BYTES = 2 << 30
ENOUGH_PER_WORKER = 10
# One that a worker draws into while the writer holds the other.
LEAST_SLOTS = 2
# Of the memory that is free when the ring is made, the ring takes at most this share.
MEMORY_SHARE = 0.25
# Of the free room of the file system of shared memory, a ring that grows leaves this share to large
# params and to others: some containers have 64 MiB there.
SPARE_SHARE = 0.25


def ring_slots(workers: int, slot_bytes: int, available: int, taken: int = 1) -> tuple[int, int]:
    """Return how many slots a ring should begin with, and to how many it may grow.

    Parameters
    ----------
    workers : int
        Worker processes that fill the ring.
    slot_bytes : int
        Bytes of a slot.
    available : int
        Bytes of free memory; the ring takes at most a quarter of it, but no fewer than two slots.
    taken : int
        Slots that whoever takes the frames has at once.

    Examples
    --------
    >>> ring_slots(2, 1_000_000, available=10**9)
    (6, 250)
    >>> ring_slots(2, 1_000_000, available=4 * 10**7)
    (6, 10)
    >>> ring_slots(2, 1_000_000, available=10**7)
    (2, 2)

    Sixteen workers that draw 3840x2160, and much memory:

    >>> ring_slots(16, 12_441_600, available=256 << 30)
    (34, 172)
    """
    extra = EXTRA_SLOTS + taken - 1
    affordable = int(available * MEMORY_SHARE) // slot_bytes
    least = max(LEAST_SLOTS, min(SLOTS_PER_WORKER * workers + extra, affordable))
    enough = max(MOST_BYTES // slot_bytes, ENOUGH_PER_WORKER * workers + extra)
    return least, max(least, min(MOST_PER_WORKER * workers + extra, affordable, enough))


class SlotRing(Owner):
    """A block of shared memory that is cut into equal slots, each of which begins on a page.

    Make one with :meth:`create` in the main process, and open it with :meth:`attach` in a worker.

    Parameters
    ----------
    block : SharedBlock
        The memory, with room for `most` slots.
    slots, most : int
        Number of slots that may be used, and to how many it may grow.
    slot_bytes : int
        Bytes of a slot that are used.
    spare : int
        Bytes of shared memory that stay free when the ring grows.

    Attributes
    ----------
    slots : int
        Number of slots that may be used.
    most : int
        Number of slots that the ring may grow to, as far as is known now.
    """

    def __init__(
        self, block: SharedBlock, slots: int, most: int, slot_bytes: int, spare: int = 0
    ) -> None:
        self.slots = slots
        self.most = most
        self._block = block
        self._stride = slot_stride(slot_bytes)
        self._spare = spare
        starts = range(0, most * self._stride, self._stride)
        self._slots = [block.memory[start : start + slot_bytes] for start in starts]

    @classmethod
    def create(cls, least: int, most: int, slot_bytes: int, minimum: int = LEAST_SLOTS) -> SlotRing:
        """Make a ring of `least` slots that may grow to `most`.

        Where shared memory is short, it does not grow so far; or not at all, and begins with as
        few slots as `minimum`.

        Raises
        ------
        SharedMemoryError
            If there is no room for `minimum` slots.
        """
        stride = slot_stride(slot_bytes)
        free = shm_free()
        spare = int(free * SPARE_SHARE)
        slots = least
        most = max(slots, min(most, (free - spare) // stride))
        while (block := SharedBlock.create(most * stride, reserved=slots * stride)) is None:
            if slots < most:
                most = slots
                continue
            if slots <= minimum:
                raise _no_room(minimum, slot_bytes)
            most = slots = max(minimum, slots - 1)
        if slots < least:
            log.warning("shared memory is short: the ring has %d slots instead of %d", slots, least)
        return cls(block, slots, most, slot_bytes, spare)

    def grow(self) -> int | None:
        """Add a slot, and return its number; None where the ring may not, or cannot, be larger.

        Once there was no room, the ring stays as large as it is: `most` says so, and asking again
        costs nothing. Who has taken the room is likely to need it again.
        """
        if self.slots == self.most:
            return None
        room = shm_free() - self._stride >= self._spare
        if not room or not self._block.reserve((self.slots + 1) * self._stride):
            log.info("shared memory is short: the ring stays at %d slots", self.slots)
            self.most = self.slots
            return None
        self.slots += 1
        return self.slots - 1

    @classmethod
    def attach(cls, name: str | None, descriptor: int, slots: int, slot_bytes: int) -> SlotRing:
        """Open a ring that another process made, as :meth:`SharedBlock.attach` opens its block.

        Its maker may grow it to `slots`; a slot may be used when the maker says so.
        """
        block = SharedBlock.attach(name, descriptor, slots * slot_stride(slot_bytes))
        return cls(block, slots, slots, slot_bytes)

    @property
    def name(self) -> str | None:
        """The name by which another process attaches the ring."""
        return self._block.name

    @property
    def descriptor(self) -> int | None:
        """The file descriptor by which another process attaches it where it has no name."""
        return self._block.descriptor

    def slot(self, index: int) -> Slot:
        """Return a slot's memory, ``(slot_bytes,) uint8``, without copying."""
        return self._slots[index]

    def all(self) -> list[Slot]:
        """Return the memory of all slots that may be used."""
        return self._slots[: self.slots]

    def close(self) -> None:
        """Give the memory back. Views that somebody still holds stay valid."""
        self._slots.clear()
        self._block.close()


def _no_room(slots: int, slot_bytes: int) -> SharedMemoryError:
    """Return the error for shared memory in which so many slots have no room."""
    wanted = f"shared memory has no room for {slots} frame slots of {slot_bytes:,} bytes"
    limit = file_limit()
    if limit is not None and limit < slots * slot_stride(slot_bytes):
        return SharedMemoryError(f"{wanted}: {limit_hit(errno.EFBIG)}, or use a smaller figure")
    return SharedMemoryError(
        f"{wanted} ({shm_free():,} bytes are free): use fewer workers (num_workers), a smaller "
        "figure or dpi, or give the container more shared memory (docker run --shm-size=1g)"
    )


def slot_stride(slot_bytes: int) -> int:
    """Return the bytes from the beginning of one slot to that of the next: whole pages.

    Examples
    --------
    >>> slot_stride(1) == mmap.PAGESIZE == slot_stride(mmap.PAGESIZE)
    True
    """
    return -(-slot_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
