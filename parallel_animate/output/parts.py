"""The finished segments of a video, kept beside it until it is complete.

::

    out.mp4.parts/
        manifest.json       what the segments are: their frames and checksums
        00000.mp4           250 frames, a video of its own
        00002.mp4           ... (one before it may be missing, and is rendered later)
        next.part.mp4       the segment under way
        next.frames         its frames, where these are kept (journal.py)
        lock                held by the process that writes here

A segment gets its name only when it is complete and on the disk, and counts only when the manifest
lists it. So whatever ends a render, even a failure of the machine, what the manifest lists can be
used. At the end the segments are joined and the folder is removed. If the render does not get so
far, the folder stays, to be resumed or joined by hand, or set aside (aside.py).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from parallel_animate.errors import OutputError
from parallel_animate.output.aside import (
    Left,
    forked_error,
    left_in,
    locked_error,
    most_left,
    remove_all,
    say_files_are_gone,
    set_aside,
    sets_aside,
)
from parallel_animate.output.checking import usable
from parallel_animate.output.containers import SEGMENTS
from parallel_animate.output.disk import (
    check_same_disk,
    checksum,
    disk_errors,
    fresh,
    sync,
)
from parallel_animate.output.folder import LOCK, clear, is_bare, remove
from parallel_animate.output.journal import JOURNAL, Kept
from parallel_animate.output.lock import FileLock
from parallel_animate.output.manifest import (
    MANIFEST,
    Manifest,
    Segment,
    as_json,
    check_form,
    segment_name,
    write_manifest,
)
from parallel_animate.output.partial import PartialResult
from parallel_animate.output.pieces import Piece, Span
from parallel_animate.output.places import Places
from parallel_animate.output.segments import Early, Segments, frames_in, leading
from parallel_animate.system import Owner


class Parts(Places, Owner):
    """The folder of a video's segments, and its manifest.

    Entering makes the folder if it is not there, and locks it. What an earlier render has left is
    then taken over, set aside or removed.

    Parameters
    ----------
    output : Path
        The video.
    resume : bool or "restart"
        True to go on after the finished segments that are there, "restart" to remove them, False
        to set them aside.

    Raises
    ------
    ResumeError
        If `resume` is True and the manifest cannot be read, or if another process writes there.
    OutputError
        If the folder cannot be written to.

    Attributes
    ----------
    doubtful : int or None
        The first frame that nothing vouches for yet, of those that an earlier render has finished.
    doubts : callable
        Returns the same for all frames at the moment: it is written down with each segment.
    kept : Kept
        What an earlier render has kept of the frames after the finished segments.
    form : dict
        What all segments have in common, by name.
    piece : Piece or None
        Which frames of the video are rendered, if not all.
    can_be_joined : bool
        False of a piece, and after an attempt to join them that has failed, or was interrupted.
    """

    def __init__(self, output: Path, resume: bool | str = False, piece: Piece | None = None):
        super().__init__(output)
        self._usual = self.folder
        self.doubtful: int | None = None
        self.doubts: Callable[[], int | None] = lambda: self.doubtful
        self.can_be_joined = piece is None
        self.kept = Kept(self.folder)
        self._resume = resume
        self.piece = piece
        self._segments = Segments(piece.first if piece else 0)
        self.form: dict[str, Any] = {}
        self._partial = PartialResult(output)
        self._frames_before = 0  # that an earlier render had finished
        self._lock = FileLock(self.folder / LOCK)
        self._entered = False
        self._adding = threading.RLock()  # encoders of several segments do so

    @property
    def is_held(self) -> bool:
        """Whether this process writes here: one that was forked from it leaves all as it is."""
        return self._lock.is_held

    @property
    def segments(self) -> list[Segment]:
        """Those that are finished, in order, up to the first frame that is missing."""
        return self._segments.leading

    @property
    def frames(self) -> int:
        """The first frame that is not finished: so many are, from the beginning of a video on."""
        return self._segments.frames

    @property
    def resumed(self) -> int:
        """Frames, from the first one on, that need not be drawn again."""
        return self.frames + self.kept.frames

    @property
    def done(self) -> list[Span]:
        """Frames behind those that need not be drawn again, or not here."""
        return [*self._segments.done, *(self.piece.behind if self.piece else ())]

    @property
    def finished(self) -> int:
        """How many frames need not be drawn again."""
        return frames_in(self._segments.counted) + self.kept.frames

    @property
    def one_is_whole(self) -> bool:
        """Whether a single segment is the video already, and gets its name."""
        return SEGMENTS.get(self.form.get("suffix", ".mp4")) == self.container.muxer

    @property
    def paths(self) -> list[Path]:
        """The files of the finished segments, in order."""
        return [self.folder / segment.file for segment in self.segments]

    def more_aside(self) -> Left | None:
        """Return the set that is set aside if it has more frames than there are here."""
        aside = sets_aside(self._output) if self.folder == self._usual else []
        return next((x for x in aside[:1] if x.frames > frames_in(self._segments.listed)), None)

    def __enter__(self) -> Self:
        try:
            locked = self._lock.acquire()
        except OSError as error:
            self._leave()
            raise OutputError(f"cannot write {self._output}: {error.strerror}") from error
        if not locked:
            raise locked_error(self._output)
        try:
            with disk_errors(self.temporary):
                check_same_disk(self.folder, self._output)
                self._take_over()
                fresh(self.temporary)
        except BaseException:
            self._leave()
            raise
        self._entered = True
        return self

    def _take_over(self) -> None:
        """Take over, set aside or remove what earlier renders have left, as `resume` says."""
        if self._resume == "restart":
            remove_all(self._output)
            return
        if not self._resume:
            set_aside(self._output, self._lock)
        left = most_left(self._output) if self._resume else left_in(self.folder)
        self.folder, manifest = left.folder, left.manifest
        self.form, self._partial.described = manifest.form, manifest.partial
        self.doubtful = manifest.doubtful
        if left.frames:
            self._segments.take_over(usable(self.folder, manifest.segments))
        elif manifest.segments:
            say_files_are_gone(self.folder, self._output)
        if left.kept.fills(self.frames, self.done):
            self.kept = left.kept
        else:
            (self.folder / JOURNAL).unlink(missing_ok=True)
        self._clear_unfinished()
        self._frames_before = self.frames
        listed = self._segments.listed
        if listed != manifest.segments:  # other files will get the names that it lists
            self._write_manifest(listed)

    def keep_tail(self) -> None:
        """Count a segment that is not whole as finished, if nothing has taken its place."""
        self._segments.keep_tail()

    def fit(self, form: dict[str, Any]) -> None:
        """Check that segments of this form can follow those that are there.

        Parameters
        ----------
        form : dict
            What all segments must have in common, by name; JSON can hold it.

        Raises
        ------
        ResumeError
            If a field differs.
        """
        if done := max(frames_in(self._segments.listed), self.finished):
            check_form(self.folder, self.form, form, done)
        self.change(form)

    def change(self, form: dict[str, Any]) -> None:
        """Note the form that segments have from now on: a resumed render has to keep to it."""
        self.form = as_json(form)

    def add(
        self,
        frames: int,
        *,
        whole: bool = True,
        first: int | None = None,
        number: int | None = None,
        path: Path | None = None,
    ) -> None:
        """Make a finished segment of one under way; it is on the disk when this returns.

        One that is not `whole` has ended early, and a resumed render makes another one: it counts
        if all frames before it are finished. Whole ones count at once. `first` is its first frame,
        by default the first one that is missing. `number` is which segment of the video it is, or
        a part of. `path` is what :meth:`begin` has returned for it, by default the first encoder's.
        """
        if not self.is_held:
            raise forked_error(self._output)
        path = path or self.temporary
        with disk_errors(path):
            sync(path)
            value = checksum(path)
        with self._adding:
            first = self.frames if first is None else first
            number = len(self.segments) if number is None else number
            name = segment_name(number, self.form.get("suffix", ".mp4"))
            segment = Segment(name, first, frames, value, whole)
            if whole:
                self._list(path, segment)
            else:
                early = path.replace(self.folder / f"{first:05}.part.mp4")
                self._segments.early[first] = Early(early, segment)
            if (following := self._segments.early.pop(self.frames, None)) is not None:
                self._list(*following)

    def _list(self, path: Path, segment: Segment) -> None:
        """Let a finished segment count, and give it a name that no other one has."""
        if self._segments.has_more(segment):
            return
        segment = self._segments.named(segment)
        with disk_errors(path):
            path.replace(self.folder / segment.file)
        self._write_manifest(self._segments.with_one(segment))
        self._segments.add(segment)
        if self.kept.first < self.frames:
            self.forget_kept()

    def forget_kept(self) -> None:
        """Count nothing of the segment under way."""
        self.kept = Kept(self.folder)

    def note(self) -> None:
        """Write down which frames nothing vouches for, although no segment is finished."""
        with self._adding:
            self._write_manifest(self._segments.listed)

    def cut(self, frame: int) -> int:
        """Give up the finished segments from the one that holds a frame on.

        The names of their files are given to the segments that follow now. The manifest comes
        first: if the process is killed before they are removed, a resumed render removes them.
        Frames that are kept besides go before it, for a resumed render would take them.

        Segments that an earlier render had finished are only given up if the frame lies in one of
        them; a partial result of these then is too.

        The first frame that shall not be kept is `frame`. Returns how many are left: where
        rendering goes on, which may be before `frame`.

        Raises
        ------
        OutputError
            If the manifest cannot be written. Then no segment is given up.
        """
        kept = self._segments.before(frame)
        if frame < self.resumed or kept != self._segments.listed:
            self.forget_kept()
            (self.folder / JOURNAL).unlink(missing_ok=True)
        self._retain(kept)
        return self.resumed

    def retain(self, spans: Sequence[Span]) -> None:
        """Give up the finished segments that have frames outside of these spans."""
        self._retain(self._segments.within(spans))
        if self.kept.first != self.frames:
            self.forget_kept()

    def _retain(self, kept: list[Segment]) -> None:
        """Give up all segments but these."""
        given_up = [each for each in self._segments.listed if each not in kept]
        if given_up:
            self._write_manifest(kept)
        self._segments.take_over(kept)
        for segment in given_up:
            with contextlib.suppress(OSError):  # it is no longer listed, and may be replaced
                (self.folder / segment.file).unlink(missing_ok=True)
        if self.frames < self._frames_before:
            self._frames_before = self.frames
            self.drop_partial()

    def commit_partial(self) -> Path:
        """Give the joined segments the name of a partial result, until the video is complete."""
        self.drop_partial()
        return self._partial.commit(
            self.joined, lambda: self._write_manifest(self._segments.listed)
        )

    def drop_partial(self) -> None:
        """Remove an earlier partial result: it takes room, and can be made again."""
        if self._partial.described is not None:
            with contextlib.suppress(OSError):
                self._partial.remove(self.folder)
                self._write_manifest(self._segments.listed)

    def _write_manifest(self, segments: list[Segment]) -> None:
        partial, done = self._partial.described, frames_in(leading(segments))
        manifest = Manifest(self.form, segments, partial, done, doubtful=self.doubts())
        write_manifest(self.folder, manifest)

    def complete(self) -> None:
        """Note that the video is complete: the folder, and a partial result, can go."""
        self._segments.take_over([])
        self.forget_kept()
        self.drop_partial()
        with contextlib.suppress(OSError):  # the process may be killed before all is removed
            self._write_manifest([])

    def discard(self) -> None:
        """Remove what is under way: it takes room, and will not be finished."""
        with contextlib.suppress(OSError):
            self._clear_unfinished()

    def close(self) -> None:
        """Remove what is not finished, and the whole folder if no segment is finished."""
        if not self._entered:
            return
        if not self.is_held:
            self._lock.release()
            return
        self.keep_tail()
        try:
            with contextlib.suppress(OSError):  # the video may be complete: no error then
                if self.kept.frames or self._segments.listed:
                    self._clear_unfinished()
                elif self.folder == self._usual:
                    clear(self.folder)
                else:
                    remove(self.folder)
        finally:
            self._leave()

    def _leave(self) -> None:
        """Give the lock back, and remove its folder if no other file of a render is in it."""
        bare = False
        with contextlib.suppress(OSError):  # somebody has removed the folder
            bare = is_bare(self._usual)
        self._lock.release(remove=bare)
        if bare:
            with contextlib.suppress(OSError):  # somebody else has put something there
                self._usual.rmdir()

    def _clear_unfinished(self) -> None:
        keep = {MANIFEST, JOURNAL, *(segment.file for segment in self._segments.listed)}
        clear(self.folder, keep)
