"""Figures, and what lies in them, are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases(labels=False)


@cases.add
def subfigures():
    figure = new_figure()
    left, right = figure.subfigures(1, 2, width_ratios=[2, 1])
    (line,) = left.add_subplot().plot(X, np.sin(X))
    right.suptitle("right")
    top, bottom = right.subfigures(2, 1)
    (other,) = top.add_subplot().plot(X, np.cos(X))
    bottom.set_facecolor("0.9")
    text = bottom.text(0.5, 0.5, "text")

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 2:
            other.set_ydata(np.cos(X + i))
        if i % 3 == 0:
            text.set_text(f"text {i}")
            right.suptitle(f"right {i}")
        if i % 5 == 0:
            bottom.set_facecolor((i / 24, 0.6, 0.7))

    return figure, update


@cases.add
def size_that_is_no_whole_number_of_pixels():
    figure, ax = new_axes(figsize=(4, 3.005), dpi=100)
    ax.set(xlabel="x", ylabel="y", title="title")
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i == 6:  # the canvas stays as large, but not the figure
            figure.set_size_inches(4, 3.002)

    return figure, update


@cases.add
def artists_of_the_figure():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    text = figure.text(0.3, 0.5, "text", color="r")
    line = figure.add_artist(Line2D([0, 1], [0, 1]))
    figure.patches.append(Rectangle((0.1, 0.1), 0.5, 0.1, transform=figure.transFigure))
    figure.lines.append(Line2D([0, 1], [1, 0], transform=figure.transFigure))

    def update(i):
        text.set_text(f"text {i}")
        line.set_ydata([0, i / 24])
        figure.patches[-1].set_width(0.3 + i / 50)
        if i % 3 == 0:
            figure.lines[-1].set_color(f"C{i}")

    return figure, update


@cases.add
def artists_appended_to_the_figure():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    made = []

    def update(i):
        patch = Circle((i / 24, 0.5), 0.1, transform=figure.transFigure, fc=f"C{i}")
        figure.patches.append(patch)
        made.append(figure.add_artist(Line2D([0, i / 24], [0, 1])))
        if len(made) > 3:
            made.pop(0).remove()

    return figure, update


@cases.add
def legend_of_the_figure():
    figure, ax = new_axes()
    lines = ax.plot(X, np.c_[np.sin(X), np.cos(X)], label=["a", "b"])
    legend = figure.legend(loc="lower left")

    def update(i):
        lines[0].set_ydata(np.sin(X + i))
        if i % 2:
            legend.get_texts()[0].set_text("a" * (1 + i % 7))

    return figure, update


@cases.add(rare=True)
def labels_aligned():
    figure = new_figure()
    axes = figure.subplots(2, 2)
    for ax in axes.flat:
        ax.set(xlabel="x", ylabel="y")
    figure.align_labels()

    def update(i):
        axes[i % 2, 0].set_ylim(0, 10 ** (i % 5))
        if i % 3 == 0:
            axes[1, 1].tick_params(axis="x", labelsize=5 + i % 9)

    return figure, update


@cases.add
def titles_aligned():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.set_title("left")
    right.set_title("right")
    right.xaxis.tick_top()
    figure.align_titles()

    def update(i):
        right.tick_params(axis="x", labelsize=5 + i % 9)
        if i % 3 == 0:
            left.set_title(f"left {i}")

    return figure, update


@cases.add
def figure_with_a_background_image():
    figure, ax = new_axes()
    image = figure.figimage(np.random.default_rng(0).random((180, 240)), alpha=0.5)
    ax.patch.set_alpha(0.3)
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            image.set_data(np.random.default_rng(i).random((180, 240)))

    return figure, update


@cases.add
def figure_transparent():
    figure, ax = new_axes(facecolor="none")
    ax.set_facecolor("none")
    (line,) = ax.plot(X, np.sin(X), lw=5, alpha=0.5)
    ax.text(3, 0, "text", alpha=0.5)

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 5 == 0:
            figure.set_facecolor((1, 0, 0, i / 24))

    return figure, update


@cases.add
def figure_without_a_frame():
    figure, ax = new_axes(frameon=False)
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            figure.set_frameon(not figure.get_frameon())

    return figure, update


@cases.add
def figure_with_an_edge():
    figure, ax = new_axes(linewidth=9, edgecolor="r")
    ax.plot(X, np.sin(X))
    return figure, lambda i: figure.set(linewidth=i, edgecolor=f"C{i}")


@cases.add
def figure_resized():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i in (2, 4):
            figure.set_size_inches(4 + i / 12, 3)
        if i == 4:
            figure.set_dpi(60 + i)

    return figure, update


@cases.add
def nothing_changes():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X), label="sine")
    ax.legend()
    return figure, lambda i: None


@cases.add(rare=True)
def changes_every_fifth_frame():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    ax.plot(X, np.cos(X), lw=5)
    return figure, lambda i: i % 5 == 0 and line.set_ydata(np.sin(X + i))


@cases.add
def changes_of_another_artist_each_time():
    figure, ax = new_axes()
    lines = ax.plot(X, np.sin(X[:, None] + range(8)))
    texts = [ax.text(j, 0, "t" * j) for j in range(5)]

    def update(i):
        lines[i % 8].set_ydata(np.cos(X + i))
        texts[i % 5].set_y(np.sin(i))

    return figure, update


@cases.add
def artist_animated():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), animated=True)
    (other,) = ax.plot(X, np.cos(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        other.set_ydata(np.cos(X + i))
        if i % 4 == 0:
            line.set_animated(i % 8 == 0)

    return figure, update


@cases.add
def parts_of_a_3d_axis_animated():
    """They report nothing then, and to have become animated is not reported either."""
    figure = new_figure()
    ax = figure.add_subplot(projection="3d", xticks=[], yticks=[], zticks=[0.5])
    parts = [ax.zaxis.pane, ax.zaxis.line, ax.zaxis.get_major_ticks()[0].label1]

    def update(i):
        for part in parts:
            part.set_animated(i > 1)
        parts[0].set_edgecolor(f"C{i}")
        parts[1].set_linewidth(i % 5)
        parts[2].set_color(f"C{i}")

    return figure, update


@cases.add
def drawn_before():
    figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
    (line,) = ax.plot(X, np.sin(X))
    figure.canvas.draw()
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def drawn_in_each_update():
    figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        figure.canvas.draw()
        if i % 3 == 0:
            ax.set_title(f"{line.get_window_extent().y1:.1f}")

    return figure, update


@cases.add(rare=True)
def drawn_idly_by_pyplot():
    figure, (left, right) = plt.subplots(1, 2, figsize=(4, 3), dpi=60)
    left.plot(X, np.sin(X))

    def update(i):
        right.clear()
        right.plot(X, np.cos(X + i))
        figure.canvas.draw_idle()

    return figure, update


@cases.add
def drawn_with_pyplot_itself():
    figure = plt.figure(figsize=(4, 3), dpi=60)

    def update(i):
        plt.figure(figure.number)
        plt.cla()
        plt.plot(X, np.sin(X + i))
        plt.title(f"frame {i}")

    return figure, update


@cases.add
def saved_in_each_update():
    from io import BytesIO

    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            figure.savefig(BytesIO(), format="png", dpi=30)

    return figure, update


@cases.add(redrawn=False)
def draws_heard_of():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        if i == 0:
            figure.canvas.mpl_connect("draw_event", lambda event: None)
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add(rare=True)
def style_dark():
    with plt.style.context("dark_background"):
        figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
        (line,) = ax.plot(X, np.sin(X), label="sine")
        ax.legend(loc="upper left")
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def style_ggplot():
    with plt.style.context("ggplot"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(4, 3), dpi=60)
        (line,) = left.plot(X, np.sin(X), "o-")
        bars = right.bar(range(3), [1, 2, 3])

    def update(i):
        line.set_ydata(np.sin(X + i))
        bars[1].set_height(1 + i / 12)
        if i % 4 == 0:
            right.set_ylim(0, 3 + i / 9)

    return figure, update


@cases.add
def style_set_in_update():
    figure, ax = new_axes()

    def update(i):
        with plt.rc_context({"font.size": 6 + i % 6, "axes.titlecolor": f"C{i % 10}"}):
            ax.set_title(f"title {i}")
            ax.text(0.5, i / 24, "text")

    return figure, update


@cases.add
def settings_for_drawing_changed():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), lw=0)
    ax.plot(np.linspace(0, 6, 3000), np.random.default_rng(0).random(3000))
    return figure, lambda i: (line.set_linewidth(i), line.set_antialiased(i % 2 == 0))


@cases.each
def test_figures_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
