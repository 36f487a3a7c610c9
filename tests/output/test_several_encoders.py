"""Several encoders at once, each with a segment of its own: the video is the same as with one."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from parallel_animate import (
    EncoderError,
    FrameError,
    IndexedFrameParams,
    OutputError,
    ParamsError,
    RenderReport,
)
from parallel_animate.canvas import FrameFormat
from parallel_animate.engine import widening
from parallel_animate.errors import AnimateError
from parallel_animate.output import pyav
from parallel_animate.output.settings import VideoSettings
from tests.conftest import alike
from tests.output.disks import FULL
from tests.output.small import Recorded, Small, manifest_of, names, partial_of, parts_of
from tests.scripts import ROOT
from tests.stamp import stamps

pytestmark = pytest.mark.one_in(3)

FRAMES = 60
SEGMENT = 12


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Returns a function that forces a number of encoders."""
    return lambda count: monkeypatch.setattr(widening, "FORCED", count)


def render(
    out: Path, params: Iterable[Any] = range(FRAMES), animator: Any = None, **options: Any
) -> RenderReport:
    options = {"num_workers": 5, "segment_frames": SEGMENT, "check_history": False} | options
    report: RenderReport = (animator or Small()).make_video(out, params, 30, **options)
    return report


def digest(out: Path) -> str:
    return hashlib.sha256(out.read_bytes()).hexdigest()


def shuffled() -> list[IndexedFrameParams]:
    params = [IndexedFrameParams(frame, frame) for frame in range(FRAMES)]
    random.Random(1).shuffle(params)
    return params


PARAMS = {
    "list": lambda: list(range(FRAMES)),
    "array": lambda: np.arange(FRAMES),
    "generator": lambda: (frame for frame in range(FRAMES)),
    "shuffled list": shuffled,
    "shuffled generator": lambda: iter(shuffled()),
}


@pytest.mark.parametrize("count", [2, 3, *alike(1, 4, 5)])
@pytest.mark.parametrize("kind", list(PARAMS))
def test_frames_come_once_and_in_order(
    tmp_path: Path, count: int, kind: str, encoders: Any
) -> None:
    encoders(count)
    out = tmp_path / "out.mp4"
    report = render(out, PARAMS[kind](), num_workers=max(2, count))
    assert stamps(out) == list(range(FRAMES))
    assert report.frames == FRAMES
    assert report.segments == FRAMES // SEGMENT
    assert report.encoders == (1 if "shuffled" in kind else count)
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("count", [3, *alike(2)])
@pytest.mark.parametrize("suffix", [".mp4", *alike(".webm")])
def test_the_file_has_the_same_bytes_as_with_one_encoder(
    tmp_path: Path, count: int, suffix: str, encoders: Any
) -> None:
    render(tmp_path / f"one{suffix}")
    encoders(count)
    assert render(tmp_path / f"other{suffix}").encoders == count
    assert digest(tmp_path / f"other{suffix}") == digest(tmp_path / f"one{suffix}")


