"""How much one picture looks like another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]

# Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE
# Transactions on Image Processing 13 (2004): K1 and K2 there.
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
BLOCK = 8


def ssim(shown: Plane, drawn: Plane) -> float:
    """Return the mean structural similarity of blocks of 8 by 8 pixels, side by side.

    Parameters
    ----------
    shown, drawn : ndarray, (height, width) uint8
        Brightness.

    Examples
    --------
    >>> picture = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    >>> ssim(picture, picture)
    1.0
    >>> ssim(picture, 255 - picture) < 0
    True
    """
    a, b = (_blocks(plane) for plane in (shown, drawn))
    mean_a, mean_b = a.mean(axis=(1, 3)), b.mean(axis=(1, 3))
    var_a = np.square(a).mean(axis=(1, 3)) - mean_a**2
    var_b = np.square(b).mean(axis=(1, 3)) - mean_b**2
    covariance = (a * b).mean(axis=(1, 3)) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    structure = (2 * covariance + C2) / (var_a + var_b + C2)
    return float((luminance * structure).mean())


def video_ssim(video: Path, reference: Path, every: int = 1) -> float:
    """Return the mean :func:`ssim` of the brightness of two videos' frames; 0 if there is none.

    Parameters
    ----------
    video, reference : Path
        Videos of one size.
    every : int
        Of so many frames each, only the first is looked at.
    """
    pairs = zip(_brightness(video, every), _brightness(reference, every), strict=True)
    found = [ssim(shown, drawn) for shown, drawn in pairs]
    return sum(found) / len(found) if found else 0.0


def _brightness(video: Path, every: int) -> Iterator[Plane]:
    """Yield the luma of some frames of a video."""
    import av

    from parallel_animate.canvas import planes_of

    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0:
                yield planes_of(frame)[0]


def _blocks(plane: Plane) -> npt.NDArray[np.float64]:
    """Return the blocks that lie wholly in a plane, ``(down, BLOCK, across, BLOCK)``."""
    down, across = (length // BLOCK for length in plane.shape)
    whole = plane[: down * BLOCK, : across * BLOCK].astype(float)
    return whole.reshape(down, BLOCK, across, BLOCK)
