"""Voltages of five neurons

Neuroscience. Traces that grow, and a cursor. The lines are given all of their data once; each frame
shows more of them.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

STEPS, DT = 1200, 0.5  # of so many milliseconds


def voltages(drive):
    """Return the membrane voltages of neurons with so much input, by Izhikevich's model (2003)."""
    v, u = np.full(len(drive), -65.0), np.full(len(drive), -13.0)
    traces = []
    for _ in range(STEPS):
        fired = v >= 30
        v, u = np.where(fired, -65, v), np.where(fired, u + 8, u)
        v = v + DT * (0.04 * v**2 + 5 * v + 140 - u + drive)
        u = u + DT * 0.02 * (0.2 * v - u)
        traces.append(np.minimum(v, 30))
    return np.array(traces).T


class Neurons(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        axes = figure.add_axes((0.1, 0.13, 0.87, 0.84))
        self.time = np.arange(STEPS) * DT
        self.traces = voltages(np.linspace(4, 12, 5)) + 120 * np.arange(5)[:, None]
        self.lines = [axes.plot([], [], lw=1)[0] for _ in self.traces]
        self.cursor = axes.axvline(0, color="0.5", lw=0.8)
        axes.set(xlim=(0, STEPS * DT), ylim=(-90, 530), xlabel="time (ms)", ylabel="neuron")
        axes.set_yticks(120 * np.arange(5) - 60, [f"{each + 1}" for each in range(5)])
        return figure

    def update(self, frame_idx, shown):
        for line, trace in zip(self.lines, self.traces):
            line.set_data(self.time[:shown], trace[:shown])
        self.cursor.set_xdata([shown * DT] * 2)


params = range(8, STEPS + 1, 8)

if __name__ == "__main__":
    Neurons().make_video("neurons.mp4", params, fps=30)
