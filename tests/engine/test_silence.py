"""A render in which workers draw, but finish nothing for long, says where they are."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from parallel_animate.engine import silence as module
from parallel_animate.engine.silence import SILENCE, Silence
from tests.processes import wait_until
from tests.stamp import StampAnimator, stamps

needs_fork = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")

DRAWS, SETS_UP, WAITS = {"w": 7}, {"w": None}, dict[str, int | None]()

STACKS = f"""\
Thread 0x00007f1c1a7fc640 (most recent call first):
  File "/lib/python/selectors.py", line 415 in select
  File "{Path(module.__file__).parent}/worker.py", line 190 in _receive
  File "/lib/python/threading.py", line 982 in run

Current thread 0x00007f1c2b5c3740 (most recent call first):
  File "/home/me/film.py", line 12 in smoothed
  File "/home/me/film.py", line 20 in update
  File "{Path(module.__file__).parent}/renderer.py", line 120 in render
  File "/home/me/film.py", line 99 in <module>"""


def noticed(silence: Silence, until: float, busy: dict[str, int | None]) -> list[float]:
    """Return when it was noticed, of twice a second."""
    times = [step / 2 for step in range(int(until * 2) + 1)]
    return [now for now in times if silence.lasts(now, busy)]


def test_it_is_noticed_once_after_so_many_seconds() -> None:
    assert noticed(Silence("fork", None), 10 * SILENCE, DRAWS) == [SILENCE]


def test_it_is_noticed_once_in_setup_and_once_for_frames() -> None:
    silence = Silence("fork", None)
    assert noticed(silence, 10 * SILENCE, SETS_UP) == [SILENCE]
    assert noticed(silence, 10 * SILENCE, DRAWS) == [SILENCE]
    assert not noticed(silence, 10 * SILENCE, SETS_UP)


def test_who_waits_for_params_or_a_slot_may_be_silent_for_ever() -> None:
    assert not noticed(Silence("fork", None), 1000 * SILENCE, WAITS)


def test_time_to_wait_is_not_time_to_draw() -> None:
    silence = Silence("fork", None)
    assert not silence.lasts(0.0, DRAWS)
    assert not silence.lasts(SILENCE - 1, WAITS)
    assert not silence.lasts(SILENCE, DRAWS)
    assert not silence.lasts(2 * SILENCE - 1.5, DRAWS)
    assert silence.lasts(2 * SILENCE - 1, DRAWS)


def test_time_for_which_the_render_was_stopped_does_not_count() -> None:
    silence = Silence("fork", None)
    assert not silence.lasts(0.0, DRAWS)
    assert not silence.lasts(3600.0, DRAWS, stopped=3600.0 - 1)
    assert not silence.lasts(3600.0 + SILENCE - 2, DRAWS)
    assert silence.lasts(3600.0 + SILENCE - 1, DRAWS)


@given(st.lists(st.sampled_from(["heard", "draws", "waits", "passes"]), max_size=200))
def test_it_is_never_noticed_when_somebody_has_spoken_or_waited_since(happens: list[str]) -> None:
    silence, now, quiet = Silence("fork", None), 0.0, 0.0
    for what in happens:
        now += SILENCE / 5 if what == "passes" else 0.0
        if what == "heard":
            silence.heard()
        if what in ("heard", "waits"):
            quiet = now
        if what in ("draws", "waits") and silence.lasts(now, DRAWS if what == "draws" else WAITS):
            assert now - quiet >= SILENCE


def test_the_message_has_frames_the_users_lines_and_what_helps() -> None:
    busy: dict[Any, int | None] = {"3 (pid 31)": 40, "5 (pid 53)": 41, "8 (pid 88)": 42}
    stacks = dict.fromkeys(busy, STACKS) | {"8 (pid 88)": ""}
    said = Silence("fork", None).message(busy, stacks)
    assert said.startswith("no frame was finished for 30 s, although workers draw. ")
    assert (
        "\nworker 3 (pid 31) draws frame 40, worker 5 (pid 53) draws frame 41:"
        '\n    File "/home/me/film.py", line 12 in smoothed'
        '\n    File "/home/me/film.py", line 20 in update'
        "\nworker 8 (pid 88) draws frame 42\nThese workers are forked."
    ) in said
    assert 'start_method="forkserver" or "spawn"' in said
    assert "With frame_timeout" in said


def test_workers_that_are_not_forked_are_not_said_to_be() -> None:
    assert "fork" not in Silence("spawn", None).message({"w": 1}, {"w": STACKS})


def test_the_message_has_the_timeout_that_there_is() -> None:
    said = Silence("fork", 90.0).message({"w": 1}, {"w": ""})
    assert "After 90 s (frame_timeout) a worker is killed" in said


def test_no_timeout_is_said_to_help_where_none_would() -> None:
    said = Silence("spawn", None).message({"w": None}, {"w": ""})
    assert said.startswith("no worker has come through setup() for 30 s. ")
    assert "frame_timeout" not in said


class Release(logging.Handler):
    """Lets workers go on as soon as a message says that the render is silent."""

    def __init__(self, go_on: Callable[[], None]) -> None:
        super().__init__()
        self.go_on = go_on
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(("no frame was finished", "no worker has come")):
            self.messages.append(record.getMessage())
            if len(self.messages) == 1:
                self.go_on()


@pytest.fixture
def lock() -> Any:
    """A lock that is held when workers are forked."""
    lock = multiprocessing.get_context("fork").Lock()
    lock.acquire()
    return lock


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, lock: Any) -> Iterator[Release]:
    """Lets that lock go when it is said that workers hang, which is so after half a second."""
    monkeypatch.setattr(module, "SILENCE", 0.5)
    release = Release(lock.release)
    log = logging.getLogger("parallel_animate")
    log.addHandler(release)
    yield release
    log.removeHandler(release)


class Hangs(StampAnimator):
    """Waits for a lock at a frame, or in setup()."""

    def __init__(self, lock: Any, frame: int | None) -> None:
        super().__init__()
        self.lock = lock
        self.frame = frame

    def setup(self) -> Figure:
        if self.frame is None:
            self.wait_for_the_lock()
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == self.frame:
            self.wait_for_the_lock()

    def wait_for_the_lock(self) -> None:
        with self.lock:
            pass


@needs_fork
@pytest.mark.timeout(60)
@pytest.mark.parametrize("frame", [0, 3])
def test_a_worker_that_waits_for_a_lock_is_named_once_and_the_render_goes_on(
    out: Path, lock: Any, held: Release, frame: int
) -> None:
    report = Hangs(lock, frame).make_video(out, range(8), 30, num_workers=2, start_method="fork")
    first = held.messages[0]
    assert first.startswith("no frame was finished for 0.5 s")
    assert f"draws frame {frame}" in first
    assert "in wait_for_the_lock\n" in first
    assert "in _receive" not in first
    assert 'start_method="forkserver"' in first
    assert sum(each.startswith("no frame was finished") for each in report.warnings) == 1
    assert first in report.warnings
    assert stamps(out) == list(range(8))


@needs_fork
@pytest.mark.timeout(60)
def test_workers_that_hang_in_setup_are_named_too(out: Path, lock: Any, held: Release) -> None:
    report = Hangs(lock, None).make_video(out, range(4), 30, num_workers=2, start_method="fork")
    first = held.messages[0]
    assert first.startswith("no worker has come through setup() for 0.5 s")
    assert first.count("has not come through setup()") == 2
    assert "in wait_for_the_lock\n" in first
    assert sum(each.startswith("no worker has come") for each in report.warnings) == 1
    assert report.lost_workers == 0
    assert stamps(out) == list(range(4))


class StartsSlowly(StampAnimator):
    """Cannot be unpickled until a file is there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def __setstate__(self, state: dict[str, Any]) -> None:
        wait_until(state["path"].exists, seconds=30)
        self.__dict__.update(state)


@needs_fork
@pytest.mark.timeout(60)
def test_workers_that_cannot_say_yet_where_they_are_are_not_harmed(
    out: Path, held: Release, tmp_path: Path
) -> None:
    """The signal that asks for stacks ends a process that does not know it yet."""
    path = tmp_path / "there"
    held.go_on = path.touch
    report = StartsSlowly(path).make_video(
        out, range(4), 30, num_workers=2, start_method="spawn", check_history=False
    )
    assert held.messages[0].count("has not come through setup()") == 2
    assert report.lost_workers == 0
    assert stamps(out) == list(range(4))
