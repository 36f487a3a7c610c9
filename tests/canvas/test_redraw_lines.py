"""Lines and scatters are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes

cases = Cases(labels=False)


@cases.add
def line_data():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    return figure, lambda i: line.set_data(X + i / 20, np.sin(X + i / 3))


@cases.add
def line_style():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), label="sine")
    ax.grid(True)

    def update(i):
        line.set_color(f"C{i}")
        line.set_linewidth(1 + i % 7)
        line.set_linestyle(["-", "--", ":", "-."][i % 4])
        line.set_dash_capstyle(["butt", "round", "projecting"][i % 3])

    return figure, update


@cases.add
def line_markers():
    figure, ax = new_axes()
    (line,) = ax.plot(X[::4], np.sin(X[::4]), "o-")
    (other,) = ax.plot(X[::4], np.cos(X[::4]), "s", mfc="none")

    def update(i):
        line.set_marker("osD^*+x"[i % 7])
        line.set_markersize(2 + i % 9)
        line.set_markerfacecolor(f"C{i}")
        other.set_markevery(1 + i % 3)
        other.set_markeredgewidth(1 + i % 5)

    return figure, update


@cases.add
def line_drawstyles():
    figure, ax = new_axes()
    (line,) = ax.step(X[::3], np.sin(X[::3]), where="mid")
    (dashed,) = ax.plot(X, np.cos(X), dashes=[6, 2, 1, 2], gapcolor="red")

    def update(i):
        line.set_drawstyle(["default", "steps-pre", "steps-mid", "steps-post"][i % 4])
        line.set_ydata(np.sin(X[::3] + i))
        dashed.set_dashes([1 + i % 6, 2])

    return figure, update


@cases.add
def line_with_nans():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), "o-")

    def update(i):
        y = np.sin(X + i / 5)
        y[i % 20 : i % 20 + 5] = np.nan
        y[-1 - i] = np.inf
        line.set_ydata(y)

    return figure, update


@cases.add
def line_of_nans_only_sometimes():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    return figure, lambda i: line.set_ydata(np.sin(X) if i % 3 else np.full(60, np.nan))


@cases.add
def line_with_masked_data():
    figure, ax = new_axes()
    data = np.ma.masked_array(np.sin(X), mask=np.zeros(60, bool))
    (line,) = ax.plot(X, data)

    def update(i):
        data.mask[:] = False
        data.mask[i : i + 5] = True
        line.set_ydata(data)

    return figure, update


@cases.add
def line_across_several_long_segments():
    figure, ax = new_axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([], [], "r", lw=8, solid_joinstyle="miter")
    ax.plot([0, 1], [0.5, 0.5], "k", zorder=5)
    random = np.random.default_rng(1)
    return figure, lambda i: line.set_data(*random.uniform(-0.5, 1.5, (2, 7)))


@cases.add
def line_far_outside_its_axes():
    figure, ax = new_axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([], [], lw=3)
    return figure, lambda i: line.set_data([-1e6, 0.5, 1e9], [-1e3 * i, 0.1 * (i % 9), 1e7])


@cases.add
def line_not_clipped():
    figure, ax = new_axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([0, 1], [0, 1], clip_on=False, lw=4)
    return figure, lambda i: line.set_data([-0.1 - i / 40, 1.1], [i / 20, 1 - i / 20])


@cases.add
def lines_empty_at_first():
    figure, ax = new_axes()
    ax.set(xlim=(0, 7), ylim=(-1, 1))
    (line,) = ax.plot([], [])
    scatter = ax.scatter([], [])

    def update(i):
        if i >= 2:
            line.set_data(X[: 9 * i], np.sin(X[: 9 * i]))
            scatter.set_offsets(np.c_[X[: i - 1], np.cos(X[: i - 1])])

    return figure, update


@cases.add
def lines_horizontal_and_vertical():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    across, down = ax.axhline(0, color="r"), ax.axvline(1, ls="--")
    through = ax.axline((0, 0), slope=1)

    def update(i):
        across.set_ydata([np.sin(i / 4)] * 2)
        down.set_xdata([i / 5] * 2)
        through.set_slope(np.cos(i / 3))

    return figure, update


@cases.add
def spans():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    down, across = ax.axvspan(1, 2, alpha=0.4), ax.axhspan(-0.2, 0.3, color="y")

    def update(i):
        down.set_x(i / 6)
        across.set_height(0.1 + i / 30)

    return figure, update


@cases.add
def scatter_everything():
    figure, ax = new_axes()
    random = np.random.default_rng(0)
    scatter = ax.scatter(*random.random((2, 30)), c=random.random(30), s=40)

    def update(i):
        scatter.set_offsets(random.random((30, 2)))
        scatter.set_sizes(random.uniform(5, 300, 30))
        scatter.set_array(random.random(30))
        scatter.set_linewidths(random.uniform(0, 4, 30))

    return figure, update


@cases.add
def scatter_colours():
    figure, ax = new_axes()
    scatter = ax.scatter(X, np.sin(X), marker="D", s=60)

    def update(i):
        scatter.set_facecolor([f"C{(i + j) % 10}" for j in range(60)])
        scatter.set_edgecolor(f"C{i}")
        scatter.set_alpha(0.2 + (i % 8) / 10)

    return figure, update


@cases.add
def scatter_with_nans_and_masks():
    figure, ax = new_axes()
    scatter = ax.scatter(X, np.sin(X), c=X)

    def update(i):
        offsets = np.ma.masked_invalid(np.c_[X, np.sin(X + i)])
        offsets[i] = np.ma.masked
        scatter.set_offsets(offsets)
        scatter.set_array(np.where(np.less(X, i / 4), np.nan, X))

    return figure, update


@cases.add
def scatter_changed_in_place():
    figure, ax = new_axes()
    scatter = ax.scatter(X, np.sin(X), c=X)

    def update(i):
        scatter.get_offsets()[:, 0] += 0.05

    return figure, update


@cases.add
def scatter_sizes_and_colours_changed_in_place():
    figure, ax = new_axes()
    scatter = ax.scatter(X, np.sin(X), c=X.copy(), s=np.full(60, 20.0))

    def update(i):
        if i % 2:
            scatter.get_array()[i] = 0.1 * i
        else:
            scatter.get_sizes()[i] += 60

    return figure, update


@cases.add
def line_through_two_points():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    line = ax.axline((0, 0), slope=1)

    def update(i):
        if i % 2:
            line.set_slope(np.cos(i / 3))
        else:
            line.set_xy1((0, i / 9))

    return figure, update


@cases.each
def test_lines_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
