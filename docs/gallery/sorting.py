"""Heapsort

Computer science. The generator sorts, and hands out a copy of the bars at each step: params may
come from code that runs meanwhile.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

BARS = 48


def steps(each=3):
    """Yield the values, and which two are being swapped, at every so many swaps."""
    values = np.random.default_rng(0).permutation(BARS) + 1
    swaps = 0

    def sift(root, end):
        while (child := 2 * root + 1) < end:
            if child + 1 < end and values[child] < values[child + 1]:
                child += 1
            if values[root] >= values[child]:
                return
            values[[root, child]] = values[[child, root]]
            yield root, child
            root = child

    def swapped():
        for root in range(BARS // 2 - 1, -1, -1):
            yield from sift(root, BARS)
        for end in range(BARS - 1, 0, -1):
            values[[0, end]] = values[[end, 0]]
            yield 0, end
            yield from sift(0, end)

    for swaps, pair in enumerate(swapped()):
        if swaps % each == 0:
            yield values.copy(), pair
    for _ in range(20):
        yield values.copy(), ()


class Sorting(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100, facecolor="#fbfaf5")
        axes = figure.add_axes((0.03, 0.04, 0.94, 0.92), xlim=(-1, BARS), ylim=(0, BARS + 1))
        axes.set_axis_off()
        self.bars = axes.bar(np.arange(BARS), np.ones(BARS), width=0.8)
        return figure

    def update(self, frame_idx, params):
        values, pair = params
        for place, (bar, value) in enumerate(zip(self.bars, values)):
            bar.set_height(value)
            bar.set_color("#e4572e" if place in pair else "#2e86ab")


def params():
    return steps()


if __name__ == "__main__":
    Sorting().make_video("sorting.mp4", params(), fps=30)
