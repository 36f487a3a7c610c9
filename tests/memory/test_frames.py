"""Frames in slots and in the temporary file."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from parallel_animate.memory import FrameMemory

SLOT_BYTES = 5000


def filled(folder: Path) -> FrameMemory:
    """Return a memory of one slot, with the temporary file at hand as ``_spill._file``."""
    memory = FrameMemory(SLOT_BYTES, folder)
    assert memory.add(np.zeros(SLOT_BYTES, np.uint8)) == 0
    return memory


def file_bytes(memory: FrameMemory) -> int:
    file = memory._spill._file
    return 0 if file is None else os.fstat(file.fileno()).st_size


def test_a_frame_in_a_slot_is_that_memory_and_one_in_the_file_its_copy(tmp_path: Path) -> None:
    slot = np.full(SLOT_BYTES, 1, np.uint8)
    with FrameMemory(SLOT_BYTES, tmp_path) as memory:
        assert memory.view(5, memory.add(slot)) is slot
        memory.spill(5, 0)
        slot[:] = 2
        assert set(memory.view(5, None).tolist()) == {1}
        assert memory.spilled == 1


def test_without_need_there_is_no_file_and_it_never_has_a_name(tmp_path: Path) -> None:
    with filled(tmp_path) as memory:
        memory.view(0, 0)
        assert memory._spill._file is None
        memory.spill(0, 0)
        assert memory._spill._file is not None
        assert list(tmp_path.iterdir()) == []


def test_the_room_of_frames_that_are_read_or_dropped_is_used_again(tmp_path: Path) -> None:
    with filled(tmp_path) as memory:
        for frame in range(3):
            memory.view(frame, 0)[:] = frame
            memory.spill(frame, 0)
        assert file_bytes(memory) == 3 * SLOT_BYTES
        memory.drop(1)
        assert set(memory.view(0, None).tolist()) == {0}
        for frame in (1, 7):  # frame 1 was drawn again
            memory.view(frame, 0)[:] = 10 + frame
            memory.spill(frame, 0)
        assert file_bytes(memory) == 3 * SLOT_BYTES
        assert [memory.view(frame, None)[-1] for frame in (1, 2, 7)] == [11, 2, 17]
        assert memory.spilled == 5
