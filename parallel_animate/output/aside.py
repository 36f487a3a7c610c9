"""What earlier renders have left, and what is kept of it when another one begins anew.

::

    out.mp4.parts/      of the render under way, or of the last one that did not come to its end
    out.mp4.kept/       of one before that: the folder itself, with a new name

A render that begins anew gives the folder of an earlier one this other name, in a single step, so
that nothing is lost whenever the process is killed. It keeps one such set, the one with more
frames. A render that goes on does so in the folder that has more frames, whatever its name is.
"""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from parallel_animate.errors import RESUME, OutputError, ResumeError
from parallel_animate.output.disk import is_regular
from parallel_animate.output.folder import LOCK, clear, others, parts_folder, remove
from parallel_animate.output.journal import JOURNAL, Kept
from parallel_animate.output.lock import FileLock
from parallel_animate.output.manifest import MANIFEST, Manifest, read_manifest
from parallel_animate.output.partial import place
from parallel_animate.output.segments import frames_in, leading

log = logging.getLogger("parallel_animate.animator")

# None is longer than that of the parts: an output whose name leaves room for the one does so for
# the others. Further ones are for where something else has the first name.
SUFFIXES = (".kept", *(f".kept{number}" for number in range(2, 10)))


@dataclass(frozen=True)
class Left:
    """What a render has left in a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    manifest : Manifest
        What its manifest says.
    frames : int
        Frames in the finished segments whose files are there, and those that are kept besides.
    kept : Kept
        What is kept of the segment under way.
    leading : int
        Frames of all these up to the first one that is missing.
    """

    folder: Path
    manifest: Manifest
    frames: int
    kept: Kept
    leading: int

    def remove(self) -> None:
        """Remove it all, but nothing that somebody else has put there."""
        partial = self.manifest.partial
        if partial and (path := partial.find(self.folder.parent, self.folder)):
            path.unlink()
        clear(self.folder)


def left_in(folder: Path) -> Left:
    """Return what a render has left in a folder.

    Raises
    ------
    ResumeError
        If the manifest cannot be read, or is gone.
    """
    manifest = read_manifest(folder)
    there = [each for each in manifest.segments if is_regular(folder / each.file)]
    whole = [each for each in there if each.whole]
    kept, end = Kept.of(folder), frames_in(leading(whole))
    besides = kept.frames if kept.first == end else 0
    frames = max(frames_in(there), frames_in(whole) + besides)
    return Left(folder, manifest, frames, kept, max(frames_in(leading(there)), end + besides))


def sets_aside(output: Path) -> list[Left]:
    """Return the sets that have been set aside for an output, the one with most frames first."""
    found = []
    for folder in _names(output):
        if folder.is_dir() and not folder.is_symlink():
            with contextlib.suppress(ResumeError):  # it may be the user's
                found.append(left_in(folder))
    return sorted((left for left in found if left.frames), key=lambda left: -left.frames)


def most_left(output: Path) -> Left:
    """Return what to go on with: what has most frames.

    Raises
    ------
    ResumeError
        If the manifest of the last render cannot be read, or is gone.
    """
    here, aside = left_in(parts_folder(output)), sets_aside(output)
    if not aside or aside[0].frames <= here.frames:
        return here
    files = {segment.file for segment in here.manifest.segments}
    clear(here.folder, keep={MANIFEST, JOURNAL, *files})
    fewer = f"; the {here.frames:,} in {here.folder} are fewer, and stay there"
    log.warning(
        "going on after the %s frames that were set aside in %s%s",
        f"{aside[0].frames:,}",
        aside[0].folder,
        fewer if here.frames else "",
    )
    return aside[0]


def remove_all(output: Path) -> None:
    """Remove all that earlier renders of an output have left."""
    folder = parts_folder(output)
    with contextlib.suppress(ResumeError):  # without a manifest, there is no telling of the rest
        left_in(folder).remove()
    clear(folder)
    for each in sets_aside(output):
        _remove(each)


