"""Some frames of an animation of matplotlib: each looks as it does in the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from matplotlib.animation import Animation, FuncAnimation

from parallel_animate import ArgumentError, FrameError
from parallel_animate.adapters import save_some
from parallel_animate.engine import Rehearsed
from tests.adapters import stateful
from tests.adapters.cases import FRAMES, X, axes
from tests.adapters.movies import differing, made, rendered, saved_by_matplotlib

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


def a_wave() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)
    return FuncAnimation(figure, lambda i: line.set_ydata(X * i), frames=FRAMES)


def a_generator() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def frames() -> Iterator[int]:
        yield from range(FRAMES)

    return FuncAnimation(
        figure,
        lambda i: line.set_ydata(X * i),
        frames=frames,
        save_count=20,
        init_func=lambda: None,
    )


def what_the_first_frame_sets() -> Animation:
    figure, ax = axes()
    (line,) = ax.plot(X, X)

    def update(i: int) -> None:
        if i == 0:
            line.set_linewidth(5)
        line.set_ydata(X * i)

    return FuncAnimation(figure, update, frames=FRAMES, init_func=lambda: None)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "make",
    [
        a_wave,
        a_generator,
        what_the_first_frame_sets,
        stateful.a_list_that_grows,
        stateful.a_toggle,
        stateful.random_numbers_in_turn,
        stateful.a_generator_and_a_list,
        stateful.a_generator_that_asks_for_the_state,
        stateful.a_generator_of_artists,
    ],
)
def test_frames_look_as_in_the_whole_animation(make: Any, workers: int, out: Path) -> None:
    expected = saved_by_matplotlib(made(make))
    frames, report = rendered(made(make), out, (3, 5), num_workers=workers)
    assert report.frames == 2
    assert not differing(frames, expected[3:5])


@pytest.mark.parametrize("make", [stateful.a_list_that_grows, stateful.a_generator_and_a_list])
def test_what_is_found_while_rendering_comes_after_what_was_before(make: Any, out: Path) -> None:
    expected = saved_by_matplotlib(made(make))
    nothing = mock.Mock(return_value=Rehearsed())
    ways = "parallel_animate.adapters.ways"
    with (
        mock.patch(f"{ways}.rehearse", nothing),
        mock.patch(f"{ways}.rehearse_iterator", nothing),
    ):
        frames, _ = rendered(made(make), out, (2, None), num_workers=2)
    assert not differing(frames, expected[2:])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_first_frame_that_there_is_not_is_told(workers: int, out: Path) -> None:
    said = "frames begin with 10, but there are 10 frames"
    with pytest.raises(ArgumentError, match=said):
        save_some(made(a_wave), out, (10, None), num_workers=workers)
    with pytest.raises((ArgumentError, FrameError), match=said):
        save_some(made(stateful.a_generator_and_a_list), out, (10, 12), num_workers=workers)
    assert not out.exists()
