"""Animations that depend on what was called before, as users write them. All are small."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.animation import Animation, FuncAnimation

from tests.adapters.cases import COUPLED, FRAMES, STATEFUL, X, axes, case


@case(STATEFUL)
def a_list_that_grows() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, FRAMES), ylim=(-1, 1))
    x: list[float] = []
    y: list[float] = []
    (line,) = ax.plot([], [])

    def update(i: int) -> tuple[Any, ...]:
        x.append(i)
        y.append(float(np.sin(i)))
        line.set_data(x, y)
        return (line,)

    return FuncAnimation(figure, update, frames=FRAMES, blit=True)


@case(STATEFUL)
def a_simulation_that_steps() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(-2, 2), ylim=(-2, 2))
    state = np.array([1.0, 0.0, 0.0, 0.9])
    (dot,) = ax.plot([], [], "o")

    def update(_: int) -> None:
        state[:2] += 0.2 * state[2:]
        state[2:] -= 0.2 * state[:2]
        dot.set_data([state[0]], [state[1]])

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def a_toggle() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, np.sin(X))
    return FuncAnimation(figure, lambda _: line.set_visible(not line.get_visible()), frames=FRAMES)


@case(STATEFUL)
def a_counter_that_wraps() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, np.sin(X))
    calls = itertools.cycle(["C0", "C1", "C2"])
    return FuncAnimation(figure, lambda _: line.set_color(next(calls)), frames=FRAMES)


@case(STATEFUL)
def random_numbers_in_turn() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    points = ax.scatter([], [])
    np.random.seed(3)

    def update(_: int) -> None:
        points.set_offsets(np.random.rand(5, 2))

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def a_random_walk() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(-5, 5), ylim=(-5, 5))
    generator = random.Random(1)
    (dot,) = ax.plot([0], [0], "o")

    def update(_: int) -> None:
        (x,), (y,) = dot.get_data()
        dot.set_data([x + generator.uniform(-1, 1)], [y + generator.uniform(-1, 1)])

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def the_game_of_life() -> Animation:
    figure, ax = axes()
    grid = np.random.default_rng(1).random((8, 8)) < 0.4
    image = ax.imshow(grid)

    def update(_: int) -> list[Any]:
        neighbours = sum(
            np.roll(grid, (i, j), (0, 1)).astype(int)
            for i, j in itertools.product((-1, 0, 1), repeat=2)
            if (i, j) != (0, 0)
        )
        grid[:] = (neighbours == 3) | (grid & (neighbours == 2))
        image.set_data(grid)
        return [image]

    return FuncAnimation(figure, update, frames=FRAMES, blit=True)


@case(STATEFUL)
def limits_that_only_widen() -> Animation:
    figure, ax = axes()
    heights = [1, 2, 3, 9, 3, 2, 1, 2, 1, 2]
    (line,) = ax.plot(X, X)

    def update(i: int) -> None:
        line.set_ydata(heights[i] * np.sin(X))
        ax.set_ylim(-9.5, max(ax.get_ylim()[1], heights[i]))

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def lines_that_are_never_removed() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 6), ylim=(-1, 1))
    return FuncAnimation(figure, lambda i: ax.plot(X, np.sin(X + i / 9)), frames=FRAMES)


@case(STATEFUL)
def the_last_values_in_a_deque() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 5), ylim=(-1, 1))
    last: deque[float] = deque(maxlen=5)
    (line,) = ax.plot([], [])

    def update(i: int) -> None:
        last.append(float(np.sin(i)))
        line.set_data(range(len(last)), last)

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def a_mean_that_follows() -> Animation:
    figure, ax = axes()
    bar = ax.bar([0], [0])[0]
    ax.set_ylim(0, 10)

    def update(i: int) -> None:
        bar.set_height(0.5 * bar.get_height() + 0.5 * i)

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def an_object_with_a_step() -> Animation:
    class Pendulum:
        def __init__(self) -> None:
            self.figure, ax = axes()
            ax.set(xlim=(-1, 1), ylim=(-1, 1))
            self.angle, self.speed = 1.0, 0.0
            (self.line,) = ax.plot([], [], "o-")

        def step(self, _: int) -> None:
            self.speed -= 0.3 * np.sin(self.angle)
            self.angle += self.speed
            self.line.set_data([0, np.sin(self.angle)], [0, -np.cos(self.angle)])

    pendulum = Pendulum()
    return FuncAnimation(pendulum.figure, pendulum.step, frames=FRAMES)


@case(STATEFUL)
def a_generator_and_a_list() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, FRAMES), ylim=(-1, 1))
    xs: list[float] = []
    ys: list[float] = []
    (line,) = ax.plot([], [])

    def frames() -> Iterator[tuple[int, float]]:
        for i in range(FRAMES):
            yield i, float(np.sin(i))

    def update(data: tuple[int, float]) -> None:
        xs.append(data[0])
        ys.append(data[1])
        line.set_data(xs, ys)

    return FuncAnimation(
        figure, update, frames=frames, save_count=100, init_func=lambda: line.set_data([], [])
    )


@case(STATEFUL)
def a_short_one() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    return FuncAnimation(figure, lambda i: line.set_ydata(line.get_ydata() * 0.5 + i), frames=3)


@case(STATEFUL)
def colors_of_the_cycle() -> Animation:
    figure, ax = axes()
    shown: list[Any] = []

    def update(i: int) -> None:
        while shown:
            shown.pop().remove()
        shown.extend(ax.plot(X, np.sin(X + i)))

    return FuncAnimation(figure, update, frames=FRAMES)


@case(STATEFUL)
def a_text_that_is_shown_for_a_while() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    text = ax.text(1, 1, "now", visible=False)

    def update(i: int) -> None:
        line.set_ydata(np.sin(X + i))
        if i in (14, 18):
            text.set_visible(i == 14)

    return FuncAnimation(figure, update, frames=24)


@case(STATEFUL)
def a_phase_that_passes() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    phase = ["calm"]

    def update(i: int) -> None:
        if i in (14, 17):
            phase[0] = "calm" if i == 17 else "storm"
        line.set_ydata(np.sin(X + i))
        line.set_color("C0" if phase[0] == "calm" else "C3")

    return FuncAnimation(figure, update, frames=24)


@case(STATEFUL)
def a_blow_that_fades() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    ax.set_ylim(-1, 2)
    height = [0.0]

    def update(i: int) -> None:
        height[0] = 0.3 * height[0] + (i == 25)
        line.set_ydata(np.sin(X + i) + height[0])

    return FuncAnimation(figure, update, frames=40)


# Animations whose items depend on what was called.


@case(COUPLED)
def a_generator_that_asks_for_the_state() -> Animation:
    figure, ax = axes()
    ax.set(xlim=(0, 30), ylim=(-1, 1))
    state = {"x": 0.0}
    (dot,) = ax.plot([], [], "o")

    def frames() -> Iterator[float]:
        while state["x"] < 25:
            yield state["x"]

    def update(x: float) -> None:
        dot.set_data([x], [0])
        state["x"] = x + 2

    return FuncAnimation(figure, update, frames=frames, save_count=100)


@case(COUPLED)
def a_generator_of_artists() -> Animation:
    figure, ax = axes()
    lines = [ax.plot(X, np.sin(X + i))[0] for i in range(6)]

    def frames() -> Iterator[Any]:
        yield from lines

    def update(line: Any) -> None:
        for each in lines:
            each.set_linewidth(4 if each is line else 1)

    return FuncAnimation(figure, update, frames=frames, save_count=20)
