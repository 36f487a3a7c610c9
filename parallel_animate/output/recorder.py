"""Records frames as segments.

::

    frame views ─▶ segment under way ─▶ finished segments ─▶ joined ─▶ out.mp4
                   (a writer)           (parts)              └ or, if there is only one, renamed

A segment ends where the number of the next frame is a multiple of its length. So the same video has
the same segments, whatever has held up its render, whoever has resumed it, and however many
encoders have worked at once. Each of these has a recorder; where its frames go on after a gap,
another one has written the segments between.

If there is an exception instead of the next frame, the segment under way is completed as after the
last frame, so that all frames before the exception are kept. Then the exception is raised. Such a
segment is in the partial result, and a resumed render makes the whole one in its place.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Self

from parallel_animate.canvas import Pixels
from parallel_animate.errors import AnimateError, EncoderError
from parallel_animate.output.choose import WriterChoice
from parallel_animate.output.disk import is_full, size
from parallel_animate.output.journal import Journal
from parallel_animate.output.parts import Parts
from parallel_animate.output.several import SeveralChoices, SeveralParts, members_of
from parallel_animate.output.writer import Rescued, VideoWriter
from parallel_animate.system import Owner

Placed = tuple[int, Pixels]
"""The place of a frame in the video, and a view of it."""

log = logging.getLogger("parallel_animate.animator")


class Recorder(Owner):
    """Writes frames to segments. Entering it opens the writer of the first one.

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
        Frames of the video, if that is known. An error about a full disk then says how much all of
        them need.
    journal : Journal, optional
        Keeps the frames of the segment under way.
    lane : int
        Which it is of the recorders that work at once; 0 writes what an earlier render has kept.

    Attributes
    ----------
    encoder : str
        What has encoded, for the report.
    """

    def __init__(
        self,
        parts: Parts | SeveralParts,
        choice: WriterChoice | SeveralChoices,
        most: int,
        total: int | None = None,
        journal: Journal | None = None,
        lane: int = 0,
    ) -> None:
        self.encoder = choice.name
        self._parts = parts
        self._choice = choice
        self._most = most
        self._total = total
        self._journal = journal
        self._lane = lane
        self._writer: VideoWriter | None = None

    def __enter__(self) -> Self:
        self._writer = self._open()
        return self

    def close(self) -> None:
        """Close the writer of the segment under way."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def abandon(self) -> None:
        """Leave the writer as it is: another thread is at work in it, and does not come back."""
        self._writer = None

    def record(self, frames: Iterator[Placed], wrote: Callable[[], None] = lambda: None) -> None:
        """Write all frames, and before them those that an earlier render has kept.

        Parameters
        ----------
        frames : iterator of tuple of int and ndarray
            The place of each frame in the video, and a view of it, valid until the next one is
            asked for.
        wrote : callable, optional
            Is called each time that a frame was written.
        """
        kept = self._parts.kept
        before: Iterator[Placed] = iter(())
        if kept.frames and not self._lane:
            before = enumerate(kept.read(self._choice.frame_format), kept.first)
        supply = _Supply(frames, self._most, wrote, before, self._keep)
        while supply.has_more():
            self._writer = self._writer or self._open()
            self._write(self._writer, supply)
            self.close()

    def _write(self, writer: VideoWriter, supply: _Supply) -> None:
        """Write a segment; if the encoder fails, keep what it has finished of the segment."""
        first = supply.place
        if self._journal is not None:
            self._journal.begin(first, all_before=first == self._parts.frames)
        try:
            writer.write(supply.segment(), first)
            self._finished(first, supply.taken, whole=supply.failure is None)
        except AnimateError as error:
            try:
                supply.put_back(self._rescue(writer.rescued, first, error))
            except AnimateError as final:
                if self._journal is not None and not is_full(final):
                    self._journal.save()
                lost = first + supply.taken - max(first, self._parts.frames)
                if supply.failure is None:
                    _say_what_is_needed(final, self._parts, lost, self._total, self._most)
                    raise
                supply.failure.add_note(f"{lost:,} frames before it are lost: {final}")

    def _finished(self, first: int, frames: int, *, whole: bool) -> None:
        """Note that the segment under way is complete, or as complete as it gets."""
        if self._journal is not None and not whole:
            self._journal.save()
        number = first // self._most
        self._parts.add(frames, whole=whole, first=first, number=number, path=self._path)
        if self._journal is not None and whole:
            self._journal.clear()

    def _keep(self, pixels: Pixels) -> None:
        """Keep a frame of the segment under way, if that costs little."""
        if self._journal is not None and self._journal.add(pixels):
            self._journal.save()
            self._parts.note()

    def _rescue(self, rescued: Rescued | None, first: int, error: AnimateError) -> Sequence[Pixels]:
        """Keep the frames that a failed encoder has finished, and let another encoder go on.

        Returns the frames after those, which the other encoder has to write again.
        """
        if rescued is None:
            raise error
        if rescued.frames:
            number = first // self._most
            self._parts.add(rescued.frames, first=first, number=number, path=self._path)
        self._substitute(error)
        return rescued.after

    def _open(self) -> VideoWriter:
        self._path = self._parts.begin(self._lane)
        try:
            return self._choice.open(self._path)
        except EncoderError as error:
            self._substitute(error)
            return self._choice.open(self._parts.begin(self._lane))

    def _substitute(self, error: AnimateError) -> None:
        """Let another encoder go on; raise the error if there is none."""
        substitute = self._choice.substitute
        if substitute is None:
            raise error
        first = self._parts.frames
        log.warning("%s; %s goes on from frame %d", error, substitute.name, first)
        self.encoder += f", {substitute.name} from frame {first}"
        self._choice = substitute
        self._parts.change(substitute.form)


