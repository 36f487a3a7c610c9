"""Brings data to the disk, and says what is wrong when that fails."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from parallel_animate.errors import OutputError
from parallel_animate.system import limit_hit

# The system's numbers for no space left, no quota left, and a file larger than one may be.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


# A link is not followed, and a pipe is not waited for. Windows has neither flag.
CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def opened(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a file in a folder into which others may have put something; return its descriptor.

    Raises
    ------
    OSError
        If it cannot be opened, or is a link, or no regular file.
    """
    unusual = OSError(errno.ELOOP, f"{path} is a link, or no regular file")
    try:
        descriptor = os.open(path, flags | CAREFULLY | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        if os.path.lexists(path) and not is_regular(path):
            raise unusual from error
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode) and is_regular(path) | (os.name != "nt"):
        return descriptor
    os.close(descriptor)
    raise unusual


def checksum(path: Path) -> str:
    """Return a checksum of a file's bytes.

    CRC-32, because it is there to find accidents, and is the fastest that Python has: twice as fast
    as BLAKE2 or SHA-1, and faster than disks. The file has just been written when it is asked for
    first, so it is in memory, and a segment takes some milliseconds. It cannot be summed up while
    the segment is written, for at the end the muxer writes to its beginning.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    value = 0
    with open(opened(path), "rb", buffering=0) as file:
        while block := file.read(1 << 20):  # the interpreter's lock is free meanwhile
            value = zlib.crc32(block, value)
    return f"{value:08x}"


def fresh(path: Path) -> None:
    """Make an empty file in the place of what has its name: what that links to stays as it is."""
    path.unlink(missing_ok=True)
    path.touch(exist_ok=False)


def is_regular(path: Path) -> bool:
    """Return whether a path is a regular file, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def sync(path: Path) -> None:
    """Make the system write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY) if path.is_dir() else opened(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems have no such thing
            raise
    finally:
        os.close(descriptor)


def sync_entries(folder: Path) -> None:
    """Bring a folder's entries to the disk, as far as that can be done.

    It is called after a rename. The file has its new name by then, so a failure here is no error.
    """
    with contextlib.suppress(OSError):
        sync(folder)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, and bring their names to the disk.

    If the machine goes down, a folder whose name is not on the disk is lost, with all files in it,
    even if these are on the disk.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_entries(each.parent)


@contextlib.contextmanager
def disk_errors(path: Path, needed: int | None = None) -> Iterator[None]:
    """Turn a system's error in the block into ours.

    Parameters
    ----------
    path : Path
        The file that is written.
    needed : int, optional
        Bytes that it will have, if that is known.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise unwritable(path, error.errno, error.strerror, needed) from error


def unwritable(
    path: Path,
    number: int | None,
    reason: str | None,
    needed: int | None = None,
    frames: int | None = None,
) -> OutputError:
    """Return the error for a file that could not be written, from the system's number and words.

    Parameters
    ----------
    path : Path
        The file.
    number : int or None
        The system's number for the error, which the returned error has too.
    reason : str or None
        The system's words for it.
    needed : int, optional
        Bytes that the file would have, if that is known.
    frames : int, optional
        Frames that it would hold so far.
    """
    message = f"cannot write {path}: {reason}"
    if number in FULL:
        message += f" after {size(path):,} bytes"
        if needed is not None:
            message += f" of {needed:,}"
        if frames is not None:
            message += f" for {frames:,} frames"
        with contextlib.suppress(OSError):
            message += f" ({shutil.disk_usage(path.parent).free:,} bytes are free there)"
    if limit := limit_hit(number):
        message += f"; {limit}"
    error = OutputError(message)
    error.errno = number
    return error


def check_same_disk(folder: Path, output: Path) -> None:
    """Raise an OutputError if the video could not be renamed from here to its place."""
    if folder.stat().st_dev != output.parent.stat().st_dev:
        raise OutputError(
            f"{folder} is on another disk than {output}, and no file can be renamed "
            "from one to the other: give an output_file on that disk, or move the folder here"
        )


def is_full(error: BaseException) -> bool:
    """Return whether an error says that the disk is full."""
    return isinstance(error, OutputError) and error.errno in FULL


def size(path: Path) -> int:
    """Return the size of a file in bytes; 0 if it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
