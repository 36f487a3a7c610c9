"""The way of a canvas's pixels into a slot."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.conversion import Colours, Converter, Planes, colours_of
from parallel_animate.canvas.pixels import FrameFormat, FrameFormats, Pixels, SlotFormat
from parallel_animate.canvas.tiles import Tiles, windows

# So many tiles are brought into the form of the slots at once: few enough that the copies made for
# it stay in the processor's caches.
TOGETHER = 1024


class PixelStore:
    """Brings a canvas's pixels into slots.

    The last frame is kept in the form of the slots. Of the next one, only the tiles that have
    changed are brought into that form; then all of it is copied into the slot, at once. (A
    canvas that has that form already is copied as it is.)

    Parameters
    ----------
    frame_format : FrameFormat
        The form that the slots have.
    """

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._frame: Pixels | None = None
        self._evened: Colours | None = None
        self._opaque: bool | None = None
        self._converter = Converter(frame_format)

    def store(
        self, pixels: Pixels, slot: Pixels, *, opaque: bool, damage: Tiles | None = None
    ) -> None:
        """Write a frame into a slot.

        Parameters
        ----------
        pixels : ndarray, (height, width, 4) uint8
            RGBA with straight alpha.
        slot : ndarray, (nbytes,) uint8
            The slot's memory.
        opaque : bool
            Whether all pixels are known to be opaque; else they are composited on white, unless
            the format keeps alpha.
        damage : Tiles, optional
            Where the pixels may differ from those of the last call; None for everywhere.
        """
        target = self._format.view(slot)
        if (opaque or self._format.alpha) and target.shape == pixels.shape:
            target[:] = pixels
            self._frame = None
            return
        if self._frame is None or damage is None or opaque != self._opaque:
            damage = Tiles(self._format.width, self._format.height)
            damage.add_all()
        if self._frame is None:
            self._frame = np.empty(self._format.shape, np.uint8)
        self._opaque = opaque
        self._bring(self._even(colours_of(pixels), damage), damage, self._frame)
        target[:] = self._frame

    def _even(self, colours: Colours, damage: Tiles) -> Colours:
        """Return the pixels, with the last row and column repeated where their number is odd."""
        height, width = colours.shape
        even_size = (self._format.padded_height, self._format.padded_width)
        if (height, width) == even_size:
            return colours
        if self._evened is None:
            self._evened = np.empty(even_size, np.uint32)
        damage.copy(colours, self._evened[:height, :width])
        self._evened[:height, width:] = colours[:, -1:]
        self._evened[height:] = self._evened[height - 1]
        return self._evened

    def _bring(self, colours: Colours, damage: Tiles, frame: Pixels) -> None:
        """Bring the tiles into the form of the slots, and to their places in the frame."""
        as_they_are = self._opaque or self._format.alpha
        planes = self._format.planes(frame)
        if not self._format.is_yuv:
            planes = (_whole(frame),)
            if damage.dense and as_they_are:
                frame[:] = colours[..., None].view(np.uint8)[..., : frame.shape[2]]
                return
        elif damage.dense and as_they_are:
            damage = self._converter.convert_rows(colours, damage, planes)
        height, width = colours.shape
        tops, lefts = damage.places(width, height)
        for first in range(0, len(tops), TOGETHER):
            top, left = tops[first : first + TOGETHER], lefts[first : first + TOGETHER]
            tiles = windows(colours)[top, left]
            parts = self._converted(tiles if as_they_are else _on_white(tiles))
            for plane, part in zip(planes, parts, strict=True):
                scale = width // plane.shape[1]
                windows(plane, scale)[top // scale, left // scale] = part

    def _converted(self, tiles: Colours) -> Planes:
        """Return tiles in the form of the slots, in the same planes as a frame."""
        if self._format.is_yuv:
            return self._converter.convert(tiles)
        channels = tiles[..., None].view(np.uint8)[..., : self._format.shape[2]]
        return (_whole(np.ascontiguousarray(channels)),)


class SeveralStores:
    """Brings a canvas's pixels into slots that have several formats.

    Parameters
    ----------
    frame_formats : FrameFormats
        The formats.
    """

    def __init__(self, frame_formats: FrameFormats) -> None:
        self._formats = frame_formats
        self._stores = [PixelStore(each) for each in frame_formats.formats]

    def store(
        self, pixels: Pixels, slot: Pixels, *, opaque: bool, damage: Tiles | None = None
    ) -> None:
        """Write a frame into a slot, in each format, as :meth:`PixelStore.store` does."""
        for store, part in zip(self._stores, self._formats.parts(slot), strict=True):
            store.store(pixels, part.reshape(-1), opaque=opaque, damage=damage)


def store_for(slot_format: SlotFormat) -> PixelStore | SeveralStores:
    """Return what brings pixels into slots of a format, or of several."""
    if isinstance(slot_format, FrameFormats):
        return SeveralStores(slot_format)
    return PixelStore(slot_format)


def _whole(pixels: Pixels) -> npt.NDArray[Any]:
    """Return pixels, ``(..., channels) uint8``, each as one thing, without copying."""
    return pixels.view(np.uint32 if pixels.shape[-1] == 4 else "V3")[..., 0]


def _on_white(colours: Colours) -> Colours:
    """Return pixels composited on white (Porter and Duff, 1984, "over")."""
    pixels = colours[..., None].view(np.uint8)
    composited = np.empty_like(pixels)
    alpha = pixels[..., 3:].astype(np.uint16)
    blended = pixels[..., :3] * alpha + (255 - alpha) * np.uint16(255)
    composited[..., :3] = (blended + 127) // 255
    composited[..., 3] = 255
    return colours_of(composited)
