"""Conway's Game of Life

Mathematics. A glider gun, as an image without smoothing.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

GUN = """
........................O
......................O.O
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO
OO........O...O.OO....O.O
..........O.....O.......O
...........O...O
............OO
"""


def generations(frames=120, shape=(50, 80)):
    """Yield the cells that live, as ages: 1 for those just born, and less from then on."""
    cells = np.zeros(shape, bool)
    for row, line in enumerate(GUN.split("\n")):
        for column, cell in enumerate(line):
            cells[row + 2, column + 4] = cell == "O"
    glow = cells.astype(float)
    for _ in range(frames):
        yield glow.copy()
        near = sum(np.roll(cells, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)
        cells = (near == 3) | (cells & (near == 2))
        cells[-1] = cells[:, -1] = False
        glow = np.maximum(cells, 0.8 * glow)


class Life(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        self.image = axes.imshow(np.zeros((50, 80)), cmap="GnBu_r", vmin=0, vmax=1, aspect="auto")
        return figure

    def update(self, frame_idx, glow):
        self.image.set_data(glow)


def params():
    return generations()


if __name__ == "__main__":
    Life().make_video("life.mp4", params(), fps=30)
