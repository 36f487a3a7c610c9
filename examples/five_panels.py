"""Five panels in a row: a line, bars, an image with a colour bar, a 3-D helix and a scatter plot.

Each kind of artist has its own way of being changed in place: ``set_ydata``, ``set_height``,
``set_data``, ``view_init``, ``set_offsets``. Changing an artist costs a fraction of clearing the
axes and plotting again, and a frame is right whichever worker draws it, in whatever order.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

FPS = 30
N_FRAMES = 90
N_BARS = 10
N_PIXELS = 30
N_POINTS = 160


class FivePanels(Animator):
    """One period of five small oscillations; the parameter is the phase in radians."""

    def setup(self) -> Figure:
        fig = plt.figure(figsize=(20, 4))
        grid = fig.add_gridspec(1, 5, left=0.03, right=0.99, bottom=0.15, top=0.87, wspace=0.16)

        ax = fig.add_subplot(grid[0])
        ax.set(
            title="Wave packet",
            xlim=(-4, 4),
            ylim=(-1.1, 1.1),
            yticks=(-1, 0, 1),
            xlabel="position",
        )
        ax.grid(axis="y")
        self.x = np.linspace(-4, 4, 500)
        (self.line,) = ax.plot(self.x, np.zeros_like(self.x))
        (self.envelope,) = ax.plot(self.x, np.zeros_like(self.x), color="C1", lw=1, ls="--")

        ax = fig.add_subplot(grid[1])
        ax.set(title="Equalizer", ylim=(0, 1), yticks=(0, 0.5, 1))
        ax.set(xlabel="band", xticks=range(N_BARS))
        ax.grid(axis="y")
        colors = plt.get_cmap("plasma")(np.linspace(0.15, 0.85, N_BARS))
        self.bars = ax.bar(range(N_BARS), np.ones(N_BARS), width=0.72, color=colors)

        ax = fig.add_subplot(grid[2])
        ax.set(title="Interference", xticks=(), yticks=())
        ax.spines[:].set_visible(False)
        u = np.linspace(-1, 1, N_PIXELS)
        self.distances = [np.hypot(u - a, u[:, None] - b) for a, b in ((-0.6, -0.4), (0.6, 0.5))]
        self.image = ax.imshow(np.zeros((N_PIXELS, N_PIXELS)), vmin=-2, vmax=2)
        bar = fig.colorbar(self.image, ax=ax, ticks=(-2, 0, 2), fraction=0.05, pad=0.03)
        bar.outline.set_visible(False)

        # The methods of the 3-D axes are not known to type checkers.
        self.space: Any = fig.add_subplot(grid[3], projection="3d")
        self.space.set_title("Helix", loc="left")
        self.space.set(xticklabels=(), yticklabels=(), zticklabels=())
        self.space.set_box_aspect((1, 1, 1), zoom=1.2)
        turn = np.linspace(0, 8 * np.pi, 400)
        self.space.plot(np.cos(turn), np.sin(turn), turn, color="C4", linewidth=2.5)

        ax = fig.add_subplot(grid[4])
        ax.set(title="Orbits", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=(), yticks=())
        ax.set_aspect("equal")
        ax.spines[:].set_visible(False)
        # Radii and starting angles on a sunflower spiral: even, and the same in every process.
        index = np.arange(N_POINTS)
        self.radius = np.sqrt((index + 0.5) / N_POINTS)
        self.angle = index * np.pi * (3 - np.sqrt(5))
        self.scatter = ax.scatter(
            index, index, s=18 + 50 * self.radius, c=self.radius, cmap="plasma", lw=0, alpha=0.85
        )
        return fig

    def update(self, frame_idx: int, params: float) -> None:
        center = 2 * np.sin(params)
        envelope = np.exp(-((self.x - center) ** 2))
        self.line.set_ydata(envelope * np.cos(10 * (self.x - center)))
        self.envelope.set_ydata(envelope)

        bands = np.arange(N_BARS)
        heights = 0.5 + 0.3 * np.sin(params + 0.8 * bands) + 0.16 * np.sin(2 * params - 1.9 * bands)
        for bar, height in zip(self.bars, heights, strict=True):
            bar.set_height(height)

        self.image.set_data(sum(np.cos(9 * r - 2 * params) for r in self.distances))
        self.space.view_init(elev=22, azim=np.degrees(params))

        # Inner points make two turns while outer points make one.
        angle = self.angle + np.where(self.radius < 0.6, 2, 1) * params
        self.scatter.set_offsets(self.radius[:, None] * np.c_[np.cos(angle), np.sin(angle)])


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``five_panels.mp4`` to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Five panels in a row.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    plt.style.use(Path(__file__).with_name("clean.mplstyle"))
    phases = np.linspace(0, 2 * np.pi, N_FRAMES, endpoint=False)
    print(FivePanels().make_video(folder / "five_panels.mp4", phases, fps=FPS))


if __name__ == "__main__":
    main()
