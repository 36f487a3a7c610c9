"""Frames to segments, and segments to the video.

::

    frame views ─▶ segment under way ─▶ finished segments ─▶ joined ─▶ out.mp4
                   (a writer)           (parts)              └ or, if there is only one, renamed

An error among the frames ends the segment under way as the last frame would: all frames that
came before it are kept. Then it goes on its way.
"""

from __future__ import annotations

import itertools
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from parallel_animate.canvas.pixels import Pixels
from parallel_animate.errors import AnimateError, OutputError, ResumeError, kept
from parallel_animate.video.disk import FULL, disk_errors, size
from parallel_animate.video.output import OutputFile
from parallel_animate.video.parts import Parts
from parallel_animate.video.writer import VideoWriter, WriterChoice

log = logging.getLogger("parallel_animate")

# Seconds that a segment may take: so much of a slow render can be lost at most.
SEGMENT_SECONDS = 60.0


def record(
    frames: Iterator[Pixels],
    parts: Parts,
    choice: WriterChoice,
    most: int,
    total: int | None = None,
) -> None:
    """Write all frames to segments.

    Parameters
    ----------
    frames : iterator of ndarray
        Frame views, each valid until the next one is asked for.
    parts : Parts
        Takes the segments.
    choice : WriterChoice
        Opens a writer for each of them; for the first one before any frame is asked for.
    most : int
        Frames of a segment at most.
    total : int, optional
        Frames of the video, if that is known: then an error about a full disk says what all of
        them need.
    """
    writer: VideoWriter | None = choice.open(parts.temporary)
    try:
        for view in frames:
            writer = writer or choice.open(parts.temporary)
            segment = _Segment(itertools.chain([view], frames), most)
            try:
                writer.write(segment.views())
                writer.close()
                writer = None
                parts.add(segment.frames)
            except AnimateError as error:
                if segment.failure is None:
                    _say_what_is_needed(error, parts, segment.frames, total)
                    raise
                segment.failure.add_note(f"{segment.frames:,} frames before it are lost: {error}")
            if segment.failure is not None:
                raise segment.failure
    finally:
        if writer is not None:
            writer.close()


def _say_what_is_needed(error: AnimateError, parts: Parts, frames: int, total: int | None) -> None:
    """Add to an error about a full disk what all frames take, by what the first ones have taken."""
    if not isinstance(error, OutputError) or error.errno not in FULL:
        return
    taken = sum(size(path) for path in (*parts.paths, parts.temporary))
    done = parts.frames + frames
    if total is not None and taken:
        error.add_note(
            f"At {taken // done:,} bytes a frame, its {total:,} frames need about "
            f"{taken * total // done:,} bytes, and as much again while they are joined."
        )


@dataclass
class _Segment:
    """The frames of one segment, and what ended it."""

    source: Iterator[Pixels]
    most: int
    frames: int = 0
    failure: BaseException | None = None
    _until: float = field(default_factory=lambda: monotonic() + SEGMENT_SECONDS)

    def views(self) -> Iterator[Pixels]:
        """Yield the frames."""
        while self.frames == 0 or (self.frames < self.most and monotonic() < self._until):
            try:
                view = next(self.source)
            except StopIteration:
                return
            except BaseException as error:
                self.failure = error
                return
            self.frames += 1
            yield view


def complete(
    parts: Parts,
    output: OutputFile,
    choice: WriterChoice,
    interruptible: AbstractContextManager[None],
) -> None:
    """Make the video of the finished segments, and give it its name.

    Joining, which may take long, happens in the context `interruptible`.
    """
    if len(parts.segments) == 1:
        output.commit(parts.paths[0])
    else:
        from parallel_animate.video.joining import join

        with interruptible:
            join(parts.folder, parts.segments, parts.joined, parts.fps, choice.muxer_options)
        output.commit(parts.joined)
    parts.finished()


def keep_partial(parts: Parts, error: BaseException) -> None:
    """Make a video of what is finished, and let the error say where it is."""
    if not parts.segments or isinstance(error, ResumeError):
        return
    partial: Path | None = None
    parts.discard()
    try:
        partial = _partial(parts)
    except (AnimateError, OSError) as failed:
        log.warning("there is no video of the finished frames: %s", failed)
    if isinstance(error, AnimateError):
        error.partial_file, error.partial_frames = partial, parts.frames
    else:
        error.add_note(kept(parts.frames, partial))
        if not isinstance(error, KeyboardInterrupt):  # it may end the program without a word
            log.warning("%s", kept(parts.frames, partial))


def _partial(parts: Parts) -> Path:
    if len(parts.segments) > 1:
        from parallel_animate.video.joining import join

        join(parts.folder, parts.segments, parts.joined, parts.fps)
    else:
        with disk_errors(parts.joined, parts.paths[0].stat().st_size):
            try:
                os.link(parts.paths[0], parts.joined)
            except OSError:  # a file system without links
                shutil.copyfile(parts.paths[0], parts.joined)
    return parts.commit_partial()
