"""What all processes of a batch need, made once in the process that they are forked from.

A small video is rendered there. After it, fonts are read, encoders and pictures are loaded, and
Python has adapted its code to the types that it meets (PEP 659): each process has that from its
first frame on. A process that draws 60 simple frames then copies 8,400 pages of memory in place of
10,100.
"""

from __future__ import annotations

import logging
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.options import RenderOptions
from parallel_animate.rendering import render
from parallel_animate.report import save_first_frame

MANY = 8
"""Jobs from which on it pays: it takes about as long as two of them."""
FRAMES = 24


class _Line:
    """A figure that has what most figures have."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        axes = figure.subplots()
        (self.line,) = axes.plot([0, 1, 2], [0, 1, 0], label="line")
        axes.set(title="title", xlabel="$x$", ylabel="y", ylim=(-1, 1))
        axes.legend()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata([0, frame_idx / FRAMES, 0])


def warm_up() -> None:
    """Render a small video that nobody sees."""
    options = RenderOptions.checked(
        fps=30, num_workers=1, video_mode="cpu", disable_progress_bar=True
    )
    log = logging.getLogger("parallel_animate.animator")
    before, log.disabled = log.disabled, True
    try:
        with suppress(Exception), tempfile.TemporaryDirectory() as folder:
            video = Path(folder) / "warm.mp4"
            render(_Line(), video, range(FRAMES), options)
            save_first_frame(video, video.with_suffix(".jpg"), 100)
    finally:
        log.disabled = before
