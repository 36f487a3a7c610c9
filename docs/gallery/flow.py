"""Two vortices that pass each other

Fluid dynamics. Arrows that turn, and particles that are carried along.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

CORE = 0.25


def velocity(x, y, angle):
    """Return the velocity at some places when the vortices have turned by an angle."""
    u, v = np.zeros_like(x), np.zeros_like(y)
    for side in (0, np.pi):
        dx, dy = x - np.cos(angle + side), y - np.sin(angle + side)
        strength = 1 / (dx**2 + dy**2 + CORE)
        u, v = u - dy * strength, v + dx * strength
    return u, v


def carried(frames=120, steps=10, dt=0.004):
    """Yield the angle of the vortices, and where 400 particles are."""
    x, y = np.random.default_rng(2).uniform(-2, 2, (2, 400))
    for step in range(frames * steps):
        angle = 0.4 * step * dt * 2
        u, v = velocity(x, y, angle)
        x, y = x + dt * u, y + dt * v
        if step % steps == 0:
            yield angle, x.copy(), y.copy()


class Flow(Animator):
    def setup(self):
        figure = Figure(figsize=(4.4, 4.4), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-2, 2), ylim=(-2, 2))
        axes.set_axis_off()
        self.grid = np.meshgrid(np.linspace(-1.9, 1.9, 22), np.linspace(-1.9, 1.9, 22))
        u, v = velocity(*self.grid, 0)
        self.arrows = axes.quiver(
            *self.grid, u, v, np.hypot(u, v), cmap="viridis", scale=40, width=0.004, clim=(0, 3)
        )
        (self.particles,) = axes.plot([], [], ".", color="#d1495b", ms=3)
        return figure

    def update(self, frame_idx, params):
        angle, x, y = params
        u, v = velocity(*self.grid, angle)
        self.arrows.set_UVC(u, v, np.hypot(u, v))
        self.particles.set_data(x, y)


def params():
    return carried()


if __name__ == "__main__":
    Flow().make_video("flow.mp4", params(), fps=30)
