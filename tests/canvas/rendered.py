"""An animator that changes a little of everything, and what a video of it has to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport
from parallel_animate.canvas import FrameFormat, PixelStore
from tests.conftest import alike
from tests.stamp import decoded

FRAMES = 10
X = np.linspace(0, 6, 40)

MODES = ["auto", "full", "verify"]
# How a render runs: its number of workers, and how they start.
RUNS = [(1, None), (2, "fork")]
# Each mode in each kind of run; by default those that take different ways.
MODES_AND_RUNS = [
    *((mode, RUNS[0]) for mode in ("auto", "verify")),
    *((mode, RUNS[1]) for mode in ("auto", "full")),
    *alike(("full", RUNS[0]), ("verify", RUNS[1])),
]

Pixels = npt.NDArray[np.uint8]


class Busy(Animator):
    """Shows what moves, what is changed now and then, and what rests."""

    def __init__(self, width: int = 320, height: int = 240, transparent: bool = False) -> None:
        self.inches = (width / 100, height / 100)
        self.transparent = transparent

    def setup(self) -> Figure:
        figure = Figure(figsize=self.inches, dpi=100)
        self.ax, self.other = figure.subplots(1, 2)
        self.ax.locator_params(nbins=3)
        self.other.locator_params(nbins=2)
        (self.line,) = self.ax.plot(X, np.sin(X), lw=3, label="line")
        self.ax.legend(loc="upper right")
        self.points = self.other.scatter(X, np.cos(X), c=X)
        self.image = self.other.imshow(np.eye(8), extent=(0, 6, -1, 1), aspect="auto", alpha=0.5)
        if self.transparent:
            figure.patch.set_alpha(0.3)
            self.ax.patch.set_visible(False)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(X + params / 3))
        self.points.set_offsets(np.column_stack([X, np.cos(X + params // 3)]))
        if self.transparent:
            self.ax.figure.patch.set_facecolor((0, params / FRAMES, 1))
        # Each depends on the params alone: frames are drawn in any order.
        self.ax.set_title("t" * (params // 3))
        self.ax.set_ylim(-1.5 if params % 5 == 4 else -2, 2)
        self.image.set_data(np.roll(np.eye(8), params // 2, axis=0))


def frames(path: Path) -> list[Pixels]:
    """Return the frames of a video as they are stored, not converted to RGB."""
    return [frame.to_ndarray() for frame in decoded(path)]


@cache
def expected_frames(kind: Callable[..., Animator], *args: Any) -> list[Pixels]:
    """Return the frames that a lossless video of such an animator has to show."""
    animator = kind(*args)
    figure = animator.setup()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    layout = FrameFormat("yuv420p", width, height)
    found = []
    for i in range(FRAMES):
        animator.update(i, i)
        canvas.draw()
        frame = np.empty(layout.nbytes, np.uint8)
        PixelStore(layout).store(np.asarray(canvas.buffer_rgba()), frame, opaque=False)
        found.append(layout.view(frame).copy())
    return found


def differing(shown: list[Pixels], expected: list[Pixels]) -> list[int]:
    """Return which frames differ."""
    assert len(shown) == len(expected)
    return [i for i, pair in enumerate(zip(shown, expected, strict=True)) if not same(*pair)]


def same(shown: Pixels, expected: Pixels) -> bool:
    return shown.shape == expected.shape and bool((shown == expected).all())


def render(
    animator: Animator,
    out: Path,
    run: tuple[int, str | None] = (1, None),
    params: Iterable[int] = range(FRAMES),
    **options: Any,
) -> RenderReport:
    workers, method = run
    return animator.make_video(
        out,
        params,
        30,
        FRAMES,
        num_workers=workers,
        start_method=method,
        disable_progress_bar=True,
        **{"video_quality": 0, **options},
    )
