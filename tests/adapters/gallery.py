"""Animations in the manner of matplotlib's gallery and of its users, each small.

They set everything from the item that they are given. Each function makes a new one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import Animation, ArtistAnimation, FuncAnimation
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredText
from matplotlib.patches import Circle, Rectangle, Wedge

from tests.adapters.cases import DATA, FEWER, STATELESS, X, axes, case


@case(STATELESS)
def a_wave() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, np.sin(X))
    return FuncAnimation(figure, lambda i: line.set_ydata(np.sin(X + i / 3)), frames=FEWER)


@case(STATELESS)
def a_wave_with_blit() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i: int) -> list[Any]:
        line.set_ydata(np.sin(X + i / 3))
        return [line]

    return FuncAnimation(figure, update, frames=FEWER, blit=True, interval=20)


@case(STATELESS)
def blit_with_init_func() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot([], [], lw=2)
    ax.set(xlim=(0, 6), ylim=(-2, 2))

    def init() -> tuple[Any, ...]:
        line.set_data([], [])
        return (line,)

    def animate(i: int) -> tuple[Any, ...]:
        line.set_data(X, np.sin(2 * np.pi * (X - 0.01 * i)))
        return (line,)

    return FuncAnimation(figure, animate, init_func=init, frames=FEWER, blit=True)


@case(STATELESS)
def an_animated_line() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, np.sin(X), animated=True)
    ax.plot(X, np.cos(X))
    return FuncAnimation(figure, lambda i: line.set_ydata(np.sin(X + i)), frames=FEWER)


@case(STATELESS)
def a_growing_line() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot([], [])
    ax.set(xlim=(0, 6), ylim=(-1, 1))
    return FuncAnimation(
        figure, lambda i: line.set_data(X[: 3 * i], np.sin(X[: 3 * i])), frames=FEWER
    )


@case(STATELESS)
def growing_limits() -> Animation:
    figure, ax = axes()
    ax.set_xticks([0, 5, 10])
    (line,) = ax.plot([], [])

    def update(i: int) -> None:
        line.set_data(range(i + 1), np.arange(i + 1) ** 2)
        ax.relim()
        ax.autoscale_view()

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def a_rolling_window() -> Animation:
    figure, ax = axes()
    signal = np.sin(np.arange(80) / 3)
    (line,) = ax.plot(signal[:40])
    return FuncAnimation(figure, lambda i: line.set_ydata(signal[i : i + 40]), frames=FEWER)


@case(STATELESS)
def a_bar_race() -> Animation:
    figure, ax = axes()
    values = np.abs(np.cumsum(DATA[:, :4], axis=0))

    def update(i: int) -> None:
        ax.clear()
        order = np.argsort(values[i])
        ax.barh(range(4), values[i][order], color=[f"C{k}" for k in order])
        ax.set_title(f"year {2000 + i}", fontsize=7)
        ax.set_xticks([])
        ax.set_yticks(range(4), [f"n{k}" for k in order], fontsize=5)

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def bars_by_their_heights() -> Animation:
    figure, ax = axes()
    bars = ax.bar(range(5), [1] * 5)
    ax.set_ylim(0, 3)

    def update(i: int) -> None:
        for bar, height in zip(bars, np.abs(DATA[i]), strict=False):
            bar.set_height(height)

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def a_histogram() -> Animation:
    figure, ax = axes()

    def update(i: int) -> None:
        ax.cla()
        ax.set_axis_off()
        ax.hist(DATA[: i + 1].ravel(), bins=10)

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def a_dashboard() -> Animation:
    figure = Figure(figsize=(1.6, 1.2), dpi=100)
    (one, two), (three, four) = figure.subplots(2, 2)
    for ax in (one, two, three, four):
        ax.tick_params(labelsize=4)
    (line,) = one.plot(X, X)
    image = two.imshow(np.zeros((4, 4)), vmin=-2, vmax=2)
    points = three.scatter(DATA[0], DATA[1], s=4)
    text = four.text(0.5, 0.5, "", ha="center")
    title = figure.suptitle("", fontsize=6)

    def update(i: int) -> None:
        line.set_ydata(np.sin(X + i))
        image.set_data(DATA[i][:16].reshape(4, 4))
        points.set_offsets(np.column_stack([DATA[i], DATA[-i]]))
        text.set_text(f"{i}")
        title.set_text(f"t = {i}")

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def a_constrained_layout() -> Animation:
    figure = plt.figure(figsize=(1.6, 1.2), dpi=100, layout="constrained")
    ax = figure.subplots()
    ax.set_xticks([])
    ax.set_yticks([0])
    (line,) = ax.plot(X, np.sin(X))
    label = figure.text(0.02, 0.02, "")

    def update(i: int) -> None:
        line.set_ydata(np.sin(X + i))
        label.set_text(f"frame {i}")

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def three_dimensions() -> Animation:
    figure = Figure(figsize=(1.6, 1.2), dpi=100)
    ax: Any = figure.add_subplot(projection="3d")
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_ticks([])
    ax.plot(np.cos(X), np.sin(X), X)
    return FuncAnimation(figure, lambda i: ax.view_init(30, 5 * i), frames=range(0, FEWER))


@case(STATELESS)
def a_line_in_three_dimensions() -> Animation:
    figure = Figure(figsize=(1.6, 1.2), dpi=100)
    ax: Any = figure.add_subplot(projection="3d")
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_ticks([])
    ax.set(xlim=(-1, 1), ylim=(-1, 1), zlim=(0, 6))
    (line,) = ax.plot([], [], [])

    def update(i: int) -> list[Any]:
        line.set_data_3d(np.cos(X[: 3 * i]), np.sin(X[: 3 * i]), X[: 3 * i])
        return [line]

    return FuncAnimation(figure, update, frames=FEWER, blit=True)


@case(STATELESS)
def fargs_and_a_list() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def update(value: float, target: Any, scale: float) -> None:
        target.set_ydata(scale * np.sin(X * value))

    frames = [0.5, 1, 1.5, 2.5, 3.5, 4]
    return FuncAnimation(figure, update, frames=frames, fargs=(line, 3))


@case(STATELESS)
def a_partial_function() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def update(i: int, *, artist: Any, factor: float) -> None:
        artist.set_ydata(factor * np.sin(X + i))

    return FuncAnimation(figure, partial(update, artist=line, factor=4), frames=FEWER)


@case(STATELESS)
def a_generator_function() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def frames() -> Iterator[float]:
        value = 0.1
        for _ in range(FEWER):
            value *= 1.5
            yield value

    return FuncAnimation(
        figure, lambda v: line.set_ydata(np.sin(X * v)), frames=frames, save_count=50
    )


@case(STATELESS)
def a_generator_that_steps_one_array() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def frames() -> Iterator[Any]:
        state = np.zeros_like(X)
        while True:
            state += np.sin(X) / 2
            yield state

    return FuncAnimation(figure, line.set_ydata, frames=frames, save_count=FEWER)


@case(STATELESS)
def an_endless_generator_of_tuples() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 10), ylim=(-1, 1))
    (line,) = ax.plot([], [])
    x: list[float] = []
    y: list[float] = []

    def frames() -> Iterator[Any]:
        for t in itertools.count():
            x.append(t / 2)
            y.append(float(np.sin(t / 2)))
            yield list(x), list(y)

    return FuncAnimation(
        figure, lambda data: line.set_data(*data), frames=frames, save_count=FEWER, init_func=list
    )


@case(STATELESS)
def counted_frames() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    return FuncAnimation(figure, lambda i: line.set_ydata(np.cos(X + i)), save_count=FEWER)


@case(STATELESS)
def an_array_of_frames_without_repeat() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    frames = np.linspace(0, 3, FEWER)
    return FuncAnimation(
        figure, lambda v: line.set_ydata(np.cos(X * v)), frames=frames, repeat=False
    )


@case(STATELESS)
def an_iterator_without_repeat() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    return FuncAnimation(
        figure,
        lambda v: line.set_ydata(np.cos(X * v)),
        frames=iter([0, 0.5, 1, 1.5, 2.5, 4]),
        repeat=False,
        cache_frame_data=False,
    )


@case(STATELESS)
def frames_that_are_artists() -> Animation:
    figure, ax = axes()
    lines = [ax.plot(X, np.sin(X + i))[0] for i in range(6)]

    def update(line: Any) -> None:
        for each in lines:
            each.set_alpha(1.0 if each is line else 0.1)

    return FuncAnimation(figure, update, frames=lines)


@case(STATELESS)
def images() -> Animation:
    figure, ax = axes()
    image = ax.imshow(np.zeros((8, 8)), vmin=0, vmax=2)
    grid = np.add.outer(np.arange(8), np.arange(8)) / 4
    return FuncAnimation(
        figure, lambda i: image.set_data(1 + np.sin(grid + i)), frames=FEWER, blit=False
    )


@case(STATELESS)
def artists_of_images() -> Animation:
    figure, ax = axes()
    grid = np.add.outer(np.arange(8), np.arange(8)) / 4
    artists = [[ax.imshow(np.sin(grid + i), animated=True)] for i in range(6)]
    return ArtistAnimation(figure, artists, interval=50, blit=True, repeat_delay=1000)


@case(STATELESS)
def artists_of_lines_and_texts() -> Animation:
    figure, ax = axes()
    artists = []
    for i in range(6):
        (line,) = ax.plot(X, np.sin(X + i), color=f"C{i}")
        artists.append([line, ax.text(1, 0, str(i))])
    return ArtistAnimation(figure, artists, interval=100)


@case(STATELESS)
def artists_in_several_frames() -> Animation:
    figure, ax = axes()
    lines = [ax.plot(X, np.sin(X + i))[0] for i in range(4)]
    return ArtistAnimation(figure, [lines[: i + 1] for i in range(4)] + [lines[1:]], blit=False)


@case(STATELESS)
def artists_in_containers() -> Animation:
    figure, ax = axes()
    artists = [ax.bar(range(4), np.abs(DATA[i, :4]), color="C0").patches for i in range(6)]
    return ArtistAnimation(figure, artists)


@case(STATELESS)
def a_scatter_with_colors() -> Animation:
    figure, ax = axes()
    points = ax.scatter(DATA[0], DATA[1], c=DATA[2])

    def update(i: int) -> tuple[Any, ...]:
        points.set_array(DATA[i])
        points.set_sizes(np.full(40, 4.0 + i))
        return (points,)

    return FuncAnimation(figure, update, frames=FEWER, blit=True)


@case(STATELESS)
def a_quiver() -> Animation:
    figure, ax = axes()
    grid = np.arange(4)
    arrows = ax.quiver(grid, grid, np.ones((4, 4)), np.ones((4, 4)))

    def update(i: int) -> None:
        arrows.set_UVC(np.cos(grid + i)[None] * np.ones((4, 1)), np.ones((4, 4)))

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def contours_drawn_anew() -> Animation:
    figure, ax = axes()
    x, y = np.meshgrid(X[:10], X[:10])

    def update(i: int) -> None:
        ax.clear()
        ax.set_axis_off()
        ax.contourf(x, y, np.sin(x + i / 3) * np.cos(y))

    return FuncAnimation(figure, update, frames=6)


@case(STATELESS)
def patches_that_move() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 10), ylim=(0, 10), aspect="equal")
    circle, box = Circle((1, 1), 1), Rectangle((5, 5), 2, 1)
    wedge = Wedge((5, 2), 2, 0, 40)
    for patch in (circle, box, wedge):
        ax.add_patch(patch)

    def update(i: int) -> tuple[Any, ...]:
        circle.center = (1 + i / 2, 5)
        box.set_angle(10 * i)
        wedge.set_theta2(40 + 20 * i)
        return circle, box, wedge

    return FuncAnimation(figure, update, frames=FEWER, blit=True)


@case(STATELESS)
def a_polar_plot() -> Animation:
    figure = Figure(figsize=(1.6, 1.2), dpi=100)
    ax = figure.add_subplot(projection="polar")
    ax.set_xticks([])
    ax.set_yticks([])
    (line,) = ax.plot(X, X / 6)
    return FuncAnimation(figure, lambda i: line.set_xdata(X + i / 3), frames=6)


@case(STATELESS)
def pyplots_current_axes() -> Animation:
    figure = plt.figure(figsize=(1.6, 1.2), dpi=100)

    def animate(i: int) -> None:
        plt.cla()
        plt.plot(X, np.sin(X + i))
        plt.axis("off")
        plt.title(f"frame {i}", fontsize=6)

    return FuncAnimation(figure, animate, frames=6)


@case(STATELESS)
def a_legend_and_a_twin() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X, label="a")
    twin = ax.twinx()
    twin.set_yticks([])
    (other,) = twin.plot(X, np.cos(X), color="C1")
    legend = ax.legend(loc="upper left", fontsize=5)

    def update(i: int) -> None:
        line.set_ydata(np.sin(X) * i)
        ax.set_ylim(-i - 1, i + 1)
        other.set_ydata(np.cos(X + i))
        legend.get_texts()[0].set_text("a" * (1 + i % 4))

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def a_text_box_and_a_colored_figure() -> Animation:
    figure, ax = axes(facecolor=(0.2, 0.2, 0.6, 0.5))
    ax.patch.set_alpha(0.5)
    box = ax.add_artist(AnchoredText("", loc="lower left"))

    def update(i: int) -> None:
        box.txt.set_text(f"{i:03d}")
        figure.set_facecolor("red")  # which is not saved: the color is that of the beginning

    return FuncAnimation(figure, update, frames=6, init_func=lambda: None)


@case(STATELESS)
def what_is_made_and_removed() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 6), ylim=(-1, 1))
    shown: list[Any] = []

    def update(i: int) -> None:
        while shown:
            shown.pop().remove()
        shown.extend(ax.plot(X, np.sin(X + i), "k"))
        shown.append(ax.fill_between(X, 0, np.sin(X + i), color="r", alpha=0.3))

    return FuncAnimation(figure, update, frames=FEWER)


@case(STATELESS)
def pixels_of_the_figure() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    text = ax.text(0.1, 0.5, "")

    def update(i: int) -> None:  # asks for what depends on the resolution
        left, _ = ax.transData.transform((i / FEWER, 0.5))
        text.set_text(f"{left:.0f} {figure.dpi:.0f}")

    return FuncAnimation(figure, update, frames=FEWER)
