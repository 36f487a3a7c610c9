"""What a part of an artist holds is changed in place, and nothing reports it."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import BoxStyle, Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import MultipleLocator
from matplotlib.transforms import Affine2D, Bbox

from parallel_animate.canvas import Surface
from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, saved

cases = Cases(labels=True)


def axes_with_ticks():
    """Return a figure, its axes, a line that changes, and the label of a tick."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_xticks([1, 2, 3], ["one", "two", "a long label"])
    return figure, ax, line, ax.get_xticklabels()[2]


@cases.add
def transform_of_a_tick_label():
    figure, _, line, label = axes_with_ticks()
    moved = Affine2D()
    label.set_transform(label.get_transform() + moved)

    def update(i):
        moved.clear().translate(2 * (i // 4), 5 * (i // 4))
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def clip_box_of_a_tick_label():
    figure, _, line, label = axes_with_ticks()
    box = Bbox.from_bounds(0, 0, 240, 180)
    label.set(clip_on=True, clip_box=box)

    def update(i):
        box.x1 = 120 - 20 * (i // 4)
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def box_style_of_a_tick_label():
    figure, _, line, label = axes_with_ticks()
    style = BoxStyle.Square(pad=0.1)
    label.set_bbox({"boxstyle": style, "fc": "gold"})

    def update(i):
        style.pad = 0.1 + i // 4
        line.set_ydata(np.sin(X + i))

    return figure, update


def axes_with_legend():
    """Return a figure, a line that changes, and a legend of three beside its axes."""
    figure, ax = new_axes()
    lines = [ax.plot(X, np.sin(X + k), label=f"line {k}")[0] for k in range(3)]
    figure.subplots_adjust(left=0.5)
    return figure, lines[0], figure.legend(loc="lower left")


@cases.add
def box_style_of_a_legend_text():
    figure, line, legend = axes_with_legend()
    style = BoxStyle.Square(pad=0.1)
    legend.get_texts()[2].set_bbox({"boxstyle": style, "fc": "gold"})

    def update(i):
        style.pad = 0.1 + i // 4
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def transform_of_a_legend_text():
    figure, line, legend = axes_with_legend()
    box = Bbox.from_bounds(0, 0, 240, 180)
    legend.get_texts()[1].set(clip_on=True, clip_box=box)

    def update(i):
        box.x1 = 50 - 9 * (i // 4)
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def array_of_a_legend_handle():
    figure, line, legend = axes_with_legend()
    data = legend.get_lines()[2].get_xydata()

    def update(i):
        data[1, 1] = 2 * (i // 4)
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def steps_of_a_locator():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    locator = MultipleLocator(2)
    ax.xaxis.set_major_locator(locator)

    def update(i):
        locator._edge.step = 2 + i // 4
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def number_of_the_user():
    class Growing(float):
        grown = 0.0

        def __radd__(self, other):
            return other + float(self) + self.grown

    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    height = Growing(0.2)
    ax.add_patch(Rectangle((1, 0), 1, height))

    def update(i):
        height.grown = (i // 4) / 10
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.each
def test_change_in_place_is_seen(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_frames(case, monkeypatch)


@pytest.mark.parametrize("patch", [False, True])
def test_vertices_of_a_clip_path_are_drawn_as_they_are(patch: bool) -> None:
    """Also by a full draw, though Agg would keep what it has made of them for the last frame."""
    figure, ax = new_axes()
    ax.add_patch(Circle((3, 0), 1))
    (line,) = ax.plot(X, np.sin(X), lw=90)
    path = Path(np.array([(0.1, 0.1), (0.9, 0.2), (0.5, 1), (0.1, 0.1)]))
    if patch:
        line.set_clip_path(PathPatch(path, transform=ax.transAxes))
    else:
        line.set_clip_path(path, ax.transAxes)
    surface = Surface(figure)
    before = surface.pixels.copy()
    for way in ("redraw", "compare", "full"):
        path.vertices[1, 1] += 0.2
        surface.draw(way)
        assert surface.mismatch is None
        assert np.array_equal(surface.pixels, saved(figure))
        assert not np.array_equal(surface.pixels, before)
        before = surface.pixels.copy()
