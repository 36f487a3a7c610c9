"""Axes that put off autoscaling do so when a full draw lets them.

To plot asks an axes to autoscale, and it does so when it is drawn. So what is drawn before in its
coordinates is drawn by its old limits.
"""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch

from parallel_animate.canvas.artists.axes import put_off
from tests.canvas.redraw import Case, Cases, X, check_frames, new_figure

cases = Cases(labels=False)


def plotting(*axes, every=1):
    """Return an update that plots more into each of some axes."""

    def update(i):
        if i % every == 0:
            for ax in axes:
                ax.plot(X, (i + 1) * np.sin(X + i))

    return update


def line_in(other, **options):
    """Return a line in the coordinates of an axes."""
    return Line2D([0, 2], [0, 2], color="m", transform=other.transData, clip_on=False, **options)


@cases.add
def line_in_an_axes_that_is_drawn_later():
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    first.add_line(line_in(last))
    return figure, plotting(last, every=2)


@cases.add(rare=True)
def line_in_an_axes_that_was_drawn_before():
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    last.add_line(line_in(first))
    return figure, plotting(first, every=2)


@cases.add
def connection_to_an_axes_that_is_drawn_later():
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    first.add_artist(ConnectionPatch((0.5, 0.5), (1, 1), "data", "data", axesA=first, axesB=last))
    return figure, plotting(last)


@cases.add(rare=True)
def line_of_the_figure_below_its_axes():
    figure = new_figure()
    ax = figure.add_subplot()
    figure.add_artist(line_in(ax, zorder=-1))
    return figure, plotting(ax, every=3)


@cases.add
def line_in_an_axes_of_a_subfigure():
    figure = new_figure()
    left, right = figure.subfigures(1, 2)
    later = left.subplots(), right.subplots()
    ax = figure.add_axes((0.4, 0.4, 0.2, 0.2))
    for other in later:
        ax.add_line(line_in(other))
    later[0].add_line(line_in(later[1]))
    return figure, plotting(*later, every=2)


@cases.add(rare=True)
def line_in_one_of_two_axes_of_a_subfigure():
    figure = new_figure()
    first, last = figure.subfigures(1, 1).subplots(1, 2)
    first.add_line(line_in(last))
    last.set_box_aspect(1)
    return figure, plotting(last, first, every=2)


@cases.add
def line_in_axes_that_share_limits():
    figure = new_figure()
    first, second, last = figure.subplots(1, 3, sharex=True, sharey=True)
    first.add_line(line_in(last))
    last.margins(0.3)

    def update(i):
        plotting(second, every=3)(i)
        plotting(last, every=4)(i)

    return figure, update


@cases.add
def line_in_a_twin():
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    twin = last.twinx()
    first.add_line(line_in(twin))
    last.add_line(line_in(twin))

    def update(i):
        plotting(twin, every=3)(i)
        plotting(last, every=4)(i)
        first.set_title("title" * i)

    return figure, update


@cases.add
def line_in_an_axes_that_is_hidden_for_a_while():
    figure = new_figure()
    first, last = figure.subplots(1, 2, sharey=True)
    first.add_line(line_in(last))

    def update(i):
        plotting(last, every=2)(i)
        last.set_visible(i % 5 != 3)

    return figure, update


@cases.add
def line_in_an_axes_that_keeps_its_aspect():
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    first.add_line(line_in(last))
    last.set_aspect("equal", adjustable="datalim")
    return figure, plotting(last, every=2)


@cases.add
def line_in_an_axes_under_a_layout():
    figure = new_figure(layout="constrained")
    first, last = figure.subplots(1, 2)
    first.add_line(line_in(last, in_layout=False))
    return figure, plotting(last, every=2)


@cases.add
def axes_without_ticks_under_a_layout():
    """The layout engine does not ask for its limits: what is drawn in it lies elsewhere then."""
    figure = new_figure(layout="tight")
    first, _ = figure.subplots(1, 2)
    (line,) = first.plot(X, np.sin(X), clip_on=False)
    first.text(6, 0, "text")
    first.axis("off")

    def update(i):
        first.margins(0.1 * (i % 3))
        line.set_alpha(0.5 if i % 4 == 1 else None)

    return figure, update


@cases.each
def test_each_frame_equals_its_full_draw(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte."""
    check_frames(case, monkeypatch)


def test_hidden_axes_do_not_wait_for_a_turn_that_never_comes() -> None:
    """Else all that shares limits with them would be drawn for each frame."""
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    last.plot(X, X)
    assert [each.axes for each in put_off([first, last])] == [first, last]
    last.set_visible(False)
    assert [each.axes for each in put_off([first, last])] == [first]
