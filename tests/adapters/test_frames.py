"""Animations of matplotlib: each frame is what ``Animation.save`` hands its writer."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parallel_animate.adapters.existing import ExistingAnimations
from parallel_animate.adapters.frames import pickled_item
from parallel_animate.adapters.look import Look
from parallel_animate.canvas import FigureOptions, FrameFormat
from parallel_animate.engine import Job, Rehearsed, rehearse, rehearse_iterator
from parallel_animate.engine.renderer import FrameRenderer
from tests.adapters import gallery, stateful
from tests.adapters.cases import COUPLED, STATEFUL, STATELESS, Make
from tests.adapters.movies import differing, made, on_white, rendered, saved_by_matplotlib
from tests.canvas.redraw import planned
from tests.conftest import alike, in_turn, soak

pytestmark = pytest.mark.one_in(3)

assert gallery
assert stateful

# These take different ways through a whole render; `pytest -m soak` has all of them.
WHOLE = [
    "blit_with_init_func",
    "a_generator_that_steps_one_array",
    "artists_of_images",
    "pyplots_current_axes",
    "a_simulation_that_steps",
    "a_generator_and_a_list",
    "a_generator_that_asks_for_the_state",
]
ALL: dict[str, Make] = STATELESS | STATEFUL | COUPLED


def job_of(existing: ExistingAnimations) -> Job:
    return Job(existing, FigureOptions(), True, "auto", 1, existing.showing)


def existing_of(make: Make) -> ExistingAnimations:
    animation: Any = made(make)
    return ExistingAnimations([animation], Look.checked(animation._fig, None, None))


def rehearsed(make: Make) -> Rehearsed:
    existing = existing_of(make)
    if existing.at_hand:
        return rehearse(job_of(existing), existing.frames_at_hand())
    return rehearse_iterator(
        job_of(existing), existing.items, existing.items_for_others, pickled_item
    )


def drawn(make: Make, frames: slice) -> list[bytes]:
    """Return what a worker draws: the first frame, and then some of those that follow."""
    existing = existing_of(make)
    params: list[Any]
    if existing.at_hand:
        params = list(range(existing.frames_at_hand()))
    else:
        params = [pickled_item(item) for item in existing.items_for_others()]
    with existing.in_use():
        renderer = FrameRenderer(job_of(existing))
        frame_format = FrameFormat("rgba", *renderer.size)
        renderer.set_format(frame_format)
        pixels = np.empty(frame_format.nbytes, np.uint8)
        done = []
        for frame in [0, *range(len(params))[frames]]:
            given = params[frame]
            item = pickle.loads(given) if isinstance(given, bytes) else given
            renderer.render(frame, item, lambda: pixels)
            done.append(pixels.tobytes())
        return done


@pytest.mark.parametrize("name", STATELESS)
def test_each_frame_is_what_matplotlib_saves_whichever_were_drawn_before(name: str) -> None:
    expected = on_white(saved_by_matplotlib(made(STATELESS[name])))
    assert len(expected) > 3
    for frames in (slice(1, None, 2), slice(2, None, 2)):
        shown = [expected[0], *expected[frames]]
        assert not differing(drawn(STATELESS[name], frames), shown)


@pytest.mark.parametrize("name", in_turn(STATELESS, 4))
@pytest.mark.parametrize("ways", ["hhrh", *alike("h", "rh")])
def test_frames_drawn_in_full_with_help_are_what_matplotlib_saves(name: str, ways: str) -> None:
    expected = on_white(saved_by_matplotlib(made(STATELESS[name])))
    with planned(ways):
        shown = drawn(STATELESS[name], slice(1, None, 2))
    assert not differing(shown, [expected[0], *expected[1::2]])


@pytest.mark.parametrize("name", STATEFUL)
def test_frames_drawn_in_order_are_what_matplotlib_saves(name: str) -> None:
    expected = saved_by_matplotlib(made(STATEFUL[name]))
    assert not differing(drawn(STATEFUL[name], slice(1, None)), expected)


@pytest.mark.parametrize("name", [*list(STATELESS)[::2], *alike(*list(STATELESS)[1::2])])
def test_nothing_is_found_where_frames_depend_on_their_items_alone(name: str) -> None:
    assert rehearsed(STATELESS[name]) == Rehearsed()


@pytest.mark.parametrize("name", STATEFUL)
@pytest.mark.parametrize("times", [1, *soak(20)])
def test_it_is_found_that_frames_depend_on_those_before(name: str, times: int) -> None:
    for _ in range(times):
        assert rehearsed(STATEFUL[name]).in_order is not None


@pytest.mark.parametrize("name", COUPLED)
def test_it_is_found_that_items_depend_on_updates_or_are_of_one_process(name: str) -> None:
    assert rehearsed(COUPLED[name]).in_loop is not None


@pytest.mark.parametrize("name", [*WHOLE, *alike(*sorted(ALL.keys() - set(WHOLE)))])
def test_a_whole_render_hands_the_encoder_what_matplotlib_saves(
    name: str, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "parallel_animate.animator")
    expected = saved_by_matplotlib(made(ALL[name]))
    frames, report = rendered(made(ALL[name]), out, num_workers=2)
    assert not differing(frames, on_white(expected))
    assert report.frames == len(expected)
    assert report.workers == (2 if name in STATELESS else 1)
    assert ("one worker process draws all frames, in order" in caplog.text) == (name in STATEFUL)
    assert ("in a loop" in caplog.text) == (name in COUPLED)
