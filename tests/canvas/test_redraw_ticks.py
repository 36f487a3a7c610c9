"""Limits, scales, ticks and spines are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.ticker import (
    FixedLocator,
    Formatter,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    MultipleLocator,
    ScalarFormatter,
    StrMethodFormatter,
)

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases()


@cases.add
def limits_move():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X), "o-")
    ax.bar(X[::9], np.cos(X[::9]))
    ax.text(3, 0, "text", clip_on=True)
    return figure, lambda i: ax.set(xlim=(i / 5, 3 + i / 3), ylim=(-1 - i / 40, 1))


@cases.add
def limits_move_without_ticks():
    figure, ax = new_axes()
    ax.set(xticks=[], yticks=[])
    ax.plot(X, np.sin(X))
    ax.imshow(np.eye(4), extent=(0, 6, -1, 1), aspect="auto", alpha=0.4)
    return figure, lambda i: ax.set_xlim(i / 9, 3 + i / 3)


@cases.add
def limits_inverted():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        if i % 3 == 0:
            ax.invert_yaxis()
        if i % 5 == 0:
            ax.invert_xaxis()
        ax.margins(i / 50)

    return figure, update


@cases.add
def limits_follow_the_data():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X) * (1 + i / 3))
        ax.relim()
        ax.autoscale_view()

    return figure, update


@cases.add
def limits_follow_the_data_that_was_scattered():
    figure, ax = new_axes()

    def update(i):
        ax.scatter([i], [i * i % 17])
        if i % 5 == 0:
            ax.autoscale(enable=True, axis="y", tight=i % 2 == 0)

    return figure, update


@cases.add
def view_limits_changed_in_place():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.viewLim.intervalx = (0, 4 + i / 5)

    return figure, update


@cases.add
def scale_of_values():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.exp(X))

    def update(i):
        if i % 3 == 0:
            ax.set_yscale(["log", "linear", "symlog"][i // 3 % 3])
        line.set_ydata(np.exp(X + i / 20))

    return figure, update


@cases.add
def scale_log_with_moving_limits():
    figure, ax = new_axes()
    ax.loglog(X + 1, np.exp(X))
    ax.yaxis.set_major_locator(LogLocator(numticks=5))
    return figure, lambda i: ax.set(xlim=(1, 8 + i), ylim=(1, 10 ** (3 + i / 9)))


@cases.add
def scale_of_the_user():
    figure, ax = new_axes()
    ax.plot(X, X)
    power = [1.0]
    ax.set_yscale("function", functions=(lambda v: v ** power[0], lambda v: v ** (1 / power[0])))
    ax.set_ylim(0, 7)

    def update(i):
        power[0] = 1 + i / 10
        ax.set_yscale(
            "function", functions=(lambda v: v ** power[0], lambda v: v ** (1 / power[0]))
        )

    return figure, update


@cases.add
def ticks_set():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.set_xticks(range(i % 7))
        if i % 3 == 0:
            ax.set_yticks([-0.5, i / 40], labels=["low", f"y {i}"])
        if i % 4 == 0:
            ax.set_yticks([-0.25, 0.25], minor=True)

    return figure, update


@cases.add
def tick_labels_set():
    figure, ax = new_axes()
    ax.set_xticks([0, 1, 2], labels=["a", "b", "c"])
    return figure, lambda i: ax.set_xticklabels(["a" * (i % 5), "b", str(i)], color=f"C{i}")


@cases.add
def tick_labels_changed_one_by_one():
    figure, ax = new_axes()
    ax.set_xticks([0, 1, 2], labels=["a", "b", "c"])

    def update(i):
        ax.get_xticklabels()[i % 3].set_color(f"C{i}")
        ax.get_yticklabels()[i % 3].set_rotation(10 * i)
        ax.xaxis.get_major_ticks()[0].tick1line.set_markersize(2 + i % 9)

    return figure, update


@cases.add
def tick_gridline_changed():
    figure, ax = new_axes()
    ax.grid(True)
    return figure, lambda i: ax.get_xgridlines()[1].set(color=f"C{i}", linewidth=1 + i % 4)


@cases.add
def tick_params():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.tick_params(axis="x", length=2 + i % 9, direction=["in", "out", "inout"][i % 3])
        if i % 3 == 0:
            ax.tick_params(axis="y", labelsize=6 + i % 7, labelrotation=10 * i, colors=f"C{i}")
        if i % 4 == 0:
            ax.tick_params(top=i % 8 == 0, labelright=i % 8 == 0)

    return figure, update


@cases.add
def ticks_minor():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        if i % 4 == 0:
            ax.minorticks_on()
        elif i % 4 == 3:
            ax.minorticks_off()
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def tick_locators():
    figure, ax = new_axes()

    def update(i):
        ax.xaxis.set_major_locator([MaxNLocator(3), MultipleLocator(0.3)][i % 2])
        if i % 3 == 0:
            ax.yaxis.set_minor_locator(FixedLocator([i / 30, 0.7]))

    return figure, update


@cases.add
def tick_locator_changed_in_place():
    figure, ax = new_axes()
    locator = MultipleLocator(0.3)
    ax.xaxis.set_major_locator(locator)
    fixed = FixedLocator([0.1, 0.5])
    ax.yaxis.set_major_locator(fixed)

    def update(i):
        if i % 2:
            locator.set_params(base=0.2 + i / 50)
        else:
            fixed.locs[0] = i / 40

    return figure, update


@cases.add
def tick_formatter_changed():
    figure, ax = new_axes()

    def update(i):
        ax.xaxis.set_major_formatter(StrMethodFormatter(f"{{x:.{i % 3}f}}"))
        ax.yaxis.set_major_formatter(ScalarFormatter(useMathText=i % 2 == 0))

    return figure, update


@cases.add
def tick_formatter_changed_in_place():
    figure, ax = new_axes()
    ax.set_ylim(0, 1e5)
    formatter = ax.yaxis.get_major_formatter()
    other = StrMethodFormatter("{x}")
    ax.xaxis.set_major_formatter(other)

    def update(i):
        if i % 2:
            formatter.set_scientific(i % 4 == 1)
            formatter.set_powerlimits((0, i % 5))
        else:
            other.fmt = f"{{x:.{i % 3}f}}"

    return figure, update


@cases.add
def tick_formatter_with_a_closure():
    figure, ax = new_axes()
    unit = ["m"]
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:.1f} {unit[0]}"))

    def update(i):
        unit[0] = "mks"[i % 3]

    return figure, update


@cases.add
def tick_formatter_of_the_user():
    class Degrees(Formatter):
        offset = 0

        def __call__(self, value, place=None):
            return f"{value + self.offset:.1f}°"

    figure, ax = new_axes()
    formatter = Degrees()
    ax.yaxis.set_major_formatter(formatter)

    def update(i):
        formatter.offset = i

    return figure, update


@cases.add
def tick_offset_text():
    figure, ax = new_axes()
    (line,) = ax.plot(X, 1e6 + np.sin(X))

    def update(i):
        line.set_ydata(10 ** (i % 9) + np.sin(X))
        ax.relim()
        ax.autoscale_view()

    return figure, update


@cases.add
def tick_units_of_dates_and_categories():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    days = np.datetime64("2020-01-01") + np.arange(5) * 30
    left.plot(days, range(5))
    right.bar(["a", "b", "c"], [1, 2, 3])

    def update(i):
        left.set_xlim(days[0], days[1] + 20 * i)
        if i % 4 == 0:
            right.bar([f"d{i}"], [i / 5])

    return figure, update


@cases.add
def axis_switched_off_and_on():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.set_title("title")

    def update(i):
        ax.axis(["off", "on"][i // 2 % 2])
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def grid_toggled():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), lw=8)

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            ax.grid()
        if i % 4 == 0:
            ax.grid(True, which="both", color=f"C{i}", lw=i % 5)

    return figure, update


@cases.add
def axis_below_three_ways():
    figure, ax = new_axes()
    ax.grid(True, lw=3, color="k")
    (line,) = ax.plot(X, np.sin(X), lw=9)
    bar = ax.bar([3], [0.5])[0]

    def update(i):
        if i % 2 == 0:
            ax.set_axisbelow([True, "line", False][i // 2 % 3])
        else:
            line.set_ydata(np.sin(X + i))
            bar.set_height(i / 30)

    return figure, update


@cases.add
def spines_recoloured():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))

    def update(i):
        ax.spines["left"].set_color(f"C{i}")
        ax.spines["top"].set_visible(i % 3 == 0)
        ax.spines["bottom"].set_linewidth(1 + i % 5)
        if i % 4 == 0:
            ax.spines["right"].set_bounds(-0.5, i / 30)

    return figure, update


@cases.add
def spines_moved():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            ax.spines["left"].set_position(("data", i / 5))
            ax.spines["bottom"].set_position([("outward", i), "center"][i % 2])

    return figure, update


@cases.add
def spine_in_data_units_under_moving_limits():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    ax.spines["left"].set_position(("data", 3))
    ax.spines["bottom"].set_position("zero")
    ax.spines["top"].set_bounds(1, 4)
    return figure, lambda i: ax.set(xlim=(-1 - i / 3, 7), ylim=(-1, 1 + i / 6))


@cases.add
def axis_label_moved_by_its_ticks():
    figure, ax = new_axes()
    ax.set(xlabel="x label", ylabel="y label")
    return figure, lambda i: ax.set_ylim(0, 10 ** (i % 6))


@cases.add
def formatter_changed_in_place_while_there_are_no_axes():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i == 2:
            ax.set_axis_off()
        if i == 5:
            ax.yaxis.get_major_formatter().set_useOffset(0.3)
        if i == 7:
            ax.set_axis_on()

    return figure, update


@cases.each
def test_ticks_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
