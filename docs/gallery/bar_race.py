"""A race of bars

Statistics. Ten cities that grow and overtake each other. Bars, names and numbers move; nothing is
cleared.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

NAMES = ["Aral", "Brin", "Cadiz", "Dorne", "Elba", "Fano", "Gent", "Hven", "Ibiza", "Jura"]
YEARS = np.arange(1950, 2031)


class BarRace(Animator):
    def setup(self):
        random = np.random.default_rng(11)
        growth = random.normal(0.02, 0.05, (len(YEARS), len(NAMES)))
        self.sizes = np.exp(growth.cumsum(axis=0)) * random.uniform(0.5, 1.5, len(NAMES))
        figure = Figure(figsize=(6.4, 4), dpi=100)
        self.axes = axes = figure.add_axes((0.03, 0.03, 0.94, 0.94), ylim=(-0.6, 9.6))
        axes.set_axis_off()
        colors = [f"C{each}" for each in range(len(NAMES))]
        self.bars = axes.barh(np.arange(10), np.ones(10), height=0.8, color=colors)
        self.names = [axes.text(0, 0, name, va="center", color="white") for name in NAMES]
        self.values = [axes.text(0, 0, "", va="center") for _ in NAMES]
        self.year = axes.text(
            0.97, 0.08, "", transform=axes.transAxes, ha="right", fontsize=34, color="0.7"
        )
        return figure

    def update(self, frame_idx, year):
        before = int(year - YEARS[0])
        share = year % 1
        after = min(before + 1, len(YEARS) - 1)
        ranks = [self.sizes[each].argsort().argsort() for each in (before, after)]
        glide = share**2 * (3 - 2 * share)
        place = ranks[0] + glide * (ranks[1] - ranks[0])
        size = self.sizes[before] + share * (self.sizes[after] - self.sizes[before])
        widths = size / size.max()
        self.axes.set_xlim(0, 1.12)
        for bar, name, value, y, width, number in zip(
            self.bars, self.names, self.values, place, widths, size
        ):
            bar.set(y=y - 0.4, width=width)
            name.set_position((0.012, y))
            value.set_position((width + 0.01, y))
            value.set_text(f"{number:.2f} M")
        self.year.set_text(f"{int(year)}")


params = np.linspace(1990, 2010, 200)

if __name__ == "__main__":
    BarRace().make_video("bar_race.mp4", params, fps=30)
