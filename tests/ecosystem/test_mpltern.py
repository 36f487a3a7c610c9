"""Ternary plots made with mpltern are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import MultipleLocator

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("mpltern", reason="needs the extra (pip install '.[ecosystem]')")

pytestmark = pytest.mark.ecosystem
animations = Animations()

STEP = np.linspace(0, 1, 30)


def mixture(i):
    """Return the shares of three components along a path."""
    top = 0.5 + 0.4 * np.sin(3 * STEP + i / 3)
    left = (1 - top) * STEP
    return top, left, 1 - top - left


def new_triangle(**options):
    """Return a figure with one ternary axes, and its names."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection="ternary", **options)
    ax.set_tlabel("sand")
    ax.set_llabel("silt")
    ax.set_rlabel("clay")
    for axis in (ax.taxis, ax.laxis, ax.raxis):
        axis.set_ticks([0.3, 0.6])  # few, because most of a draw's time goes into ticks
    return figure, ax


def projected(ax, shares):
    """Return shares as the data of a line, which has no setter of three of them."""
    return ax.transProjection.transform(np.c_[shares]).T


@animations.add
def line_that_moves():
    figure, ax = new_triangle()
    ax.grid()
    (line,) = ax.plot(*mixture(0))
    ax.legend([line], ["soil"], loc="upper right")
    return figure, lambda i: line.set_data(*projected(ax, mixture(i)))


@animations.add
def points_coloured_by_a_value():
    figure, ax = new_triangle()
    points = ax.scatter(*mixture(0), c=STEP)
    figure.colorbar(points, ax=ax)

    def update(i):
        points.set_offsets(projected(ax, mixture(i)).T)
        points.set_array(np.roll(STEP, i))

    return figure, update


@animations.add
def line_removed_and_plotted_again():
    figure, ax = new_triangle()
    shown = []

    def update(i):
        for line in shown:
            line.remove()
        shown[:] = ax.plot(*mixture(i), "C1o-")
        ax.set_title(f"sample {i}")

    return figure, update


@animations.add
def area_that_is_filled_anew():
    figure, ax = new_triangle()
    ax.grid(axis="t")
    shown = []

    def update(i):
        for patch in shown:
            patch.remove()
        share = 0.1 + i / 30
        corners = [share, 0.8, 0.1], [share, 0.1, 0.8], [0.9 - share, share, 0.1]
        shown[:] = ax.fill(*corners, alpha=0.5)

    return figure, update


@animations.add
def contours_over_the_triangle():
    figure, ax = new_triangle()
    t, l, r = np.random.default_rng(1).dirichlet([1, 1, 1], 60).T  # noqa: E741
    shown = []

    def update(i):
        for contours in shown:
            contours.remove()
        values = np.sin(4 * t + i / 3) * l + r
        shown[:] = [ax.tricontourf(t, l, r, values), ax.tricontour(t, l, r, values, colors="k")]

    return figure, update


@animations.add
def limits_ticks_and_labels_changed():
    figure, ax = new_triangle()
    ax.plot(*mixture(0))
    ax.grid()

    def update(i):
        if i % 3 == 0:
            ax.set_ternary_lim(0, 1 - i / 40, 0, 1 - i / 40, i / 20, 1)
        if i % 3 == 1:
            ax.taxis.set_major_locator(MultipleLocator(0.2 + i / 50))
            ax.taxis.set_label_position(["corner", "tick1", "tick2"][i % 9 // 3])
        if i % 3 == 2:
            ax.laxis.set_ticks_position(["tick1", "tick2"][i % 2])
            ax.raxis.label.set_color(f"C{i}")

    return figure, update


@animations.add
def spans_and_rotated_labels():
    figure, ax = new_triangle(rotation=30)
    span = ax.axtspan(0.2, 0.4, alpha=0.3)
    line = ax.axlline(0.3)
    ax.tick_params(labelrotation="horizontal")
    text = ax.text(0.3, 0.3, 0.4, "here")

    def update(i):
        span.set_alpha(0.1 + i / 20)
        line.set_color(f"C{i}")
        text.set_text(f"here {i}")
        if i % 4 == 3:
            ax.tick_params(labelrotation=["axis", "tick"][i % 8 > 4])

    return figure, update


@animations.add
def everything_cleared_and_drawn_again():
    figure, ax = new_triangle(ternary_sum=100.0)

    def update(i):
        ax.clear()  # which brings the usual ticks back
        ax.plot(*mixture(i))
        ax.set_tlabel(f"step {i}")
        ax.grid(i % 2 == 0)

    return figure, update


@animations.add
def labels_that_push_the_title_up():
    figure, ax = new_triangle()
    figure.subplots_adjust(top=0.75)
    ax.set_title("a title that stays")
    (line,) = ax.plot(*mixture(0))

    def update(i):
        line.set_data(*projected(ax, mixture(i)))
        if i % 3 == 2:
            ax.taxis.label.set_size(8 + 2 * i)
            ax.laxis.set_tick_params(labelsize=6 + i)

    return figure, update


@animations.each
def test_triangle_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
