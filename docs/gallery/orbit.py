"""Three suns on one path

Astronomy. Equal stars that follow each other along a figure of eight, with a tail each. The tails
are one collection of lines that fade.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from parallel_animate import Animator

PERIOD, FRAMES, TAIL = 6.3259, 120, 40
COLORS = ["#ffb347", "#7fdbff", "#ff6f91"]


def pull(place):
    """Return the accelerations of three equal stars."""
    apart = place - place[:, None]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    np.fill_diagonal(distance, np.inf)
    return (apart / distance[..., None] ** 3).sum(axis=1)


def path(substeps=20):
    """Return the path of a star, (FRAMES, 2): the solution of Chenciner and Montgomery (2000)."""
    place = np.array([[0.97000436, -0.24308753], [-0.97000436, 0.24308753], [0.0, 0.0]])
    speed = np.array([[0.46620369, 0.43236573]] * 2 + [[-0.93240737, -0.86473146]])
    dt = PERIOD / (FRAMES * substeps)
    found = []
    for _ in range(FRAMES):
        found.append(place[0])
        for _ in range(substeps):
            speed = speed + dt / 2 * pull(place)
            place = place + dt * speed
            speed = speed + dt / 2 * pull(place)
    return np.array(found)


class Orbit(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 3.2), dpi=100, facecolor="#080b16")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-1.4, 1.4), ylim=(-0.7, 0.7))
        axes.set_axis_off()
        self.path = path()
        fade = np.linspace(0, 1, TAIL - 1)
        colors = [(*to_rgb(color), alpha) for color in COLORS for alpha in fade]
        self.tails = axes.add_collection(LineCollection([], colors=colors, lw=2))
        self.stars = axes.scatter([0] * 3, [0] * 3, s=90, c=COLORS, zorder=3)
        return figure

    def update(self, frame_idx, params):
        seen = [np.arange(params - TAIL + 1, params + 1) + star * FRAMES // 3 for star in range(3)]
        tails = [self.path[steps % FRAMES] for steps in seen]
        self.tails.set_segments([pair for tail in tails for pair in zip(tail[:-1], tail[1:])])
        self.stars.set_offsets([tail[-1] for tail in tails])


params = range(FRAMES)

if __name__ == "__main__":
    Orbit().make_video("orbit.mp4", params, fps=30)
