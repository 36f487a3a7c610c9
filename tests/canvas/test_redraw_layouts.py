"""Figures with a layout engine are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text

from parallel_animate.canvas import Surface
from tests.canvas.redraw import (
    Case,
    Cases,
    X,
    check_frames,
    difference,
    new_axes,
    new_figure,
    saved,
)
from tests.conftest import alike

pytestmark = pytest.mark.one_in(3)

cases = Cases()

FRAMES = 12  # of which the last comes after the background was made anew


@cases.add
def layout_tight():
    figure, ax = new_axes(layout="tight")
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            ax.set_title("title\n" * (i % 4))
            ax.set_ylabel("y\n" * (i % 5))

    return figure, update


@cases.add
def layout_constrained():
    figure = new_figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    (line,) = left.plot(X, np.sin(X))
    image = right.imshow(np.random.default_rng(0).random((9, 9)))
    figure.colorbar(image)

    def update(i):
        line.set_ydata(np.sin(X + i))
        image.set_data(np.random.default_rng(i).random((9, 9)))
        if i % 3 == 0:
            left.set_title("title\n" * (i % 4))
            figure.suptitle("all\n" * (i % 3))

    return figure, update


@cases.add(rare=True)
def layout_constrained_at_rest():
    figure = new_figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    (line,) = left.plot(X, np.sin(X))
    scatter = right.scatter(X, np.sin(X))
    right.legend(["dots"], loc="upper right")

    def update(i):
        line.set_ydata(np.sin(X + i))
        scatter.set_offsets(np.c_[X, np.cos(X + i)])

    return figure, update


@cases.add(rare=True)
def layout_compressed():
    figure = new_figure(layout="compressed")
    axes = figure.subplots(2, 2)
    images = [ax.imshow(np.random.default_rng(j).random((5, 9))) for j, ax in enumerate(axes.flat)]

    def update(i):
        images[i % 4].set_data(np.random.default_rng(i).random((5, 9)))
        if i % 4 == 0:
            axes[0, 0].set_ylabel("label\n" * (i // 4 % 4))

    return figure, update


@cases.add(rare=True)
def layout_with_growing_tick_labels():
    figure, ax = new_axes(layout="constrained")
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(10 ** (i % 5) * np.sin(X))
        ax.relim()
        ax.autoscale_view()

    return figure, update


@cases.add
def layout_tight_with_moving_limits():
    figure = new_figure(layout="tight")
    axes = figure.subplots(2, 2)

    def update(i):
        axes[i % 2, 0].set_ylim(0, 10 ** (i % 5))
        axes[1, 1].set_xlabel(f"label {i}")

    return figure, update


@cases.add(rare=True)
def layout_with_a_legend_outside():
    figure, ax = new_axes(layout="constrained")
    (line,) = ax.plot(X, np.sin(X), label="sine")
    legend = figure.legend(loc="outside right upper")

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            legend.get_texts()[0].set_text("sine" * (1 + i % 3))

    return figure, update


@cases.add
def layout_with_a_legend_beside_the_axes():
    figure, ax = new_axes(layout="tight")
    (line,) = ax.plot(X, np.sin(X), label="sine")
    legend = ax.legend(loc="upper left", bbox_to_anchor=(1, 1))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            legend.get_texts()[0].set_text("sine" * (1 + i % 3))

    return figure, update


@cases.add
def layout_with_text_outside_the_axes():
    figure, ax = new_axes(layout="constrained")
    ax.plot(X, np.sin(X))
    text = ax.text(1.0, 0.5, "text", transform=ax.transAxes)
    note = ax.annotate("note", (0, 1), xytext=(0, 1.1), textcoords="axes fraction")

    def update(i):
        text.set_text("text" * (i % 4))
        if i % 3 == 0:
            note.set_position((0, 1.1 + i / 90))

    return figure, update


@cases.add
def layout_with_what_is_not_in_it():
    figure, ax = new_axes(layout="constrained")
    (line,) = ax.plot(X, np.sin(X))
    text = ax.text(0.9, 1.02, "text", transform=ax.transAxes)
    text.set_in_layout(False)

    def update(i):
        text.set_text("text" * (i % 9))
        if i % 3 == 0:
            line.set_clip_on(i % 2 == 0)
            text.set_in_layout(i % 2 == 0)

    return figure, update


@cases.add
def layout_with_subfigures():
    figure = new_figure(layout="constrained")
    left, right = figure.subfigures(1, 2)
    (line,) = left.add_subplot().plot(X, np.sin(X))
    axes = right.subplots(2, 1)
    right.suptitle("right")

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            right.suptitle("right\n" * (i % 4))
            axes[0].set_ylabel("y\n" * (i % 5))

    return figure, update


@cases.add
def layout_with_an_inset_and_twins():
    figure, ax = new_axes(layout="constrained")
    twin = ax.twinx()
    inset = ax.inset_axes((0.2, 0.2, 0.3, 0.3))
    (line,) = inset.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            twin.set_ylim(0, 10 ** (i % 5))
            twin.set_ylabel("twin" * (i % 3))

    return figure, update


@cases.add
def layout_of_space():
    figure = new_figure(layout="tight")
    ax = figure.add_subplot(projection="3d")
    (line,) = ax.plot(np.cos(X), np.sin(X), X)

    def update(i):
        ax.view_init(azim=5 * i)
        if i % 3 == 0:
            line.set_data_3d(np.cos(X + i), np.sin(X), X)
            ax.set_title("title\n" * (i % 3))

    return figure, update


@cases.add
def layout_switched():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.set_ylabel("label\n" * 3)
    (line,) = right.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 2 == 1:
            figure.set_layout_engine(["tight", "constrained", "none"][i // 2 % 3])

    return figure, update


@cases.add
def layout_settings_changed():
    figure = new_figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    (line,) = left.plot(X, np.sin(X))
    right.plot(X, np.cos(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            figure.get_layout_engine().set(w_pad=i / 90, wspace=i / 80)

    return figure, update


@cases.add(rare=True)
def layout_grid_changed():
    figure = new_figure(layout="constrained")
    grid = figure.add_gridspec(1, 2)
    left, right = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    (line,) = left.plot(X, np.sin(X))
    assert right is not None

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            grid.set_width_ratios([1 + i / 8, 1])

    return figure, update


@cases.add
def layout_run_by_the_user():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        ax.set_ylabel("y\n" * (i % 4))
        figure.tight_layout()

    return figure, update


@cases.add
def layout_engine_of_the_user():
    state = {"left": 0.1}

    class Sliding(LayoutEngine):
        _adjust_compatible = True
        _colorbar_gridspec = True

        def execute(self, fig):
            fig.subplots_adjust(left=state["left"])

    figure, ax = new_axes(layout=Sliding())
    ax.plot(X, np.sin(X))

    def update(i):
        state["left"] = 0.1 + i / 60

    return figure, update


@cases.add(rare=True)
def layout_with_axes_hidden_and_added():
    figure = new_figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    (line,) = left.plot(X, np.sin(X))
    right.set_ylabel("right\n" * 3)

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            right.yaxis.set_visible(i % 2 == 0)
        if i % 3 == 2:
            right.set_visible(not right.get_visible())

    return figure, update


@cases.add
def layout_and_equal_aspect():
    figure, ax = new_axes(layout="tight")
    (line,) = ax.plot(X, np.sin(X))
    ax.set_aspect("equal")

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            ax.set_ylim(-1 - i / 6, 1)
            ax.set_title("title\n" * (i % 3))

    return figure, update


@cases.add
def layout_of_a_resized_figure():
    figure = new_figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    (line,) = left.plot(X, np.sin(X))
    figure.colorbar(right.imshow(np.eye(3)))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i in (1, 4):
            figure.set_size_inches(4 + i / 8, 3 - i / 8)
            left.set_ylabel("label\n" * i)

    return figure, update


def texts_of_all_kinds(engine):
    """Return texts that change within their axes, and reach beyond them now and then."""
    figure = new_figure(layout=engine)
    left, right = figure.subplots(1, 2)
    right.imshow(np.eye(4))  # of a fixed aspect: a constrained layout never comes to rest
    time = left.text(0.05, 0.9, "", transform=left.transAxes)
    value = right.text(1, 1, "", rotation=30)

    def update(i):
        time.set_text(f"t = {i / 10}")
        time.set_position((0.05 if i % 6 < 4 else 0.7, 0.9))
        value.set_text("" if i % 5 == 2 else "x" * (i % 5) ** 2)
        value.set_visible(i % 7 != 3)
        value.set_in_layout(i % 4 != 3)

    return figure, update


@cases.add
def layout_constrained_around_texts():
    return texts_of_all_kinds("constrained")


@cases.add(rare=True)
def layout_tight_around_texts():
    return texts_of_all_kinds("tight")


@cases.each
def test_layouts_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch, FRAMES)


@pytest.mark.parametrize(
    ("engine", "width", "height", "columns", "kind"),
    [
        ("tight", 350, 320, 2, "equal"),
        *alike(
            ("tight", 370, 180, 2, "image"),
            ("tight", 210, 190, 2, "box"),
            ("constrained", 100, 120, 2, "equal"),
            ("compressed", 130, 140, 2, "equal"),
        ),
    ],
)
def test_what_is_seen_to_go_back_and_forth_is_drawn_where_it_is(
    engine: str, width: int, height: int, columns: int, kind: str
) -> None:
    """Axes of a fixed aspect move by their last digits for ever: over a pixel's border here."""

    def figure_and_text() -> tuple[Figure, Text]:
        figure = new_figure(layout=engine, figsize=(width / 50, height / 50), dpi=50)
        for ax in figure.subplots(1, columns, squeeze=False).flat:
            if kind == "image":
                ax.imshow(np.arange(12).reshape(3, 4))
            elif kind == "equal":
                ax.plot([1, 2, 3])
                ax.set_aspect("equal")
            else:
                ax.plot([1, 2])
                ax.set_box_aspect(1)
            ax.set_xticks([0, 1.5, 3])
            ax.set_yticks([0, 1])
        return figure, ax.text(0.1, 0.5, "t = 0")

    reference, told = figure_and_text()
    figure, text = figure_and_text()
    saved(reference)
    surface = Surface(figure)
    for frame in range(9):
        told.set_text(f"t = {frame}")
        text.set_text(f"t = {frame}")
        surface.draw()
        assert not difference(saved(reference), surface.pixels)
    surface.close()


@pytest.mark.parametrize("engine", ["tight", "constrained", "compressed"])
def test_a_text_within_its_axes_moves_nothing(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the engine, which is slow, does not run."""
    figure = new_figure(layout=engine)
    left, right = figure.subplots(1, 2)
    right.imshow(np.eye(4))
    text = left.text(0.1, 0.5, "t = 0")
    surface = Surface(figure)
    surface.settle()
    ran = []
    monkeypatch.setattr(figure.get_layout_engine(), "execute", ran.append)
    for frame in range(12):
        text.set_text(f"t = {frame}")
        surface.draw()
    assert not ran
    text.set_text("t = " + "9" * 60)
    surface.draw()
    assert len(ran) == 1
    surface.close()
