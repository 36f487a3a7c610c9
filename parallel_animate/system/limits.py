"""The limits of this process, such as ``ulimit`` sets, for errors that come of them."""

from __future__ import annotations

import errno
from typing import Any

resource: Any
try:
    import resource
except ImportError:  # there is none on Windows
    resource = None


def limit_hit(number: int | None) -> str:
    """Return which limit a system's error comes of, in words; nothing if it comes of none.

    Parameters
    ----------
    number : int or None
        The system's number for the error.

    Examples
    --------
    >>> limit_hit(errno.ENOENT)
    ''
    """
    if number == errno.EMFILE and (most := _soft("RLIMIT_NOFILE")) is not None:
        return f"this process may have {most:,} files open at once (ulimit -n): allow for more"
    if number == errno.EFBIG and (most := file_limit()) is not None:
        return f"this process may write files of {most:,} bytes (ulimit -f): allow for more"
    if number == errno.ENOMEM:
        return memory_limit()
    return ""


def file_limit() -> int | None:
    """Return how many bytes a file may have that this process writes; None if there is no limit.

    Shared memory is a file, too.
    """
    return _soft("RLIMIT_FSIZE")


def memory_limit() -> str:
    """Return in words how much memory this process may have; nothing if there is no limit."""
    most = _soft("RLIMIT_AS")
    if most is None:
        return ""
    return f"this process may have {most:,} bytes of memory (ulimit -v): allow for more"


def _soft(name: str) -> int | None:
    """Return the limit of a name that holds now."""
    if resource is None or not hasattr(resource, name):
        return None
    most: int = resource.getrlimit(getattr(resource, name))[0]
    return None if most == resource.RLIM_INFINITY else most
