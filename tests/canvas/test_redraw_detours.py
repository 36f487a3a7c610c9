"""Changes that reach an artist by a detour: through another axes, a layout, or a part of a part."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import PowerNorm
from matplotlib.image import BboxImage
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, Ellipse, FancyBboxPatch
from matplotlib.patheffects import PathPatchEffect
from matplotlib.ticker import MultipleLocator
from matplotlib.transforms import Affine2D

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

cases = Cases(labels=False)


def new_pair():
    """Return a figure with two axes, and an image of equal aspect in the second."""
    figure = new_figure()
    first, second = figure.subplots(1, 2)
    second.imshow(np.eye(6))
    return figure, first, second


def widened(axes):
    return lambda i: axes.set_xlim(-0.5, 3 + i * 0.3)


@cases.add
def text_of_the_figure_in_an_axes_that_the_layout_moves():
    figure = new_figure(layout="constrained")
    ax = figure.add_subplot()
    ax.plot(X, np.sin(X))
    figure.text(0.5, 0.5, "mid", transform=ax.transAxes)
    return figure, lambda i: ax.set_ylabel("label\n" * (1 + i % 4))


@cases.add(rare=True)
def text_of_the_figure_in_an_axes_of_equal_aspect():
    figure, ax = new_axes()
    ax.imshow(np.eye(6))
    figure.text(1, 1, "P", transform=ax.transAxes, color="r")
    return figure, widened(ax)


@cases.add
def legend_beside_a_later_axes_of_equal_aspect():
    figure, first, second = new_pair()
    first.plot(X, X, label="q")
    first.legend(loc="upper left", bbox_to_anchor=(0, 1), bbox_transform=second.transAxes)
    return figure, widened(second)


@cases.add(rare=True)
def connection_to_a_later_axes_of_equal_aspect():
    figure, first, second = new_pair()
    first.add_artist(ConnectionPatch((0.5, 0.5), (0, 0), "data", "data", axesA=first, axesB=second))
    return figure, widened(second)


@cases.add
def line_and_text_in_a_later_axes_of_equal_aspect():
    figure, first, second = new_pair()
    first.text(0, 1, "caption", transform=second.transAxes)
    first.add_line(Line2D([0, 1], [0, 1], transform=second.transAxes, clip_on=False))
    return figure, widened(second)


@cases.add
def text_set_by_the_limits_of_a_later_axes():
    figure, first, second = new_pair()
    second.set_adjustable("datalim")
    text = first.text(0.1, 0.5, "")
    second.callbacks.connect("ylim_changed", lambda ax: text.set_text(f"{ax.get_ylim()[0]:.2f}"))
    return figure, widened(second)


@cases.add
def categories_that_grow():
    figure, ax = new_axes()
    ax.set_axisbelow(False)  # else matplotlib draws new ticks one frame late
    (line,) = ax.plot(["a"], [1], "o-")
    ax.set(xlim=(-1, 26), ylim=(0, 5))

    def update(i):
        line.set_data([chr(97 + k) for k in range(i + 1)], [1 + k % 4 for k in range(i + 1)])

    return figure, update


@cases.add
def patch_that_an_annotation_points_to():
    figure, ax = new_axes()
    ellipse = ax.add_patch(Ellipse((0.6, 0.6), 0.2, 0.2, alpha=0.3))
    ax.annotate("x", (0.6, 0.6), (0.1, 0.1), arrowprops={"arrowstyle": "->", "patchB": ellipse})
    return figure, lambda i: ellipse.set_width(0.2 + 0.02 * i)


@cases.add
def transform_before_that_of_polar_data():
    figure = new_figure()
    ax = figure.add_subplot(projection="polar")
    turned = Affine2D()
    ax.fill([0, 0.3, 0.3, 0], [0, 0, 1, 1], transform=turned + ax.transData)
    ax.set_rlim(0, 1)
    return figure, lambda i: turned.clear().translate(0.2 * i, 0)


@cases.add
def transform_before_that_of_logarithmic_data():
    figure, ax = new_axes()
    ax.set_yscale("log")
    ax.set(xlim=(0, 10), ylim=(1, 1000))
    shifted = Affine2D()
    ax.plot([1, 2, 3], [2, 20, 200], transform=shifted + ax.transData)
    return figure, lambda i: shifted.clear().translate(0.2 * i, 0)


@cases.add
def locator_that_is_set_twice():
    figure, ax = new_axes()
    ax.set_xlim(0, 20)
    locator = MultipleLocator(2)
    ax.xaxis.set_major_locator(locator)

    def update(i):
        if i in (6, 7, 8):
            locator.set_params(base=1)
            locator.set_params(base=i - 4)

    return figure, update


@cases.add
def three_dimensional_data_in_place():
    figure = new_figure()
    ax = figure.add_subplot(projection="3d")
    heights = np.sin(X)
    ax.plot(X, np.cos(X), heights)
    points = ax.scatter(X[::9], X[::9], X[::9])

    def update(i):
        heights[:] = np.sin(X + i / 3)
        points._offsets3d[2][:] = np.cos(X[::9] + i)

    return figure, update


@cases.add
def lists_in_place():
    figure, ax = new_axes()
    lines = ax.add_collection(LineCollection([[(0, k), (1, k)] for k in range(5)], lw=[1.0] * 5))
    ax.set(xlim=(0, 1), ylim=(-1, 5))

    def update(i):
        lines.get_linewidth()[i % 5] = 1 + i / 4

    return figure, update


@cases.add
def norm_in_place():
    figure, ax = new_axes()
    image = ax.imshow(np.arange(36.0).reshape(6, 6), norm=PowerNorm(1, 0, 36))

    def update(i):
        image.norm.gamma = 1 + 0.1 * i

    return figure, update


@cases.add
def styles_in_place():
    figure, ax = new_axes()
    box = ax.add_patch(FancyBboxPatch((0.3, 0.3), 0.2, 0.2, boxstyle="round,pad=0.1"))
    text = ax.text(0.1, 0.1, "text")
    ax.set_title("title")

    def update(i):
        box.get_boxstyle().pad = 0.05 + 0.01 * i
        text.get_fontproperties().set_size(8 + i)
        ax.title.get_fontproperties().set_size(8 + i)

    return figure, update


@cases.add
def image_in_the_box_of_a_text():
    figure, ax = new_axes()
    text = ax.text(0.1, 0.1, "here")
    image = BboxImage(text.get_window_extent)
    image.set_data(np.eye(6))
    ax.add_artist(image)
    return figure, lambda i: text.set_position((0.1 + i / 40, 0.3))


@cases.add
def path_effect_that_draws_a_patch():
    figure, ax = new_axes()
    effect = PathPatchEffect(facecolor="red")
    ax.text(0.1, 0.4, "effect", fontsize=30, path_effects=[effect])
    return figure, lambda i: effect.patch.set_facecolor((i / 30, 0.2, 0.5))


@cases.add
def axis_hidden_by_its_attribute():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.axison = i % 2 == 0

    return figure, update


@cases.each
def test_what_changes_by_a_detour_is_redrawn_exactly(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
