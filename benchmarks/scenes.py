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

try:
    from parallel_animate import Animator
except ImportError:  # in the environment of a program that has no such class
    Animator = object  # type: ignore[misc, assignment]


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


class Twins(Wave):
    """The same line, and a twin with a scale and ticks of its own."""

    def setup(self) -> Figure:
        figure = super().setup()
        figure.axes[0].set(xlim=(0, 4 * np.pi))
        figure.axes[0].twinx().set(ylabel="z", ylim=(0, 5))
        return figure


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
    """A 480x640 uint8 image of noise shown by imshow with viridis; axes and colorbar stay."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(figsize=self.inches, dpi=100)
        self.image = axes.imshow(np.zeros((480, 640), np.uint8), vmin=0, vmax=255, cmap="viridis")
        figure.colorbar(self.image)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(params)


class Pattern(Bitmap):
    """A smooth pattern that moves, in place of the noise: there is little to encode."""


class FivePanel(Scene):
    """A line, 10 bars, a 30x30 image with colorbar, a rotating helix, a scatter; the rest stays."""

    def setup(self) -> Figure:
        figure = plt.figure(figsize=self.inches, dpi=100)
        line_axes, bar_axes, image_axes = (figure.add_subplot(1, 5, i) for i in (1, 2, 3))
        self.space: Any = figure.add_subplot(1, 5, 4, projection="3d")
        scatter_axes = figure.add_subplot(1, 5, 5)
        self.x = np.linspace(0, 4 * np.pi, 300)
        (self.line,) = line_axes.plot(self.x, np.sin(self.x))
        line_axes.set(title="line", xlabel="x", ylabel="y", ylim=(-1.2, 1.2))
        line_axes.grid()
        self.bars = bar_axes.bar(range(10), np.ones(10))
        bar_axes.set(title="bars", ylim=(0, 2.2))
        bar_axes.grid(axis="y")
        self.v, self.u = np.mgrid[0 : 2 * np.pi : 30j, 0 : 2 * np.pi : 30j]
        self.image = image_axes.imshow(np.sin(self.u), vmin=-1, vmax=1)
        figure.colorbar(self.image, ax=image_axes)
        image_axes.set_title("image")
        turn = np.linspace(0, 8 * np.pi, 300)
        self.space.plot(np.cos(turn), np.sin(turn), turn)
        self.space.set_title("helix")
        self.angle = np.linspace(0, 2 * np.pi, 100)
        self.scatter = scatter_axes.scatter(self.angle, self.angle, c=self.angle)
        scatter_axes.set(title="scatter", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
        scatter_axes.grid()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(self.x + params))
        for i, bar in enumerate(self.bars):
            bar.set_height(1 + np.sin(params + i))
        self.image.set_data(np.sin(self.u + params) * np.cos(self.v - params))
        self.space.view_init(30, 20 * params)
        radius = 1 + np.sin(3 * self.angle + params)
        offsets = [radius * np.cos(self.angle), radius * np.sin(self.angle)]
        self.scatter.set_offsets(np.transpose(offsets))


class FourteenPanel(Scene):
    """14 axes: a 3-D surface, contours, streamlines made anew, polar plots, images, arrows, ...

    Ticks, titles, legends and colorbars stay.
    """

    def setup(self) -> Figure:
        figure = plt.figure(figsize=self.inches, dpi=100)
        grid = figure.add_gridspec(3, 5, hspace=0.35, wspace=0.35)
        kinds = {0: "3d", 2: "polar", 3: "polar"}
        axes: list[Any] = [
            figure.add_subplot(grid[i], projection=kinds.get(i), title=f"panel {i + 1}")
            for i in range(14)
        ]
        self.v, self.u = np.mgrid[0 : 2 * np.pi : 30j, 0 : 2 * np.pi : 30j]
        self.x = np.linspace(0, 2 * np.pi, 200)
        self.space, self.contour_axes, self.stream_axes = axes[0], axes[1], axes[7]
        self.space.set(zlim=(-1.2, 1.2))
        self.surface: Any = None
        self.contours: list[Any] = []
        (self.rose,) = axes[2].plot(self.x, np.ones(200), label="r")
        axes[2].legend(loc="lower right")
        (self.petal,) = axes[3].fill(self.x, np.ones(200), alpha=0.5)
        for ax in (axes[2], axes[3]):
            ax.set_rlim(0, 2.2)
        zeros = np.zeros((30, 30))
        self.images = [ax.imshow(zeros, vmin=-1, vmax=1) for ax in axes[4:6]]
        for image, ax in zip(self.images, axes[4:6], strict=True):
            figure.colorbar(image, ax=ax)
        self.arrows = axes[6].quiver(self.u[::3, ::3], self.v[::3, ::3], zeros[::3, ::3], 1)
        self.stream_axes.set(xlim=(0, 2 * np.pi), ylim=(0, 2 * np.pi))
        self.bars = [axes[8].bar(range(8), np.ones(8)), axes[9].barh(range(8), np.ones(8))]
        axes[8].set_ylim(0, 2.2)
        axes[9].set_xlim(0, 2.2)
        self.wedges = axes[10].pie((1, 1, 1), labels=("a", "b", "c"))[0]
        axes[10].legend(self.wedges, ("one", "two", "three"), loc="lower left")
        self.numbers = [axes[11].text(0.1, 0.1 + 0.2 * i, "") for i in range(4)]
        self.lines = [axes[12].plot(self.x, self.x, label=f"mode {k}")[0] for k in (1, 2, 3)]
        axes[12].set_ylim(-1.2, 1.2)
        axes[12].legend(loc="upper right")
        axes[12].grid()
        self.scatter = axes[13].scatter(self.x[::4], self.x[::4], c=self.x[::4], label="dots")
        axes[13].set_ylim(-1.2, 1.2)
        axes[13].legend(loc="upper right")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        field = np.sin(self.u + params) * np.cos(self.v - params)
        gradient = np.gradient(field)
        if self.surface is not None:
            self.surface.remove()
        # A fixed colour: which one is next in the colour cycle would depend on earlier frames.
        self.surface = self.space.plot_surface(
            self.u, self.v, field, rcount=20, ccount=20, color="C0"
        )
        for contours in self.contours:
            contours.remove()
        self.contours = [
            self.contour_axes.contourf(self.u, self.v, field, 8),
            self.contour_axes.contour(self.u, self.v, field, 8, colors="k"),
        ]
        self.rose.set_ydata(1 + np.sin(3 * self.x + params))
        petal = 1.1 + np.cos(4 * self.x - params)
        self.petal.set_xy(np.column_stack([self.x, petal]))
        for image, shown in zip(self.images, (field, gradient[0] * 4), strict=True):
            image.set_data(shown)
        self.arrows.set_UVC(np.cos(self.u[::3, ::3] + params), np.sin(self.v[::3, ::3] + params))
        for old in (*self.stream_axes.collections, *self.stream_axes.patches):
            old.remove()
        self.stream_axes.streamplot(
            self.u, self.v, 1 + field, gradient[1] * 4, density=0.6, color="C0"
        )
        for k, (bar, width) in enumerate(zip(*self.bars, strict=True)):
            bar.set_height(1 + np.sin(params + k))
            width.set_width(1 + np.cos(params + k))
        turn = 40 * np.sin(params)
        for wedge, (start, end) in zip(
            self.wedges, ((0, 120 + turn), (120 + turn, 240), (240, 360)), strict=True
        ):
            wedge.set(theta1=start, theta2=end)
        for k, text in enumerate(self.numbers):
            text.set_text(f"value {k}: {np.sin(params + k):+.4f}")
        for k, line in enumerate(self.lines):
            line.set_ydata(np.sin((k + 1) * self.x + params))
        self.scatter.set_offsets(np.column_stack([self.x[::4], np.sin(self.x[::4] - params)]))


class Dot(Scene):
    """A dot that moves in one of eight full panels, which stay."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(2, 4, figsize=self.inches, dpi=100)
        x = np.linspace(0, 10, 500)
        for i, ax in enumerate(axes.flat):
            for k in range(3):
                ax.plot(x, np.sin((k + 1) * x + i), label=f"mode {k + 1}")
            ax.set(title=f"panel {i + 1}", xlabel="t", ylabel="u")
            ax.grid()
            ax.legend(loc="upper right")
        (self.dot,) = axes[0, 1].plot([0], [0], "o", color="k")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.dot.set_data([5 + 4 * np.cos(params)], [0.7 * np.sin(params)])


