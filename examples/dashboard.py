"""One flow in fourteen panels: a 1920x1080 dashboard of the double gyre.

Two counter-rotating vortices share a wall that swings to and fro (Shadden, Lekien and Marsden,
Physica D 212, 2005). Its stream function, velocity, vorticity, tracers and statistics are drawn as
a surface, contours, images, arrows, streamlines, polar curves, bars, pies, histograms and text.

Most artists are changed in place. Contours and streamlines cannot be changed, so they are removed
and made anew in every frame; that works just as well, but takes longer. The positions of the
tracers depend on all earlier frames, and workers draw frames in any order. So the tracers are
followed once, before the render, and each frame gets their positions in its params.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from numpy.typing import NDArray

from parallel_animate import Animator

Array = NDArray[np.float64]

FPS = 20
N_FRAMES = 40
AMPLITUDE, SWING, PERIOD = 0.1, 0.25, 10.0  # the paper's values and units
N_TRACERS = 2400

BLUE, CORAL, TEAL, AMBER, VIOLET = "#3b6fe0", "#ff6b57", "#12a594", "#f5a524", "#7c5cff"
INK, MUTED, PALE = "#1b2330", "#5b6577", "#e6eaf0"
MIXING = LinearSegmentedColormap.from_list("mixing", ["#fbd28f", "#fff6e6", "#efeaff", "#a48cff"])
DIVERGING = LinearSegmentedColormap.from_list("gyre", [BLUE, "#a9c1f7", "white", "#ffc2b8", CORAL])


class Moment(NamedTuple):
    """What one frame needs to know."""

    time: float
    tracers: Array  # (2, N_TRACERS) positions; the first half started in the left gyre


def wall(time: float) -> float:
    """Return where the wall between the gyres is: the inner zero of the stream function."""
    swing = SWING * np.sin(2 * np.pi * time / PERIOD)
    return float(2 / (1 - 2 * swing + np.sqrt(1 + 4 * swing**2)))


def stream_function(x: Array, y: Array, time: float) -> Array:
    """Return the stream function on the box 0 <= x <= 2, 0 <= y <= 1."""
    swing = SWING * np.sin(2 * np.pi * time / PERIOD)
    warped = swing * x**2 + (1 - 2 * swing) * x
    psi: Array = AMPLITUDE * np.sin(np.pi * warped) * np.sin(np.pi * y)
    return psi


def velocity(x: Array, y: Array, time: float) -> Array:
    """Return both components (2, ...) of the velocity, the derivatives of the stream function."""
    swing = SWING * np.sin(2 * np.pi * time / PERIOD)
    warped = swing * x**2 + (1 - 2 * swing) * x
    slope = 2 * swing * x + 1 - 2 * swing
    u = -np.pi * AMPLITUDE * np.sin(np.pi * warped) * np.cos(np.pi * y)
    v = np.pi * AMPLITUDE * np.cos(np.pi * warped) * np.sin(np.pi * y) * slope
    return np.stack((u, v))


def moments() -> list[Moment]:
    """Follow a cloud of tracers through two periods (midpoint rule), one moment a frame."""
    rng = np.random.default_rng(7)
    xy = rng.random((2, N_TRACERS))
    xy[0, N_TRACERS // 2 :] += 1
    result, substeps = [], 10
    step = 2 * PERIOD / N_FRAMES / substeps
    for i in range(N_FRAMES * substeps):
        time = i * step
        if i % substeps == 0:
            result.append(Moment(time, xy.copy()))
        middle = xy + step / 2 * velocity(xy[0], xy[1], time)
        xy = xy + step * velocity(middle[0], middle[1], time + step / 2)
    return result


class Dashboard(Animator):
    """Fourteen views of the double gyre at one moment."""

    def setup(self) -> Figure:
        fig = plt.figure(figsize=(19.2, 10.8))
        fig.text(0.025, 0.95, "The double gyre", size=22, weight="bold")
        fig.text(0.184, 0.9515, "fourteen views of one unsteady flow", size=14, color=MUTED)
        self.clock = fig.text(0.975, 0.95, "", size=16, color=MUTED, ha="right", family="monospace")
        grid = fig.add_gridspec(
            4, 5, left=0.025, right=0.975, bottom=0.05, top=0.895, wspace=0.16, hspace=0.38
        )
        self.x, self.y = np.meshgrid(np.linspace(0, 2, 121), np.linspace(0, 1, 61))
        self.coarse = self.x[3::6, 3::6], self.y[3::6, 3::6]
        self.setup_fields(fig, grid)
        self.setup_statistics(fig, grid)
        return fig

    def setup_fields(self, fig: Figure, grid: GridSpec) -> None:
        """Make the panels that show the flow in space."""
        # The methods of the 3-D axes are not known to type checkers.
        self.space: Any = fig.add_subplot(grid[:2, :2], projection="3d", computed_zorder=False)
        self.space.set_title("Stream function", loc="left", x=-0.31, y=1.0)
        self.space.set(xlim=(0, 2), ylim=(0, 1), zlim=(-0.1, 0.1), zticks=(-0.1, 0, 0.1))
        self.space.set(xticks=(0, 1, 2), yticks=(0, 0.5, 1))
        self.space.set_box_aspect((2, 1, 0.62), zoom=1.36)
        self.surface: Any = None

        def panel(where: Any, title: str) -> Axes:
            ax = fig.add_subplot(where, xlim=(0, 2), ylim=(0, 1), xticks=(), yticks=())
            ax.set_title(title)
            ax.spines[:].set(visible=True, color=PALE)
            return ax

        self.contours_ax = panel(grid[0, 2], "Contours")
        self.contours: list[Any] = []

        zeros, box = np.zeros((61, 121)), (0.0, 2.0, 0.0, 1.0)
        image = {"extent": box, "origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
        ax = panel(grid[0, 3], "Speed")
        self.speed = ax.imshow(zeros, vmin=0, vmax=0.45, cmap="magma", **image)  # type: ignore[arg-type]
        ax = panel(grid[0, 4], "Vorticity")
        self.vorticity = ax.imshow(zeros, vmin=-2.2, vmax=2.2, cmap=DIVERGING, **image)  # type: ignore[arg-type]

        ax = panel(grid[1, 2], "Velocity")
        hues = np.zeros_like(self.coarse[0])
        self.arrows = ax.quiver(
            *self.coarse, hues, hues, hues, scale=5.2, width=0.0045, cmap="viridis", clim=(0, 0.4)
        )
        self.streams_ax = panel(grid[1, 3], "Streamlines")
        ax = panel(grid[1, 4], "Tracers")
        dots = {"linestyle": "", "marker": "o", "ms": 2.2, "mew": 0, "alpha": 0.7}
        (self.from_right,) = ax.plot([], [], color=AMBER, **dots)  # type: ignore[arg-type]
        (self.from_left,) = ax.plot([], [], color=VIOLET, **dots)  # type: ignore[arg-type]

    def setup_statistics(self, fig: Figure, grid: GridSpec) -> None:
        """Make the panels that show the flow in numbers."""
        polar: Any = fig.add_subplot(grid[2, 0], projection="polar")
        polar.set_title("Directions", loc="left", x=-0.41, y=1.0)
        polar.set(ylim=(0, 0.5), yticks=(0.25, 0.5), yticklabels=())
        polar.set_xticks(np.radians((0, 90, 180, 270)), ("E", "N", "W", "S"))
        polar.tick_params(pad=-1)
        polar.spines["polar"].set_visible(False)
        self.edges = np.linspace(-np.pi, np.pi, 37)
        (self.rose,) = polar.plot([], [], color=TEAL)
        (self.rose_fill,) = polar.fill([0, 1], [0, 1], color=TEAL, alpha=0.2, lw=0)

        ax = fig.add_subplot(grid[2, 1], ylim=(0, 2.5), yticks=(0, 1, 2), xticks=range(0, 12, 2))
        ax.set_title("Energy along x")
        ax.grid(axis="y")
        shades = plt.get_cmap("plasma")(np.linspace(0.15, 0.85, 12))
        self.bars = ax.bar(range(12), np.ones(12), width=0.72, color=shades)

        ax = fig.add_subplot(grid[2, 2])
        ax.set_title("At home after this time")
        self.pies, self.shares = [], []
        for center, color, name in ((0.0, VIOLET, "left gyre"), (2.6, AMBER, "right gyre")):
            pie = ax.pie(
                (1, 1), center=(center, 0), colors=(color, PALE), wedgeprops={"width": 0.3}
            )
            self.pies.append(pie[0])
            self.shares.append(ax.text(center, -0.02, "", ha="center", va="center", size=13))
            ax.text(center, -1.42, name, ha="center", color=MUTED, size=9)
        ax.set(xlim=(-1.12, 3.72), ylim=(-1.6, 1.05))

        ax = fig.add_subplot(grid[2, 3], xlim=(0, 0.5), ylim=(0, 9), yticks=(0, 4, 8))
        ax.set_title("Histogram of speed")
        self.bins = np.linspace(0, 0.5, 26)
        self.histogram = ax.stairs(np.zeros(25), self.bins, fill=True, color=BLUE, alpha=0.8)

        ax = fig.add_subplot(grid[2, 4], xlim=(0, 2), ylim=(-0.55, 0.75))
        ax.set(title="Profiles", xticks=(0, 1, 2), yticks=(-0.5, 0, 0.5))
        ax.grid(axis="y")
        (self.profile_u,) = ax.plot([], [], color=TEAL, label="u at y = ¼")
        (self.profile_v,) = ax.plot([], [], color=CORAL, label="v at y = ½")
        ax.legend(loc="upper center", ncols=2, frameon=False, fontsize=8.5, borderaxespad=0)

        ax = fig.add_subplot(grid[3, :2], xlim=(0, 2 * PERIOD), ylim=(-0.3, 0.3))
        ax.set_title("Vertical flow at (½, ½) through two periods")
        ax.set(yticks=(-0.2, 0, 0.2), xticks=np.arange(0, 2 * PERIOD + 1, 5))
        ax.grid(axis="y")
        times = np.linspace(0, 2 * PERIOD, 300)
        probe = [float(velocity(np.array(0.5), np.array(0.5), t)[1]) for t in times]
        ax.plot(times, probe, color=CORAL)
        ax.fill_between(times, probe, color=CORAL, alpha=0.12, lw=0)
        self.cursor = ax.axvline(0, color=INK, lw=1)
        (self.probe,) = ax.plot([0], [0], "o", color=CORAL, ms=10, mec="white", mew=2)

        ax = fig.add_subplot(grid[3, 2:4], xticks=(), yticks=())
        ax.set_title("Per cent of the tracers in a cell that came from the left")
        ax.spines[:].set_visible(False)
        self.percent = ax.imshow(np.zeros((4, 12)), vmin=0, vmax=100, cmap=MIXING, aspect="auto")
        self.cells = [
            ax.text(column, row, "", ha="center", va="center", size=9)
            for row in range(4)
            for column in range(12)
        ]

        ax = fig.add_subplot(grid[3, 4])
        ax.axis("off")
        ax.set_title("Now")
        rows = ("kinetic energy", "fastest flow", "wall position")
        self.numbers = []
        for height, name in zip((0.86, 0.5, 0.14), rows, strict=True):
            ax.text(0, height, name, color=MUTED, size=11, va="center")
            self.numbers.append(
                ax.text(1, height, "", size=19, weight="bold", ha="right", va="center")
            )

    def update(self, frame_idx: int, params: Moment) -> None:
        time = params.time
        psi = stream_function(self.x, self.y, time)
        u, v = velocity(self.x, self.y, time)
        self.update_fields(psi, u, v, params)
        self.update_statistics(u, v, params)
        self.clock.set_text(f"t = {time:4.1f}")

    def update_fields(self, psi: Array, u: Array, v: Array, params: Moment) -> None:
        """Show the flow in space."""
        for old in (self.surface, *self.contours):
            if old is not None:
                old.remove()
        self.surface = self.space.plot_surface(
            self.x, self.y, psi, cmap=DIVERGING, vmin=-0.1, vmax=0.1, rcount=31, ccount=61, lw=0
        )
        self.space.view_init(elev=30, azim=-65 + 10 * np.sin(np.pi * params.time / PERIOD))
        levels = np.linspace(-0.1, 0.1, 13)
        self.contours = [
            self.contours_ax.contourf(self.x, self.y, psi, levels, cmap=DIVERGING, extend="both"),
            self.contours_ax.contour(
                self.x, self.y, psi, levels[1::2], colors=INK, linewidths=0.5, linestyles="solid"
            ),
        ]

        speed = np.hypot(u, v)
        self.speed.set_data(speed)
        cell = 2 / (self.x.shape[1] - 1)
        self.vorticity.set_data(np.gradient(v, cell, axis=1) - np.gradient(u, cell, axis=0))
        u_arrows, v_arrows = velocity(*self.coarse, params.time)
        self.arrows.set_UVC(u_arrows, v_arrows, np.hypot(u_arrows, v_arrows))
        self.from_left.set_data(*params.tracers[:, : N_TRACERS // 2])
        self.from_right.set_data(*params.tracers[:, N_TRACERS // 2 :])

        # Streamlines leave one collection of lines and a patch for each arrow head.
        for old in (*self.streams_ax.collections, *self.streams_ax.patches):
            old.remove()
        self.streams_ax.streamplot(
            self.x, self.y, u, v, color=speed, cmap="viridis", density=0.8, linewidth=1.2
        )

    def update_statistics(self, u: Array, v: Array, params: Moment) -> None:
        """Show the flow in numbers."""
        speed = np.hypot(u, v)
        density, _ = np.histogram(np.arctan2(v, u), self.edges, weights=speed, density=True)
        angles, radii = self.edges, np.append(density, density[0])
        self.rose.set_data(angles, radii)
        self.rose_fill.set_xy(np.column_stack((angles, radii)))

        energy = (speed[:, :-1] ** 2).reshape(61, 12, 10).mean(axis=(0, 2))
        for bar, height in zip(self.bars, energy / energy.mean(), strict=True):
            bar.set_height(height)

        x, y = params.tracers
        is_left = x < wall(params.time)
        from_left, from_right = np.split(is_left, 2)
        shares = (from_left.mean(), 1 - from_right.mean())
        for wedges, text, share in zip(self.pies, self.shares, shares, strict=True):
            turn = 90 - 360 * float(share)  # clockwise from the top
            wedges[0].set(theta1=turn, theta2=90)
            wedges[1].set(theta1=-270, theta2=turn)
            text.set_text(f"{share:.0%}")

        self.histogram.set_data(np.histogram(speed, self.bins, density=True)[0])
        self.profile_u.set_data(self.x[15], u[15])
        self.profile_v.set_data(self.x[30], v[30])

        self.cursor.set_xdata([params.time])
        self.probe.set_data([params.time], [v[30, 30]])

        cells = [np.linspace(0, 1, 5), np.linspace(0, 2, 13)]
        half = N_TRACERS // 2
        everyone = np.histogram2d(y, x, cells)[0]
        lefties = np.histogram2d(y[:half], x[:half], cells)[0]
        percent = 100 * lefties[::-1] / np.maximum(everyone[::-1], 1)  # row 0 is on top
        self.percent.set_data(percent)
        for text, value in zip(self.cells, percent.flat, strict=True):
            text.set_text(f"{value:.0f}")

        values = ((speed**2).mean() / 2, speed.max(), wall(params.time))
        for text, value in zip(self.numbers, values, strict=True):
            text.set_text(f"{value:.3f}")


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``dashboard.mp4`` to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="A fourteen-panel dashboard.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    plt.style.use(Path(__file__).with_name("clean.mplstyle"))
    print(Dashboard().make_video(folder / "dashboard.mp4", moments(), fps=FPS))


if __name__ == "__main__":
    main()
