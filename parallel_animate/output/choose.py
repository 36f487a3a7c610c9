"""Which writer a render gets, and with it the format of the frames."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parallel_animate.canvas import FrameFormat
from parallel_animate.errors import ArgumentError, EncoderError
from parallel_animate.output.converting import ConvertingWriter
from parallel_animate.output.encoders import (
    BY_CODEC,
    ENCODERS,
    PRESETS,
    EncoderName,
    SegmentSuffix,
)
from parallel_animate.output.fitting import suits_nvenc
from parallel_animate.output.settings import FASTSTART, VideoSettings
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
            "metadata": dict(self.settings.metadata),
            "pixel_format": self._taken.pixel_format,
            "suffix": self.suffix,
            "video_quality": self.settings.quality,
            "video_preset": self.settings.preset,
            "video_extra_ffmpeg_params": self.settings.extra,
        }


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
        If the preset is not one of the encoder that was chosen, or it would write wrong pictures of
        a figure as narrow as this one.
    EncoderError
        If ``mode="gpu"`` and NVENC does not work here.
    """
    container = settings.container
    codec = settings.codec or container.codecs[0]
    if not opaque and settings.codec is None and settings.pixel_format is None:
        codec = container.for_alpha or codec
    encoder = choose_encoder(settings, size) if codec == "h264" else BY_CODEC[codec]
    if size[0] <= ENCODERS[encoder].wider_than:
        raise ArgumentError(
            f"codec={codec!r} cannot be used for a figure of {size[0]}x{size[1]} pixels: {encoder} "
            f"needs more than {ENCODERS[encoder].wider_than} in width, of fewer it writes wrong "
            "pictures now and then. Make the figure wider, or use codec='h264'"
        )
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
    if not suits_nvenc(settings, "h264"):
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
