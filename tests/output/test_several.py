"""Several outputs of one render: each frame is drawn once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from parallel_animate import ArgumentError, EncoderError, FrameError, ResumeError
from parallel_animate.canvas import Pixels
from parallel_animate.output import pyav
from tests.output.small import Recorded, Small, manifest_of, names, parts_of
from tests.refusals import NeverSetUp
from tests.stamp import luma, stamp, stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

NAMES = ["talk.mp4", "web.webm", "thumb.gif", "mov.mov", "frame_%03d.png", "out.webp"]


def gif_stamps(path: Path) -> list[int]:
    numbers = []
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            numbers.append(stamp(np.asarray(image.convert("RGB"))))
    return numbers


def check(folder: Path, frames: int) -> None:
    """Check that each output has all frames."""
    wanted = list(range(frames))
    for name in NAMES:
        if name.endswith((".gif", ".webp")):
            assert gif_stamps(folder / name) == wanted
        elif "%" in name:
            files = [np.asarray(Image.open(folder / (name % number))) for number in wanted]
            assert [stamp(file) for file in files] == wanted
        else:
            assert stamps(folder / name) == wanted, name


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("segment_frames", [5, 100])
def test_all_outputs_have_all_frames_and_each_is_drawn_once(
    tmp_path: Path, workers: int, segment_frames: int
) -> None:
    log = tmp_path / "log"
    animator = Recorded(log)
    report = animator.make_video(
        [tmp_path / name for name in NAMES],
        range(12),
        25,
        num_workers=workers,
        segment_frames=segment_frames,
        check_history=False,
    )
    check(tmp_path, 12)
    drawn = [frame for frame, _ in animator.drawn()]
    assert [frame for frame in drawn if frame] == list(range(1, 12))  # all begin with the first
    assert report.frames == 12
    assert report.encoder == "libx264, libvpx-vp9, png"
    assert report.output_file == tmp_path / "talk.mp4"
    assert report.other_files == tuple(tmp_path / name for name in NAMES[1:])
    assert all(f"video         {tmp_path / name}\n" in str(report) for name in NAMES)
    assert report.to_dict()["other_files"][0] == str(tmp_path / "web.webm")
    assert not list(tmp_path.glob("*.parts"))


def test_the_bytes_are_those_of_a_render_of_its_own(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    files = ["talk.mp4", "thumb.gif", "out.webp"]
    arguments: dict[str, Any] = {"num_workers": 1, "video_mode": "cpu"}
    Small().make_video([together / name for name in files], range(6), 25, **arguments)
    for name in files:
        Small().make_video(alone / name, range(6), 25, **arguments)
        assert (together / name).read_bytes() == (alone / name).read_bytes()


def test_each_argument_goes_to_the_outputs_that_it_suits(tmp_path: Path) -> None:
    talk, web, thumb = (tmp_path / name for name in ("talk.mp4", "web.webm", "thumb.gif"))
    Small().make_video(
        (talk, web, thumb),
        range(3),
        25,
        num_workers=1,
        codec="vp9",
        video_preset="slow",
        pixel_format="yuv444p",
        video_quality=30,
        metadata={"title": "Waves"},
    )
    kinds = []
    for path in (talk, web):
        with av.open(str(path)) as container:
            assert container.metadata["title"] == "Waves"
            context = container.streams.video[0].codec_context
            kinds.append((context.codec.canonical_name, context.pix_fmt))
    assert kinds == [("h264", "yuv444p"), ("vp9", "yuv444p")]
    assert gif_stamps(thumb) == [0, 1, 2]


@pytest.mark.parametrize("at", [3, 7])
def test_a_render_of_several_goes_on_where_it_was(tmp_path: Path, at: int) -> None:
    outputs = [tmp_path / name for name in NAMES]
    arguments: dict[str, Any] = {"fps": 25, "num_workers": 1, "segment_frames": 5}
    log = tmp_path / "log"
    with pytest.raises(FrameError) as caught:
        Recorded(log, at).make_video(outputs, range(12), **arguments)
    assert caught.value.partial_frames == at
    assert caught.value.partial_file == tmp_path / "talk.partial.mp4"
    assert stamps(tmp_path / "web.partial.webm") == list(range(at))
    report = Small().make_video(outputs, range(12), **arguments, resume=True)
    assert (report.resumed_frames, report.frames) == (at, 12)
    check(tmp_path, 12)
    assert not list(tmp_path.glob("*.parts")) + list(tmp_path.glob("*partial*"))


def test_outputs_with_fewer_finished_segments_than_others_are_waited_for(tmp_path: Path) -> None:
    """A process was killed between the segments of one output and those of another."""
    outputs = [tmp_path / "a.mp4", tmp_path / "b.gif", tmp_path / "c.webm"]
    arguments: dict[str, Any] = {"fps": 25, "num_workers": 1, "segment_frames": 5}
    with pytest.raises(FrameError):
        Recorded(tmp_path / "log", 12).make_video(outputs, range(15), **arguments)
    manifest = manifest_of(outputs[1])
    assert len(manifest["segments"]) == 3
    (parts_of(outputs[1]) / "00001.mov").unlink()
    report = Small().make_video(outputs, range(15), **arguments, resume=True)
    assert report.resumed_frames == 5
    assert stamps(outputs[0]) == stamps(outputs[2]) == gif_stamps(outputs[1]) == list(range(15))


def test_an_output_that_has_lost_all_begins_anew_with_the_others(tmp_path: Path) -> None:
    outputs = [tmp_path / "a.mp4", tmp_path / "b.gif"]
    arguments: dict[str, Any] = {"fps": 25, "num_workers": 1, "segment_frames": 5}
    with pytest.raises(FrameError):
        Recorded(tmp_path / "log", 12).make_video(outputs, range(15), **arguments)
    shutil.rmtree(parts_of(outputs[0]))
    report = Small().make_video(outputs, range(15), **arguments, resume=True)
    assert report.resumed_frames == 0
    assert stamps(outputs[0]) == gif_stamps(outputs[1]) == list(range(15))


def test_no_output_appears_before_all_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_animate.output import making

    def failing(*given: Any) -> None:
        raise MemoryError

    outputs = [tmp_path / "a.mp4", tmp_path / "b.gif"]
    monkeypatch.setattr(making, "write_gif", failing)
    with pytest.raises(MemoryError):
        Small().make_video(outputs, range(6), 25, num_workers=1)
    assert not any(path.exists() for path in outputs)
    monkeypatch.undo()
    report = Small().make_video(outputs, range(6), 25, num_workers=1, resume=True)
    assert report.resumed_frames == 6
    assert stamps(outputs[0]) == gif_stamps(outputs[1]) == list(range(6))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_encoder_that_fails_costs_no_finished_segment(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = [tmp_path / "a.mp4", tmp_path / "b.webm"]
    put = pyav.PyavWriter.put

    def failing(self: Any, pixels: Pixels, number: int, first: int = 0) -> None:
        if self.encoder == "libvpx-vp9" and first + number == 7:
            raise EncoderError("no more")
        put(self, pixels, number, first)

    monkeypatch.setattr(pyav.PyavWriter, "put", failing)
    arguments: dict[str, Any] = {"fps": 25, "num_workers": workers, "segment_frames": 5}
    with pytest.raises(EncoderError, match="no more"):
        Small().make_video(outputs, range(12), **arguments)
    monkeypatch.undo()
    report = Small().make_video(outputs, range(12), **arguments, resume=True)
    # What was finished of the segment under way is encoded again, for both.
    assert report.resumed_frames == 8
    assert stamps(outputs[0]) == stamps(outputs[1]) == list(range(12))


def test_transparency_goes_to_those_that_keep_it(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    class Clear(Small):
        def setup(self) -> Figure:
            figure = super().setup()
            figure.set_facecolor("none")
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            for block in self.blocks:
                block.set_visible(False)

    talk, web, still = (tmp_path / name for name in ("a.mp4", "b.webm", "c_%d.png"))
    Clear().make_video([talk, web, still], range(2), 25, num_workers=2)
    with av.open(str(talk)) as container:
        assert all((luma(frame) >= 234).all() for frame in container.decode(video=0))
    with av.open(str(web)) as container:
        assert container.streams.video[0].metadata["alpha_mode"] == "1"
    assert (np.asarray(Image.open(tmp_path / "c_1.png"))[..., 3] == 0).all()


def frames_with_generators() -> Iterator[int]:
    yield from range(8)


def test_params_may_come_from_a_generator_and_fps_be_a_fraction(tmp_path: Path) -> None:
    outputs = [tmp_path / "a.mp4", tmp_path / "b.mkv"]
    fps = Fraction(30000, 1001)
    Small().make_video(outputs, frames_with_generators(), fps, num_workers=2, segment_frames=3)
    assert stamps(outputs[0]) == stamps(outputs[1]) == list(range(8))


@pytest.mark.parametrize(
    ("files", "arguments", "said"),
    [
        ([], {}, "output_file is an empty list: name at least one file"),
        (["a.mp4", "./a.mp4"], {}, "a.mp4 twice"),
        (["a.mp4", "b.wmv"], {}, "output_file 'b.wmv': nothing can be written with the suffix"),
        (["a.mp4", None], {}, "output_file must be a path, not None"),
        (["a.mp4", "b.gif"], {"codec": "prores"}, "codec='prores' suits none of a.mp4, b.gif"),
        (["a.gif", "b.png"], {"video_quality": 9}, "video_quality=9 suits none of a.gif, b.png"),
        (["a.webm", "b.gif"], {"video_preset": "slow"}, "video_preset='slow' suits none of"),
        (["a.gif", "b.png"], {"metadata": {"title": "Waves"}}, "suits none of a.gif, b.png"),
        (["a.gif", "b.png"], {"pixel_format": "yuv444p"}, "suits none of a.gif, b.png"),
        (["a.gif", "b.png"], {"video_extra_ffmpeg_params": ["-g", "9"]}, "suits none of"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    tmp_path: Path, files: list[Any], arguments: dict[str, Any], said: str
) -> None:
    outputs = [each and f"{tmp_path}/{each}" for each in files]
    with pytest.raises(ArgumentError) as caught:
        NeverSetUp().make_video(outputs, range(3), 30, num_workers=1, **arguments)
    assert said in str(caught.value)
    assert names(tmp_path / "a.mp4") == []


def test_another_number_of_outputs_goes_on_from_what_all_have(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"fps": 25, "num_workers": 1, "segment_frames": 5}
    with pytest.raises(FrameError):
        Recorded(tmp_path / "log", 7).make_video(tmp_path / "a.mp4", range(9), **arguments)
    report = Small().make_video(
        [tmp_path / "a.mp4", tmp_path / "b.mp4"], range(9), **arguments, resume=True
    )
    assert report.resumed_frames == 0
    with pytest.raises(FrameError):
        Recorded(tmp_path / "log", 7).make_video(tmp_path / "a.mp4", range(9), **arguments)
    with pytest.raises(ResumeError, match="cannot resume: video_quality"):
        Small().make_video(tmp_path / "a.mp4", range(9), **arguments, resume=True, video_quality=9)
