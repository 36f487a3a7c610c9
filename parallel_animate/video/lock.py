"""A lock file: at most one process writes a video."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

# Locks of the operating system do not keep out other threads of the same process.
_ours: set[Path] = set()


class FileLock:
    """A lock that ends with the process that has it, and that a fork does not inherit.

    On Windows only the renders of one process keep each other out.

    Parameters
    ----------
    path : Path
        The file that stands for it; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock, if nobody has it."""
        self._path = self._path.resolve()
        if self._path in _ours:
            return False
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        if sys.platform != "win32":
            try:
                # Record locks (POSIX): those of flock() would live on in forked workers.
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except PermissionError:
                os.close(descriptor)
                return False
            except BlockingIOError:
                os.close(descriptor)
                return False
            except OSError:
                pass  # a file system without locks
        self._descriptor = descriptor
        _ours.add(self._path)
        return True

    def release(self) -> None:
        """Give it back, if it is ours."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None
            _ours.discard(self._path)
