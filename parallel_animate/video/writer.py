"""What a writer is, and which one a render gets.

A writer is opened for one file and one frame size, before the first frame is drawn: whatever
cannot work is an error then. It has one verb, :meth:`VideoWriter.write`, which drains an
iterator of frame views in frame order. A view is valid until the next one is asked for.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

from parallel_animate.canvas import FrameLayout
from parallel_animate.canvas.pixels import PixelFormat, Pixels
from parallel_animate.errors import EncoderError
from parallel_animate.owner import Owner
from parallel_animate.video.settings import Encoder, VideoSettings

log = logging.getLogger("parallel_animate")


class VideoWriter(Owner):
    """A video file under construction.

    Parameters
    ----------
    encoder : str
        The encoder's name, for the report.
    layout : FrameLayout
        The form in which it takes the frames.
    """

    def __init__(self, encoder: str, layout: FrameLayout) -> None:
        self.encoder = encoder
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
        """


# The format each encoder reads best: x264 takes yuv420p alone, and the workers convert in
# parallel; NVENC converts RGBA on the GPU.
PIXEL_FORMAT: dict[Encoder, PixelFormat] = {"libx264": "yuv420p", "h264_nvenc": "rgba"}


def load_writer(settings: VideoSettings) -> None:
    """Import what this writer needs and the workers need too, before they are forked from here."""
    if settings.writer == "pyav":
        import parallel_animate.video.pyav  # noqa: F401


def open_writer(
    settings: VideoSettings, path: Path, size: tuple[int, int], total: int | None
) -> VideoWriter:
    """Open the writer for these settings.

    Parameters
    ----------
    settings : VideoSettings
        Who encodes, and how.
    path : Path
        The file to write.
    size : tuple of int
        The figure's width and height in pixels.
    total : int or None
        How many frames there will be, if that is known.

    Raises
    ------
    ArgumentError
        If an option is unknown to the encoder that was chosen.
    EncoderError
        If ``mode="gpu"`` and NVENC does not work here, or the encoder does not open.
    """
    encoder = choose_encoder(settings, size)
    if settings.writer == "pvio":
        from parallel_animate.video.pvio import PvioWriter

        return PvioWriter(settings, encoder, path, FrameLayout("rgba", *size), total)
    from parallel_animate.video.pyav import PyavWriter

    return PyavWriter(settings, encoder, path, FrameLayout(PIXEL_FORMAT[encoder], *size))


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
