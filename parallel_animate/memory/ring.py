"""The ring: one block of shared memory, cut into frame slots.

::

    slot 0        slot 1        slot 2        ...        one SharedMemory block
    |frame|pad....|frame|pad....|frame|pad....           each slot starts on a page

A slot goes round: *free*, then *held* by the worker that draws a frame into it, then
*finished* until the frame's turn has come, then *lent* to the writer as a view, then free
again. Only the main process moves slots from one state to the next; a worker writes into the
one slot it was told, and the message that says so orders its writes before the reads of the
main process. So there is no lock to be left locked by a worker that dies.

:class:`SlotRing` owns the memory; :class:`FrameOrder` keeps the states, and gives frames back
in frame order. When finished frames that are not due yet have taken all the slots, the one
that is due last moves to an unnamed temporary file, and comes back in its turn: params may
arrive in any order, and the memory stays as it is.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import Collection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from parallel_animate.errors import OutputError, SharedMemoryError
from parallel_animate.system import Owner

log = logging.getLogger("parallel_animate")

Slot = npt.NDArray[np.uint8]

# Two slots for each worker, so that it draws one frame while its last one waits, and two
# more: the one the writer holds, and one to absorb an uneven frame.
SLOTS_PER_WORKER = 2
EXTRA_SLOTS = 2
# One that a worker draws into while the writer holds the other.
LEAST_SLOTS = 2
# Of the memory that is free when the ring is made, the ring takes at most this share.
MEMORY_SHARE = 0.25
# What the system says where memory cannot be had, or not so much of it at once.
NO_ROOM = (errno.ENOSPC, errno.ENOMEM, errno.EFBIG)
# Linux mounts POSIX shared memory here (shm_open(3)).
SHM_FOLDER = Path("/dev/shm")


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


class Block(SharedMemory):
    """Shared memory that does not complain at the end if a view of it is still alive."""

    @property
    def path(self) -> Path:
        """The file that it is, where the system has such files, and while it has a name."""
        return SHM_FOLDER / self.name.lstrip("/")

    def __del__(self) -> None:
        with contextlib.suppress(BufferError, OSError):
            self.close()


class SlotRing(Owner):
    """A block of shared memory that is cut into equal, page-aligned slots.

    Make one with :meth:`create` in the main process, and with :meth:`attach` in a worker.
    Its pages are reserved when it is made: a shared-memory file system that is too small
    gives a smaller ring, or an error, and never a bus error in the middle of a render.

    Where the block is a file (Linux), its name is removed at once: nothing can be left behind,
    whatever dies. Workers, also those that come later, get its descriptor. Elsewhere they get the
    name.

    Parameters
    ----------
    memory : Block or mmap
        The block.
    slots : int
        Number of slots.
    slot_bytes : int
        Bytes of a slot that are used.

    Attributes
    ----------
    name : str or None
        The name by which another process attaches.
    descriptor : int or None
        The file descriptor by which it does where there is no name.
    """

    def __init__(self, memory: Block | mmap.mmap, slots: int, slot_bytes: int) -> None:
        self.slots = slots
        self.name: str | None = None
        self.descriptor: int | None = None
        self._memory = memory
        stride = slot_stride(slot_bytes)
        # Not np.ndarray(buffer=...), which would not keep the memory from being unmapped.
        shared = memory if isinstance(memory, mmap.mmap) else memory.buf
        assert shared is not None
        buffer = np.frombuffer(shared, np.uint8, count=slots * stride)
        self._slots = [buffer[i * stride : i * stride + slot_bytes] for i in range(slots)]

    @classmethod
    def create(cls, slots: int, slot_bytes: int, minimum: int = LEAST_SLOTS) -> SlotRing:
        """Make a ring of `slots` slots, or of as few as `minimum` where memory is short.

        Raises
        ------
        SharedMemoryError
            If there is no room for `minimum` slots.
        """
        close_lingering()
        stride = slot_stride(slot_bytes)
        wanted = slots
        while True:
            memory = _reserve(slots * stride)
            if memory is not None:
                break
            if slots <= minimum:
                raise SharedMemoryError(
                    f"shared memory has no room for {minimum} frame slots of {slot_bytes:,} bytes "
                    f"({_shm_free():,} bytes are free): use fewer workers (num_workers), a "
                    "smaller figure or dpi, or give the container more shared memory "
                    "(docker run --shm-size=1g)"
                )
            slots = max(minimum, slots - 1)
        if slots < wanted:
            log.warning(
                "shared memory is short: the ring has %d slots instead of %d", slots, wanted
            )
        ring = cls(memory, slots, slot_bytes)
        path = memory.path
        if path.exists():
            ring.descriptor = os.open(path, os.O_RDWR)
            memory.unlink()
        else:
            ring.name = memory.name
        return ring

    @classmethod
    def attach(cls, name: str | None, descriptor: int, slots: int, slot_bytes: int) -> SlotRing:
        """Open a ring that another process made, by its name, or by a descriptor, which closes."""
        if name is not None:
            return cls(_open_untracked(name), slots, slot_bytes)
        memory = mmap.mmap(descriptor, slots * slot_stride(slot_bytes))
        os.close(descriptor)
        return cls(memory, slots, slot_bytes)

    def slot(self, index: int) -> Slot:
        """Return a slot's memory, ``(slot_bytes,) uint8``, without copying."""
        return self._slots[index]

    def all(self) -> list[Slot]:
        """Return the memory of all slots."""
        return list(self._slots)

    def close(self) -> None:
        """Give the memory back. Views that somebody still holds stay valid."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None
        elif self.name is not None and isinstance(self._memory, Block):
            self._memory.unlink()
            self.name = None
        self._slots.clear()
        _lingering.append(self._memory)
        close_lingering()


def slot_stride(slot_bytes: int) -> int:
    """Return the bytes from one slot to the next: whole pages.

    Examples
    --------
    >>> slot_stride(1) == mmap.PAGESIZE == slot_stride(mmap.PAGESIZE)
    True
    """
    return -(-slot_bytes // mmap.PAGESIZE) * mmap.PAGESIZE


# Memory cannot be unmapped while a view of it is alive, and after an error the views live on
# in the traceback. Such a block waits here (its name is gone already) until the next attempt.
_lingering: list[Block | mmap.mmap] = []


def close_lingering() -> None:
    """Unmap the blocks that could not be unmapped before."""
    for memory in list(_lingering):
        try:
            memory.close()
        except BufferError:
            continue
        _lingering.remove(memory)


def _reserve(size: int) -> Block | None:
    """Make a block with all its pages reserved; None where there is no room."""
    free = _shm_free()
    if size > free:
        return None
    try:
        memory = Block(create=True, size=size)
    except OSError as error:
        if error.errno in NO_ROOM:
            return None
        raise SharedMemoryError(
            f"shared memory cannot be had: {error.strerror}. {SHM_FOLDER} has to be there, and "
            "writable; num_workers=1 does without"
        ) from error
    path = memory.path
    if hasattr(os, "posix_fallocate") and path.exists():
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            memory.close()
            memory.unlink()
            if error.errno in NO_ROOM:
                return None
            raise
        finally:
            os.close(descriptor)
    return memory


def _shm_free() -> int:
    """Return the free bytes of the shared-memory file system, where there is one."""
    try:
        stat = os.statvfs(SHM_FOLDER)
    except (AttributeError, OSError):
        return sys.maxsize
    return stat.f_bavail * stat.f_frsize


def _open_untracked(name: str) -> Block:
    """Open a block that its maker will unlink.

    Before Python 3.13 every process that opens a block registers it with the resource tracker
    (https://docs.python.org/3/library/multiprocessing.shared_memory.html). The workers share
    the main process's tracker, for which registering twice is the same as once.
    """
    if sys.version_info >= (3, 13):
        return Block(name, track=False)
    return Block(name)


class FrameOrder:
    """Who holds which slot, and which finished frame is due next.

    Parameters
    ----------
    slots : list of ndarray, (slot_bytes,) uint8
        The memory of the slots.
    spill_folder : Path
        Where a temporary file is made if one is needed; it is never visible under a name.

    Attributes
    ----------
    slots : int
        Number of slots.
    spilled : int
        Frames that went through the temporary file so far.
    """

    def __init__(self, slots: list[Slot], spill_folder: Path) -> None:
        self.slots = len(slots)
        self._slots = slots
        self._free = list(range(self.slots))
        self._finished: dict[int, int] = {}  # frame: slot
        self._lent: int | None = None
        self._spill = FrameSpill(slots[0].nbytes, spill_folder)

    @property
    def spilled(self) -> int:
        return self._spill.stored

    @property
    def occupied(self) -> int:
        """Slots that are not free."""
        return self.slots - len(self._free)

    def acquire(self, in_flight: Collection[int], due: int) -> int | None:
        """Return a free slot, or None while there is none.

        Parameters
        ----------
        in_flight : collection of int
            Frames that workers are drawing now.
        due : int
            The frame that the writer needs next. If it is neither finished nor in flight,
            waiting would be for ever, so a finished frame is moved to the temporary file.
        """
        if not self._free and due not in in_flight and not self.has(due) and self._finished:
            last = max(self._finished)
            slot = self._finished.pop(last)
            self._spill.store(last, self._slots[slot])
            self._free.append(slot)
        return self._free.pop() if self._free else None

    def finish(self, frame: int, slot: int) -> None:
        """Note that `slot` holds the finished `frame`."""
        self._finished[frame] = slot

    def has(self, frame: int) -> bool:
        """Whether `frame` is finished, and was not lent yet."""
        return frame in self._finished or frame in self._spill

    def stock(self, due: int) -> int:
        """Return how many frames from `due` on are finished, without a gap; at most all slots."""
        frame = due
        while frame - due < self.slots and self.has(frame):
            frame += 1
        return frame - due

    def lend(self, frame: int) -> Slot:
        """Return the memory of a finished frame; valid until :meth:`release`."""
        if frame in self._spill:
            return self._spill.load(frame)
        self._lent = self._finished.pop(frame)
        return self._slots[self._lent]

    def release(self) -> None:
        """Take the lent slot back: it is free now."""
        if self._lent is not None:
            self._free.append(self._lent)
            self._lent = None

    def give_back(self, slot: int) -> None:
        """Take back a slot whose frame failed."""
        self._free.append(slot)

    def close(self) -> None:
        """Let go of the slots' memory, and give the temporary file back."""
        self._slots.clear()
        self._spill.close()


class FrameSpill:
    """Finished frames in an unnamed temporary file, a record for each.

    Parameters
    ----------
    frame_bytes : int
        Bytes of a frame.
    folder : Path
        Where the file is made, at the first frame. The folder of the output is a better place
        than the system's temporary folder, which often is in memory.
    """

    def __init__(self, frame_bytes: int, folder: Path) -> None:
        self.stored = 0
        self._frame_bytes = frame_bytes
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._records: dict[int, int] = {}  # frame: record
        self._free: list[int] = []
        self._loaded = np.empty(0, np.uint8)

    def __contains__(self, frame: int) -> bool:
        return frame in self._records

    def store(self, frame: int, pixels: Slot) -> None:
        """Write a frame to the file.

        Raises
        ------
        OutputError
            If the disk is full.
        """
        try:
            self._store(frame, pixels)
        except OSError as error:
            # The render ends here, and what it has finished so far may need the room.
            self.close()
            raise OutputError(
                f"frames come out of order, and {len(self._records) + 1} of them "
                f"({self._frame_bytes:,} bytes each) do not fit in a temporary file in "
                f"{self._folder}: {error.strerror}"
            ) from error

    def _store(self, frame: int, pixels: Slot) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(  # noqa: SIM115, closed by close()
                dir=self._folder, buffering=0
            )
            self._loaded = np.empty(self._frame_bytes, np.uint8)
            log.info("params are far out of order: finished frames go to a temporary file")
        record = self._free.pop() if self._free else len(self._records)
        self._file.seek(record * self._frame_bytes)
        rest = pixels.data
        while rest:
            rest = rest[self._file.write(rest) :]
        self._records[frame] = record
        self.stored += 1

    def load(self, frame: int) -> Slot:
        """Read a frame back, and free its record. The array is used again by the next load."""
        assert self._file is not None
        record = self._records.pop(frame)
        self._file.seek(record * self._frame_bytes)
        rest = self._loaded.data
        while rest:
            count = self._file.readinto(rest)  # type: ignore[attr-defined]
            if not count:
                raise OutputError(f"the temporary file lost frame {frame}")
            rest = rest[count:]
        self._free.append(record)
        return self._loaded

    def close(self) -> None:
        """Give the file back; its space is free at once, for it never had a name."""
        if self._file is not None:
            self._file.close()
