"""What a writer is, and which one a render gets.

A writer is opened for one file and one frame size, before the first frame is drawn: whatever
cannot work is an error then. It has one verb, :meth:`VideoWriter.write`, which drains an
iterator of frame views in frame order. A view is valid until the next one is asked for.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from parallel_animate.canvas import FrameFormat, Pixels, PixelStore
from parallel_animate.errors import EncoderError
from parallel_animate.output.settings import FASTSTART, PRESETS, Encoder, VideoSettings
from parallel_animate.system.owner import Owner

log = logging.getLogger("parallel_animate")


@dataclass(frozen=True)
class Rescued:
    """What is left when an encoder has failed in the middle of a file.

    Parameters
    ----------
    frames : int
        Frames in the file, which is complete up to there.
    after : sequence of ndarray
        Copies of all frames that came after them, if such were kept.
    """

    frames: int
    after: Sequence[Pixels]


class VideoWriter(Owner):
    """A video file under construction.

    Parameters
    ----------
    layout : FrameFormat
        The form in which it takes the frames.

    Attributes
    ----------
    rescued : Rescued or None
        After an EncoderError in :meth:`write`: what can be used all the same, if anything.
    """

    rescued: Rescued | None = None

    def __init__(self, layout: FrameFormat) -> None:
        self.layout = layout

    @abstractmethod
    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file.

        Parameters
        ----------
        frames : iterator of ndarray
            Views of frames in the layout's shape, in frame order.
        first : int
            The index that the first of them has in the video, for errors.

        Raises
        ------
        EncoderError
            If the encoder or the muxer fails.
        OutputError
            If the file cannot be written: the disk is full, for one.
        """


def load_writer(settings: VideoSettings) -> None:
    """Import what this writer needs and the workers need too, before they are forked from here."""
    if settings.writer == "pyav":
        import parallel_animate.output.pyav  # noqa: F401


@dataclass(frozen=True)
class WriterChoice:
    """Who encodes, and how; chosen once for a render.

    Parameters
    ----------
    settings : VideoSettings
        The arguments.
    encoder : {"libx264", "h264_nvenc"}
        The encoder.
    layout : FrameFormat
        The form of the frames.
    """

    settings: VideoSettings
    encoder: Encoder
    layout: FrameFormat

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

            return PvioWriter(self.settings, self.encoder, path, self.layout)
        from parallel_animate.output.pyav import PyavWriter

        if self.encoder == "libx264" and self.layout.pixel_format == "rgba":  # it is a substitute
            own = replace(self.layout, pixel_format="yuv420p")
            return ConvertingWriter(PyavWriter(self.settings, self.encoder, path, own), self.layout)
        keep = self.substitute is not None
        return PyavWriter(self.settings, self.encoder, path, self.layout, keep=keep)

    @property
    def substitute(self) -> WriterChoice | None:
        """Who takes over, with the same frames, if this encoder fails in the middle."""
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
            "width": self.layout.padded_width,
            "height": self.layout.padded_height,
            "fps": str(self.settings.fps),
            "video_writer": self.settings.writer,
            "encoder": self.encoder,
            "video_quality": self.settings.quality,
            "video_preset": self.settings.preset,
            "video_extra_ffmpeg_params": self.settings.extra,
        }


class ConvertingWriter(VideoWriter):
    """Converts frames for a writer that takes another form of them.

    Parameters
    ----------
    writer : VideoWriter
        Takes yuv420p.
    layout : FrameFormat
        The form in which the frames come: RGBA.
    """

    def __init__(self, writer: VideoWriter, layout: FrameFormat) -> None:
        super().__init__(layout)
        self._writer = writer

    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file."""
        try:
            self._writer.write(self._converted(frames), first)
        finally:
            self.rescued = self._writer.rescued

    def _converted(self, frames: Iterator[Pixels]) -> Iterator[Pixels]:
        layout = self._writer.layout
        store = PixelStore(layout)
        converted = np.empty(layout.nbytes, np.uint8)
        for frame in frames:
            # Frames have been composited and made even when they came into their slots.
            store.store(frame, converted, opaque=True)
            yield layout.view(converted)

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


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
    layout = FrameFormat("rgba", *size) if settings.writer == "pvio" else _layout(encoder, size)
    return WriterChoice(settings, encoder, layout)


def _layout(encoder: Encoder, size: tuple[int, int]) -> FrameFormat:
    """Return the form of frames that an encoder reads best.

    x264 takes yuv420p alone, and the workers convert in parallel. NVENC converts RGBA on the GPU,
    with the matrix of BT.601, and FFmpeg marks the bitstream so (libavcodec/nvenc.c).
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

    problem = nvenc_problem(settings, _layout("h264_nvenc", size))
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
