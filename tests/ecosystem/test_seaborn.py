"""Plots made with seaborn are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("seaborn", reason="needs the extra (pip install '.[ecosystem]')")

import pandas as pd
import seaborn as sns
import seaborn.objects as so

pytestmark = pytest.mark.ecosystem
animations = Animations()

random = np.random.default_rng(3)
PENGUINS = pd.DataFrame(
    {
        "length": random.normal(45, 5, 60),
        "depth": random.normal(17, 2, 60),
        "species": np.repeat(["Adelie", "Gentoo", "Chinstrap"], 20),
        "day": np.tile(np.arange(10), 6),
    }
)
VALUES = random.random((6, 8))


def measured(i):
    """Return what was measured up to a frame."""
    return PENGUINS.assign(length=PENGUINS.length + np.sin(PENGUINS.depth + i))


def new_axes(**options):
    return plt.subplots(figsize=(4, 3), dpi=60, **options)


@animations.add
def heatmap_whose_cells_change():
    figure, ax = new_axes()
    sns.heatmap(VALUES, ax=ax, vmin=0, vmax=1, linewidths=0.5)
    mesh = ax.collections[0]
    return figure, lambda i: mesh.set_array(np.roll(VALUES, i, axis=1))


@animations.add
def annotated_heatmap_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        table = pd.DataFrame(np.arange(12).reshape(3, 4) * (i + 1), columns=list("abcd"))
        sns.heatmap(table, ax=ax, annot=True, fmt="d", cbar=False)

    return figure, update


@animations.add
def lines_with_bands_on_cleared_axes():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        sns.lineplot(measured(i), x="day", y="length", hue="species", errorbar="sd", ax=ax)
        ax.set_title(f"step {i}")

    return figure, update


@animations.add
def points_of_a_scatterplot_that_move():
    figure, ax = new_axes()
    sns.scatterplot(PENGUINS, x="length", y="depth", hue="species", style="species", ax=ax)
    sns.move_legend(ax, "upper left", frameon=True)
    points = ax.collections[0]

    def update(i):
        points.set_offsets(measured(i)[["length", "depth"]])

    return figure, update


@animations.add
def densities_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        for line in list(ax.lines):
            line.remove()
        sns.kdeplot(measured(i), x="length", hue="species", ax=ax, legend=i == 0)

    update(0)
    return figure, update


@animations.add
def joint_grid_with_margins():
    grid = sns.jointplot(PENGUINS, x="length", y="depth", height=3, marginal_kws={"bins": 8})
    grid.figure.set_dpi(60)

    def update(i):
        for ax in (grid.ax_joint, grid.ax_marg_x, grid.ax_marg_y):
            ax.clear()
        grid.x = measured(i).length
        grid.plot(sns.scatterplot, sns.histplot)

    return grid.figure, update


@animations.add
def facets_of_which_one_changes():
    grid = sns.relplot(
        PENGUINS, x="length", y="depth", col="species", hue="day", height=2.5, aspect=0.8
    )
    grid.figure.set_dpi(60)
    points = grid.axes.flat[1].collections[0]

    def update(i):
        points.set_offsets(np.roll(points.get_offsets(), 1, axis=0))
        grid.set_titles(f"{{col_name}} {i}")

    return grid.figure, update


@animations.add
def bars_and_boxes():
    with sns.axes_style("whitegrid"):
        figure, (left, right) = new_axes(ncols=2)
    sns.barplot(PENGUINS, x="species", y="length", errorbar=None, ax=left)

    def update(i):
        for bar in left.patches:
            bar.set_height(30 + (bar.get_height() + i) % 20)
        right.clear()
        sns.boxplot(measured(i), x="species", y="depth", hue="species", ax=right)
        sns.stripplot(PENGUINS, x="species", y="length", jitter=False, color="k", ax=right)

    return figure, update


@animations.add
def pairs_with_a_regression():
    figure, ax = new_axes()
    sns.regplot(PENGUINS, x="length", y="depth", ci=None, ax=ax)
    sns.despine(figure, trim=True)
    line = ax.lines[0]

    def update(i):
        line.set_ydata(15 + (line.get_xdata() - 45) * i / 20)

    return figure, update


@animations.add
def plot_of_objects():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        plot = so.Plot(measured(i), x="length", y="depth", color="day")
        plot.add(so.Dot(), legend=False).add(so.Line(), so.PolyFit(1), legend=False).on(ax).plot()

    return figure, update


@animations.add
def facets_that_seaborn_maps_anew():
    """To map a plot onto facets makes each of them pyplot's current axes."""
    grid = sns.FacetGrid(PENGUINS, col="species", height=2, aspect=0.8)
    grid.map(sns.histplot, "length", bins=6)
    grid.figure.set_dpi(60)

    def update(i):
        for k, bar in enumerate(grid.axes[0, i % 3].patches):
            bar.set_height((k + i) % 7)
        grid.refline(y=i / 3)

    return grid.figure, update


@animations.each
def test_plot_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
