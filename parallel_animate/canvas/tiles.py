"""Which parts of a picture have changed: its damage, as a set of tiles.

A picture is cut into tiles of even size, so that each can be converted to 4:2:0 by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; rows count from the top, right and bottom exclusive."""

Boxes = npt.NDArray[np.int_]
"""Many of them, ``(n, 4)``."""

Places = npt.NDArray[np.intp]
"""Rows or columns of pixels at which tiles begin."""

TILE = 16
"""Width and height of a tile in pixels; small, so that a thin line damages little else."""

MANY = 50
"""From so many boxes on, to count all at once is faster than to add one after the other."""

DENSE = 0.4
"""If more than this share of all tiles is in a set, the whole picture is faster to handle, or at
least the rectangle around them."""


class Tiles:
    """A set of tiles of a picture, empty at first.

    Parameters
    ----------
    width, height : int
        The picture in pixels.

    Examples
    --------
    >>> tiles = Tiles(300, 100)
    >>> tiles.add(np.array([(0, 0, 10, 10), (130, 70, 150, 80)]))
    >>> [places.tolist() for places in tiles.places(300, 100)]
    [[0, 64, 64], [0, 128, 144]]
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.mask = np.zeros((-(-height // TILE), -(-width // TILE)), bool)

    def empty_copy(self) -> Tiles:
        """Return an empty set of such tiles."""
        return Tiles(self.width, self.height)

    def add(self, boxes: Boxes) -> None:
        """Add all tiles that boxes overlap."""
        starts = boxes[:, :2] // TILE
        ends = -(-boxes[:, 2:] // TILE)
        if len(boxes) < MANY:
            for (left, top), (right, bottom) in zip(starts.tolist(), ends.tolist(), strict=True):
                self.mask[top:bottom, left:right] = True
            return
        # Each box begins at its upper left corner and ends at the others: sums over rows and
        # columns then count the boxes at each tile.
        rows, columns = self.mask.shape
        (lefts, tops), (rights, bottoms) = starts.T, ends.T
        corners = np.concatenate(
            [(tops, lefts), (bottoms, rights), (tops, rights), (bottoms, lefts)], axis=1
        )
        counts = np.zeros((rows + 1, columns + 1), np.int32)
        np.add.at(counts, tuple(corners), np.repeat((1, -1), 2 * len(boxes)))
        self.mask |= counts.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0

    def add_all(self) -> None:
        """Add all tiles."""
        self.mask[:] = True

    def __or__(self, other: Tiles) -> Tiles:
        united = self.empty_copy()
        np.logical_or(self.mask, other.mask, out=united.mask)
        return united

    def with_overlapped(self) -> Tiles:
        """Return the set with those tiles that its :meth:`places` overlap."""
        whole = self | self
        if self.height % TILE and len(whole.mask) > 1:
            whole.mask[-2] |= whole.mask[-1]
        if self.width % TILE and whole.mask.shape[1] > 1:
            whole.mask[:, -2] |= whole.mask[:, -1]
        return whole

    def rounded(self) -> Tiles:
        """Return the set, or the rectangle around it, if that is handled as fast."""
        if not self.dense:
            return self
        rounded = self.empty_copy()
        rounded.mask[self._rectangle()] = True
        return rounded

    def met_by(self, boxes: Boxes) -> npt.NDArray[np.bool_]:
        """Return which boxes overlap any tile of the set; none of them may be empty."""
        rows, columns = self.mask.shape
        counts = np.zeros((rows + 1, columns + 1), np.int32)
        np.cumsum(self.mask, axis=0, out=counts[1:, 1:])
        np.cumsum(counts, axis=1, out=counts)
        (lefts, tops), (rights, bottoms) = boxes.T[:2] // TILE, -(-boxes.T[2:] // TILE)
        within = (
            counts[bottoms, rights]
            - counts[tops, rights]
            - counts[bottoms, lefts]
            + counts[tops, lefts]
        )
        met: npt.NDArray[np.bool_] = within > 0
        return met

    def copy(self, source: npt.NDArray[Any], target: npt.NDArray[Any]) -> None:
        """Copy the tiles, and what their :meth:`places` overlap, from one picture to another."""
        rectangle = self._rectangle()
        if self.mask[rectangle].all():
            rows, columns = rectangle
            pixels = (
                slice(rows.start * TILE, rows.stop * TILE),
                slice(columns.start * TILE, columns.stop * TILE),
            )
            target[pixels] = source[pixels]
        else:
            places = self.places(self.width, self.height)
            windows(target)[places] = windows(source)[places]

    def _rectangle(self) -> tuple[slice, slice]:
        """Return the smallest rectangle of tiles around the set: its rows and columns."""
        rows, columns = (np.flatnonzero(self.mask.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)

    @property
    def dense(self) -> bool:
        """Whether so many tiles are in the set that the whole picture is handled as fast."""
        return int(np.count_nonzero(self.mask)) > DENSE * self.mask.size

    def places(self, width: int, height: int) -> tuple[Places, Places]:
        """Return the tops and the lefts of the tiles, by rows, in a picture of this size.

        The last ones of a row or a column lie a bit earlier where they would not fit: all tiles
        are whole.
        """
        rows, columns = self.mask.nonzero()
        tops = np.minimum(rows * TILE, max(0, height - TILE))
        return tops, np.minimum(columns * TILE, max(0, width - TILE))


def windows(plane: npt.NDArray[Any], scale: int = 1) -> npt.NDArray[Any]:
    """Return the tiles at all places of a plane, ``(tops, lefts, height, width)``, not copied.

    A picture that is smaller than a tile is one tile. In a plane that is smaller than the picture
    by `scale`, as a chroma plane is, tiles are smaller by as much.
    """
    tile = TILE // scale
    height, width = plane.shape
    shape = min(tile, height), min(tile, width)
    places = height - shape[0] + 1, width - shape[1] + 1
    return as_strided(plane, (*places, *shape), plane.strides * 2, writeable=True)