class Scatter(Scene):
    """20,000 points that all move; the axes stay."""

    coloured = False

    def setup(self) -> Figure:
        figure, axes = plt.subplots(figsize=self.inches, dpi=100)
        self.angle, self.radius = np.random.default_rng(0).random((2, 20_000))
        colours = self.radius if self.coloured else None
        self.points = axes.scatter(self.angle, self.radius, s=4, c=colours)
        axes.set(title="points", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
        axes.grid()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        turn = 2 * np.pi * self.angle + params * self.radius
        around = np.column_stack([np.cos(turn), np.sin(turn)])
        self.points.set_offsets(self.radius[:, None] * around)


class ColouredScatter(Scatter):
    """The same points in many colours: matplotlib draws the shape of each point anew."""

    coloured = True


class Replot(Scene):
    """Axes that are cleared and plotted anew for each frame: everything changes."""

    def setup(self) -> Figure:
        figure, self.axes = plt.subplots(figsize=self.inches, dpi=100)
        self.x = np.linspace(0, 4 * np.pi, 200)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.axes.clear()
        self.axes.plot(self.x, np.sin(self.x + params), lw=2)
        self.axes.set(xlabel="x", ylabel="y", title=f"t = {params:.2f}", ylim=(-1.2, 1.2))


def noise(n: int) -> Iterator[np.ndarray]:
    """Yield images of noise, in which no pixel depends on another."""
    for i in range(n):
        yield np.random.default_rng(i).integers(0, 256, (480, 640), np.uint8)


def patterns(n: int) -> Iterator[np.ndarray]:
    """Yield a moving interference pattern."""
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    for i in range(n):
        yield (127 + 127 * np.sin(x / 30 + i / 5) * np.cos(y / 25 - i / 7)).astype(np.uint8)


SCENES: dict[str, type[Scene]] = {
    "wave": Wave,
    "twins": Twins,
    "multi": Multi,
    "bitmap": Bitmap,
    "pattern": Pattern,
    "five-panel": FivePanel,
    "fourteen-panel": FourteenPanel,
    "dot": Dot,
    "scatter": Scatter,
    "coloured-scatter": ColouredScatter,
    "replot": Replot,
}


def params_of(scene: str, n: int) -> Any:
    """Return the params of `n` frames of a scene."""
    images = {"bitmap": noise, "pattern": patterns}
    return images[scene](n) if scene in images else np.linspace(0, n / 15, n)


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
    start = time.perf_counter()
    SCENES[arguments.scene](arguments.width, arguments.height).make_video(
        arguments.output,
        params_of(arguments.scene, n),
        30,
        n_frames=n,
        disable_progress_bar=True,
        **options,
    )
    print(json.dumps({"seconds": time.perf_counter() - start, "frames": n}))


if __name__ == "__main__":
    main()
