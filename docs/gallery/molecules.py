"""A crystal that melts

Molecular dynamics. Argon-like atoms attract and repel each other, and are heated. All positions are
computed before the render, so that frames can be drawn in any order.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

SIDE, BOX = 9, 14.0


def forces(place):
    """Return the Lennard-Jones forces on all atoms, in a box whose sides meet."""
    apart = place[:, None] - place
    apart -= BOX * np.round(apart / BOX)
    squared = (apart**2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    sixth = 1 / squared**3
    return (((48 * sixth**2 - 24 * sixth) / squared)[..., None] * apart).sum(axis=1)


def trajectory(frames=120, steps=12, dt=0.005):
    """Yield positions and speeds of all atoms, by the velocity Verlet method."""
    random = np.random.default_rng(1)
    grid = np.arange(SIDE) * 1.12 + 2
    place = np.array(
        [(x + 0.56 * (j % 2), 0.97 * y + 0.5) for j, y in enumerate(grid) for x in grid]
    )
    speed = 0.4 * random.normal(size=place.shape)
    force = forces(place)
    for _ in range(frames):
        for _ in range(steps):
            speed += 0.5 * dt * force
            place = (place + dt * speed) % BOX
            force = forces(place)
            speed += 0.5 * dt * force
        speed *= 1.012  # the heater
        yield place.copy(), np.hypot(*speed.T)


class Molecules(Animator):
    def setup(self):
        figure = Figure(figsize=(4, 4), dpi=100, facecolor="#10141f")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, BOX), ylim=(0, BOX))
        axes.set_axis_off()
        self.atoms = axes.scatter(
            *np.zeros((2, SIDE**2)), s=260, c=np.zeros(SIDE**2), cmap="plasma", vmin=0, vmax=3, lw=0
        )
        return figure

    def update(self, frame_idx, state):
        place, speed = state
        self.atoms.set_offsets(place)
        self.atoms.set_array(speed)


def params():
    return trajectory()


if __name__ == "__main__":
    Molecules().make_video("molecules.mp4", params(), fps=30, n_frames=120)
