"""What changes unreported in ternary plots, whose three axes are drawn together."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import FuncFormatter, MultipleLocator

from tests.ecosystem.drawn import drawn_for_a_frame, pretend_version
from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("mpltern", reason="needs the extra (pip install '.[ecosystem]')")

pytestmark = pytest.mark.ecosystem
animations = Animations()


def new_triangle(**options):
    """Return a ternary plot, and what moves a line in it."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    figure.subplots_adjust(top=0.75, bottom=0.2)
    ax = figure.add_subplot(projection="ternary", **options)
    ax.set(tlabel="top", llabel="left", rlabel="right")
    ax.grid()
    share = np.linspace(0.1, 0.8, 9)

    def points(i):
        top = np.full(9, 0.1 + i / 200)
        left = share * (1 - top)
        return np.c_[top, left, 1 - top - left] * ax.ternary_sum

    (line,) = ax.plot(*points(0).T, "o-")
    return figure, ax, lambda i: line.set_data(*ax.transProjection.transform(points(i)).T)


@animations.add
def locators_and_formatters_changed_in_place():
    figure, ax, move = new_triangle()
    locator = MultipleLocator(0.2)
    ax.raxis.set_major_locator(locator)
    formatter = ax.laxis.get_major_formatter()

    def update(i):
        move(i)
        if i % 4 == 1:
            locator.set_params(base=0.1 + i / 40)
        if i == 6:
            formatter.set_scientific(True)
            formatter.set_powerlimits((0, 0))

    return figure, update


@animations.add
def formatter_that_reads_a_variable():
    figure, ax, move = new_triangle()
    now = {"i": 0}
    ax.laxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.1f}{'x' * (now['i'] // 2)}"))

    def update(i):
        move(i)
        now["i"] = i

    return figure, update


@animations.add
def labels_moved_behind_the_setters():
    figure, ax, move = new_triangle()
    ax.set_title("above")

    def update(i):
        move(i)
        if i == 2:
            ax.laxis.label_position = "side"
        if i == 4:
            ax.raxis.labelpad = 20
        if i == 6:
            ax.taxis.set_label_rotation_mode("horizontal")
        if i == 8:
            ax.laxis.set_tick_params(labelsize=14)
        if i == 10:
            ax.taxis.label.get_fontproperties().set_size(16)

    return figure, update


@animations.add
def title_above_ticks_that_grow():
    figure, ax, move = new_triangle(rotation=30)
    title = ax.set_title("a title")

    def update(i):
        move(i)
        if i % 3 == 1:
            ax.tick_params(labelsize=6 + i)
        if i % 4 == 2:
            title.set_text(f"a title\n{i}")

    return figure, update


@animations.add
def limits_and_corners_changed():
    figure, ax, move = new_triangle(ternary_sum=100.0)

    def update(i):
        move(i)
        if i == 3:
            ax.set_ternary_lim(0, 60, 10, 70, 30, 90)
        if i == 6:
            ax.set_ternary_min(10, 20, 30)
        if i == 9:
            ax.set_position([0.2, 0.3, 0.5, 0.4])

    return figure, update


@animations.add
def spines_and_spans():
    figure, ax, move = new_triangle()
    span = ax.axtspan(0.2, 0.4, alpha=0.3)
    ax.axlline(0.3, color="r")
    ax.legend(["line"], loc="upper left")

    def update(i):
        move(i)
        ax.spines["tside"].set_linewidth(1 + i % 3)
        if i % 4 == 1:
            span.set_facecolor(f"C{i}")
            ax.raxis.set_ticks_position("tick2" if i % 8 == 1 else "tick1")

    return figure, update


@animations.each
def test_what_changes_unreported_in_a_triangle_is_drawn(
    animation: Animation, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_animation(animation, monkeypatch)


def scene():
    """Return a ternary plot with a title, in which only a line moves."""
    figure, ax, move = new_triangle()
    ax.set_title("stays")
    return figure, move


def test_what_rests_in_a_triangle_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_for_a_frame(scene, monkeypatch) == ["Line2D"]


@pytest.mark.parametrize("version", ["1.0.3", "1.1", ""])
def test_all_of_an_unknown_mpltern_is_drawn(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_version(version, monkeypatch)
    drawn = drawn_for_a_frame(scene, monkeypatch)
    assert {"TAxis", "LAxis", "RAxis", "Spine"} < set(drawn)
