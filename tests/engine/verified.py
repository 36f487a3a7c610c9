"""A small animation, and renders of it that are verified."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport

FRAMES = 5
X = np.linspace(0, 6, 30)


class Wave(Animator):
    """A line, and a text that changes now and then."""

    layout: str | None = None

    def setup(self) -> Figure:
        figure = Figure(figsize=(1.6, 1.2), dpi=100, layout=self.layout)
        self.ax = figure.subplots()
        self.ax.locator_params(nbins=2)
        (self.line,) = self.ax.plot(X, np.sin(X), lw=3)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(X + frame_idx))
        self.ax.set_title("title" * (frame_idx // 3))


def render(
    animator: Animator,
    out: Path,
    run: tuple[int, str | None] = (1, None),
    params: Iterable[Any] = range(FRAMES),
    redraw: str = "verify",
    **options: Any,
) -> RenderReport:
    workers, method = run
    return animator.make_video(
        out,
        params,
        30,
        num_workers=workers,
        start_method=method,
        redraw=redraw,
        disable_progress_bar=True,
        **{"video_quality": 0, **options},
    )


def check_verified(animator: Animator, out: Path, *args: Any, **options: Any) -> None:
    """Check that a render is verified from its first to its last frame."""
    report = render(animator, out, *args, **options)
    assert report.frames == report.redrawn_frames == report.full_draws == FRAMES
    assert report.redraw_mismatches == 0
    assert report.warnings == ()
