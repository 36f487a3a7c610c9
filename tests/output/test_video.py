"""The file: its frame rate, its tags, its options, and when it appears."""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from parallel_animate import ArgumentError, EncoderError, OutputError
from parallel_animate.canvas import FrameFormat
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.output import VideoSettings, choose, choose_writer, pyav
from parallel_animate.output.settings import PRESETS, exact_fps
from tests.conftest import WRITERS
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.one_in(3)


@pytest.mark.parametrize("video_writer", WRITERS)
@pytest.mark.parametrize(
    ("fps", "exact"),
    [
        (30, Fraction(30)),
        (30000 / 1001, Fraction(30000, 1001)),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (12.5, Fraction(25, 2)),
        (np.float32(0.5), Fraction(1, 2)),
        (np.int64(60), Fraction(60)),
        (240, Fraction(240)),
    ],
)
def test_the_frame_rate_and_every_timestamp_are_exact(
    out: Path, fps: Any, exact: Fraction, video_writer: str
) -> None:
    report = StampAnimator().make_video(
        out, range(70), fps, num_workers=1, video_writer=video_writer
    )
    assert report.fps == exact
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == exact
        assert stream.frames == 70
        assert stream.duration * stream.time_base == 70 / exact
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert times == [i / exact for i in range(70)]


@pytest.mark.parametrize("fps", [1e-3, 1 / 3, 23.976, 29.97, 59.94, 1000.0, 99999.5])
def test_any_reasonable_rate_is_kept_to_nine_digits(fps: float) -> None:
    assert float(exact_fps(fps)) == pytest.approx(fps, rel=1e-9)


@pytest.mark.parametrize("video_writer", WRITERS)
def test_the_stream_says_what_it_is(out: Path, video_writer: str) -> None:
    StampAnimator().make_video(out, range(3), 30, num_workers=1, video_writer=video_writer)
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        frame = next(container.decode(video=0))
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert context.profile in ("Main", "High")  # what every player plays
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
        assert (frame.colorspace, frame.color_range) == (1, 1)


@pytest.mark.parametrize(
    ("options", "used"),
    [
        ({}, "mbtree=0 crf=22.8 subme=1 bframes=1 qcomp=1.00"),
        ({"video_quality": 30}, "mbtree=0 crf=32.8"),
        ({"video_quality": 50}, "crf=51.0"),
        ({"video_quality": 18.5}, "mbtree=0 crf=21.2"),
        ({"video_quality": np.float32(18.5), "video_preset": "fast"}, "crf=18.5"),
        ({"video_quality": np.int64(30), "video_preset": "fast"}, "crf=30.0"),
        ({"video_quality": 0}, "qp=0"),
        ({"video_preset": "fast"}, "mbtree=1 crf=20.0 subme=6 bframes=3"),
        ({"video_extra_ffmpeg_params": ["-preset", "fast"]}, "mbtree=1 crf=20.0 subme=6 bframes=3"),
        ({"video_extra_ffmpeg_params": ["-crf", "18"]}, "mbtree=1 crf=18.0 subme=1"),
        ({"video_extra_ffmpeg_params": ["-b:v", "1M"]}, "mbtree=1 bitrate=1000 subme=1"),
        ({"video_extra_ffmpeg_params": ["-qp", "18"]}, "mbtree=0 qp=18 subme=1"),
        ({"video_extra_ffmpeg_params": ["-qp", "0"]}, "qp=0 subme=1"),
        ({"video_extra_ffmpeg_params": ["-crf", "0"]}, "qp=0 subme=1"),
        ({"video_extra_ffmpeg_params": ["-mbtree", "1"]}, "mbtree=1 crf=20.0"),
        ({"video_extra_ffmpeg_params": ["-qcomp", "0.7"]}, "mbtree=1 crf=20.0 qcomp=0.70"),
        ({"video_extra_ffmpeg_params": ["-bf", "0"]}, "bframes=0 subme=1 mbtree=0"),
        ({"video_extra_ffmpeg_params": ["-x264-params", "subme=3"]}, "subme=3 crf=20.0 mbtree=1"),
    ],
    ids=str,
)
def test_what_the_user_says_of_the_encoding_wins_over_our_settings(
    out: Path, options: dict[str, Any], used: str
) -> None:
    """x264 writes into the stream what it was told."""
    StampAnimator().make_video(out, range(2), 30, num_workers=1, **options)
    said = re.search(rb"x264 - core.*?options: (.*?)\0", out.read_bytes(), re.DOTALL)
    assert said is not None
    assert set(used.split()) <= set(re.sub(r"[\x80-\xff]", "", said[1].decode("latin1")).split())


