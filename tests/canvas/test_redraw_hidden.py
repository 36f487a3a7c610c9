"""What is hidden costs nothing, and is drawn as soon as it is shown, while something else moves."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.offsetbox import AnchoredText, AnnotationBbox, TextArea, VPacker
from matplotlib.patches import ConnectionPatch

from parallel_animate.canvas import Surface
from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases()
# Of 10 updates these show what is hidden otherwise; a rest follows upon the first and the last.
SHOWN = (2, 5, 6, 8)


def moving(ax):
    """Return a function that moves a line in an axes of fixed limits."""
    (line,) = ax.plot(X, np.sin(X), label="line")
    ax.set(xlim=(0, 6), ylim=(-1, 1))
    return lambda i: line.set_ydata(np.sin(X + i / 3))


def shown_at_times(move, *artists, change=lambda i: None):
    """Return an update that moves a line, and shows the artists at times."""
    for artist in artists:
        artist.set_visible(False)

    def update(i):
        move(i)
        change(i)
        for artist in artists:
            artist.set_visible(i in SHOWN)

    return update


@cases.add
def axis_of_a_twinx():
    figure, ax = new_axes()
    twin = ax.twinx()
    twin.set_ylim(0, 5)
    twin.set_xlabel("hidden")
    twin.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set_title("title")
    return figure, shown_at_times(moving(ax), twin.xaxis)


@cases.add
def axis_of_a_twiny():
    figure, ax = new_axes()
    twin = ax.twiny()
    twin.set_xlim(0, 50)
    twin.tick_params(axis="y", direction="in", pad=-25, labelcolor="r")
    return figure, shown_at_times(moving(ax), twin.yaxis)


@cases.add
def label_size_of_a_hidden_axis_that_chooses_the_ticks():
    figure, ax = new_axes()
    twin = ax.twinx()
    move = moving(ax)

    def update(i):
        move(i)
        if i % 3 == 1:
            twin.tick_params(axis="x", labelsize=6 + 3 * i)

    return figure, update


@cases.add
def axis_of_a_twinx_whose_limits_move():
    figure, ax = new_axes()
    twin = ax.twinx()
    move = moving(ax)

    def update(i):
        move(i)
        if i in (3, 4, 7):
            ax.set_xlim(0, 3 + i)
            twin.set_ylim(0, i)

    return figure, update


@cases.add
def title_above_twins_whose_ticks_change():
    figure, ax = new_axes()
    beside, above = ax.twinx(), ax.twiny()
    ax.set_title("title")
    beside.set_title("right", loc="right")
    locator = above.xaxis.get_major_locator()
    move = moving(ax)

    def update(i):
        move(i)
        if i == 2:
            beside.set_ylim(0, 1e9)  # with an offset text, of which titles keep clear
        if i == 4:
            above.tick_params(axis="x", labelsize=20)
        if i == 5:
            locator.set_params(nbins=2)
        if i == 7:
            above.set_xlabel("two\nlines")
        if i == 8:
            above.xaxis.set_visible(False)
            beside.ticklabel_format(style="plain")

    return figure, update


@cases.add
def axis_that_has_been_seen():
    figure, ax = new_axes()
    move = moving(ax)

    def update(i):
        move(i)
        ax.yaxis.set_visible(i not in (3, 4, 7))
        ax.xaxis.set_visible(i < 5)

    return figure, update


@cases.add
def axis_with_a_formatter_of_ones_own():
    figure, ax = new_axes()
    count = [0]

    def formatted(value, position):
        return f"{value + count[0]:g}"

    ax.yaxis.set_major_formatter(formatted)
    return figure, shown_at_times(
        moving(ax), ax.yaxis, change=lambda i: count.__setitem__(0, i // 3)
    )


@cases.add
def axis_under_a_layout():
    figure, ax = new_axes(layout="constrained")
    twin = ax.twinx()
    twin.set_ylabel("twin")
    return figure, shown_at_times(moving(ax), twin.yaxis)


@cases.add
def annotation():
    figure, ax = new_axes()
    note = ax.annotate(
        *("note", (1, 0), (3, 0.5)),
        bbox={"boxstyle": "round"},
        arrowprops={"arrowstyle": "->"},
    )

    def change(i):
        note.xy = (i / 2, 0)
        note.arrow_patch.set_color("r" if i > 5 else "k")
        note.get_bbox_patch().set_facecolor("y" if i > 4 else "c")

    return figure, shown_at_times(moving(ax), note, change=change)


@cases.add
def annotation_of_another_artist():
    figure, ax = new_axes()
    text = ax.text(2, 0.5, "text")
    note = ax.annotate("note", (1, 0), xycoords=text, arrowprops={"arrowstyle": "-"})
    return figure, shown_at_times(moving(ax), note, change=lambda i: text.set_x(i / 4))


@cases.add
def legends():
    figure, ax = new_axes()
    move = moving(ax)
    first, second = ax.legend(loc="upper left"), figure.legend(loc="lower right")

    def change(i):
        first.get_texts()[0].set_text(f"frame {i}")
        second.get_frame().set_facecolor("y" if i > 4 else "c")

    return figure, shown_at_times(move, first, second, change=change)


@cases.add
def legend_in_the_best_place():
    figure, ax = new_axes()
    move = moving(ax)
    (line,) = ax.plot([4, 5.5], [0.5, 0.9])
    return figure, shown_at_times(
        move, ax.legend(loc="best"), change=lambda i: line.set_xdata([i % 5, 5.5])
    )


@cases.add
def boxed_texts():
    figure, ax = new_axes()
    texts = ax.text(1, 0, "text", bbox={}), figure.text(0.5, 0.5, "figure", bbox={"pad": 9})

    def change(i):
        for text in texts:
            text.set_rotation(i * 10)
            text.get_bbox_patch().set_facecolor((0, i / 12, 0.5))

    return figure, shown_at_times(moving(ax), *texts, change=change)


@cases.add
def boxes_and_tables():
    figure, ax = new_axes()
    boxes = [
        AnchoredText("anchored", loc="upper left"),
        AnnotationBbox(TextArea("note"), (2, 0), (4, 0.5), arrowprops={"arrowstyle": "->"}),
    ]
    for box in boxes:
        ax.add_artist(box)
    table = ax.table([["1", "2"]], loc="center")
    return figure, shown_at_times(
        moving(ax), *boxes, table, change=lambda i: boxes[0].txt.set_text(f"frame {i}")
    )


@cases.add
def connection_between_axes():
    figure = new_figure()
    first, second = figure.subplots(1, 2)
    line = ConnectionPatch((1, 0), (0.5, 0.5), "data", "data", axesA=first, axesB=second)
    figure.add_artist(line)
    return figure, shown_at_times(moving(first), line, change=lambda i: second.set_xlim(0, 1 + i))


@cases.add
def packed_box_that_draws_its_children_though_it_is_hidden():
    figure, ax = new_axes()
    texts = TextArea("first"), TextArea("second")
    box = VPacker(children=list(texts), pad=5, sep=5)
    box.set_offset((80, 80))
    box.set_visible(False)
    ax.add_artist(box)
    move = moving(ax)

    def update(i):
        move(i)
        if i == 6:
            texts[0].set_text("frame 6")

    return figure, update


@cases.add
def axis_of_3d_axes_that_draws_its_pane_though_it_is_hidden():
    figure = new_figure()
    ax = figure.add_subplot(projection="3d")
    (line,) = ax.plot(X, np.sin(X), np.cos(X))
    ax.xaxis.set_visible(False)

    def update(i):
        line.set_data_3d(X, np.sin(X + i), np.cos(X))
        ax.xaxis.pane.set_facecolor("y" if i > 5 else "c")
        ax.xaxis.set_visible(i in SHOWN)

    return figure, update


@cases.add
def axis_of_a_class_of_ones_own():
    figure, ax = new_axes()

    class Shown(type(ax.yaxis)):
        def draw(self, renderer):
            self.get_major_ticks()[0].draw(renderer)

    move = moving(ax)
    ax.yaxis.__class__ = Shown
    ax.yaxis.set_visible(False)

    def update(i):
        move(i)
        for tick in ax.yaxis.get_major_ticks():
            tick.label1.set_color("r" if i > 5 else "k")

    return figure, update


@cases.each
def test_each_frame_equals_its_full_draw(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_frames(case, monkeypatch)


def title_above_a_twin():
    figure, ax = new_axes()
    moving(ax)
    ax.twinx().set_title("title")
    ax.set_title("left", loc="left")
    return figure, None


NEEDLESS = (
    title_above_a_twin,
    *(axis_of_a_twinx, axis_of_a_twiny, annotation, annotation_of_another_artist, legends),
    *(legend_in_the_best_place, boxed_texts, boxes_and_tables),
)


@pytest.mark.parametrize("make", NEEDLESS, ids=lambda make: make.__name__)
def test_what_is_hidden_is_not_drawn_anew(make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it make anything else be drawn anew: a twin's hidden axis, all ticks."""
    figure, _ = make()
    line = next(line for ax in figure.axes for line in ax.lines)
    surface = Surface(figure)
    for frame in range(4):
        line.set_ydata(np.sin(X + frame))
        surface.draw()
    scene = surface._picture.scene
    drawn = [unit.artist for unit in scene._root.all_units() if unit.drawn_at == scene.frame]
    assert line in drawn
    assert not [artist for artist in drawn if isinstance(artist, Axis) or artist.axes is None]
    assert all(artist.get_visible() for artist in drawn)
    assert surface.mismatch is None
