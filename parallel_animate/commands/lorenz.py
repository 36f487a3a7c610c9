"""The animation behind ``parallel-animate demo``: a weather forecast that fails.

Lorenz's three equations of 1963 are a toy of the atmosphere. Three forecasts (the comets) start so
close together that they look like one, and part within seconds. The cloud (the heat map) and the
histogram (the bars) of 5,000 such forecasts show what can still be said about the future.

All is computed beforehand, in ``lorenz_params``, because a frame must not depend on the frames
before it: workers draw them in any order. The figure is made once, and ``update`` only moves
artists.
"""

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray

Array = NDArray[np.float64]

FPS = 30
N_FRAMES = 240

_STEPS = 8  # of integration per frame, and points of a tail per frame
_DT = 0.0055  # model time of a step: a turn takes about 17 frames, quick but easy to follow
_SECONDS = 3  # shown by the line panel
_HISTORY = _SECONDS * FPS * _STEPS  # points of the recent past that a frame is given
_TAIL = 400  # points behind the head of a comet, out of these
_GLOWS = (32, 56, 80, 104)  # points behind the head of a comet that glow
_N_FORECASTS = 5000
_SPREAD = 4e-3  # standard deviation of the starts, about a ten-thousandth of the attractor's width

# Axes of the cloud's histogram: x across, z up.
_X_EDGES = np.linspace(-22, 22, 125)
_Z_EDGES = np.linspace(0, 50, 76)
_BAR_EDGES = np.linspace(-22, 22, 35)

_BACKGROUND, _HAIRLINE, _MUTED, _INK = "#0b0e17", "#20263a", "#8089a3", "#eef1f8"
_COLORS = ("#4cc9f0", "#ff5d8f", "#ffc857")
_HEAT = LinearSegmentedColormap.from_list(
    "heat", [_BACKGROUND, "#232a63", "#6a35c9", "#ff5d8f", "#ffc857", "#fff7e0"]
)


class LorenzParams(NamedTuple):
    """What one frame of the demo needs to know.

    Attributes
    ----------
    time : float
        Model time.
    tails : ndarray, shape (3, points, 3)
        The last positions of the three comets, oldest first.
    cloud : ndarray, shape (z bins, x bins)
        Share of the forecasts in each cell, smoothed.
    bars : ndarray, shape (bins,)
        Share of the forecasts in each bin of x.
    spread : float
        Standard deviation of the forecasts' x.
    """

    time: float
    tails: Array
    cloud: Array
    bars: Array
    spread: float


def _velocity(p: Array) -> Array:
    """Return Lorenz's equations, sigma = 10, rho = 28, beta = 8/3, for positions (3, n)."""
    x, y, z = p
    return np.stack((10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z))


def _step(p: Array, dt: float = _DT) -> Array:
    """Advance positions (3, n) by one step of the classical Runge-Kutta method."""
    k1 = _velocity(p)
    k2 = _velocity(p + dt / 2 * k1)
    k3 = _velocity(p + dt / 2 * k2)
    k4 = _velocity(p + dt * k3)
    return p + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _history(start: Array, n_steps: int) -> Array:
    """Return the positions (n_steps + 1, 3, n) of points that start at ``start`` (3, n)."""
    path = [start]
    for _ in range(n_steps):
        path.append(_step(path[-1]))
    return np.array(path)


def _smooth(image: Array) -> Array:
    """Blur with the kernel (1 2 1) / 4 in both directions."""
    for axis in (0, 1):
        image = (np.roll(image, 1, axis) + 2 * image + np.roll(image, -1, axis)) / 4
    return image


