"""Whatever the codec: every frame, at its time, in its size, with its colours and its alpha."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from parallel_animate import Animator, ArgumentError, ResumeError
from tests.output.small import Small, fail, names, parts_of
from tests.refusals import refusal, refusal_by_encoder
from tests.stamp import luma, stamp

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

# Suffix, codec asked for, FFmpeg's name for the codec, and how exact the times are.
OUTPUTS = [
    (".mp4", "hevc", "hevc", Fraction(0)),
    (".mp4", "av1", "av1", Fraction(0)),
    (".mov", "hevc", "hevc", Fraction(0)),
    (".mov", "prores", "prores", Fraction(0)),
    (".mkv", "hevc", "hevc", Fraction(1, 2000)),
    (".mkv", "av1", "av1", Fraction(1, 2000)),
    (".mkv", "vp9", "vp9", Fraction(1, 2000)),
    (".webm", None, "vp9", Fraction(1, 2000)),
    (".webm", "av1", "av1", Fraction(1, 2000)),
]
# Where patches of one colour are, in hundredths of the figure, and their colours.
PATCHES = {
    (25, 25): (255, 0, 0),
    (75, 25): (0, 128, 0),
    (25, 75): (31, 119, 180),
    (75, 75): (230, 230, 40),
}


def frames_of(path: Path, decoder: str | None = None) -> Iterator[av.VideoFrame]:
    """Yield a video's frames, decoded by FFmpeg's default, or by a decoder of this name."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if decoder is None:
            yield from container.decode(stream)
            return
        context = av.CodecContext.create(decoder, "r")
        for packet in container.demux(stream):
            yield from context.decode(packet if packet.size else None)


