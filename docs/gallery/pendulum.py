"""A double pendulum

Mechanics. Two rods, two weights, and the way of the lower one.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

GRAVITY, FRAMES, FPS, SUB = 9.81, 240, 30, 20


def slope(state):
    """Return how both angles and their speeds change: weights of 1 kg, rods of 1 m."""
    a, b, va, vb = state
    d = a - b
    below = 3 - np.cos(2 * d)
    va_ = (
        -3 * GRAVITY * np.sin(a)
        - GRAVITY * np.sin(a - 2 * b)
        - 2 * np.sin(d) * (vb**2 + va**2 * np.cos(d))
    ) / below
    vb_ = 2 * np.sin(d) * (2 * va**2 + 2 * GRAVITY * np.cos(a) + vb**2 * np.cos(d)) / below
    return np.array([va, vb, va_, vb_])


def places():
    """Return where the elbow and the end are at each frame, both (FRAMES, 2)."""
    state, dt, found = np.array([2.2, 2.6, 0, 0]), 1 / FPS / SUB, []
    for step in range(FRAMES * SUB):
        if step % SUB == 0:
            found.append(state[:2])
        middle = state + dt / 2 * slope(state)
        state = state + dt * slope(middle)
    a, b = np.array(found).T
    elbow = np.column_stack([np.sin(a), -np.cos(a)])
    return elbow, elbow + np.column_stack([np.sin(b), -np.cos(b)])


class Pendulum(Animator):
    def setup(self):
        figure = Figure(figsize=(4.2, 4.2), dpi=100, facecolor="#fffdf7")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
        axes.set_axis_off()
        self.elbow, self.end = places()
        (self.trail,) = axes.plot([], [], color="#f4a259", lw=1.5)
        (self.rods,) = axes.plot([], [], "o-", color="#22333b", lw=2.5, ms=10)
        return figure

    def update(self, frame_idx, frame):
        self.trail.set_data(*self.end[max(0, frame - 60) : frame + 1].T)
        self.rods.set_data(*np.array([(0, 0), self.elbow[frame], self.end[frame]]).T)


params = range(FRAMES)

if __name__ == "__main__":
    Pendulum().make_video("pendulum.mp4", params, fps=FPS)
