"""What cannot become a part of a video, or no video, is refused before anything is drawn."""

from __future__ import annotations

import errno
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from matplotlib.figure import Figure

from parallel_animate import OutputError, SetupError
from parallel_animate.output import Parts
from parallel_animate.output.containers import container_of
from parallel_animate.output.recorder import _say_what_is_needed
from tests.output.small import Small
from tests.output.videos import check_video
from tests.refusals import NeverUpdated, refusal

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

KEY = "0" * 32
CENC = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", KEY, "-encryption_kid", KEY]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (CENC, "encrypted"),
        (["-movflags", "+frag_keyframe"], "fragments"),
        (["-movflags", "frag_keyframe+empty_moov"], "fragments"),
        (["-movflags", "+faststart+empty_moov"], "fragments"),
        (["-movflags", "-faststart+dash"], "fragments"),
        (["-tune", "animation", "-movflags", "cmaf"], "fragments"),
        (["-movflags", "+hybrid_fragmented"], "fragments"),
        (["-frag_duration", "100000"], "fragments"),
        (["-moov_size", "5000"], "no room reserved"),
        (["-video_track_timescale", "7"], "7 ticks a second are fewer than 30 frames"),
        (["-x264-params", "pass=2:stats=a.log"], "video_quality"),
        (["-x264opts", "ref=2:pass=1"], "video_quality"),
        (["-pass", "2"], "video_quality"),
        (["-f", "matroska"], "the suffix of output_file"),
    ],
    ids=str,
)
@pytest.mark.parametrize("writer", ["pyav", "pvio"])
def test_an_option_with_which_segments_cannot_be_joined_is_refused(
    out: Path, extra: list[str], reason: str, writer: str
) -> None:
    said = refusal(out, video_extra_ffmpeg_params=extra, video_writer=writer)
    assert said.startswith("video_extra_ffmpeg_params: -")
    assert "cannot be used: " in said
    assert reason in said


@pytest.mark.parametrize("extra", [["-t", "1"], ["-frames:v", "5"], ["-ss", "1"], ["-r", "5"]])
def test_an_option_that_leaves_frames_out_is_refused_for_the_ffmpeg_program(
    out: Path, extra: list[str]
) -> None:
    said = refusal(out, video_extra_ffmpeg_params=extra, video_writer="pvio")
    assert "n_frames" in said


@pytest.mark.parametrize(
    "extra",
    [
        ["-movflags", "+faststart"],
        ["-movflags", "+faststart+write_colr-frag_keyframe"],
        ["-movflags", "use_metadata_tags+faststart"],
        ["-video_track_timescale", "90000"],
        ["-brand", "mp42"],
        ["-x264-params", "ref=2:open-gop=1"],
    ],
    ids=str,
)
def test_other_options_make_a_whole_video(out: Path, extra: list[str]) -> None:
    Small().make_video(
        out, range(9), 30, num_workers=1, segment_frames=4, video_extra_ffmpeg_params=extra
    )
    check_video(out, 9, Fraction(30), [0, 4, 8])


class Large(NeverUpdated):
    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.figure = {"figsize": (width, height), "dpi": dpi}

    def setup(self) -> Figure:
        return Figure(**self.figure)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("figure", "said", "fits"),
    [
        ((170, 1, 100), "17,000x100 pixels at 100 dpi", "96.37"),
        ((1, 200, 90), "90x18,000 pixels at 90 dpi", "81.92"),
        ((1e7, 1e7, 100), "1,000,000,000x1,000,000,000 pixels at 100 dpi", "0"),
    ],
)
def test_a_figure_that_is_too_large_is_told_the_limit_and_the_dpi_that_fits(
    out: Path, figure: tuple[float, float, float], said: str, fits: str, workers: int
) -> None:
    with pytest.raises(SetupError) as caught:
        Large(*figure).make_video(out, range(3), 30, num_workers=workers)
    assert str(caught.value) == (
        f"the figure that setup() made has {said}, and a video at most 16,384 pixels a side"
        + (f": with savefig_params={{'dpi': {fits}}} it fits" if fits != "0" else "")
    )


@pytest.mark.parametrize("dpi", [0.01, 0.9])
def test_a_figure_without_a_pixel_is_told(out: Path, dpi: float) -> None:
    said = "has 0x0 pixels at 0.01 dpi" if dpi == 0.01 else "has 1x0 pixels at 0.9 dpi"
    with pytest.raises(SetupError, match=said):
        Large(1.6, 1, dpi).make_video(out, range(3), 30, num_workers=1)
    with pytest.raises(SetupError, match=said):
        list(Large(1.6, 1, dpi).frames(range(3), num_workers=1))


class Wide(Small):
    def setup(self) -> Figure:
        figure = super().setup()
        figure.set_size_inches(170, 1)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        pass


def test_with_that_dpi_it_fits(out: Path) -> None:
    report = Wide().make_video(
        out, range(1), 30, num_workers=1, savefig_params={"dpi": 96.37}, video_mode="cpu"
    )
    assert report.width in (16382, 16384)


@pytest.mark.parametrize(
    ("name", "finished", "most", "said"),
    [
        ("out.mp4", 0, 1000, "its 100 frames need about 1,000 bytes."),
        ("out.mp4", 0, 50, "about 2,000 bytes, one half for the segments, and one for the video"),
        ("out.mp4", 5, 1000, "about 2,000 bytes, one half for the segments, and one for the video"),
        ("out.mkv", 0, 1000, "about 2,000 bytes, one half for the segments, and one for the video"),
    ],
)
def test_an_estimate_counts_what_is_on_the_disk_at_the_same_time(
    tmp_path: Path, name: str, finished: int, most: int, said: str
) -> None:
    """A single segment is renamed; several, and those of another container, are copied."""
    segment, temporary = tmp_path / "00000.mp4", tmp_path / "next.part"
    segment.write_bytes(b"x" * 10 * finished)
    temporary.write_bytes(b"x" * 50)
    parts = SimpleNamespace(
        one_is_whole=container_of(tmp_path / name).muxer == "mp4",
        segments=[segment] * bool(finished),
        paths=[segment] * bool(finished),
        temporary=temporary,
        frames=finished,
    )
    error = OutputError("full")
    error.errno = errno.ENOSPC
    _say_what_is_needed(error, cast(Parts, parts), 5, 100, most)
    assert said in error.__notes__[0]
