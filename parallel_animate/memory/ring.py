"""The ring: one block of shared memory, cut into frame slots.

::

    slot 0        slot 1        slot 2        ...        one block
    |frame|pad....|frame|pad....|frame|pad....           each slot starts on a page

This is the memory alone: ``FrameOrder`` keeps which slot holds which frame.
"""

from __future__ import annotations

import logging
import mmap

import numpy as np
import numpy.typing as npt

from parallel_animate.errors import SharedMemoryError
from parallel_animate.memory.blocks import SharedBlock, shm_free
from parallel_animate.system import Owner

log = logging.getLogger("parallel_animate")

Slot = npt.NDArray[np.uint8]

# Two slots for each worker, so that it draws one frame while its last one waits, and two
# more: the one that the writer holds, and one for frames that take unequally long.
SLOTS_PER_WORKER = 2
EXTRA_SLOTS = 2
# One that a worker draws into while the writer holds the other.
LEAST_SLOTS = 2
# Of the memory that is free when the ring is made, the ring takes at most this share.
MEMORY_SHARE = 0.25


def ring_slots(workers: int, slot_bytes: int, available: int) -> int:
    """Return how many slots a ring should have.

    Parameters
    ----------
    workers : int
        Worker processes that fill the ring.
    slot_bytes : int
        Bytes of a slot.
    available : int
        Bytes of free memory; the ring takes at most a quarter of it, but no fewer than two slots.

    Examples
    --------
    >>> ring_slots(2, 1_000_000, available=10**9)
    6
    >>> ring_slots(2, 1_000_000, available=10**7)
    2
    """
    wanted = SLOTS_PER_WORKER * workers + EXTRA_SLOTS
    affordable = int(available * MEMORY_SHARE) // slot_bytes
    return max(LEAST_SLOTS, min(wanted, affordable))


class SlotRing(Owner):
    """A block of shared memory that is cut into equal slots, each of which begins on a page.

    Make one with :meth:`create` in the main process, and open it with :meth:`attach` in a worker.

    Parameters
    ----------
    block : SharedBlock
        The memory.
    slots : int
        Number of slots.
    slot_bytes : int
        Bytes of a slot that are used.
    """

    def __init__(self, block: SharedBlock, slots: int, slot_bytes: int) -> None:
        self.slots = slots
        self._block = block
        starts = range(0, slots * slot_stride(slot_bytes), slot_stride(slot_bytes))
        self._slots = [block.memory[start : start + slot_bytes] for start in starts]

    @classmethod
    def create(cls, slots: int, slot_bytes: int, minimum: int = LEAST_SLOTS) -> SlotRing:
        """Make a ring of `slots` slots, or of as few as `minimum` where shared memory is short.

        Raises
        ------
        SharedMemoryError
            If there is no room for `minimum` slots.
        """
        stride = slot_stride(slot_bytes)
        wanted = slots
        while (block := SharedBlock.create(slots * stride)) is None:
            if slots <= minimum:
                raise SharedMemoryError(
                    f"shared memory has no room for {minimum} frame slots of {slot_bytes:,} bytes "
                    f"({shm_free():,} bytes are free): use fewer workers (num_workers), a "
                    "smaller figure or dpi, or give the container more shared memory "
                    "(docker run --shm-size=1g)"
                )
            slots = max(minimum, slots - 1)
        if slots < wanted:
            log.warning(
                "shared memory is short: the ring has %d slots instead of %d", slots, wanted
            )
        return cls(block, slots, slot_bytes)

    @classmethod
    def attach(cls, name: str | None, descriptor: int, slots: int, slot_bytes: int) -> SlotRing:
        """Open a ring that another process made, as :meth:`SharedBlock.attach` opens its block."""
        block = SharedBlock.attach(name, descriptor, slots * slot_stride(slot_bytes))
        return cls(block, slots, slot_bytes)

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
        """Return the memory of all slots."""
        return list(self._slots)

    def close(self) -> None:
        """Give the memory back. Views that somebody still holds stay valid."""
        self._slots.clear()
        self._block.close()


def slot_stride(slot_bytes: int) -> int:
    """Return the bytes from the beginning of one slot to that of the next: whole pages.

    Examples
    --------
    >>> slot_stride(1) == mmap.PAGESIZE == slot_stride(mmap.PAGESIZE)
    True
    """
    return -(-slot_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
