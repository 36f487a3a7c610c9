"""Which writer a render gets, and with it the format of the frames."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parallel_animate.canvas import FrameFormat
from parallel_animate.errors import ArgumentError, EncoderError
from parallel_animate.output.containers import CONTAINERS, container_of
from parallel_animate.output.converting import ConvertingWriter
from parallel_animate.output.encoders import (
    BY_CODEC,
    ENCODERS,
    PRESETS,
    EncoderName,
    SegmentSuffix,
)
from parallel_animate.output.settings import FASTSTART, VideoSettings
from parallel_animate.output.times import inexact
from parallel_animate.output.writer import VideoWriter
from parallel_animate.system import warn_user

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
    encoder : str
        The encoder.
    frame_format : FrameFormat
        The format of the frames.
    """

    settings: VideoSettings
    encoder: EncoderName
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

        given, taken = self.frame_format, self._taken
        keep = self.substitute is not None
        writer = PyavWriter(self.settings, self.encoder, path, taken, keep=keep)
        return writer if taken == given else ConvertingWriter(writer, given)

    @property
    def _taken(self) -> FrameFormat:
        """The format that the encoder takes: as the substitute of NVENC, libx264 is given RGBA."""
        if self.encoder == "libx264" and self.frame_format.pixel_format == "rgba":
            return replace(self.frame_format, pixel_format="yuv420p")
        return self.frame_format

    @property
    def suffix(self) -> SegmentSuffix:
        """The suffix of the segments."""
        return ENCODERS[self.encoder].segment

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
            "pixel_format": self._taken.pixel_format,
            "suffix": self.suffix,
            "video_quality": self.settings.quality,
            "video_preset": self.settings.preset,
            "video_extra_ffmpeg_params": self.settings.extra,
        }