def set_aside(output: Path, lock: FileLock) -> None:
    """Set aside what an earlier render of an output has left, so that another one can begin anew.

    Of this, and what has been set aside before, that which has more frames is kept.

    Parameters
    ----------
    output : Path
        The video.
    lock : FileLock
        The lock in the folder of its parts. It is given back for a moment.

    Raises
    ------
    ResumeError
        If another render has begun in that moment.
    OutputError
        If no name is free.
    """
    folder = parts_folder(output)
    try:
        left = left_in(folder)
    except ResumeError:
        target = _free(output)
        _rename(folder, target, output, lock)
        log.warning(
            "what an earlier render has left in %s cannot be read: it is set aside in %s as it is",
            folder,
            target,
        )
        return
    aside = sets_aside(output)
    if not left.frames:
        return
    if aside and aside[0].frames > left.frames:
        left.remove()
        log.warning(
            "%s of the last render of %s: removed, for the %s that are set aside in %s are more. "
            "This render begins anew; %s goes on after those instead",
            _counted(left),
            output.name,
            f"{aside[0].frames:,}",
            aside[0].folder,
            RESUME,
        )
        return
    target = _free(output)
    _rename(folder, target, output, lock, left)
    for each in aside:
        _remove(each)
    first = aside[0].folder if aside else target
    if not os.path.lexists(first):
        target = target.rename(first)
    log.warning(
        "%s of an earlier render of %s: set aside in %s. This render begins anew; %s goes on after "
        "those instead (`parallel-animate join` makes a video of them)",
        _counted(left),
        output.name,
        target,
        RESUME,
    )


def _rename(
    folder: Path, target: Path, output: Path, lock: FileLock, left: Left | None = None
) -> None:
    """Give a folder of parts another name, and lock a new one of its own name."""
    if os.name == "nt":  # which renames no folder with a file that is open
        lock.release(remove=True)
    folder.rename(target)
    with contextlib.suppress(OSError):
        (target / LOCK).unlink()
    lock.release()
    if not lock.acquire():
        raise locked_error(output)
    with contextlib.suppress(OSError):  # what cannot be moved does no harm where it is
        for name in others(target):
            (target / name).rename(folder / name)
        if left and left.manifest.partial and (path := left.manifest.partial.find(output.parent)):
            place(path, target / path.name)


def _remove(left: Left) -> None:
    """Remove a set that has been set aside, and say so."""
    left.remove()
    remove(left.folder)
    log.warning("%s that were set aside in %s: removed", _counted(left), left.folder)


def _counted(left: Left) -> str:
    return "1 finished frame" if left.frames == 1 else f"{left.frames:,} finished frames"


def locked_error(output: Path) -> ResumeError:
    """Return the error for an output that another render is writing."""
    return ResumeError(
        f"another render is writing {output} (it has locked {parts_folder(output)}): wait for its "
        "end, or give this one another output_file"
    )


def _free(output: Path) -> Path:
    """Return a name for a set that nothing has at the moment."""
    for folder in _names(output):
        if not os.path.lexists(folder):
            return folder
    raise OutputError(
        f"the finished frames of an earlier render of {output} cannot be set aside: all names from "
        f"{output.name}{SUFFIXES[0]} to {output.name}{SUFFIXES[-1]} are taken"
    )


def folders_of(output: Path) -> list[Path]:
    """Return the folders that may hold segments of an output.

    Examples
    --------
    >>> [folder.name for folder in folders_of(Path("videos/out.mp4"))[:2]]
    ['out.mp4.parts', 'out.mp4.kept']
    """
    return [parts_folder(output), *_names(output)]


def _names(output: Path) -> list[Path]:
    return [output.with_name(output.name + suffix) for suffix in SUFFIXES]


def forked_error(output: Path) -> OutputError:
    """Return the error for a process that was forked from the one that writes an output."""
    return OutputError(
        f"process {os.getpid()} was forked by a render of {output}, and only the process that has "
        "begun it writes the video: end it with os._exit()"
    )


def say_files_are_gone(folder: Path, output: Path) -> None:
    """Say that a manifest lists frames whose files are gone."""
    # If the video is there, it was one segment, which got the video's name just before the process
    # was killed.
    level = logging.DEBUG if output.exists() else logging.WARNING
    log.log(level, "%s lists frames, but their files are gone", folder / MANIFEST)
