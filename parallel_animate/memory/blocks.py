"""Blocks of shared memory: made, attached by another process, and given back.

The pages of a block are reserved before anybody may write to them: all of them when it is made, or
the first ones then and others when they are needed (:meth:`SharedBlock.reserve`). Where shared
memory is short, that shows at once. Otherwise a process would be killed by a bus error in the
middle of a render: when it first writes to a page for which there is no room. Pages that are not
reserved are addresses and take no memory. Where blocks are not files, pages come by themselves when
somebody writes to them, from the same memory as all others.

Where blocks are files (Linux), the name of a block is removed as soon as it is made: nothing can
be left behind, whichever process dies, and when. Other processes are sent a file descriptor of
it. Elsewhere a block keeps its name until its maker closes it, and other processes are sent the
name.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import sys
from contextlib import ExitStack
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.errors import SharedMemoryError
from parallel_animate.system import Owner

# The errors by which the system says that there is not so much memory, or not in one piece.
NO_ROOM = (errno.ENOSPC, errno.ENOMEM, errno.EFBIG)
# Linux mounts POSIX shared memory here (shm_open(3)).
SHM_FOLDER = Path("/dev/shm")


class NamedMemory(SharedMemory):
    """Shared memory that does not complain at the end.

    Neither when a view of it is still alive, nor when it could not be made so large: then Python
    takes its name from the resource tracker, to which it has not given it yet, and the tracker
    prints a traceback.
    """

    _made = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._made = True

    def unlink(self) -> None:
        """Remove its name."""
        if not self._made:
            resource_tracker.register(f"/{self.name}", "shared_memory")
        super().unlink()

    @property
    def path(self) -> Path:
        """The file that it is: there on systems with such files, until its name is removed."""
        return SHM_FOLDER / self.name.lstrip("/")

    def __del__(self) -> None:
        with contextlib.suppress(BufferError, OSError):
            self.close()


class SharedBlock(Owner):
    """A block of shared memory.

    Make one with :meth:`create` in the main process, and open it with :meth:`attach` in a worker.

    Parameters
    ----------
    mapping : NamedMemory or mmap
        The block, as it is mapped into this process.
    nbytes : int
        Bytes of it that are used.

    Attributes
    ----------
    memory : ndarray, (nbytes,) uint8
        Its bytes, not copied; empty when the block is closed.
    name : str or None
        The name by which another process attaches it.
    descriptor : int or None
        The file descriptor by which another process attaches it where it has no name.
    """

    def __init__(self, mapping: NamedMemory | mmap.mmap, nbytes: int) -> None:
        self.name: str | None = None
        self.descriptor: int | None = None
        self._reserved = 0
        self._mapping = mapping
        # Not np.ndarray(buffer=...), which would not keep the memory from being unmapped.
        shared = mapping if isinstance(mapping, mmap.mmap) else mapping.buf
        assert shared is not None
        self.memory: npt.NDArray[np.uint8] = np.frombuffer(shared, np.uint8, count=nbytes)

    @classmethod
    def create(cls, nbytes: int, reserved: int | None = None) -> SharedBlock | None:
        """Make a block; return None where shared memory has no room for it.

        Parameters
        ----------
        nbytes : int
            Bytes of the block.
        reserved : int, optional
            Bytes from its beginning on for which there has to be room now, by default all. The
            others must not be touched before :meth:`reserve` has been called.

        Raises
        ------
        SharedMemoryError
            If there is no shared memory at all, or this process may not use it.
        """
        close_lingering()
        reserved = nbytes if reserved is None else reserved
        mapping = _mapped(nbytes) if reserved <= shm_free() else None
        if mapping is None:
            return None
        with ExitStack() as stack:
            block = stack.enter_context(cls(mapping, nbytes))
            path = mapping.path
            if path.exists():
                try:
                    block.descriptor = os.open(path, os.O_RDWR)
                finally:
                    mapping.unlink()
            else:
                block.name = mapping.name
            if not block.reserve(reserved):
                return None
            stack.pop_all()
            return block

    @classmethod
    def attach(cls, name: str | None, descriptor: int, nbytes: int) -> SharedBlock:
        """Open a block that another process made: by its name if there is one.

        Otherwise it is opened by the file descriptor, which is closed then.
        """
        if name is not None:
            return cls(_open_untracked(name), nbytes)
        mapping = mmap.mmap(descriptor, nbytes)
        os.close(descriptor)
        return cls(mapping, nbytes)

    @property
    def closed(self) -> bool:
        """Whether this process has given it back."""
        return not self.memory.size

    def reserve(self, upto: int) -> bool:
        """Take the pages of the first `upto` bytes, which may be written to from then on.

        Returns False where there is no room for them: all is as before then. Only the process that
        made the block may do this; the pages are there for all that have attached it.
        """
        if upto <= self._reserved:
            return True
        if self.descriptor is not None and hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(self.descriptor, self._reserved, upto - self._reserved)
            except OSError as error:
                if error.errno in NO_ROOM:
                    return False
                raise
        self._reserved = upto
        return True

    def close(self) -> None:
        """Give the memory back. Views that somebody still holds stay valid."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None
        elif self.name is not None and isinstance(self._mapping, NamedMemory):
            self._mapping.unlink()
            self.name = None
        self.memory = np.empty(0, np.uint8)
        _lingering.append(self._mapping)
        close_lingering()


# Memory cannot be unmapped while a view of it is alive; and after an error, views live on in the
# traceback. A block that was closed meanwhile waits here (its name is gone already), until one
# of the next attempts to unmap it succeeds.
_lingering: list[NamedMemory | mmap.mmap] = []


def close_lingering() -> None:
    """Unmap the blocks that could not be unmapped when they were closed."""
    for mapping in list(_lingering):
        try:
            mapping.close()
        except BufferError:
            continue
        _lingering.remove(mapping)


def _mapped(size: int) -> NamedMemory | None:
    """Make shared memory, none of whose pages is reserved; None where it cannot be so large."""
    try:
        return NamedMemory(create=True, size=size)
    except OSError as error:
        if error.errno in NO_ROOM:
            return None
        raise SharedMemoryError(
            f"shared memory cannot be had: {error.strerror}. {SHM_FOLDER} has to be there, and "
            "writable; num_workers=1 does without"
        ) from error


def shm_free() -> int:
    """Return the free bytes of the file system of shared memory; no limit where there is none."""
    try:
        stat = os.statvfs(SHM_FOLDER)
    except (AttributeError, OSError):
        return sys.maxsize
    return stat.f_bavail * stat.f_frsize


def _open_untracked(name: str) -> NamedMemory:
    """Open shared memory that its maker will unlink.

    Before Python 3.13 every process that opens shared memory also registers it with the resource
    tracker (https://docs.python.org/3/library/multiprocessing.shared_memory.html). That does no
    harm here: the workers share the main process's tracker, to which a second registration is
    the same as one.
    """
    if sys.version_info >= (3, 13):
        return NamedMemory(name, track=False)
    return NamedMemory(name)
