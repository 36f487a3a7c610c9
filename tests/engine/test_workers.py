"""Workers that die, or hang, cost no frame; and if a frame is to blame, the error says which."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import popen_fork
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import ArgumentError, SetupError, WorkerDiedError
from parallel_animate.engine.deaths import DEATHS_IN_A_ROW
from tests.conftest import MOSTLY_FORK
from tests.scripts import ROOT
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.one_in(3),
    pytest.mark.skipif(os.name != "posix", reason="needs signals"),
    pytest.mark.timeout(60),
]


def end(how: str) -> None:
    """End, or stop, this process in one of the ways that nobody can catch."""
    if how == "exit":
        os._exit(7)
    if how == "segfault":
        ctypes.string_at(0)
    if how == "hang":
        threading.Event().wait()
    if how == "hang in C":
        re.match("(a+)+$", "a" * 60 + "b")  # takes some years, and lets no other thread run
    os.kill(os.getpid(), getattr(signal, how))


class EndsAt(StampAnimator):
    """Ends its worker at some frames, as often as `times` says."""

    def __init__(self, folder: Path, how: str, times: dict[int, int]) -> None:
        super().__init__()
        self.folder = folder
        self.how = how
        self.times = times

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        for number in range(self.times.get(frame_idx, 0)):
            try:
                (self.folder / f"{frame_idx}.{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            end(self.how)


class Signed(StampAnimator):
    """Notes which process draws a frame."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        (self.folder / f"{frame_idx}.{os.getpid()}").touch()

    def drawn(self) -> list[list[int]]:
        """Return the frames of each process, those of the one with the most first."""
        by_process: dict[str, list[int]] = {}
        for path in self.folder.iterdir():
            by_process.setdefault(path.suffix, []).append(int(path.stem))
        return sorted(map(sorted, by_process.values()), key=len, reverse=True)


class Waits(Signed):
    """Finishes frame 20 only when another process draws a later one."""

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        while frame_idx == 20 and not self.is_passed(frame_idx):
            time.sleep(0.01)

    def is_passed(self, frame: int) -> bool:
        paths = [path for path in self.folder.iterdir() if int(path.stem) > frame]
        return any(path.suffix != f".{os.getpid()}" for path in paths)


def test_a_writer_that_waits_is_served_by_all(out: Path, tmp_path: Path) -> None:
    animator = Waits(tmp_path / "drawn")
    animator.folder.mkdir()
    animator.make_video(out, range(40), 30, num_workers=2, check_history=False)
    assert stamps(out) == list(range(40))


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_a_killed_worker_costs_no_frame(out: Path, tmp_path: Path, method: str) -> None:
    animator = EndsAt(tmp_path, "SIGKILL", {0: 1, 5: 2, 19: 1})
    report = animator.make_video(out, range(20), 30, num_workers=2, start_method=method)
    assert report.lost_workers == 4
    assert "lost workers  4: see the log" in str(report)
    assert stamps(out) == list(range(20))


@pytest.mark.parametrize("how", ["exit", "segfault", "SIGTERM", "SIGILL"])
def test_however_a_worker_dies_its_frames_go_to_others(
    out: Path, tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    report = EndsAt(tmp_path, how, {3: 1, 4: 1}).make_video(out, range(12), 30, num_workers=3)
    # SIGTERM is for the main process to act on: a worker goes on.
    assert report.lost_workers == (0 if how == "SIGTERM" else 2)
    assert caplog.text.count("another takes its place") == report.lost_workers
    assert stamps(out) == list(range(12))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("SIGKILL", r"was killed by signal 9 \(SIGKILL\)"),
        ("segfault", r"was killed by signal 11 \(SIGSEGV\)"),
        ("exit", "exited with code 7"),
    ],
)
def test_a_frame_that_ends_three_workers_ends_the_render(
    out: Path, tmp_path: Path, how: str, said: str
) -> None:
    with pytest.raises(WorkerDiedError, match=said) as caught:
        EndsAt(tmp_path, how, {7: 9}).make_video(out, list("abcdefghijkl"), 30, num_workers=2)
    error = caught.value
    assert str(error).startswith("frame 7 with params 'h' has ended 3 workers: worker process")
    assert error.frame_idx == 7
    assert len(list(tmp_path.glob("7.*"))) == 3
    assert error.partial_frames == 7
    assert stamps(tmp_path / "out.partial.mp4") == list(range(7))
    if how == "segfault":
        assert "Segmentation fault" in error.__notes__[0]
        assert "in update" in error.__notes__[0]


