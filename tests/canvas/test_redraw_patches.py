"""Patches, collections and arrows are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import EllipseCollection, LineCollection, PatchCollection
from matplotlib.patches import (
    Arc,
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Polygon,
    Rectangle,
    Wedge,
)
from matplotlib.path import Path

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes

cases = Cases(labels=False)


@cases.add
def bars():
    figure, ax = new_axes()
    bars = ax.bar(range(6), range(1, 7))
    labels = ax.bar_label(bars)
    ax.set_ylim(0, 8)

    def update(i):
        for j, (bar, label) in enumerate(zip(bars, labels, strict=True)):
            bar.set_height(1 + (i * j) % 6)
            bar.set_color(f"C{i + j}")
            label.set_text(str(i * j))
            label.xy = (j, bar.get_height())

    return figure, update


@cases.add
def histogram_steps():
    figure, ax = new_axes()
    random = np.random.default_rng(0)
    stairs = ax.stairs(random.random(9), np.arange(10), fill=True)
    ax.set_ylim(0, 1)
    return figure, lambda i: stairs.set_data(random.random(9))


@cases.add
def error_bars():
    figure, ax = new_axes()
    x = np.arange(6)
    bars = ax.errorbar(x, x, yerr=1, xerr=0.3, capsize=4, fmt="o")

    def update(i):
        line, caps, (across, down) = bars
        y = x + np.sin(x + i)
        line.set_ydata(y)
        across.set_segments([[(a - 0.3, b), (a + 0.3, b)] for a, b in zip(x, y, strict=True)])
        down.set_segments([[(a, b - 1), (a, b + 1)] for a, b in zip(x, y, strict=True)])
        for cap in caps:
            cap.set_ydata(y)

    return figure, update


@cases.add
def stems_and_boxes():
    figure, ax = new_axes()
    stem = ax.stem(range(8), range(8))
    box = ax.boxplot([np.arange(9), np.arange(4)])

    def update(i):
        stem.markerline.set_ydata(np.arange(8) * np.cos(i))
        stem.baseline.set_color(f"C{i}")
        box["medians"][0].set_ydata([i / 5] * 2)

    return figure, update


@cases.add
def wedges_and_circles():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    wedge, circle = Wedge((1, 1), 0.8, 0, 90), Circle((3, 2), 0.5, fill=False)
    arc = Arc((2, 2), 1, 2, theta1=0, theta2=90, lw=3)
    for patch in (wedge, circle, arc):
        ax.add_patch(patch)

    def update(i):
        wedge.set_theta2(90 + 10 * i)
        circle.set_radius(0.2 + i / 30)
        circle.center = (3 - i / 10, 2)
        arc.theta2 = 90 + 8 * i

    return figure, update


@cases.add
def pie_slices():
    figure, ax = new_axes()
    slices, texts = ax.pie([1, 2, 3], labels=["a", "b", "c"], shadow=True)[:2]

    def update(i):
        slices[0].set_theta2(60 + 3 * i)
        slices[1].set_facecolor(f"C{i}")
        texts[2].set_text("c" * (i % 6))

    return figure, update


@cases.add
def polygons_and_boxes():
    figure, ax = new_axes()
    ax.set(xlim=(-2, 2), ylim=(-2, 2))
    polygon = ax.add_patch(Polygon([[0, 0], [1, 0], [1, 1]], alpha=0.5, lw=6, joinstyle="miter"))
    box = ax.add_patch(FancyBboxPatch((-1, -1), 0.5, 0.5, boxstyle="round,pad=0.2"))
    rectangle = ax.add_patch(Rectangle((-1, 0), 1, 0.5, hatch="//", ec="k"))
    (filled,) = ax.fill([0, 1, 0], [-1, -1, 0], "g")

    def update(i):
        angle = i / 7 + np.array([0, 1, 3])
        polygon.set_xy(1.5 * np.c_[np.cos(angle), np.sin(angle)])
        box.set_boxstyle("round", pad=0.1 + i / 50)
        box.set_bounds(-1 + i / 20, -1, 0.4, 0.6)
        rectangle.set_angle(10 * i)
        rectangle.set_hatch(["//", "x", "o.", None][i % 4])
        filled.set_xy([[0, -1], [1, -1], [np.cos(i), np.sin(i)]])

    return figure, update


@cases.add
def path_changed_in_place():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    vertices = np.array([[1.0, 1], [2, 1], [2, 2], [1, 1]])
    patch = ax.add_patch(PathPatch(Path(vertices, [1, 2, 2, 79]), lw=3))

    def update(i):
        patch.get_path().vertices[2] += (0.05, -0.03)

    return figure, update


@cases.add
def path_curved():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    codes = [1, 4, 4, 4, 3, 3]
    points = [[0, 0], [1, 3], [2, -1], [3, 2], [4, 0], [2, 3]]
    patch = ax.add_patch(PathPatch(Path(points, codes), fill=False, lw=5, capstyle="projecting"))

    def update(i):
        patch.set_path(Path(np.add(points, [0, np.sin(i / 4)]), codes))

    return figure, update


@cases.add
def arrows_between_patches():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    one, two = ax.add_patch(Circle((1, 1), 0.3)), ax.add_patch(Circle((3, 2), 0.3))
    arrow = FancyArrowPatch((1, 1), (3, 2), patchA=one, patchB=two, mutation_scale=20)
    ax.add_patch(arrow)
    plain = ax.add_patch(FancyArrowPatch((0, 0), (4, 3), arrowstyle="-|>", mutation_scale=15))
    bar = ax.arrow(0.5, 2, 1, 0.5, head_width=0.2)

    def update(i):
        one.set_radius(0.2 + i / 50)
        if i % 3 == 0:
            plain.set_positions((0, i / 9), (4, 3 - i / 9))
            plain.set_connectionstyle("arc3", rad=i / 30)
            bar.set_data(dx=1 + i / 20)

    return figure, update


@cases.add
def line_collection():
    figure, ax = new_axes()
    ax.set(xlim=(0, 7), ylim=(-1, 1))
    lines = ax.add_collection(LineCollection([np.c_[X, np.sin(X)]], linewidths=[2, 5]))

    def update(i):
        lines.set_segments([np.c_[X[i:], np.sin(X[i:] + j)] for j in range(i % 4)])
        lines.set_color([f"C{i}", "k"])
        lines.set_linestyle(["-", "--"][i % 2])

    return figure, update


@cases.add
def patch_collection():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    circles = PatchCollection([Circle((j, j / 2), 0.3) for j in range(5)], hatch="/")
    circles.set_array(np.arange(5.0))
    ax.add_collection(circles)

    def update(i):
        circles.set_paths([Circle((j, j / 3 + i / 20), 0.3) for j in range(5)])
        circles.set_array(np.arange(5.0) + i)
        circles.set_clim(0, 10)

    return figure, update


@cases.add
def collection_paths_changed_in_place():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    shapes = ax.fill_between([0, 1, 2, 3], [1, 2, 1, 2])

    def update(i):
        shapes.get_paths()[0].vertices[2, 1] = i / 8

    return figure, update


@cases.add
def ellipses_in_data_units():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    ellipses = EllipseCollection(
        [1, 2],
        [2, 1],
        [0, 45],
        units="x",
        offsets=[(1, 1), (3, 2)],
        offset_transform=ax.transData,
    )
    ax.add_collection(ellipses)

    def update(i):
        ellipses.set_offsets([(1 + i / 10, 1), (3, 2)])
        ellipses.set_angles([5 * i, 45])
        if i % 3 == 0:
            ax.set_xlim(0, 4 + i / 4)

    return figure, update


@cases.add
def quiver_and_barbs():
    figure, ax = new_axes()
    x, y = np.meshgrid(range(4), range(3))
    arrows = ax.quiver(x, y, np.cos(x), np.sin(y))
    barbs = ax.barbs(x + 0.5, y, 10 * x, 10 * y)
    ax.quiverkey(arrows, 0.5, 1.05, 1, "one", labelpos="E")

    def update(i):
        arrows.set_UVC(np.cos(x + i / 4), np.sin(y + i / 4), x + i)
        barbs.set_UVC(10 * x + i, 10 * y - i)

    return figure, update


@cases.add
def quiver_changed_in_place():
    figure, ax = new_axes()
    x, y = np.meshgrid(range(4), range(3))
    arrows = ax.quiver(x, y, np.cos(x), np.sin(y))

    def update(i):
        arrows.U[:] = np.cos(x.ravel() + i / 4)

    return figure, update


@cases.add
def quiver_in_a_changing_view():
    figure, ax = new_axes()
    x, y = np.meshgrid(range(4), range(3))
    ax.quiver(x, y, np.cos(x), np.sin(y), angles="xy")
    ax.barbs(x + 0.5, y, 10 * x, 10 * y)
    return figure, lambda i: ax.set(xlim=(-1 - i / 4, 4), ylim=(-1, 3 + i / 5))


@cases.add
def streamplot_made_once():
    figure, ax = new_axes()
    x = np.linspace(0, 3, 8)
    stream = ax.streamplot(x, x, np.ones((8, 8)), np.sin(x)[:, None] + np.zeros(8), density=0.4)

    def update(i):
        stream.lines.set_linewidth(1 + i % 4)
        stream.lines.set_color(f"C{i}")

    return figure, update


@cases.add
def arcs_turned_by_their_angles():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    arc = ax.add_patch(Arc((2, 2), 1, 2, theta1=0, theta2=90, lw=3))

    def update(i):
        arc.theta2 = 90 + 8 * i

    return figure, update


@cases.add
def shadow_of_a_patch():
    from matplotlib.patches import Shadow

    figure, ax = new_axes()
    wedge = ax.add_patch(Wedge((0.5, 0.5), 0.4, 0, 90))
    ax.add_patch(Shadow(wedge, 0.05, -0.05))
    return figure, lambda i: wedge.set_theta2(90 + 8 * i)


@cases.each
def test_patches_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
