"""Animations as people write them: limits that move, axes that are cleared, views that turn.

Each function makes a figure of 1920x1080, and returns it with what changes it for a frame.
:data:`SCENES` are those by which helped draws were tuned; :data:`OTHERS` have the same habits, and
were written to see whether that holds for more than these ten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

Update = Callable[[int], object]
Scene = tuple[Figure, Update]
SIZE: dict[str, Any] = {"figsize": (19.2, 10.8), "dpi": 100}
WALK = np.random.default_rng(22).normal(size=6000).cumsum()
X = np.linspace(0, 10, 200)


def rolling() -> Scene:
    """Return a curve under a window that moves along it."""
    figure, ax = plt.subplots(**SIZE)
    (line,) = ax.plot([], [])
    ax.set(ylim=(-1.2, 1.2), title="rolling window")
    ax.grid()

    def update(i: int) -> None:
        x = np.linspace(i / 10, i / 10 + 5, 300)
        line.set_data(x, np.sin(x))
        ax.set_xlim(x[0], x[-1])

    return figure, update


def growing() -> Scene:
    """Return a line that gets longer, and limits that follow it."""
    figure, ax = plt.subplots(**SIZE)
    (line,) = ax.plot([], [])

    def update(i: int) -> None:
        line.set_data(np.arange(i + 1), WALK[: i + 1])
        ax.relim()
        ax.autoscale_view()

    return figure, update


def dates() -> Scene:
    """Return an axis of dates that rolls."""
    figure, ax = plt.subplots(**SIZE)
    times = [datetime(2024, 1, 1) + timedelta(hours=hour) for hour in range(4000)]
    ax.plot(times, WALK[:4000])
    ax.set_ylim(WALK.min(), WALK.max())
    return figure, lambda i: ax.set_xlim(times[4 * i], times[4 * i + 400])


def replot() -> Scene:
    """Return an axes that is cleared and plotted anew."""
    figure, ax = plt.subplots(**SIZE)

    def update(i: int) -> None:
        ax.clear()
        ax.plot(X, np.sin(X + i / 10))
        ax.set(xlabel="x", ylabel="y", title=f"t={i}", ylim=(-1.2, 1.2))

    return figure, update


def race() -> Scene:
    """Return a race of bars, each with its name and its value."""
    figure, ax = plt.subplots(**SIZE)
    names = [f"country {number}" for number in range(15)]

    def update(i: int) -> None:
        ax.clear()
        values = np.abs(np.sin(np.arange(15) + i / 30)) * 100 + i
        order = np.argsort(values)
        ax.barh([names[n] for n in order], values[order], color=plt.get_cmap("tab20")(order / 15))
        for place, n in enumerate(order):
            ax.text(values[n], place, f"{values[n]:.0f}", va="center")
        ax.set_title(f"year {1900 + i}")

    return figure, update


def replot4() -> Scene:
    """Return four axes that are cleared and plotted anew, with legends."""
    figure, axes = plt.subplots(2, 2, **SIZE)

    def update(i: int) -> None:
        for number, ax in enumerate(axes.flat):
            ax.clear()
            ax.plot(X, np.sin(X * number + i / 10), label="a")
            ax.set(title=f"p{number}", ylim=(-1.2, 1.2))
            ax.legend(loc="upper right")
            ax.grid()

    return figure, update


def figclear() -> Scene:
    """Return a figure that is cleared as a whole."""
    figure = plt.figure(**SIZE)

    def update(i: int) -> None:
        figure.clear()
        left, right = figure.subplots(1, 2)
        left.plot(X, np.sin(X + i / 10))
        right.imshow(np.sin(np.add.outer(X, X) + i / 10))
        figure.suptitle(f"{i}")

    return figure, update


def contour() -> Scene:
    """Return filled contours that are made anew, and a title."""
    figure, ax = plt.subplots(**SIZE)
    x, y = np.meshgrid(np.linspace(-3, 3, 200), np.linspace(-3, 3, 200))
    shown: list[Any] = []

    def update(i: int) -> None:
        while shown:
            shown.pop().remove()
        shown.append(ax.contourf(x, y, np.sin(x + i / 10) * np.cos(y), 20))
        ax.set_title(f"t={i}")

    return figure, update


def rot3d() -> Scene:
    """Return a surface that turns."""
    figure = plt.figure(**SIZE)
    ax: Any = figure.add_subplot(projection="3d")
    x, y = np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-3, 3, 40))
    ax.plot_surface(x, y, np.sin(x) * y, cmap="viridis")
    return figure, lambda i: ax.view_init(30, 3 * i)


def heat() -> Scene:
    """Return a mesh whose values change, with a colorbar and a title."""
    figure, ax = plt.subplots(**SIZE)
    mesh = ax.pcolormesh(np.zeros((100, 100)), vmin=-1, vmax=1)
    figure.colorbar(mesh)
    title = ax.set_title("")
    waves = np.add.outer(np.arange(100), np.arange(100)) / 9

    def update(i: int) -> None:
        mesh.set_array(np.sin(waves + i / 5))
        title.set_text(f"t={i}")

    return figure, update


def zoom() -> Scene:
    """Return logarithmic axes that zoom."""
    figure, ax = plt.subplots(**SIZE)
    x = np.logspace(-3, 3, 300)
    ax.loglog(x, x**1.5)
    ax.grid(which="both")

    def update(i: int) -> None:
        ax.set_xlim(10 ** (-3 + i / 60), 10 ** (3 - i / 90))
        ax.set_ylim(10 ** (-4 + i / 50), 10 ** (4 - i / 70))

    return figure, update


def histogram() -> Scene:
    """Return a histogram that is plotted anew of more and more values."""
    figure, ax = plt.subplots(**SIZE)

    def update(i: int) -> None:
        ax.cla()
        ax.hist(WALK[: 50 * (i + 2)], bins=40, edgecolor="k")
        ax.set(xlabel="value", title=f"{50 * (i + 2)} values")

    return figure, update


def polar() -> Scene:
    """Return a polar axes that is plotted anew."""
    figure = plt.figure(**SIZE)
    ax = figure.add_subplot(projection="polar")

    def update(i: int) -> None:
        ax.clear()
        ax.plot(X, np.abs(np.sin(X + i / 9)))
        ax.set_title(f"step {i}")

    return figure, update


def twins() -> Scene:
    """Return a window that moves along two curves with an axis each."""
    figure, left = plt.subplots(**SIZE)
    right = left.twinx()
    (one,), (other,) = left.plot([], [], "b"), right.plot([], [], "r")
    left.set(ylim=(-1, 1), ylabel="left")
    right.set(ylim=(0, 9), ylabel="right")

    def update(i: int) -> None:
        x = X + i / 7
        one.set_data(x, np.sin(x))
        other.set_data(x, 4 + 3 * np.cos(x))
        left.set_xlim(x[0], x[-1])

    return figure, update


def labelled() -> Scene:
    """Return bars with labels, and error bars, plotted anew."""
    figure, (left, right) = plt.subplots(1, 2, **SIZE)

    def update(i: int) -> None:
        left.clear()
        values = 5 + 4 * np.sin(np.arange(12) + i / 8)
        left.bar_label(left.bar(np.arange(12), values), fmt="%.1f")
        right.clear()
        right.errorbar(np.arange(12), values, yerr=0.5, fmt="o", capsize=4, label="data")
        right.legend()
        right.grid(alpha=0.4)

    return figure, update


def dashboard() -> Scene:
    """Return six axes of different kinds, all plotted anew."""
    figure, axes = plt.subplots(2, 3, **SIZE)

    def update(i: int) -> None:
        for ax in axes.flat:
            ax.clear()
        (line, bars, points), (image, steps, filled) = axes
        line.plot(X, np.sin(X + i / 9))
        bars.bar(list("abcde"), 1 + np.arange(5) * (i % 7))
        points.scatter(X, np.cos(X * (1 + i / 50)), c=X, s=20)
        image.imshow(np.sin(np.add.outer(X[:60], X[:60]) + i / 5), origin="lower")
        steps.step(X[:40], WALK[i : i + 40])
        filled.fill_between(X, WALK[i : i + 200])
        filled.set_title(f"hour {i}")
        figure.suptitle("state of things")

    return figure, update


SCENES: dict[str, Callable[[], Scene]] = {
    make.__name__: make
    for make in (rolling, growing, dates, replot, race, replot4, figclear, contour, rot3d, heat)
}
OTHERS: dict[str, Callable[[], Scene]] = {
    make.__name__: make for make in (zoom, histogram, polar, twins, labelled, dashboard)
}
