"""Texts, annotations, legends and tables are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.offsetbox import AnchoredText, AnnotationBbox, OffsetImage, TextArea
from matplotlib.patches import (
    Rectangle,
)
from matplotlib.table import Table

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes

cases = Cases(labels=False)


@cases.add
def texts():
    figure, ax = new_axes()
    inside = ax.text(0.5, 0.5, "")
    turned = ax.text(0.1, 0.1, "turned", rotation=30, va="top")
    maths = ax.text(0.7, 0.2, "$x^2$")

    def update(i):
        inside.set_text("grow and shrink "[: i % 16])
        inside.set_position((0.5 - i / 60, 0.5))
        turned.set_rotation(30 + 20 * i)
        turned.set_fontsize(6 + i % 12)
        maths.set_text(rf"$\frac{{{i}}}{{x_{i}}}$")

    return figure, update


@cases.add
def texts_of_several_lines():
    figure, ax = new_axes()
    text = ax.text(0.5, 0.5, "", ha="center", va="center", multialignment="right")
    wrapped = ax.text(0.6, 0.9, "many words " * 4, wrap=True)

    def update(i):
        text.set_text("\n".join("abcdefgh"[: 1 + i % (j + 3)] for j in range(i % 5)))
        text.set_linespacing(1 + i / 20)
        wrapped.set_text("many words " * (1 + i % 5))

    return figure, update


@cases.add
def text_with_a_box():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    text = ax.text(3, 0, "boxed", bbox={"boxstyle": "round", "fc": "w"})

    def update(i):
        if i % 2:
            text.get_bbox_patch().set_facecolor(f"C{i}")
        if i % 3 == 0:
            text.set_text("boxed" * (1 + i % 4))
        if i == 4:
            text.set_bbox({"fc": "yellow", "alpha": 0.5})

    return figure, update


@cases.add
def text_box_only():
    figure, ax = new_axes()
    text = ax.text(0.3, 0.5, "boxed", bbox={"boxstyle": "square", "fc": "w"})
    return figure, lambda i: text.get_bbox_patch().set_edgecolor(f"C{i}")


@cases.add
def text_leaves_the_figure():
    figure, ax = new_axes()
    text = ax.text(0.5, 0.5, "far away")
    figure.text(0.9, 0.9, "over it", color="r")
    return figure, lambda i: text.set_position((0.5 + i / 8, 0.5 + i / 9))


@cases.add
def titles_and_labels():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    ax.set(title="title", xlabel="x", ylabel="y")
    figure.suptitle("all")

    def update(i):
        ax.set_title(f"frame {i}" * (1 + i % 3))
        ax.set_title("left", loc="left", color=f"C{i}")
        ax.set_xlabel("x" * i)
        ax.set_ylabel(f"y {i}", rotation=90 if i % 2 else 0)
        figure.suptitle("suptitle " * (i % 4))
        figure.supxlabel(f"below {i}")
        figure.supylabel(f"beside {i}")

    return figure, update


@cases.add
def title_only():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    title = ax.set_title("frame")
    return figure, lambda i: title.set_text(f"frame {i}")


@cases.add
def title_above_ticks_on_top():
    figure, ax = new_axes()
    ax.xaxis.tick_top()
    ax.set_title("title")

    def update(i):
        ax.tick_params(axis="x", labelsize=6 + i % 8)
        ax.set_xlabel(f"top {i}")
        ax.xaxis.set_label_position("top" if i % 4 else "bottom")

    return figure, update


@cases.add
def annotations():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    note = ax.annotate(
        "here", (1, 1), xytext=(3, 0.5), arrowprops={"arrowstyle": "->", "color": "r"}
    )
    boxed = ax.annotate(
        "there",
        (2, 0),
        xytext=(20, 30),
        textcoords="offset points",
        arrowprops={"facecolor": "k", "shrink": 0.1},
        bbox={"fc": "w"},
    )

    def update(i):
        note.xy = (i / 4, np.sin(i / 4))
        note.set_text("here" * (1 + i % 2))
        boxed.set_position((20 + i, 30 - 2 * i))
        if i % 3 == 0:
            line.set_ydata(np.sin(X + i))
            note.arrow_patch.set_color(f"C{i}")

    return figure, update


@cases.add
def annotation_only_its_arrow():
    figure, ax = new_axes()
    note = ax.annotate("x", (0.9, 0.9), xytext=(0.2, 0.3), arrowprops={"arrowstyle": "-|>"})
    return figure, lambda i: note.arrow_patch.set_color(f"C{i}")


@cases.add
def annotation_of_another_artist():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    patch = ax.add_patch(Rectangle((1, 1), 1, 1))
    text = ax.text(3, 2, "t")
    ax.annotate("a", (0.5, 1), xycoords=patch, xytext=(0, 10), textcoords="offset points")
    ax.annotate(
        "b",
        (1, 0),
        xycoords=text,
        xytext=(0.5, 0.5),
        textcoords="axes fraction",
        arrowprops={"arrowstyle": "->"},
    )

    def update(i):
        patch.set_xy((1 + i / 20, 1 - i / 30))
        if i % 3 == 0:
            text.set_text("t" * (1 + i % 5))

    return figure, update


@cases.add
def annotation_of_a_point_outside():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    ax.annotate("clip", (3.5, 1), annotation_clip=True)
    ax.annotate("no clip", (3.5, 2), annotation_clip=False)
    return figure, lambda i: ax.set_xlim(0, 4 - i / 12)


@cases.add
def annotation_boxes():
    figure, ax = new_axes()
    ax.set(xlim=(0, 4), ylim=(0, 3))
    image = OffsetImage(np.random.default_rng(0).random((8, 8)), zoom=3, cmap="gray")
    box = AnnotationBbox(image, (1, 1), xybox=(2, 2), arrowprops={"arrowstyle": "->"})
    area = TextArea("words")
    words = AnnotationBbox(area, (3, 1), frameon=True)
    ax.add_artist(box)
    ax.add_artist(words)

    def update(i):
        if i % 2:
            image.set_data(np.random.default_rng(i).random((8, 8)))
        elif i % 3 == 0:
            box.xybox = (2 + i / 20, 2 - i / 20)
            area.set_text("words" * (1 + i % 3))
        else:
            box.xy = (1, i / 9)

    return figure, update


@cases.add
def anchored_text():
    figure, ax = new_axes()
    anchored = AnchoredText("anchored", loc="upper left")
    ax.add_artist(anchored)

    def update(i):
        anchored.txt.set_text("anchored\n" * (1 + i % 4))
        anchored.patch.set_facecolor(f"C{i}")

    return figure, update


@cases.add
def offset_image_changed_in_place():
    figure, ax = new_axes()
    pixels = np.zeros((8, 8))
    pixels[0, 0] = 1
    image = OffsetImage(pixels, zoom=4)
    ax.add_artist(AnnotationBbox(image, (0.5, 0.5)))

    def update(i):
        image.get_data()[i % 8, i % 5] = i / 24

    return figure, update


@cases.add
def legend_texts():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X), label="sine")
    ax.plot(X, np.cos(X), label="cosine")
    legend = ax.legend(loc="upper right")

    def update(i):
        legend.get_texts()[0].set_text("sine" * (1 + i % 4))
        if i % 3 == 0:
            legend.get_texts()[1].set_color(f"C{i}")
            legend.get_lines()[1].set_linewidth(1 + i % 5)
            legend.get_frame().set_facecolor(f"C{i + 1}")

    return figure, update


@cases.add
def legend_title_and_place():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X), label="sine")
    legend = ax.legend(loc="upper right", title="title")

    def update(i):
        legend.set_title(f"title {i}")
        if i % 2:
            legend.set_loc(["upper left", "lower right", "center"][i % 3])
        if i % 5 == 0:
            legend.set_bbox_to_anchor((0.5 + i / 60, 0.9))

    return figure, update


@cases.add
def legend_where_the_data_is_not():
    figure, ax = new_axes()
    ax.set(xlim=(0, 6), ylim=(-2, 2))
    (line,) = ax.plot(X, np.sin(X), label="sine")
    scatter = ax.scatter(X, np.cos(X), label="cosine")
    ax.legend(loc="best")

    def update(i):
        line.set_ydata(2 * np.sin(X + i))
        if i % 4 == 0:
            scatter.set_offsets(np.c_[X, np.cos(X - i)])

    return figure, update


@cases.add
def legend_made_anew():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), label="sine")

    def update(i):
        line.set_label(f"sine {i}")
        ax.legend()

    return figure, update


@cases.add
def legend_of_the_figure_outside():
    figure, ax = new_axes()
    lines = ax.plot(X, np.c_[np.sin(X), np.cos(X)])
    legend = figure.legend(lines, ["a", "b"], loc="outside upper right", ncols=2)

    def update(i):
        lines[0].set_ydata(np.sin(X + i))
        legend.get_texts()[i % 2].set_text(f"text {i}")

    return figure, update


@cases.add
def table_cells():
    figure, ax = new_axes()
    ax.axis("off")
    table = ax.table([["1", "2"], ["3", "4"]], colLabels=["a", "b"], loc="center")

    def update(i):
        if i % 2:
            table[0, 0].get_text().set_text(f"a {i}")
        elif i % 3 == 0:
            table[1, 1].set_facecolor(f"C{i}")
        else:
            table[1, 0].get_text().set_color(f"C{i}")
            table[2, 0].visible_edges = ["closed", "open", "BT"][i % 3]

    return figure, update


@cases.add
def table_text_only():
    figure, ax = new_axes()
    table = ax.table([["1", "2"], ["3", "4"]])
    assert isinstance(table, Table)
    return figure, lambda i: table[0, 0].get_text().set_text(f"text {i}")


@cases.add
def table_font_and_scale():
    figure, ax = new_axes()
    table = ax.table([["1", "2"], ["3", "4"]], loc="upper center")

    def update(i):
        table.set_fontsize(6 + i % 6)
        table[0, 1].set_height(0.1 + i / 100)

    return figure, update


@cases.add
def annotation_point_only():
    figure, ax = new_axes()
    note = ax.annotate("here", (0.1, 0.1), (0.5, 0.8), arrowprops={"arrowstyle": "->"})
    plain = ax.annotate("plain", (0.5, 0.5))

    def update(i):
        note.xy = (i / 10, 0.1)
        plain.xy = (0.5, i / 10)

    return figure, update


@cases.add
def annotation_text_place_only():
    figure, ax = new_axes()
    note = ax.annotate("here", (0.1, 0.1), (0.5, 0.8), arrowprops={"arrowstyle": "->"})

    def update(i):
        note.xyann = (i / 10, 0.5)

    return figure, update


@cases.add
def annotation_box_place_only():
    figure, ax = new_axes()
    box = AnnotationBbox(TextArea("words"), (0.1, 0.1), (0.5, 0.5), arrowprops={})
    ax.add_artist(box)

    def update(i):
        if i % 2:
            box.xy = (i / 10, 0.1)
        else:
            box.xybox = (0.5, i / 10)

    return figure, update


@cases.add
def text_box_set_only():
    figure, ax = new_axes()
    text = ax.text(0.3, 0.5, "boxed")
    return figure, lambda i: text.set_bbox({"fc": f"C{i}"} if i % 3 else None)


@cases.add
def label_places():
    figure, ax = new_axes()
    ax.set(xlabel="x", ylabel="y", title="title")

    def update(i):
        ax.xaxis.set_label_coords(0.1 + i / 10, -0.1)
        ax.yaxis.labelpad = i
        ax.set_title("title", pad=3 + i, x=0.5 + i / 20)

    return figure, update


@cases.each
def test_texts_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
