"""A lock file: at most one process writes a video."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

from parallel_animate.output.disk import make_folder, opened

if sys.platform != "win32":
    import fcntl

# The paths that this process has locked; they are not even opened again. The system's locks do not
# keep out other threads of the same process, and a process loses all its locks on a file when it
# closes any of its descriptors of that file.
_ours: set[Path] = set()
_ours_guard = threading.Lock()


def _forget() -> None:
    """Forget what the process has locked that this one was forked from: it has no lock itself."""
    global _ours_guard
    _ours_guard = threading.Lock()  # another thread may have had it when the process was forked
    _ours.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

# A try fails if another render ends, and removes the file, in the same moment. If so many tries
# fail, the file system may be one that gives a file another number whenever it is asked for it.
# Then the lock counts all the same.
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
        self._owner: int | None = None  # the process that has it

    @property
    def is_held(self) -> bool:
        """Whether this process has the lock; one that was forked from it has not."""
        return self._descriptor is not None and self._owner == os.getpid()

    def acquire(self) -> bool:
        """Take the lock if nobody has it; return whether it was taken."""
        path = self._path.parent.resolve() / self._path.name  # which may be a link, and is not used
        with _ours_guard:
            if path in _ours:
                return False
            _ours.add(path)
        try:
            self._descriptor = _locked(path)
        finally:
            if self._descriptor is None:
                _ours.discard(path)
        self._path, self._owner = path, os.getpid()
        return self._descriptor is not None

    def release(self, *, remove: bool = False) -> None:
        """Give the lock back if this object has it, and remove the file if `remove` is True.

        The file is removed while it is still locked, because afterwards another process may have
        locked it.
        """
        if self._descriptor is None:
            return
        remove = remove and self.is_held
        with contextlib.suppress(OSError):
            if remove and sys.platform != "win32":
                self._path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
            if remove and sys.platform == "win32":  # which removes no file that is open
                self._path.unlink()
        if self.is_held:
            _ours.discard(self._path)
        self._descriptor = None


def _locked(path: Path) -> int | None:
    """Return a descriptor of the file, which is locked, or None if another process has it."""
    for tries_left in reversed(range(TRIES)):
        make_folder(path.parent)
        try:
            descriptor = opened(path, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:  # its owner has just removed the folder
            if not tries_left:
                raise
            continue
        if not _lock(descriptor):
            os.close(descriptor)
            return None
        # The last owner may have removed the file after it was opened here. Then this is a lock on
        # a file without a name, which keeps nobody out.
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
    """Return whether a descriptor's file is the one that has the path now."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except OSError:
        return False
