"""Settings of the encoding that cannot be are refused; the message says what would do."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import pytest

from parallel_animate import EncoderError
from parallel_animate.output.settings import PRESETS
from tests.refusals import refusal, refusal_by_encoder
from tests.stamp import StampAnimator, stamps

# fps, quality, mode, writer, preset


@pytest.mark.parametrize(
    "fps",
    [0, 0.0, Fraction(0), -1, -0.5, math.nan, math.inf, -math.inf, "30", b"30", None, True, [30]],
)
def test_an_impossible_frame_rate_is_refused(out: Path, fps: Any) -> None:
    message = refusal(out, fps=fps)
    assert message.startswith("fps must be a positive number")
    assert repr(fps) in message


@pytest.mark.parametrize("fps", [1e-9, 1e9, Fraction(1, 10**6), 10**400])
def test_a_frame_rate_that_no_video_has_is_refused(out: Path, fps: Any) -> None:
    assert refusal(out, fps=fps).startswith("fps must")


@pytest.mark.parametrize("quality", [52, 51.5, -1, -0.5, "20", math.nan, True, [20]])
def test_a_quality_outside_the_scale_is_refused(out: Path, quality: Any) -> None:
    message = refusal(out, video_quality=quality)
    assert "video_quality must be a number from 0 to 51" in message
    assert repr(quality) in message


@pytest.mark.parametrize(
    ("argument", "choices"),
    [("video_mode", ["auto", "gpu", "cpu"]), ("video_writer", ["pyav", "pvio"])],
)
@pytest.mark.parametrize("value", ["nonsense", None, ["cpu"]])
def test_an_unknown_mode_or_writer_is_refused_and_the_known_ones_are_listed(
    out: Path, argument: str, choices: list[str], value: Any
) -> None:
    message = refusal(out, **{argument: value})
    assert message.startswith(f"{argument} must be one of")
    assert repr(value) in message
    assert all(repr(choice) in message for choice in choices)


@pytest.mark.parametrize(
    ("mode", "preset", "encoder"),
    [
        ("auto", "nonsense", "libx264"),
        ("cpu", "nonsense", "libx264"),
        ("cpu", "p5", "libx264"),
        ("gpu", "nonsense", "h264_nvenc"),
        ("gpu", "veryfast", "h264_nvenc"),
    ],
)
def test_a_preset_of_another_encoder_is_refused_and_the_right_ones_are_listed(
    out: Path, mode: str, preset: str, encoder: Any
) -> None:
    message = refusal(out, video_mode=mode, video_preset=preset)
    assert message.startswith(f"video_preset {preset!r}")
    assert encoder in message
    assert set(PRESETS[encoder]) <= set(re.findall(r"\w+", message))


def test_an_nvenc_preset_is_refused_where_auto_has_to_take_libx264(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "parallel_animate.output.pyav.nvenc_problem", lambda *_: "none in this test"
    )
    message = refusal_by_encoder(out, video_mode="auto", video_preset="p5")
    assert set(PRESETS["libx264"]) <= set(re.findall(r"\w+", message))


@pytest.mark.skipif(find_spec("pvio") is not None, reason="parallel-video-io is installed")
def test_the_pvio_writer_says_how_to_install_it(out: Path) -> None:
    message = refusal(out, video_writer="pvio")
    assert "parallel-video-io" in message
    assert "pip install 'parallel-animate[pvio]'" in message


# video_extra_ffmpeg_params


@pytest.mark.parametrize(
    "extra", [["-vf", "hflip"], ["-filter:v", "hflip"], ["-map", "0"], ["-tune", "film", "-r", "5"]]
)
def test_an_option_of_the_ffmpeg_program_is_refused_and_pvio_is_named(
    out: Path, extra: list[str]
) -> None:
    message = refusal_by_encoder(out, video_extra_ffmpeg_params=extra)
    assert message.startswith("video_extra_ffmpeg_params")
    assert extra[-2].split(":")[0] in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


@pytest.mark.parametrize(
    ("extra", "instead"),
    [
        (["-s", "640x480"], "set its figsize, or savefig_params={'dpi'"),
        (["-r", "25"], "the argument fps"),
        (["-t", "5"], "the argument n_frames"),
        (["-frames:v", "100"], "the argument n_frames"),
        (["-c:v", "libx265"], "the argument video_mode"),
        (["-pix_fmt", "yuv444p"], "those of the frames"),
        (["-vf", "vflip"], "encoded as they are drawn"),
    ],
)
def test_what_would_change_the_frames_is_refused_with_what_to_use_instead(
    out: Path, extra: list[str], instead: str
) -> None:
    message = refusal(out, video_extra_ffmpeg_params=extra)
    assert f"{extra[0]} cannot be set" in message
    assert instead in message
    assert "video_writer='pvio'" in message


def test_what_only_says_what_happens_anyway_is_taken(out: Path) -> None:
    extra = ["-y", "-hide_banner", "-loglevel", "error", "-an", "-shortest", "-pix_fmt", "yuv420p"]
    StampAnimator().make_video(
        out, range(4), 30, num_workers=1, video_extra_ffmpeg_params=[*extra, "-g", "2", "-nostdin"]
    )
    assert stamps(out) == list(range(4))
    with av.open(str(out)) as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert keys == [True, False] * 2


@pytest.mark.parametrize("segment", [3, 1000])
def test_metadata_and_the_tag_are_in_the_file(out: Path, segment: int) -> None:
    """Whether it is a segment that was renamed, or joined of several."""
    extra = ["-metadata", "title=Waves = water", "-metadata:s:v", "language=eng", "-tag:v", "avc3"]
    StampAnimator().make_video(
        out,
        range(8),
        30,
        num_workers=1,
        segment_frames=segment,
        video_extra_ffmpeg_params=[*extra, "-metadata", "comment="],
    )
    assert stamps(out) == list(range(8))
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert container.metadata["title"] == "Waves = water"
        assert stream.metadata["language"] == "eng"
        assert stream.codec_context.codec_tag == "avc3"


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["-metadata", "title"], "-metadata takes 'key=value', not 'title'"),
        (["-metadata:s:a", "title=x"], "knows -metadata:s:a"),
        (["-tag:v", "long one"], "-tag:v takes four characters"),
    ],
)
def test_metadata_that_cannot_be_written_is_refused(out: Path, extra: list[str], said: str) -> None:
    assert said in refusal(out, video_extra_ffmpeg_params=extra)


@pytest.mark.parametrize("extra", [["-tune"], ["-tune", "film", "-metadata"]])
def test_an_option_without_a_value_is_refused(out: Path, extra: list[str]) -> None:
    message = refusal(out, video_extra_ffmpeg_params=extra)
    assert f"{extra[-1]} has no value" in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


@pytest.mark.parametrize("extra", [["film"], ["tune", "film"], ["-tune", "film", "-", "x"]])
def test_a_value_without_an_option_is_refused(out: Path, extra: list[str]) -> None:
    message = refusal(out, video_extra_ffmpeg_params=extra)
    assert "'-option', 'value' pairs" in message
    assert repr(extra[0] if len(extra) < 4 else "-") in message


def test_a_string_instead_of_a_list_is_refused(out: Path) -> None:
    message = refusal(out, video_extra_ffmpeg_params="-tune film")
    assert "must be a list" in message
    assert "'-tune film'" in message


def test_an_unknown_option_is_refused_by_name(out: Path) -> None:
    message = refusal_by_encoder(out, video_extra_ffmpeg_params=["-nonsense", "1"])
    assert "-nonsense" in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


def test_a_value_that_the_encoder_does_not_know_is_an_encoder_error(out: Path) -> None:
    message = refusal_by_encoder(out, EncoderError, video_extra_ffmpeg_params=["-tune", "nonsense"])
    assert message.startswith("libx264 cannot be opened")
    assert "nonsense" in message


def test_encoder_and_muxer_options_reach_the_file(out: Path) -> None:
    extra = ["-g", "2", "-brand", "mp42"]
    StampAnimator().make_video(out, range(6), 30, num_workers=1, video_extra_ffmpeg_params=extra)
    assert stamps(out) == list(range(6))
    with av.open(str(out)) as container:
        assert container.metadata["major_brand"] == "mp42"
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.is_keyframe for packet in packets].count(True) == 3
