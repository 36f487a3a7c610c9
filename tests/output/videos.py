"""Small videos of numbered frames: made without a figure, and looked at frame by frame."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from parallel_animate.canvas import FrameFormat
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.output import VideoSettings, choose_writer
from parallel_animate.output.disk import checksum
from parallel_animate.output.manifest import Segment
from tests.output.small import SIZE
from tests.stamp import COLUMNS, ROWS, luma, stamp


def encode(
    path: Path, numbers: Sequence[int], preset: str | None, extra: Sequence[str] = ()
) -> Segment:
    """Encode frames that carry these numbers, as a render does."""
    layout = FrameFormat("yuv420p", SIZE, SIZE)
    block = SIZE // COLUMNS

    def frames() -> Iterator[Pixels]:
        for number in numbers:
            pixels = np.full(layout.nbytes, 128, np.uint8)
            luma = pixels[: SIZE * SIZE].reshape(SIZE, SIZE)
            for bit in range(COLUMNS * ROWS):
                y, x = (ROWS - 1 - bit // COLUMNS) * block, bit % COLUMNS * block
                luma[y : y + block, x : x + block] = 235 if number >> bit & 1 else 16
            yield layout.view(pixels)

    checked = VideoSettings.checked(fps=30, mode="cpu", preset=preset, extra=extra)
    with choose_writer(checked, (SIZE, SIZE)).open(path) as video:
        video.write(frames())
    return Segment(path.name, 0, len(numbers), checksum(path))


def check_video(path: Path, frames: int, fps: Fraction, joints: Iterable[int] = (0,)) -> None:
    """Check that every frame is there, at its time and for its time, and that no joint shows.

    Joints are the frames with which segments begin: they have to be key frames.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        assert stream.duration is not None
        assert stream.average_rate == fps
        assert stream.frames == frames
        assert stream.duration * stream.time_base == frames / fps
        packets = [packet for packet in container.demux(stream) if packet.size]
        dts = [packet.dts for packet in packets]
        assert len(packets) == frames
        assert all(a < b for a, b in pairwise(dts)), dts
        assert all(packet.dts <= packet.pts for packet in packets)
        assert sum(packet.duration for packet in packets) * stream.time_base == frames / fps
    with av.open(str(path)) as container:
        shown, times, keys = [], [], []
        for i, frame in enumerate(container.decode(video=0)):
            shown.append(stamp(luma(frame)))
            times.append(frame.pts * frame.time_base)
            if frame.key_frame:
                keys.append(i)
    assert shown == list(range(frames))
    assert times == [i / fps for i in range(frames)]
    assert set(joints) <= set(keys)
    assert boxes(path).index("moov") < boxes(path).index("mdat")


def boxes(path: Path) -> list[str]:
    """Return the kinds of the boxes that an MP4 file consists of, in their order."""
    data, kinds, at = path.read_bytes(), [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.append(kind.decode())
        at += size
    return kinds
