"""Makes a video of what an unfinished render has left, when the user asks for it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parallel_animate.errors import ResumeError
from parallel_animate.output.aside import folders_of
from parallel_animate.output.checking import usable
from parallel_animate.output.containers import container_of
from parallel_animate.output.disk import disk_errors
from parallel_animate.output.file import OutputFile
from parallel_animate.output.manifest import read_manifest
from parallel_animate.output.partial import free_partial_names
from parallel_animate.output.segments import frames_in, leading
from parallel_animate.output.settings import FASTSTART

log = logging.getLogger("parallel_animate.animator")


def join_leftover(folder: Path, output: Path | None = None) -> tuple[int, Path]:
    """Join the finished segments in a folder, and leave them there.

    Parameters
    ----------
    folder : Path
        The folder, ``OUTPUT.parts``.
    output : Path, optional
        The video. If it is not given, it is the partial result that a render has made of them, or
        has its name, ``<stem>.partial<suffix>``, beside the folder; or a similar name, if something
        else has that one.

    Returns
    -------
    tuple of int and Path
        The frames in the video, and where it is.

    Raises
    ------
    ResumeError
        If there is no such folder, or nothing in it that can be used.
    OutputError
        If the video cannot be written.
    """
    # This imports PyAV, which nothing else of the command needs.
    from parallel_animate.output.making import make

    folder = folder.resolve()  # "." has no name
    if not folder.is_dir():
        left = [each for each in folders_of(folder) if each.is_dir()]
        hint = f"; the segments of that video are in {' and '.join(map(str, left))}" if left else ""
        raise ResumeError(f"no such folder: {folder}{hint}")
    manifest = read_manifest(folder)
    there = usable(folder, manifest.segments)
    segments = leading(there)
    if not there:
        raise ResumeError(f"{folder} holds no finished segment")
    if not segments:
        raise ResumeError(
            f"the segment with frame 0 is missing in {folder}, and a video of the others would "
            f"begin with frame {there[0].first}: each of them is a video of its own"
        )
    if behind := frames_in(there[len(segments) :]):
        log.warning(
            "frame %s is missing: the %s frames that are finished behind it are left out",
            *(f"{segments[-1].end:,}", f"{behind:,}"),
        )
    if output is None:
        made = manifest.partial and manifest.partial.find(folder.parent)
        video = next((each for each in _videos(folder) if folder in folders_of(each)), folder)
        output = made or next(free_partial_names(video))
    target = OutputFile(output)
    container, form = container_of(target.path), manifest.form
    if not container.is_one_file:
        make(folder, segments, target.path, form, FASTSTART, container)
    else:
        with _unfinished(target.path) as unfinished:
            make(folder, segments, unfinished, form, FASTSTART, container)
            target.commit(unfinished)
    return frames_in(segments), target.path


def _videos(folder: Path) -> list[Path]:
    """Return the videos whose segments a folder may hold, by its name."""
    name = folder.name
    return [folder.with_name(name[:at]) for at in range(1, len(name)) if name[at] == "."]


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Make a file that nothing else has the name of, beside the target; remove it at the end."""
    path = target.with_name(f".{target.stem[:40]}.{secrets.token_hex(4)}.part.mp4")
    with disk_errors(path):
        path.touch(exist_ok=False)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
