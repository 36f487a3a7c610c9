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
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from parallel_animate.canvas import Pixels
from parallel_animate.errors import AnimateError, EncoderError, OutputError, ResumeError, kept
from parallel_animate.output.disk import FULL, disk_errors, size
from parallel_animate.output.file import OutputFile
from parallel_animate.output.manifest import Segment
from parallel_animate.output.parts import Parts
from parallel_animate.output.writer import Rescued, VideoWriter, WriterChoice

log = logging.getLogger("parallel_animate")

# Seconds that a segment may take: so much of a slow render can be lost at most.
SEGMENT_SECONDS = 60.0


class Recorder:
    """Writes frames to segments.

    If NVENC, chosen by ``video_mode="auto"``, fails in the middle, libx264 goes on after the
    frames that it has finished.

    Parameters
    ----------
    parts : Parts
        Takes the segments.
    choice : WriterChoice
        Opens a writer for each of them.
    most : int
        Frames of a segment at most.
    total : int, optional
        Frames of the video, if that is known: then an error about a full disk says what all of
        them need.

    Attributes
    ----------
    encoder : str
        What has encoded, for the report.
    """

    def __init__(
        self, parts: Parts, choice: WriterChoice, most: int, total: int | None = None
    ) -> None:
        self.encoder = choice.name
        self._parts = parts
        self._choice = choice
        self._most = most
        self._total = total

    def record(self, frames: Iterator[Pixels]) -> None:
        """Write all frames.

        Parameters
        ----------
        frames : iterator of ndarray
            Frame views, each valid until the next one is asked for. The first one is asked for
            when a writer is open.
        """
        writer: VideoWriter | None = self._open()
        try:
            while (view := next(frames, None)) is not None:
                writer = writer or self._open()
                segment = _Segment(itertools.chain([view], frames), self._most)
                again = self._write(writer, segment)
                writer.close()
                writer = None
                if again:
                    frames = itertools.chain(again, segment.rest())
                elif segment.failure is not None:
                    raise segment.failure
        finally:
            if writer is not None:
                writer.close()

    def _write(self, writer: VideoWriter, segment: _Segment) -> Sequence[Pixels]:
        """Write a segment, and return the frames that another encoder has to write again."""
        first = self._parts.frames
        try:
            writer.write(segment.views(), first)
            self._parts.add(segment.frames)
        except AnimateError as error:
            try:
                return self._rescue(writer.rescued, error)
            except AnimateError as final:
                lost = first + segment.frames - self._parts.frames
                if segment.failure is None:
                    _say_what_is_needed(final, self._parts, lost, self._total)
                    raise
                segment.failure.add_note(f"{lost:,} frames before it are lost: {final}")
        return ()

    def _rescue(self, rescued: Rescued | None, error: AnimateError) -> Sequence[Pixels]:
        """Keep what an encoder that has failed has finished, and let another one go on."""
        if rescued is None:
            raise error
        if rescued.frames:
            self._parts.add(rescued.frames)
        self._substitute(error)
        return rescued.after

    def _open(self) -> VideoWriter:
        try:
            return self._choice.open(self._parts.temporary)
        except EncoderError as error:
            self._substitute(error)
            return self._choice.open(self._parts.temporary)

    def _substitute(self, error: AnimateError) -> None:
        """Let another encoder go on, or raise the error."""
        substitute = self._choice.substitute
        if substitute is None:
            raise error
        first = self._parts.frames
        log.warning("%s; %s goes on from frame %d", error, substitute.name, first)
        self.encoder += f", {substitute.name} from frame {first}"
        self._choice = substitute
        self._parts.change(substitute.form)


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

    def rest(self) -> Iterator[Pixels]:
        """Yield what would have come after these frames, or raise what did."""
        if self.failure is not None:
            raise self.failure
        yield from self.source

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

    Joining, which may take long, happens in the context `interruptible`. If it is interrupted, or
    fails, there will be no partial result: that would take as long, and as much of the disk.
    """
    if len(parts.segments) == 1:
        output.commit(parts.paths[0])
    else:
        from parallel_animate.output.joining import join

        parts.can_be_joined = False  # unless it turns out so
        with interruptible:
            parts.drop_partial()  # before there are three times the frames on the disk
            join(parts.folder, parts.segments, parts.joined, parts.fps, choice.muxer_options)
        parts.can_be_joined = True
        output.commit(parts.joined)
    parts.finished()


def keep_partial(parts: Parts, error: BaseException) -> None:
    """Make a video of what is finished, and let the error say where it is."""
    if not parts.segments or isinstance(error, ResumeError):
        return
    parts.discard()
    segments, partial = parts.present(), None
    frames = sum(segment.frames for segment in segments)
    if frames < parts.frames:
        log.warning(
            "files in %s were removed: %d of %d frames are left", parts.folder, frames, parts.frames
        )
    if not segments:
        return
    try:
        if parts.can_be_joined:
            partial = _partial(parts, segments)
    except (AnimateError, OSError) as failed:
        log.warning("there is no video of the finished frames: %s", failed)
    if isinstance(error, AnimateError):
        error.partial_file, error.partial_frames = partial, frames
    else:
        error.add_note(kept(frames, partial))
        if not isinstance(error, KeyboardInterrupt):  # it may end the program without a word
            log.warning("%s", kept(frames, partial))


def _partial(parts: Parts, segments: Sequence[Segment]) -> Path:
    if len(segments) > 1:
        from parallel_animate.output.joining import join

        join(parts.folder, segments, parts.joined, parts.fps)
    else:
        with disk_errors(parts.joined, parts.paths[0].stat().st_size):
            try:
                os.link(parts.paths[0], parts.joined)
            except OSError:  # a file system without links
                shutil.copyfile(parts.paths[0], parts.joined)
    return parts.commit_partial()
