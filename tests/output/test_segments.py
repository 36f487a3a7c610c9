"""A render is encoded in segments, and joined without a seam."""

from __future__ import annotations

import math
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallel_animate import ArgumentError
from tests.conftest import WRITERS
from tests.output.small import Small, fail, names, partial_of
from tests.output.videos import check_video
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


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
    assert (report.resumed_frames, report.segments) == (13, 4)
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])


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


@pytest.mark.parametrize("segment_frames", [0, -1, 2.5, "many", None])
def test_segment_frames_is_a_number_of_frames(out: Path, segment_frames: Any) -> None:
    with pytest.raises(ArgumentError, match="segment_frames must be an integer of at least 1"):
        Small().make_video(out, range(3), 30, num_workers=1, segment_frames=segment_frames)
    assert names(out) == []
