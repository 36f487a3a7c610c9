"""Draw ``redraw.png``: the three parts that a frame is put together from.

They are the real ones: the background, the dynamic units and the foreground of a small figure,
taken from the very objects that draw a video's frames.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from parallel_animate.canvas.picture import Picture

SIZE = (4.4, 2.9)
DPI = 150
PALE = "#e9edf3"


def make() -> tuple[Figure, Axes]:
    """Return the figure that is taken apart."""
    figure, axes = plt.subplots(figsize=SIZE, dpi=DPI)
    figure.subplots_adjust(0.16, 0.17, 0.96, 0.89)
    axes.set(xlabel="time", ylabel="height", title="A wave", ylim=(-1.4, 1.4))
    axes.grid(alpha=0.5)
    return figure, axes


def layers() -> list[tuple[str, np.ndarray]]:
    """Return the parts of a frame with their titles, each ``(height, width, 4) uint8``."""
    figure, axes = make()
    x = np.linspace(0, 4 * np.pi, 300)
    (line,) = axes.plot(x, np.sin(x), lw=3, color="#3b6fe0", label="sea level")
    axes.legend(loc="upper right")
    width, height = int(SIZE[0] * DPI), int(SIZE[1] * DPI)
    picture = Picture(figure, width, height)
    picture.draw()
    for phase in (0.4, 0.8):
        line.set_ydata(np.sin(x + phase))
        picture.draw()
    frame = picture.pixels.copy()
    compositor = picture._compositor
    units = picture.scene.units()

    def alone(chosen: list) -> np.ndarray:
        picture._renderer.clear()
        for unit in chosen:
            unit.display_list.replay(picture._renderer)
        return picture.pixels.copy()

    dynamic = alone([unit for unit in units if unit.dynamic])
    foreground = alone([unit for unit in units if unit in compositor._foreground])
    picture.close()
    return [
        ("background: made once, kept as pixels", compositor._pixels),
        ("dynamic: drawn for each frame", dynamic),
        ("foreground: replayed for each frame", foreground),
        ("the frame", frame),
    ]


def main() -> None:
    """Write the picture beside this script."""
    parts = layers()
    figure, grid = plt.subplots(2, 2, figsize=(2 * SIZE[0], 2 * SIZE[1] + 0.7), dpi=DPI)
    figure.patch.set_facecolor("white")
    for axes, (title, pixels) in zip(grid.flat, parts, strict=True):
        axes.set_facecolor(PALE)
        axes.imshow(pixels, interpolation="none")
        axes.set_title(title, fontsize=13, pad=8)
        axes.set(xticks=(), yticks=())
        axes.spines[:].set_color("#b9c2d0")
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.95, wspace=0.03, hspace=0.13)
    figure.savefig(Path(__file__).with_suffix(".png"))


if __name__ == "__main__":
    main()