def fitted(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings with which the video can be what its name says.

    Raises
    ------
    ArgumentError
        If they ask for what a file of this name cannot hold.
    """
    container = container_of(output)
    settings = replace(settings, container=container)
    if "png" in container.codecs:
        return _pictures(settings, output)
    codec = settings.codec or container.codecs[0]
    if codec not in container.codecs:
        others = [suffix for suffix, kind in CONTAINERS.items() if codec in kind.codecs]
        raise ArgumentError(
            f"codec={codec!r} cannot be written to {output.name}, which holds "
            f"{' or '.join(container.codecs)}; {codec} goes into {', '.join(others)}"
        )
    encoder = BY_CODEC[codec]
    wanted = settings.pixel_format
    if wanted not in (None, *ENCODERS[encoder].pixel_formats):
        raise ArgumentError(
            f"pixel_format={wanted!r} cannot be had with {codec}: {encoder} takes "
            f"{' or '.join(ENCODERS[encoder].pixel_formats)}"
        )
    if settings.writer == "pvio" and (codec, wanted or "yuv420p") != ("h264", "yuv420p"):
        raise ArgumentError(
            f"video_writer='pvio' writes H.264 in yuv420p only, not {codec}"
            f"{f' in {wanted}' if wanted else ''}: leave video_writer out"
        )
    if settings.mode == "gpu" and not _suits_nvenc(settings, codec):
        raise ArgumentError(
            f"video_mode='gpu' encodes H.264 in yuv420p only, not {codec}"
            f"{f' in {wanted}' if wanted else ''}: leave video_mode out"
        )
    if not _suits_nvenc(settings, codec) or settings.preset not in PRESETS["h264_nvenc"]:
        settings.check_preset(encoder)
    return settings if container.reorders else _without_b_frames(settings, output)


def _pictures(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings for an output of pictures, which are what was drawn in any case."""
    asked = {
        "codec": settings.codec,
        "pixel_format": settings.pixel_format,
        "video_quality": settings.quality,
        "video_preset": settings.preset,
        "video_extra_ffmpeg_params": list(settings.extra) or None,
        "video_writer": None if settings.writer == "pyav" else settings.writer,
        "video_mode": "gpu" if settings.mode == "gpu" else None,
    }
    for argument, value in asked.items():
        if value is not None:
            raise ArgumentError(
                f"{argument}={value!r} cannot be used for {output.name}: it has pictures without "
                "loss, and there is nothing to choose"
            )
    if settings.container.assembly == "gif" and (said := inexact(settings.fps)):
        warn_user(f"{output.name}: {said}")
    return settings


def _suits_nvenc(settings: VideoSettings, codec: str) -> bool:
    """Return whether NVENC may be taken for what is wanted."""
    return codec == "h264" and settings.mode != "cpu" and settings.pixel_format in (None, "yuv420p")


def _without_b_frames(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings for an AVI.

    It has no times of its own: frames that are decoded in another order than they are shown
    would be shown in that order, or at wrong times. So it has no B-frames.
    """
    asked = dict(zip(settings.extra, settings.extra[1:], strict=False))
    for option, value in asked.items():
        name = option.lstrip("-").partition(":")[0]
        if (name == "bf" and value != "0") or (name.startswith("x264") and "bframes" in value):
            raise ArgumentError(
                f"video_extra_ffmpeg_params: {option} {value} asks for B-frames, which an AVI "
                f"cannot hold: leave it out, or give {output.name} another suffix (.mp4, .mkv)"
            )
    return replace(settings, extra=(*settings.extra, "-bf", "0"))


def choose_writer(
    settings: VideoSettings, size: tuple[int, int], *, opaque: bool = True
) -> WriterChoice:
    """Choose the encoder, and with it the format of the frames.

    Parameters
    ----------
    settings : VideoSettings
        Who encodes, and how.
    size : tuple of int
        The figure's width and height in pixels.
    opaque : bool
        Whether nothing can be seen through the figure's background. If something can, that is kept
        where the codec can keep it.

    Raises
    ------
    ArgumentError
        If the preset is not one of the encoder that was chosen.
    EncoderError
        If ``mode="gpu"`` and NVENC does not work here.
    """
    container = settings.container
    codec = settings.codec or container.codecs[0]
    if not opaque and settings.codec is None and settings.pixel_format is None:
        codec = container.for_alpha or codec
    encoder = choose_encoder(settings, size) if codec == "h264" else BY_CODEC[codec]
    # A GIF has no transparency but of whole pixels, which makes edges rough.
    opaque = opaque or container.assembly == "gif"
    if encoder != BY_CODEC[container.codecs[0]]:
        settings.check_preset(encoder, why="the figure is transparent" if not opaque else "")
    return WriterChoice(settings, encoder, _format(encoder, size, settings, opaque=opaque))


def _format(
    encoder: EncoderName,
    size: tuple[int, int],
    settings: VideoSettings | None = None,
    *,
    opaque: bool = True,
) -> FrameFormat:
    """Return the format of frames that an encoder reads best.

    The workers convert to it, in parallel. NVENC is given RGBA and converts it on the GPU, with the
    matrix of BT.601; FFmpeg marks the bitstream so (libavcodec/nvenc.c).
    """
    if settings is not None and settings.writer == "pvio":
        return FrameFormat("rgba", *size)
    if encoder == "h264_nvenc":
        return FrameFormat("rgba", *size, matrix="bt601")
    facts = ENCODERS[encoder]
    wanted = None if settings is None else settings.pixel_format
    if facts.alpha is not None and not opaque and wanted is None:
        return FrameFormat(facts.alpha, *size, alpha=True, even=False)
    return FrameFormat(wanted or facts.pixel_formats[0], *size, even=False)


def choose_encoder(settings: VideoSettings, size: tuple[int, int]) -> EncoderName:
    """Return the encoder of H.264 for the mode: NVENC only where it really works at this size.

    That a CUDA device exists says nothing: GPUs for data centres (A100, H100) have no encoder.
    So one is opened, and given a frame.
    """
    if not _suits_nvenc(settings, "h264"):
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
