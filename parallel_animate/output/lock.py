"""A lock file: at most one process writes a video."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

from parallel_animate.output.disk import make_folder

if sys.platform != "win32":
    import fcntl

# Locks of the operating system do not keep out other threads of the same process, and all of its
# locks on a file end when any of its descriptors of that file is closed: a path that is in here is
# not even opened.
_ours: set[Path] = set()
_looking = threading.Lock()
# Each try but the last is another render that ended in the same moment. After that many the file
# system may be one that numbers its files anew whenever they are asked for.
TRIES = 10


class FileLock:
    """A lock that ends with the process that has it, and that a fork does not inherit.

    On Windows only the renders of one process keep each other out.

    Parameters
    ----------
    path : Path
        The file that stands for it; made, with its folder, if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock, if nobody has it."""
        path = self._path.resolve()
        with _looking:
            if path in _ours:
                return False
            _ours.add(path)
        try:
            self._descriptor = _locked(path)
        finally:
            if self._descriptor is None:
                _ours.discard(path)
        self._path = path
        return self._descriptor is not None

    def release(self, *, remove: bool = False) -> None:
        """Give it back, if it is ours, and `remove` the file.

        The file goes while it is still locked: afterwards it may be the lock of another process.
        """
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            if remove and sys.platform != "win32":
                self._path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
            if remove and sys.platform == "win32":  # which removes no file that is open
                self._path.unlink()
        self._descriptor = None
        _ours.discard(self._path)


def _locked(path: Path) -> int | None:
    """Return a descriptor of the file, which is locked, or None if another process has it."""
    for tries_left in reversed(range(TRIES)):
        make_folder(path.parent)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # its owner has just removed the folder
            if not tries_left:
                raise
            continue
        if not _lock(descriptor):
            os.close(descriptor)
            return None
        # Its owner may have removed it after it was opened here: then this lock, on a file without
        # a name, keeps nobody out.
        if _is_at(path, descriptor) or not tries_left:
            return descriptor
        os.close(descriptor)
    return None


def _lock(descriptor: int) -> bool:
    if sys.platform != "win32":
        try:
            # Record locks (POSIX): those of flock() would live on in forked workers.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            pass  # a file system without locks
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False
