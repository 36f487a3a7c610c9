"""Redrawing rests while it does not pay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.canvas.policy import REST, TRIAL, WORTH, WORTH_AT_FIRST, Policy, check_due


def resting(frames: int, redraw: Callable[[int], float], full: float = 1.0) -> list[int]:
    """Return the frames that rest, where redrawing takes so long for each frame."""
    policy = Policy()
    rests = []
    for frame in range(frames):
        if policy.rests(frame):
            rests.append(frame)
        else:
            policy.took(frame, redraw(frame), full if check_due(frame) else None)
    return rests


@pytest.mark.parametrize("redraw", [0.0, 0.01, 0.5, WORTH - 0.01])
def test_redrawing_that_is_faster_never_rests(redraw: float) -> None:
    """However long the animation is."""
    assert resting(3000, lambda frame: redraw) == []


def test_slow_first_frame_says_nothing() -> None:
    """It makes the background."""
    assert resting(300, lambda frame: 50.0 if frame == 0 else 0.5) == []


def test_redrawing_that_is_slower_rests_after_the_trial() -> None:
    """It is tried again at the first checked frame after 16 times as many."""
    rests = resting(3000, lambda frame: 2.0)
    assert rests[0] == TRIAL + 1
    begin = 1 << (REST * TRIAL - 1).bit_length()
    assert rests[: begin - TRIAL - 1] == list(range(TRIAL + 1, begin))
    tried = sorted(set(range(3000)) - set(rests))
    assert tried == [0, 1, 2, begin, begin + 1, begin + 2, 1024, 1025, 1026]


def test_redrawing_that_is_hardly_faster_rests() -> None:
    """It has to be worth it; but the first moment does not decide what is close."""
    for redraw in (WORTH + 0.01, WORTH_AT_FIRST - 0.01):
        assert resting(10, lambda frame, redraw=redraw: redraw) == list(range(5, 10))


def test_a_first_moment_that_is_slow_by_chance_does_not_let_it_rest() -> None:
    """As where another process began at the same time."""
    assert resting(300, lambda frame: WORTH_AT_FIRST - 0.01 if frame <= TRIAL else 0.7) == []


def test_animation_that_becomes_quiet_is_redrawn_again() -> None:
    """From the first trial on."""
    assert resting(3000, lambda frame: 2.0 if frame < 10 else 0.1) == list(range(3, 32))


def test_animation_that_becomes_busy_rests_from_a_checked_frame_on() -> None:
    """The decision is made anew at each of these, from the frames since the last."""
    assert resting(200, lambda frame: 0.1 if frame < 20 else 2.0) == list(range(33, 200))
    assert resting(200, lambda frame: 0.1 if frame < 30 else 2.0) == list(range(65, 200))


@given(times=st.lists(st.floats(0, 3), min_size=1, max_size=600))
def test_each_rest_ends_at_a_checked_frame(times: list[float]) -> None:
    """Whatever the times: what redrawing shows after a rest is compared at once."""
    rests = set(resting(len(times), lambda frame: times[frame]))
    for frame in range(1, len(times)):
        if frame - 1 in rests and frame not in rests:
            assert check_due(frame)
    assert not rests & set(range(TRIAL + 1))
