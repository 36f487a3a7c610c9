"""GIF, WebP, APNG and files of each frame: what was drawn, at its times, for ever."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from typer.testing import CliRunner

from parallel_animate import Animator, OutputError
from parallel_animate.commands.main import app
from tests.conftest import alike
from tests.output.small import Small, fail, names, parts_of
from tests.refusals import refusal
from tests.stamp import stamp

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

LOOPED = [".gif", ".webp", ".png"]


def shown(path: Path) -> tuple[list[Any], list[float]]:
    """Return the pictures of an animation, RGBA, and the milliseconds that each is shown."""
    pictures, lengths = [], []
    with Image.open(path) as image:
        assert image.info["loop"] == 0
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            pictures.append(np.asarray(image.convert("RGBA")))
            lengths.append(image.info["duration"])
    return pictures, lengths


class Plot(Animator):
    """A line, a legend and an image, in an odd size."""

    def __init__(self, facecolor: Any = "white", noise: int = 20) -> None:
        self.facecolor = facecolor
        self.noise = noise

    def setup(self) -> Figure:
        figure = Figure(figsize=(201 / 128, 151 / 128), dpi=128, facecolor=self.facecolor)
        axes = figure.subplots(1, 2)
        self.x = np.linspace(0, 6, 50)
        (self.line,) = axes[0].plot(self.x, self.x, label="wave")
        axes[0].set(ylim=(-1, 1), facecolor="none")
        axes[0].legend(loc="upper right")
        self.image = axes[1].imshow(np.zeros((self.noise, self.noise, 3)), aspect="auto")
        axes[1].set_axis_off()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(self.x + params))
        random = np.random.default_rng(frame_idx)
        self.image.set_data(random.random((self.noise, self.noise, 3)))


def drawn(animator: Animator, params: Any) -> list[Any]:
    """Return all frames as `savefig` gives them."""
    figure = animator.setup()
    canvas = FigureCanvasAgg(figure)
    pictures = []
    for number, value in enumerate(params):
        animator.update(number, value)
        canvas.draw()
        pictures.append(np.asarray(canvas.buffer_rgba()).copy())
    return pictures


@pytest.mark.filterwarnings("ignore:out.gif:UserWarning")
@pytest.mark.parametrize("suffix", LOOPED)
@pytest.mark.parametrize("fps", [25, Fraction(30000, 1001), 7])
def test_frames_are_shown_when_they_should_and_the_whole_is_as_long(
    tmp_path: Path, suffix: str, fps: Any
) -> None:
    out, frames = tmp_path / f"out{suffix}", 8
    Small().make_video(out, range(frames), fps, num_workers=1, segment_frames=3)
    pictures, lengths = shown(out)
    assert [stamp(picture[..., :3]) for picture in pictures] == list(range(frames))
    unit = {".gif": 10, ".webp": 1, ".png": 1e-6}[suffix]
    ends = [1000 * (number + 1) / Fraction(fps) for number in range(frames)]
    for at, end in zip(accumulate(lengths), ends, strict=True):
        assert abs(at - float(end)) <= unit
    assert abs(sum(lengths) - float(ends[-1])) <= unit / 2 + 1e-9
    assert names(out) == [out.name]


@pytest.mark.parametrize("workers", [1, *alike(2)])
@pytest.mark.parametrize("suffix", [".webp", ".png", "_%03d.png"])
@pytest.mark.parametrize("facecolor", ["white", "none", (1, 0, 0, 0.5)])
def test_pictures_without_loss_are_what_savefig_draws(
    tmp_path: Path, suffix: str, facecolor: Any, workers: int
) -> None:
    """To the pixel, with their transparency, in an odd size."""
    out, params = tmp_path / f"out{suffix}", [0.0, 1.0, 2.0]
    report = Plot(facecolor).make_video(out, params, 10, num_workers=workers, segment_frames=2)
    assert (report.width, report.height) == (201, 151)
    if "%" in suffix:
        files = [tmp_path / f"out_{number:03}.png" for number in range(3)]
        pictures = [np.asarray(Image.open(file)) for file in files]
        assert {picture.shape[2] for picture in pictures} == {3 if facecolor == "white" else 4}
        pictures = [np.asarray(Image.open(file).convert("RGBA")) for file in files]
    else:
        pictures, _ = shown(out)
    for picture, wanted in zip(pictures, drawn(Plot(facecolor), params), strict=True):
        visible = wanted[..., 3] > 0
        assert np.array_equal(picture[..., 3], wanted[..., 3])
        assert np.array_equal(picture[visible], wanted[visible])


class Few(Animator):
    """Few colours in all: a bar with sharp edges, and letters."""

    def __init__(self, facecolor: Any = "white") -> None:
        self.facecolor = facecolor

    def setup(self) -> Figure:
        figure = Figure(figsize=(201 / 128, 151 / 128), dpi=128, facecolor=self.facecolor)
        figure.text(0.1, 0.9, "few colours", color="tab:green")
        self.bar = figure.add_artist(Rectangle((0.1, 0.1), 0.2, 0.1, antialiased=False))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.bar.set_height(0.1 + params / 5)


def test_a_gif_of_few_colours_is_exact(tmp_path: Path) -> None:
    out, params = tmp_path / "out.gif", [0.0, 1.0, 2.0, 2.0]
    Few().make_video(out, params, 10, num_workers=1)
    pictures, lengths = shown(out)
    wanted = drawn(Few(), params)
    assert sum(lengths) == 400
    for picture, each in zip(pictures, wanted, strict=False):
        assert np.array_equal(picture, each)


def test_a_gif_of_many_colours_is_near_in_each_pixel_and_exact_where_areas_are_large(
    tmp_path: Path,
) -> None:
    out, params = tmp_path / "out.gif", [0.0, 1.0, 2.0, 3.0]
    Plot().make_video(out, params, 10, num_workers=1)
    pictures, _ = shown(out)
    for picture, wanted in zip(pictures, drawn(Plot(), params), strict=True):
        error = picture.astype(int) - wanted
        pillows = Image.fromarray(wanted[..., :3]).quantize(256, dither=0).convert("RGB")
        theirs = np.square(np.asarray(pillows).astype(int) - wanted[..., :3]).mean()
        assert np.square(error[..., :3]).mean() < theirs / 2
        white = (wanted == 255).all(axis=2)
        assert not error[white].any()


def test_what_stays_as_it_is_never_changes_in_a_gif(tmp_path: Path) -> None:
    """Whatever palettes the frames have."""
    out, params = tmp_path / "out.gif", [0.0] * 4
    Plot().make_video(out, params, 10, num_workers=1)
    pictures, _ = shown(out)
    wanted = drawn(Plot(), params)
    still = np.all([(each == wanted[0]).all(axis=2) for each in wanted], axis=0)
    assert still.mean() > 0.4
    for picture in pictures:
        assert np.array_equal(picture[still], pictures[0][still])


def test_a_transparent_figure_is_white_in_a_gif(tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    Few("none").make_video(out, [0.0, 1.0], 10, num_workers=1)
    for picture in shown(out)[0]:
        assert (picture[..., 3] == 255).all()
        assert (picture[0, 0] == 255).all()


@pytest.mark.parametrize(
    ("fps", "said", "frames"),
    [
        (30, "shown for 3 or 4 hundredths of a second each, 30 of them in a second", 12),
        (60, "shows at most 50 frames a second: the others are left out", 10),
        (200, "shows at most 50 frames a second", 3),
    ],
)
def test_what_a_gif_cannot_show_exactly_is_warned_of(
    tmp_path: Path, fps: int, said: str, frames: int
) -> None:
    out = tmp_path / "out.gif"
    with pytest.warns(UserWarning, match=said) as caught:
        report = Small().make_video(out, range(12), fps, num_workers=1)
    assert [warning.filename for warning in caught] == [__file__]
    assert any(said in warning for warning in report.warnings)
    pictures, lengths = shown(out)
    assert len(pictures) == frames
    assert abs(sum(lengths) - 12000 / fps) <= 5
    assert min(lengths) >= 20


@pytest.mark.parametrize("as_string", [True, False])
def test_a_folder_gets_a_file_of_each_frame(tmp_path: Path, as_string: bool) -> None:
    folder = tmp_path / "frames"
    if not as_string:
        folder.mkdir()
    report = Small().make_video(
        f"{folder}/" if as_string else folder, range(12), 30, num_workers=2, segment_frames=5
    )
    assert report.frames == 12
    assert sorted(each.name for each in folder.iterdir()) == [
        f"frame_{number:05}.png" for number in range(12)
    ]
    for number in range(12):
        with Image.open(folder / f"frame_{number:05}.png") as image:
            assert image.mode == "RGB"
            assert stamp(np.asarray(image)) == number
    with av.open(str(folder / "frame_%05d.png"), format="image2") as container:
        assert sum(1 for _ in container.decode(video=0)) == 12


def test_files_of_an_earlier_animation_that_follow_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "f%d.png"
    Small().make_video(out, range(5), 30, num_workers=1)
    Small().make_video(out, range(2), 30, num_workers=1)
    assert f"{tmp_path / 'f2.png'} to f4.png are not of this animation, which has 2" in caplog.text
    assert (tmp_path / "f4.png").exists()


@pytest.mark.parametrize("name", ["out.gif", "out.webp", "out.png", "f_%05d.png"])
def test_a_render_that_fails_goes_on_where_it_was(tmp_path: Path, name: str) -> None:
    """The segments hold what was drawn, and a video of them is made when it is asked for."""
    out = tmp_path / name
    fail(out, 7, fps=25)
    assert names(out) == [f"{name}.parts"]
    assert (parts_of(out) / "00001.mov").exists()
    ended = CliRunner().invoke(app, ["join", str(parts_of(out))])
    partial = out.with_name(f"{out.stem}.partial{out.suffix}")
    assert ended.output == f"7 frames in {partial}\n"
    report = Small().make_video(out, range(12), 25, num_workers=1, resume=True)
    assert (report.resumed_frames, report.frames) == (7, 12)
    if "%" in name:
        pictures = [Image.open(tmp_path / f"f_{number:05}.png") for number in range(12)]
        kept = [Image.open(tmp_path / f"f_{number:05}.partial.png") for number in range(7)]
    else:
        pictures, kept = shown(out)[0], shown(partial)[0]
    assert [stamp(np.asarray(each)[..., :3]) for each in pictures] == list(range(12))
    assert [stamp(np.asarray(each)[..., :3]) for each in kept] == list(range(7))
    assert not parts_of(out).exists()


def test_pictures_are_not_joined_to_a_video_nor_a_video_to_pictures(tmp_path: Path) -> None:
    for name, other in (("out.gif", "other.mp4"), ("out.mp4", "other.gif")):
        out = tmp_path / name
        fail(out, 7, fps=25)
        folder = str(parts_of(out))
        ended = CliRunner().invoke(app, ["join", folder, "-o", str(tmp_path / other)])
        assert ended.exit_code == 1
        assert "cannot be made into" in ended.output
        assert not (tmp_path / other).exists()


def test_a_damaged_segment_is_found_before_a_gif_is_made_of_it(tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    fail(out, 7, fps=25)
    damaged = parts_of(out) / "00000.mov"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    report = Small().make_video(out, range(9), 25, num_workers=1, resume=True)
    assert report.resumed_frames == 0
    assert [stamp(picture[..., :3]) for picture in shown(out)[0]] == list(range(9))


def test_an_older_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    out.write_bytes(b"older")
    fail(out, 3, fps=25)
    assert out.read_bytes() == b"older"


@pytest.mark.parametrize("name", ["out.gif", "out.webp", "out.png", "f_%05d.png"])
@pytest.mark.parametrize(
    "argument",
    [
        {"codec": "h264"},
        {"pixel_format": "yuv444p"},
        {"video_quality": 20},
        {"video_preset": "slow"},
        {"video_extra_ffmpeg_params": ["-tune", "animation"]},
        {"video_mode": "gpu"},
    ],
)
def test_what_pictures_have_no_use_for_is_refused(
    tmp_path: Path, name: str, argument: dict[str, Any]
) -> None:
    said = refusal(tmp_path / name, **argument)
    (given,) = argument
    assert said.startswith(f"{given}=")
    assert f"cannot be used for {name}: it has pictures without loss" in said


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from parallel_animate.output import making

    def full(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making, "write_gif", full)
    out = tmp_path / "out.gif"
    with pytest.raises(OutputError, match=r"cannot write .*No space left on device"):
        Small().make_video(out, range(3), 25, num_workers=1)
    monkeypatch.undo()
    report = Small().make_video(out, range(3), 25, num_workers=1, resume=True)
    assert report.resumed_frames == 3