@pytest.mark.parametrize("video_writer", WRITERS)
def test_the_index_stands_before_the_data(out: Path, video_writer: str) -> None:
    StampAnimator().make_video(out, range(3), 30, num_workers=1, video_writer=video_writer)
    data, boxes, at = out.read_bytes(), [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        boxes.append(kind.decode())
        at += size
    assert boxes.index("moov") < boxes.index("mdat")


def test_a_video_of_one_frame_is_shown_for_one_frame(out: Path) -> None:
    StampAnimator().make_video(out, [0], 25)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.duration * stream.time_base == Fraction(1, 25)


def encode(path: Path, extra: list[str] | None = None, **settings: Any) -> None:
    layout = FrameFormat("yuv420p", 320, 240)
    noise = np.random.default_rng(0).integers(0, 256, (4, layout.nbytes), np.uint8)

    def frames() -> Iterator[Pixels]:
        for i in range(16):
            yield layout.view(noise[i % 4])

    checked = VideoSettings.checked(fps=30, mode="cpu", extra=extra, **settings)
    with choose_writer(checked, (320, 240)).open(path) as video:
        video.write(frames())


def test_quality_and_preset_reach_the_encoder(tmp_path: Path) -> None:
    sizes = {}
    for quality in (10, 30, 50):
        encode(tmp_path / "v.mp4", quality=quality)
        sizes[quality] = (tmp_path / "v.mp4").stat().st_size
    assert sizes[10] > sizes[30] > sizes[50]
    encode(tmp_path / "v.mp4", preset="ultrafast")
    assert b"cabac=0" in (tmp_path / "v.mp4").read_bytes()  # x264 writes its settings down
    encode(tmp_path / "v.mp4", preset="medium")
    assert b"subme=7" in (tmp_path / "v.mp4").read_bytes()


def test_what_moves_far_in_a_large_frame_is_found_again(tmp_path: Path) -> None:
    """A longer search makes the file of a line that moves much smaller; yours is taken if given."""
    layout, path = FrameFormat("yuv420p", 2720, 1536), tmp_path / "v.mp4"
    columns = np.arange(layout.width)

    def frames() -> Iterator[Pixels]:
        for number in range(6):
            view = layout.view(np.full(layout.nbytes, 128, np.uint8))
            rows = 768 + (600 * np.sin((columns - 24 * number) / 150)).astype(int)
            for thickness in range(6):
                layout.planes(view)[0][rows + thickness, columns] = 40
            yield view

    sizes = []
    for extra in ([], ["-motion-est", "dia"]):
        settings = VideoSettings.checked(fps=30, mode="cpu", extra=extra)
        with choose_writer(settings, (layout.width, layout.height)).open(path) as video:
            video.write(frames())
        sizes.append(path.stat().st_size)
    assert sizes[0] < 0.7 * sizes[1]


def test_what_stays_is_as_good_from_the_first_frame_as_later(tmp_path: Path) -> None:
    """The same picture begins two groups of pictures: the first gets no fewer bits."""
    encode(tmp_path / "v.mp4", ["-g", "8"])
    with av.open(str(tmp_path / "v.mp4")) as container:
        first, second = (packet.size for packet in container.demux(video=0) if packet.is_keyframe)
    assert first >= second


def test_extra_options_reach_the_encoder_and_the_muxer(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    encode(path, ["-g", "5", "-x264-params", "me=dia:subme=1", "-video_track_timescale", "90000"])
    written = path.read_bytes()
    assert b"me=dia" in written
    assert b"subme=1" in written
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base == Fraction(1, 90000)
        keys = [packet.pts for packet in container.demux(stream) if packet.is_keyframe]
    assert len(keys) == 4


def test_a_value_that_the_encoder_refuses_is_told_in_ffmpegs_words(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="Error setting option g to value many"):
        encode(tmp_path / "v.mp4", ["-g", "many"])


def test_the_file_appears_only_when_it_is_complete(out: Path) -> None:
    seen = []

    class Looks(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            seen.append(out.exists())
            super().update(frame_idx, params)

    Looks().make_video(out, range(5), 30, num_workers=1)
    assert seen == [False] * 5
    assert stamps(out) == list(range(5))


# Which encoder: no machine here has NVENC, so its probe is replaced by one that succeeds.


def test_auto_takes_libx264_where_the_probe_of_nvenc_fails(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyav, "nvenc_problem", lambda settings, layout: "no GPU")
    report = StampAnimator().make_video(out, range(3), 30, video_mode="auto")
    assert report.encoder == "libx264"


@pytest.mark.parametrize("preset", PRESETS["libx264"])
def test_every_preset_of_x264_works_in_auto_mode(out: Path, preset: str) -> None:
    report = StampAnimator().make_video(out, range(3), 30, num_workers=1, video_preset=preset)
    assert report.encoder == "libx264"
    assert stamps(out) == [0, 1, 2]


@pytest.mark.parametrize("fps", [Fraction(1, 1000), 100_000])
def test_the_slowest_and_the_fastest_rate_make_a_file(out: Path, fps: Fraction | int) -> None:
    StampAnimator().make_video(out, range(3), fps, num_workers=1)
    assert stamps(out) == [0, 1, 2]


@pytest.mark.parametrize("option", ["-video_size", "-time_base", "-colorspace", "-pix_fmt", "-r"])
def test_an_option_that_contradicts_the_frames_is_refused(out: Path, option: str) -> None:
    with pytest.raises(ArgumentError, match=rf"{option} cannot be set"):
        StampAnimator().make_video(out, range(3), 30, video_extra_ffmpeg_params=[option, "1"])


def test_a_complete_video_is_kept_where_it_cannot_get_its_name(out: Path) -> None:
    class Occupies(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            out.mkdir(exist_ok=True)

    with pytest.raises(OutputError, match="cannot write") as caught:
        Occupies().make_video(out, range(3), 30, num_workers=1)
    assert caught.value.partial_frames == 3
    assert caught.value.partial_file == out.with_name("out.partial.mp4")
    assert stamps(out.with_name("out.partial.mp4")) == [0, 1, 2]


@pytest.mark.parametrize("name", ["n" * 300 + ".mp4", "a\0b.mp4", "~nobody-of-this-name/v.mp4"])
def test_a_name_that_no_file_can_have_is_told_at_once(tmp_path: Path, name: str) -> None:
    path = name if name.startswith("~") else str(tmp_path / name)
    with pytest.raises(OutputError):
        StampAnimator().make_video(path, range(3), 30, num_workers=1)


def test_gpu_says_why_not_and_what_to_do(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyav, "nvenc_problem", lambda settings, layout: "no capable devices")
    with pytest.raises(EncoderError, match=r"at 320x240: no capable devices.*'auto' or 'cpu'"):
        StampAnimator().make_video(out, range(3), 30, video_mode="gpu")


def test_a_probe_without_a_gpu_fails_with_a_reason() -> None:
    problem = pyav.nvenc_problem(VideoSettings.checked(fps=30), FrameFormat("rgba", 640, 480))
    if problem is None:
        pytest.skip("this machine has NVENC")
    assert "cannot be opened" in problem


@pytest.mark.parametrize("mode", ["auto", "gpu"])
def test_where_the_probe_succeeds_nvenc_is_taken_with_rgba_slots(
    mode: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    probed = []
    opened = {}

    def succeed(settings: VideoSettings, layout: FrameFormat) -> None:
        probed.append(layout)

    def record(context: Any, fps: Fraction, layout: FrameFormat, options: dict[str, str]) -> None:
        opened.update(options, codec=context.name, layout=layout, fps=fps)
        raise EncoderError("opened")

    monkeypatch.setattr(pyav, "nvenc_problem", succeed)
    monkeypatch.setattr(pyav, "_open", record)
    settings = VideoSettings.checked(fps=30, mode=mode, quality=23, preset="p7")
    assert choose.choose_encoder(settings, (641, 480)) == "h264_nvenc"
    with pytest.raises(EncoderError, match="opened"):
        choose.choose_writer(settings, (641, 480)).open(tmp_path / "v.mp4")
    assert probed[0] == FrameFormat("rgba", 641, 480, matrix="bt601")
    assert opened == {
        "codec": "h264_nvenc",
        "layout": FrameFormat("rgba", 641, 480, matrix="bt601"),
        "fps": Fraction(30),
        "preset": "p7",
        "profile": "high",
        "tune": "hq",
        "rc": "constqp",
        "qp": "23",
    }


def test_nvenc_options_are_options_that_it_has() -> None:
    """Checked against the encoder's own list, which needs no GPU."""
    context = av.CodecContext.create("h264_nvenc", "w")
    options_of = context.supported_options
    known = {option.name: option for option in (*options_of.generic, *options_of.private)}
    options = VideoSettings.checked(fps=30).encoder_options("h264_nvenc")
    assert options.keys() <= known.keys()
    for name in ("preset", "profile", "tune", "rc"):
        assert options[name] in {choice.name for choice in known[name].choices}


@pytest.mark.pvio
def test_pvio_gets_a_users_filter_before_ours(out: Path) -> None:
    pytest.importorskip("pvio", reason="parallel-video-io is not installed")
    StampAnimator().make_video(
        out,
        range(8),
        30,
        num_workers=1,
        video_writer="pvio",
        video_extra_ffmpeg_params=["-vf", "vflip"],
    )
    upside_down = [0, *(i << 12 for i in range(1, 8))]
    assert stamps(out) == upside_down


@pytest.mark.pvio
def test_pvio_begins_anew_where_nvenc_failed_at_once() -> None:
    """The walks that parallel-video-io makes, with an NVENC that dies after three frames."""
    from parallel_animate.output.pvio import _Sequence

    layout = FrameFormat("rgba", 4, 2)
    source = (np.full(layout.shape, i, np.uint8) for i in range(10))
    frames = _Sequence(source, layout)
    assert len(frames) == sys.maxsize
    assert frames[0].shape == (2, 4, 4)
    assert [frame.shape for frame in frames] == [(2, 4, 4)]
    first = iter(frames)
    assert [int(next(first)[0, 0, 0]) for _ in range(3)] == [0, 1, 2]
    first.close()  # type: ignore[attr-defined]
    assert [int(frame[0, 0, 0]) for frame in iter(frames)] == list(range(10))


@pytest.mark.pvio
def test_pvio_says_so_where_nvenc_failed_too_late() -> None:
    from parallel_animate.output.pvio import KEPT_FRAMES, _Sequence

    layout = FrameFormat("rgba", 4, 2)
    frames = _Sequence(iter([np.zeros(layout.shape, np.uint8)] * 20), layout)
    assert [frame.shape for frame in frames] == [(2, 4, 4)]
    walk = iter(frames)
    for _ in range(KEPT_FRAMES + 1):
        next(walk)
    with pytest.raises(EncoderError, match="too late to begin anew"):
        next(iter(frames))
