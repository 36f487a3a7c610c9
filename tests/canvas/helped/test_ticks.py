"""Ticks, their labels and what keeps clear of them are where matplotlib puts them."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter, NullFormatter
from matplotlib.transforms import Affine2D

from parallel_animate.canvas.artists.written_after import is_as_known
from parallel_animate.canvas.helped.labels import TickLabels
from tests.canvas.helped.pairs import Pair

pytestmark = pytest.mark.one_in(3)

Change = Any


def labelled(figure: Figure) -> None:
    """Fill a figure with an axes that has labels and a title on all sides."""
    ax = figure.add_subplot()
    ax.plot([1, 3, 9], [1, 5, 2])
    ax.set(title="title", xlabel="x", ylabel="y")
    ax.grid(which="both")


def logarithmic(figure: Figure) -> None:
    labelled(figure)
    figure.axes[0].set(xscale="log", yscale="symlog")


def polar(figure: Figure) -> None:
    ax = figure.add_subplot(projection="polar")
    ax.plot([0, 1, 2], [1, 2, 3])
    ax.set_title("title")


def two(figure: Figure) -> None:
    """Fill a figure with two axes and a twin, whose labels are aligned."""
    first, second = figure.subplots(2, 1, sharex=True)
    first.plot([1, 2000])
    second.plot([0.001, 0.002])
    first.twinx().set_ylabel("twin")
    for ax in (first, second):
        ax.set(ylabel="y", xlabel="x")
    figure.align_ylabels()


def on_other_sides(figure: Figure) -> None:
    ax = figure.axes[0]
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.yaxis.tick_right()
    ax.yaxis.set_label_position("right")


def one_label_moved(figure: Figure) -> None:
    label = figure.axes[0].xaxis.get_major_ticks()[1].label1
    label.set(transform=label.get_transform() + Affine2D().translate(5, 9), rotation=30)


def one_label_hidden(figure: Figure) -> None:
    labels = figure.axes[0].yaxis.get_majorticklabels()
    labels[0].set_visible(False)
    labels[-1].set_in_layout(False)


def stroked(figure: Figure) -> None:
    for label in figure.axes[0].xaxis.get_majorticklabels():
        label.set(path_effects=[withStroke(linewidth=3, foreground="y")], bbox={"fc": "w"})


def offset(figure: Figure) -> None:
    figure.axes[0].set(xlim=(1e6, 1e6 + 0.1), ylim=(0, 1e-9))


def moved_spines(figure: Figure) -> None:
    spines = figure.axes[0].spines
    spines.left.set_position(("outward", 7))
    spines.bottom.set_position(("axes", 0.2))
    spines.top.set_visible(False)
    spines.right.set_bounds(2, 3)


CHANGES: dict[str, Change] = {
    "other sides": on_other_sides,
    "one label moved": one_label_moved,
    "one label hidden": one_label_hidden,
    "stroked": stroked,
    "offset": offset,
    "spines": moved_spines,
    "inverted": lambda figure: figure.axes[0].invert_xaxis(),
    "minor": lambda figure: figure.axes[0].minorticks_on(),
    "marks in": lambda figure: figure.axes[0].tick_params(direction="in", length=9, which="both"),
    "a label put by hand": lambda figure: figure.axes[0].xaxis.set_label_coords(0.3, -0.2),
    "no labels": lambda figure: figure.axes[0].xaxis.set_major_formatter(NullFormatter()),
    "pads": lambda figure: figure.axes[0].tick_params(pad=8, labelrotation=40),
    "labelpad": lambda figure: setattr(figure.axes[0].xaxis, "labelpad", 9),
    "categories": lambda figure: figure.axes[0].barh(["a", "b", "c"], [1, 2, 3]),
}


def moved(figure: Figure, frame: int) -> None:
    for ax in figure.axes:
        low, high = ax.get_xlim()
        ax.set_xlim(low + 0.01 * frame, high * (1 + 0.02 * frame))


@pytest.mark.parametrize("make", [labelled, logarithmic])
@pytest.mark.parametrize("name", CHANGES)
def test_what_stands_at_an_axis(make: Change, name: str) -> None:
    pair = Pair(make)
    pair.step(lambda figure: None)
    pair.step(CHANGES[name])
    pair.step(lambda figure: moved(figure, 1))


@pytest.mark.parametrize("change", [
    lambda figure, frame: figure.axes[0].set(rmax=2 + frame, rorigin=-frame),
    lambda figure, frame: figure.axes[0].set(thetamin=10 * frame, thetamax=90 + 20 * frame),
    lambda figure, frame: figure.axes[0].set_theta_offset(frame / 2),
    lambda figure, frame: figure.axes[0].set_theta_direction((-1) ** frame),
    lambda figure, frame: figure.axes[0].set_rlabel_position(50 * frame),
    lambda figure, frame: figure.axes[0].tick_params(labelrotation=20 * frame, pad=frame),
    lambda figure, frame: figure.axes[0].set_rgrids([1, 1 + frame / 2], ["one", f"{frame}"]),
    lambda figure, frame: figure.axes[0].set_rscale(["linear", "symlog"][frame % 2]),
    lambda figure, frame: (figure.axes[0].clear(), figure.axes[0].plot([0, frame], [1, 2])),
])  # fmt: skip
def test_ticks_of_polar_axes(change: Change) -> None:
    pair = Pair(polar)
    for frame in (1, 2, 3):
        pair.step(lambda figure, frame=frame: change(figure, frame))


def test_labels_that_are_aligned_with_those_of_other_axes() -> None:
    pair = Pair(two)
    for frame in range(3):
        pair.step(lambda figure, frame=frame: moved(figure, frame))
        pair.step(lambda figure, frame=frame: figure.axes[0].set_ylim(0, 10 ** (3 * frame)))


def test_another_resolution_and_other_params() -> None:
    pair = Pair(logarithmic)
    pair.step(lambda figure: figure.set_dpi(90))
    with matplotlib.rc_context({"xtick.major.pad": 12, "axes.formatter.min_exponent": 3}):
        pair.step(lambda figure: figure.axes[0].set_xlim(0.1, 1000))
        pair.step(lambda figure: figure.axes[0].clear())
    pair.step(lambda figure: figure.axes[0].set_xlim(1, 20))


class Dodging(Text):
    """A label of the user's, which has a box of its own, and moves another label when drawn."""

    axis: Any

    def draw(self, renderer: Any) -> None:
        self.axis.label.set_position((0.2, 0))
        self.axis.labelpad += 1
        super().draw(renderer)

    def get_window_extent(self, renderer: Any = None, dpi: Any = None) -> Any:
        return super().get_window_extent(renderer, dpi).padded(7)


