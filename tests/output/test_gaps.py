"""Segments may be finished in any order: a resumed render goes on from whichever there are."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from parallel_animate import ArgumentError, FrameError, RenderReport
from parallel_animate.commands.main import app
from parallel_animate.engine import widening
from parallel_animate.output import Parts
from parallel_animate.output.manifest import read_manifest
from tests.conftest import alike
from tests.output.small import Recorded, Small, fail, manifest_of, partial_of, parts_of
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

FRAMES = 33
SEGMENT = 5
SEGMENTS = 7
LAST = Path("left") / "out.mp4"


def render(
    out: Path, animator: Any = None, params: Iterable[Any] = range(FRAMES), **options: Any
) -> RenderReport:
    options = {"num_workers": 1, "segment_frames": SEGMENT, "check_history": False} | options
    report: RenderReport = (animator or Small()).make_video(out, params, 30, **options)
    return report


def digest(out: Path) -> str:
    return hashlib.sha256(out.read_bytes()).hexdigest()


def frames_of(numbers: Iterable[int]) -> list[int]:
    """Return the frames that segments hold."""
    return [frame for frame in range(FRAMES) if frame // SEGMENT in set(numbers)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the video, and one of a render that had all of its segments finished."""
    folder = tmp_path_factory.mktemp("whole")
    render(folder / "out.mp4")
    (folder / "left").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parts, "complete", lambda parts: None)
        patch.setattr("parallel_animate.output.outputs.commit", not_committed)
        with pytest.raises(ArithmeticError):
            render(folder / LAST)
    partial_of(folder / LAST).unlink(missing_ok=True)
    assert len(manifest_of(folder / LAST)["segments"]) == SEGMENTS
    return folder


def not_committed(*args: Any) -> None:
    raise ArithmeticError


def with_segments(whole: Path, folder: Path, numbers: Iterable[int]) -> Path:
    """Return the name of a video of which these segments are finished."""
    shutil.copytree(whole / "left", folder)
    for number in set(range(SEGMENTS)) - set(numbers):
        (parts_of(folder / "out.mp4") / f"{number:05}.mp4").unlink()
    return folder / "out.mp4"


