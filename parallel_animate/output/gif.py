"""GIFs of the best quality that the format has: no dithering, and as many palettes as it takes.

A GIF's frame has at most 256 colours, of the palette of the whole or of one of its own. Here each
frame holds only the pixels that differ from the frame before; all others are left as they are. So
a palette of its own serves these pixels alone, and what stays the same never flickers. A frame gets
one where that of the whole is visibly worse.

FFmpeg's encoder compresses the pixels (LZW). The file around them is written here, because that
encoder has no frames that are both cropped and see-through. (CompuServe, "Graphics Interchange
Format, Version 89a", 1990.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import IO

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from parallel_animate.output.palette import ALL, Codes, Palette, channels_of, codes_of
from parallel_animate.output.times import TICKS, shown_times

Pictures = Iterable[npt.NDArray[np.uint8]]
"""``(height, width, 4) uint8`` RGBA, all opaque."""

SEEN = 0.5
"""Mean squared error of a channel from which on a palette is taken for worse: 51 dB."""
FOREVER = 0
MERGED = 1 << 22
"""Colours that are kept before equal ones are counted together."""
HEADER = struct.Struct("<6sHHBBB")
EXTENSION = struct.Struct("<BBBBHBB")
IMAGE = struct.Struct("<BHHHHB")


def write_gif(
    file: IO[bytes], pictures: Callable[[], Pictures], starts: Sequence[Fraction]
) -> None:
    """Write an animation that is repeated for ever.

    Parameters
    ----------
    file : file
        Where to.
    pictures : callable
        Returns all frames from the first one on, each time that it is called.
    starts : sequence of Fraction
        When each frame begins, in seconds, and when the last one ends.
    """
    times = shown_times(starts)
    kept = [number for number, _ in times]
    whole = _palette_of(changes(_only(pictures(), kept)))
    table = np.zeros(ALL, np.uint8)
    whole.enter(table)
    first = True
    for (_, ticks), (codes, changed) in zip(times, changes(_only(pictures(), kept)), strict=True):
        if first:
            file.write(_header(codes.shape, whole))
            first = False
        file.write(_frame(codes, changed, ticks, whole, table))
    file.write(b";")


def changes(pictures: Pictures) -> Iterator[tuple[Codes, npt.NDArray[np.bool_]]]:
    """Yield the colours of each picture, and where they differ from those of the one before."""
    before: Codes | None = None
    for picture in pictures:
        codes = codes_of(picture)
        yield codes, np.ones(codes.shape, bool) if before is None else codes != before
        before = codes


def _only(pictures: Pictures, numbers: list[int]) -> Pictures:
    """Yield the pictures with these numbers."""
    wanted = set(numbers)
    return (picture for number, picture in enumerate(pictures) if number in wanted)


def _palette_of(changing: Iterable[tuple[Codes, npt.NDArray[np.bool_]]]) -> Palette:
    """Return the palette of the pixels that change."""
    colours: list[Codes] = []
    totals: list[npt.NDArray[np.int64]] = []
    for codes, changed in changing:
        found, counts = np.unique(codes[changed], return_counts=True)
        colours.append(found)
        totals.append(counts)
        if sum(map(len, colours)) > MERGED:
            colours, totals = _merged(colours, totals)
    (found,), (counts,) = _merged(colours, totals)
    return Palette(found, counts)


def _merged(
    colours: list[Codes], totals: list[npt.NDArray[np.int64]]
) -> tuple[list[Codes], list[npt.NDArray[np.int64]]]:
    """Return all colours, each once, and how often each comes."""
    found, which = np.unique(np.concatenate(colours), return_inverse=True)
    counts = np.bincount(which, np.concatenate(totals)).astype(np.int64)
    return [found], [counts]


def _header(shape: tuple[int, ...], palette: Palette) -> bytes:
    height, width = shape
    bits = _bits(palette)
    head = HEADER.pack(b"GIF89a", width, height, 0xF0 | bits, 0, 0)
    repeated = b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", FOREVER, 0)
    return head + _colours(palette, bits) + repeated


def _bits(palette: Palette) -> int:
    """Return the size of a palette as the format has it: it has room for 2**(bits + 1) colours.

    One more than there are stands for what stays as it is.
    """
    return len(palette.colours).bit_length() - 1


def _colours(palette: Palette, bits: int) -> bytes:
    return palette.colours.tobytes().ljust(3 << (bits + 1), b"\0")


def _frame(
    codes: Codes,
    changed: npt.NDArray[np.bool_],
    ticks: int,
    whole: Palette,
    table: npt.NDArray[np.uint8],
) -> bytes:
    """Return a frame: the smallest rectangle that has all pixels that have changed."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    top, bottom = (rows[0], rows[-1] + 1) if len(rows) else (0, 1)
    left, right = (columns[0], columns[-1] + 1) if len(columns) else (0, 1)
    codes, changed = codes[top:bottom, left:right], changed[top:bottom, left:right]
    own: Palette | None = None
    if whole.error > 0 and (own := _better(codes[changed], whole, table)) is not None:
        table = np.zeros(ALL, np.uint8)
        own.enter(table)
    see_through = len((own or whole).colours)
    pixels = np.where(changed, table[codes], np.uint8(see_through))
    bits = 0x80 | _bits(own) if own is not None else 0
    local = _colours(own, _bits(own)) if own is not None else b""
    control = EXTENSION.pack(0x21, 0xF9, 4, 0b101, ticks, see_through, 0)
    place = IMAGE.pack(0x2C, left, top, right - left, bottom - top, bits)
    return control + place + local + _compressed(pixels)


def _better(codes: Codes, whole: Palette, table: npt.NDArray[np.uint8]) -> Palette | None:
    """Return a palette for some pixels alone, if that of the whole is visibly worse."""
    found, counts = np.unique(codes, return_counts=True)
    if not len(found):
        return None
    wanted = channels_of(found).astype(np.int32)
    errors = np.square(whole.colours[table[found]] - wanted).sum(axis=1)
    error = (errors * counts).sum() / (3 * counts.sum())
    if error < SEEN:
        return None
    own = Palette(found, counts)
    return own if own.error < error else None


def _compressed(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return pixels as the format has them: how many bits a code has at first, and the codes."""
    encoder = av.CodecContext.create("gif", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.height, encoder.width = pixels.shape
    encoder.pix_fmt, encoder.time_base = "pal8", Fraction(1, TICKS)
    encoder.options = {"gifflags": "0"}  # all pixels, as they are
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    grey[:, 0] = 255  # opaque: which of them is see-through is said in this file
    frame = VideoFrame.from_ndarray((pixels, grey), "pal8")  # type: ignore[arg-type]
    frame.pts = 0
    data = b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
    return data[_start(data) :].removesuffix(b";")


def _start(data: bytes) -> int:
    """Return where the codes begin in a GIF of one frame."""
    flags = data[10]
    at = HEADER.size + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while data[at] == 0x21:  # extensions, in blocks with their lengths
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    flags = data[at + IMAGE.size - 1]
    return at + IMAGE.size + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
