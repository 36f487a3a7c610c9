"""A full draw that is helped gives the pixels of matplotlib's own, whatever is in the figure."""

from __future__ import annotations

import datetime
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axis import XTick
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredOffsetbox, DrawingArea
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.text import Text
from matplotlib.ticker import Formatter, FuncFormatter, MultipleLocator

from tests.canvas.helped.pairs import Pair
from tests.conftest import alike, in_turn

pytestmark = pytest.mark.one_in(3)

START = datetime.datetime(2024, 1, 1)


def axes_with_all(figure: Figure) -> None:
    """Fill a figure with an axes that has titles, labels, a grid and a legend."""
    ax = figure.add_subplot()
    ax.plot([0, 3, 9], [1, 5, 2], "o--", label="$a_1$")
    ax.set(title="title", xlabel="x", ylabel="two\nlines")
    ax.grid()
    ax.legend()


def random_limits(generator: np.random.Generator, scale: str) -> tuple[float, float]:
    """Return limits that a scale can show."""
    low, size = 10 ** generator.uniform(-4, 3, 2)
    if scale == "logit":
        return tuple(np.sort(generator.uniform(0.01, 0.99, 2)))
    if scale in ("log", "asinh", "symlog"):
        return low, low * (1 + size)
    return low - size / 2, low + size


@pytest.mark.parametrize("scale", ["log", "asinh", *alike("linear", "symlog", "logit")])
def test_limits_that_move(scale: str) -> None:
    generator = np.random.default_rng(sum(map(ord, scale)))
    pair = Pair(axes_with_all)
    pair.step(lambda figure: figure.axes[0].set(xlim=(0.1, 0.9), xscale=scale))
    for frame in range(6):
        limits = random_limits(generator, scale)

        def change(figure: Figure, limits: Any = limits, frame: int = frame) -> None:
            ax = figure.axes[0]
            ax.set_xlim(*limits[:: -1 if frame == 4 else 1])
            ax.set_ylim(-frame, 10 + frame**3)
            ax.tick_params(labelrotation=17 * frame, which="both", top=frame % 2)
            if frame == 3:
                ax.minorticks_on()

        pair.step(change)


def test_dates_that_roll() -> None:
    pair = Pair(lambda figure: figure.add_subplot().plot([START], [0]))
    for frame in range(5):
        first = START + datetime.timedelta(hours=7 * 3**frame)
        last = first + datetime.timedelta(minutes=10 * 5**frame)
        pair.step(lambda figure, limits=(first, last): figure.axes[0].set_xlim(*limits))


def plotted_anew(figure: Figure, frame: int) -> None:
    """Clear an axes, and plot in it what a frame shows."""
    ax = figure.axes[0]
    ax.clear()
    names = [f"name {number}" for number in range(3 + frame % 2)]
    ax.barh(names, np.arange(len(names)) + frame)
    for number, name in enumerate(names):
        ax.text(number, number, f"{name}: {frame}", va="center", rotation=frame)
    ax.set_title(f"$t={frame}$")
    ax.tick_params(axis="x", colors=["r", "g"][frame % 2], length=frame, grid_alpha=0.5)
    ax.grid(frame > 2)


@pytest.mark.parametrize("ways", ["h", "rhhr"])
def test_an_axes_that_is_cleared_and_plotted_anew(ways: str) -> None:
    pair = Pair(axes_with_all, ways)
    for frame in range(6):
        pair.step(lambda figure, frame=frame: plotted_anew(figure, frame))


def figure_anew(figure: Figure, frame: int) -> None:
    """Clear a figure, and fill it anew."""
    figure.clear()
    first, second = figure.subplots(1, 2, sharey=bool(frame % 2))
    first.plot([0, frame], [1, 2])
    first.twinx().plot([frame, 1])
    second.imshow(np.eye(3) * frame)
    inner = second.inset_axes((0.5, 0.5, 0.4, 0.4))
    inner.hist([1, 2, 2, frame])
    figure.suptitle(f"frame {frame}")
    if frame % 3 == 2:
        figure.align_labels()


def test_a_figure_that_is_cleared() -> None:
    pair = Pair(axes_with_all)
    for frame in range(5):
        pair.step(lambda figure, frame=frame: figure_anew(figure, frame))


@pytest.mark.parametrize("projection", ["polar", "3d", "aitoff"])
def test_other_projections(projection: str) -> None:
    def make(figure: Figure) -> None:
        ax = figure.add_subplot(projection=projection)
        ax.plot([0.1, 0.2, 0.9], [0.3, 0.9, 0.1])
        ax.set_title("title")
        ax.grid(True)

    def change(figure: Figure, frame: int) -> None:
        ax = figure.axes[0]
        if projection == "3d":
            ax.view_init(10 * frame, 40 * frame)
        elif projection == "polar":
            ax.set_ylim(0, 1 + frame)
        ax.lines[0].set_data([0.1, 0.2, 0.3], [0, frame / 9, 0.3])

    pair = Pair(make)
    for frame in range(4):
        pair.step(lambda figure, frame=frame: change(figure, frame))