@settings(max_examples=12, deadline=None)
@given(numbers=st.sets(st.integers(0, SEGMENTS - 1)))
def test_a_render_goes_on_from_any_segments(
    whole: Path, numbers: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    out = with_segments(whole, folder / "left", numbers)
    recorded = Recorded(folder / "log")
    report = render(out, recorded, resume=True)
    assert digest(out) == digest(whole / "out.mp4")
    assert not parts_of(out).exists()
    drawn = [frame for frame, _ in recorded.drawn()]
    missing = frames_of(set(range(SEGMENTS)) - numbers)
    assert drawn == sorted({0, *missing} if missing else missing)
    assert report.resumed_frames == FRAMES - len(missing)
    assert (report.frames, report.segments) == (FRAMES, SEGMENTS)


def generator() -> Iterator[int]:
    yield from range(FRAMES)


@pytest.mark.parametrize("numbers", [{0, 3, 6}, *alike({1, 2, 4}, {5})])
@pytest.mark.parametrize(
    ("workers", "encoders", "params"),
    [(2, None, lambda: range(FRAMES)), (3, 3, lambda: range(FRAMES)), (2, 2, generator)],
)
def test_workers_and_encoders_go_on_likewise(
    tmp_path: Path,
    whole: Path,
    numbers: set[int],
    workers: int,
    encoders: int | None,
    params: Callable[[], Iterable[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(widening, "FORCED", encoders)
    out = with_segments(whole, tmp_path / "left", numbers)
    recorded = Recorded(tmp_path / "log")
    report = render(out, recorded, params(), num_workers=workers, resume=True)
    assert digest(out) == digest(whole / "out.mp4")
    lines = recorded.log.read_text().splitlines()
    missing = set(range(FRAMES)) - set(frames_of(numbers))
    assert {int(line.split()[0]) for line in lines} == missing | {0}  # each worker begins with it
    assert report.resumed_frames == FRAMES - len(missing)


def test_what_is_finished_behind_a_gap_is_kept_when_another_segment_fails(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partial result has all frames up to the first one that is missing."""
    monkeypatch.setattr(widening, "FORCED", 3)
    out = tmp_path / "out.mp4"

    class Waits(Small):
        """Frame 2 is only drawn when another segment is finished, and fails."""

        def update(self, frame_idx: int, params: Any) -> None:
            while frame_idx == 2 and not any(parts_of(out).glob("0000[12].mp4")):
                os.sched_yield()
            if frame_idx == 2:
                raise ArithmeticError("no such frame")
            super().update(frame_idx, params)

    with pytest.raises(FrameError, match="frame 2 ") as caught:
        render(out, Waits(), num_workers=4)
    assert (caught.value.partial_frames, stamps(partial_of(out))) == (2, [0, 1])
    manifest = manifest_of(out)
    there = [each["first"] for each in manifest["segments"] if each["whole"]]
    assert there
    assert 0 not in there
    assert manifest["frames_done"] == 2
    recorded = Recorded(tmp_path / "log")
    report = render(out, recorded, resume=True)
    assert report.resumed_frames >= SEGMENT * len(there)
    assert not {frame for frame, _ in recorded.drawn(since=2)} & {
        frame for first in there for frame in range(first, first + SEGMENT)
    }
    assert digest(out) == digest(whole / "out.mp4")


def test_a_killed_render_keeps_what_is_finished_behind_a_gap(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widening, "FORCED", 3)
    out = tmp_path / "out.mp4"

    class Kills(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            while frame_idx == 2 and not any(parts_of(out).glob("0000[12].mp4")):
                os.sched_yield()
            if frame_idx == 2:
                os.kill(os.getppid(), signal.SIGKILL)
                signal.pause()
            super().update(frame_idx, params)

    process = os.fork()
    if not process:
        try:
            render(out, Kills(), num_workers=4)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL
    assert not (parts_of(out) / "00000.mp4").exists()
    report = render(out, num_workers=2, resume=True)
    assert digest(out) == digest(whole / "out.mp4")
    assert report.resumed_frames in (0, 5, 10)  # 0: killed between its name and the manifest


def test_a_failure_in_a_gap_keeps_all_that_is_finished(tmp_path: Path, whole: Path) -> None:
    """And the frames of the segment under way."""
    out = with_segments(whole, tmp_path / "left", [0, 2, 4])
    with pytest.raises(FrameError) as caught:
        render(out, Recorded(tmp_path / "log", 17), resume=True)
    assert (caught.value.partial_frames, stamps(partial_of(out))) == (17, list(range(17)))
    recorded = Recorded(tmp_path / "again")
    report = render(out, recorded, resume=True)
    missing = [17, 18, 19, *range(25, FRAMES)]
    assert [frame for frame, _ in recorded.drawn(since=17)] == missing
    assert report.resumed_frames == FRAMES - len(missing)
    assert digest(out) == digest(whole / "out.mp4")


@pytest.mark.parametrize("frame", [0, 4, 11, 20, 32])
def test_the_segments_from_a_frame_on_are_given_up_whatever_is_missing(
    tmp_path: Path, whole: Path, frame: int
) -> None:
    out = with_segments(whole, tmp_path / "left", [0, 2, 4, 6])
    with Parts(out, resume=True) as parts:
        assert parts.cut(frame) == (5 if frame >= 5 else 0)
        kept = [number for number in (0, 2, 4, 6) if min(5 * number + 5, FRAMES) <= frame]
        listed = [each.first // SEGMENT for each in read_manifest(parts.folder).segments]
        files = {path.name for path in parts.folder.glob("0*.mp4")}
        assert listed == kept
        assert files == {f"{number:05}.mp4" for number in kept}
    render(out, resume=True)
    assert digest(out) == digest(whole / "out.mp4")


def test_fewer_params_than_a_finished_segment_needs_are_an_error(
    tmp_path: Path, whole: Path
) -> None:
    out = with_segments(whole, tmp_path / "left", [0, 4])
    with pytest.raises(ArgumentError, match="ended after 12 frames, but frame 24 is finished"):
        render(out, params=range(12), resume=True)
    render(out, resume=True)
    assert digest(out) == digest(whole / "out.mp4")


def test_several_outputs_go_on_with_the_segments_that_all_of_them_have(tmp_path: Path) -> None:
    outputs = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    (tmp_path / "whole").mkdir()
    render(tmp_path / "whole" / "a.mp4")
    with pytest.raises(FrameError):
        render(outputs, Recorded(tmp_path / "log", 30))  # type: ignore[arg-type]
    (parts_of(outputs[0]) / "00001.mp4").unlink()
    (parts_of(outputs[1]) / "00003.mp4").unlink()
    recorded = Recorded(tmp_path / "again")
    report = render(outputs, recorded, resume=True)  # type: ignore[arg-type]
    missing = [*range(5, 10), *range(15, 20), *range(30, FRAMES)]
    assert [frame for frame, _ in recorded.drawn(since=5)] == missing
    assert report.resumed_frames == FRAMES - len(missing)
    for out in outputs:
        assert digest(out) == digest(tmp_path / "whole" / "a.mp4")


def test_segments_of_another_length_are_filled_in(tmp_path: Path, whole: Path) -> None:
    out = with_segments(whole, tmp_path / "left", [1, 3, 6])
    render(out, resume=True, segment_frames=7)
    assert stamps(out) == list(range(FRAMES))
    out = with_segments(whole, tmp_path / "failed", [1, 3, 6])
    with pytest.raises(FrameError):
        render(out, Recorded(tmp_path / "log", 27), resume=True, segment_frames=7)
    assert len(manifest_of(out)["segments"]) > 5
    render(out, resume=True, segment_frames=2)
    assert stamps(out) == list(range(FRAMES))


def test_the_commands_tell_of_a_gap(tmp_path: Path, whole: Path) -> None:
    out = with_segments(whole, tmp_path / "left", [0, 1, 3])
    told = CliRunner().invoke(app, ["info", str(out)]).stdout
    assert re.search(r"left +15 frames in 7 segments .*frame 10 is missing", told)
    by_hand = tmp_path / "by hand.mp4"
    joined = CliRunner().invoke(app, ["join", str(parts_of(out)), "-o", str(by_hand)])
    assert (joined.exit_code, stamps(by_hand)) == (0, list(range(10)))
    assert "frame 10 is missing: the 5 frames that are finished behind it" in joined.stderr
    (parts_of(out) / "00000.mp4").unlink()
    refused = CliRunner().invoke(app, ["join", str(parts_of(out)), "-o", str(by_hand)])
    assert refused.exit_code == 1
    assert "the segment with frame 0 is missing" in refused.stderr


def test_a_render_that_begins_anew_sets_what_is_behind_a_gap_aside(
    tmp_path: Path, whole: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = with_segments(whole, tmp_path / "left", [2, 3])
    fail(out, 7, n=FRAMES)
    assert "10 finished frames of an earlier render of out.mp4: set aside" in caplog.text
    recorded = Recorded(tmp_path / "again")
    report = render(out, recorded, resume=True)  # those that were set aside are more
    assert report.resumed_frames == 10
    assert digest(out) == digest(whole / "out.mp4")