def test_a_hung_worker_is_killed_and_costs_no_frame(out: Path, tmp_path: Path) -> None:
    animator = EndsAt(tmp_path, "hang", {4: 1})
    report = animator.make_video(out, range(10), 30, num_workers=2, frame_timeout=1.5)
    assert report.lost_workers == 1
    assert stamps(out) == list(range(10))


def test_params_larger_than_a_pipe_do_not_wait_for_a_worker_that_hangs(
    out: Path, tmp_path: Path
) -> None:
    """It hangs in C code that keeps the interpreter's lock: not even its reading thread goes on."""

    class Hangs(EndsAt):
        def update(self, frame_idx: int, params: Any) -> None:
            assert len(params) == 5_000_000
            super().update(frame_idx, params)

    params = (bytes(5_000_000) for _ in range(12))
    report = Hangs(tmp_path, "hang in C", {4: 1}).make_video(
        out, params, 30, num_workers=2, frame_timeout=1.5
    )
    assert report.lost_workers == 1
    assert stamps(out) == list(range(12))


STOPPED = """
import os, sys, time
from tests.stamp import StampAnimator

class Slow(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        os.write(1, b"drawing\\n")
        time.sleep(0.4)

if __name__ == "__main__":
    report = Slow().make_video(sys.argv[1], range(6), 30, num_workers=2, frame_timeout=2)
    print("lost", report.lost_workers)
"""


def test_a_render_that_is_stopped_and_goes_on_loses_no_worker(out: Path, tmp_path: Path) -> None:
    """As by Ctrl-Z and fg. That its workers stand still meanwhile does not mean that they hang."""
    script = tmp_path / "script.py"
    script.write_text(STOPPED)
    process = subprocess.Popen(
        [sys.executable, script, out],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == b"drawing\n"
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(2.5)  # longer than a frame may take
        os.killpg(process.pid, signal.SIGCONT)
        written, _ = process.communicate(timeout=30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert written.splitlines()[-1] == b"lost 0"
    assert stamps(out) == list(range(6))


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_a_frame_that_hangs_three_times_is_an_error_with_the_workers_stack(
    out: Path, tmp_path: Path, method: str
) -> None:
    with pytest.raises(WorkerDiedError, match=r"took longer than 1 s and was killed") as caught:
        EndsAt(tmp_path, "hang", {2: 9}).make_video(
            out, range(6), 30, num_workers=2, frame_timeout=1, start_method=method
        )
    assert caught.value.frame_idx == 2
    [stacks] = [note for note in caught.value.__notes__ if "Where worker" in note]
    assert "in end" in stacks
    assert "in update" in stacks


def test_one_worker_process_is_enough_for_a_timeout(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parallel_animate.system.machine.usable_cores", lambda: 1)
    animator = EndsAt(tmp_path, "hang", {1: 1})
    report = animator.make_video(out, range(4), 30, frame_timeout=1.5)
    assert (report.workers, report.lost_workers) == (1, 1)
    assert stamps(out) == list(range(4))


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), "1", True])
def test_a_timeout_that_is_none_is_refused(out: Path, timeout: Any) -> None:
    with pytest.raises(ArgumentError, match="frame_timeout must be a positive number of seconds"):
        StampAnimator().make_video(out, range(3), 30, frame_timeout=timeout)


def test_a_timeout_without_worker_processes_is_refused(out: Path) -> None:
    with pytest.raises(ArgumentError, match="frame_timeout needs worker processes"):
        StampAnimator().make_video(out, range(3), 30, num_workers=1, frame_timeout=1)


class EndsInLaterSetups(StampAnimator):
    """Its setup() ends all workers but the first few."""

    def __init__(self, folder: Path, how: str, first: int) -> None:
        super().__init__()
        self.folder = folder
        self.how = how
        self.first = first

    def setup(self) -> Figure:
        for number in range(self.first):
            try:
                (self.folder / f"setup.{number}").touch(exist_ok=False)
                return super().setup()
            except FileExistsError:
                continue
        self.last_moment()
        end(self.how)
        raise AssertionError

    def last_moment(self) -> None:
        """Is called by those that end."""


