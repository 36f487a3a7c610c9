"""The pixel formats of a slot.

``rgba``
    ``(height, width, 4) uint8``, as the canvas has it; with ``alpha``, straight alpha.
``rgb24``
    ``(height, width, 3) uint8``.
``yuv420p``, ``yuv444p``, ``yuv444p10le``
    Three planes one after the other: luma ``(height, width)``, then the two chroma planes, which
    have half the width and height in 4:2:0. All are seen as one array of rows as long as those of
    luma in bytes: ``(height * 3 / 2, width)`` for yuv420p. Colours are BT.709 (or BT.601) in
    limited range (luma 16 to 235). Samples are uint8, or with 10 bits uint16 (little-endian).
``yuva420p``, ``yuva444p10le``
    The same, and a plane of alpha ``(height, width)`` after them, in full range.

4:2:0 needs even sides, so a frame of odd size gets one more row or column there, a copy of
its last one; and wherever else a writer asks for that. Nothing is ever rescaled. Where a format
has no alpha, transparent pixels are composited on white.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

# Pixels a side that libx264 takes (x264's encoder.c, validate_parameters()); NVENC takes fewer.
MAX_SIDE = 16384

PixelFormat = Literal[
    "yuv420p", "yuv444p", "yuv444p10le", "yuva420p", "yuva444p10le", "rgba", "rgb24"
]
Matrix = Literal["bt709", "bt601"]
Pixels = npt.NDArray[np.uint8]
CHANNELS = {"rgba": 4, "rgb24": 3}
"""Bytes of a pixel, in the formats that have one plane."""
ALIGNMENT = 64
"""Bytes to a multiple of which a frame begins after another one in a slot: a line of the cache."""


@dataclass(frozen=True)
class FrameFormat:
    """How a frame lies in a slot.

    Parameters
    ----------
    pixel_format : str
        The format that the writer takes.
    width, height : int
        The figure's size in pixels.
    matrix : {"bt709", "bt601"}
        The coefficients by which RGB becomes luma and chroma.
    alpha : bool
        Whether transparency is kept; else frames are composited on white.
    even : bool
        Whether sides are made even, where the pixel format does not ask for it.

    Examples
    --------
    >>> form = FrameFormat("yuv420p", 641, 481)
    >>> form.padded_width, form.padded_height, form.shape, form.nbytes
    (642, 482, (723, 642), 464166)
    >>> FrameFormat("rgb24", 641, 481, even=False).shape
    (481, 641, 3)
    """

    pixel_format: PixelFormat
    width: int
    height: int
    matrix: Matrix = "bt709"
    alpha: bool = False
    even: bool = True

    @property
    def padded_width(self) -> int:
        """The video's width in pixels: the figure's, made even where that is needed."""
        return self.width + (self.width % 2 if self._is_even else 0)

    @property
    def padded_height(self) -> int:
        """The video's height in pixels: the figure's, made even where that is needed."""
        return self.height + (self.height % 2 if self._is_even else 0)

    @property
    def _is_even(self) -> bool:
        return self.even or self.chroma_scale == 2

    @property
    def is_yuv(self) -> bool:
        """Whether it has planes of luma and chroma."""
        return self.pixel_format not in CHANNELS

    @property
    def chroma_scale(self) -> int:
        """How many pixels a side belong to one sample of chroma."""
        return 2 if "420" in self.pixel_format else 1

    @property
    def sample(self) -> np.dtype[Any]:
        """The type of a sample."""
        return np.dtype("<u2" if self.pixel_format.endswith("10le") else np.uint8)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a frame's array in this format."""
        if not self.is_yuv:
            return (self.padded_height, self.padded_width, CHANNELS[self.pixel_format])
        rows = self.padded_height * (2 if self.pixel_format.startswith("yuva") else 1)
        rows += 2 * self.padded_height // self.chroma_scale**2
        return (rows, self.padded_width * self.sample.itemsize)

    @property
    def nbytes(self) -> int:
        """Bytes of a frame."""
        return int(np.prod(self.shape))

    def view(self, slot: Pixels) -> Pixels:
        """Return a slot's memory in the frame's shape, without copying."""
        return slot.reshape(self.shape)

    def planes(self, frame: Pixels) -> tuple[npt.NDArray[Any], ...]:
        """Return the planes of a frame's array, without copying.

        One ``(height, width, channels)`` plane for rgba and rgb24; else luma ``(height, width)``,
        blue and red difference, each ``(height / 2, width / 2)`` in 4:2:0, and alpha, if there is
        any.
        """
        if not self.is_yuv:
            return (frame,)
        samples = frame.view(self.sample)
        height, scale = self.padded_height, self.chroma_scale
        # Two rows of a chroma plane of 4:2:0 lie in one row of the array.
        chroma = 2 * height // scale**2
        blue, red = samples[height : height + chroma].reshape(
            2, height // scale, self.padded_width // scale
        )
        alpha = (samples[height + chroma :],) if self.pixel_format.startswith("yuva") else ()
        return (samples[:height], blue, red, *alpha)


@dataclass(frozen=True)
class FrameFormats:
    """How a frame lies in a slot in several formats, one after the other.

    Parameters
    ----------
    formats : tuple of FrameFormat
        The formats, of one size.

    Examples
    --------
    >>> both = FrameFormats((FrameFormat("yuv420p", 10, 10), FrameFormat("rgb24", 10, 10)))
    >>> both.nbytes, [part.shape for part in both.parts(np.zeros(both.nbytes, np.uint8))]
    (512, [(15, 10), (10, 10, 3)])
    """

    formats: tuple[FrameFormat, ...]

    @property
    def width(self) -> int:
        """The figure's width in pixels."""
        return self.formats[0].width

    @property
    def height(self) -> int:
        """The figure's height in pixels."""
        return self.formats[0].height

    @property
    def nbytes(self) -> int:
        """Bytes of a frame in all formats."""
        return sum(map(_aligned, self.formats))

    def view(self, slot: Pixels) -> Pixels:
        """Return a slot's memory, which is the frame in all formats."""
        return slot

    def parts(self, frame: Pixels) -> tuple[Pixels, ...]:
        """Return the frame in each format, in its shape, without copying."""
        parts, at = [], 0
        for each in self.formats:
            parts.append(each.view(frame[at : at + each.nbytes]))
            at += _aligned(each)
        return tuple(parts)


SlotFormat = FrameFormat | FrameFormats


def _aligned(frame_format: FrameFormat) -> int:
    return -(-frame_format.nbytes // ALIGNMENT) * ALIGNMENT
