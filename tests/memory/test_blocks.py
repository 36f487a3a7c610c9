"""Blocks of shared memory leave nothing behind, and take nothing away that is in use."""

from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

import numpy as np
import pytest

from parallel_animate.memory import blocks
from parallel_animate.memory.blocks import SharedBlock


def made(nbytes: int) -> SharedBlock:
    block = SharedBlock.create(nbytes)
    assert block is not None
    return block


def test_an_attached_block_is_the_same_memory() -> None:
    with made(100) as mine:
        descriptor = -1 if mine.descriptor is None else os.dup(mine.descriptor)
        with SharedBlock.attach(mine.name, descriptor, 100) as other:
            mine.memory[:] = np.arange(100)
            assert np.array_equal(other.memory, np.arange(100))


def test_where_there_is_no_room_there_is_no_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "shm_free", lambda: 99)
    assert SharedBlock.create(100) is None


def test_a_view_that_outlives_the_block_stays_readable() -> None:
    of_others = list(blocks._lingering)  # an error that somebody still holds may hold views
    with made(200) as block:
        view = block.memory[100:]
        view[:] = 9
    assert set(view.tolist()) == {9}
    del view
    blocks.close_lingering()
    assert all(mapping in of_others for mapping in blocks._lingering)


@pytest.mark.skipif(
    not blocks.SHM_FOLDER.is_dir() or not hasattr(os, "posix_fallocate"),
    reason="pages of shared memory come by themselves here",
)
def test_pages_are_taken_as_they_are_reserved() -> None:
    page = mmap.PAGESIZE
    block = SharedBlock.create(100 * page, reserved=10 * page)
    assert block is not None
    with block:
        assert block.descriptor is not None
        for upto, pages in ((0, 10), (10, 10), (11, 11), (11, 11), (100, 100)):
            assert block.reserve(upto * page)
            assert os.fstat(block.descriptor).st_blocks * 512 == pages * page
    with made(100 * page) as block:
        assert block.descriptor is not None
        assert os.fstat(block.descriptor).st_blocks * 512 == 100 * page


def test_memory_with_a_name_has_its_pages_without_being_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocks.NamedMemory, "path", Path("/there/is/no/such/file"))
    block = SharedBlock.create(100_000, reserved=1000)
    assert block is not None
    with block:
        assert block.name is not None
        assert block.descriptor is None
        assert block.reserve(100_000)
        block.memory[:] = 5


@pytest.mark.skipif(not blocks.SHM_FOLDER.is_dir(), reason="shared memory has no files here")
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_block_whose_pages_cannot_be_had_is_gone(
    monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(*args: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    files = set(blocks.SHM_FOLDER.iterdir())
    descriptors = set(Path("/proc/self/fd").iterdir())
    if error == errno.ENOSPC:
        assert SharedBlock.create(100) is None
    else:
        with pytest.raises(OSError, match=os.strerror(error)):
            SharedBlock.create(100)
    assert set(blocks.SHM_FOLDER.iterdir()) <= files
    assert set(Path("/proc/self/fd").iterdir()) <= descriptors
