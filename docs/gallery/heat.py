"""Heat in a plate

Physics. Isotherms that are made anew, on axes that stay.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator


def temperatures(frames=100, steps=60, shape=(60, 96)):
    """Yield the temperature of a plate that two flames heat at its edges."""
    plate = np.full(shape, 20.0)
    for frame in range(frames):
        for _ in range(steps):
            plate[1:-1, 1:-1] += 0.22 * (
                plate[2:, 1:-1]
                + plate[:-2, 1:-1]
                + plate[1:-1, 2:]
                + plate[1:-1, :-2]
                - 4 * plate[1:-1, 1:-1]
            )
            plate[0], plate[-1], plate[:, -1] = plate[1], 20, plate[:, -2]
            plate[:, 0] = plate[:, 1]
            plate[0, 15:30], plate[0, 62:80] = 320, 240 if frame < 55 else 20
        yield plate.copy()


class Heat(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        self.axes = figure.add_axes((0.09, 0.14, 0.76, 0.82), xlabel="mm", ylabel="mm")
        self.levels = np.arange(20, 340, 20)
        self.drawn = []
        first = self.contours(np.full((60, 96), 20.0))
        bar = figure.add_axes((0.88, 0.14, 0.025, 0.82))
        figure.colorbar(first, cax=bar, label="°C")
        return figure

    def contours(self, plate):
        for old in self.drawn:
            old.remove()
        filled = self.axes.contourf(plate, self.levels, cmap="inferno", extend="both")
        lines = self.axes.contour(plate, self.levels[::2], colors="white", linewidths=0.5)
        self.drawn = [filled, lines]
        return filled

    def update(self, frame_idx, plate):
        self.contours(plate)


def params():
    return temperatures()


if __name__ == "__main__":
    Heat().make_video("heat.mp4", params(), fps=30)
