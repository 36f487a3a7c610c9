"""Makes a video of what an unfinished render has left, when the user asks for it."""

from __future__ import annotations

from pathlib import Path

from parallel_animate.errors import ResumeError
from parallel_animate.output.file import OutputFile
from parallel_animate.output.manifest import read_manifest
from parallel_animate.output.parts import SUFFIX, partial_name


def join_leftover(folder: Path, output: Path | None = None) -> tuple[int, Path]:
    """Join the finished segments in a folder, and leave them there.

    Parameters
    ----------
    folder : Path
        The folder, ``OUTPUT.parts``.
    output : Path, optional
        The video; ``<stem>.partial.mp4`` beside the folder if it is not given.

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
    from parallel_animate.output.joining import join, usable

    folder = folder.resolve()  # "." has no name
    if not folder.is_dir():
        parts = folder.with_name(folder.name + SUFFIX)
        hint = f"; the segments of that video are in {parts}" if parts.is_dir() else ""
        raise ResumeError(f"no such folder: {folder}{hint}")
    manifest = read_manifest(folder)
    segments = usable(folder, manifest.segments)
    if not segments:
        raise ResumeError(f"{folder} holds no finished segment")
    target = OutputFile(output or partial_name(folder.with_name(folder.name.removesuffix(SUFFIX))))
    unfinished = target.path.with_name(f".{target.path.stem[:40]}.part.mp4")
    try:
        join(folder, segments, unfinished, manifest.fps)
        target.commit(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
    return sum(segment.frames for segment in segments), target.path
