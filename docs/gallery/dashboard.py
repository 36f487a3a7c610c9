"""A turbine on one screen

Engineering. Six panels of different kinds. Each is told only what has changed.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

SECONDS = np.arange(0, 12, 0.05)


class Dashboard(Animator):
    def setup(self):
        random = np.random.default_rng(9)
        self.speed = 1500 + 60 * np.sin(0.8 * SECONDS) + random.normal(0, 6, SECONDS.size)
        self.heat = (
            410 + 0.05 * (self.speed - 1500).cumsum() / 4 + random.normal(0, 0.5, SECONDS.size)
        )
        self.noise = random.normal(0, 1, (SECONDS.size, 256))
        figure = Figure(figsize=(8, 4.4), dpi=100, layout="constrained")
        (speed, heat, gauge), (spectrum, bars, image) = figure.subplots(2, 3)
        self.lines = [speed.plot([], [])[0], heat.plot([], [], color="C3")[0]]
        speed.set(xlim=(0, 12), ylim=(1400, 1600), title="speed (rpm)")
        heat.set(xlim=(0, 12), ylim=(400, 470), title="gas (°C)")
        angle = np.linspace(np.pi, 0, 100)
        gauge.plot(np.cos(angle), np.sin(angle), lw=10, color="0.85")
        (self.needle,) = gauge.plot([0, 0], [0, 1], color="C3", lw=3)
        gauge.set(xlim=(-1.2, 1.2), ylim=(-0.3, 1.3), title="load", aspect="equal")
        gauge.set_axis_off()
        self.load = gauge.text(0, -0.15, "", ha="center")
        (self.peaks,) = spectrum.semilogy(np.arange(129), np.ones(129), lw=0.8)
        spectrum.set(ylim=(1e-1, 1e4), xlim=(0, 128), title="vibration (Hz)")
        self.bars = bars.bar(list("ABCDEF"), np.ones(6), color="C2")
        bars.set(ylim=(0, 1.4), title="burners")
        self.image = image.imshow(np.zeros((20, 20)), vmin=-2, vmax=2, cmap="magma")
        image.set(title="blade", xticks=[], yticks=[])
        return figure

    def update(self, frame_idx, step):
        for line, values in zip(self.lines, (self.speed, self.heat)):
            line.set_data(SECONDS[:step], values[:step])
        load = np.clip((self.speed[step] - 1400) / 200, 0, 1)
        self.needle.set_data(
            [0, 0.9 * np.cos(np.pi * (1 - load))], [0, 0.9 * np.sin(np.pi * (1 - load))]
        )
        self.load.set_text(f"{load:.0%}")
        signal = self.noise[step] + 4 * np.sin(np.arange(256) * self.speed[step] / 1500)
        self.peaks.set_ydata(np.abs(np.fft.rfft(signal)) ** 2 / 16)
        for bar, phase in zip(self.bars, range(6)):
            bar.set_height(1 + 0.25 * np.sin(SECONDS[step] * 2 + phase))
        x, y = np.meshgrid(np.linspace(-2, 2, 20), np.linspace(-2, 2, 20))
        self.image.set_data(np.sin(x * y + 2 * SECONDS[step]) + np.cos(x - SECONDS[step]))


params = range(2, len(SECONDS), 2)

if __name__ == "__main__":
    Dashboard().make_video("dashboard.mp4", params, fps=30)
