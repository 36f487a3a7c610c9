"""Three forecasts drift apart

Meteorology. Lorenz's weather, begun three times a hair's breadth apart, in a view that turns.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

STEPS = 1500


def trajectory(start, dt=0.01):
    """Return the path of a point, (STEPS, 3), by the Runge-Kutta method."""

    def slope(p):
        x, y, z = p
        return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])

    path = [np.array(start, float)]
    for _ in range(STEPS - 1):
        p = path[-1]
        a = slope(p)
        b = slope(p + dt / 2 * a)
        c = slope(p + dt / 2 * b)
        d = slope(p + dt * c)
        path.append(p + dt / 6 * (a + 2 * b + 2 * c + d))
    return np.array(path)


class Lorenz(Animator):
    def setup(self):
        figure = Figure(figsize=(5.6, 4.4), dpi=100, facecolor="#0f1020")
        self.axes = figure.add_axes((-0.05, -0.08, 1.1, 1.16), projection="3d")
        self.axes.set(xlim=(-20, 20), ylim=(-25, 25), zlim=(0, 50), facecolor="#0f1020")
        self.axes.set_axis_off()
        self.paths = [trajectory((-8 + 1e-3 * each, 8, 27)) for each in range(3)]
        colors = ("#ffd166", "#06d6a0", "#ef476f")
        self.tails = [self.axes.plot([], [], [], color=color, lw=1.2)[0] for color in colors]
        self.heads = [self.axes.plot([], [], [], "o", color=color, ms=6)[0] for color in colors]
        return figure

    def update(self, frame_idx, step):
        for path, tail, head in zip(self.paths, self.tails, self.heads):
            tail.set_data_3d(*path[max(0, step - 250) : step].T)
            head.set_data_3d(*path[step - 1 : step].T)
        self.axes.view_init(elev=18, azim=40 + 0.06 * step)


params = range(10, STEPS, 10)

if __name__ == "__main__":
    Lorenz().make_video("lorenz.mp4", params, fps=30)