def lorenz_params() -> list[LorenzParams]:
    """Compute the parameters of every frame of the demo.

    Returns
    -------
    list of LorenzParams
        One for each of the ``N_FRAMES`` frames.
    """
    # A way into the attractor, from which the comets take their first tails.
    approach = _history(np.array([[-7.0], [-7.5], [26.0]]), 5200)[-_HISTORY:]
    rng = np.random.default_rng(3)
    forecasts = approach[-1] + rng.normal(0, _SPREAD, (3, _N_FORECASTS))
    path = [*np.repeat(approach[:-1], 3, axis=2), forecasts[:, :3]]
    params = []
    for frame in range(N_FRAMES):
        for _ in range(_STEPS):
            path.append(_step(path[-1]))
        for _ in range(_STEPS // 4):  # long steps do for points that leave no tail
            forecasts = _step(forecasts, 4 * _DT)
        x, _, z = forecasts
        params.append(
            LorenzParams(
                time=(frame + 1) * _STEPS * _DT,
                tails=np.array(path[-_HISTORY:]).transpose(2, 0, 1),
                cloud=_smooth(np.histogram2d(z, x, (_Z_EDGES, _X_EDGES))[0] / _N_FORECASTS),
                bars=np.histogram(x, _BAR_EDGES)[0] / _N_FORECASTS,
                spread=float(x.std()),
            )
        )
    return params


class _Comet:
    """A line that fades towards its end, a glow around it, and a bright head."""

    def __init__(self, ax: Axes, color: str) -> None:
        fade = np.linspace(0, 1, _TAIL - 1) ** 1.5
        colors = np.tile(to_rgba(color), (len(fade), 1))
        colors[:, 3] = fade
        self.tail = LineCollection([], colors=colors, linewidths=0.8 + 1.8 * fade, capstyle="butt")
        ax.add_collection(self.tail, autolim=False)
        # Whole lines, one over the other, glow without the seams that segments would show.
        self.glows = {n: ax.plot([], [], color=color, lw=n / 8, alpha=0.05)[0] for n in _GLOWS}
        (self.halo,) = ax.plot([], [], "o", color=color, ms=20, mew=0, alpha=0.22)
        (self.head,) = ax.plot([], [], "o", color=_INK, ms=7, mec=color, mew=2)

    def move(self, points: Array) -> None:
        """Put the comet on points (_TAIL, 2), its head on the last."""
        self.tail.set_segments(list(np.stack((points[:-1], points[1:]), axis=1)))
        for n_points, glow in self.glows.items():
            glow.set_data(*points[-n_points:].T)
        for dot in (self.halo, self.head):
            dot.set_data(*points[-1:].T)


class Lorenz:
    """Four panels on the limit of prediction, 1280x720 pixels."""

    def setup(self) -> Figure:
        with plt.rc_context({"font.family": "DejaVu Sans", "text.color": _INK, "font.size": 10}):
            fig = plt.figure(figsize=(12.8, 7.2), dpi=100, facecolor=_BACKGROUND)
            fig.text(0.035, 0.915, "The limit of prediction", size=25, weight="bold")
            fig.text(
                0.0365,
                0.868,
                f"{_N_FORECASTS:,} forecasts of Lorenz's weather from almost the same morning",
                size=11.5,
                color=_MUTED,
            )
            self._setup_attractor(fig)
            self._setup_line(
                self._panel(fig, 0.665, 0.24, f"THREE OF THEM, THE LAST {_SECONDS} SECONDS")
            )
            self._setup_cloud(self._panel(fig, 0.36, 0.24, "WHERE ALL OF THEM ARE"))
            self._setup_bars(self._panel(fig, 0.09, 0.205, "WHICH WING THEY ARE ON"))
            self._setup_numbers(fig)
        return fig

    def update(self, frame_idx: int, params: LorenzParams) -> None:
        # The camera swings around the vertical axis.
        angle = 0.55 + 0.4 * np.cos(2 * np.pi * frame_idx / N_FRAMES)
        for comet, tail in zip(self._comets, params.tails, strict=True):
            comet.move(_project(tail[-_TAIL:], angle))
        self._ghost.set_data(*_project(self._orbit, angle).T)

        ages = np.linspace(-_SECONDS, 0, _HISTORY)
        for line, dot, tail in zip(self._lines, self._dots, params.tails, strict=True):
            line.set_data(ages, tail[:, 0])
            dot.set_data([0], tail[-1:, 0])

        # The root keeps thin filaments in sight next to the first, tiny and dense cloud.
        self._cloud.set_data(params.cloud**0.4)
        for bar, height in zip(self._bars, params.bars / params.bars.max(), strict=True):
            bar.set_height(height)

        right = float(params.bars[len(params.bars) // 2 :].sum())
        values = (f"{params.time:.1f}", f"{params.spread:.3f}", f"{max(right, 1 - right):.0%}")
        for text, value in zip(self._numbers, values, strict=True):
            text.set_text(value)

    def _setup_attractor(self, fig: Figure) -> None:
        ax = fig.add_axes((0.0, 0.12, 0.63, 0.74), xlim=(-30, 30), ylim=(-1, 49))
        ax.axis("off")
        self._orbit = _history(np.array([[1.0], [1.0], [20.0]]), 6000)[600::2, :, 0]
        (self._ghost,) = ax.plot([], [], color="#7b8cff", lw=0.5, alpha=0.3)
        self._comets = [_Comet(ax, color) for color in _COLORS]

    def _panel(self, fig: Figure, bottom: float, height: float, title: str) -> Axes:
        ax = fig.add_axes((0.655, bottom, 0.31, height), facecolor="none")
        ax.set_title(title, loc="left", size=8.5, weight="bold", color=_MUTED, pad=9)
        ax.set(xticks=(), yticks=())
        ax.spines[:].set_color(_HAIRLINE)
        return ax

    def _setup_line(self, ax: Axes) -> None:
        ax.set(xlim=(-_SECONDS, 0.12), ylim=(-22, 22))
        ax.axhline(0, color=_HAIRLINE, lw=1)
        self._lines = [ax.plot([], [], color=c, lw=1.8)[0] for c in _COLORS]
        self._dots = [ax.plot([], [], "o", color=c, ms=6, mew=0)[0] for c in _COLORS]

    def _setup_cloud(self, ax: Axes) -> None:
        self._cloud = ax.imshow(
            np.zeros((len(_Z_EDGES) - 1, len(_X_EDGES) - 1)),
            cmap=_HEAT,
            vmin=0,
            vmax=0.2,
            origin="lower",
            aspect="auto",
            interpolation="bilinear",
        )

    def _setup_bars(self, ax: Axes) -> None:
        ax.set(xlim=(-22, 22), ylim=(0, 1.1))
        centers = (_BAR_EDGES[:-1] + _BAR_EDGES[1:]) / 2
        colors = [_COLORS[0] if x < 0 else _COLORS[1] for x in centers]
        self._bars = ax.bar(centers, np.zeros_like(centers), width=0.95, color=colors)
        for x, name, color in ((0.0, "left", _COLORS[0]), (1.0, "right", _COLORS[1])):
            ax.text(x, -0.12, name, ha=name, size=9, color=color, transform=ax.transAxes)

    def _setup_numbers(self, fig: Figure) -> None:
        self._numbers: list[Any] = []
        for left, name in ((0.036, "time"), (0.2, "spread"), (0.364, "agree on the wing")):
            fig.text(left, 0.05, name, size=10, color=_MUTED)
            self._numbers.append(fig.text(left, 0.09, "", size=21, weight="bold"))


def _project(points: Array, angle: float) -> Array:
    """Look at points (n, 3) horizontally, turned by ``angle``: return (n, 2)."""
    x, y, z = points.T
    return np.column_stack((np.cos(angle) * x + np.sin(angle) * y, z))
