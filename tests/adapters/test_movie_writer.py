"""``Animation.save(..., writer="parallel_animate")``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from unittest import mock

import av
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.animation import AbstractMovieWriter, FuncAnimation, writers
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from parallel_animate import ArgumentError, EncoderError, OutputError
from parallel_animate.adapters import PyavMovieWriter
from parallel_animate.output import VideoWriter
from tests.adapters.cases import FEWER, axes
from tests.stamp import decoded

NAME = "parallel_animate"


def shades(inches: tuple[float, float] = (1.6, 1.2), fail_at: int | None = None) -> FuncAnimation:
    """Return an animation whose frames are one shade of gray each."""
    figure = Figure(figsize=inches, dpi=100)

    def update(frame: int) -> None:
        if frame == fail_at:
            raise KeyError("the third frame")
        figure.clear()
        figure.add_artist(Rectangle((0, 0), 1, 1, color=str(frame / FEWER)))

    return FuncAnimation(figure, update, frames=FEWER, init_func=lambda: None, interval=40)


def pixels(path: Path) -> list[Any]:
    """Return the frames of a video as arrays, (height, width, 3) uint8."""
    return [frame.to_ndarray(format="rgb24") for frame in decoded(path)]


def test_it_is_registered_by_the_import() -> None:
    assert NAME in writers.list()
    assert writers[NAME] is PyavMovieWriter
    assert issubclass(PyavMovieWriter, AbstractMovieWriter)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_all_frames_are_in_the_video_in_order(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    shades().save(out, writer=NAME)
    frames = pixels(out)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    assert len(frames) == FEWER
    for number, frame in enumerate(frames):
        assert np.abs(frame[9:-9, 9:-9].astype(int) - 255 * number / FEWER).max() <= 3
    with av.open(str(out)) as container:
        assert container.streams.video[0].average_rate == 25


def test_an_odd_side_gets_one_more_pixel(out: Path) -> None:
    shades((1.61, 1.21)).save(out, writer=NAME, dpi=100)
    assert pixels(out)[0].shape == (122, 162, 3)
    animation = shades((1.61, 1.21))
    animation.save(out, writer=NAME, dpi=30)
    assert pixels(out)[0].shape == (36, 48, 3)


def test_arguments_of_matplotlib_reach_the_encoder(out: Path) -> None:
    shades().save(
        out,
        writer=NAME,
        fps=30000 / 1001,
        codec="h264",
        bitrate=300,
        extra_args=["-vcodec", "libx264", "-bf", "0", "-pix_fmt", "yuv420p"],
        metadata={"title": "shades of gray"},
    )
    with av.open(str(out)) as container:
        assert container.metadata["title"] == "shades of gray"
        assert container.streams.video[0].average_rate == pytest.approx(30000 / 1001)
        assert not container.streams.video[0].codec_context.has_b_frames


def test_it_can_be_the_default_writer_and_makes_html5_videos() -> None:
    with mpl.rc_context({"animation.writer": NAME}):
        assert "<video" in shades().to_html5_video()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codec": "mpeg4"}, "codec must be one of 'h264', 'libx264', not 'mpeg4'"),
        ({"bitrate": "high"}, "bitrate must be a number, not 'high'"),
        ({"extra_args": "-bf 0"}, "extra_args must be a list of strings"),
        ({"extra_args": ["-vf", "hflip"]}, "-vf"),
        ({"metadata": ["title"]}, "metadata must be a dict"),
        ({"fps": 0}, "fps"),
    ],
)
def test_what_it_cannot_do_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        PyavMovieWriter(**arguments)
    with (
        mpl.rc_context({"animation.codec": "vp9"}),
        pytest.raises(ArgumentError, match=r"the rcParam animation\.codec must be one of"),
    ):
        PyavMovieWriter()


@pytest.mark.parametrize("dpi", [0.01, 1e9])
def test_a_figure_of_no_pixels_or_too_many_is_refused_before_anything_is_drawn(
    out: Path, dpi: float
) -> None:
    with pytest.raises(ArgumentError, match=r"dpi=.* makes .* pixels .*: a side has 1 to"):
        shades(fail_at=0).save(out, writer=NAME, dpi=dpi)
    assert not list(out.parent.iterdir())


def test_the_file_is_complete_only_at_the_end(out: Path) -> None:
    figure, _ = axes()
    writer = PyavMovieWriter(fps=10)
    with pytest.raises(RuntimeError, match=r"setup\(\) has to be called"):
        writer.grab_frame()
    writer.setup(figure, out, dpi=50)
    assert writer.frame_size == (80, 60)
    writer.grab_frame()
    figure.set_size_inches(5, 5)  # all frames have the size of the first
    writer.grab_frame(facecolor="r")
    for wrong in ("dpi", "format", "bbox_inches"):
        with pytest.raises(TypeError, match=wrong):
            writer.grab_frame(**{wrong: None})
    with mpl.rc_context({"savefig.bbox": "tight"}), pytest.raises(ValueError, match="tight"):
        writer.grab_frame()
    assert not out.exists()
    writer.finish()
    frames = pixels(out)
    assert [frame.shape for frame in frames] == [(60, 80, 3)] * 2
    assert (frames[1][0, 0] > 200).tolist() == [True, False, False]
    writer.finish()  # which has nothing to do


def test_nothing_is_left_of_an_animation_that_fails(out: Path) -> None:
    out.write_bytes(b"an older video")
    with pytest.raises(KeyError, match="the third frame"):
        shades(fail_at=3).save(out, writer=NAME)
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert out.read_bytes() == b"an older video"
    assert not [each for each in threading.enumerate() if "writer" in each.name]


def test_an_encoder_that_fails_ends_the_animation_and_leaves_nothing(out: Path) -> None:
    def failing(self: Any, frames: Any, first: int = 0) -> None:
        next(frames)
        raise EncoderError("it is broken")

    kind = next(each for each in VideoWriter.__subclasses__() if each.__name__ == "PyavWriter")
    with mock.patch.object(kind, "write", failing), pytest.raises(EncoderError, match="is broken"):
        shades().save(out, writer=NAME)
    assert not list(out.parent.iterdir())


def test_a_file_that_cannot_be_written_is_known_before_anything_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        shades(fail_at=0).save(tmp_path / "out.mp4", writer=NAME)
    with pytest.raises(FileNotFoundError):
        shades(fail_at=0).save(tmp_path / "nowhere" / "out.mp4", writer=NAME)
