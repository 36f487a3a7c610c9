"""APNG and WebP: pictures that move, for ever, without loss, and with transparency."""

from __future__ import annotations

import struct
from collections.abc import Iterator
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


def write_apng(path: Path, pictures: Pictures, fps: Fraction, alpha: bool) -> None:
    """Write an APNG.

    Parameters
    ----------
    path : Path
        Where to.
    pictures : iterable of ndarray, (height, width, 4) uint8
        RGBA.
    fps : Fraction
        Frames a second.
    alpha : bool
        Whether it has transparency.
    """
    kind = "rgba" if alpha else "rgb24"
    last = f"{fps.denominator}/{fps.numerator}"
    muxer = {"plays": FOREVER, "final_delay": last}
    _encode(path, pictures, fps, ("apng", kind, {}), ("apng", muxer))


def write_webp(path: Path, pictures: Pictures, frames: int, fps: Fraction) -> None:
    """Write an animated WebP of so many frames; else as :func:`write_apng`."""
    _encode(path, pictures, fps, ("libwebp_anim", "bgra", WEBP), ("webp", {"loop": FOREVER}))
    data = bytearray(path.read_bytes())
    blocks = [at for kind, at in _chunks(data) if kind == b"ANMF"]
    # The encoder does not know how long the last frame lasts, and takes it to be as all others.
    lengths = [int.from_bytes(data[at + 12 : at + 15], "little") for at in blocks]
    if blocks:
        last = max(1, round(frames * TICKS / fps) - sum(lengths[:-1]))
        data[blocks[-1] + 12 : blocks[-1] + 15] = last.to_bytes(3, "little")
        path.write_bytes(data)


def _encode(
    path: Path,
    pictures: Pictures,
    fps: Fraction,
    encoder: tuple[str, str, dict[str, str]],
    muxer: tuple[str, dict[str, str]],
) -> None:
    """Encode all pictures into a file, by an encoder with a pixel format and options."""
    codec, pixel_format, options = encoder
    with av.open(str(path), "w", format=muxer[0], container_options=muxer[1]) as container:
        stream = container.add_stream(codec, rate=fps)
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        context.pix_fmt, context.options = pixel_format, dict(options)
        for number, picture in enumerate(pictures):
            if not number:
                context.height, context.width = picture.shape[:2]
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgba")
            frame = frame.reformat(format=pixel_format)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _chunks(data: bytes | bytearray) -> Iterator[tuple[bytes, int]]:
    """Yield the kind of each chunk of a WebP, and where its content begins (RFC 9649, 2.3)."""
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8
        at += 8 + size + size % 2
