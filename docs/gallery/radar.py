"""A radar sweeps

Navigation. A polar axes: the beam turns, and echoes fade behind it.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

ECHOES = 40


class Radar(Animator):
    def setup(self):
        figure = Figure(figsize=(4.4, 4.4), dpi=100, facecolor="#06130b")
        axes = figure.add_axes((0.08, 0.08, 0.84, 0.84), projection="polar", facecolor="#0a1f12")
        axes.set(
            rlim=(0, 50), rticks=[10, 20, 30, 40, 50], theta_zero_location="N", theta_direction=-1
        )
        axes.tick_params(colors="#3fbf6f", labelsize=8)
        axes.grid(color="#1d5c35", lw=0.8)
        axes.spines["polar"].set_color("#3fbf6f")
        random = np.random.default_rng(17)
        self.angle, self.distance = (
            random.uniform(0, 2 * np.pi, ECHOES),
            random.uniform(8, 48, ECHOES),
        )
        behind = np.linspace(0, 0.7, 25)
        self.beam = [
            axes.plot([0, 0], [0, 50], color="#5dff9b", lw=2.5, alpha=(1 - each / 0.7) * 0.5)[0]
            for each in behind
        ]
        self.behind = behind
        self.echoes = axes.scatter(self.angle, self.distance, s=24, color="#5dff9b")
        return figure

    def update(self, frame_idx, beam):
        for line, behind in zip(self.beam, self.behind):
            line.set_xdata([beam - behind] * 2)
        since = (beam - self.angle) % (2 * np.pi)
        self.echoes.set_alpha(np.exp(-since))


params = np.linspace(0, 2 * np.pi, 100, endpoint=False)

if __name__ == "__main__":
    Radar().make_video("radar.mp4", params, fps=30)
