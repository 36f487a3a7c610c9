"""What a writer is, and which one a render gets.

A writer is opened for one file and one frame size, before the first frame is drawn: whatever
cannot work is an error then. It has one verb, :meth:`VideoWriter.write`, which drains an
iterator of frame views in frame order. A view is valid until the next one is asked for.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallel_animate.canvas import FrameLayout
from parallel_animate.canvas.pixels import PixelFormat, Pixels
from parallel_animate.errors import EncoderError
from parallel_animate.owner import Owner
from parallel_animate.video.settings import FASTSTART, Encoder, VideoSettings

log = logging.getLogger("parallel_animate")


class VideoWriter(Owner):
    """A video file under construction.

    Parameters
    ----------
    layout : FrameLayout
        The form in which it takes the frames.
    """

    def __init__(self, layout: FrameLayout) -> None:
        self.layout = layout

    @abstractmethod
    def write(self, frames: Iterator[Pixels]) -> None:
        """Encode all frames, and complete the file.

        Parameters
        ----------
        frames : iterator of ndarray
            Views of frames in the layout's shape, in frame order.

        Raises
        ------
        EncoderError
            If the encoder or the muxer fails.
        OutputError
            If the file cannot be written: the disk is full, for one.
        """


# The format each encoder reads best: x264 takes yuv420p alone, and the workers convert in
# parallel; NVENC converts RGBA on the GPU.
PIXEL_FORMAT: dict[Encoder, PixelFormat] = {"libx264": "yuv420p", "h264_nvenc": "rgba"}


def load_writer(settings: VideoSettings) -> None:
    """Import what this writer needs and the workers need too, before they are forked from here."""
    if settings.writer == "pyav":
        import parallel_animate.video.pyav  # noqa: F401


@dataclass(frozen=True)
class WriterChoice:
    """Who encodes, and how; chosen once for a render.

    Parameters
    ----------
    settings : VideoSettings
        The arguments.
    encoder : {"libx264", "h264_nvenc"}
        The encoder.
    layout : FrameLayout
        The form of the frames.
    """

    settings: VideoSettings
    encoder: Encoder
    layout: FrameLayout

    @property
    def name(self) -> str:
        """What encodes, for the report."""
        return self.encoder + (" (parallel-video-io)" if self.settings.writer == "pvio" else "")

    def open(self, path: Path) -> VideoWriter:
        """Open a writer for a file.

        Raises
        ------
        ArgumentError
            If an option is unknown to the encoder.
        EncoderError
            If the encoder does not open.
        """
        if self.settings.writer == "pvio":
            from parallel_animate.video.pvio import PvioWriter

            return PvioWriter(self.settings, self.encoder, path, self.layout)
        from parallel_animate.video.pyav import PyavWriter

        return PyavWriter(self.settings, self.encoder, path, self.layout)

    @property
    def muxer_options(self) -> dict[str, str]:
        """Options of the MP4 muxer, for a video that is joined of segments."""
        from parallel_animate.video.pyav import muxer_options

        return muxer_options(self.settings) if self.settings.writer == "pyav" else dict(FASTSTART)

    @property
    def form(self) -> dict[str, Any]:
        """What the segments of a video have in common, for their manifest."""
        return {
            "width": self.layout.padded_width,
            "height": self.layout.padded_height,
            "fps": str(self.settings.fps),
            "video_writer": self.settings.writer,
            "encoder": self.encoder,
            "video_quality": self.settings.quality,
            "video_preset": self.settings.preset,
            "video_extra_ffmpeg_params": self.settings.extra,
        }


def choose_writer(settings: VideoSettings, size: tuple[int, int]) -> WriterChoice:
    """Choose the encoder, and with it the form of the frames.

    Parameters
    ----------
    settings : VideoSettings
        Who encodes, and how.
    size : tuple of int
        The figure's width and height in pixels.

    Raises
    ------
    ArgumentError
        If the preset is not one of the encoder that was chosen.
    EncoderError
        If ``mode="gpu"`` and NVENC does not work here.
    """
    encoder = choose_encoder(settings, size)
    pixel_format = "rgba" if settings.writer == "pvio" else PIXEL_FORMAT[encoder]
    return WriterChoice(settings, encoder, FrameLayout(pixel_format, *size))


def choose_encoder(settings: VideoSettings, size: tuple[int, int]) -> Encoder:
    """Return the encoder for the mode: NVENC only where it really works at this size.

    That a CUDA device exists says nothing: GPUs for data centres (A100, H100) have no encoder.
    So one is opened, and given a frame.
    """
    if settings.mode == "cpu":
        return "libx264"
    from parallel_animate.video.pyav import nvenc_problem

    problem = nvenc_problem(settings, FrameLayout("rgba", *size))
    if problem is None:
        settings.check_preset("h264_nvenc")
        return "h264_nvenc"
    if settings.mode == "gpu":
        raise EncoderError(
            f"video_mode='gpu' needs NVENC, which does not work here at {size[0]}x{size[1]}: "
            f"{problem}. It takes an NVIDIA GPU that has an encoder (GeForce, RTX, L4, T4; not "
            "A100 or H100) and its driver, and a frame neither too small nor too large for it. "
            "Use video_mode='auto' or 'cpu' for libx264"
        )
    log.debug("NVENC does not work here (%s): libx264 encodes", problem)
    settings.check_preset("libx264", why=f"NVENC does not work here: {problem}")
    return "libx264"
