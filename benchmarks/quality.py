"""How much a video's frames look like those that were drawn."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from benchmarks.recording import Case
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import Surface
from parallel_animate.canvas.conversion import planes_of
from parallel_animate.tuning.likeness import Plane, ssim

LOOKED_AT = 8  # about so many frames of a video are compared
PERFECT = 100.0  # dB: what equal pictures are given


def decoded(video: Path) -> Iterator[tuple[Plane, ...]]:
    """Yield luma and the two chroma planes of each frame."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            yield planes_of(frame)


def reference(case: Case) -> dict[int, Plane]:
    """Return the brightness of some of a scene's frames, drawn in full."""
    animator = SCENES[case.scene](case.width, case.height)
    surface = Surface(animator.setup(), "full")
    drawn = {}
    for number, params in enumerate(params_of(case.scene, case.frames)):
        if number % max(1, case.frames // LOOKED_AT) == 0:
            animator.update(number, params)
            surface.draw()
            drawn[number] = _brightness(surface.pixels[..., :3])
    surface.close()
    return drawn


@dataclass(frozen=True)
class Fidelity:
    """How true a video is to its figure.

    Parameters
    ----------
    size : tuple of int
        Its width and height in pixels.
    frames : int
        Its frames.
    ssim : float
        Mean structural similarity between the brightness of some of its frames and that of full
        draws. A video of another size is scaled to the figure's first.
    """

    size: tuple[int, int]
    frames: int
    ssim: float


def fidelity(video: Path, case: Case, expected: dict[int, Plane]) -> Fidelity:
    """Compare a video with what was drawn, as a player shows it."""
    found, count, size = [], 0, (0, 0)
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            count, size = number + 1, (frame.width, frame.height)
            if number in expected:
                shown = frame.to_ndarray(format="rgb24", width=case.width, height=case.height)
                found.append(ssim(_brightness(shown), expected[number]))
    return Fidelity(size, count, statistics.mean(found))


def _brightness(rgb: Plane) -> Plane:
    """Return the luma of ITU-R BT.601, ``(height, width)``."""
    return np.rint(rgb @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)


def psnr(shown: Plane, drawn: Plane) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = float(np.square(shown.astype(np.float32) - drawn).mean())
    return min(PERFECT, 10 * float(np.log10(255**2 / error))) if error else PERFECT
