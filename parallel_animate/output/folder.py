"""The folder of a video's parts: its name, and which files in it are a render's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from pathlib import Path

from parallel_animate.output.journal import JOURNAL
from parallel_animate.output.manifest import MANIFEST, SEGMENT

SUFFIX = ".parts"
LOCK = "lock"
# Names of the files that a render makes in the folder, except for the lock.
OURS = re.compile(
    SEGMENT.pattern
    + r"|(next(-\d+)?|joined|\d{5,})\.part\.mp4|manifest(\.part)?\.json|"
    + re.escape(JOURNAL)
)


def parts_folder(output: Path) -> Path:
    """Return the folder of a video's parts.

    Examples
    --------
    >>> parts_folder(Path("videos/out.mp4")).name
    'out.mp4.parts'
    """
    return output.with_name(output.name + SUFFIX)


def is_bare(folder: Path) -> bool:
    """Return whether no file in the folder is a render's, except for the lock."""
    return not any(OURS.fullmatch(file.name) for file in folder.iterdir())


def others(folder: Path) -> list[str]:
    """Return the names of what somebody else has put into the folder."""
    return [
        file.name
        for file in folder.iterdir()
        if file.name != LOCK and not OURS.fullmatch(file.name)
    ]


def remove(folder: Path) -> None:
    """Remove what a render made in a folder that it does not lock, and the folder if empty."""
    clear(folder)
    (folder / LOCK).unlink(missing_ok=True)  # left by a process that was killed
    with contextlib.suppress(OSError):  # somebody has put something there
        folder.rmdir()


def clear(folder: Path, keep: Collection[str] = ()) -> None:
    """Remove what a render made in a folder; what somebody else has put there stays."""
    # The manifest goes last: segments without one are never removed unless that is asked for.
    for file in sorted(folder.iterdir(), key=lambda file: file.name == MANIFEST):
        if OURS.fullmatch(file.name) and file.name not in keep:
            file.unlink()
