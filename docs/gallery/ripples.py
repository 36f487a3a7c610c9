"""Waves from two sources

Physics. An image with new values in each frame. A small array is enough: Agg makes it as large as
the axes.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator


class Ripples(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        x, y = np.meshgrid(np.linspace(-8, 8, 320), np.linspace(-5, 5, 200))
        self.distances = [np.hypot(x - side, y) for side in (-2, 2)]
        self.image = axes.imshow(
            np.zeros((200, 320)),
            cmap="RdBu",
            vmin=-1.2,
            vmax=1.2,
            extent=(-8, 8, -5, 5),
            aspect="auto",
        )
        axes.plot([-2, 2], [0, 0], "ko", ms=4)
        return figure

    def update(self, frame_idx, phase):
        waves = [np.sin(5 * away - phase) / np.sqrt(away + 0.3) for away in self.distances]
        self.image.set_data(sum(waves))


params = np.linspace(0, 4 * np.pi, 96, endpoint=False)

if __name__ == "__main__":
    Ripples().make_video("ripples.mp4", params, fps=30)
