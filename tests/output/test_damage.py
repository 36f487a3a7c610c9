"""Segments that are damaged or gone are told of, and rendered again."""

from __future__ import annotations

import errno
import functools
import logging
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parallel_animate import FrameError, OutputError
from parallel_animate.commands.main import app
from parallel_animate.output import Parts
from parallel_animate.output.joining import join
from tests.output.disks import FailsAt
from tests.output.small import (
    SIZE,
    Recorded,
    Small,
    contents,
    fail,
    manifest_of,
    partial_of,
    parts_of,
)
from tests.output.videos import check_video, encode
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]
runner = CliRunner()


def first_part(share: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return cut


def without_its_last_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def with_a_wrong_length_of_its_headers(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"avcC") + 4
    data[at + 6 : at + 8] = b"\xff\xff"
    path.write_bytes(data)


def with_no_video(path: Path) -> None:
    path.write_bytes(b"no video")


DAMAGES = {
    "empty": first_part(0),
    "cut in the index": first_part(0.1),
    "cut in the frames": first_part(0.9),
    "the last byte": without_its_last_byte,
    "headers": with_a_wrong_length_of_its_headers,
    "no video": with_no_video,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_segment_is_named(tmp_path: Path, damage: str) -> None:
    """Whatever is wrong with it, the error is ours, and says what to do."""
    segments = [
        encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), preset)
        for i, preset in enumerate(["ultrafast", "slow"])
    ]
    DAMAGES[damage](tmp_path / "1.mp4")
    with pytest.raises(OutputError, match=r"1\.mp4 is damaged \(.+\): resume=True renders its"):
        join(tmp_path, segments, tmp_path / "joined.mp4", Fraction(30))


def with_other_frames(path: Path, size: int = SIZE, frames: int = 5) -> None:
    Small(size).make_video(path, range(frames), 30, num_workers=1)


def with_a_flipped_bit(path: Path) -> None:
    """In the last frame, which is decoded without a word."""
    data = bytearray(path.read_bytes())
    data[-5] ^= 16
    path.write_bytes(data)


def of_another_render(path: Path) -> None:
    class Negative(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(1000 - frame_idx, params)

    Negative().make_video(path, range(5), 30, num_workers=1)


def swapped_with_the_one_before(path: Path) -> None:
    before = path.with_name("00000.mp4").read_bytes()
    path.write_bytes(before)


MORE_DAMAGES = DAMAGES | {
    "a flipped bit": with_a_flipped_bit,
    "of another render": of_another_render,
    "swapped": swapped_with_the_one_before,
    "of another size": functools.partial(with_other_frames, size=2 * SIZE),
    "of more frames": functools.partial(with_other_frames, frames=6),
    "of fewer frames": functools.partial(with_other_frames, frames=4),
}


@pytest.mark.parametrize("damage", MORE_DAMAGES)
def test_a_damaged_segment_is_rendered_again_and_no_other_one(
    out: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 15)
    MORE_DAMAGES[damage](parts_of(out) / "00001.mp4")
    by_hand = out.with_name("by hand.mp4")
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(by_hand)])
    assert (ended.exit_code, stamps(by_hand)) == (0, list(range(5)))
    assert "frame 5 is missing: the 5 frames that are finished behind it" in ended.stderr
    caplog.clear()
    fail(out, 9, segment_frames=7, resume=True)
    [warning] = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert f"{parts_of(out) / '00001.mp4'} is damaged" in warning
    listed = manifest_of(out)["segments"]
    assert [(each["first"], each["frames"]) for each in listed] == [(0, 5), (5, 2), (7, 2), (10, 5)]
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert [frame for frame, _ in recorded.drawn(since=9)] == [9, *range(15, 20)]
    assert (report.resumed_frames, report.segments) == (14, 5)
    check_video(out, 20, Fraction(30), [0, 5, 7, 10, 15])


def test_a_segment_that_the_system_cannot_read_is_not_thrown_away(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(out, 12)
    before, opened = contents(parts_of(out)), os.open

    def too_many(path: Any, *arguments: Any, **more: Any) -> int:
        if Path(path).name == "00001.mp4":
            raise OSError(errno.EMFILE, "Too many open files", path)
        return opened(path, *arguments, **more)

    monkeypatch.setattr(os, "open", too_many)
    with pytest.raises(OutputError, match=r"cannot read .*00001\.mp4: Too many open files"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    monkeypatch.undo()
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30), [0, 5, 10])


def test_a_missing_segment_is_rendered_again_and_no_other_one(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 15)
    (parts_of(out) / "00001.mp4").unlink()
    recorded = Recorded(out.with_name("log"))
    with caplog.at_level(logging.WARNING, "parallel_animate"):
        report = recorded.make_video(
            out, range(20), 30, num_workers=1, segment_frames=5, resume=True
        )
    assert "00001.mp4 is gone: its frames have to be rendered again" in caplog.text
    assert [frame for frame, _ in recorded.drawn(since=5)] == [*range(5, 10), *range(15, 20)]
    assert (report.resumed_frames, report.segments) == (10, 4)
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])


def test_frames_whose_file_was_removed_meanwhile_are_not_said_to_be_kept(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Removes(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 11:
                (parts_of(out) / "00001.mp4").unlink()
                raise ArithmeticError
            super().update(frame_idx, params)

    with pytest.raises(FrameError) as caught:
        Removes().make_video(out, range(20), 30, num_workers=1, segment_frames=3)
    assert (caught.value.partial_file, caught.value.partial_frames) == (partial_of(out), 3)
    assert f"files in {parts_of(out)} were removed: 3 of 11 frames are left" in caplog.text
    check_video(partial_of(out), 3, Fraction(30))
    report = Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert report.resumed_frames == 6
    check_video(out, 20, Fraction(30), [0, 3, 6, 9])


@pytest.mark.timeout(60)
def test_a_damaged_segment_does_not_hide_the_users_error(out: Path) -> None:
    """It was removed while the render was going on."""
    folder = out.with_name("out.mp4.parts")

    class Removes(FailsAt):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == self.frame:
                (folder / "00000.mp4").unlink()
            super().update(frame_idx, params)

    with pytest.raises(FrameError, match="the user's own") as caught:
        Removes(8).make_video(out, range(12), 30, num_workers=1, segment_frames=5)
    assert caught.value.partial_frames == 0
    assert "kept" not in str(caught.value)


@pytest.mark.parametrize("segment_frames", [5, 1000])
def test_a_bit_that_changes_while_the_render_goes_on_is_found_before_the_join(
    out: Path, segment_frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = Parts.add

    def flipped(parts: Parts, frames: int, **options: Any) -> None:
        added(parts, frames, **options)
        if len(parts.segments) == 1:
            with_a_flipped_bit(parts.paths[0])

    monkeypatch.setattr(Parts, "add", flipped)
    with pytest.raises(OutputError, match=r"00000\.mp4 is damaged \(its checksum is not that of"):
        Small().make_video(out, range(12), 30, num_workers=1, segment_frames=segment_frames)
    assert not out.exists()
    assert not partial_of(out).exists()
    monkeypatch.undo()
    report = Small().make_video(out, range(12), 30, num_workers=1, resume=True)
    assert report.resumed_frames == (7 if segment_frames == 5 else 0)
    check_video(out, 12, Fraction(30))
