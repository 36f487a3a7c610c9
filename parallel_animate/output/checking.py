"""Whether finished segments are what was written: their checksums are in the manifest.

A segment may have been written hours before it is read again. Meanwhile the disk may have changed a
bit, or somebody may have put another file in its place, which a decoder would take without a word.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from parallel_animate.errors import RESUME, OutputError, spelled
from parallel_animate.output.disk import checksum
from parallel_animate.output.manifest import Segment

log = logging.getLogger("parallel_animate.animator")


class _DamagedError(OutputError):
    """A segment is not what was written."""


def damaged(path: Path, reason: str) -> OutputError:
    """Return the error for a segment that is not what was written, and what is wrong with it."""
    return _DamagedError(
        f"{path} is damaged ({reason}): {spelled(RESUME)} renders it and what comes after it again"
    )


def unreadable(path: Path, reason: str) -> OutputError:
    """Return the error for a segment that the system cannot read, for whatever reason."""
    return OutputError(
        f"cannot read {path}: {reason}. If it is lost, remove it, and {spelled(RESUME)} renders it "
        "and what comes after it again"
    )


def check(folder: Path, segment: Segment) -> None:
    """Check that a segment is what was written, which takes as long as to read it.

    Raises
    ------
    OutputError
        If it is not, or the system cannot read it. Then it may be undamaged for all that.
    """
    path = folder / segment.file
    try:
        found = checksum(path)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    if found != segment.checksum:
        raise damaged(path, "its checksum is not that of what was written")


def usable(folder: Path, segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments before the first one that is missing or damaged, and warn of that one.

    Parameters
    ----------
    folder : Path
        Where they are.
    segments : sequence of Segment
        In order.

    Raises
    ------
    OutputError
        If the system cannot read one.
    """
    for number, segment in enumerate(segments):
        try:
            check(folder, segment)
        except _DamagedError as error:
            log.warning("%s", error)
            return list(segments[:number])
        except OutputError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            log.warning("%s is gone: it and what came after it cannot be used", segment.file)
            return list(segments[:number])
    return list(segments)