LOOKS: dict[str, Any] = {
    "font.size": 7.5,
    "font.family": "serif",
    "text.hinting": "none",
    "axes.grid": True,
    "xtick.direction": "inout",
    "xtick.alignment": "left",
    "xtick.minor.visible": True,
    "path.snap": False,
    "mathtext.fontset": "cm",
    "axes.formatter.use_mathtext": True,
    "text.antialiased": False,
    "ytick.labelsize": 4,
    "grid.linestyle": ":",
    "path.effects": [],
}


@pytest.mark.parametrize("name", in_turn(LOOKS))
def test_rc_params_that_change_between_frames(name: str) -> None:
    pair = Pair(axes_with_all)
    pair.step(lambda figure: figure.axes[0].set_xlim(0, 7e-5))
    with matplotlib.rc_context({name: LOOKS[name]}):
        pair.step(lambda figure: figure.axes[0].set_xlim(1, 2))
        pair.step(lambda figure: plotted_anew(figure, 1))
    pair.step(lambda figure: plotted_anew(figure, 2))


def changed_in_place(figure: Figure) -> None:
    figure.axes[0].title.get_fontproperties().set_size(5)


def first_tick_moved(figure: Figure) -> None:
    tick = figure.axes[0].xaxis.get_major_ticks()[0]
    tick.label1.set(color="r", rotation=30, in_layout=False)
    tick.gridline.set(linewidth=4, color="g", visible=True)
    tick.tick1line.set_marker("o")


def labels_without_place(figure: Figure) -> None:
    figure.axes[0].xaxis.labelpad = -9
    figure.axes[0].yaxis.set_label_coords(0.3, 0.5)


CHANGES = {
    "the font of a title, in place": changed_in_place,
    "a tick by itself": first_tick_moved,
    "labels": labels_without_place,
    "the resolution": lambda figure: figure.set_dpi(figure.dpi / 2),
    "the size": lambda figure: figure.set_size_inches(2, 1.5),
    "a box around a text": lambda figure: figure.axes[0].title.set_bbox({"facecolor": "y"}),
    "a text that is wrapped": lambda figure: figure.axes[0].set_title("w " * 60, wrap=True),
    "a text without mathematics": lambda figure: figure.axes[0].set_title("$x$", parse_math=False),
    "a text that is clipped": lambda figure: figure.axes[0].title.set(
        clip_on=True, clip_box=figure.axes[0].bbox, y=0.98
    ),
    "a position that is no number": lambda figure: figure.axes[0].title.set_position((np.nan, 1)),
    "limits in place": lambda figure: setattr(figure.axes[0].viewLim, "intervalx", (2, 6)),
    "spines": lambda figure: figure.axes[0].spines.left.set_position(("data", 4)),
    "the place of the ticks": lambda figure: figure.axes[0].xaxis.tick_top(),
    "the background": lambda figure: figure.set_facecolor("y"),
    "the background of the axes": lambda figure: figure.axes[0].set_facecolor((0, 0, 1, 0.2)),
    "the edge of the figure": lambda figure: figure.patch.set(edgecolor="r", linewidth=5),
    "another aspect": lambda figure: figure.axes[0].set_aspect("equal"),
    "an alpha": lambda figure: figure.axes[0].title.set_alpha(0.3),
    "no axes at all": lambda figure: figure.axes[0].set_axis_off(),
    "an offset": lambda figure: figure.axes[0].set_xlim(1e9, 1e9 + 1),
    "a locator": lambda figure: figure.axes[0].xaxis.set_major_locator(MultipleLocator(2.5)),
    "labels of one's own": lambda figure: figure.axes[0].set_xticks([1, 4], ["one", "f\nour"]),
}


@pytest.mark.parametrize("name", in_turn(CHANGES))
def test_a_change_between_frames(name: str) -> None:
    pair = Pair(axes_with_all)
    pair.step(lambda figure: None)
    pair.step(CHANGES[name])
    pair.step(lambda figure: figure.axes[0].set_xlim(1, 8))
    pair.step(lambda figure: plotted_anew(figure, 3))


class Counting(Formatter):
    """A formatter of the user's, which says something else each time."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, x: float, pos: Any = None) -> str:
        self.count += 1
        return str(self.count)


class Slanted(XTick):
    """A tick of the user's."""

    def draw(self, renderer: Any) -> None:
        self.label1.set_rotation(45)
        super().draw(renderer)


