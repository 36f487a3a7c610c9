"""Which slot holds which frame, and in which order frames leave the ring.

A slot goes round::

    free ─▶ held ─▶ finished ─▶ lent ─▶ free

It is *held* by the worker that draws a frame into it, then *finished* until it is the frame's
turn, then *lent* to the writer as a view. Only the main process moves a slot from one state to the
next. A worker writes only into the slot that it was told to use, and says so when it is done; the
main process reads the slot after it has received that message. So no lock is needed, and none can
be left locked by a worker that dies.

Params may come in any order, and the writer takes frames in frame order. When no slot is free, and
the frame that the writer needs next is neither finished nor being drawn, the finished frame that
is due last moves to a temporary file (:class:`FrameSpill`), and is read back when it is due. So
any order works, with a ring of the same size.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from parallel_animate.memory.ring import Slot
from parallel_animate.memory.spill import FrameSpill


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
            The frame that the writer needs next. If it is neither finished nor in flight, no slot
            would ever become free, so a finished frame is moved to the temporary file.
        """
        if not self._free and due not in in_flight and not self.has(due) and self._finished:
            last = max(self._finished)
            slot = self._finished.pop(last)
            self._spill.store(last, self._slots[slot])
            self._free.append(slot)
        return self._free.pop() if self._free else None

    def finish(self, frame: int, slot: int) -> None:
        """Note that the worker is done: `slot` holds the finished `frame`."""
        self._finished[frame] = slot

    def has(self, frame: int) -> bool:
        """Whether `frame` is finished, and was not lent yet."""
        return frame in self._finished or frame in self._spill

    def stock(self, due: int) -> int:
        """Return how many frames from `due` on are finished, without a gap between them.

        It counts no further than to the number of slots.
        """
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