def test_a_label_of_the_users() -> None:
    def change(figure: Figure) -> None:
        for tick in figure.axes[0].xaxis.get_major_ticks()[:2]:
            tick.label1.__class__ = Dodging
            tick.label1.axis = figure.axes[0].xaxis

    pair = Pair(labelled)
    pair.step(change)
    pair.step(lambda figure: moved(figure, 1))


class Shouting(LogFormatter):
    """A formatter of the user's."""

    def __call__(self, x: float, pos: Any = None) -> str:
        return super().__call__(x, pos) + "!"


def test_a_formatter_of_the_users() -> None:
    pair = Pair(logarithmic)
    pair.step(lambda figure: figure.axes[0].xaxis.set_major_formatter(Shouting()))
    pair.step(lambda figure: moved(figure, 1))


@pytest.mark.skipif(not is_as_known("ticks"), reason="this matplotlib is not helped")
def test_a_scale_is_asked_once_for_all_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(logarithmic)
    pair.step(lambda figure: moved(figure, 1))
    asked: list[int] = []
    real = TickLabels._find

    def find(self: Any, labels: list[Any]) -> None:
        asked.append(len(labels))
        real(self, labels)

    monkeypatch.setattr(TickLabels, "_find", find)
    pair.step(lambda figure: moved(figure, 2))
    assert len(asked) <= 4  # two sides of two axes
    assert np.sum(asked) > 20
