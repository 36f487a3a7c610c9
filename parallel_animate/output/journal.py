"""The frames of the segment under way, kept as they were drawn.

An encoder cannot go on in the middle of a segment. So that a resumed render does not have to draw
frames again that were finished, those of the segment under way are kept besides, without loss, and
encoded again then. They are there after an error or an interruption. Of a slow render they are also
written to the disk once a minute, so that it loses no more than that if its process is killed.

To keep a frame may cost no more than a small share of the time that it takes. Small frames are just
copied. Large ones are compressed, which takes a while: they are kept only if they come slowly. Of a
render that makes many large frames a second, a segment takes some seconds, and is drawn again.

A file of them has one line that says what they are, and then for each its checksum, the number of
its bytes, and these, deflated. So what is there of a file that was not finished can be used.
"""

from __future__ import annotations

import json
import logging
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter

import numpy as np

from parallel_animate.canvas import Pixels, SlotFormat
from parallel_animate.output.disk import fresh, opened, sync

log = logging.getLogger("parallel_animate.animator")

JOURNAL = "next.frames"
# Bytes of a segment's frames that are copied as they are.
COPIED = 1 << 25
# Bytes of deflated frames that are kept in memory.
DEFLATED = 1 << 26
# Part of the time that a frame takes for which it may be deflated.
SHARE = 0.02
# Bytes that are deflated in a second, until it was measured.
SPEED = 200e6
# Seconds after which the frames of a slow render are written to the disk.
SAVED_EVERY = 60.0
RECORD = struct.Struct("<II")
LEVEL = 1
MOST_HEADER = 1 << 12


class Journal:
    """Keeps the frames of the segment under way.

    Parameters
    ----------
    folder : Path
        Where they are written.
    outputs : sequence of str
        The names of what is made of them.
    nbytes : int
        Bytes of a frame.
    segment : int
        Frames of a segment at most.
    total : int, optional
        Frames of the video, if that is known.
    """

    def __init__(
        self,
        folder: Path,
        outputs: Sequence[str],
        nbytes: int,
        segment: int,
        total: int | None = None,
    ) -> None:
        self._path = folder / JOURNAL
        self._outputs = outputs
        self._copies = nbytes * min(segment, total or segment) <= COPIED
        self._cost = nbytes / SPEED  # seconds to deflate a frame
        self._began, self._came = monotonic(), 0
        self._on_disk = self._path.exists()  # from an earlier render
        self.begin(0)

    def begin(self, first: int, *, all_before: bool = True) -> None:
        """Begin a segment, of which this is the first frame.

        Of one that is behind others under way nothing is kept: it is of no use without them.
        """
        self._first = first
        self._frames: list[bytes] = []  # that are not on the disk yet
        self._size = 0  # of those
        self._saved = 0  # frames on the disk
        self._saved_at = monotonic()
        self._complete = all_before  # none of the segment is missing so far

    def add(self, pixels: Pixels) -> bool:
        """Keep a frame, if that costs little; return whether it is time to save what is kept."""
        self._came += 1
        if not self._complete:
            return False
        now = monotonic()
        if self._copies:
            self._frames.append(pixels.tobytes())
            return now - self._saved_at > SAVED_EVERY
        if self._cost > SHARE * (now - self._began) / self._came or self._size > DEFLATED:
            self._complete = False
            return False
        start = perf_counter()
        self._frames.append(zlib.compress(pixels.tobytes(), LEVEL))
        self._cost += (perf_counter() - start - self._cost) / 4
        self._size += len(self._frames[-1])
        return now - self._saved_at > SAVED_EVERY

    def save(self) -> None:
        """Write the frames to the disk."""
        frames, self._frames, self._size = self._frames, [], 0
        if not frames:
            return
        try:
            self._write([zlib.compress(each, LEVEL) for each in frames] if self._copies else frames)
        except OSError as error:  # they can be drawn again
            log.info("the frames of the segment under way are not kept: %s", error.strerror)
            self._complete = False
            return
        self._saved += len(frames)
        self._saved_at = monotonic()

    def _write(self, frames: list[bytes]) -> None:
        if not self._saved:
            fresh(self._path)
        self._on_disk = True
        with self._path.open("ab") as file:
            if not self._saved:
                head = {"first": self._first, "outputs": self._outputs}
                file.write(json.dumps(head).encode() + b"\n")
            for each in frames:
                file.write(RECORD.pack(zlib.crc32(each), len(each)) + each)
        sync(self._path)

    def clear(self) -> None:
        """Let go of all frames: the segment is finished."""
        self.begin(0)
        if self._on_disk:
            self._path.unlink(missing_ok=True)
            self._on_disk = False


@dataclass(frozen=True)
class Kept:
    """What a journal holds.

    Parameters
    ----------
    folder : Path
        Where it lies.
    first : int
        The number of the first frame.
    frames : int
        How many.
    outputs : tuple of str
        The names of the outputs for which they were drawn.
    """

    folder: Path
    first: int = 0
    frames: int = 0
    outputs: tuple[str, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Kept:
        """Return what there is in a folder; what cannot be read is not there."""
        path = folder / JOURNAL
        try:
            with open(opened(path), "rb") as file:  # noqa: PTH123
                head = json.loads(file.readline(MOST_HEADER))
            first, outputs = int(head["first"]), tuple(map(str, head["outputs"]))
            frames = sum(1 for _ in _records(path))
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return cls(folder)
        return cls(folder, first, frames, outputs)

    def fills(self, first: int, done: Sequence[tuple[int, int]]) -> bool:
        """Whether it begins with a frame that is missing, and ends before those that are done."""
        ends = [start for start, _ in done]
        return self.first == first and all(first + self.frames <= end for end in ends)

    def read(self, frame_format: SlotFormat) -> Iterator[Pixels]:
        """Yield the frames."""
        for record in _records(self.folder / JOURNAL):
            # A copy, for encoders take no memory that is read-only.
            yield frame_format.view(np.frombuffer(bytearray(zlib.decompress(record)), np.uint8))


def _records(path: Path) -> Iterator[bytes]:
    """Yield the deflated frames of a file, as far as they are whole."""
    with open(opened(path), "rb") as file:  # noqa: PTH123
        file.readline(MOST_HEADER)
        while len(head := file.read(RECORD.size)) == RECORD.size:
            value, size = RECORD.unpack(head)
            record = file.read(size)
            if len(record) != size or zlib.crc32(record) != value:
                return
            yield record
