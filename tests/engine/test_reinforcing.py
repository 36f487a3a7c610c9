"""How many workers a render has that was not told how many."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate.engine.reinforcing import PROOF, Reinforcing, workers_at_first
from parallel_animate.system import machine
from tests.processes import wait_until
from tests.stamp import StampAnimator, stamps

CORES = 64


@pytest.fixture
def many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: CORES)


def measured(workers: int, *, to_start: float, to_finish: float, a_frame: float) -> Reinforcing:
    """Return what has seen workers that take so long for a frame."""
    reinforcing = Reinforcing(CORES, workers, 0.0, to_start * workers)
    reinforcing.finished(1, to_finish)
    reinforcing.finished(100 * workers, to_finish + 100 * a_frame)
    return reinforcing


def added(*, frames: int, a_frame: float) -> int:
    """Return how many workers draw so many frames in the end, if these take so long."""
    workers = workers_at_first(CORES, frames)
    while measured(workers, to_start=0.01, to_finish=0.3, a_frame=a_frame).helps(
        workers, frames, 0.3 + 100 * a_frame
    ):
        workers += 1
    return workers


def test_more_workers_are_started_the_longer_frames_take() -> None:
    counts = [added(frames=120, a_frame=a_frame) for a_frame in (0.005, 0.1, 0.3, 1.0)]
    assert counts[0] == workers_at_first(CORES, 120) == 11
    assert counts == sorted(counts)
    assert counts[1] < counts[2] < counts[3]
    assert added(frames=120, a_frame=10.0) == CORES


def test_nothing_is_decided_before_all_have_shown_what_they_do() -> None:
    reinforcing = Reinforcing(CORES, 4, 0.0, 0.04)
    assert not reinforcing.helps(4, 10_000, 9.0)
    reinforcing.finished(1, 0.3)
    reinforcing.finished(4 * PROOF - 1, 9.0)
    assert not reinforcing.helps(4, 10_000, 9.0)
    reinforcing.finished(1, 9.0)
    assert reinforcing.helps(4, 10_000, 9.0)
    reinforcing.started(9.0)
    assert not reinforcing.helps(5, 10_000, 9.0)


@pytest.mark.usefixtures("many_cores")
def test_a_short_render_on_many_cores_starts_few_workers(out: Path) -> None:
    report = StampAnimator().make_video(out, range(9), 30)
    assert report.workers == 3
    assert stamps(out) == list(range(9))


@pytest.mark.usefixtures("many_cores")
def test_as_many_workers_are_started_as_were_asked_for(out: Path) -> None:
    assert StampAnimator().make_video(out, range(9), 30, num_workers=5).workers == 5


@pytest.mark.usefixtures("many_cores")
@pytest.mark.parametrize("params", [list, iter])
def test_workers_that_come_later_draw_as_the_others(
    out: Path, monkeypatch: pytest.MonkeyPatch, params: Callable[[range], object]
) -> None:
    begun = out.with_name("begun")
    begun.mkdir()

    class Waits(StampAnimator):
        def setup(self) -> Figure:
            (begun / str(os.getpid())).touch()
            return super().setup()

        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx >= 70:
                wait_until(lambda: len(list(begun.iterdir())) >= 12, seconds=30)
            super().update(frame_idx, params)

    def helps(self: Reinforcing, workers: int, left: int, now: float) -> bool:
        return workers < 12

    monkeypatch.setattr(Reinforcing, "helps", helps)
    report = Waits().make_video(out, params(range(100)), 30, n_frames=100)  # type: ignore[arg-type]
    assert report.workers == 12
    assert stamps(out) == list(range(100))
