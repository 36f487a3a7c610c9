"""Artists that come, go, hide or change their order are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Circle

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases(labels=False)


@cases.add
def contours_made_anew():
    figure, ax = new_axes()
    made = []

    def update(i):
        while made:
            made.pop().remove()
        data = np.sin(X[::6] + i / 3)[:, None] * np.cos(X[::6])
        made.append(ax.contourf(data, levels=3))
        made.append(ax.contour(data, levels=3, colors="k"))

    return figure, update


@cases.add
def fill_between_made_anew():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    fills = [ax.fill_between(X, np.sin(X), alpha=0.3)]

    def update(i):
        fills.pop().remove()
        line.set_ydata(np.sin(X + i / 3))
        fills.append(ax.fill_between(X, np.sin(X + i / 3), alpha=0.3, color=f"C{i}"))

    return figure, update


@cases.add
def streamplot_made_anew():
    figure, ax = new_axes()
    x = np.linspace(0, 3, 6)
    made = []

    def update(i):
        for artist in made:
            artist.remove()
        stream = ax.streamplot(x, x, np.ones((6, 6)), np.full((6, 6), np.sin(i)), density=0.2)
        made[:] = [stream.lines, *ax.patches]

    return figure, update


@cases.add
def quiver_made_anew():
    figure, ax = new_axes()
    made = [ax.quiver([0, 1], [0, 1], [1, 1], [1, 0])]

    def update(i):
        made.pop().remove()
        made.append(ax.quiver([0, 1], [0, 1], [1, np.cos(i)], [np.sin(i), 0]))

    return figure, update


@cases.add
def lines_plotted_and_removed():
    figure, ax = new_axes()
    ax.set(xlim=(0, 7), ylim=(-1, 1))
    lines = []

    def update(i):
        lines.extend(ax.plot(X, np.sin(X + i / 3)))
        if len(lines) > 3:
            lines.pop(0).remove()

    return figure, update


@cases.add
def lines_pile_up():
    figure, ax = new_axes()
    return figure, lambda i: ax.plot(X, np.sin(X + i / 3))


@cases.add
def cleared_and_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        ax.plot(X, np.sin(X + i / 3), label=f"{i}")
        ax.set_title(f"frame {i}")
        ax.legend(loc="upper right")

    return figure, update


@cases.add
def cleared_of_two():
    figure = new_figure()
    left, right = figure.subplots(1, 2, sharey=True)
    left.plot(X, np.sin(X))

    def update(i):
        right.cla()
        right.bar(range(3), [1, i, 2])

    return figure, update


@cases.add
def figure_cleared():
    figure, _ = new_axes()

    def update(i):
        figure.clear()
        figure.add_subplot(1 + i % 2, 1, 1).plot(X, np.sin(X + i))

    return figure, update


@cases.add
def axes_added_and_removed():
    figure, ax = new_axes()
    ax.plot(X, np.sin(X))
    made = []

    def update(i):
        if i % 3 == 2 and made:
            made.pop().remove()
        elif i % 3 == 1:
            made.append(figure.add_axes((0.5, 0.1 + i / 40, 0.3, 0.3)))
            made[-1].plot(X, np.cos(X + i))
        elif made:
            made[-1].set_title(f"{i}")

    return figure, update


@cases.add
def artist_removed_and_added_again():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    patch = ax.add_patch(Circle((3, 0), 0.5))

    def update(i):
        if i % 2:
            line.remove()
            patch.remove()
        else:
            if i:
                ax.add_line(line)
                ax.add_patch(patch)
            line.set_ydata(np.sin(X + i))
            patch.set_radius(0.3 + i / 40)

    return figure, update


@cases.add
def artist_changed_after_it_was_added_again():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        if i in (2, 5):
            line.remove()
            ax.add_line(line)
        line.set_color(f"C{i}")

    return figure, update


@cases.add
def artist_removed_for_good():
    figure, ax = new_axes()
    lines = [*ax.plot(X, np.c_[np.sin(X), np.cos(X)]), ax.text(3, 0, "text")]
    return figure, lambda i: i % 4 == 2 and lines and lines.pop().remove()


@cases.add
def artists_moved_to_another_axes():
    figure = new_figure()
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    (line,) = left.plot(X, np.sin(X))
    line.remove()
    places = [left, right]

    def update(i):
        made = places[i % 2].plot(X, np.sin(X + i))
        for other in [*places[1 - i % 2].lines]:
            other.remove()
        assert made

    return figure, update


@cases.add
def visibility():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    scatter = ax.scatter(X, np.cos(X))
    text = ax.set_title("title")

    def update(i):
        line.set_visible(i % 2 == 0)
        scatter.set_visible(i % 3 == 0)
        text.set_visible(i % 4 == 0)
        ax.xaxis.set_visible(i % 5 != 0)
        ax.patch.set_visible(i % 7 != 0)

    return figure, update


@cases.add
def visibility_of_axes():
    figure = new_figure()
    left, right = figure.subplots(1, 2)
    left.plot(X, np.sin(X))
    (line,) = right.plot(X, np.sin(X))

    def update(i):
        right.set_visible(i % 3 != 0)
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def hidden_line_changes():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), visible=False)

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 4 == 0:
            line.set_visible(not line.get_visible())

    return figure, update


@cases.add
def order():
    figure, ax = new_axes()
    lines = ax.plot(X, np.c_[np.sin(X), np.cos(X), -np.sin(X)], lw=9)
    scatter = ax.scatter(X, -np.cos(X), s=80)

    def update(i):
        lines[i % 3].set_zorder(i % 5)
        scatter.set_zorder(-1 + i % 4)

    return figure, update


@cases.add
def order_of_axes():
    figure = new_figure()
    below = figure.add_axes((0.1, 0.1, 0.6, 0.6))
    above = figure.add_axes((0.3, 0.3, 0.6, 0.6))
    (line,) = below.plot(X, np.sin(X), lw=5)
    above.plot(X, np.cos(X), lw=5)

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            below.set_zorder(i % 2)

    return figure, update


@cases.add
def alpha():
    figure, ax = new_axes()
    lines = ax.plot(X, np.c_[np.sin(X), np.cos(X)], lw=9)
    fill = ax.fill_between(X, np.sin(X))
    ax.patch.set_alpha(0.5)

    def update(i):
        lines[0].set_alpha((i % 10) / 10)
        fill.set_alpha(1 - (i % 5) / 5)
        if i % 4 == 0:
            ax.patch.set_alpha(i / 24)

    return figure, update


@cases.each
def test_coming_and_going_is_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
