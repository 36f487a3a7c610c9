"""A travelling wave: the shortest complete animation.

``setup`` builds the figure once, ``update`` moves what changes from one frame to the next, and
``make_video`` draws the frames on every core. One parameter per frame: the phase of the wave.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

FPS = 30
N_FRAMES = 120


class Wave(Animator):
    """A sine wave that runs to the right, and a float that bobs on it."""

    def setup(self) -> Figure:
        fig, ax = plt.subplots(figsize=(6.4, 4.8))
        fig.subplots_adjust(left=0.11, right=0.95, bottom=0.13, top=0.9)
        ax.set(xlim=(0, 2), ylim=(-1.25, 1.25), xticks=(0, 1, 2), yticks=(-1, 0, 1))
        ax.set(title="A travelling wave", xlabel="position in wavelengths", ylabel="height")
        ax.grid(axis="y")
        self.x = np.linspace(0, 2, 400)
        (self.line,) = ax.plot(self.x, np.zeros_like(self.x), linewidth=3.5)
        (self.float,) = ax.plot([1], [0], "o", ms=16, mec="white", mew=2)
        return fig

    def update(self, frame_idx: int, params: float) -> None:
        self.line.set_ydata(np.sin(2 * np.pi * self.x - params))
        self.float.set_ydata([np.sin(-params)])


def params() -> np.ndarray:
    """Return the phase of each frame; ``parallel-animate tune wave.py:Wave`` calls this, too."""
    return np.linspace(0, 4 * np.pi, N_FRAMES, endpoint=False)


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``wave.mp4`` to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="A travelling wave.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    plt.style.use(Path(__file__).with_name("clean.mplstyle"))  # the workers use it, too
    print(Wave().make_video(folder / "wave.mp4", params(), fps=FPS))


if __name__ == "__main__":
    main()
