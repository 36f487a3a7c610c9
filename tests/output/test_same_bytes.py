"""The same video has the same bytes, whoever has drawn it, and whatever has held up its render."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError
from parallel_animate.output import journal, pyav
from tests.conftest import alike
from tests.output.small import Recorded, Small, parts_of

pytestmark = pytest.mark.one_in(3)

FRAMES = 40
SEGMENT = 15


def render(out: Path, animator: Small | None = None, **arguments: Any) -> str:
    """Render a video; return its digest."""
    arguments = {"num_workers": 1, "segment_frames": SEGMENT, "check_history": False} | arguments
    (animator or Small()).make_video(out, range(FRAMES), 30, **arguments)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def failed(out: Path, at: int, **arguments: Any) -> None:
    """Begin the same render, and fail at a frame."""
    with pytest.raises(FrameError):
        render(out, Recorded(out.with_name("log"), at), **arguments)


@pytest.mark.parametrize("suffix", [".mp4", ".webm", *alike(".mkv", ".mov", ".gif", ".avi")])
@pytest.mark.parametrize("workers", [2, *alike(1, 5)])
@pytest.mark.filterwarnings("ignore:.*hundredths of a second")
def test_workers_and_cores_make_no_difference(
    tmp_path: Path, suffix: str, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = render(tmp_path / f"one{suffix}")
    monkeypatch.setattr(pyav, "usable_cores", lambda: 16)
    assert render(tmp_path / f"other{suffix}", num_workers=workers) == expected


@pytest.mark.parametrize("codec", ["hevc", *alike("av1")])
def test_machines_with_many_cores_write_the_same(
    tmp_path: Path, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And x265 can be opened there, which takes no more than fifteen threads."""
    expected = render(tmp_path / "one.mp4", codec=codec)
    monkeypatch.setattr(pyav, "usable_cores", lambda: 64)
    assert render(tmp_path / "other.mp4", codec=codec) == expected


@pytest.mark.parametrize("at", [1, 15, 22, *alike(14, 16, 29, 30, 31, 39)])
@pytest.mark.parametrize("kept", [True, False])
def test_a_resumed_render_makes_no_difference(
    tmp_path: Path, at: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the frames of the segment under way were kept, or have to be drawn again."""
    if not kept:
        monkeypatch.setattr(journal, "COPIED", 0)
        monkeypatch.setattr(journal, "SHARE", 0)
    expected = render(tmp_path / "one.mp4")
    out = tmp_path / "other.mp4"
    failed(out, at)
    recorded = Recorded(tmp_path / "log")
    recorded.drawn()
    assert render(out, recorded, resume=True) == expected
    first = at if kept else at // SEGMENT * SEGMENT
    assert [frame for frame, _ in recorded.drawn(since=first)] == list(range(first, FRAMES))


def test_failing_again_and_again_makes_no_difference(tmp_path: Path) -> None:
    expected = render(tmp_path / "one.mp4")
    out = tmp_path / "other.mp4"
    for at in (9, 9, 12, 33, 33):
        failed(out, at, resume=True)
    assert render(out, resume=True, num_workers=2) == expected


def test_a_worker_that_is_killed_makes_no_difference(tmp_path: Path) -> None:
    class Dies(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            died = tmp_path / "died"
            if frame_idx == 21 and not died.exists():
                died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            super().update(frame_idx, params)

    expected = render(tmp_path / "one.mp4")
    assert render(tmp_path / "other.mp4", Dies(), num_workers=2) == expected


def test_a_process_that_is_killed_makes_no_difference(tmp_path: Path) -> None:
    class Dies(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 38:
                os.kill(os.getpid(), signal.SIGKILL)
            super().update(frame_idx, params)

    expected = render(tmp_path / "one.mp4")
    out = tmp_path / "other.mp4"
    process = multiprocessing.get_context("fork").Process(target=render, args=(out, Dies()))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (parts_of(out) / "00001.mp4").exists()
    assert render(out, resume=True) == expected
