"""Which deaths of workers end the render, and which do not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from parallel_animate import SetupError, WorkerDiedError
from parallel_animate.engine.deaths import (
    DEATHS_IN_A_ROW,
    DEATHS_IN_SETUP,
    DEATHS_PER_FRAME,
    Deaths,
)


def dead(
    *, attached: bool = True, exit_code: int = -9, hung: bool = False, started: bool = False
) -> Any:
    """Return a worker that has died."""
    return SimpleNamespace(
        attached=attached,
        exit_code=exit_code,
        hung=hung,
        started=started,
        stacks=lambda: "its stacks",
    )


def deaths(*, ready: bool = True, start_method: str = "fork") -> Deaths:
    counted = Deaths(start_method, 2.5)
    if ready:
        counted.ever_ready = True
    return counted


def test_deaths_with_a_finished_frame_between_end_no_render() -> None:
    """However many they are: each was another frame's, and the render goes on."""
    counted = deaths()
    for frame in range(5 * DEATHS_IN_A_ROW):
        assert counted.count(dead(), [frame, frame + 1]) is None
        assert counted.end_of_all(dead()) is None
        counted.frame_finished()


def test_deaths_in_a_row_end_the_render_when_there_is_one_too_many() -> None:
    """Also after others that were not in the same row."""
    counted = deaths()
    for row in range(2):
        for frame in range(DEATHS_IN_A_ROW):
            assert counted.count(dead(), [frame + row * DEATHS_IN_A_ROW]) is None
            assert counted.end_of_all(dead()) is None
        if not row:
            counted.frame_finished()
    counted.count(dead(), [])
    error = counted.end_of_all(dead())
    assert isinstance(error, WorkerDiedError)
    assert f"the {DEATHS_IN_A_ROW + 1}th in a row" in str(error)
    assert any("its stacks" in note for note in error.__notes__)


def test_a_frame_is_deadly_when_it_was_drawn_at_each_of_three_deaths() -> None:
    """What only waited behind it in the pipe is not to blame, nor is anything of an idle worker."""
    counted = deaths()
    for death in range(1, DEATHS_PER_FRAME + 1):
        deadly = counted.count(dead(), [7, 8])
        assert deadly == (7 if death == DEATHS_PER_FRAME else None)
        assert counted.count(dead(), []) is None
        counted.frame_finished()  # which another worker has drawn: that acquits nobody
    assert counted.count(dead(), [8]) is None


@pytest.mark.parametrize(("exit_code", "ready"), [(-9, False), (1, True), (0, True)])
def test_a_death_in_setup_that_others_would_share_ends_the_render(
    exit_code: int, ready: bool
) -> None:
    """One that exits by itself, or any before setup() has run once."""
    worker = dead(attached=False, exit_code=exit_code)
    assert isinstance(deaths(ready=ready).end_of_all(worker), SetupError)


def test_a_crash_in_setup_that_others_have_come_through_does_not_end_the_render() -> None:
    for signal in (1, 9, 11):
        assert deaths().end_of_all(dead(attached=False, exit_code=-signal)) is None
    assert deaths().end_of_all(dead(exit_code=3)) is None  # not in setup()


def test_after_some_deaths_in_setup_no_more_workers_are_started() -> None:
    """Those of workers that had come through it do not count."""
    counted = deaths()
    for _ in range(DEATHS_IN_SETUP):
        assert not counted.enough_in_setup
        counted.count(dead(), [])
        assert not counted.enough_in_setup
        counted.count(dead(attached=False), [])
        counted.frame_finished()
    assert counted.enough_in_setup


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_the_guard_is_told_of_where_workers_run_the_script_again(start_method: str) -> None:
    counted = deaths(ready=False, start_method=start_method)
    error = counted.end_of_all(dead(attached=False))
    assert error is not None
    assert any("__main__" in note for note in error.__notes__) == (start_method != "fork")


def test_the_guard_is_not_told_of_where_setup_has_been_reached() -> None:
    error = deaths(ready=False, start_method="spawn").end_of_all(dead(attached=False, started=True))
    assert error is not None
    assert not any("__main__" in note for note in error.__notes__)
