"""Segments, what is kept of a render that fails, and going on after it."""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import logging
import math
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from parallel_animate import (
    ArgumentError,
    FrameError,
    FrameIdError,
    IndexedFrameParams,
    OutputError,
    ParamsError,
    ResumeError,
)
from parallel_animate.canvas import FrameFormat
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.commands.main import app
from parallel_animate.output import VideoSettings, choose_writer, joining
from parallel_animate.output import recorder as recording
from parallel_animate.output.joining import join
from parallel_animate.output.lock import FileLock
from parallel_animate.output.manifest import Segment
from tests.conftest import WRITERS
from tests.engine.test_errors import run_script
from tests.stamp import COLUMNS, ROWS, StampAnimator, luma, stamp, stamps

pytestmark = pytest.mark.timeout(60)

SIZE = 64
runner = CliRunner()


class Small(StampAnimator):
    """Small, so that many can be rendered."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(size, size)


class Recorded(Small):
    """Writes down what it draws, and may fail at a frame."""

    def __init__(self, log: Path, fails_at: int | None = None) -> None:
        super().__init__()
        self.log = log
        self.fails_at = fails_at

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.fails_at:
            raise ArithmeticError("no such frame")
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{frame_idx} {params}\n")
        super().update(frame_idx, params)

    def drawn(self) -> list[tuple[int, str]]:
        """The frames that were drawn with their params, and forget them."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return sorted((int(frame), params) for frame, params in (line.split() for line in lines))


def parts_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.parts")


def partial_of(out: Path) -> Path:
    return out.with_name(f"{out.stem}.partial.mp4")


