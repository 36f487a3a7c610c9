"""The pixel formats of a slot, and the way of a canvas's pixels into it.

``rgba``
    ``(height, width, 4) uint8``, as the canvas has it.
``yuv420p``
    Three planes one after the other: luma ``(height, width)``, then the two chroma planes
    ``(height / 2, width / 2)``, all uint8; seen as one ``(height * 3 / 2, width)`` array.
    Colours are BT.709 in limited range (luma 16 to 235).

H.264 in 4:2:0 needs even sides, so a frame of odd size gets one more row or column, a copy of
its last one. Nothing is ever rescaled. Transparent pixels are composited on white.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

PixelFormat = Literal["yuv420p", "rgba"]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class FrameLayout:
    """How a frame lies in a slot.

    Parameters
    ----------
    pixel_format : {"yuv420p", "rgba"}
        The format that the writer takes.
    width, height : int
        The figure's size in pixels.

    Examples
    --------
    >>> layout = FrameLayout("yuv420p", 641, 481)
    >>> layout.padded_width, layout.padded_height, layout.shape, layout.nbytes
    (642, 482, (723, 642), 464166)
    """

    pixel_format: PixelFormat
    width: int
    height: int

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

        One ``(height, width, 4)`` plane for rgba; for yuv420p luma ``(height, width)``, and
        blue and red difference, each ``(height / 2, width / 2)``.
        """
        if self.pixel_format == "rgba":
            return (frame,)
        height, width = self.padded_height, self.padded_width
        # Two rows of a chroma plane lie in one row of the array.
        blue, red = frame[height:].reshape(2, height // 2, width // 2)
        return frame[:height], blue, red


class PixelStore:
    """Brings a canvas's pixels into slots.

    Parameters
    ----------
    layout : FrameLayout
        The form that the slots have.
    """

    def __init__(self, layout: FrameLayout) -> None:
        self._layout = layout
        self._composited: Pixels | None = None
        self._padded: Pixels | None = None
        self._reformatter: object = None

    def store(self, pixels: Pixels, slot: Pixels, *, opaque: bool) -> None:
        """Write a frame into a slot.

        Parameters
        ----------
        pixels : ndarray, (height, width, 4) uint8
            RGBA with straight alpha.
        slot : ndarray, (nbytes,) uint8
            The slot's memory.
        opaque : bool
            Whether all pixels are known to be opaque; else they are composited on white.
        """
        target = self._layout.view(slot)
        if not opaque:
            pixels = self._on_white(pixels)
        if self._layout.pixel_format == "rgba":
            _copy_padded(pixels, target)
            return
        if self._layout.width % 2 or self._layout.height % 2:
            if self._padded is None:
                shape = (self._layout.padded_height, self._layout.padded_width, 4)
                self._padded = np.empty(shape, np.uint8)
            _copy_padded(pixels, self._padded)
            pixels = self._padded
        self._convert(pixels, target)

    def _on_white(self, pixels: Pixels) -> Pixels:
        """Return the pixels composited on white (Porter and Duff, 1984, "over")."""
        if self._composited is None:
            self._composited = np.empty_like(pixels)
        alpha = pixels[..., 3:].astype(np.uint16)
        blended = pixels[..., :3] * alpha + (255 - alpha) * np.uint16(255)
        self._composited[..., :3] = (blended + 127) // 255
        self._composited[..., 3] = 255
        return self._composited

    def _convert(self, pixels: Pixels, target: Pixels) -> None:
        """Convert RGBA to yuv420p with swscale, and put the planes into the slot."""
        converted = self._reformat(pixels)
        for plane, part in zip(converted.planes, self._layout.planes(target), strict=True):
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            part[:] = rows[: part.shape[0], : part.shape[1]]

    def _reformat(self, pixels: Pixels) -> VideoFrame:
        # Imported here, so that a program without a video in yuv420p does not pay for it.
        from av.video.frame import VideoFrame
        from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

        if not isinstance(self._reformatter, VideoReformatter):
            self._reformatter = VideoReformatter()
        # AREA makes each chroma sample the mean of its own 2x2 pixels: no ringing, and no
        # pixel shows beyond the block it lies in. One thread: the workers are the threads.
        return self._reformatter.reformat(
            VideoFrame.from_numpy_buffer(pixels, "rgba"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
            threads=1,
        )


def _copy_padded(pixels: Pixels, target: Pixels) -> None:
    """Copy pixels into an array with up to one more row and column, repeating the last ones."""
    height, width = pixels.shape[:2]
    target[:height, :width] = pixels
    if target.shape[1] > width:
        target[:height, width] = pixels[:, -1]
    if target.shape[0] > height:
        target[height] = target[height - 1]
