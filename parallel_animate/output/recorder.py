"""Records frames as segments.

::

    frame views ─▶ segment under way ─▶ finished segments ─▶ joined ─▶ out.mp4
                   (a writer)           (parts)              └ or, if there is only one, renamed

If there is an exception instead of the next frame, the segment under way is completed as after the
last frame, so that all frames before the exception are kept. Then the exception is raised.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Self

from parallel_animate.canvas import Pixels
from parallel_animate.errors import AnimateError, EncoderError, OutputError
from parallel_animate.output.choose import WriterChoice
from parallel_animate.output.disk import FULL, size
from parallel_animate.output.parts import Parts
from parallel_animate.output.several import SeveralChoices, SeveralParts, members_of
from parallel_animate.output.writer import Rescued, VideoWriter
from parallel_animate.system import Owner

log = logging.getLogger("parallel_animate.animator")

# Seconds that a segment may take: so much of a slow render can be lost at most.
SEGMENT_SECONDS = 60.0


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
    ) -> None:
        self.encoder = choice.name
        self._parts = parts
        self._choice = choice
        self._most = most
        self._total = total
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

    def record(self, frames: Iterator[Pixels], wrote: Callable[[], None] = lambda: None) -> None:
        """Write all frames.

        Parameters
        ----------
        frames : iterator of ndarray
            Frame views, each valid until the next one is asked for.
        wrote : callable, optional
            Is called each time that a frame was written.
        """
        supply = _Supply(frames, self._most, wrote)
        while supply.has_more():
            self._writer = self._writer or self._open()
            self._write(self._writer, supply)
            self.close()

    def _write(self, writer: VideoWriter, supply: _Supply) -> None:
        """Write a segment; if the encoder fails, keep what it has finished of the segment."""
        first = self._parts.frames
        try:
            writer.write(supply.segment(), first)
            self._parts.add(supply.taken)
        except AnimateError as error:
            try:
                supply.put_back(self._rescue(writer.rescued, error))
            except AnimateError as final:
                lost = first + supply.taken - self._parts.frames
                if supply.failure is None:
                    _say_what_is_needed(final, self._parts, lost, self._total, self._most)
                    raise
                supply.failure.add_note(f"{lost:,} frames before it are lost: {final}")

    def _rescue(self, rescued: Rescued | None, error: AnimateError) -> Iterable[Pixels]:
        """Keep the frames that a failed encoder has finished, and let another encoder go on.

        Returns the frames after those, which the other encoder has to write again.
        """
        if rescued is None:
            raise error
        if rescued.frames:
            self._parts.add(rescued.frames)
        self._substitute(error)
        return rescued.after

    def _open(self) -> VideoWriter:
        try:
            return self._choice.open(self._parts.begin())
        except EncoderError as error:
            self._substitute(error)
            return self._choice.open(self._parts.begin())

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
    frames : iterator of ndarray
        Frame views, each valid until the next one is asked for.
    most : int
        Frames of a segment at most.
    wrote : callable
        Is called when a frame has been written, that is when the next one is asked for.

    Attributes
    ----------
    taken : int
        Frames of the segment under way, so far.
    failure : BaseException or None
        What came instead of a frame, and ended the segment under way.
    """

    def __init__(self, frames: Iterator[Pixels], most: int, wrote: Callable[[], None]) -> None:
        self.taken = 0
        self.failure: BaseException | None = None
        self._frames = frames
        self._most = most
        self._wrote = wrote
        self._raised: BaseException | None = None  # by the iterator, after all of its frames
        self._pulled = False  # whether a frame was pulled that is not counted as written yet
        self._next: deque[Pixels] = deque()  # frames to hand out before any other is pulled

    def has_more(self) -> bool:
        """Return whether a frame remains, after waiting for it; raise what came in its place."""
        if self._next:
            return True
        if self._raised is not None:
            raise self._raised
        if self._pulled:
            self._pulled = False
            self._wrote()
        try:
            view = next(self._frames, None)
        except BaseException as error:
            self._raised = error
            raise
        if view is None:
            return False
        self._pulled = True
        self._next.append(view)
        return True

    def segment(self) -> Iterator[Pixels]:
        """Begin a segment; return its frames."""
        self.taken, self.failure = 0, None
        return self._views(until=monotonic() + SEGMENT_SECONDS)

    def _views(self, until: float) -> Iterator[Pixels]:
        """Yield the frames of the segment."""
        while self.taken == 0 or (self.taken < self._most and monotonic() < until):
            try:
                if not self.has_more():
                    return
            except BaseException as error:
                self.failure = error
                return
            self.taken += 1
            yield self._next.popleft()

    def put_back(self, frames: Iterable[Pixels]) -> None:
        """Take frames back that have to be written again, before all others."""
        self._next.extendleft(reversed([*frames]))


def _say_what_is_needed(
    error: AnimateError, parts: Parts | SeveralParts, frames: int, total: int | None, most: int
) -> None:
    """Add to an error about a full disk how much all frames need, going by the first ones.

    Segments stay until the video that is joined of them is complete. A single one becomes it.
    """
    if not isinstance(error, OutputError) or error.errno not in FULL:
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
