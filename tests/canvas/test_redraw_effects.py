"""Clipping, transforms, filters and path effects are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib.patches import (
    Circle,
    ConnectionPatch,
    Rectangle,
)
from matplotlib.path import Path
from matplotlib.patheffects import SimplePatchShadow, withSimplePatchShadow, withStroke
from matplotlib.transforms import Affine2D

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases(labels=False)


@cases.add
def connection_between_axes():
    figure, (left, right) = _two_axes()
    left.plot(X, np.sin(X))
    right.plot(X, np.cos(X))
    line = ConnectionPatch((1, 0), (2, 0), "data", "data", axesA=left, axesB=right, color="r")
    figure.add_artist(line)

    def update(i):
        left.set_xlim(0, 6 + i / 4)
        if i % 3 == 0:
            right.set_ylim(-1 - i / 5, 1)

    return figure, update


@cases.add
def path_effects():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), path_effects=[withStroke(linewidth=9, foreground="y")])
    text = ax.text(2, 0, "shadow", path_effects=[withSimplePatchShadow()], fontsize=20)
    bar = ax.bar([1], [0.5], path_effects=[SimplePatchShadow(offset=(6, -6))])[0]

    def update(i):
        line.set_ydata(np.sin(X + i / 3))
        text.set_text(f"shadow {i}")
        bar.set_height(i / 24)
        if i % 4 == 0:
            line.set_path_effects([withStroke(linewidth=2 + i, foreground="g")])

    return figure, update


@cases.add
def agg_filter():
    figure, ax = new_axes()
    strength = [0.0]

    def dim(pixels, dpi):
        return pixels * (1 - strength[0], 1, 1, 0.6), 2, 3

    (line,) = ax.plot(X, np.sin(X), lw=5, agg_filter=dim)

    def update(i):
        strength[0] = i / 30
        if i % 3 == 0:
            line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add(redrawn=False)
def agg_filter_of_an_inset():
    """It needs the picture of all that the inset draws."""
    figure, ax = new_axes()
    inset = ax.inset_axes((0.2, 0.2, 0.6, 0.6)).inset_axes((0.2, 0.2, 0.7, 0.7))
    (line,) = inset.plot(X, np.sin(X), lw=5)
    inset.set_agg_filter(lambda pixels, dpi: (pixels * 0.5, 2, 3))
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def sketched():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    line.set_sketch_params(5, 30, 2)
    bar = ax.bar([2], [0.6])[0]
    ax.spines["left"].set_sketch_params(3, 50, 5)

    def update(i):
        line.set_ydata(np.sin(X + i / 3))
        bar.set_sketch_params(1 + i % 8, 20, 2)

    return figure, update


@cases.add
def sketched_heavily_and_still():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X)).pop().set_sketch_params(20, 60, 3)
    (line,) = ax.plot(X, np.cos(X))
    return figure, lambda i: line.set_ydata(np.cos(X + i / 3))


@cases.add
def hatched():
    figure, ax = new_axes()
    bars = ax.bar(range(3), [1, 2, 3], hatch="/", ec="r", fill=False)

    def update(i):
        bars[0].set_hatch(["/", "*", "O", ""][i % 4])
        bars[1].set_edgecolor(f"C{i}")
        bars[2].set_height(1 + i / 12)

    return figure, update


@cases.add
def named_and_rasterized():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), gid="line", url="http://a", rasterized=True, snap=True)
    ax.set_rasterization_zorder(1)
    below = ax.scatter(X, np.cos(X), zorder=-3)

    def update(i):
        line.set_ydata(np.sin(X + i / 3))
        line.set_gid(str(i))
        if i % 3 == 0:
            below.set_offsets(np.c_[X, np.cos(X + i)])
            line.set_rasterized(i % 2 == 0)

    return figure, update


@cases.add
def clip_path_that_moves():
    figure, ax = new_axes()
    image = ax.imshow(np.random.default_rng(0).random((12, 16)))
    (line,) = ax.plot([0, 15], [0, 11], lw=6)
    circle = Circle((7, 5), 4, transform=ax.transData)
    image.set_clip_path(circle)
    line.set_clip_path(circle)

    def update(i):
        circle.set_radius(2 + i / 6)
        circle.center = (4 + i / 4, 5)

    return figure, update


@cases.add
def clip_path_drawn_too():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    circle = ax.add_patch(Circle((2, 1), 1, fill=False))
    (line,) = ax.plot([0, 4], [0, 3], lw=6)
    line.set_clip_path(circle)
    scatter = ax.scatter(X, X / 2, s=90)
    scatter.set_clip_path(circle)
    return figure, lambda i: circle.set_radius(0.3 + i / 20)


@cases.add
def clip_path_set_anew():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), lw=9)

    def update(i):
        path = Path([[0, -1], [6, -1], [6, i / 24], [0, 1]], closed=True)
        line.set_clip_path(path, ax.transData)

    return figure, update


@cases.add
def clip_box_changed():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), lw=9)
    box = matplotlib.transforms.Bbox.from_bounds(40, 40, 100, 90)
    line.set_clip_box(box)

    def update(i):
        if i % 2:
            box.x1 = 100 + 4 * i
        else:
            line.set_clip_on(i % 4 == 0)

    return figure, update


@cases.add
def transform_of_the_user():
    figure, ax = new_axes()
    ax.set(xlim=(-3, 3), ylim=(-3, 3))
    turn = Affine2D()
    ax.add_patch(Rectangle((0, 0), 2, 1, transform=turn + ax.transData))
    ax.plot([0, 2], [0, 0], transform=turn + ax.transData)
    ax.scatter([1, 2], [-1, 1], transform=turn + ax.transData)
    ax.text(1, -1, "turned", transform=turn + ax.transData)
    ax.imshow(np.eye(3), transform=turn + ax.transData, extent=(-1, 0, -1, 0), aspect="auto")
    ax.set(xlim=(-3, 3), ylim=(-3, 3))
    return figure, lambda i: turn.rotate_deg(7)


@cases.add
def transform_of_the_user_for_one_artist_each():
    figure, ax = new_axes()
    ax.set(xlim=(-3, 3), ylim=(-3, 3))
    turns = [Affine2D() for _ in range(4)]
    ax.annotate("a", (1, 1), xycoords=turns[0] + ax.transData)
    ax.fill_between([0, 1], [0, 1], transform=turns[1] + ax.transData)
    ax.text(0, 0, "boxed", bbox={}, transform=turns[2] + ax.transData)
    ax.plot([0, 1, 2], [1, 0, 2], "o-", transform=turns[3] + ax.transData)

    def update(i):
        turns[i % 4].rotate_deg(9).translate(0.1, 0)

    return figure, update


@cases.add
def transform_swapped():
    figure, ax = new_axes()
    (line,) = ax.plot([0, 1], [0, 1])
    other = [ax.transData, ax.transAxes, figure.transFigure]
    return figure, lambda i: line.set_transform(other[i % 3])


@cases.add
def contours_relabelled():
    figure, ax = new_axes()
    contours = ax.contour(np.random.default_rng(0).random((6, 7)), levels=3)
    labels = ax.clabel(contours)

    def update(i):
        contours.set_linewidth(1 + i % 4)
        contours.set_clim(0, 0.5 + i / 20)
        if labels and i % 3 == 0:
            labels[0].set_text(f"{i}")

    return figure, update


def _two_axes():
    figure = new_figure()
    return figure, figure.subplots(1, 2)


@cases.each
def test_effects_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
