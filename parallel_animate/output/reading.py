"""Finished segments, read: their packets, and what these show."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from parallel_animate.errors import OutputError
from parallel_animate.output.checking import check, damaged, unreadable
from parallel_animate.output.containers import DEMUXERS
from parallel_animate.output.disk import opened
from parallel_animate.output.manifest import Segment

# What PyAV and this module raise at a file that is not as it should be.
DAMAGE = (
    *(av.FFmpegError, struct.error, LookupError, ValueError, TypeError, ArithmeticError),
    AssertionError,
)


@contextlib.contextmanager
def opened_segment(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a segment; whatever turns out to be wrong with it is an error that names it.

    Whoever may write to the folder may have put something else there. So FFmpeg takes it for what
    its suffix says, whatever it looks like, for some formats name other files, which would be read.
    """
    try:
        with demuxed(path) as container:
            if not container.streams.video:
                raise ValueError("there is no video in it")
            yield container, container.streams.video[0]
    except OutputError:
        raise
    except DAMAGE as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if isinstance(error, OSError):
            raise unreadable(path, reason) from error
        raise damaged(path, reason) from error


@contextlib.contextmanager
def demuxed(path: Path) -> Iterator[InputContainer]:
    """Open a segment; errors come as they are, except for that of its opening."""
    try:
        descriptor = opened(path)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    try:
        if os.name == "nt":  # where FFmpeg cannot use a descriptor of Python's
            source, options = str(path), {}
        else:
            source, options = "fd:", {"fd": str(descriptor)}
        kind = DEMUXERS.get(path.suffix, "mp4")  # type: ignore[call-overload]
        with av.open(source, format=kind, options=options) as container:
            yield container
    finally:
        os.close(descriptor)


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield the packets of a file, each of which is a frame."""
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise ValueError("it is cut off")
        if packet.size:
            yield packet


def all_packets(folder: Path, segments: Sequence[Segment]) -> Iterator[bytes]:
    """Yield the packet of each frame, after checking that its segment is what was written.

    Raises
    ------
    OutputError
        If a segment is not what was written, or cannot be read.
    """
    for segment in segments:
        check(folder, segment)
        path = folder / segment.file
        with opened_segment(path) as (container, stream):
            missing = segment.frames
            for packet in islice(packets(container, stream), segment.frames):
                missing -= 1
                yield bytes(packet)
            if missing:
                raise ValueError(f"{missing} of {segment.frames} frames are missing")


def pictures(folder: Path, segments: Sequence[Segment]) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield what each frame shows, ``(height, width, 4) uint8`` RGBA, from segments of PNGs.

    Raises
    ------
    OutputError
        As :func:`all_packets` does.
    """
    decoder = av.CodecContext.create("png", "r")
    for data in all_packets(folder, segments):
        packet = Packet(data)
        packet.is_keyframe = True  # else it is taken for the difference to the one before
        for frame in decoder.decode(packet):
            yield cast("npt.NDArray[np.uint8]", frame.to_ndarray(format="rgba"))
