"""Spring tides and neap tides

Oceanography. A window of five days that moves through a month. The axis has dates, and both limits
move.
"""

import datetime

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from parallel_animate import Animator

# Period in hours, and amplitude in metres.
TIDES = {
    "M2": (12.4206, 1.6),
    "S2": (12.0, 0.6),
    "N2": (12.6583, 0.3),
    "K1": (23.9345, 0.2),
    "O1": (25.8193, 0.15),
}
BEGIN = datetime.datetime(2026, 3, 1)


class Tides(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 3.4), dpi=100)
        self.axes = axes = figure.add_axes(
            (0.1, 0.15, 0.87, 0.8), ylabel="height (m)", ylim=(-3.2, 3.2)
        )
        hours = np.arange(0, 24 * 31, 0.2)
        level = sum(size * np.cos(2 * np.pi * hours / period) for period, size in TIDES.values())
        self.when = [BEGIN + datetime.timedelta(hours=float(each)) for each in hours]
        axes.fill_between(self.when, -4, level, color="#457b9d", alpha=0.8, lw=0)
        axes.axhline(0, color="white", lw=0.8)
        locator = AutoDateLocator()
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        return figure

    def update(self, frame_idx, first):
        self.axes.set_xlim(self.when[first], self.when[first + 24 * 5 * 5])


params = range(0, 24 * 5 * 25, 22)

if __name__ == "__main__":
    Tides().make_video("tides.mp4", params, fps=30)
