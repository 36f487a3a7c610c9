"""Frames in one format, written by a writer that takes another.

The format of the slots is fixed before the first frame. Where NVENC, which takes RGBA, fails in the
middle, libx264 goes on with the frames in the same slots.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from parallel_animate.canvas import FrameFormat, Pixels, PixelStore
from parallel_animate.output.writer import VideoWriter


class ConvertingWriter(VideoWriter):
    """Converts frames for a writer that takes another format.

    Parameters
    ----------
    writer : VideoWriter
        Takes yuv420p.
    frame_format : FrameFormat
        The format in which the frames come: RGBA.
    """

    def __init__(self, writer: VideoWriter, frame_format: FrameFormat) -> None:
        super().__init__(frame_format)
        self._writer = writer

    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file."""
        try:
            self._writer.write(self._converted(frames), first)
        finally:
            self.rescued = self._writer.rescued

    def _converted(self, frames: Iterator[Pixels]) -> Iterator[Pixels]:
        wanted = self._writer.frame_format
        assert isinstance(wanted, FrameFormat)
        store = PixelStore(wanted)
        converted = np.empty(wanted.nbytes, np.uint8)
        for frame in frames:
            # Frames were composited, and padded to an even size, when they were stored in slots.
            store.store(frame, converted, opaque=True)
            yield wanted.view(converted)

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
