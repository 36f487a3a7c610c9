"""The pixel formats of a slot.

``canvas``
    ``(height, width, 4) uint8`` RGBA with straight alpha: the very bytes that ``savefig`` has.
``rgba``
    The same for an encoder: opaque, and of even size.
``yuv420p``
    Three planes one after the other: luma ``(height, width)``, then the two chroma planes
    ``(height / 2, width / 2)``, all uint8; seen as one ``(height * 3 / 2, width)`` array.
    Colours are BT.709 (or BT.601) in limited range (luma 16 to 235).

H.264 in 4:2:0 needs even sides, so a frame of odd size gets one more row or column, a copy of
its last one. Nothing is ever rescaled. Transparent pixels are composited on white. Nothing of that
is done to a frame that no encoder gets (``canvas``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

# Pixels a side that libx264 takes (x264's encoder.c, validate_parameters()); NVENC takes fewer.
MAX_SIDE = 16384

PixelFormat = Literal["yuv420p", "rgba", "canvas"]
Matrix = Literal["bt709", "bt601"]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class FrameFormat:
    """How a frame lies in a slot.

    Parameters
    ----------
    pixel_format : {"yuv420p", "rgba", "canvas"}
        The format that whoever gets the frames takes.
    width, height : int
        The figure's size in pixels.
    matrix : {"bt709", "bt601"}
        The coefficients by which RGB becomes luma and chroma.

    Examples
    --------
    >>> form = FrameFormat("yuv420p", 641, 481)
    >>> form.padded_width, form.padded_height, form.shape, form.nbytes
    (642, 482, (723, 642), 464166)
    """

    pixel_format: PixelFormat
    width: int
    height: int
    matrix: Matrix = "bt709"

    @property
    def padded_width(self) -> int:
        """The video's width in pixels: the figure's, made even."""
        return self.width + self.width % 2

    @property
    def padded_height(self) -> int:
        """The video's height in pixels: the figure's, made even."""
        return self.height + self.height % 2

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a frame's array in this format."""
        if self.pixel_format == "canvas":
            return (self.height, self.width, 4)
        if self.pixel_format == "rgba":
            return (self.padded_height, self.padded_width, 4)
        return (self.padded_height * 3 // 2, self.padded_width)

    @property
    def nbytes(self) -> int:
        """Bytes of a frame."""
        return int(np.prod(self.shape))

    def view(self, slot: Pixels) -> Pixels:
        """Return a slot's memory in the frame's shape, without copying."""
        return slot.reshape(self.shape)

    def planes(self, frame: Pixels) -> tuple[Pixels, ...]:
        """Return the planes of a frame's array, without copying.

        One ``(height, width, 4)`` plane for RGBA; for yuv420p luma ``(height, width)``, and
        blue and red difference, each ``(height / 2, width / 2)``.
        """
        if self.pixel_format != "yuv420p":
            return (frame,)
        height, width = self.padded_height, self.padded_width
        # Two rows of a chroma plane lie in one row of the array.
        blue, red = frame[height:].reshape(2, height // 2, width // 2)
        return frame[:height], blue, red
