"""The script that the batches of ``benchmarks/batch.py`` render: the wave, 640x480."""

from __future__ import annotations

import numpy as np

from benchmarks.scenes import Wave as Scene

FRAMES = 60


class Wave(Scene):
    """A line that moves; the axes stay."""

    def __init__(self) -> None:
        super().__init__(640, 480)


def params() -> np.ndarray:
    """Return the phase of each frame."""
    return np.linspace(0, FRAMES / 15, FRAMES)
