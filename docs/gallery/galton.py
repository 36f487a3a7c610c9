"""Balls make a bell curve

Probability. Galton's board: the bars count where 1,500 balls have come to rest so far.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

ROWS, BALLS, FRAMES = 14, 1500, 140


class Galton(Animator):
    def setup(self):
        self.ways = np.random.default_rng(13).integers(0, 2, (BALLS, ROWS))
        figure = Figure(figsize=(4.4, 5), dpi=100)
        board = figure.add_axes((0.05, 0.45, 0.9, 0.54), xlim=(-8, 8), ylim=(-ROWS - 0.5, 1))
        board.set_axis_off()
        pegs = [(2 * k - row, -row) for row in range(ROWS) for k in range(row + 1)]
        board.plot(*np.array(pegs).T, ".", color="0.6", ms=4)
        board.set_xlim(-ROWS - 1, ROWS + 1)
        (self.balls,) = board.plot([], [], "o", color="#c1121f", ms=6)
        counts = figure.add_axes((0.05, 0.06, 0.9, 0.39), xlim=(-ROWS - 1, ROWS + 1), ylim=(0, 340))
        counts.set(yticks=[])
        self.slots = np.arange(-ROWS, ROWS + 1, 2)
        self.bars = counts.bar(self.slots, np.zeros(ROWS + 1), width=1.8, color="#669bbc")
        expected = BALLS / np.sqrt(2 * np.pi * ROWS) * 2
        x = np.linspace(-ROWS, ROWS, 200)
        counts.plot(x, expected * np.exp(-(x**2) / (2 * ROWS)), color="#003049", lw=1)
        return figure

    def update(self, frame_idx, fallen):
        # A ball for each row: those that are on their way, of which each began a little later.
        on_way = np.arange(ROWS)
        which = (fallen + on_way * 7) % BALLS
        place = [2 * self.ways[ball, :row].sum() - row for ball, row in zip(which, on_way)]
        self.balls.set_data(place, -on_way + 0.35)
        ends = 2 * self.ways[:fallen].sum(axis=1) - ROWS
        for bar, slot in zip(self.bars, self.slots):
            bar.set_height((ends == slot).sum())


params = np.linspace(0, BALLS, FRAMES).astype(int)

if __name__ == "__main__":
    Galton().make_video("galton.mp4", params, fps=30)
