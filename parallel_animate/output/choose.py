"""Which writer a render gets, and with it the format of the frames."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parallel_animate.canvas import FrameFormat
from parallel_animate.errors import ArgumentError, EncoderError
from parallel_animate.output.containers import container_of
from parallel_animate.output.converting import ConvertingWriter
from parallel_animate.output.settings import FASTSTART, PRESETS, Encoder, VideoSettings
from parallel_animate.output.writer import VideoWriter

log = logging.getLogger("parallel_animate.animator")


def load_writer(settings: VideoSettings) -> None:
    """Import what both this writer and the workers need, before they are forked from here."""
    if settings.writer == "pyav":
        import parallel_animate.output.pyav  # noqa: F401


@dataclass(frozen=True)
class WriterChoice:
    """Who encodes, and how; chosen once for a render.

    Parameters
    ----------
    settings : VideoSettings
        The encoding arguments, checked.
    encoder : {"libx264", "h264_nvenc"}
        The encoder.
    frame_format : FrameFormat
        The format of the frames.
    """

    settings: VideoSettings
    encoder: Encoder
    frame_format: FrameFormat

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
            from parallel_animate.output.pvio import PvioWriter

            return PvioWriter(self.settings, path, self.frame_format)
        from parallel_animate.output.pyav import PyavWriter

        given = self.frame_format
        # libx264 as the substitute of NVENC is given RGBA, which it does not take.
        if self.encoder == "libx264" and given.pixel_format == "rgba":
            own = replace(given, pixel_format="yuv420p")
            return ConvertingWriter(PyavWriter(self.settings, self.encoder, path, own), given)
        keep = self.substitute is not None
        return PyavWriter(self.settings, self.encoder, path, given, keep=keep)

    @property
    def substitute(self) -> WriterChoice | None:
        """Who goes on with the same frames if this encoder fails in the middle, if anybody."""
        settings = self.settings
        if (self.encoder, settings.mode, settings.writer) != ("h264_nvenc", "auto", "pyav"):
            return None
        if settings.preset not in PRESETS["libx264"]:
            settings = replace(settings, preset=None)
        return replace(self, settings=settings, encoder="libx264")

    @property
    def muxer_options(self) -> dict[str, str]:
        """Options of the MP4 muxer, for a video that is joined of segments."""
        from parallel_animate.output.pyav import muxer_options

        return muxer_options(self.settings) if self.settings.writer == "pyav" else dict(FASTSTART)

    @property
    def form(self) -> dict[str, Any]:
        """What the segments of a video have in common, for their manifest."""
        return {
            "width": self.frame_format.padded_width,
            "height": self.frame_format.padded_height,
            "fps": str(self.settings.fps),
            "video_writer": self.settings.writer,
            "encoder": self.encoder,
            "video_quality": self.settings.quality,
            "video_preset": self.settings.preset,
            "video_extra_ffmpeg_params": self.settings.extra,
        }


def fitted(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings with which the video can be what its name says.

    An AVI has no times of its own: frames that are decoded in another order than they are shown
    would be shown in that order, or at wrong times. So it has no B-frames.

    Raises
    ------
    ArgumentError
        If an extra option asks for what the container cannot hold.
    """
    if container_of(output).reorders:
        return settings
    asked = dict(zip(settings.extra, settings.extra[1:], strict=False))
    for option, value in asked.items():
        name = option.lstrip("-").partition(":")[0]
        if (name == "bf" and value != "0") or (name.startswith("x264") and "bframes" in value):
            raise ArgumentError(
                f"video_extra_ffmpeg_params: {option} {value} asks for B-frames, which an AVI "
                f"cannot hold: leave it out, or give {output.name} another suffix (.mp4, .mkv)"
            )
    return replace(settings, extra=(*settings.extra, "-bf", "0"))


def choose_writer(settings: VideoSettings, size: tuple[int, int]) -> WriterChoice:
    """Choose the encoder, and with it the format of the frames.

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
    pvio = settings.writer == "pvio"
    frame_format = FrameFormat("rgba", *size) if pvio else _format(encoder, size)
    return WriterChoice(settings, encoder, frame_format)


def _format(encoder: Encoder, size: tuple[int, int]) -> FrameFormat:
    """Return the format of frames that an encoder reads best.

    libx264 is given yuv420p, to which the workers convert in parallel. NVENC is given RGBA and
    converts it on the GPU, with the matrix of BT.601; FFmpeg marks the bitstream so
    (libavcodec/nvenc.c).
    """
    if encoder == "libx264":
        return FrameFormat("yuv420p", *size)
    return FrameFormat("rgba", *size, matrix="bt601")


def choose_encoder(settings: VideoSettings, size: tuple[int, int]) -> Encoder:
    """Return the encoder for the mode: NVENC only where it really works at this size.

    That a CUDA device exists says nothing: GPUs for data centres (A100, H100) have no encoder.
    So one is opened, and given a frame.
    """
    if settings.mode == "cpu":
        return "libx264"
    from parallel_animate.output.pyav import nvenc_problem

    problem = nvenc_problem(settings, _format("h264_nvenc", size))
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