def test_workers_that_die_one_after_the_other_end_the_render(out: Path, tmp_path: Path) -> None:
    class EndsAlways(EndsInLaterSetups):
        def update(self, frame_idx: int, params: Any) -> None:
            end(self.how)

    with pytest.raises(WorkerDiedError, match=r"SIGKILL.*in a row, with no frame finished"):
        EndsAlways(tmp_path, "SIGKILL", first=2).make_video(out, range(6), 30, num_workers=2)


def test_any_number_of_deaths_with_a_finished_frame_between_costs_no_frame(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one worker process, each that dies has finished a frame before."""
    monkeypatch.setattr("parallel_animate.system.machine.usable_cores", lambda: 1)
    deaths = DEATHS_IN_A_ROW + 2
    animator = EndsAt(tmp_path, "SIGKILL", dict.fromkeys(range(1, 2 * deaths, 2), 1))
    report = animator.make_video(out, range(2 * deaths), 30, frame_timeout=30)
    assert (report.workers, report.lost_workers) == (1, deaths)
    assert stamps(out) == list(range(2 * deaths))


def test_an_exit_in_setup_is_told_at_once(out: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"exited with code 7 before it could draw a frame"):
        EndsInLaterSetups(tmp_path, "exit", first=1).make_video(out, range(2000), 30, num_workers=2)


def test_setups_that_crash_again_and_again_mean_fewer_workers(
    out: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise a new worker would be started for each one that dies, for hours."""

    class Crashes(EndsInLaterSetups):
        def setup(self) -> Figure:
            (tmp_path / f"{os.getpid()}.setup").touch()
            return super().setup()

        def last_moment(self) -> None:
            while not (tmp_path / "drawing").exists():
                time.sleep(0.001)

        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            (tmp_path / "drawing").touch()
            while len(list(tmp_path.glob("*.setup"))) < 5:  # four of them crash
                time.sleep(0.001)

    report = Crashes(tmp_path, "SIGKILL", first=1).make_video(out, range(30), 30, num_workers=3)
    assert report.workers == 1
    assert report.lost_workers == 4
    assert caplog.text.count("another takes its place") == 2
    assert caplog.text.count("one worker less") == 2
    assert stamps(out) == list(range(30))


@pytest.fixture
def few_processes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function after which the system starts only so many more processes."""
    launch = popen_fork.Popen._launch  # type: ignore[attr-defined]
    left = [0]

    def limited(self: object, process: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        launch(self, process)

    def limit(count: int) -> None:
        left[0] = count
        monkeypatch.setattr(popen_fork.Popen, "_launch", limited)

    return limit


def test_where_no_other_worker_can_be_started_the_rest_goes_on(
    out: Path,
    tmp_path: Path,
    few_processes: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    few_processes(2)
    animator = EndsAt(tmp_path, "SIGKILL", {3: 1})
    report = animator.make_video(out, range(20), 30, num_workers=2, start_method="fork")
    assert (report.workers, report.lost_workers) == (1, 1)
    assert "no worker can be started (Resource temporarily unavailable)" in caplog.text
    assert stamps(out) == list(range(20))


def test_where_no_worker_is_left_the_render_ends_and_keeps_what_is_finished(
    out: Path, tmp_path: Path, few_processes: Callable[[int], None]
) -> None:
    few_processes(2)
    animator = EndsAt(tmp_path, "SIGKILL", {3: 1, 8: 1})
    with pytest.raises(WorkerDiedError, match=r"SIGKILL.*, and no other can be started") as caught:
        animator.make_video(
            out, range(20), 30, num_workers=2, check_history=False, start_method="fork"
        )
    kept = caught.value.partial_frames
    assert 3 <= kept <= 8
    assert stamps(tmp_path / "out.partial.mp4") == list(range(kept))


def test_workers_that_cannot_be_started_are_an_error_that_says_what_to_do(
    out: Path, few_processes: Callable[[int], None]
) -> None:
    few_processes(3)
    with pytest.raises(SetupError, match=r"only 3 of 5 worker .* smaller num_workers.*ulimit"):
        StampAnimator().make_video(out, range(20), 30, num_workers=5, start_method="fork")
    assert not out.parent.joinpath("out.mp4.parts").exists()
