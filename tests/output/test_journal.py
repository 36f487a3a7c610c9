"""What is kept of the segment under way: whole frames, in order, from its first one on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import EncoderError, FrameError, ResumeError
from parallel_animate.canvas import FrameFormat
from parallel_animate.output import journal as module
from parallel_animate.output import pyav
from parallel_animate.output.journal import JOURNAL, Journal, Kept
from tests.output.small import Recorded, Small, fail, parts_of
from tests.stamp import stamps

FORM = FrameFormat("yuv420p", 16, 8)
NAMES = ("out.mp4",)


def picture(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(number).integers(0, 255, FORM.shape, np.uint8)


def journal(folder: Path, segment: int = 100) -> Journal:
    return Journal(folder, NAMES, FORM.nbytes, segment)


def check(kept: Kept, first: int, frames: int) -> None:
    assert (kept.first, kept.frames, kept.outputs) == (first, frames, NAMES)
    for number, pixels in enumerate(kept.read(FORM)):
        assert (pixels == picture(first + number)).all()
        assert pixels.flags.writeable  # or an encoder could not take it


@given(first=st.integers(0, 500), runs=st.lists(st.integers(0, 4), max_size=4), cut=st.floats(0, 1))
def test_what_is_there_of_a_file_is_whole(
    tmp_path_factory: pytest.TempPathFactory, first: int, runs: list[int], cut: float
) -> None:
    """However often it was added to, and wherever the process was killed."""
    folder = tmp_path_factory.mktemp("parts")
    written, number, ends = journal(folder), first, []
    written.begin(first)
    for run in runs:
        for _ in range(run):
            written.add(picture(number))
            number += 1
            written.save()
            ends.append((folder / JOURNAL).stat().st_size)
        written.save()
    if not ends:
        assert Kept.of(folder) == Kept(folder)
        return
    check(Kept.of(folder), first, number - first)
    size = round(cut * ends[-1])
    with (folder / JOURNAL).open("r+b") as file:
        file.truncate(size)
    kept = Kept.of(folder)
    whole = sum(end <= size for end in ends)
    assert kept.frames == whole
    if whole:
        check(kept, first, whole)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]\n", b"\0" * 99, b'{"first": 0}\n'])
def test_a_file_that_cannot_be_read_holds_nothing(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / JOURNAL).write_bytes(damage)
    assert Kept.of(tmp_path) == Kept(tmp_path)


def test_a_byte_that_has_changed_ends_it(tmp_path: Path) -> None:
    written = journal(tmp_path)
    for number in range(3):
        written.add(picture(number))
    written.save()
    data = bytearray((tmp_path / JOURNAL).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / JOURNAL).write_bytes(data)
    check(Kept.of(tmp_path), 0, 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Time that passes only when it is told to."""

    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(module, "COPIED", 0)
    monkeypatch.setattr(module, "monotonic", clock)
    monkeypatch.setattr(module, "perf_counter", clock)
    return clock


@pytest.mark.parametrize("copied", [0, 1 << 25])
def test_frames_of_a_slow_render_are_saved_once_a_minute(
    tmp_path: Path, clock: Any, copied: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COPIED", copied)
    written, saved = journal(tmp_path), []
    for number in range(30):
        clock.now += 7
        if written.add(picture(number)):
            written.save()
            saved.append(number)
            check(Kept.of(tmp_path), 0, number + 1)
    assert saved == [8, 17, 26]
    written.clear()
    assert not (tmp_path / JOURNAL).exists()


def test_large_frames_of_a_fast_render_are_not_kept(tmp_path: Path, clock: Any) -> None:
    written = journal(tmp_path)
    for number in range(30):
        clock.now += FORM.nbytes / module.SPEED
        written.add(picture(number))
    written.save()
    assert not (tmp_path / JOURNAL).exists()


def test_frames_after_one_that_was_not_kept_are_not_kept_either(tmp_path: Path, clock: Any) -> None:
    written = journal(tmp_path)
    for seconds in (7, 0, 0, 0, 1000, 1000):
        clock.now += seconds
        written._cost = 0.05  # of which there is room in 7 s, but not in 2
        written.add(picture(written._came))
    written.save()
    kept = Kept.of(tmp_path)
    assert 0 < kept.frames < 6
    check(kept, 0, kept.frames)


def test_a_full_disk_is_no_error(tmp_path: Path) -> None:
    written = journal(tmp_path / "gone")
    written.add(picture(0))
    written.save()
    assert Kept.of(tmp_path / "gone").frames == 0


def test_frames_for_other_outputs_are_drawn_again(tmp_path: Path) -> None:
    """In a slot, they lie differently."""
    both = [tmp_path / "a.mp4", tmp_path / "b.gif"]
    arguments: dict[str, Any] = {"fps": 25, "num_workers": 1, "segment_frames": 5}
    with pytest.raises(FrameError):
        Recorded(tmp_path / "log", 12).make_video(both, range(20), **arguments)
    report = Small().make_video(both[0], range(20), **arguments, resume=True)
    assert report.resumed_frames == 10
    assert len(stamps(both[0])) == 20


def test_a_resume_with_other_settings_is_an_error_where_only_frames_are_kept(out: Path) -> None:
    fail(out, 3)
    (parts_of(out) / "00000.mp4").unlink()
    with pytest.raises(ResumeError, match="fps is '25', but the 3 frames in"):
        Small().make_video(out, range(20), 25, num_workers=1, resume=True)


def test_an_encoder_that_fails_costs_no_frame(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = pyav.PyavWriter.put

    def failing(self: Any, pixels: Any, number: int, first: int = 0) -> None:
        if first + number == 7:
            raise EncoderError("no more")
        put(self, pixels, number, first)

    with monkeypatch.context() as patch:
        patch.setattr(pyav.PyavWriter, "put", failing)
        with pytest.raises(EncoderError, match="no more"):
            Small().make_video(out, range(12), 30, num_workers=1, segment_frames=5)
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(12), 30, num_workers=1, segment_frames=5, resume=True)
    assert report.resumed_frames == 8
    assert stamps(out) == list(range(12))
