"""RGBA to planes of luma, chroma and alpha: a pixel never depends on what else is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.pixels import FrameFormat, Matrix, Pixels
from parallel_animate.canvas.tiles import TILE, Tiles

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter

Colours = npt.NDArray[np.uint32]
"""RGBA, each pixel as one number, as which it is copied fastest."""

# By swscale's names (ITU-R Recommendations BT.709 and BT.601).
MATRICES: dict[Matrix, str] = {"bt709": "ITU709", "bt601": "ITU601"}

BYTE = np.dtype(np.uint8)
# Tiles side by side on a sheet, which makes it as wide as pictures are: swscale works by rows.
ACROSS = 64
# Rows of pixels that are converted together, so that they stay in the processor's caches.
BAND = 128
# swscale rounds the last row of chroma samples of what it is given in another way than the other
# rows. So it always gets two more rows of pixels, whose result is not used.
SPARE = 2


Planes = tuple[npt.NDArray[Any], ...]
"""Luma, blue difference, red difference, and alpha if there is any."""


class Converter:
    """Converts pixels to luma and chroma.

    Parameters
    ----------
    frame_format : FrameFormat
        Says to which pixel format, and by which matrix.
    """

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._reformatters: dict[tuple[int, ...], VideoReformatter] = {}

    def convert(self, tiles: Colours) -> Planes:
        """Convert tiles, ``(n, height, width)``, to their planes.

        In 4:2:0 the chroma planes have half the size. All tiles are laid side by side on one sheet
        and converted at once, because a call of swscale costs more than the conversion of a tile.
        The neighbours of a tile on the sheet make no difference to its result.
        """
        n, height, width = tiles.shape
        rows, rest = divmod(n, ACROSS)
        down = rows + (rest > 0)
        sheet = np.empty((down * height + SPARE, ACROSS * width), np.uint32)
        cells = _cells(sheet, down, height)
        cells[:rows] = tiles[: n - rest].reshape(rows, ACROSS, height, width)
        if rest:
            cells[rows, :rest] = tiles[n - rest :]
        converted = []
        for plane in self._planes(sheet):
            scale = sheet.shape[1] // plane.shape[1]
            cells = _cells(plane, down, height // scale)
            converted.append(cells.reshape(-1, height // scale, width // scale)[:n])
        return tuple(converted)

    def convert_rows(self, colours: Colours, tiles: Tiles, planes: Planes) -> Tiles:
        """Convert a picture into planes, all but its last row of tiles, and return these tiles."""
        height, width = colours.shape
        end = max(0, height - TILE)
        for top in range(0, end, BAND):
            bottom = min(top + BAND, end)
            converted = self._planes(colours[top : bottom + SPARE])
            for plane, part in zip(planes, converted, strict=True):
                scale = width // plane.shape[1]
                plane[top // scale : bottom // scale] = part[: (bottom - top) // scale]
        rest = tiles.empty_copy()
        rest.mask[-1] = True
        return rest

    def _planes(self, colours: Colours) -> Planes:
        # Imported here, so that a program without a video of luma and chroma does not pay for it.
        from av.video.frame import VideoFrame
        from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

        # A reformatter is prepared for one size.
        reformatter = self._reformatters.get(colours.shape)
        if reformatter is None:
            reformatter = self._reformatters[colours.shape] = VideoReformatter()
        # AREA makes each chroma sample the mean of its own 2x2 pixels: no ringing, and no
        # pixel shows beyond the block it lies in. One thread: the workers are the threads.
        converted = reformatter.reformat(
            VideoFrame.from_numpy_buffer(colours[..., None].view(np.uint8), "rgba"),
            format=self._format.pixel_format,
            dst_colorspace=Colorspace[MATRICES[self._format.matrix]],
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
            threads=1,
        )
        return planes_of(converted, self._format.sample)


def planes_of(frame: VideoFrame, sample: np.dtype[Any] = BYTE) -> Planes:
    """Return the planes of FFmpeg's frame, whose samples have this type, without copying."""
    return tuple(
        np.frombuffer(memoryview(plane), sample).reshape(-1, plane.line_size // sample.itemsize)[
            :, : plane.width
        ]
        for plane in frame.planes
    )


def colours_of(pixels: Pixels) -> Colours:
    """Return RGBA pixels, ``(..., 4) uint8``, each as one number, without copying."""
    return pixels.view(np.uint32)[..., 0]


def _cells(sheet: npt.NDArray[Any], down: int, height: int) -> npt.NDArray[Any]:
    """Return the tiles of a sheet, ``(down, across, height, width)``, without copying."""
    cells = sheet[: down * height].reshape(down, height, ACROSS, -1)
    return cells.transpose(0, 2, 1, 3)
