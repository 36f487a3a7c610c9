"""Writes with parallel-video-io, for those who use it everywhere.

Its ``write_frames_to_video`` takes a sequence, not an iterator: it asks for the length and the
first item, walks the sequence once to compare sizes, walks it again to encode, and a third
time if NVENC failed. :class:`_Sequence` answers the first walk from the known size, lets the
second one drain the iterator, and keeps copies of the first few frames for the third.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from parallel_animate.canvas import FrameFormat, Pixels
from parallel_animate.errors import AnimateError, EncoderError
from parallel_animate.output.settings import VideoSettings
from parallel_animate.output.writer import VideoWriter

# If NVENC cannot be opened, that is noticed when ffmpeg closes its end of the pipe. The pipe holds
# much less than a frame, so few frames were taken by then: no more than these, with some to spare.
KEPT_FRAMES = 8


class PvioWriter(VideoWriter):
    """Writes an H.264 MP4 with parallel-video-io.

    Parameters
    ----------
    settings : VideoSettings
        How to encode; mode, quality, preset and extra arguments go to parallel-video-io.
    path : Path
        The file to write.
    frame_format : FrameFormat
        The format of the frames: RGBA.
    """

    def __init__(self, settings: VideoSettings, path: Path, frame_format: FrameFormat) -> None:
        # PyTorch comes with it, and takes seconds: only here, where it is wanted.
        from pvio import write_frames_to_video

        super().__init__(frame_format)
        self._format = frame_format
        self._write = write_frames_to_video
        self._settings = settings
        self._path = path

    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file."""
        settings = self._settings
        chosen: dict[str, Any] = {"mode": settings.mode}
        pairs = [("-metadata", f"{key}={text}") for key, text in settings.described.items()]
        described = [argument for pair in pairs for argument in pair]
        if settings.quality is not None:
            chosen["quality"] = settings.quality
        if settings.preset is not None:
            chosen["preset"] = settings.preset
        try:
            self._write(
                self._path,
                _Sequence(frames, self._format),
                float(settings.fps),
                extra_ffmpeg_params=ffmpeg_arguments(
                    (*settings.extra, *described), settings.fps, self._format
                ),
                quiet=True,
                **chosen,
            )
        except (AnimateError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise EncoderError(f"parallel-video-io failed: {error}") from error

    def close(self) -> None:
        """Do nothing: a file is open only during :meth:`write`."""


def ffmpeg_arguments(extra: tuple[str, ...], fps: Fraction, frame_format: FrameFormat) -> list[str]:
    """Return the user's ffmpeg arguments, with what makes the file exact.

    imageio-ffmpeg, which parallel-video-io uses, rounds the size to multiples of 16 with a filter;
    the last ``-vf`` counts, so the one given here takes its place. It also rounds the frame rate to
    two decimals, so the timestamps are set anew. The colours are converted to BT.709 and tagged so.
    A filter of the user's goes first.

    Examples
    --------
    >>> ffmpeg_arguments((), Fraction(30), FrameFormat("rgba", 4, 2))[:2]  # doctest: +ELLIPSIS
    ['-vf', 'scale=...,settb=1/30,setpts=N*1']
    """
    arguments = list(extra)
    filters = []
    for option in ("-vf", "-filter:v"):
        while option in arguments[:-1]:
            at = arguments.index(option)
            filters = [arguments[at + 1]]
            del arguments[at : at + 2]
    filters += [
        "scale=flags=area:out_color_matrix=bt709:out_range=limited",
        "format=yuv420p",
        f"settb=1/{fps.numerator}",
        f"setpts=N*{fps.denominator}",
    ]
    tags = []
    for name, value in (
        ("-r", f"{fps.numerator}/{fps.denominator}"),
        ("-color_primaries", "bt709"),
        ("-color_trc", "bt709"),
        ("-colorspace", "bt709"),
        ("-color_range", "tv"),
        ("-movflags", "+faststart"),
    ):
        tags += [name, value]
    return ["-vf", ",".join(filters), *tags, *arguments]


class _Sequence:
    """An iterator of frames that answers like the sequence parallel-video-io wants."""

    def __init__(self, frames: Iterator[Pixels], frame_format: FrameFormat) -> None:
        self._frames = frames
        # It takes no memory: one byte is seen as a whole frame.
        self._example = np.broadcast_to(np.uint8(0), frame_format.shape)
        self._walks = 0
        self._taken = 0
        self._kept: list[Pixels] = []

    def __len__(self) -> int:
        return sys.maxsize  # nobody knows when the segment will end

    def __getitem__(self, index: int) -> Pixels:
        return self._example

    def __iter__(self) -> Iterator[Pixels]:
        self._walks += 1
        if self._walks == 1:
            return iter((self._example,))
        return self._encoding_walk()

    def _encoding_walk(self) -> Iterator[Pixels]:
        """Yield the frames that were kept of an earlier walk, and then those that follow."""
        if self._taken > len(self._kept):
            raise EncoderError(
                f"NVENC failed after {self._taken} frames, too late to begin anew with libx264: "
                "use video_mode='cpu'"
            )
        yield from list(self._kept)
        for frame in self._frames:
            self._taken += 1
            if self._walks == 2 and self._taken <= KEPT_FRAMES:
                self._kept.append(frame.copy())
            elif self._walks == 2:
                self._kept.clear()
            yield frame
