"""A batch of videos from one class: Lissajous figures with constructor arguments.

What differs from video to video goes into ``__init__``. What differs from frame to frame goes into
the params: here it is the phase of the pendulum. ``make_videos`` renders all of them beside each
other, and when it is run again only those that have changed. ``lissajous.batch/index.html`` shows
them.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from parallel_animate import Animator, make_videos

FPS = 30
N_FRAMES = 60
FIGURES = ((1, 2, "#4cc9f0"), (3, 2, "#ff5d8f"), (5, 4, "#ffc857"))
BACKGROUND, MUTED = "#0b0e17", "#8089a3"


class Lissajous(Animator):
    """Two perpendicular swings, a point that follows both, and its fading trace.

    Parameters
    ----------
    a, b : int
        Swings in x and in y during one round.
    color : str
        Any matplotlib colour.
    """

    def __init__(self, a: int, b: int, color: str) -> None:
        self.a, self.b, self.color = a, b, color

    def curve(self, phase: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the points (n, 2) at the phases (n,), in radians."""
        return np.column_stack((np.sin(self.a * phase), np.sin(self.b * phase)))

    def setup(self) -> Figure:
        fig = plt.figure(figsize=(6, 6), dpi=100, facecolor=BACKGROUND)
        ax = fig.add_axes((0.08, 0.03, 0.84, 0.84), xlim=(-1.12, 1.12), ylim=(-1.12, 1.12))
        ax.axis("off")
        fig.text(0.11, 0.9, f"{self.a} : {self.b}", size=24, weight="bold", color="white")
        fig.text(0.89, 0.905, "Lissajous", size=13, color=MUTED, ha="right")

        ax.plot(*self.curve(np.linspace(0, 2 * np.pi, 600)).T, color=self.color, lw=1, alpha=0.25)
        self.steps = np.linspace(-1.6, 0, 160)  # the trace, in radians behind the point
        # Mixed with the background, not transparent: round ends overlap without a seam.
        fade = np.linspace(0, 1, len(self.steps) - 1)[:, None] ** 2
        mix = 0.25 + 0.75 * fade
        colors = mix * np.array(to_rgb(self.color)) + (1 - mix) * np.array(to_rgb(BACKGROUND))
        widths = 1 + 4 * fade[:, 0]
        self.trace = LineCollection([], colors=colors, linewidths=widths, capstyle="round")
        ax.add_collection(self.trace)
        self.vertical = ax.axvline(0, color=MUTED, lw=0.8, alpha=0.6)
        self.horizontal = ax.axhline(0, color=MUTED, lw=0.8, alpha=0.6)
        (self.point,) = ax.plot([], [], "o", color="white", ms=11, mec=self.color, mew=3)
        return fig

    def update(self, frame_idx: int, params: float) -> None:
        points = self.curve(params + self.steps)
        self.trace.set_segments(list(np.stack((points[:-1], points[1:]), axis=1)))
        x, y = points[-1]
        self.vertical.set_xdata([x])
        self.horizontal.set_ydata([y])
        self.point.set_data([x], [y])


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``lissajous_1_2.mp4`` and its sisters to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="A batch of videos from one class.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    phases = np.linspace(0, 2 * np.pi, N_FRAMES, endpoint=False)
    jobs = [
        {
            "animation": Lissajous(a, b, color),
            "params": phases,
            "output": folder / f"lissajous_{a}_{b}.mp4",
            "fps": FPS,
        }
        for a, b, color in FIGURES
    ]
    print(make_videos(jobs, folder=folder / "lissajous.batch"))


if __name__ == "__main__":
    main()