def check(path: Path, codec: str, frames: int, fps: Fraction, exact: Fraction) -> None:
    """Check that all frames are there, each at its time."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec.canonical_name == codec
        assert stream.average_rate == fps
        assert container.duration is not None
        lasts = Fraction(container.duration, 10**6)
        assert abs(lasts - frames / fps) <= 2 * exact + Fraction(1, 10**6)
        shown = list(container.decode(stream))
    assert [stamp(brightness(frame)) for frame in shown] == list(range(frames))
    times = [(frame.pts or 0) * (frame.time_base or 0) for frame in shown]
    assert all(abs(time - i / fps) <= exact for i, time in enumerate(times)), times


def brightness(frame: av.VideoFrame) -> Any:
    return luma(frame) if frame.format.components[0].bits == 8 else frame.to_ndarray(format="gray")


@pytest.mark.parametrize(("suffix", "codec", "name", "exact"), OUTPUTS, ids=str)
def test_every_codec_has_all_frames_at_their_times_over_all_joints_and_resumed(
    tmp_path: Path, suffix: str, codec: str | None, name: str, exact: Fraction
) -> None:
    out, fps = tmp_path / f"out{suffix}", Fraction(30000, 1001)
    fail(out, 7, fps=fps, codec=codec)
    check(out.with_name(f"out.partial{suffix}"), name, 7, fps, exact)
    report = Small().make_video(
        out, range(12), fps, num_workers=1, segment_frames=5, codec=codec, resume=True
    )
    assert (report.resumed_frames, report.frames) == (7, 12)
    check(out, name, 12, fps, exact)
    assert names(out) == [out.name]


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".webm", None), (".mp4", "av1"), (".mov", "prores")]
)
def test_a_single_segment_is_the_video(tmp_path: Path, suffix: str, codec: str | None) -> None:
    out = tmp_path / f"out{suffix}"
    Small().make_video(out, range(6), 25, num_workers=2, codec=codec)
    assert [stamp(brightness(frame)) for frame in frames_of(out)] == list(range(6))
    data = out.read_bytes()
    if suffix == ".webm":  # the cues come before the first cluster
        assert 0 < data.index(b"\x1c\x53\xbb\x6b") < data.index(b"\x1f\x43\xb6\x75")
    assert names(out) == [out.name]


class Patches(Animator):
    """Four patches of one colour, on a background that may be transparent."""

    def __init__(self, size: tuple[int, int] = (160, 120), background: Any = "white") -> None:
        self.inches = (size[0] / 100, size[1] / 100)
        self.background = background

    def setup(self) -> Figure:
        figure = Figure(figsize=self.inches, dpi=100, facecolor=self.background)
        for (x, y), colour in PATCHES.items():
            corner, channels = ((x - 15) / 100, (y - 15) / 100), tuple(np.array(colour) / 255)
            figure.add_artist(Rectangle(corner, 0.3, 0.3, facecolor=channels, linewidth=0))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        pass


def at(picture: Any, x: int, y: int) -> Any:
    """Return a pixel, of a place in hundredths of the figure, counted from below."""
    height, width = picture.shape[:2]
    return picture[height * (100 - y) // 100, width * x // 100].astype(int)


@pytest.mark.parametrize(
    ("suffix", "codec", "pixel_format", "decoded"),
    [
        (".mp4", "h264", "yuv444p", "yuv444p"),
        (".mp4", "hevc", None, "yuv420p"),
        (".mp4", "hevc", "yuv444p", "yuv444p"),
        (".mp4", "av1", None, "yuv420p"),
        (".webm", "vp9", None, "yuv420p"),
        (".webm", "vp9", "yuv444p", "yuv444p"),
        (".mov", "prores", None, "yuv444p12le"),
    ],
)
@pytest.mark.parametrize("size", [(161, 121)])
def test_colours_and_sizes_are_right_whatever_the_codec(
    tmp_path: Path,
    suffix: str,
    codec: Any,
    pixel_format: Any,
    decoded: str,
    size: tuple[int, int],
) -> None:
    """An odd side is made even where colours have half the resolution, and only there."""
    out = tmp_path / f"out{suffix}"
    report = Patches(size).make_video(
        out, range(3), 30, num_workers=1, codec=codec, pixel_format=pixel_format
    )
    wanted = size if "444" in decoded else (size[0] + 1, size[1] + 1)
    assert (report.width, report.height) == wanted
    for frame in frames_of(out):
        assert frame.format.name == decoded
        assert (frame.width, frame.height) == wanted
        assert (frame.colorspace, frame.color_range) == (1, 1)
        picture = frame.to_ndarray(format="rgb24")
        for (x, y), colour in PATCHES.items():
            assert np.abs(at(picture, x, y) - colour).max() <= 3, (codec, x, y)
        assert (at(picture, 50, 50) >= 252).all()


class Glass(Animator):
    """A patch that can be seen through on a figure without a background."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(1.6, 1.2), dpi=100, facecolor="none")
        self.left = figure.add_artist(Rectangle((0, 0), 0.5, 1, facecolor="red", linewidth=0))
        figure.add_artist(Rectangle((0.5, 0), 0.5, 0.5, facecolor="blue", alpha=0.5, linewidth=0))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.left.set_alpha(params)


@pytest.mark.parametrize(
    ("suffix", "decoder", "decoded"),
    [(".webm", "libvpx-vp9", "yuva420p"), (".mov", None, "yuva444p12le")],
)
@pytest.mark.parametrize("segment_frames", [2, 100])
@pytest.mark.parametrize("workers", [1, 2])
def test_transparency_is_kept_where_the_codec_can(
    tmp_path: Path,
    suffix: str,
    decoder: str | None,
    decoded: str,
    segment_frames: int,
    workers: int,
) -> None:
    out, alphas = tmp_path / f"out{suffix}", [1, 0.25, 0.5, 0]
    Glass().make_video(out, alphas, 30, num_workers=workers, segment_frames=segment_frames)
    shown = [frame.to_ndarray(format="rgba") for frame in frames_of(out, decoder)]
    assert len(shown) == len(alphas)
    assert [frame.format.name for frame in frames_of(out, decoder)] == [decoded] * 4
    for picture, alpha in zip(shown, alphas, strict=True):
        assert abs(at(picture, 25, 50)[3] - 255 * alpha) <= 3
        assert abs(at(picture, 75, 25)[3] - 127.5) <= 3
        assert at(picture, 75, 75)[3] <= 2
        assert np.abs(at(picture, 75, 25)[:3] - (0, 0, 255)).max() <= 3
        if alpha:
            assert np.abs(at(picture, 25, 50)[:3] - (255, 0, 0)).max() <= 3


