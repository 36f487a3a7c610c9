"""Plots made with pandas are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("pandas", reason="needs the extra (pip install '.[ecosystem]')")

import pandas as pd

pytestmark = pytest.mark.ecosystem
animations = Animations()

DAYS = pd.date_range("2024-01-01", periods=60, freq="D")
PRICES = pd.DataFrame({"a": np.sin(np.arange(60) / 6), "b": np.cos(np.arange(60) / 9)}, index=DAYS)


def new_axes(**options):
    return plt.subplots(figsize=(4, 3), dpi=60, **options)


@animations.add
def series_over_days():
    """pandas has locators and formatters of its own for periods."""
    figure, ax = new_axes()
    PRICES.plot(ax=ax, grid=True)
    line = ax.lines[0]

    def update(i):
        line.set_ydata(np.sin(np.arange(60) / 6 + i))
        ax.set_title(f"day {i}")

    return figure, update


@animations.add
def window_that_slides_over_days():
    figure, ax = new_axes()
    PRICES.plot(ax=ax, legend=False)
    first, last = ax.get_xlim()

    def update(i):
        ax.set_xlim(first + i, first + (last - first) / 2 + 2 * i)

    return figure, update


@animations.add
def series_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        PRICES.iloc[: 10 + 3 * i].plot(ax=ax, style=["-", "--"])
        ax.set_ylim(-1, 1)

    return figure, update


@animations.add
def times_that_are_no_periods():
    """Of irregular times pandas makes dates of matplotlib's."""
    figure, ax = new_axes()
    times = DAYS[:20] + pd.to_timedelta(np.arange(20) ** 2, unit="h")
    series = pd.Series(np.arange(20.0), index=times)
    series.plot(ax=ax, marker="o", rot=30)

    def update(i):
        ax.lines[0].set_data(times[: i + 5], series.iloc[: i + 5] + i)
        if i % 4 == 3:
            ax.set_xlim(times[0], times[i + 5])

    return figure, update


@animations.add
def bars_that_grow():
    figure, ax = new_axes()
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [3, 2, 1]}, index=["red", "green", "blue"])
    frame.plot.bar(ax=ax, rot=0, width=0.8)
    ax.set_ylim(0, 5)

    def update(i):
        for k, bar in enumerate(ax.patches):
            bar.set_height(1 + (k * i) % 5 / 1.5)

    return figure, update


@animations.add
def race_of_horizontal_bars():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        counts = pd.Series({"ada": 5 + i, "bob": 9.0, "eve": 2 * i}).sort_values()
        counts.plot.barh(ax=ax, color=["C0", "C1", "C2"])
        ax.text(0.9, 0.1, str(2000 + i), transform=ax.transAxes)

    return figure, update


@animations.add
def secondary_axis_and_an_area():
    figure, ax = new_axes()
    PRICES.abs().plot.area(ax=ax, alpha=0.4, legend=False)
    right = PRICES["b"].plot(ax=ax, secondary_y=True, color="k")
    return figure, lambda i: right.lines[0].set_ydata(np.cos(np.arange(60) / 9 + i))


@animations.add
def subplots_of_columns():
    axes = PRICES.plot(subplots=True, figsize=(4, 3), sharex=True)
    figure = axes[0].get_figure()
    figure.set_dpi(60)

    def update(i):
        axes[i % 2].lines[0].set_ydata(np.sin(np.arange(60) / 6 + i))
        if i % 4 == 3:
            axes[0].set_xlim(axes[0].get_xlim()[0] + 1, axes[0].get_xlim()[1])

    return figure, update


@animations.add
def scatter_coloured_by_a_column():
    figure, ax = new_axes()
    PRICES.plot.scatter(x="a", y="b", c="a", cmap="viridis", ax=ax)
    points = ax.collections[0]

    def update(i):
        points.set_offsets(np.roll(PRICES.to_numpy(), i, axis=0) * (1 - i / 30))
        points.set_array(np.roll(PRICES["a"], i))

    return figure, update


@animations.each
def test_plot_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
