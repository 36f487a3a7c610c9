"""A rumour in a network

Social science. Points and links as two collections: only their colours change.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from parallel_animate import Animator

PEOPLE = 160
COLORS = colormaps["YlOrRd_r"].with_extremes(bad="#3d4f7c")  # those who have not heard of it


def acquaintances():
    """Return where all are, and who knows whom: those nearby, and a few far away."""
    random = np.random.default_rng(21)
    place = random.uniform(0, 1, (PEOPLE, 2))
    for _ in range(30):  # push those apart that are too near
        apart = place[:, None] - place
        distance = np.hypot(*apart.T).T + np.eye(PEOPLE)
        place = (
            place
            + 0.004
            * (apart / distance[..., None] ** 2 * (distance < 0.12)[..., None]).sum(axis=1)
            / 10
        )
    distance = np.hypot(*(place[:, None] - place).T)
    near = np.argwhere(np.triu(distance < 0.11, 1))
    return place, np.vstack([near, random.integers(0, PEOPLE, (12, 2))])


def told(links, frames=110):
    """Return when each has heard of it, in frames; infinite if never."""
    random = np.random.default_rng(22)
    heard = np.full(PEOPLE, np.inf)
    heard[0] = 0
    for frame in range(1, frames):
        for a, b in [*links, *links[:, ::-1]]:
            if heard[a] < frame and heard[b] == np.inf and random.random() < 0.09:
                heard[b] = frame
    return heard


class Network(Animator):
    def setup(self):
        figure = Figure(figsize=(5.2, 4.6), dpi=100, facecolor="#14213d")
        axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
        axes.set_axis_off()
        place, self.links = acquaintances()
        self.heard = told(self.links)
        self.lines = axes.add_collection(LineCollection(place[self.links], lw=0.8))
        self.dots = axes.scatter(
            *place.T, s=36, c=np.zeros(PEOPLE), cmap=COLORS, vmin=0, vmax=40, zorder=2
        )
        return figure

    def update(self, frame_idx, now):
        since = np.clip(now - self.heard, -1, 40)
        self.dots.set_array(np.where(since < 0, np.nan, since))
        active = np.minimum(*since[self.links].T) >= 0
        self.lines.set_color(
            np.where(active[:, None], (0.98, 0.64, 0.07, 0.7), (0.5, 0.58, 0.75, 0.25))
        )


params = range(110)

if __name__ == "__main__":
    Network().make_video("network.mp4", params, fps=30)
