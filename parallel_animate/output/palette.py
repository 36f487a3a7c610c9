"""Palettes of at most 255 colours for GIFs.

Plots have few colours in large areas, and many between them at the edges of lines and letters. So a
palette has the colours of the large areas exactly, and where there are not too many, all of them.
Otherwise the set of colours is split where it varies most, until there are enough parts (after
P. Heckbert, "Color image quantization for frame buffer display", SIGGRAPH 1982, with the variance
of X. Wu, "Color quantization by dynamic programming and principal analysis", 1992).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
"""Colours as numbers: red, and 256 times green, and 65,536 times blue."""
Floats = npt.NDArray[np.float32]

MOST = 255
"""One of 256 stands for what stays as it is."""
ALL = 1 << 24
"""Colours that there are."""
TOGETHER = 4096
"""Colours that are compared with a palette at once, so that the differences stay in the caches."""
WEIGHT = 0.75
"""Power of the pixels of a colour by which it counts: edges have few, but are what is looked at."""
REFINEMENTS = 2
"""How often each part takes the mean of what is nearest to it: more changes little."""


def codes_of(picture: npt.NDArray[np.uint8]) -> Codes:
    """Return a picture, ``(height, width, 4) uint8`` RGBA, as codes without alpha."""
    return picture.view("<u4")[..., 0] & np.uint32(ALL - 1)


def channels_of(codes: Codes) -> npt.NDArray[np.uint8]:
    """Return codes as colours, ``(n, 3) uint8`` RGB."""
    return codes.astype("<u4")[:, None].view(np.uint8)[:, :3]


class Palette:
    """Colours, and which of them stands for each colour of pictures.

    Parameters
    ----------
    codes : ndarray, (n,) uint32
        The colours of the pictures, each once.
    counts : ndarray, (n,)
        How many pixels have each.

    Attributes
    ----------
    colours : ndarray, (m, 3) uint8
        The palette, RGB.
    error : float
        The mean squared error of a channel, over the pixels.

    Examples
    --------
    >>> palette = Palette(np.array([255, 0], np.uint32), np.array([9, 1]))
    >>> palette.colours.tolist(), palette.error
    ([[255, 0, 0], [0, 0, 0]], 0.0)
    """

    def __init__(self, codes: Codes, counts: npt.NDArray[np.integer]) -> None:
        self._codes = codes
        colours = channels_of(codes)
        if len(codes) <= MOST:
            self.colours, self._nearest, self.error = colours, np.arange(len(codes)), 0.0
            return
        points = colours.astype(np.float32)
        weights = (counts**WEIGHT).astype(np.float32)
        chosen = _split(points, weights)
        for _ in range(REFINEMENTS):
            nearest, _ = _assigned(points, chosen)
            chosen = _means(points, weights, nearest, chosen)
        self.colours = _exact_where_one_prevails(colours, counts, nearest, chosen)
        self._nearest, distances = _assigned(points, self.colours.astype(np.float32))
        self.error = float((distances * counts).sum() / (3 * counts.sum()))

    def enter(self, table: npt.NDArray[np.uint8]) -> None:
        """Write into a table of all colours, ``(2**24,) uint8``, which entry stands for each."""
        table[self._codes] = self._nearest


def _split(points: Floats, weights: Floats) -> Floats:
    """Return the means of as many parts as a palette has colours."""
    parts = [np.arange(len(points))]
    spreads = [_spread(points, weights)]
    while len(parts) < MOST:
        spread, axis, mean = max(spreads)
        if spread <= 0:
            break
        widest = spreads.index((spread, axis, mean))
        members = parts[widest]
        upper = points[members, axis] > mean
        for half in (members[upper], members[~upper]):
            parts.append(half)
            spreads.append(_spread(points[half], weights[half]))
        del parts[widest], spreads[widest]
    return np.array([_mean(points[part], weights[part]) for part in parts], np.float32)


def _spread(points: Floats, weights: Floats) -> tuple[float, int, float]:
    """Return the largest weighted spread of a channel, which channel that is, and its mean."""
    mean = _mean(points, weights)
    spreads = (np.square(points - mean) * weights[:, None]).sum(axis=0)
    axis = int(spreads.argmax())
    return float(spreads[axis]), axis, float(mean[axis])


def _mean(points: Floats, weights: Floats) -> Floats:
    return (weights @ points) / weights.sum()  # type: ignore[no-any-return]


def _assigned(points: Floats, chosen: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the nearest of the chosen colours for each point, and the squared distance to it."""
    nearest = np.empty(len(points), np.intp)
    squares = np.square(chosen).sum(axis=1)
    for first in range(0, len(points), TOGETHER):
        some = points[first : first + TOGETHER]
        nearest[first : first + TOGETHER] = (squares - 2 * some @ chosen.T).argmin(axis=1)
    return nearest, np.square(points - chosen[nearest]).sum(axis=1)


def _means(
    points: Floats, weights: Floats, nearest: npt.NDArray[np.intp], chosen: Floats
) -> Floats:
    """Return the mean of the points that are nearest to each chosen colour."""
    totals = np.bincount(nearest, weights, len(chosen))
    sums = [np.bincount(nearest, weights * points[:, axis], len(chosen)) for axis in range(3)]
    moved = np.stack(sums, axis=1) / np.maximum(totals, 1e-9)[:, None]
    return np.where(totals[:, None] > 0, moved, chosen).astype(np.float32)


def _exact_where_one_prevails(
    colours: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.integer],
    nearest: npt.NDArray[np.intp],
    chosen: Floats,
) -> npt.NDArray[np.uint8]:
    """Return a palette in which a colour that most pixels of a part have is as it is."""
    palette = np.rint(chosen).clip(0, 255).astype(np.uint8)
    totals = np.bincount(nearest, counts, len(chosen))
    order = np.argsort(counts, kind="stable")
    most = np.zeros(len(chosen), np.intp)
    most[nearest[order]] = order  # the last one that is written has the most pixels
    prevails = (totals > 0) & (2 * counts[most] > totals)
    palette[prevails] = colours[most[prevails]]
    return palette
