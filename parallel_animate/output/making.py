"""The file that is asked for, made of finished segments.

Where its format can hold their packets, these are copied (``joining.py``). Where it cannot, because
it has a palette for the whole, say, the segments are PNGs, from which it is encoded at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av

from parallel_animate.errors import OutputError
from parallel_animate.output import joining
from parallel_animate.output.containers import Container
from parallel_animate.output.disk import FULL, disk_errors, fresh, sync, unwritable
from parallel_animate.output.files import write_files
from parallel_animate.output.finish import AS_IT_IS, Finish
from parallel_animate.output.gif import write_gif
from parallel_animate.output.looped import write_apng, write_webp
from parallel_animate.output.manifest import Segment
from parallel_animate.output.reading import pictures


def make(
    folder: Path,
    segments: Sequence[Segment],
    target: Path,
    form: Mapping[str, Any],
    muxer: Mapping[str, str],
    container: Container,
    finish: Finish = AS_IT_IS,
) -> None:
    """Make the file of segments.

    Parameters
    ----------
    folder : Path
        Where they are.
    segments : sequence of Segment
        In order; at least one.
    target : Path
        The file to write; a pattern for names, if each frame gets its own.
    form : mapping
        What the segments have in common, as the manifest says.
    muxer : mapping
        Options of FFmpeg's MP4 muxer.
    container : Container
        What it shall be.
    finish : Finish
        How long frames are shown, and the sound.

    Raises
    ------
    OutputError
        If it cannot be written, a segment cannot be read, or the container cannot hold them.
    """
    fps, encoder = Fraction(form["fps"]), form.get("encoder", "libx264")
    if (encoder == "png") != ("png" in container.codecs):
        raise OutputError(
            f"the segments in {folder} cannot be made into {target.name}: they hold "
            f"{'pictures' if encoder == 'png' else 'a video'}, and it does not"
        )
    if container.assembly == "files":
        write_files(folder, segments, target)
    elif container.assembly == "packets":
        joining.join(folder, segments, target, fps, muxer, container, finish)
    else:
        _encode(folder, segments, target, form, container, finish)


def _encode(
    folder: Path,
    segments: Sequence[Segment],
    target: Path,
    form: Mapping[str, Any],
    container: Container,
    finish: Finish,
) -> None:
    shown, fps = partial(pictures, folder, segments), Fraction(form["fps"])
    frames = sum(segment.frames for segment in segments)
    starts = finish.starts(frames, fps)
    try:
        with disk_errors(target):
            fresh(target)
            if container.assembly == "gif":
                with target.open("wb") as file:
                    write_gif(file, shown, starts)
            elif container.assembly == "webp":
                write_webp(target, shown(), starts)
            else:
                write_apng(target, shown(), fps, starts, form.get("pixel_format") == "rgba")
    except av.FFmpegError as error:
        if error.errno in FULL:
            raise unwritable(target, error.errno, error.strerror) from error
        raise OutputError(f"cannot make {target.name} of the segments: {error}") from error
    with disk_errors(target):
        sync(target)
