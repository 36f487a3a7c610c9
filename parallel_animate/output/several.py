"""Several outputs of one render: each frame is drawn once, and encoded for each of them.

::

    slot: frame in yuv420p, in yuva420p, in rgb24 ─┬▶ encoder ─▶ talk.mp4.parts
                                                   ├▶ encoder ─▶ web.webm.parts
                                                   └▶ encoder ─▶ thumb.gif.parts

The segments of all have the same frames. If a process is killed after it has finished those of one
output and not yet those of another, a resumed render begins with the first frame that is missing
anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, Self

from parallel_animate.canvas import FrameFormats, Pixels
from parallel_animate.output.choose import WriterChoice
from parallel_animate.output.journal import Kept
from parallel_animate.output.manifest import Segment
from parallel_animate.output.parts import Parts
from parallel_animate.output.pieces import Span
from parallel_animate.output.writer import VideoWriter
from parallel_animate.system import Owner


class SeveralParts(Owner):
    """The folders of the segments of several outputs; else as :class:`Parts`.

    Parameters
    ----------
    members : sequence of Parts
        One of each output.
    """

    def __init__(self, members: Sequence[Parts]) -> None:
        self.members = members
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            for each in self.members:
                stack.enter_context(each)
            self._keep_what_all_have()
            self._stack = stack.pop_all()
        return self

    def _keep_what_all_have(self) -> None:
        """Give up segments until the same frames are finished in all of them."""
        while len({(each.frames, *each.done) for each in self.members}) > 1:
            for one, other in permutations(self.members, 2):
                one.retain([(0, other.frames), *other.done])

    def close(self) -> None:
        """Close all."""
        self._stack.close()

    @property
    def frames(self) -> int:
        """Frames that are finished in all of them, from the first one on."""
        return min(each.frames for each in self.members)

    @property
    def segments(self) -> list[Segment]:
        """The finished segments of the first output."""
        return self.members[0].segments

    @property
    def one_is_whole(self) -> bool:
        """Whether single segments are the outputs already."""
        return all(each.one_is_whole for each in self.members)

    @property
    def doubtful(self) -> int | None:
        """The first frame that nothing vouches for yet, in any of them."""
        found = [each.doubtful for each in self.members if each.doubtful is not None]
        return min(found, default=None)

    @property
    def doubts(self) -> Callable[[], int | None]:
        """Returns that frame, for all frames at the moment."""
        return self.members[0].doubts

    @doubts.setter
    def doubts(self, doubts: Callable[[], int | None]) -> None:
        for each in self.members:
            each.doubts = doubts

    @property
    def kept(self) -> Kept:
        """What an earlier render has kept of the frames after the finished segments."""
        kept = self.members[0].kept
        return kept if kept.first == self.frames else Kept(kept.folder)

    @property
    def resumed(self) -> int:
        """Frames, from the first one on, that need not be drawn again."""
        return self.frames + self.kept.frames

    @property
    def done(self) -> list[Span]:
        """Frames behind those that need not be drawn again either."""
        return self.members[0].done

    @property
    def finished(self) -> int:
        """How many frames need not be drawn again."""
        return self.resumed + sum(end - first for first, end in self.done)

    def note(self) -> None:
        """Write down which frames nothing vouches for, although no segment is finished."""
        for each in self.members:
            each.note()

    def begin(self, lane: int = 0) -> Path:
        """Make the files of the next segments; return that of the first output."""
        first, *_ = [each.begin(lane) for each in self.members]
        return first

    def add(
        self,
        frames: int,
        *,
        whole: bool = True,
        first: int | None = None,
        number: int | None = None,
        path: Path | None = None,
    ) -> None:
        """Make finished segments of those under way, of which `path` is the first output's."""
        for each in self.members:
            each.add(frames, whole=whole, first=first, number=number)

    def change(self, form: dict[str, Any]) -> None:
        """Nothing: several outputs have no other encoder to go on with."""

    def cut(self, frame: int) -> int:
        """Give up the finished segments from those on that hold a frame; return what is left."""
        for each in self.members:
            each.cut(frame)
        self._keep_what_all_have()
        return self.resumed


def members_of(parts: Parts | SeveralParts) -> Sequence[Parts]:
    """Return the parts of each output."""
    return parts.members if isinstance(parts, SeveralParts) else [parts]


@dataclass(frozen=True)
class SeveralChoices:
    """Who encodes for several outputs; else as :class:`WriterChoice`.

    Parameters
    ----------
    members : tuple of WriterChoice
        Who encodes for each.
    parts : SeveralParts
        Where to.
    """

    members: tuple[WriterChoice, ...]
    parts: SeveralParts

    @property
    def name(self) -> str:
        """What encodes, for the report."""
        return ", ".join(dict.fromkeys(each.name for each in self.members))

    @property
    def frame_format(self) -> FrameFormats:
        """The formats of the frames, each once."""
        return FrameFormats(tuple(dict.fromkeys(each.frame_format for each in self.members)))

    @property
    def substitute(self) -> None:
        """Nobody goes on if an encoder fails."""
        return

    def open(self, path: Path) -> VideoWriter:
        """Open a writer for the segments under way, of which `path` is the first."""
        with ExitStack() as stack:
            writers = [
                stack.enter_context(choice.open(each.temporary))
                for choice, each in zip(self.members, self.parts.members, strict=True)
            ]
            formats = self.frame_format
            places = [formats.formats.index(each.frame_format) for each in self.members]
            return SeveralWriter(writers, places, formats, stack.pop_all())


class SeveralWriter(VideoWriter):
    """Gives each frame to several writers.

    Parameters
    ----------
    writers : sequence of VideoWriter
        Which; each is given its frames one by one.
    places : sequence of int
        Which of the formats each takes.
    formats : FrameFormats
        The formats of the frames.
    stack : ExitStack
        Closes the writers.
    """

    def __init__(
        self,
        writers: Sequence[VideoWriter],
        places: Sequence[int],
        formats: FrameFormats,
        stack: ExitStack,
    ) -> None:
        super().__init__(formats)
        self._writers = writers
        self._places = places
        self._formats = formats
        self._stack = stack

    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the files."""
        number = -1
        for number, frame in enumerate(frames):
            parts = self._formats.parts(frame)
            for writer, place in zip(self._writers, self._places, strict=True):
                writer.put(parts[place], number, first)
            # They refer to the slot, which goes back when the next frame is asked for.
            del frame, parts
        for writer in self._writers:
            writer.finish(number + 1, first)

    def close(self) -> None:
        """Close all."""
        self._stack.close()
