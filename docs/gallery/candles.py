"""A market, candle by candle

Finance. A window that slides along prices, with their mean. The limits move in each frame, and so
do all ticks.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

WINDOW = 40


class Candles(Animator):
    def setup(self):
        random = np.random.default_rng(4)
        walk = 100 + random.normal(0.02, 0.35, 20 * 200).cumsum().reshape(200, 20)
        self.open, self.close = walk[:, 0], walk[:, -1]
        self.low, self.high = walk.min(axis=1), walk.max(axis=1)
        self.mean = np.convolve(self.close, np.ones(10) / 10, "full")[:200]
        figure = Figure(figsize=(6.4, 4), dpi=100)
        self.axes = axes = figure.add_axes((0.1, 0.12, 0.87, 0.84), xlabel="day", ylabel="price")
        color = np.where(self.close > self.open, "#1a9850", "#d73027")
        day = np.arange(200)
        axes.vlines(day, self.low, self.high, color=color, lw=1)
        axes.bar(day, self.close - self.open, 0.6, self.open, color=color)
        axes.plot(day[10:], self.mean[10:], color="#4575b4", label="mean of 10 days")
        axes.grid(alpha=0.3)
        axes.legend(loc="upper left")
        return figure

    def update(self, frame_idx, first):
        days = slice(int(first), int(first) + WINDOW)
        self.axes.set_xlim(first - 0.5, first + WINDOW - 0.5)
        self.axes.set_ylim(self.low[days].min() - 1, self.high[days].max() + 3)


params = np.linspace(10, 150, 140)

if __name__ == "__main__":
    Candles().make_video("candles.mp4", params, fps=30)