def manifest_of(out: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((parts_of(out) / "manifest.json").read_text())
    return manifest


def change_manifest(out: Path, **fields: Any) -> None:
    (parts_of(out) / "manifest.json").write_text(json.dumps(manifest_of(out) | fields))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def names(out: Path) -> list[str]:
    """What there is beside the output."""
    return sorted(path.name for path in out.parent.iterdir())


def fail(out: Path, at: int, *, segment_frames: int = 5, n: int = 20, **arguments: Any) -> None:
    """Render until a frame that fails."""
    log = out.with_name("log")
    with pytest.raises(FrameError, match=f"frame {at} "):
        Recorded(log, at).make_video(
            out,
            **{
                "param_by_frame": range(n),
                "fps": 30,
                "num_workers": 1,
                "segment_frames": segment_frames,
                **arguments,
            },
        )
    log.unlink(missing_ok=True)


def check_video(path: Path, frames: int, fps: Fraction, joints: Iterable[int] = (0,)) -> None:
    """Every frame at its time and for its time, joined without a seam."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        assert stream.duration is not None
        assert stream.average_rate == fps
        assert stream.frames == frames
        assert stream.duration * stream.time_base == frames / fps
        packets = [packet for packet in container.demux(stream) if packet.size]
        dts = [packet.dts for packet in packets]
        assert len(packets) == frames
        assert all(a < b for a, b in pairwise(dts)), dts
        assert all(packet.dts <= packet.pts for packet in packets)
        assert sum(packet.duration for packet in packets) * stream.time_base == frames / fps
    with av.open(str(path)) as container:
        shown, times, keys = [], [], []
        for i, frame in enumerate(container.decode(video=0)):
            shown.append(stamp(luma(frame)))
            times.append(frame.pts * frame.time_base)
            if frame.key_frame:
                keys.append(i)
    assert shown == list(range(frames))
    assert times == [i / fps for i in range(frames)]
    assert set(joints) <= set(keys)
    assert boxes(path).index("moov") < boxes(path).index("mdat")


def boxes(path: Path) -> list[str]:
    data, kinds, at = path.read_bytes(), [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.append(kind.decode())
        at += size
    return kinds


# Joined


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("segment_frames", [1, 7, 50, 1000])
def test_the_video_is_the_same_however_it_is_cut(
    out: Path, segment_frames: int, workers: int
) -> None:
    report = Small().make_video(
        out, range(57), 30, num_workers=workers, segment_frames=segment_frames
    )
    check_video(out, 57, Fraction(30), range(0, 57, segment_frames))
    assert (report.frames, report.resumed_frames) == (57, 0)
    assert report.segments == math.ceil(57 / segment_frames)
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("extra", [None, ["-video_track_timescale", "90000"]])
@pytest.mark.parametrize("fps", [30, 30000 / 1001, 12.5])
def test_every_timestamp_of_a_joined_video_is_exact(
    out: Path, fps: float, extra: list[str] | None
) -> None:
    """With B-frames, so that packets are in another order than frames."""
    report = Small().make_video(
        out,
        range(22),
        fps,
        num_workers=1,
        segment_frames=7,
        video_preset="medium",
        video_extra_ffmpeg_params=extra,
    )
    check_video(out, 22, report.fps, range(0, 22, 7))
    if extra:
        with av.open(str(out)) as container:
            assert container.streams.video[0].time_base == Fraction(1, 90000)


def test_times_that_are_no_whole_ticks_are_rounded_and_do_not_drift(out: Path) -> None:
    fps = Fraction(24000, 1001)
    Small().make_video(
        out,
        range(40),
        fps,
        num_workers=1,
        segment_frames=3,
        video_preset="medium",
        video_extra_ffmpeg_params=["-video_track_timescale", "90000"],
    )
    with av.open(str(out)) as container:
        times = [frame.pts for frame in container.decode(video=0)]
    assert times == [round(i * 90000 / fps) for i in range(40)]
    assert stamps(out) == list(range(40))


@pytest.mark.parametrize(
    "settings",
    [
        {"video_preset": "ultrafast"},
        {"video_preset": "slow"},
        {"video_preset": "veryslow"},
        {"video_quality": 0},
        {"video_extra_ffmpeg_params": ["-bf", "0"]},
        {"video_preset": "slow", "video_extra_ffmpeg_params": ["-bf", "0"]},
        {"video_extra_ffmpeg_params": ["-g", "2"]},
        {"video_preset": "slow", "video_extra_ffmpeg_params": ["-x264-params", "open-gop=1"]},
    ],
    ids=str,
)
def test_segments_of_any_settings_join(out: Path, settings: dict[str, Any]) -> None:
    """The last segment is a single frame, which has no B-frames whatever the settings."""
    Small().make_video(out, range(23), 30, num_workers=1, segment_frames=11, **settings)
    check_video(out, 23, Fraction(30), [0, 11, 22])


@pytest.mark.parametrize("video_writer", WRITERS)
def test_either_writer_makes_segments(out: Path, video_writer: str) -> None:
    fail(out, 13, video_writer=video_writer)
    assert stamps(partial_of(out)) == list(range(13))
    report = Small().make_video(
        out,
        range(20),
        30,
        num_workers=1,
        segment_frames=5,
        video_writer=video_writer,
        resume=True,
    )
    assert (report.resumed_frames, report.segments) == (13, 5)
    check_video(out, 20, Fraction(30), [0, 5, 10, 13, 18])


@settings(max_examples=8)
@given(
    n=st.integers(1, 30),
    segment_frames=st.integers(1, 31),
    preset=st.sampled_from([None, "ultrafast", "fast", "slow"]),
    fps=st.sampled_from([Fraction(30), Fraction(30000, 1001), Fraction(25, 2), Fraction(1, 3)]),
)
@example(n=1, segment_frames=1, preset="slow", fps=Fraction(30))
@example(n=16, segment_frames=15, preset="slow", fps=Fraction(30000, 1001))
def test_no_frame_is_lost_or_repeated_at_any_joint(
    n: int, segment_frames: int, preset: str | None, fps: Fraction
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.mp4"
        Small().make_video(
            out, range(n), fps, num_workers=1, segment_frames=segment_frames, video_preset=preset
        )
        check_video(out, n, fps, range(0, n, segment_frames))
        assert names(out) == ["out.mp4"]


def test_a_slow_render_is_cut_by_time(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    class TakesASecond(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            nonlocal now
            now += 1
            super().update(frame_idx, params)

    monkeypatch.setattr(recording, "monotonic", lambda: now)
    monkeypatch.setattr(recording, "SEGMENT_SECONDS", 4.0)
    report = TakesASecond().make_video(
        out, range(12), 30, num_workers=1, video_extra_ffmpeg_params=["-sc_threshold", "0"]
    )
    check_video(out, 12, Fraction(30))
    with av.open(str(out)) as container:
        keys = [i for i, frame in enumerate(container.decode(video=0)) if frame.key_frame]
    assert report.segments == len(keys) == 3
    assert keys[1] in (4, 5)  # four seconds, and the frame that was under way


def test_a_frame_that_takes_longer_than_a_segment_may_is_a_segment(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "SEGMENT_SECONDS", 0.0)
    assert Small().make_video(out, range(5), 30, num_workers=1).segments == 5
    check_video(out, 5, Fraction(30), range(5))


def encode(path: Path, numbers: Sequence[int], preset: str | None) -> Segment:
    """Encode frames that carry these numbers, as a render does."""
    layout = FrameFormat("yuv420p", SIZE, SIZE)
    block = SIZE // COLUMNS

    def frames() -> Iterator[Pixels]:
        for number in numbers:
            pixels = np.full(layout.nbytes, 128, np.uint8)
            luma = pixels[: SIZE * SIZE].reshape(SIZE, SIZE)
            for bit in range(COLUMNS * ROWS):
                y, x = (ROWS - 1 - bit // COLUMNS) * block, bit % COLUMNS * block
                luma[y : y + block, x : x + block] = 235 if number >> bit & 1 else 16
            yield layout.view(pixels)

    checked = VideoSettings.checked(fps=30, mode="cpu", preset=preset)
    with choose_writer(checked, (SIZE, SIZE)).open(path) as video:
        video.write(frames())
    return Segment(path.name, len(numbers))


def extradata(path: Path) -> bytes | None:
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.extradata


@pytest.mark.parametrize(
    "presets",
    [
        ["ultrafast", "slow"],
        ["slow", "ultrafast"],
        ["ultrafast", "slow", "ultrafast"],
        ["slow", "ultrafast", None, "slow"],
    ],
    ids=str,
)
def test_segments_of_different_encoders_are_joined_and_can_be_sought_in(
    tmp_path: Path, presets: list[str | None]
) -> None:
    segments = []
    for i, preset in enumerate(presets):
        numbers = range(10 * i, 10 * i + 10)
        segments.append(encode(tmp_path / f"{i}.mp4", numbers, preset))
    assert len({extradata(tmp_path / segment.file) for segment in segments}) > 1
    joined, n = tmp_path / "joined.mp4", 10 * len(presets)
    join(tmp_path, segments, joined, Fraction(30))
    check_video(joined, n, Fraction(30), range(0, n, 10))
    with av.open(str(joined)) as container:  # one decoder, which remembers what it has seen
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for number in [*range(0, n, 10), *reversed(range(0, n, 10)), n - 1, 5]:
            container.seek(round(number / 30 / stream.time_base), stream=stream)
            frames = (stamp(luma(frame)) for frame in container.decode(stream))
            assert number in {next(frames) for _ in range(number % 10 + 1)}


def test_a_segment_that_lacks_frames_is_no_part_of_a_video(tmp_path: Path) -> None:
    """Its manifest is wrong then, or the file is damaged: a gap must not go unnoticed."""
    whole, less = (encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), None) for i in (0, 1))
    with pytest.raises(OutputError, match=r"1\.mp4.*10 of 11 frames.*resume=True"):
        join(tmp_path, [whole, Segment(less.file, 11)], tmp_path / "joined.mp4", Fraction(30))


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
    with pytest.raises(OutputError, match=r"1\.mp4 is damaged \(.+\): resume=True renders it"):
        join(tmp_path, segments, tmp_path / "joined.mp4", Fraction(30))


def with_other_frames(path: Path, size: int = SIZE, frames: int = 5) -> None:
    Small(size).make_video(path, range(frames), 30, num_workers=1)


MORE_DAMAGES = DAMAGES | {
    "of another size": functools.partial(with_other_frames, size=2 * SIZE),
    "of more frames": functools.partial(with_other_frames, frames=6),
    "of fewer frames": functools.partial(with_other_frames, frames=4),
}


@pytest.mark.parametrize("damage", MORE_DAMAGES)
def test_a_damaged_segment_and_what_comes_after_it_is_rendered_again(
    out: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    MORE_DAMAGES[damage](parts_of(out) / "00001.mp4")
    by_hand = out.with_name("by hand.mp4")
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(by_hand)])
    assert (ended.exit_code, stamps(by_hand)) == (0, list(range(5)))
    caplog.clear()
    fail(out, 9, segment_frames=7, resume=True)
    [warning] = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert f"{parts_of(out) / '00001.mp4'} is damaged" in warning
    assert [segment["frames"] for segment in manifest_of(out)["segments"]] == [5, 4]
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert [frame for frame, _ in recorded.drawn()] == list(range(9, 20))
    assert (report.resumed_frames, report.segments) == (9, 5)
    check_video(out, 20, Fraction(30), [0, 5, 9, 14, 19])


def test_a_segment_that_the_system_cannot_read_is_not_thrown_away(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(out, 12)
    before, opened = contents(parts_of(out)), av.open

    def too_many(path: str, *arguments: Any, **more: Any) -> Any:
        if Path(path).name == "00001.mp4":
            raise av.OSError(errno.EMFILE, "Too many open files", path)
        return opened(path, *arguments, **more)

    monkeypatch.setattr(av, "open", too_many)
    with pytest.raises(OutputError, match=r"cannot read .*00001\.mp4: Too many open files"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    monkeypatch.undo()
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30), [0, 5, 10, 12])


# What is kept


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("at", "kept"), [(1, [1]), (5, [5]), (13, [5, 5, 3]), (19, [5, 5, 5, 4])])
def test_all_frames_before_the_one_that_fails_are_kept(
    out: Path, at: int, kept: list[int], workers: int
) -> None:
    out.write_bytes(b"an older video")
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), at).make_video(
            out, range(20), 30, num_workers=workers, segment_frames=5
        )
    error, partial = caught.value, partial_of(out)
    assert error.frame_idx == at
    assert type(error.__cause__) is ArithmeticError
    assert (error.partial_file, error.partial_frames) == (partial, at)
    count = "first frame is" if at == 1 else f"first {at} frames are"
    assert str(error).splitlines()[-1] == (
        f"The {count} kept in {partial}: resume=True goes on after them, resume='restart' begins "
        "anew (after a change in update(), say)."
    )
    check_video(partial, at, Fraction(30), range(0, at, 5))
    assert out.read_bytes() == b"an older video"
    files = [f"{i:05}.mp4" for i in range(len(kept))]
    assert set(contents(parts_of(out))) == {"manifest.json", "lock", *files}
    manifest = manifest_of(out)
    assert manifest["segments"] == [
        {"file": file, "frames": frames} for file, frames in zip(files, kept, strict=True)
    ]
    assert (manifest["format"], manifest["frames_done"]) == (1, at)
    assert manifest["form"]["fps"] == "30"
    assert (manifest["form"]["width"], manifest["form"]["height"]) == (SIZE, SIZE)


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_before_an_iterator_that_raises_are_kept(out: Path, workers: int) -> None:
    closed = []

    def params() -> Iterator[int]:
        try:
            yield from range(8)
            raise LookupError("no more")
        finally:
            closed.append(True)

    with pytest.raises(ParamsError, match="for frame 8: no more") as caught:
        Small().make_video(out, params(), 30, num_workers=workers, segment_frames=5)
    assert caught.value.frame_idx == 8
    assert (caught.value.partial_file, caught.value.partial_frames) == (partial_of(out), 8)
    check_video(partial_of(out), 8, Fraction(30))
    assert closed


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_before_a_frame_id_that_comes_twice_are_kept(out: Path, workers: int) -> None:
    params = (IndexedFrameParams(i, i) for i in [1, 0, 3, 2, 4, 6, 5, 3, 7])
    with pytest.raises(FrameIdError, match="frame_id 3 was given twice") as caught:
        Small().make_video(out, params, 30, num_workers=workers, segment_frames=3)
    assert caught.value.partial_frames == 7
    check_video(partial_of(out), 7, Fraction(30), [0, 3, 6])


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_before_a_frame_id_that_never_comes_are_kept(out: Path, workers: int) -> None:
    params = (IndexedFrameParams(i, i) for i in [0, 1, 2, 4, 5])
    with pytest.raises(FrameIdError, match="never came: 3") as caught:
        Small().make_video(out, params, 30, num_workers=workers)
    assert caught.value.partial_frames == 3
    check_video(partial_of(out), 3, Fraction(30))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_render_that_has_no_finished_frame_leaves_nothing(out: Path, workers: int) -> None:
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), 0).make_video(out, range(9), 30, num_workers=workers)
    assert (caught.value.partial_file, caught.value.partial_frames) == (None, 0)
    assert "kept" not in str(caught.value)
    assert set(names(out)) <= {"log"}  # a second worker may have drawn frame 1


def test_an_interruption_keeps_what_is_finished_and_says_so(out: Path) -> None:
    class Interrupted(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 6:
                raise KeyboardInterrupt
            super().update(frame_idx, params)

    with pytest.raises(KeyboardInterrupt) as caught:
        Interrupted().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert caught.value.__notes__ == [
        f"The first 6 frames are kept in {partial_of(out)}: resume=True goes on after them, "
        "resume='restart' begins anew (after a change in update(), say)."
    ]
    check_video(partial_of(out), 6, Fraction(30), [0, 4])


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_while_joining_is_not_the_beginning_of_another_join(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    timed, joins = joining._timed, []

    def interrupted(path: Path, *arguments: Any) -> Iterator[Any]:
        joins.append(path.name)
        if path.name == "00001.mp4":
            os.kill(os.getpid(), number)
        yield from timed(path, *arguments)

    monkeypatch.setattr(joining, "_timed", interrupted)
    with pytest.raises(KeyboardInterrupt if number == signal.SIGINT else SystemExit) as caught:
        Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert joins == ["00000.mp4", "00001.mp4"]
    said = getattr(caught.value, "__notes__", []) or [record.message for record in caplog.records]
    assert said == [
        "The first 9 frames are kept: resume=True goes on after them, resume='restart' begins "
        "anew (after a change in update(), say). `parallel-animate join` makes a video of them."
    ]
    assert names(out) == ["out.mp4.parts"]
    monkeypatch.undo()
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert (ended.exit_code, stamps(partial_of(out))) == (0, list(range(9)))
    report = Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    assert report.rendered_frames == 0
    check_video(out, 9, Fraction(30), [0, 4, 8])


def test_where_no_partial_file_can_be_made_the_segments_are_kept(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    partial_of(out).mkdir()
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), 7).make_video(out, range(9), 30, num_workers=1)
    assert (caught.value.partial_file, caught.value.partial_frames) == (None, 7)
    assert str(caught.value).endswith(
        "The first 7 frames are kept: resume=True goes on after them, resume='restart' begins "
        "anew (after a change in update(), say). `parallel-animate join` makes a video of them."
    )
    assert f"cannot write {partial_of(out)}" in caplog.text
    Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    check_video(out, 9, Fraction(30), [0, 7])
    assert partial_of(out).is_dir()


# Resumed


class Items(Sequence[int]):
    """A sequence that knows what it was asked for; with slices, or without."""

    def __init__(self, n: int, slices: bool = True) -> None:
        self.n = n
        self.slices = slices
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            if not self.slices:
                raise TypeError("only integers")
            return [self[i] for i in range(*index.indices(self.n))]
        if not 0 <= index < self.n:
            raise IndexError(index)
        self.asked.append(index)
        return 100 + index


def shuffled(n: int) -> list[IndexedFrameParams]:
    order = np.random.default_rng(3).permutation(n).tolist()
    return [IndexedFrameParams(i, 100 + i) for i in order]


MAKES_PARAMS: dict[str, Callable[[int], Any]] = {
    "list": lambda n: list(range(100, 100 + n)),
    "tuple": lambda n: tuple(range(100, 100 + n)),
    "range": lambda n: range(100, 100 + n),
    "array": lambda n: np.arange(100, 100 + n),
    "generator": lambda n: (100 + i for i in range(n)),
    "dict": lambda n: dict.fromkeys(range(100, 100 + n)),
    "sequence": Items,
    "sequence without slices": functools.partial(Items, slices=False),
    "list of ids": lambda n: [IndexedFrameParams(i, 100 + i) for i in range(n)],
    "shuffled list of ids": shuffled,
    "shuffled generator of ids": lambda n: iter(shuffled(n)),
}


@pytest.mark.parametrize(
    ("kind", "workers"),
    [
        *((kind, 1) for kind in MAKES_PARAMS),
        ("list", 2),
        ("generator", 2),
        ("shuffled generator of ids", 2),
    ],
)
def test_finished_frames_are_not_drawn_again_and_the_others_get_their_params(
    out: Path, kind: str, workers: int
) -> None:
    fail(out, 12)
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(
        out,
        MAKES_PARAMS[kind](20),
        30,
        num_workers=workers,
        segment_frames=5,
        resume=True,
        check_history=False,
    )
    assert recorded.drawn() == [(i, str(100 + i)) for i in range(12, 20)]
    assert (report.frames, report.resumed_frames, report.rendered_frames) == (20, 12, 8)
    assert report.segments == 5
    check_video(out, 20, Fraction(30), [0, 5, 10, 12, 17])
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("n_frames", [None, 15])
def test_items_of_finished_frames_are_not_asked_for(out: Path, n_frames: int | None) -> None:
    fail(out, 12, n_frames=n_frames)
    items = Items(20)
    Small().make_video(out, items, 30, n_frames=n_frames, num_workers=1, resume=True)
    assert set(items.asked) == set(range(12, n_frames or 20))
    check_video(out, n_frames or 20, Fraction(30))


@pytest.mark.parametrize("at", [12, 14])
def test_an_item_that_cannot_be_had_is_told_with_its_frame(out: Path, at: int) -> None:
    class Broken(Items):
        def __getitem__(self, index: Any) -> Any:
            if index == at:
                raise LookupError("no such file")
            return super().__getitem__(index)

    fail(out, 12)
    with pytest.raises(ParamsError, match=rf"for frame {at}: no such file") as caught:
        Small().make_video(out, Broken(20), 30, num_workers=1, resume=True)
    assert caught.value.partial_frames == at
    check_video(partial_of(out), at, Fraction(30))


@pytest.mark.parametrize("slices", [True, False])
def test_a_sequence_need_not_have_slices(out: Path, slices: bool) -> None:
    items = Items(6, slices)
    Small().make_video(out, items, 30, num_workers=1)
    assert items.asked == list(range(6))
    check_video(out, 6, Fraction(30))


def test_a_resumed_video_has_the_pixels_of_one_that_was_never_interrupted(out: Path) -> None:
    whole = out.with_name("whole.mp4")
    Small().make_video(whole, range(20), 30, num_workers=1, segment_frames=5)
    fail(out, 10)
    Small().make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)

    def pixels(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]

    assert pixels(out) == pixels(whole)


@pytest.mark.parametrize("workers", [1, 2])
def test_where_all_frames_are_finished_nothing_is_drawn(out: Path, workers: int) -> None:
    def params() -> Iterator[int]:
        yield from range(8)
        raise LookupError("too late")

    log = out.with_name("log")
    with pytest.raises(ParamsError):
        Small().make_video(out, params(), 30, num_workers=workers, segment_frames=5)
    recorded = Recorded(log)
    report = recorded.make_video(out, range(8), 30, num_workers=workers, resume=True)
    assert recorded.drawn() == []
    assert (report.frames, report.resumed_frames, report.rendered_frames) == (8, 8, 0)
    assert "8 frames were finished before" in str(report)
    check_video(out, 8, Fraction(30), [0, 5])
    assert names(out) == ["out.mp4"]


def test_a_render_can_be_resumed_again_and_again(out: Path) -> None:
    fail(out, 3)
    for at in (3, 4, 11, 11):  # at 3 and 11 it gets no further
        fail(out, at, resume=True)
        check_video(partial_of(out), at, Fraction(30))
    assert [segment["frames"] for segment in manifest_of(out)["segments"]] == [3, 1, 5, 2]
    report = Small().make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert (report.resumed_frames, report.segments) == (11, 6)
    check_video(out, 20, Fraction(30), [0, 3, 4, 9, 11, 16])
    assert names(out) == ["out.mp4"]


def test_there_need_be_nothing_to_resume(out: Path) -> None:
    for _ in range(2):  # a complete video is nothing to resume either
        report = Small().make_video(out, range(5), 30, num_workers=1, resume=True)
        assert (report.frames, report.resumed_frames) == (5, 0)
        check_video(out, 5, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize(
    ("kind", "workers"), [*((kind, 1) for kind in MAKES_PARAMS), ("list", 2), ("generator", 2)]
)
def test_params_that_end_before_the_finished_frames_are_an_error(
    out: Path, kind: str, workers: int
) -> None:
    fail(out, 12)
    for params, n_frames in [(MAKES_PARAMS[kind](9), None), (MAKES_PARAMS[kind](20), 9)]:
        if kind.startswith("shuffled") and n_frames:
            continue  # the first nine of them have other ids, which is an error of its own
        with pytest.raises(ArgumentError, match=r"cannot resume: .*9 .*12 "):
            Small().make_video(out, params, 30, n_frames=n_frames, num_workers=workers, resume=True)
    assert not out.exists()
    assert manifest_of(out)["frames_done"] == 12
    assert stamps(partial_of(out)) == list(range(12))


def test_params_may_end_with_the_finished_frames(out: Path) -> None:
    fail(out, 12)
    assert Small().make_video(out, range(12), 30, num_workers=1, resume=True).frames == 12
    check_video(out, 12, Fraction(30), [0, 5, 10])


def test_a_file_that_has_the_name_of_a_partial_one_stays_where_none_was_made(out: Path) -> None:
    partial_of(out).write_bytes(b"the user's own")
    Small().make_video(out, range(5), 30, num_workers=1, segment_frames=2)
    with pytest.raises(FrameError):
        Recorded(out.with_name("log"), 0).make_video(out, range(5), 30, num_workers=1)
    assert partial_of(out).read_bytes() == b"the user's own"


@settings(max_examples=8)
@given(
    n=st.integers(1, 24),
    failures=st.lists(st.integers(0, 23), max_size=4),
    segment_frames=st.lists(st.integers(1, 9), min_size=5, max_size=5),
    kinds=st.lists(st.sampled_from(sorted(MAKES_PARAMS)), min_size=5, max_size=5),
)
def test_however_often_it_fails_all_frames_come_in_the_end(
    n: int, failures: list[int], segment_frames: list[int], kinds: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out, log, done, drawn = Path(folder) / "out.mp4", Path(folder) / "log", 0, []
        for at, most, kind in zip([*failures, None], segment_frames, kinds, strict=False):
            recorded, failure = Recorded(log, at), None
            try:
                report = recorded.make_video(
                    out,
                    MAKES_PARAMS[kind](n),
                    30,
                    num_workers=1,
                    segment_frames=most,
                    resume=True,
                )
            except FrameError as error:
                failure = error
            if failure is None:
                assert report.resumed_frames == done
                drawn += recorded.drawn()
                break
            # Ids out of order: what was drawn beyond the frame that failed is lost.
            assert done <= failure.partial_frames <= int(at or 0)
            done = failure.partial_frames
            assert not done or stamps(partial_of(out)) == list(range(done))
            drawn += [frame for frame in recorded.drawn() if frame[0] < done]
        assert sorted(drawn) == [(i, str(100 + i)) for i in range(n)]
        check_video(out, n, Fraction(30))
        assert names(out) == ["out.mp4"]


# Where it goes


def test_a_change_of_the_working_directory_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In setup(), and in the params, with a name that is relative to the old one."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    class Moves(Small):
        def setup(self) -> Any:
            os.chdir(elsewhere)
            return super().setup()

    def params(fails: bool) -> Iterator[int]:
        for i in range(9):
            if i == 6:
                os.chdir(elsewhere)
                if fails:
                    raise LookupError("no more")
            yield i

    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError) as caught:
        Moves().make_video("out.mp4", params(True), 30, num_workers=1, segment_frames=4)
    assert caught.value.partial_file == tmp_path / "out.partial.mp4"
    assert stamps(tmp_path / "out.partial.mp4") == list(range(6))
    os.chdir(tmp_path)
    report = Small().make_video(
        "out.mp4", params(False), 30, num_workers=2, segment_frames=4, resume=True
    )
    assert (report.output_file, report.resumed_frames) == (Path("out.mp4"), 6)
    check_video(tmp_path / "out.mp4", 9, Fraction(30), [0, 4, 6])
    assert names(tmp_path / "out.mp4") == ["elsewhere", "out.mp4"]
    assert names(elsewhere / "out.mp4") == []


@pytest.mark.skipif(os.name != "posix", reason="a name for a file of POSIX alone")
@pytest.mark.parametrize("name", ["12:30b.mp4", "pipe:1", "file:x.mp4", "crypto:x.mp4"])
def test_a_name_with_a_colon_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "pipe:1" has no suffix
        fail(Path(name), 7)
        partial = partial_of(Path(name))
        partial.rename("first.mp4")
        Small().make_video(name, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert stamps(tmp_path / "first.mp4") == list(range(7))
    check_video(tmp_path / name, 20, Fraction(30), [0, 5, 7, 12, 17])
    assert names(tmp_path / name) == sorted(["first.mp4", name])


# What does not fit


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("width", {"savefig_params": {"dpi": 200}}),
        ("fps", {"fps": 25}),
        ("video_quality", {"video_quality": 30}),
        ("video_preset", {"video_preset": "slow"}),
        ("video_extra_ffmpeg_params", {"video_extra_ffmpeg_params": ["-tune", "animation"]}),
    ],
)
def test_arguments_that_differ_are_named(out: Path, field: str, changed: dict[str, Any]) -> None:
    fail(out, 7)
    before, log = contents(parts_of(out)), out.with_name("log")
    arguments = {"fps": 30, "num_workers": 1, "resume": True} | changed
    with pytest.raises(ResumeError) as caught:
        Recorded(log).make_video(out, range(20), **arguments)
    said = str(caught.value)
    assert f"cannot resume: {'height' if field == 'width' else field} is" in said
    assert f"the 7 frames in {parts_of(out)}" in said
    assert "resume='restart'" in said
    assert not log.exists()
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("encoder", "h264_nvenc"),
        ("video_writer", "pvio"),
        ("height", 480),
        ("a_field_of_a_later_version", 1),
    ],
)
def test_segments_of_another_encoder_do_not_fit(out: Path, field: str, value: Any) -> None:
    fail(out, 7)
    change_manifest(out, form=manifest_of(out)["form"] | {field: value})
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match=rf"{field} is .*were made with {value!r}"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert contents(parts_of(out)) == before


@pytest.mark.parametrize(
    ("text", "resume"),
    [
        ("{", False),
        ("", True),
        ("{", True),
        ("null", True),
        ("{}", True),
        ('{"format": 1}', True),
        ('{"format": 1, "segments": [{}], "form": {"fps": "30"}}', True),
        ('{"format": 1, "segments": [], "form": {"fps": "1/0"}}', True),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told_and_nothing_is_touched(
    out: Path, text: str, resume: bool
) -> None:
    fail(out, 7)
    manifest = parts_of(out) / "manifest.json"
    manifest.write_text(text)
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match="cannot be read") as caught:
        Small().make_video(out, range(9), 30, num_workers=1, resume=resume)
    assert str(manifest) in str(caught.value)
    assert "resume='restart'" in str(caught.value)
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))


@pytest.mark.parametrize(
    "fields",
    [
        {"segments": {}},
        {"segments": [{"file": "00000.mp4", "frames": "5"}]},
        {"segments": [{"file": "00000.mp4", "frames": -5}, {"file": "00001.mp4", "frames": 5}]},
        {"segments": [{"file": "00000.mp4", "frames": 0}]},
        {"segments": [{"file": "00000.mp4", "frames": 5.0}]},
        {"segments": [{"file": "00000.mp4", "frames": True}]},
        {"segments": [{"file": 5, "frames": 5}]},
        {"segments": [{"file": "../../x.mp4", "frames": 5}]},
        {"segments": [{"file": "00001.mp4", "frames": 5}]},
        {"segments": [{"file": "00000.mp4", "frames": 5}] * 2},
        {"frames_done": "12"},
        {"frames_done": -1},
        {"partial": "no"},
        {"form": []},
        {"form": {"fps": "0"}},
    ],
    ids=str,
)
def test_a_manifest_that_says_what_cannot_be_is_told_and_nothing_is_touched(
    out: Path, fields: dict[str, Any]
) -> None:
    fail(out, 12)
    (out.parent / "x.mp4").write_bytes(b"the user's own")
    change_manifest(out, **fields)
    before = contents(parts_of(out))
    for resume in (True, False):
        with pytest.raises(ResumeError, match=r"manifest\.json cannot be read .*'restart'"):
            Small().make_video(out, range(20), 30, num_workers=1, resume=resume)
    assert runner.invoke(app, ["join", str(parts_of(out))]).exit_code == 1
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))
    assert (out.parent / "x.mp4").read_bytes() == b"the user's own"


def test_a_manifest_of_another_version_is_told(out: Path) -> None:
    fail(out, 7)
    change_manifest(out, format=2)
    before = contents(parts_of(out))
    with pytest.raises(ResumeError) as caught:
        Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    assert str(caught.value) == (
        f"{parts_of(out) / 'manifest.json'} has format 2, and this version of parallel-animate "
        "reads format 1"
    )
    assert contents(parts_of(out)) == before


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("left", [[0, 1, 2], [1], [0, 2]])
def test_segments_without_a_manifest_are_not_thrown_away_without_being_asked(
    out: Path, resume: bool, left: list[int]
) -> None:
    fail(out, 12)
    (parts_of(out) / "manifest.json").unlink()
    for i in {0, 1, 2} - set(left):
        (parts_of(out) / f"{i:05}.mp4").unlink()
    before, log = contents(parts_of(out)), out.with_name("log")
    with pytest.raises(ResumeError) as caught:
        Recorded(log).make_video(out, range(20), 30, num_workers=1, resume=resume)
    said = str(caught.value)
    assert f"no {parts_of(out) / 'manifest.json'}" in said
    assert f"the finished segments there ({len(left)})" in said
    assert "resume='restart'" in said
    assert not log.exists()
    assert contents(parts_of(out)) == before
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert ended.exit_code == 1
    assert f"no {parts_of(out) / 'manifest.json'}" in ended.output
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))
    assert not parts_of(out).exists()


def test_what_comes_after_a_missing_segment_is_rendered_again(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    (parts_of(out) / "00001.mp4").unlink()
    recorded = Recorded(out.with_name("log"))
    with caplog.at_level(logging.WARNING, "parallel_animate"):
        report = recorded.make_video(
            out, range(20), 30, num_workers=1, segment_frames=5, resume=True
        )
    assert "00001.mp4 is gone" in caplog.text
    assert [frame for frame, _ in recorded.drawn()] == list(range(5, 20))
    assert (report.resumed_frames, report.segments) == (5, 4)
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])


def test_finished_frames_are_not_overwritten_without_being_asked(out: Path) -> None:
    fail(out, 12)
    before, log = contents(parts_of(out)), out.with_name("log")
    partial = partial_of(out).read_bytes()
    with pytest.raises(ResumeError) as caught:
        Recorded(log).make_video(out, range(20), 30, num_workers=1)
    said = str(caught.value)
    assert f"{parts_of(out)} holds 12 finished frames" in said
    assert "resume=True" in said
    assert "resume='restart'" in said
    assert "parallel-animate join" in said
    assert not log.exists()
    assert contents(parts_of(out)) == before
    assert partial_of(out).read_bytes() == partial


def test_a_segment_that_is_missing_is_no_reason_to_overwrite_the_others(out: Path) -> None:
    fail(out, 12)
    (parts_of(out) / "00000.mp4").unlink()
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match="resume='restart'"):
        Small().make_video(out, range(20), 30, num_workers=1)
    assert contents(parts_of(out)) == before


def test_restart_throws_the_old_frames_away(out: Path) -> None:
    fail(out, 12)
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(20), 25, num_workers=1, resume="restart")
    assert [frame for frame, _ in recorded.drawn()] == list(range(20))
    assert report.resumed_frames == 0
    check_video(out, 20, Fraction(25))
    assert names(out) == ["out.mp4"]  # the partial file of the frames that are gone is gone too


def test_restart_needs_nothing_to_throw_away(out: Path) -> None:
    assert Small().make_video(out, range(3), 30, num_workers=1, resume="restart").frames == 3
    check_video(out, 3, Fraction(30))


@pytest.mark.parametrize("resume", ["no", "yes", 2, None, "Restart"])
def test_resume_is_true_false_or_restart(out: Path, resume: Any) -> None:
    with pytest.raises(ArgumentError, match="resume must be True, False or 'restart'"):
        Small().make_video(out, range(3), 30, num_workers=1, resume=resume)
    assert names(out) == []


@pytest.mark.parametrize("segment_frames", [0, -1, 2.5, "many", None])
def test_segment_frames_is_a_number_of_frames(out: Path, segment_frames: Any) -> None:
    with pytest.raises(ArgumentError, match="segment_frames must be an integer of at least 1"):
        Small().make_video(out, range(3), 30, num_workers=1, segment_frames=segment_frames)
    assert names(out) == []


# The folder


@pytest.mark.parametrize("resume", [True, False, "restart"])
def test_what_a_killed_render_had_under_way_is_cleared(out: Path, resume: bool | str) -> None:
    if resume:
        fail(out, 7)
    parts = parts_of(out)
    parts.mkdir(exist_ok=True)
    segment = "00002.mp4" if resume else "00000.mp4"  # renamed, and not yet in the manifest
    for stray in ("next.part.mp4", "joined.part.mp4", "manifest.part.json", segment):
        (parts / stray).write_bytes(b"half a segment")
    fail(out, 13, resume=resume)
    kept = [5, 2, 5, 1] if resume is True else [5, 5, 3]
    assert [segment["frames"] for segment in manifest_of(out)["segments"]] == kept
    files = {f"{i:05}.mp4" for i in range(len(kept))}
    assert set(contents(parts)) == {"manifest.json", "lock", *files}
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("resume", [True, False, "restart"])
def test_files_that_are_not_ours_stay(out: Path, resume: bool | str) -> None:
    """A folder of the user's own may have the name of ours."""
    if resume:
        fail(out, 7)
    (parts_of(out) / "more").mkdir(parents=True)
    (parts_of(out) / "notes.txt").write_text("mine")
    (parts_of(out) / "more" / "notes.txt").write_text("mine")
    Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4, resume=resume)
    check_video(out, 9, Fraction(30))
    left = {path.relative_to(out.parent).as_posix() for path in out.parent.rglob("*")}
    assert left == {
        "out.mp4",
        "out.mp4.parts",
        "out.mp4.parts/notes.txt",
        "out.mp4.parts/more",
        "out.mp4.parts/more/notes.txt",
    }


