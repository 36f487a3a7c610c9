"""A drum, struck off its centre

Acoustics. A 3-D surface, which has to be made anew; its axes, panes and ticks stay.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

# Zeros of the Bessel functions J0, J1 and J2, and how strongly each mode sounds.
MODES = [(0, 2.4048, 1.0), (0, 5.5201, -0.5), (1, 3.8317, 0.9), (1, 7.0156, -0.4), (2, 5.1356, 0.6)]


def bessel(order, x):
    """Return a Bessel function of the first kind, by its integral."""
    angle = np.linspace(0, np.pi, 80)
    return np.cos(order * angle - np.multiply.outer(x, np.sin(angle))).mean(axis=-1)


class Drum(Animator):
    def setup(self):
        figure = Figure(figsize=(5.6, 4.2), dpi=100)
        self.axes = figure.add_axes((0, 0, 1, 1.08), projection="3d")
        self.axes.set(zlim=(-1.5, 1.5), xlim=(-1, 1), ylim=(-1, 1))
        self.axes.set_box_aspect((1, 1, 0.5))
        radius, angle = np.meshgrid(np.linspace(0, 1, 22), np.linspace(0, 2 * np.pi, 45))
        self.x, self.y = radius * np.cos(angle), radius * np.sin(angle)
        self.modes = [
            (zero, size * bessel(order, zero * radius) * np.cos(order * angle))
            for order, zero, size in MODES
        ]
        self.surface = None
        return figure

    def update(self, frame_idx, time):
        if self.surface is not None:
            self.surface.remove()
        height = sum(shape * np.cos(zero * time) for zero, shape in self.modes)
        self.surface = self.axes.plot_surface(
            self.x, self.y, height, cmap="coolwarm", vmin=-1.2, vmax=1.2, rcount=22, ccount=45
        )


params = np.linspace(0, 8, 110)

if __name__ == "__main__":
    Drum().make_video("drum.mp4", params, fps=30)
