"""Axes that move, or belong together, are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases()


@cases.add
def axes_moved():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_title("title")

    def update(i):
        ax.set_position((0.1 + i / 60, 0.2, 0.6, 0.4 + i / 60))
        if i % 3 == 0:
            line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def margins_of_the_figure_adjusted():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.plot(X, np.sin(X))
    right.imshow(np.eye(3))
    return figure, lambda i: figure.subplots_adjust(left=0.1 + i / 90, wspace=0.2 + i / 50)


@cases.add
def aspect_equal_by_its_box():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_aspect("equal", adjustable="box")
    ax.set_title("title")

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 2:
            ax.set_ylim(-1 - i / 9, 1 + i / 9)

    return figure, update


@cases.add
def aspect_equal_by_its_limits():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_aspect("equal", adjustable="datalim")

    def update(i):
        line.set_xdata(X * (1 + i / 9))
        ax.relim()
        ax.autoscale_view()
        if i % 4 == 0:
            ax.set_aspect(1 + i / 9)

    return figure, update


@cases.add
def aspect_switched():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.set_aspect(["auto", "equal", 2][i % 3])
        ax.set_anchor(["C", "NW", "S"][i // 3 % 3])
        if i % 4 == 0:
            ax.set_box_aspect([None, 0.5][i // 4 % 2])

    return figure, update


@cases.add
def facecolours():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.plot(X, np.sin(X))
    right.scatter(X, np.sin(X))

    def update(i):
        left.set_facecolor(f"C{i}")
        if i % 3 == 0:
            figure.set_facecolor((i / 24, 0.5, 1))
        if i % 5 == 0:
            right.set_frame_on(i % 2 == 0)

    return figure, update


@cases.add(rare=True)
def axes_shared():
    figure = new_figure()
    top, bottom = figure.subplots(2, 1, sharex=True)
    (line,) = top.plot(X, np.sin(X))
    bottom.plot(X, np.cos(X))
    top.set_title("title")

    def update(i):
        if i % 2:
            bottom.set_xlim(0, 5 + i / 9)
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            bottom.set_xticks([0, 1 + i / 9, 4])

    return figure, update


@cases.add
def axes_shared_with_autoscale():
    figure = new_figure()
    (a, b), (c, d) = figure.subplots(2, 2, sharex="col", sharey="row")
    lines = [ax.plot(X, np.sin(X))[0] for ax in (a, b, c, d)]

    def update(i):
        lines[i % 4].set_ydata(np.sin(X) * (1 + i / 4))
        for ax in (a, b, c, d):
            ax.relim()
            ax.autoscale_view()

    return figure, update


@cases.add
def axes_shared_with_equal_aspect():
    figure = new_figure()
    left, right = figure.subplots(1, 2, sharey=True)
    left.plot(X, np.sin(X))
    right.plot(X, np.cos(X))
    left.set_aspect("equal", adjustable="datalim")
    return figure, lambda i: right.set_ylim(-1 - i / 5, 1)


@cases.add
def twin_beside():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    twin = ax.twinx()
    (other,) = twin.plot(X, np.exp(X), "r")
    ax.set_title("title")

    def update(i):
        line.set_ydata(np.sin(X + i))
        other.set_ydata(np.exp(X) * (i + 1))
        if i % 3 == 0:
            twin.relim()
            twin.autoscale_view()
        if i % 5 == 0:
            twin.tick_params(axis="y", colors=f"C{i}", labelsize=6 + i % 8)

    return figure, update


@cases.add(rare=True)
def twin_above_moves_the_title():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    ax.set_title("title")
    twin = ax.twiny()

    def update(i):
        twin.tick_params(axis="x", labelsize=6 + i % 9)
        if i % 2:
            twin.set_xticks([0, 0.5], labels=["a\n" * (i % 4), "b"])

    return figure, update


@cases.add
def inset_axes():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    inset = ax.inset_axes((0.5, 0.5, 0.45, 0.45), xlim=(1, 2), ylim=(0, 1))
    (other,) = inset.plot(X, np.sin(X))
    ax.indicate_inset_zoom(inset)

    def update(i):
        for each in (line, other):
            each.set_ydata(np.sin(X + i / 4))
        if i % 3 == 0:
            inset.set_xlim(1 + i / 9, 2 + i / 9)
        if i % 5 == 0:
            ax.set_ylim(-1 - i / 9, 1)

    return figure, update


@cases.add(rare=True)
def inset_axes_only_inside():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    inset = ax.inset_axes((0.6, 0.6, 0.35, 0.35))
    (line,) = inset.plot(X, np.sin(X))
    inset.set_title("inset")
    return figure, lambda i: line.set_ydata(np.sin(X + i / 4))


@cases.add
def inset_axes_in_data_units():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    inset = ax.inset_axes((2, 0, 2, 0.5), transform=ax.transData)
    inset.plot(X, np.cos(X))
    return figure, lambda i: ax.set_xlim(0, 7 + i / 4)


@cases.add
def inset_axes_of_the_toolkit():
    from mpl_toolkits.axes_grid1.inset_locator import inset_axes, mark_inset

    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    inset = inset_axes(ax, "40%", "30%", loc=3)
    (line,) = inset.plot(X, np.sin(X))
    inset.set(xlim=(1, 2), ylim=(0, 1))
    mark_inset(ax, inset, loc1=2, loc2=4)

    def update(i):
        line.set_ydata(np.sin(X + i / 4))
        if i % 3 == 0:
            inset.set_xlim(1 + i / 9, 2 + i / 9)
        if i % 4 == 0:
            ax.set_ylim(-1 - i / 9, 1)

    return figure, update


@cases.add
def secondary_axis():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    second = ax.secondary_xaxis("top", functions=(np.rad2deg, np.deg2rad))
    ax.secondary_yaxis(1.0).set_ylabel("second")
    ax.set_title("title")

    def update(i):
        ax.set_xlim(0, 4 + i / 5)
        if i % 3 == 0:
            second.set_xlabel(f"degrees {i}")
            ax.set_ylim(-1, 1 + i / 9)

    return figure, update


@cases.add
def axes_placed_by_others_whose_box_changes():
    from mpl_toolkits.axes_grid1 import make_axes_locatable

    figure, ax = new_axes()
    ax.imshow(np.eye(4))
    beside = make_axes_locatable(ax).append_axes("right", size="20%", pad=0.05)
    beside.plot(X, X)
    return figure, lambda i: ax.set_xlim(0, 4 - i / 4)


@cases.add
def axes_divided():
    from mpl_toolkits.axes_grid1 import make_axes_locatable

    figure, ax = new_axes()
    image = ax.imshow(np.random.default_rng(0).random((12, 16)))
    beside = make_axes_locatable(ax).append_axes("right", size="5%", pad=0.05)
    figure.colorbar(image, cax=beside)

    def update(i):
        image.set_data(np.random.default_rng(i).random((12, 16)))
        if i % 3 == 0:
            image.set_clim(0, 1 + i)
        if i % 4 == 0:
            ax.set_xlim(0, 15 - i / 4)

    return figure, update


@cases.add
def axes_overlapping():
    figure = new_figure()
    below = figure.add_axes((0.1, 0.1, 0.6, 0.6))
    above = figure.add_axes((0.4, 0.4, 0.5, 0.5))
    above.patch.set_alpha(0.5)
    (line,) = below.plot(X, np.sin(X), lw=4)
    (other,) = above.plot(X, np.cos(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            other.set_ydata(np.cos(X + i))

    return figure, update


@cases.add
def axes_ordered():
    figure = new_figure()
    low = figure.add_axes((0.1, 0.1, 0.6, 0.6), zorder=3)
    high = figure.add_axes((0.4, 0.4, 0.5, 0.5), zorder=-1)
    (line,) = low.plot(X, np.sin(X), lw=4)
    high.plot(X, np.cos(X))
    return figure, lambda i: (line.set_ydata(np.sin(X + i)), low.set_alpha(0.4))


@cases.each
def test_axes_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