def test_a_file_in_the_folders_place_is_an_output_error(out: Path) -> None:
    parts_of(out).write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        Small().make_video(out, range(3), 30, num_workers=1)
    assert parts_of(out).read_text() == "mine"


def test_a_folder_that_could_not_be_written_to_is_not_locked_afterwards(out: Path) -> None:
    parts_of(out).mkdir()
    broken = parts_of(out) / "next.part.mp4"
    broken.mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        Small().make_video(out, range(3), 30, num_workers=1)
    broken.rmdir()
    Small().make_video(out, range(3), 30, num_workers=1)
    check_video(out, 3, Fraction(30))


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
    assert report.resumed_frames == 3
    check_video(out, 20, Fraction(30), [0, 3])


KILLED_AT_THE_END = """
import os, sys
from pathlib import Path
from parallel_animate.output.parts import Parts
from tests.output.test_segments import Small

unlink = Path.unlink

def the_first(path, missing_ok=False):
    unlink(path, missing_ok)
    if path.parent.suffix == ".parts":
        os._exit(9)

if sys.argv[2] == "after the rename":
    Parts.finished = lambda parts: os._exit(9)
else:
    Path.unlink = the_first
Small().make_video(sys.argv[1], range(6), 30, num_workers=1, resume=True)
"""


