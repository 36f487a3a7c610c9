"""The scenes that are measured, and a script that renders one of them.

The script runs under any program whose import name and API are those of parallel-animate, so
that two of them can be measured with the very same code::

    python benchmarks/scenes.py wave 1920 1080 300 out.mp4 --set video_preset='"veryfast"'

It prints one line of JSON: the seconds that ``make_video`` took, and the frames.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator


class Scene(Animator):
    """An animator of a given size in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.inches = (width / 100, height / 100)


class Wave(Scene):
    """A line of 200 points; axes with ticks, labels and a title stay."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(figsize=self.inches, dpi=100)
        self.x = np.linspace(0, 4 * np.pi, 200)
        (self.line,) = axes.plot(self.x, np.sin(self.x), lw=2)
        axes.set(xlabel="x", ylabel="y", title="A wave", ylim=(-1.2, 1.2))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(self.x + params))


class Multi(Scene):
    """24 lines of 500 points in 8 axes, and a suptitle; grids, ticks, legends, titles stay."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(2, 4, figsize=self.inches, dpi=100)
        self.x = np.linspace(0, 10, 500)
        self.lines = []
        for i, ax in enumerate(axes.flat):
            for k in range(3):
                (line,) = ax.plot(self.x, np.zeros_like(self.x), label=f"mode {k + 1}")
                self.lines.append((i, k, line))
            ax.set(title=f"panel {i + 1}", xlabel="t", ylabel="u", ylim=(-1.5, 1.5))
            ax.grid()
            ax.legend(loc="upper right")
        self.title = figure.suptitle("t = 0.00")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        for i, k, line in self.lines:
            line.set_ydata(np.sin((k + 1) * self.x + params * (1 + 0.1 * i)) * np.exp(-0.1 * k))
        self.title.set_text(f"t = {params:.2f}")


class Bitmap(Scene):
    """A 480x640 uint8 image shown by imshow with viridis; axes and colorbar stay."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(figsize=self.inches, dpi=100)
        self.image = axes.imshow(np.zeros((480, 640), np.uint8), vmin=0, vmax=255, cmap="viridis")
        figure.colorbar(self.image)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(params)


def bitmaps(n: int) -> Iterator[np.ndarray]:
    """Yield a moving interference pattern."""
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    for i in range(n):
        yield (127 + 127 * np.sin(x / 30 + i / 5) * np.cos(y / 25 - i / 7)).astype(np.uint8)


SCENES: dict[str, type[Scene]] = {"wave": Wave, "multi": Multi, "bitmap": Bitmap}


def main() -> None:
    """Render a scene as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("frames", type=int)
    parser.add_argument("output")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=JSON")
    arguments = parser.parse_args()
    options = {
        name: json.loads(value)
        for name, _, value in (pair.partition("=") for pair in arguments.set)
    }
    n = arguments.frames
    params = bitmaps(n) if arguments.scene == "bitmap" else np.linspace(0, n / 15, n)
    start = time.perf_counter()
    SCENES[arguments.scene](arguments.width, arguments.height).make_video(
        arguments.output, params, 30, n_frames=n, disable_progress_bar=True, **options
    )
    print(json.dumps({"seconds": time.perf_counter() - start, "frames": n}))


if __name__ == "__main__":
    main()
