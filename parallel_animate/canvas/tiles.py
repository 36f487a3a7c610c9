"""Which parts of a picture have changed, to the tile.

A picture is cut into tiles of even size, so that each can be converted to 4:2:0 by itself. There
are two sizes. Pixels are restored by small tiles: copying is cheap, and a thin line should not
make much of it. They are converted by large ones, as many of a row at once as can be: each call of
a converter costs 40 us, beside 2 ns a pixel.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; rows count from the top, right and bottom exclusive."""

Boxes = npt.NDArray[np.int_]
"""Many of them, ``(n, 4)``."""

SMALL = (32, 32)  # width, height
LARGE = (128, 32)
# Untouched large tiles between touched ones that are cheaper to convert than to call for twice.
GAP = 4


class Tiles:
    """A set of tiles of a picture, empty at first.

    Parameters
    ----------
    width, height : int
        The picture in pixels.
    size : (int, int)
        Width and height of a tile in pixels.

    Examples
    --------
    >>> tiles = Tiles(300, 100, LARGE)
    >>> tiles.add(np.array([(0, 0, 10, 10), (130, 70, 290, 80)]))
    >>> list(tiles.runs())
    [(0, 0, 128, 32), (128, 64, 300, 96)]
    """

    def __init__(self, width: int, height: int, size: tuple[int, int] = SMALL) -> None:
        self.width = width
        self.height = height
        self.size = size
        self.mask = np.zeros((-(-height // size[1]), -(-width // size[0])), bool)

    def empty_copy(self) -> Tiles:
        """Return an empty set of such tiles."""
        return Tiles(self.width, self.height, self.size)

    def add(self, boxes: Boxes) -> None:
        """Add all tiles that boxes touch."""
        columns, rows = self.size
        starts = boxes[:, :2] // (columns, rows)
        ends = -(-boxes[:, 2:] // (columns, rows))
        mask = self.mask
        for (left, top), (right, bottom) in zip(starts.tolist(), ends.tolist(), strict=True):
            mask[top:bottom, left:right] = True

    def add_all(self) -> None:
        """Add all tiles."""
        self.mask[:] = True

    def __ior__(self, other: Tiles) -> Tiles:
        self.mask |= other.mask
        return self

    def enlarged(self) -> Tiles:
        """Return the large tiles that these small ones lie in."""
        large = Tiles(self.width, self.height, LARGE)
        down, across = LARGE[1] // self.size[1], LARGE[0] // self.size[0]
        rows = np.logical_or.reduceat(self.mask, range(0, self.mask.shape[0], down), axis=0)
        large.mask[:] = np.logical_or.reduceat(rows, range(0, rows.shape[1], across), axis=1)
        return large

    def spans(self) -> Iterator[Box]:
        """Yield boxes that cover the tiles, those in a row together, and small gaps with them."""
        last: Box | None = None
        for box in self.runs():
            if last is not None and box[1] == last[1] and box[0] - last[2] <= GAP * self.size[0]:
                last = (last[0], last[1], box[2], last[3])
                continue
            if last is not None:
                yield last
            last = box
        if last is not None:
            yield last

    def runs(self) -> Iterator[Box]:
        """Yield boxes that cover the tiles, neighbours in a row together."""
        width, height = self.size
        edges = np.argwhere(np.diff(self.mask, axis=1, prepend=False, append=False))
        lefts = edges[::2, 1] * width
        rights = np.minimum(edges[1::2, 1] * width, self.width)
        tops = edges[::2, 0] * height
        bottoms = np.minimum(tops + height, self.height)
        yield from zip(*(side.tolist() for side in (lefts, tops, rights, bottoms)), strict=True)
