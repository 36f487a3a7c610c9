"""How much a video's frames look like those that were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.conversion import planes_of

Plane = npt.NDArray[np.uint8]

# Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE
# Transactions on Image Processing 13 (2004): K1 and K2 there.
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
BLOCK = 8
PERFECT = 100.0  # dB, of equal pictures


def decoded(video: Path) -> Iterator[tuple[Plane, ...]]:
    """Yield luma and the two chroma planes of each frame."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            yield planes_of(frame)


def psnr(shown: Plane, drawn: Plane) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = float(np.square(shown.astype(np.float32) - drawn).mean())
    return min(PERFECT, 10 * float(np.log10(255**2 / error))) if error else PERFECT


def ssim(shown: Plane, drawn: Plane) -> float:
    """Return the mean structural similarity of blocks of 8 by 8 pixels, side by side."""
    a, b = (_blocks(plane) for plane in (shown, drawn))
    mean_a, mean_b = a.mean(axis=(1, 3)), b.mean(axis=(1, 3))
    var_a = np.square(a).mean(axis=(1, 3)) - mean_a**2
    var_b = np.square(b).mean(axis=(1, 3)) - mean_b**2
    covariance = (a * b).mean(axis=(1, 3)) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    structure = (2 * covariance + C2) / (var_a + var_b + C2)
    return float((luminance * structure).mean())


def _blocks(plane: Plane) -> npt.NDArray[np.float64]:
    """Return whole blocks of a plane, ``(down, BLOCK, across, BLOCK)``."""
    down, across = (length // BLOCK for length in plane.shape)
    whole = plane[: down * BLOCK, : across * BLOCK].astype(float)
    return whole.reshape(down, BLOCK, across, BLOCK)
