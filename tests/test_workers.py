"""Workers that die, or hang, cost no frame; and if a frame is to blame, the error says which."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import ArgumentError, SetupError, SharedMemoryError, WorkerDiedError, ring
from tests.stamp import StampAnimator, stamps

METHODS = ["fork", "forkserver", "spawn"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")


def end(how: str) -> None:
    """End, or stop, this process in one of the ways that nobody can catch."""
    if how == "exit":
        os._exit(7)
    if how == "segfault":
        ctypes.string_at(0)
    if how == "hang":
        threading.Event().wait()
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
        for time in range(self.times.get(frame_idx, 0)):
            try:
                (self.folder / f"{frame_idx}.{time}").touch(exist_ok=False)
            except FileExistsError:
                continue
            end(self.how)


@pytest.mark.parametrize("method", METHODS)
def test_a_killed_worker_costs_no_frame(out: Path, tmp_path: Path, method: str) -> None:
    animator = EndsAt(tmp_path, "SIGKILL", {0: 1, 5: 2, 19: 1})
    report = animator.make_video(out, range(20), 30, num_workers=2, start_method=method)
    assert report.lost_workers == 4
    assert "lost workers  4, all replaced" in str(report)
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


@pytest.mark.parametrize("method", METHODS)
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
    monkeypatch.setattr("parallel_animate.machine.usable_cores", lambda: 1)
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
        end(self.how)
        raise AssertionError


def test_workers_that_die_one_after_the_other_end_the_render(out: Path, tmp_path: Path) -> None:
    class EndsAlways(EndsInLaterSetups):
        def update(self, frame_idx: int, params: Any) -> None:
            end(self.how)

    with pytest.raises(WorkerDiedError, match=r"SIGKILL.*in a row, with no frame finished"):
        EndsAlways(tmp_path, "SIGKILL", first=2).make_video(out, range(6), 30, num_workers=2)


def test_an_exit_in_setup_is_told_at_once(out: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"exited with code 7 before it could draw a frame"):
        EndsInLaterSetups(tmp_path, "exit", first=1).make_video(out, range(2000), 30, num_workers=2)


def test_memory_for_few_slots_means_fewer_workers(
    out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slot = ring.slot_stride(320 * 240 * 3 // 2)
    monkeypatch.setattr(ring, "_shm_free", lambda: 3 * slot)
    report = StampAnimator().make_video(out, range(12), 30, num_workers=4)
    assert (report.slots, report.workers) == (3, 2)
    assert "2 worker(s) instead of 4" in caplog.text
    assert stamps(out) == list(range(12))


def test_memory_for_no_two_slots_is_an_error_before_any_frame_is_drawn(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Signs(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            (tmp_path / "drawn").touch()

    monkeypatch.setattr(ring, "_shm_free", lambda: 4096)
    with pytest.raises(SharedMemoryError, match="no room for 2 frame slots"):
        Signs().make_video(out, range(12), 30, num_workers=4)
    assert not (tmp_path / "drawn").exists()
    assert not (tmp_path / "out.mp4.parts").exists()
