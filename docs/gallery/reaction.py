"""Spots that divide

Chemistry. Two substances that react and spread, by the model of Gray and Scott. The generator
computes a frame while others are drawn.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

FEED, KILL = 0.0367, 0.0649


def states(frames=110, steps=45, size=128):
    """Yield the concentration of the second substance."""
    u, v = np.ones((size, size)), np.zeros((size, size))
    for x, y in np.random.default_rng(12).integers(20, size - 20, (9, 2)):
        u[x : x + 8, y : y + 8], v[x : x + 8, y : y + 8] = 0.5, 0.25

    def spread(field):
        near = sum(np.roll(field, step, axis) for step in (-1, 1) for axis in (0, 1))
        return near - 4 * field

    for _ in range(frames):
        for _ in range(steps):
            reaction = u * v**2
            u += 0.16 * spread(u) - reaction + FEED * (1 - u)
            v += 0.08 * spread(v) + reaction - (FEED + KILL) * v
        yield v.astype(np.float32)


class Reaction(Animator):
    def setup(self):
        figure = Figure(figsize=(4.2, 4.2), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        self.image = axes.imshow(
            np.zeros((128, 128)), cmap="cividis", vmin=0, vmax=0.4, interpolation="bicubic"
        )
        return figure

    def update(self, frame_idx, concentration):
        self.image.set_data(concentration)


def params():
    return states()


if __name__ == "__main__":
    Reaction().make_video("reaction.mp4", params(), fps=30)
