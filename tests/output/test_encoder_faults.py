"""Encoders that fail in the middle.

No machine of the tests has NVENC. In its place stands libx264 under NVENC's name, with reordered
frames; and the failures are simulated where PyAV would raise them, through FFmpeg's own log and
error numbers.
"""

from __future__ import annotations

import logging
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.error import err_check
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from parallel_animate import Animator, EncoderError, FrameError, RenderReport, ResumeError
from parallel_animate.canvas import FrameFormat
from parallel_animate.output import pyav
from parallel_animate.output.x264 import QUANTISER_OFFSET
from tests.output.small import Small, partial_of
from tests.stamp import decoded, rgb, stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

EXTERNAL = -542398533  # AVERROR_EXTERNAL (libavutil/error.h)
SAID = "EncodePicture failed!: out of memory (10)"
FRAMES = 40


class Faulty:
    """PyAV with a simulated NVENC.

    Parameters
    ----------
    at : int or None
        How many calls of the encoder succeed, counted over all files and with the call that ends
        each. All later ones fail, but not those of a libx264 that has taken NVENC's place.
    opens : int
        How often NVENC can be opened.
    """

    def __init__(self, at: int | None = None, opens: int = 1000) -> None:
        self.at = at
        self.opens = opens
        self.calls = 0
        self.nvenc: list[Any] = []  # codec contexts

    def __getattr__(self, name: str) -> Any:
        return getattr(av, name)

    def open(self, *arguments: Any, **options: Any) -> Any:
        return _Container(av.open(*arguments, **options), self)

    def open_encoder(
        self, context: Any, fps: Fraction, layout: FrameFormat, options: dict[str, str]
    ) -> None:
        if context in self.nvenc:
            if len(self.nvenc) > self.opens:
                raise EncoderError("h264_nvenc cannot be opened: no session is free")
            # libx264 would take no RGBA; PyAV converts for it.
            layout = replace(layout, pixel_format="yuv420p")
            options = {
                "preset": "medium",
                "crf": "20",
                "x264-params": "bframes=2:rc-lookahead=2:threads=1",
            }
        open_encoder(context, fps, layout, options)

    def timed(self, stream: Any, frame: Any) -> list[Any]:
        self.calls += 1
        failing = self.at is not None and self.calls > self.at
        if failing and (not self.nvenc or stream.codec_context in self.nvenc):
            av.logging.log(av.logging.ERROR, "h264_nvenc", SAID)
            err_check(EXTERNAL)
        return timed(stream, frame)


open_encoder, timed = pyav._open, pyav._timed


class _Container:
    def __init__(self, container: Any, faulty: Faulty) -> None:
        self._container = container
        self._faulty = faulty

    def add_stream(self, codec: str, **options: Any) -> Any:
        if codec == "libx264":
            return self._container.add_stream(codec, **options)
        stream = self._container.add_stream("libx264", **options)
        self._faulty.nvenc.append(stream.codec_context)
        return stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)


def install(patch: pytest.MonkeyPatch, faulty: Faulty) -> Faulty:
    patch.setattr(pyav, "av", faulty)
    patch.setattr(pyav, "_open", faulty.open_encoder)
    patch.setattr(pyav, "_timed", faulty.timed)
    patch.setattr(pyav, "nvenc_problem", lambda settings, layout: None)
    return faulty


def render(out: Path, animator: Animator | None = None, **options: Any) -> RenderReport:
    options = {"num_workers": 1, "check_history": False} | options
    return (animator or Small()).make_video(out, range(FRAMES), 30, **options)


def exact_times(out: Path) -> bool:
    """Return whether frame i is due at i / 30 s, and the video is as long as its frames."""
    times = [(frame.pts or 0) * (frame.time_base or 0) for frame in decoded(out)]
    with av.open(str(out)) as container:
        assert container.duration == len(times) * 1_000_000 // 30
    return times == [Fraction(i, 30) for i in range(len(times))]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("at", "segment_frames", "failed"),
    [
        (0, 1000, "at frame 0"),
        (17, 1000, "at frame 17"),
        (26, 15, "at frame 25"),
        (40, 1000, "after frame 39"),
    ],
)
def test_libx264_goes_on_where_nvenc_failed(
    monkeypatch: pytest.MonkeyPatch,
    out: Path,
    caplog: pytest.LogCaptureFixture,
    workers: int,
    at: int,
    segment_frames: int,
    failed: str,
) -> None:
    """Every frame is in its place, also those that were in the encoder when it failed."""
    install(monkeypatch, Faulty(at))
    with caplog.at_level(logging.WARNING):
        report = render(out, num_workers=workers, segment_frames=segment_frames)
    assert stamps(out) == list(range(FRAMES))
    assert exact_times(out)
    [warning] = caplog.messages
    assert warning.startswith(f"h264_nvenc failed {failed}: ")
    assert f"({SAID})" in warning
    first = int(warning.rpartition("; libx264 goes on from frame ")[2])
    assert max(0, at - 10) <= first <= at  # what had come out of NVENC was kept
    assert report.encoder == f"h264_nvenc, libx264 from frame {first}"
    assert not out.with_name("out.mp4.parts").exists()


