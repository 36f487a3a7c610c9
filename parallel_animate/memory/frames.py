"""The memory of finished frames: in slots, and in the temporary file.

What :class:`FrameOrder` is told in numbers is done here with bytes: when it says that a frame moves
to the file, :meth:`FrameMemory.spill` writes it there, and then its slot may be drawn into again.
"""

from __future__ import annotations

from pathlib import Path

from parallel_animate.memory.ring import Slot
from parallel_animate.memory.spill import FrameSpill
from parallel_animate.system import Owner


class FrameMemory(Owner):
    """The slots' memory, and the temporary file for frames that come long before their turn.

    Parameters
    ----------
    slot_bytes : int
        Bytes of a slot.
    spill_folder : Path
        Where a temporary file is made if one is needed; it is never visible under a name.
    """

    def __init__(self, slot_bytes: int, spill_folder: Path) -> None:
        self._slots: list[Slot] = []
        self._spill = FrameSpill(slot_bytes, spill_folder)

    @property
    def spilled(self) -> int:
        """Frames that went through the temporary file so far."""
        return self._spill.stored

    def add(self, memory: Slot) -> int:
        """Take the memory of another slot, ``(slot_bytes,) uint8``; return the slot's number."""
        self._slots.append(memory)
        return len(self._slots) - 1

    def spill(self, frame: int, slot: int) -> None:
        """Write the frame in a slot to the temporary file.

        Raises
        ------
        OutputError
            If the disk is full.
        """
        self._spill.store(frame, self._slots[slot])

    def view(self, frame: int, slot: int | None) -> Slot:
        """Return a frame's bytes: a slot's memory, or, without a slot, read back from the file.

        A frame that is read back is in the file no more. Its bytes are valid until the next one is
        read back.
        """
        return self._spill.load(frame) if slot is None else self._slots[slot]

    def drop(self, frame: int) -> None:
        """Throw away a frame that is in the file."""
        self._spill.drop(frame)

    def close(self) -> None:
        """Let go of the slots' memory, and give the temporary file back."""
        self._slots.clear()
        self._spill.close()