@pytest.mark.parametrize(
    ("moment", "segment_frames"),
    [("after the rename", 1000), ("while clearing", 1000), ("while clearing", 2)],
)
def test_parts_that_a_complete_video_has_left_are_in_nobodys_way(
    out: Path, moment: str, segment_frames: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The process was killed between giving the video its name and removing the folder."""
    script = out.with_name("killed.py")
    script.write_text(KILLED_AT_THE_END)
    fail(out, 6, segment_frames=segment_frames)
    caplog.clear()
    assert run_script(script, out, moment).returncode == 9
    check_video(out, 6, Fraction(30))
    assert parts_of(out).exists()
    before = shutil.copytree(out.parent, out.parent / "before")
    for resume in (False, True):
        shutil.copytree(before, out.parent, dirs_exist_ok=True)
        report = Small().make_video(out, range(9), 30, num_workers=1, resume=resume)
        assert report.resumed_frames == 0
        check_video(out, 9, Fraction(30))
        assert names(out) == ["before", "killed.py", "out.mp4"]
    assert not caplog.records
    shutil.rmtree(before)


@pytest.mark.parametrize("segment_frames", [3, 1000])
def test_a_folder_that_vanishes_is_not_locked_afterwards(out: Path, segment_frames: int) -> None:
    class Removes(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                shutil.rmtree(parts_of(out))
            super().update(frame_idx, params)

    with pytest.raises(OutputError, match="cannot write") as caught:
        Removes().make_video(out, range(9), 30, num_workers=1, segment_frames=segment_frames)
    assert caught.value.partial_frames == 0
    assert "kept" not in str(caught.value)
    assert names(out) == []
    Small().make_video(out, range(9), 30, num_workers=1)
    check_video(out, 9, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize(("makes", "of"), [(os, "open"), (Path, "touch")])
def test_a_folder_that_takes_no_file_does_not_stay(
    out: Path, monkeypatch: pytest.MonkeyPatch, makes: Any, of: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(makes, of, full)
    with pytest.raises(OutputError, match="No space left"):
        Small().make_video(out, range(9), 30, num_workers=1)
    assert names(out) == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_is_write_protected_is_an_output_error(out: Path) -> None:
    out.parent.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="cannot write"):
            Small().make_video(out, range(3), 30, num_workers=1)
    finally:
        out.parent.chmod(0o700)
    assert names(out) == []


def test_the_longest_name_can_be_resumed(tmp_path: Path) -> None:
    """The partial file's would be too long."""
    out = tmp_path / ("n" * (255 - len(".mp4.parts")) + ".mp4")
    with pytest.raises(FrameError, match="The first 7 frames are kept: resume=True"):
        Recorded(tmp_path / "log", 7).make_video(out, range(9), 30, num_workers=1)
    Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    check_video(out, 9, Fraction(30), [0, 7])


# Two at once


def refused(path: Path) -> None:
    with pytest.raises(ResumeError, match="another render is writing") as caught:
        Small().make_video(path, range(3), 25, num_workers=1, resume="restart")
    assert f"{path.name}.parts" in str(caught.value)
    assert "output_file" in str(caught.value)


def test_a_second_render_to_the_same_file_is_refused_and_does_the_first_no_harm(
    out: Path,
) -> None:
    linked = out.parent / "linked"
    linked.symlink_to(out.parent)

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            refused(out if frame_idx % 2 else linked / "out.mp4")
            super().update(frame_idx, params)

    report = Meets().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert report.segments == 3
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["linked", "out.mp4"]


@pytest.mark.parametrize("preload_factor", [0, 4])
def test_a_second_render_is_refused_in_the_params_of_the_first(
    out: Path, preload_factor: int
) -> None:
    def params() -> Iterator[int]:
        for i in range(9):
            refused(out)
            yield i

    Small().make_video(
        out, params(), 30, num_workers=2, segment_frames=4, preload_factor=preload_factor
    )
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["out.mp4"]


def test_renders_to_different_files_do_not_disturb_each_other(out: Path) -> None:
    other = out.with_name("other.mp4")

    class Nested(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                Small().make_video(other, range(6), 30, num_workers=1, segment_frames=4)
            super().update(frame_idx, params)

    Nested().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    check_video(out, 9, Fraction(30))
    check_video(other, 6, Fraction(30))


def test_a_render_of_another_process_is_refused_too(out: Path) -> None:
    script = out.with_name("other.py")
    script.write_text(
        "import sys\n"
        "from tests.stamp import StampAnimator\n"
        "StampAnimator().make_video(sys.argv[1], range(3), 30, num_workers=1, resume='restart')\n"
    )
    ended: list[subprocess.CompletedProcess[str]] = []

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                ended.append(run_script(script, out))
            super().update(frame_idx, params)

    Meets().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert ended[0].returncode == 1
    assert "ResumeError: another render is writing" in ended[0].stderr
    check_video(out, 9, Fraction(30), [0, 4, 8])
    again = run_script(script, out)  # the lock is gone with the render
    assert again.returncode == 0, again.stderr
    check_video(out, 3, Fraction(30))


def test_of_two_threads_that_start_at_once_one_is_refused(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if both look before either has the lock."""
    both, opened, ended = threading.Barrier(2), os.open, []

    def waits_for_the_other(path: Any, *arguments: Any, **more: Any) -> int:
        if Path(path).name == "lock":
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.5)
        return opened(path, *arguments, **more)

    def render() -> None:
        try:
            ended.append(Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4))
        except ResumeError as error:
            ended.append(error)

    monkeypatch.setattr(os, "open", waits_for_the_other)
    threads = [threading.Thread(target=render) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [refusal] = [each for each in ended if isinstance(each, ResumeError)]
    assert "another render is writing" in str(refusal)
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["out.mp4"]


TAKES_THE_LOCK = """
import sys
from pathlib import Path
from parallel_animate.output.lock import FileLock

print(FileLock(Path(sys.argv[1])).acquire())
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such locks")
@pytest.mark.parametrize("gone", ["the file", "the folder"])
def test_a_lock_that_its_owner_removes_in_that_moment_is_taken_anew(
    out: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """The other render ends between the opening of the file and its locking."""
    import fcntl

    script, lock, others = out.with_name("other.py"), parts_of(out) / "lock", []
    script.write_text(TAKES_THE_LOCK)
    locked, calls = fcntl.lockf, []

    def too_late(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            lock.unlink()
            if gone == "the folder":
                lock.parent.rmdir()
        locked(*arguments)

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 2:
                others.append(run_script(script, lock).stdout)
            super().update(frame_idx, params)

    monkeypatch.setattr(fcntl, "lockf", too_late)
    Meets().make_video(out, range(4), 30, num_workers=1)
    assert others == ["False\n"]
    check_video(out, 4, Fraction(30))


def test_the_lock_of_the_next_render_is_not_removed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have it as soon as it is given back."""
    release, lock = FileLock.release, parts_of(out) / "lock"

    def and_another_takes_it(self: FileLock, **how: Any) -> None:
        release(self, **how)
        lock.write_text("another's")

    monkeypatch.setattr(FileLock, "release", and_another_takes_it)
    Small().make_video(out, range(3), 30, num_workers=1)
    assert lock.read_text() == "another's"
    check_video(out, 3, Fraction(30))


# Joined by hand


def test_join_makes_a_partial_video_and_leaves_the_parts_as_they_are(out: Path) -> None:
    fail(out, 12)
    partial_of(out).unlink()
    before = contents(parts_of(out))
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert (ended.exit_code, ended.output) == (0, f"12 frames in {partial_of(out)}\n")
    check_video(partial_of(out), 12, Fraction(30), [0, 5, 10])
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


def test_join_takes_a_name(out: Path) -> None:
    fail(out, 12, fps=30000 / 1001, video_extra_ffmpeg_params=["-video_track_timescale", "90000"])
    before, target = contents(parts_of(out)), out.with_name("by hand.mp4")
    target.write_bytes(b"an older one")
    ended = runner.invoke(app, ["join", f"{parts_of(out)}/", "-o", str(target)])
    assert (ended.exit_code, ended.output) == (0, f"12 frames in {target}\n")
    check_video(target, 12, Fraction(30000, 1001), [0, 5, 10])
    assert contents(parts_of(out)) == before
    assert names(out) == ["by hand.mp4", "out.mp4.parts", "out.partial.mp4"]


def test_join_works_inside_the_folder(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(out, 7)
    partial_of(out).unlink()
    monkeypatch.chdir(parts_of(out))
    ended = runner.invoke(app, ["join", "."])
    assert ended.exit_code == 0, ended.output
    check_video(partial_of(out), 7, Fraction(30))


@pytest.mark.parametrize("there", ["a folder", "a render under way", "no manifest"])
def test_join_says_where_there_is_nothing_to_join(out: Path, there: str) -> None:
    parts_of(out).mkdir()
    if there == "a render under way":
        (parts_of(out) / "next.part.mp4").write_bytes(b"half a segment")
    if there == "no manifest":
        (parts_of(out) / "manifest.json").write_text("{")
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    (parts_of(out) / "next.part.mp4").unlink(missing_ok=True)
    said = "cannot be read" if there == "no manifest" else "holds no finished segment"
    assert ended.exit_code == 1
    assert ended.output.startswith(f"parallel-animate: {parts_of(out)}")
    assert said in ended.output
    assert "Traceback" not in ended.output
    assert not partial_of(out).exists()


@pytest.mark.parametrize("old", [True, False])
def test_join_of_a_videos_name_points_at_its_folder(out: Path, old: bool) -> None:
    if old:
        out.write_bytes(b"an older video")
    ended = runner.invoke(app, ["join", str(out)])
    assert (ended.exit_code, ended.output) == (1, f"parallel-animate: no such folder: {out}\n")
    fail(out, 7)
    ended = runner.invoke(app, ["join", str(out)])
    assert ended.exit_code == 1
    assert ended.output == (
        f"parallel-animate: no such folder: {out}; the segments of that video are in "
        f"{parts_of(out)}\n"
    )


def test_join_says_what_it_cannot_join_or_write(out: Path) -> None:
    fail(out, 12)
    for target in (out.parent, out.parent / "no such folder" / "v.mp4"):
        ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(target)])
        assert ended.exit_code == 1
        assert ended.output.startswith("parallel-animate: ")
    (parts_of(out) / "00000.mp4").write_bytes(b"no video")
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(out)])
    assert ended.exit_code == 1
    assert f"{parts_of(out)} holds no finished segment" in ended.output
    assert not out.exists()


def test_join_takes_the_segments_before_a_missing_one(out: Path) -> None:
    fail(out, 12)
    (parts_of(out) / "00001.mp4").unlink()
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(out)])
    assert ended.exit_code == 0
    assert f"5 frames in {out}" in ended.output
    check_video(out, 5, Fraction(30))


# In a browser


CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        ),
    ),
    None,
)

# Seeks to the middle of each frame's time, the joints among them in no order that a player would
# take, and sends what the canvas then shows: the mean of the middle of each block.
PAGE = """<!doctype html><video muted></video><canvas></canvas><script>
const COLUMNS = %(columns)d, ROWS = %(rows)d, FPS = %(fps)f, FRAMES = %(frames)s;
const video = document.querySelector("video"), canvas = document.querySelector("canvas");
const once = (name) => new Promise((done, failed) => {
  video.addEventListener(name, done, {once: true});
  video.addEventListener("error", () => failed(video.error.message), {once: true});
});
function stamp() {
  const brush = canvas.getContext("2d", {willReadFrequently: true});
  const width = canvas.width = video.videoWidth, height = canvas.height = video.videoHeight;
  brush.drawImage(video, 0, 0);
  let value = 0;
  for (let bit = 0; bit < COLUMNS * ROWS; bit++) {
    const x = (bit %% COLUMNS + 0.5) * width / COLUMNS;
    const y = (ROWS - 1 - Math.floor(bit / COLUMNS) + 0.5) * height / ROWS;
    const pixels = brush.getImageData(x - 4, y - 4, 8, 8).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) sum += pixels[i];
    if (sum / 64 > 127) value |= 1 << bit;
  }
  return value;
}
(async () => {
  const result = {};
  try {
    const loaded = once("loadeddata");
    video.src = URL.createObjectURL(await (await fetch("%(file)s")).blob());
    await loaded;
    Object.assign(result, {duration: video.duration, first: stamp(), shown: []});
    for (const frame of FRAMES) {
      const sought = once("seeked");
      const painted = new Promise((done) => video.requestVideoFrameCallback(done));
      video.currentTime = (frame + 0.5) / FPS;
      await Promise.all([sought, painted]);
      result.shown.push(stamp());
    }
    const ended = once("ended");
    video.currentTime = 0;
    video.playbackRate = 4;
    await video.play();
    await ended;
    result.ended = video.currentTime;
  } catch (error) {
    result.error = String(error);
  }
  await fetch("/result", {method: "POST", body: JSON.stringify(result)});
})();
</script>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, and takes what the page has found."""

    def __init__(self, *arguments: Any, results: list[Any], came: threading.Event, **more: Any):
        self.results, self.came = results, came
        super().__init__(*arguments, **more)

    def do_POST(self) -> None:
        self.results.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()
        self.came.set()

    def log_message(self, *arguments: Any) -> None:
        pass


def in_browser(video: Path, fps: float, frames: list[int], profile: Path) -> dict[str, Any]:
    """Let Chromium show frames of a video, and return what it has seen."""
    assert CHROMIUM is not None
    (video.parent / "page.html").write_text(
        PAGE % {"columns": COLUMNS, "rows": ROWS, "fps": fps, "frames": frames, "file": video.name},
        encoding="utf-8",
    )
    results: list[dict[str, Any]] = []
    came = threading.Event()
    handler = functools.partial(Handler, directory=str(video.parent), results=results, came=came)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        browser = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--autoplay-policy=no-user-gesture-required",
                f"--user-data-dir={profile}",
                "--remote-debugging-port=0",  # keeps it open until it is ended
                f"http://127.0.0.1:{server.server_port}/page.html",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert came.wait(40), "Chromium has said nothing"
        finally:
            browser.terminate()
            browser.wait(10)
            server.shutdown()
            serving.join()
    return results[0]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (apt-get install chromium)")
@pytest.mark.parametrize("which", ["one encoder", "resumed with B-frames", "two encoders"])
def test_a_browser_plays_a_joined_video(tmp_path: Path, which: str) -> None:
    out, fps = tmp_path / "out.mp4", 30
    if which == "two encoders":
        presets = ["ultrafast", "slow", "ultrafast"]
        n, joints = 30, [0, 10, 20]
        segments = [
            encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), preset)
            for i, preset in enumerate(presets)
        ]
        join(tmp_path, segments, out, Fraction(fps))
    elif which == "one encoder":
        n, joints = 23, [0, 11, 22]
        Small().make_video(out, range(n), fps, num_workers=1, segment_frames=11)
    else:
        n, joints = 30, [0, 11, 17, 28]
        fail(out, 17, n=n, segment_frames=11, video_preset="slow")
        Small().make_video(
            out,
            range(n),
            fps,
            num_workers=1,
            segment_frames=11,
            video_preset="slow",
            resume=True,
        )
    check_video(out, n, Fraction(fps), joints)
    frames = [*reversed(joints), *joints[1:], *range(n), *(joint - 1 for joint in joints[1:])]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        seen = in_browser(out, fps, frames, Path(profile))
    assert "error" not in seen, seen
    assert seen["duration"] == pytest.approx(n / fps, abs=1e-3)
    assert seen["first"] == 0
    assert seen["shown"] == frames
    assert seen["ended"] == pytest.approx(n / fps, abs=1e-3)
