"""An epidemic crosses a country

Epidemiology. A map of cells that infect their neighbours, and the three curves of the whole. Image
and lines are changed; ticks and labels stay.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

DAYS, SIZE = 120, 90


def spread():
    """Yield, for each day, the infected share of each cell, and the country's history."""
    random = np.random.default_rng(6)
    people = random.gamma(1.2, 1.0, (SIZE, SIZE))
    infected = np.zeros((SIZE, SIZE))
    infected[20, 30] = infected[70, 65] = 0.02
    recovered = np.zeros_like(infected)
    history = []
    for _ in range(DAYS):
        near = sum(np.roll(infected, step, axis) for step in (-1, 1) for axis in (0, 1)) / 4
        susceptible = 1 - infected - recovered
        caught = np.clip(0.42 * people * (0.55 * infected + 0.45 * near), 0, 1) * susceptible
        healed = 0.1 * infected
        infected, recovered = infected + caught - healed, recovered + healed
        history.append([1 - (infected + recovered).mean(), infected.mean(), recovered.mean()])
        yield infected.copy(), np.array(history)


class Epidemic(Animator):
    def setup(self):
        figure = Figure(figsize=(7.2, 3.6), dpi=100)
        place = figure.add_axes((0.01, 0.03, 0.47, 0.94))
        place.set_axis_off()
        self.image = place.imshow(np.zeros((SIZE, SIZE)), cmap="magma", vmin=0, vmax=0.6)
        curves = figure.add_axes((0.56, 0.15, 0.42, 0.8), xlim=(0, DAYS), ylim=(0, 1), xlabel="day")
        self.lines = [
            curves.plot([], [], color=color, label=label)[0]
            for color, label in (
                ("#4c78a8", "susceptible"),
                ("#e45756", "infected"),
                ("#54a24b", "recovered"),
            )
        ]
        curves.legend(loc="center left")
        return figure

    def update(self, frame_idx, params):
        infected, history = params
        self.image.set_data(infected)
        for line, values in zip(self.lines, history.T):
            line.set_data(np.arange(len(values)), values)


def params():
    return spread()


if __name__ == "__main__":
    Epidemic().make_video("epidemic.mp4", params(), fps=30)