@pytest.mark.parametrize(
    ("suffix", "arguments"),
    [(".mov", {"codec": "h264"}), (".mp4", {}), (".webm", {"pixel_format": "yuv420p"})],
)
def test_where_it_is_not_kept_a_figure_is_composited_on_white(
    tmp_path: Path, suffix: str, arguments: dict[str, Any]
) -> None:
    out = tmp_path / f"out{suffix}"
    Glass().make_video(out, [0.5, 0], 30, num_workers=1, **arguments)
    half, none = (frame.to_ndarray(format="rgb24") for frame in frames_of(out))
    assert np.abs(at(half, 25, 50) - (255, 127, 127)).max() <= 3
    assert np.abs(at(none, 25, 50) - 255).max() <= 3


def test_a_mov_of_an_opaque_figure_is_h264(tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    report = Small().make_video(out, range(2), 30, num_workers=1)
    assert report.encoder == "libx264"


class Noise(Animator):
    """Nothing that could be told in a few bytes."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(1.6, 1.2), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        self.image = axes.imshow(np.zeros((30, 40)), vmin=0, vmax=1, aspect="auto")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(np.random.default_rng(frame_idx).random((30, 40)))


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1", "vp9"])
def test_a_better_quality_makes_a_larger_file_of_every_codec(tmp_path: Path, codec: Any) -> None:
    sizes = []
    for quality in (5, 20, 35):
        out = tmp_path / f"{quality}.mkv"
        Noise().make_video(out, range(3), 30, num_workers=1, codec=codec, video_quality=quality)
        sizes.append(out.stat().st_size)
    assert sizes[0] > 1.2 * sizes[1] > 1.4 * sizes[2]


@pytest.mark.parametrize("codec", ["h264", "hevc", "vp9"])
def test_quality_0_is_lossless(tmp_path: Path, codec: Any) -> None:
    out, reference = tmp_path / "out.mkv", tmp_path / "reference.mkv"
    for path, name in ((out, codec), (reference, "h264")):
        Noise().make_video(path, range(3), 30, num_workers=1, codec=name, video_quality=0)
    for frame, wanted in zip(frames_of(out), frames_of(reference), strict=True):
        assert np.array_equal(frame.to_ndarray(), wanted.to_ndarray())


@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.parametrize("codec", ["hevc", "av1", "vp9"])
def test_the_shortest_videos_have_their_times(tmp_path: Path, codec: Any, frames: int) -> None:
    """x265 has random ones for these."""
    for _ in range(5 if codec == "hevc" else 1):
        out = tmp_path / "out.mkv"
        Small().make_video(out, range(frames), 30, num_workers=1, codec=codec)
        check(out, codec, frames, Fraction(30), Fraction(1, 2000))


@pytest.mark.parametrize(
    ("codec", "presets", "wrong"),
    [
        ("hevc", ("ultrafast", "slow"), "8"),
        ("av1", ("13", "10"), "slow"),
        ("vp9", ("8", "5"), "13"),
        ("prores", (), "slow"),
    ],
)
def test_presets_are_those_of_the_encoder(
    tmp_path: Path, codec: Any, presets: tuple[Any, ...], wrong: str
) -> None:
    suffix = ".mov" if codec == "prores" else ".mkv"
    for preset in presets:
        out = tmp_path / f"{preset}{suffix}"
        Small().make_video(out, range(2), 30, num_workers=1, codec=codec, video_preset=preset)
        assert [stamp(luma(frame)) for frame in frames_of(out)] == [0, 1]
    said = refusal(tmp_path / f"out{suffix}", codec=codec, video_preset=wrong)
    assert f"video_preset '{wrong}' does not belong to " in said


def test_a_figure_that_hevc_would_write_wrongly_is_refused(tmp_path: Path) -> None:
    """By x265, at random, where it is no wider than a block; its height does not matter."""
    out = tmp_path / "out.mp4"
    with pytest.raises(ArgumentError, match=r"more than 64 in width.*wider, or use codec='h264'"):
        Small(64).make_video(out, range(3), 30, num_workers=1, codec="hevc")
    assert names(out) == []
    Small(64).make_video(out, range(3), 30, num_workers=1)


def test_extra_options_go_to_the_encoder_beside_ours(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    extra = ["-x265-params", "keyint=2:min-keyint=2", "-metadata", "title=Waves"]
    Small().make_video(
        out, range(6), 30, num_workers=1, codec="hevc", video_extra_ffmpeg_params=extra
    )
    with av.open(str(out)) as container:
        assert container.metadata["title"] == "Waves"
        stream = container.streams.video[0]
        assert stream.codec_context.codec_tag == "hvc1"
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert sum(packet.is_keyframe for packet in packets) == 3
    out.unlink()
    said = refusal_by_encoder(out, codec="av1", video_extra_ffmpeg_params=["-tune", "animation"])
    assert "neither the encoder nor the MP4 muxer knows -tune" in said


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("out.mp4", {"codec": "vp8"}, "codec must be None or one of 'h264', 'hevc', 'av1', 'vp9'"),
        ("out.mp4", {"codec": 264}, "codec must be None or one of 'h264'"),
        ("out.mp4", {"codec": "vp9"}, "which holds h264 or hevc or av1; vp9 goes into .mkv, .webm"),
        ("out.avi", {"codec": "hevc"}, "which holds h264; hevc goes into .mp4, .m4v, .mov, .mkv"),
        ("out.webm", {"codec": "h264"}, "codec='h264' cannot be written to out.webm"),
        (
            "out.mp4",
            {"pixel_format": "rgb24"},
            "pixel_format must be None or one of 'yuv420p', 'yuv444p'",
        ),
        ("out.mp4", {"codec": "av1", "pixel_format": "yuv444p"}, "libsvtav1 takes yuv420p"),
        ("out.mov", {"codec": "prores", "pixel_format": "yuv420p"}, "prores_ks takes yuv444p10le"),
        ("out.webm", {"video_mode": "gpu"}, "video_mode='gpu' encodes H.264 in yuv420p only"),
        ("out.mp4", {"video_mode": "gpu", "pixel_format": "yuv444p"}, "not h264 in yuv444p"),
        ("out.webm", {"video_preset": "slow"}, "'slow' does not belong to libvpx-vp9, which has 0"),
        ("out.wmv", {}, "with the suffix .wmv; there are .mp4, .m4v, .mov, .mkv, .avi, .webm"),
        ("run.2024", {}, "nothing can be written with the suffix .2024"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    tmp_path: Path, name: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in refusal(tmp_path / name, **arguments)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi"])
@pytest.mark.parametrize("segment_frames", [2, 100])
def test_metadata_is_written_into_every_kind_of_video(
    tmp_path: Path, suffix: str, segment_frames: int
) -> None:
    out, given = tmp_path / f"out{suffix}", {"title": "Wellen \N{EN DASH} 3", "comment": "=a; b\n"}
    Small().make_video(
        out,
        range(3),
        30,
        num_workers=1,
        segment_frames=segment_frames,
        metadata=given | {"date": datetime.date(2026, 11, 30)},
    )
    with av.open(str(out)) as container:
        found = {key.lower(): text for key, text in container.metadata.items()}
    assert found.items() >= (given | {"date": "2026-11-30"}).items()


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("title", "metadata must be a dict, such as {'title': 'Waves'}, not 'title'"),
        ({"name": "Waves"}, "metadata has 'name', and may have title, artist, comment, date"),
        ({"title": 3}, "metadata['title'] must be a string, not 3"),
        ({"title": None}, "metadata['title'] must be a string, not None"),
        ({"title": "a\0b"}, "metadata['title'] must be a string"),
    ],
)
def test_metadata_that_cannot_be_is_refused(tmp_path: Path, metadata: Any, said: str) -> None:
    assert said in refusal(tmp_path / "out.mp4", metadata=metadata)


def test_pictures_have_no_metadata(tmp_path: Path) -> None:
    said = refusal(tmp_path / "out.gif", metadata={"title": "Waves"})
    assert "metadata cannot be written to out.gif: only videos have any" in said


def test_a_render_goes_on_only_with_the_same_codec(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    fail(out, 7, codec="hevc")
    assert (parts_of(out) / "00000.mp4").exists()
    with pytest.raises(ResumeError, match="cannot resume: encoder is 'libsvtav1'"):
        Small().make_video(out, range(12), 30, num_workers=1, codec="av1", resume=True)