@given(
    at=st.integers(0, 60),
    segment_frames=st.integers(1, FRAMES),
    fails_at=st.none() | st.integers(1, FRAMES - 1),
)
@settings(max_examples=15)
def test_no_frame_is_lost_wherever_nvenc_fails(
    at: int, segment_frames: int, fails_at: int | None
) -> None:
    """And if a frame fails besides, all frames before it are in the partial result."""

    class Fails(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == fails_at:
                raise ArithmeticError("no such frame")
            super().update(frame_idx, params)

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        install(patch, Faulty(at))
        out = Path(folder, "out.mp4")
        if fails_at is None:
            render(out, segment_frames=segment_frames)
            assert stamps(out) == list(range(FRAMES))
        else:
            with pytest.raises(FrameError, match=f"frame {fails_at}"):
                render(out, Fails(), segment_frames=segment_frames)
            assert stamps(partial_of(out)) == list(range(fails_at))


def test_nvenc_that_cannot_be_opened_again_is_replaced_too(
    monkeypatch: pytest.MonkeyPatch, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Others may have taken the sessions that a GPU allows."""
    install(monkeypatch, Faulty(opens=2))
    report = render(out, segment_frames=10)
    assert stamps(out) == list(range(FRAMES))
    assert report.encoder == "h264_nvenc, libx264 from frame 20"
    [warning] = caplog.messages
    assert "no session is free" in warning


def test_a_preset_of_nvenc_is_left_out_for_libx264(
    monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    install(monkeypatch, Faulty(20))
    render(out, video_preset="p2", video_quality=10)
    assert stamps(out) == list(range(FRAMES))
    assert f"crf={10 + QUANTISER_OFFSET:.1f}".encode() in out.read_bytes()


@pytest.mark.parametrize(("mode", "encoder"), [("gpu", "h264_nvenc"), ("cpu", "libx264")])
def test_where_no_other_may_go_on_the_error_is_ffmpegs_and_the_frames_are_kept(
    monkeypatch: pytest.MonkeyPatch, out: Path, mode: str, encoder: str
) -> None:
    faulty = install(monkeypatch, Faulty(26))
    with pytest.raises(EncoderError) as caught:
        render(out, video_mode=mode, segment_frames=20)
    said = str(caught.value)
    assert said.startswith(f"{encoder} failed at frame 25: ")
    assert f"({SAID})" in said
    kept = caught.value.partial_frames
    assert 20 <= kept <= 25
    assert stamps(partial_of(out)) == list(range(kept))
    assert not out.exists()
    faulty.at = None
    report = render(out, video_mode=mode, segment_frames=20, resume=True)
    assert report.resumed_frames == kept
    assert stamps(out) == list(range(FRAMES))
    assert exact_times(out)


def test_a_render_that_went_on_with_libx264_is_resumed_with_it(
    monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    """NVENC has failed once: the frames after that are libx264's."""
    install(monkeypatch, Faulty(10))

    class Fails(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 30:
                raise ArithmeticError("no such frame")
            super().update(frame_idx, params)

    with pytest.raises(FrameError):
        render(out, Fails(), segment_frames=10)
    install(monkeypatch, Faulty())
    with pytest.raises(ResumeError, match=r"encoder is 'h264_nvenc'.*video_mode='cpu' takes lib"):
        render(out, segment_frames=10, resume=True)
    report = render(out, segment_frames=10, video_mode="cpu", resume=True)
    assert report.resumed_frames == 30
    assert stamps(out) == list(range(FRAMES))
    assert exact_times(out)


def test_the_colours_stay_the_same(monkeypatch: pytest.MonkeyPatch, out: Path) -> None:
    """NVENC converts with another matrix than the workers; libx264 gets the one that it had."""

    class Coloured(Animator):
        def setup(self) -> Figure:
            return Figure(figsize=(1.29, 0.97), dpi=100, facecolor="#2060c8")

        def update(self, frame_idx: int, params: Any) -> None:
            pass

    install(monkeypatch, Faulty(20))
    report = render(out, Coloured(), video_quality=1)
    assert "libx264" in report.encoder
    frames = list(decoded(out))
    assert len(frames) == FRAMES
    assert {frame.colorspace for frame in frames} == {5}  # BT.601, also in what libx264 has made
    for image in rgb(out):
        assert image.shape == (98, 130, 3)
        assert np.abs(image.astype(int) - (0x20, 0x60, 0xC8)).max() <= 3
