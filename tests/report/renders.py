"""Animations with a known bottleneck."""

from __future__ import annotations

import time
from typing import Any

from matplotlib.figure import Figure

from parallel_animate import Animator


class Small(Animator):
    """A line in a figure of 160x120 pixels."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(1.6, 1.2), dpi=100)
        (self.line,) = figure.add_axes((0, 0, 1, 1)).plot([0, 1])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata([0, frame_idx / 10])


class Slow(Small):
    """A simulation in ``update()``, which takes longest for frames 7 and 3."""

    def update(self, frame_idx: int, params: Any) -> None:
        time.sleep({7: 0.4, 3: 0.3}.get(frame_idx, 0.04))
        super().update(frame_idx, params)