class Meddling(Line2D):
    """A line of the user's, which changes other artists while it is drawn."""

    def draw(self, renderer: Any) -> None:
        for tick in self.axes.xaxis.majorTicks:
            tick.label1.set_color("r")
            tick.label1.set_y(0.2)
        self.axes.set_xlim(self.axes.get_xlim()[0], self.axes.get_xlim()[1] + 1)
        self.axes.title.set_text(self.axes.title.get_text() + "!")
        super().draw(renderer)


class Whispering(Text):
    """A text of the user's."""

    def get_text(self) -> str:
        return super().get_text().lower()


def meddle(figure: Figure) -> None:
    ax = figure.axes[0]
    ax.add_line(Meddling([0, 5], [0, 5], zorder=0.5))
    ax.xaxis.set_zorder(3)


def own_ticks(figure: Figure) -> None:
    axis = figure.axes[0].xaxis
    axis._tick_class = Slanted
    axis.reset_ticks()


def own_method(figure: Figure) -> None:
    title = figure.axes[0].title
    real = title.get_window_extent
    title.get_window_extent = lambda *args, **options: real(*args, **options).padded(20)


def own_draw(figure: Figure) -> None:
    axis = figure.axes[0].xaxis
    real = axis.draw

    def draw(renderer: Any) -> None:
        axis.get_major_ticks()[1].label1.set_text("mine")
        real(renderer)
        real(renderer)

    axis.draw = draw


def other_figure_drawn(figure: Figure) -> None:
    other = Figure(figsize=(1, 1))
    other.add_subplot()

    def label(x: float, pos: Any) -> str:
        other.canvas.draw()
        return f"{x:.1f}"

    figure.axes[0].xaxis.set_major_formatter(FuncFormatter(label))


OWN = {
    "a formatter with a state": lambda figure: figure.axes[0].xaxis.set_major_formatter(Counting()),
    "ticks": own_ticks,
    "a line that changes others": meddle,
    "a text": lambda figure: figure.axes[0].add_artist(Whispering(3, 3, "LOUD")),
    "a method of an artist": own_method,
    "a draw of an axis": own_draw,
    "a formatter that draws another figure": other_figure_drawn,
}


@pytest.mark.parametrize("name", OWN)
def test_code_of_the_user_runs_as_often_as_always(name: str) -> None:
    pair = Pair(axes_with_all)
    pair.step(OWN[name])
    for frame in range(3):
        pair.step(lambda figure, frame=frame: figure.axes[0].set_xlim(frame, frame + 5))


def test_a_method_of_matplotlib_that_the_user_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(axes_with_all)
    pair.step(lambda figure: figure.axes[0].set_xlim(0, 4))
    real = Text.draw

    def draw(self: Text, renderer: Any) -> None:
        self.set_color("r")
        real(self, renderer)

    monkeypatch.setattr(Text, "draw", draw)
    pair.step(lambda figure: figure.axes[0].set_xlim(0, 5))


class Restless(AbstractPathEffect):
    """A path effect of the user's, which changes ticks while something else is drawn."""

    def __init__(self, ax: Any) -> None:
        super().__init__()
        self.ax = ax

    def draw_path(self, renderer: Any, gc: Any, *args: Any) -> None:
        for tick in self.ax.xaxis.majorTicks:
            tick.label1.set_color("r")
            tick._loc = tick._loc + 0.1
        renderer.draw_path(gc, *args)


def restless(figure: Figure) -> None:
    ax = figure.axes[0]
    ax.xaxis.set_zorder(3)
    ax.lines[0].set(path_effects=[Restless(ax)], zorder=1)


def meddling_in_a_box(figure: Figure) -> None:
    ax = figure.axes[0]
    box = DrawingArea(20, 20)
    line = Meddling([0, 20], [0, 20])
    box.add_artist(line)
    line.axes = ax
    ax.add_artist(AnchoredOffsetbox("center", child=box, zorder=0.3))
    ax.xaxis.set_zorder(3)


def axes_with_a_transform_of_its_own(figure: Figure) -> None:
    ax = figure.axes[0]
    real = ax.get_xaxis_text1_transform
    ax.get_xaxis_text1_transform = lambda pad: real(pad + 9)
    ax.xaxis.reset_ticks()


@pytest.mark.parametrize("change", [restless, meddling_in_a_box, axes_with_a_transform_of_its_own])
def test_code_of_the_user_within_artists_of_matplotlib(change: Any) -> None:
    pair = Pair(axes_with_all)
    pair.step(change)
    for frame in range(3):
        pair.step(lambda figure, frame=frame: figure.axes[0].set_xlim(frame, frame + 5))
