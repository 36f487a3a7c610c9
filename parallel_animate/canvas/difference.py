"""Where two pictures differ."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.tiles import Box


class Difference(NamedTuple):
    """Where two pictures differ.

    Parameters
    ----------
    box : tuple of int
        Left, top, right and bottom of the differing pixels, right and bottom exclusive.
    where : str
        The same in words.
    """

    box: Box
    where: str


def difference(picture: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> Difference | None:
    """Return where two pictures differ; None if they are equal to the byte.

    Parameters
    ----------
    picture, other : ndarray, (height, width, 4) uint8
        The pictures.

    Examples
    --------
    >>> picture = np.zeros((20, 30, 4), np.uint8)
    >>> other = picture.copy()
    >>> other[5, 7:9] = 255
    >>> difference(picture, other).where
    'in the box from pixel (7, 5) to (9, 6) (column, row; 2 pixels)'
    >>> difference(picture, picture) is None
    True
    """
    if picture.shape != other.shape:
        (height, width), (other_height, other_width) = picture.shape[:2], other.shape[:2]
        where = f"in size: {width}x{height} pixels, and {other_width}x{other_height}"
        return Difference((0, 0, width, height), where)
    if np.array_equal(picture, other):
        return None
    rows, columns = (picture != other).any(axis=2).nonzero()
    box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    where = f"in the box from pixel {box[:2]} to {box[2:]} (column, row; {len(rows)} pixels)"
    return Difference(box, where)