class _Supply:
    """The frames that remain to be written, handed out segment by segment.

    Parameters
    ----------
    frames : iterator of tuple of int and ndarray
        Places and frame views, each valid until the next one is asked for.
    most : int
        Frames of a segment at most.
    wrote : callable
        Is called when a frame has been written, that is when the next one is asked for.
    before : iterator of tuple of int and ndarray
        Frames that come before all others, and are written already as far as `wrote` goes.
    keep : callable
        Is given each frame of a segment.

    Attributes
    ----------
    taken : int
        Frames of the segment under way, so far.
    failure : BaseException or None
        What came instead of a frame, and ended the segment under way.
    """

    def __init__(
        self,
        frames: Iterator[Placed],
        most: int,
        wrote: Callable[[], None],
        before: Iterator[Placed],
        keep: Callable[[Pixels], None],
    ) -> None:
        self.taken = 0
        self.failure: BaseException | None = None
        self._frames = frames
        self._most = most
        self._wrote = wrote
        self._before = before
        self._keep = keep
        self._raised: BaseException | None = None  # by the iterator, after all of its frames
        self._pulled = False  # whether a frame was pulled that is not counted as written yet
        self._last = 0  # the place of the frame that was handed out last
        self._next: deque[Placed] = deque()  # frames to hand out before any other is pulled

    def has_more(self) -> bool:
        """Return whether a frame remains, after waiting for it; raise what came in its place."""
        if self._next:
            return True
        if (kept := next(self._before, None)) is not None:
            self._next.append(kept)
            return True
        if self._raised is not None:
            raise self._raised
        try:
            if self._pulled:
                self._pulled = False
                self._wrote()
            view = next(self._frames, None)
        except BaseException as error:
            self._raised = error
            raise
        if view is None:
            return False
        self._pulled = True
        self._next.append(view)
        return True

    @property
    def place(self) -> int:
        """The place of the next frame, which is there."""
        return self._next[0][0]

    def segment(self) -> Iterator[Pixels]:
        """Begin a segment with the next frame; return its frames."""
        self.taken, self.failure = 0, None
        return self._views(self.place)

    def _views(self, first: int) -> Iterator[Pixels]:
        """Yield the frames of the segment that begins here."""
        end = first - first % self._most + self._most
        while first + self.taken < end:
            try:
                if not self.has_more() or self.place != first + self.taken:
                    return
            except BaseException as error:
                self.failure = error
                return
            self._last = self.place
            self.taken += 1
            self._keep(self._next[0][1])
            yield self._next.popleft()[1]

    def put_back(self, frames: Sequence[Pixels]) -> None:
        """Take the last frames back, which have to be written again, before all others."""
        first = self._last + 1 - len(frames)
        self._next.extendleft(reversed([*enumerate(frames, first)]))


def _say_what_is_needed(
    error: AnimateError, parts: Parts | SeveralParts, frames: int, total: int | None, most: int
) -> None:
    """Add to an error about a full disk how much all frames need, going by the first ones.

    Segments stay until the video that is joined of them is complete. A single one becomes it.
    """
    if not is_full(error):
        return
    kept = members_of(parts)
    used = sum(size(path) for each in kept for path in (*each.paths, each.temporary))
    done = parts.frames + frames
    if total is None or not used:
        return
    encoded = used * total // done
    single = total <= most and not parts.segments and parts.one_is_whole
    needed = encoded if single else 2 * encoded
    joined = "" if single else ", one half for the segments, and one for the video made of them"
    error.add_note(
        f"At {used // done:,} bytes a frame, its {total:,} frames need about {needed:,} "
        f"bytes{joined}."
    )
