"""Makes a video of finished segments: of all frames, or of those that are left by a failure."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import takewhile
from pathlib import Path

from parallel_animate.errors import AnimateError, ResumeError, kept
from parallel_animate.output.checking import check
from parallel_animate.output.choose import WriterChoice
from parallel_animate.output.disk import disk_errors, fresh, is_regular
from parallel_animate.output.file import OutputFile
from parallel_animate.output.finish import AS_IT_IS, Finish
from parallel_animate.output.manifest import Segment
from parallel_animate.output.parts import Parts
from parallel_animate.output.segments import frames_in
from parallel_animate.output.settings import FASTSTART

log = logging.getLogger("parallel_animate.animator")


def prepare(
    parts: Parts, choice: WriterChoice, interruptible: AbstractContextManager[None]
) -> None:
    """Make the video of the finished segments, if it has to be made of them.

    Joining, which may take long, happens in the context `interruptible`. If it is interrupted, or
    fails, there will be no partial result: to make one is to join the segments too, and would take
    as long and as much of the disk.
    """
    finish = choice.settings.finish
    if not finish.is_needed and _is_whole(parts, parts.segments):
        check(parts.folder, parts.segments[0])
        return
    parts.can_be_joined = False  # until they are joined
    with interruptible:
        parts.drop_partial()  # so that the disk never holds the frames three times
        _make(parts, parts.segments, choice.muxer_options, finish)
    parts.can_be_joined = True


def commit(parts: Parts, choice: WriterChoice, output: OutputFile) -> None:
    """Give the video that was prepared its name."""
    if not choice.settings.finish.is_needed and _is_whole(parts, parts.segments):
        output.commit(parts.paths[0])
    elif parts.container.is_one_file:
        output.commit(parts.joined)
    parts.complete()


def _is_whole(parts: Parts, segments: Sequence[Segment]) -> bool:
    """Return whether the segments are one that is the video already."""
    return len(segments) == 1 and parts.one_is_whole


def keep_partial(parts: Parts, error: BaseException) -> None:
    """Make a video of what is finished, and let the error say where it is."""
    parts.keep_tail()
    if not parts.segments or not parts.is_held or isinstance(error, ResumeError):
        return
    parts.discard()
    # Somebody may have removed files.
    there = takewhile(lambda each: is_regular(parts.folder / each.file), parts.segments)
    segments, partial = list(there), None
    frames = frames_in(segments)
    if frames < frames_in(parts.segments):
        log.warning(
            "files in %s were removed: %d of %d frames are left",
            *(parts.folder, frames, frames_in(parts.segments)),
        )
    if not segments:
        return
    try:
        # To encode them all would take too long after Ctrl-C.
        if parts.can_be_joined and parts.container.assembly == "packets":
            partial = _partial(parts, segments)
    except (AnimateError, OSError) as failed:
        log.warning("there is no video of the finished frames: %s", failed)
    more = parts.more_aside()
    aside = None if more is None else (more.frames, more.folder)
    if isinstance(error, AnimateError):
        error.partial_file, error.partial_frames = partial, frames
        error.frames_aside = aside
    else:
        error.add_note(kept(frames, partial, aside))
        if not isinstance(error, KeyboardInterrupt):  # others may end the program without a word
            log.warning("%s", kept(frames, partial, aside))


def _make(
    parts: Parts,
    segments: Sequence[Segment],
    muxer: Mapping[str, str] = FASTSTART,
    finish: Finish = AS_IT_IS,
) -> None:
    from parallel_animate.output.making import make

    make(parts.folder, segments, parts.target, parts.form, muxer, parts.container, finish)


def _partial(parts: Parts, segments: Sequence[Segment]) -> Path:
    if not _is_whole(parts, segments):
        _make(parts, segments)
    else:
        check(parts.folder, segments[0])
        with disk_errors(parts.joined, parts.paths[0].stat().st_size):
            parts.joined.unlink(missing_ok=True)
            try:
                os.link(parts.paths[0], parts.joined)
            except OSError:  # a file system without links
                fresh(parts.joined)
                shutil.copyfile(parts.paths[0], parts.joined)
    return parts.commit_partial()
