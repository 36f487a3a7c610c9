"""The finished segments of a video, kept beside it until it is complete.

::

    out.mp4.parts/
        manifest.json       what the segments are, their checksums, and how many frames are done
        00000.mp4           1,000 frames, a video of its own
        00001.mp4           ...
        next.part.mp4       the segment under way
        lock                held by the process that writes here

A segment gets its name only when it is complete and on the disk, and counts only when the manifest
lists it. So whatever ends a render, even a failure of the machine, what the manifest lists can be
used. At the end the segments are joined and the folder is removed. If the render does not get so
far, the folder stays, to be resumed or joined by hand, or set aside (aside.py).
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

from parallel_animate.errors import RESTART, RESUME, OutputError, ResumeError, spelled
from parallel_animate.output.aside import (
    Left,
    left_in,
    locked_error,
    most_left,
    remove_all,
    set_aside,
    sets_aside,
)
from parallel_animate.output.checking import usable
from parallel_animate.output.containers import SEGMENTS, container_of
from parallel_animate.output.disk import (
    checksum,
    disk_errors,
    fresh,
    is_regular,
    sync,
)
from parallel_animate.output.finish import AS_IT_IS, Finish
from parallel_animate.output.folder import LOCK, clear, is_bare, parts_folder, remove
from parallel_animate.output.lock import FileLock
from parallel_animate.output.manifest import (
    MANIFEST,
    Manifest,
    Segment,
    as_json,
    segment_name,
    write_manifest,
)
from parallel_animate.output.partial import Partial, free_partial_names, marked, place
from parallel_animate.output.settings import FASTSTART
from parallel_animate.system import Owner
from parallel_animate.text import shortened

log = logging.getLogger("parallel_animate.animator")


class Parts(Owner):
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
    folder : Path
        Where they are.
    segments : list of Segment
        Those that are finished, in order.
    doubtful : int or None
        The first frame that nothing vouches for yet, of those that an earlier render has finished.
    doubts : callable
        Returns the same for all frames at the moment: it is written down with each segment.
    container : Container
        What the video shall be.
    can_be_joined : bool
        False after an attempt to join them that has failed, or was interrupted.
    """

    def __init__(self, output: Path, resume: bool | str = False) -> None:
        self.folder = self._usual = parts_folder(output)
        self.segments: list[Segment] = []
        self.doubtful: int | None = None
        self.doubts: Callable[[], int | None] = lambda: self.doubtful
        self.can_be_joined = True
        self.container = container_of(output)
        self._output, self._resume = output, resume
        self._form: dict[str, Any] = {}
        self._partial: Partial | None = None
        self._frames_before = 0  # that an earlier render had finished
        self._lock = FileLock(self.folder / LOCK)
        self._entered = False

    @property
    def is_held(self) -> bool:
        """Whether this process writes here: one that was forked from it leaves all as it is."""
        return self._lock.is_held

    @property
    def frames(self) -> int:
        """Frames that are finished, from the first one on."""
        return sum(segment.frames for segment in self.segments)

    @property
    def fps(self) -> Fraction:
        """Frames a second of the segments."""
        return Fraction(self._form["fps"])

    @property
    def one_is_whole(self) -> bool:
        """Whether a single segment is the video already, and gets its name."""
        return SEGMENTS.get(self._form.get("suffix", ".mp4")) == self.container.muxer

    @property
    def paths(self) -> list[Path]:
        """The files of the finished segments, in order."""
        return [self.folder / segment.file for segment in self.segments]

    def present(self) -> list[Segment]:
        """Return the finished segments before the first one whose file somebody has removed."""
        return list(
            itertools.takewhile(lambda each: is_regular(self.folder / each.file), self.segments)
        )

    def more_aside(self) -> Left | None:
        """Return the set that is set aside if it has more frames than there are here."""
        aside = sets_aside(self._output) if self.folder == self._usual else []
        return aside[0] if aside and aside[0].frames > self.frames else None

    @property
    def temporary(self) -> Path:
        """Where the segment under way is written."""
        return self.folder / "next.part.mp4"

    def begin(self) -> Path:
        """Return where the next segment is to be written: an empty file."""
        with disk_errors(self.temporary):
            fresh(self.temporary)
        return self.temporary

    @property
    def joined(self) -> Path:
        """Where the segments are joined."""
        return self.folder / "joined.part.mp4"

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
                self._check_disk()
                self._take_over()
                fresh(self.temporary)
        except BaseException:
            self._leave()
            raise
        self._entered = True
        return self

    def _check_disk(self) -> None:
        """Raise an OutputError if the video could not be renamed from here to its place."""
        if self.folder.stat().st_dev != self._output.parent.stat().st_dev:
            raise OutputError(
                f"{self.folder} is on another disk than {self._output}, and no file can be renamed "
                "from one to the other: give an output_file on that disk, or move the folder here"
            )

    def _take_over(self) -> None:
        """Take over, set aside or remove what earlier renders have left, as `resume` says."""
        if self._resume == "restart":
            remove_all(self._output)
            return
        if not self._resume:
            set_aside(self._output, self._lock)
        left = most_left(self._output) if self._resume else left_in(self.folder)
        self.folder, manifest = left.folder, left.manifest
        self._form, self._partial = manifest.form, manifest.partial
        self.doubtful = manifest.doubtful
        if left.frames:
            self.segments = usable(self.folder, manifest.segments)
        elif manifest.segments:
            # If the video is there, it was one segment, which got the video's name just before the
            # process was killed.
            level = logging.DEBUG if self._output.exists() else logging.WARNING
            log.log(level, "%s lists frames, but their files are gone", self.folder / MANIFEST)
        self._clear_unfinished()
        self._frames_before = self.frames
        if self.segments != manifest.segments:  # other files will get the names that it lists
            self._write_manifest(self.segments)

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
        for field in sorted(form.keys() | self._form.keys()) if self.segments else ():
            before, now = self._form.get(field), as_json(form.get(field))
            if before != now:
                raise ResumeError(
                    f"cannot resume: {field} is {shortened(now)}, but the {self.frames:,} frames "
                    f"in {self.folder} were made with {shortened(before)}. Give the same arguments"
                    + (" (video_mode='cpu' takes libx264)" if before == "libx264" else "")
                    + f", or begin anew without {spelled(RESUME)}, or with "
                    f"{spelled(RESTART)}, which throws the frames away"
                )
        self.change(form)

    def change(self, form: dict[str, Any]) -> None:
        """Note the form that segments have from now on: a resumed render has to keep to it."""
        self._form = as_json(form)

    def add(self, frames: int) -> None:
        """Make a finished segment of the one under way; it is on the disk when this returns."""
        if not self.is_held:
            raise OutputError(
                f"process {os.getpid()} was forked by a render of {self._output}, and only the "
                "process that has begun it writes the video: end it with os._exit()"
            )
        with disk_errors(self.temporary):
            sync(self.temporary)
            name = segment_name(len(self.segments), self._form.get("suffix", ".mp4"))
            segment = Segment(name, frames, checksum(self.temporary))
            self.temporary.replace(self.folder / segment.file)
        self._write_manifest([*self.segments, segment])
        self.segments.append(segment)

    def cut(self, frame: int) -> int:
        """Give up the finished segments from the one that holds a frame on.

        The names of their files are given to the segments that follow now. The manifest comes
        first: if the process is killed before they are removed, a resumed render removes them.

        Segments that an earlier render had finished are only given up if the frame lies in one of
        them; a partial result, which was made of these, then is too.

        Parameters
        ----------
        frame : int
            The first frame that shall not be kept.

        Returns
        -------
        int
            Frames that are left: where rendering goes on. It is less than `frame` where a segment
            begins before it.

        Raises
        ------
        OutputError
            If the manifest cannot be written. Then no segment is given up.
        """
        kept, left = [], 0
        for segment in self.segments:
            if left + segment.frames > frame:
                break
            kept.append(segment)
            left += segment.frames
        given_up = self.paths[len(kept) :]
        if not given_up:
            return left
        self._write_manifest(kept)
        self.segments = kept
        for path in given_up:
            with contextlib.suppress(OSError):  # it is no longer listed, and may be replaced
                path.unlink(missing_ok=True)
        if left < self._frames_before:
            self._frames_before = left
            self.drop_partial()
        return left

    def join(
        self,
        segments: Sequence[Segment],
        muxer: Mapping[str, str] = FASTSTART,
        finish: Finish = AS_IT_IS,
    ) -> None:
        """Make the output of segments, in the file `joined`, or files: as :func:`make` does."""
        from parallel_animate.output.making import make

        target = self.joined if self.container.is_one_file else self._output
        make(self.folder, segments, target, self._form, muxer, self.container, finish)

    def commit_partial(self) -> Path:
        """Give the joined segments the name of a partial result, until the video is complete."""
        self.drop_partial()
        for path in free_partial_names(self._output):
            # If the process is killed here, the file that the manifest names is not there, or it
            # is somebody else's, which is not like the one that is described.
            self._partial = marked(self.joined, path.name)
            self._write_manifest(self.segments)
            if place(self.joined, path):
                break
        return path

    def drop_partial(self) -> None:
        """Remove an earlier partial result: it takes room, and can be made again."""
        if self._partial is None:
            return
        with contextlib.suppress(OSError):
            self._remove_partial()
            self._write_manifest(self.segments)

    def _remove_partial(self) -> None:
        if self._partial is not None and (
            path := self._partial.find(self._output.parent, self.folder)
        ):
            path.unlink()
        self._partial = None

    def _write_manifest(self, segments: list[Segment]) -> None:
        manifest = Manifest(
            self._form,
            segments,
            self._partial,
            sum(segment.frames for segment in segments),
            doubtful=self.doubts(),
        )
        write_manifest(self.folder, manifest)

    def finished(self) -> None:
        """Note that the video is complete: the folder, and a partial result, can go."""
        self.segments = []
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
        try:
            with contextlib.suppress(OSError):  # the video may be complete: no error then
                if self.segments:
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
        clear(self.folder, keep={MANIFEST, *(segment.file for segment in self.segments)})
