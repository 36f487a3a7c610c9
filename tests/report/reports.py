"""Reports, and renders to report on."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport

# Twenty frames of 10 ms: two workers that draw all the time.
REPORT = RenderReport(
    output_file=Path("out.mp4"),
    frames=20,
    width=640,
    height=480,
    fps=Fraction(30),
    encoder="libx264",
    workers=2,
    slots=6,
    slot_bytes=460800,
    spilled_frames=0,
    seconds=1.1,
    startup_seconds=0.1,
    update_seconds=0.1,
    draw_seconds=1.7,
    store_seconds=0.1,
    wait_params_seconds=0.0,
    wait_frames_seconds=0.8,
    encode_seconds=0.2,
    peak_memory_bytes=180_000_000,
    redrawn_frames=20,
    redrawn_seconds=1.5,
    full_draws=4,
    full_draw_seconds=0.2,
    background_rebuilds=2,
    background_rebuild_seconds=0.01,
    redraw_mismatches=0,
    cores=2,
)
# The encoder takes its time, and the workers wait for it.
ENCODES = replace(
    REPORT, draw_seconds=0.5, wait_frames_seconds=0.1, encode_seconds=0.9, redrawn_seconds=0.4
)


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
