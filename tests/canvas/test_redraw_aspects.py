"""Axes whose aspects are applied before anything is drawn are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.lines import Line2D
from mpl_toolkits.axes_grid1.parasite_axes import HostAxes

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

cases = Cases(labels=False)

GREY = "0.7"  # so that the edges of an axes' patch show


def moved(ax, i):
    """Move an axes in the later frames."""
    if i > 3:
        ax.set_position((0.1 + i / 60, 0.1, 0.5, 0.8))


def tie(ax, other, **options):
    """Draw a line in one axes that lies in the coordinates of another one."""
    line = Line2D([0, 1], [0, 1], transform=other.transAxes, clip_on=False, lw=4, **options)
    return ax.add_line(line)


@cases.add
def moved_3d():
    figure = new_figure(facecolor=GREY)
    ax = figure.add_subplot(projection="3d")
    return figure, lambda i: moved(ax, i)


@cases.add(rare=True)
def moved_3d_in_a_subfigure():
    figure = new_figure(facecolor=GREY)
    left, _ = figure.subfigures(1, 2, facecolor=GREY)
    ax = left.add_subplot(projection="3d")
    return figure, lambda i: moved(ax, i)


def _laid_out_in_subfigures(layout, **options):
    """Return a case of axes in a subfigure, moved by a layout engine as a title grows."""

    def make():
        figure = new_figure(layout=layout, facecolor=GREY)
        left, right = figure.subfigures(1, 2, facecolor=GREY)
        ax = left.add_subplot(**options)
        (line,) = ax.plot(X, np.sin(X))
        other = right.subplots()
        title = other.set_title("title")

        def update(i):
            if i % 3 == 0:
                title.set_fontsize(8 + 3 * i)
            if i % 4 == 1:
                line.set_ydata(np.sin(X + i))
            if i == 6:
                left.suptitle("title")

        return figure, update

    make.__name__ = f"{'_'.join(map(str, options.values())) or 'plain'}_in_a_subfigure_{layout}"
    return make


cases.add(_laid_out_in_subfigures("constrained", projection="3d"))
cases.add(_laid_out_in_subfigures("constrained", aspect="equal"))
for layout in ("compressed", "tight"):
    cases.add(_laid_out_in_subfigures(layout, projection="3d"), rare=True)
for options in ({}, {"projection": "polar"}, {"box_aspect": 0.5}):
    cases.add(_laid_out_in_subfigures("constrained", **options), rare=True)


@cases.add
def changed_3d_where_the_layout_rests():
    figure = new_figure(layout="constrained", facecolor=GREY)
    ax = figure.add_subplot(projection="3d")
    (line,) = ax.plot(X, np.sin(X), X)

    def update(i):
        line.set_color(["r", "b"][i % 2])
        if i > 4:
            ax.view_init(30, 5 * i)

    return figure, update


def _box_aspect(change):
    """Return a case of a line that is tied to axes whose box changes."""

    def make():
        figure = new_figure()
        left, right = figure.subplots(1, 2)
        right.set_box_aspect(1)
        tie(left, right)
        return figure, lambda i: change(right, i)

    make.__name__ = change.__name__
    return make


@cases.add(rare=True)
@_box_aspect
def box_aspect_in_another_place(ax, i):
    if i > 2:
        ax.set_position((0.55, 0.1, 0.2 + i / 80, 0.8))


@cases.add
@_box_aspect
def box_aspect_that_changes(ax, i):
    ax.set_box_aspect([None, 0.5, 1, 2][i // 2 % 4])


@cases.add
@_box_aspect
def box_aspect_with_another_anchor(ax, i):
    ax.set_anchor(["C", "N", "SW", "E"][i // 2 % 4])


@cases.add
def box_aspect_of_hidden_axes():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    right.set_visible(False)
    tie(left, right)

    def update(i):
        right.set_box_aspect(0.3 + i / 9)
        right.set_position((0.55, 0.1, 0.2 + i / 80, 0.8))

    return figure, update


@cases.add
def axes_tied_to_those_of_another_subfigure():
    """Those are placed when their subfigure's turn comes: what lies below it sees them before."""
    figure = new_figure()
    left, right = figure.subfigures(1, 2)
    ax, other = left.subplots(), right.subplots()
    again = right.add_axes((0.1, 0.1, 0.3, 0.2))
    other.set_box_aspect(1)
    tie(ax, other)
    tie(again, other, color="r")

    def update(i):
        if i % 2:
            other.set_position((0.3, 0.1, 0.2 + i / 40, 0.8))

    return figure, update


@cases.add
def colorbar_with_an_aspect():
    figure, ax = new_axes()
    image = ax.imshow(np.eye(4))
    bar = figure.colorbar(image, shrink=0.6, aspect=8)
    tie(ax, bar.ax)

    def update(i):
        bar.ax.set_box_aspect(4 + i)
        if i % 3 == 0:
            image.set_clim(0, 1 + i)

    return figure, update


@cases.add
def inset_with_a_box_aspect():
    figure, ax = new_axes()
    inset = ax.inset_axes((0.5, 0.1, 0.4, 0.8))
    inset.set_box_aspect(1)
    tie(ax, inset)

    def update(i):
        if i % 2:
            ax.set_position((0.1, 0.1, 0.4 + i / 40, 0.8))
        if i % 5 == 2:
            inset.set_box_aspect(0.5 + i / 9)

    return figure, update


@cases.add
def parasite_of_axes_that_move():
    figure = new_figure()
    host = figure.add_axes((0.15, 0.1, 0.4, 0.8), axes_class=HostAxes)
    parasite = host.twinx()
    host.plot(X, np.sin(X))
    parasite.plot(X, X)
    other = figure.add_axes((0.8, 0.1, 0.15, 0.8))
    tie(other, parasite)
    return figure, lambda i: host.set_position((0.15, 0.1, 0.3 + i / 60, 0.8))


@cases.add
def limits_for_an_equal_aspect_in_a_subfigure():
    figure = new_figure(layout="constrained")
    left, right = figure.subfigures(1, 2)
    ax, other = left.subplots(), right.subplots()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_aspect("equal", adjustable="datalim")
    tie(other, ax)

    def update(i):
        line.set_xdata(X * (1 + i / 9))
        ax.relim()
        ax.autoscale_view()

    return figure, update


@cases.each
def test_aspect_is_applied_as_in_a_full_draw(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_frames(case, monkeypatch)
