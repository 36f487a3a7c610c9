"""A harmonograph draws

Art. A curve of 6,000 points that grows. Only its new end is drawn.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator


class Harmonograph(Animator):
    def setup(self):
        figure = Figure(figsize=(4.4, 4.4), dpi=100, facecolor="#f7f1e3")
        axes = figure.add_axes((0.03, 0.03, 0.94, 0.94), xlim=(-2, 2), ylim=(-2, 2))
        axes.set_axis_off()
        time = np.linspace(0, 120, 6000)
        fade = np.exp(-0.012 * time)
        self.x = fade * (np.sin(2.01 * time + 0.3) + np.sin(3 * time))
        self.y = fade * (np.sin(3 * time + 1.3) + np.sin(2 * time + 0.5))
        (self.curve,) = axes.plot([], [], color="#2c3e50", lw=0.7)
        (self.pen,) = axes.plot([], [], "o", color="#c0392b", ms=5)
        return figure

    def update(self, frame_idx, drawn):
        self.curve.set_data(self.x[:drawn], self.y[:drawn])
        self.pen.set_data(self.x[drawn - 1 : drawn], self.y[drawn - 1 : drawn])


params = range(40, 6001, 40)

if __name__ == "__main__":
    Harmonograph().make_video("harmonograph.mp4", params, fps=30)
