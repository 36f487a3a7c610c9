"""Which parts of a picture have changed, to the tile.

A picture is cut into tiles of even size, so that each can be converted to 4:2:0 by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; rows count from the top, right and bottom exclusive."""

Boxes = npt.NDArray[np.int_]
"""Many of them, ``(n, 4)``."""

Columns = npt.NDArray[np.intp]
"""Numbers of tiles in a row, ascending."""

TILE = 32
"""Width and height of a tile in pixels: a thin line shall not make much of it."""


class Tiles:
    """A set of tiles of a picture, empty at first.

    Parameters
    ----------
    width, height : int
        The picture in pixels.

    Examples
    --------
    >>> tiles = Tiles(300, 100)
    >>> tiles.add(np.array([(0, 0, 10, 10), (130, 70, 290, 80)]))
    >>> list(tiles.runs())
    [(0, 0, 32, 32), (128, 64, 300, 96)]
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.mask = np.zeros((-(-height // TILE), -(-width // TILE)), bool)

    def empty_copy(self) -> Tiles:
        """Return an empty set of such tiles."""
        return Tiles(self.width, self.height)

    def add(self, boxes: Boxes) -> None:
        """Add all tiles that boxes touch."""
        starts = boxes[:, :2] // TILE
        ends = -(-boxes[:, 2:] // TILE)
        mask = self.mask
        for (left, top), (right, bottom) in zip(starts.tolist(), ends.tolist(), strict=True):
            mask[top:bottom, left:right] = True

    def add_all(self) -> None:
        """Add all tiles."""
        self.mask[:] = True

    def __ior__(self, other: Tiles) -> Tiles:
        self.mask |= other.mask
        return self

    def bands(self) -> Iterator[tuple[int, int, Columns]]:
        """Yield the rows that have tiles: top and bottom in pixels, and the tiles' numbers."""
        for row in np.flatnonzero(self.mask.any(axis=1)).tolist():
            top = row * TILE
            yield top, min(top + TILE, self.height), np.flatnonzero(self.mask[row])

    def runs(self) -> Iterator[Box]:
        """Yield boxes that cover the tiles, neighbours in a row together."""
        edges = np.argwhere(np.diff(self.mask, axis=1, prepend=False, append=False))
        lefts = edges[::2, 1] * TILE
        rights = np.minimum(edges[1::2, 1] * TILE, self.width)
        tops = edges[::2, 0] * TILE
        bottoms = np.minimum(tops + TILE, self.height)
        yield from zip(*(side.tolist() for side in (lefts, tops, rights, bottoms)), strict=True)