def test_frames_have_exact_times_at_each_joint(tmp_path: Path, encoders: Any) -> None:
    encoders(3)
    out = tmp_path / "out.mp4"
    render(out)
    with av.open(str(out)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == [pytest.approx(frame / 30, abs=1e-6) for frame in range(FRAMES)]


def test_an_encoder_takes_no_more_memory_than_is_reckoned_with(tmp_path: Path) -> None:
    settings, size = VideoSettings(Fraction(30), "cpu"), FrameFormat("yuv420p", 1920, 1080)
    process = psutil.Process()
    before = process.memory_info().rss
    writer = pyav.PyavWriter(settings, "libx264", tmp_path / "out.mp4", size)
    with writer:
        for number in range(60):  # more than it looks ahead
            pixels = np.full(size.shape, 90, np.uint8)
            pixels[:300, 20 * number : 20 * number + 300] = number
            writer.put(pixels, number)
        taken = process.memory_info().rss - before
    assert taken < widening.PICTURES * pixels.nbytes


@pytest.mark.parametrize("at", [30, *alike(5)])
def test_a_worker_that_is_killed_makes_no_difference(
    tmp_path: Path, at: int, encoders: Any
) -> None:
    class Dies(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            died = tmp_path / "died"
            if frame_idx == at and not died.exists():
                died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            super().update(frame_idx, params)

    render(tmp_path / "one.mp4")
    encoders(3)
    report = render(tmp_path / "other.mp4", animator=Dies())
    assert report.lost_workers == 1
    assert digest(tmp_path / "other.mp4") == digest(tmp_path / "one.mp4")


@pytest.mark.parametrize(
    ("at", "params"),
    [
        (0, "list"),
        (30, "list"),
        (17, "generator"),
        *alike((1, "list"), (12, "generator"), (59, "list")),
    ],
)
def test_all_frames_before_one_that_fails_are_kept_and_a_resumed_render_makes_no_difference(
    tmp_path: Path, at: int, params: str, encoders: Any
) -> None:
    render(tmp_path / "one.mp4")
    encoders(3)
    out = tmp_path / "out.mp4"
    with pytest.raises(FrameError, match=f"frame {at} ") as caught:
        render(out, PARAMS[params](), Recorded(tmp_path / "log", at))
    assert caught.value.partial_frames == at
    if at:
        assert stamps(partial_of(out)) == list(range(at))
    render(out, PARAMS[params](), resume=True)
    assert digest(out) == digest(tmp_path / "one.mp4")
    assert not parts_of(out).exists()


def test_params_that_fail_leave_all_frames_before_them(tmp_path: Path, encoders: Any) -> None:
    def params() -> Iterator[int]:
        yield from range(40)
        raise ArithmeticError("no more")

    encoders(3)
    out = tmp_path / "out.mp4"
    with pytest.raises(ParamsError) as caught:
        render(out, params())
    assert caught.value.partial_frames == 40
    assert stamps(partial_of(out)) == list(range(40))


@pytest.mark.parametrize(
    "error", [OutputError(f"cannot write: {FULL}"), *alike(EncoderError("it is broken"))]
)
@pytest.mark.parametrize("number", [2, *alike(1, 3)])
def test_an_encoder_that_fails_or_a_full_disk_leaves_all_frames_before_its_segment(
    tmp_path: Path,
    error: AnimateError,
    number: int,
    encoders: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put = pyav.PyavWriter.put

    def failing(self: pyav.PyavWriter, pixels: Any, place: int, first: int = 0) -> None:
        if first == (number - 1) * SEGMENT and place == 3:
            raise type(error)(str(error))  # a new one: a render adds to what it raises
        put(self, pixels, place, first)

    render(tmp_path / "one.mp4")
    encoders(3)
    out = tmp_path / "out.mp4"
    with monkeypatch.context() as broken:
        broken.setattr(pyav.PyavWriter, "put", failing)
        with pytest.raises(type(error), match=str(error)) as caught:
            render(out)
    assert caught.value.partial_frames == (number - 1) * SEGMENT
    render(out, resume=True)
    assert digest(out) == digest(tmp_path / "one.mp4")


SCRIPT = """
import os, sys
from parallel_animate.engine import widening
from tests.output.small import Small

class Tells(Small):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        os.write(1, b"drawn\\n")

widening.FORCED = 3
if __name__ == "__main__":
    Tells().make_video(sys.argv[1], range(600), 30, num_workers=4, segment_frames=50,
        check_history=False, resume=True)
"""


def ended_by(kind: int, out: Path, drawn: int) -> int:
    """Render in a process of its own, which gets a signal after so many frames were drawn."""
    script = out.with_name("script.py")
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, script, out],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    for _ in range(drawn):
        assert process.stdout.readline() == b"drawn\n"
    process.send_signal(kind)
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("drawn", [180, *alike(5, 60, 330)])
def test_ctrl_c_keeps_all_frames_up_to_the_first_missing_one(
    tmp_path: Path, drawn: int, encoders: Any
) -> None:
    out = tmp_path / "out.mp4"
    assert ended_by(signal.SIGINT, out, drawn) != 0
    kept = stamps(partial_of(out)) if partial_of(out).exists() else []
    assert kept == list(range(len(kept)))
    assert manifest_of(out)["frames_done"] == len(kept) if kept else drawn < 50
    encoders(3)
    render(out, range(600), segment_frames=50, resume=True, num_workers=4)
    render(tmp_path / "one.mp4", range(600), segment_frames=50, num_workers=2)
    assert digest(out) == digest(tmp_path / "one.mp4")


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_render_that_is_killed_at_twenty_moments_makes_the_same_video(tmp_path: Path) -> None:
    """With three encoders each time, and then resumed with three."""
    render(tmp_path / "one.mp4", range(600), segment_frames=50, num_workers=2)
    moments = random.Random(24)
    for number in range(20):
        out = tmp_path / f"{number}.mp4"
        assert ended_by(signal.SIGKILL, out, moments.randrange(1, 560)) == -signal.SIGKILL
        assert ended_by(signal.SIGURG, out, 0) == 0
        assert digest(out) == digest(tmp_path / "one.mp4")
