"""APNG and WebP: pictures that move, for ever, without loss, and with transparency."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parallel_animate.output.gif import Pictures

FOREVER = "0"
TICKS = 1000
"""Of a second: the unit of time of a WebP."""
# Lossless. Higher levels (up to 6) take longer, for files that are hardly smaller.
WEBP = {"lossless": "1", "compression_level": "1"}


def write_apng(
    path: Path, pictures: Pictures, fps: Fraction, starts: Sequence[Fraction], alpha: bool
) -> None:
    """Write an APNG.

    Parameters
    ----------
    path : Path
        Where to.
    pictures : iterable of ndarray, (height, width, 4) uint8
        RGBA.
    fps : Fraction
        Frames a second.
    starts : sequence of Fraction
        When each frame begins, in seconds, and when the last one ends.
    alpha : bool
        Whether it has transparency.
    """
    kind = "rgba" if alpha else "rgb24"
    even = all(start == number / fps for number, start in enumerate(starts))
    ticks = fps if even else Fraction(TICKS)  # the clock of the file: exact, or milliseconds
    times = [round(start * ticks) for start in starts]
    last = (times[-1] - times[-2]) / ticks
    muxer = {"plays": FOREVER, "final_delay": f"{last.numerator}/{last.denominator}"}
    _encode(path, pictures, ticks, times, ("apng", kind, {}), ("apng", muxer))


def write_webp(path: Path, pictures: Pictures, starts: Sequence[Fraction]) -> None:
    """Write an animated WebP, as :func:`write_apng` does."""
    times = [round(start * TICKS) for start in starts]
    webp = ("libwebp_anim", "bgra", WEBP)
    _encode(path, pictures, Fraction(TICKS), times, webp, ("webp", {"loop": FOREVER}))
    data = bytearray(path.read_bytes())
    blocks = [at for kind, at in _chunks(data) if kind == b"ANMF"]
    # The encoder does not know how long the last frame lasts, and takes it to be as all others.
    lengths = [int.from_bytes(data[at + 12 : at + 15], "little") for at in blocks]
    if blocks:
        last = max(1, times[-1] - sum(lengths[:-1]))
        data[blocks[-1] + 12 : blocks[-1] + 15] = last.to_bytes(3, "little")
        path.write_bytes(data)


def _encode(
    path: Path,
    pictures: Pictures,
    ticks: Fraction,
    times: Sequence[int],
    encoder: tuple[str, str, dict[str, str]],
    muxer: tuple[str, dict[str, str]],
) -> None:
    """Encode all pictures, each due at its number of ticks, of which a second has so many."""
    codec, pixel_format, options = encoder
    with av.open(str(path), "w", format=muxer[0], container_options=muxer[1]) as container:
        stream = container.add_stream(codec, rate=ticks)
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        context.pix_fmt, context.options = pixel_format, dict(options)
        for number, picture in enumerate(pictures):
            if not number:
                context.height, context.width = picture.shape[:2]
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgba")
            frame = frame.reformat(format=pixel_format)
            frame.pts = times[number]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _chunks(data: bytes | bytearray) -> Iterator[tuple[bytes, int]]:
    """Yield the kind of each chunk of a WebP, and where its content begins (RFC 9649, 2.3)."""
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8
        at += 8 + size + size % 2
