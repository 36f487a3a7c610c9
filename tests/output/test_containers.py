"""A video is what its name says, with the frames, the rate and the pixels of an MP4."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from typer.testing import CliRunner

from parallel_animate.commands.main import app
from tests.output.small import Small, fail, names, parts_of
from tests.output.videos import boxes, encode
from tests.refusals import refusal
from tests.stamp import luma, stamp

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

# The format that FFmpeg finds in the bytes; the brand of an MP4 or MOV; how exact its times are.
KINDS = {
    ".mp4": ("mov,mp4,m4a,3gp,3g2,mj2", "isom", Fraction(0)),
    ".m4v": ("mov,mp4,m4a,3gp,3g2,mj2", "isom", Fraction(0)),
    ".MOV": ("mov,mp4,m4a,3gp,3g2,mj2", "qt  ", Fraction(0)),
    ".mkv": ("matroska,webm", "", Fraction(1, 2000)),
    ".avi": ("avi", "", Fraction(0)),
}


def check(path: Path, frames: int, fps: Fraction, nameless: Path) -> list[bytes]:
    """Check what a file is and holds, whatever its name; return its pixels."""
    kind, brand, exact = KINDS[path.suffix]
    nameless.write_bytes(path.read_bytes())
    with av.open(str(nameless)) as container:
        assert container.format.name == kind
        assert container.metadata.get("major_brand", "") == brand
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.average_rate, stream.guessed_rate) == (fps, fps)
        assert stream.codec_context.color_range == 1
        assert container.duration is not None
        lasts = Fraction(container.duration, 10**6)  # of two times, each rounded as it can be
        assert abs(lasts - frames / fps) <= 2 * exact + Fraction(1, 10**6)
        shown = list(container.decode(stream))
    nameless.unlink()
    assert [stamp(luma(frame)) for frame in shown] == list(range(frames))
    times = [(frame.pts or 0) * (frame.time_base or 0) for frame in shown]
    # An AVI has no times. FFmpeg counts the frames of one that has H.264 in it from 1.
    begin = 1 / fps if kind == "avi" else Fraction(0)
    for i, time in enumerate(times):
        assert abs(time - begin - i / fps) <= exact, i
    return [frame.to_ndarray().tobytes() for frame in shown]


@pytest.mark.parametrize(
    ("frames", "segment_frames", "fps", "options"),
    [
        (12, 5, Fraction(30), {}),
        (12, 100, Fraction(30000, 1001), {"num_workers": 2}),
        (1, 5, Fraction(12), {}),
        (9, 4, Fraction(25), {"video_preset": "slow"}),
        (9, 4, Fraction(25), {"video_extra_ffmpeg_params": ["-movflags", "+faststart"]}),
    ],
    ids=str,
)
def test_a_video_is_what_its_name_says(
    tmp_path: Path, frames: int, segment_frames: int, fps: Fraction, options: dict[str, Any]
) -> None:
    nameless, pixels = tmp_path / "video", {}
    for suffix in KINDS:
        out = tmp_path / f"out{suffix}"
        arguments = {"num_workers": 1, "segment_frames": segment_frames} | options
        Small().make_video(out, range(frames), fps, **arguments)
        pixels[suffix] = check(out, frames, fps, nameless)
    assert pixels[".mp4"] == pixels[".m4v"] == pixels[".MOV"] == pixels[".mkv"]
    assert names(out) == sorted(f"out{suffix}" for suffix in KINDS)


def test_an_index_comes_first_in_a_mov_too(tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    Small().make_video(out, range(9), 30, num_workers=1)
    assert boxes(out).index("moov") < boxes(out).index("mdat")


@pytest.mark.parametrize("suffix", [".mkv", ".avi", ".MOV"])
@pytest.mark.parametrize("at", [3, 7])
def test_what_is_kept_of_a_render_is_of_that_kind_too(tmp_path: Path, suffix: str, at: int) -> None:
    out, partial = tmp_path / f"out{suffix}", tmp_path / f"out.partial{suffix}"
    fail(out, at)
    check(partial, at, Fraction(30), tmp_path / "video")
    partial.unlink()
    ended = CliRunner().invoke(app, ["join", str(parts_of(out))])
    assert ended.output == f"{at} frames in {partial}\n"
    check(partial, at, Fraction(30), tmp_path / "video")
    partial.unlink()
    report = Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert report.resumed_frames == at
    check(out, 20, Fraction(30), tmp_path / "video")
    assert names(out) == [out.name]


def test_segments_of_different_encoders_make_any_of_them(tmp_path: Path) -> None:
    """The headers of the segments differ, and so do the delays of their decoding."""
    from parallel_animate.output.containers import container_of
    from parallel_animate.output.joining import join

    presets = ["ultrafast", "slow", "ultrafast"]
    segments = [
        encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), preset)
        for i, preset in enumerate(presets)
    ]
    for suffix in (".MOV", ".mkv"):
        joined = tmp_path / f"joined{suffix}"
        join(tmp_path, segments, joined, Fraction(30), container=container_of(joined))
        check(joined, 30, Fraction(30), tmp_path / "video")


def test_headers_that_differ_are_kept_in_an_avi(tmp_path: Path) -> None:
    from parallel_animate.output.containers import container_of
    from parallel_animate.output.joining import join

    segments = [
        encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), preset, extra=["-bf", "0"])
        for i, preset in enumerate(["ultrafast", "slow", "ultrafast"])
    ]
    joined = tmp_path / "joined.avi"
    join(tmp_path, segments, joined, Fraction(30), container=container_of(joined))
    check(joined, 30, Fraction(30), tmp_path / "video")


@pytest.mark.parametrize(
    "extra", [["-bf", "2"], ["-x264-params", "bframes=3:ref=2"], ["-x264opts", "bframes=1"]]
)
def test_an_avi_with_b_frames_is_refused_before_any_work(tmp_path: Path, extra: list[str]) -> None:
    said = refusal(tmp_path / "out.avi", video_extra_ffmpeg_params=extra)
    assert f"{extra[0]} {extra[1]} asks for B-frames, which an AVI cannot hold" in said
    assert ".mkv" in said
    report = Small().make_video(
        tmp_path / "out.mkv", range(3), 30, num_workers=1, video_extra_ffmpeg_params=extra
    )
    assert report.frames == 3


def test_join_says_that_an_avi_cannot_hold_segments_with_b_frames(out: Path) -> None:
    fail(out, 12)
    avi = out.with_name("out.avi")
    ended = CliRunner().invoke(app, ["join", str(parts_of(out)), "-o", str(avi)])
    assert ended.exit_code == 1
    assert "an AVI cannot hold the segments" in ended.output
    assert names(out) == ["out.mp4.parts", "out.partial.mp4"]
