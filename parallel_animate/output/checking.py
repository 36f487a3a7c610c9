"""Whether finished segments are what was written: their checksums are in the manifest.

A segment may have been written hours before it is read again. Meanwhile the disk may have changed a
bit, or somebody may have put another file in its place, which a decoder would take without a word.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from parallel_animate.errors import RESUME, OutputError
from parallel_animate.output.disk import checksum
from parallel_animate.output.manifest import Segment

log = logging.getLogger("parallel_animate.animator")


class _DamagedError(OutputError):
    """A segment is not what was written."""


def damaged(path: Path, reason: str) -> OutputError:
    """Return the error for a segment that is not what was written, and what is wrong with it."""
    return _DamagedError(f"{path} is damaged ({reason}): {RESUME} renders its frames again")


def damaged_on_the_way(segment: Segment) -> OutputError:
    """Return the error for a segment that is not what was made elsewhere."""
    return _DamagedError(
        f"the segment with the frames from {segment.first} to {segment.end - 1} has arrived "
        "damaged: its checksum is not that of what was made"
    )


def is_damage(error: OutputError) -> bool:
    """Return whether an error says that a segment is damaged, not that the system fails."""
    return isinstance(error, _DamagedError)


def unreadable(path: Path, reason: str) -> OutputError:
    """Return the error for a segment that the system cannot read, for whatever reason."""
    return OutputError(
        f"cannot read {path}: {reason}. If it is lost, remove it, and {RESUME} renders its frames "
        "again"
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
    """Return the segments that are neither missing nor damaged, and warn of those that are.

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
    found = []
    for segment in segments:
        try:
            check(folder, segment)
        except _DamagedError as error:
            log.warning("%s", error)
        except OutputError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            log.warning("%s is gone: its frames have to be rendered again", segment.file)
        else:
            found.append(segment)
    return found
