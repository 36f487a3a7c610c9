"""Writes with PyAV: encoders inside this process, from the slots' own memory.

A view becomes an ``AVFrame`` that points to the slot; nothing is copied on the way to the
encoder. ``avcodec_send_frame`` and the ``avcodec_receive_packet`` calls that follow it have
taken over the pixels when they return (x264 copies them into its own lookahead, NVENC into a
GPU surface), so that the slot may be overwritten then. Where FFmpeg gives whole frames to threads
of its own, as for PNG, it does not, and is given a copy.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.logging
import numpy as np
from av.codec.context import ThreadType
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parallel_animate.canvas import FrameFormat, Pixels
from parallel_animate.errors import EncoderError
from parallel_animate.output.containers import SEGMENTS
from parallel_animate.output.disk import unwritable
from parallel_animate.output.encoders import ENCODERS, PRESETS, EncoderName
from parallel_animate.output.extra import unusable
from parallel_animate.output.settings import CUES_FIRST, FASTSTART, VideoSettings, movie_timescale
from parallel_animate.output.writer import Rescued, VideoWriter
from parallel_animate.system import interrupts_held, memory_limit, usable_cores

# ITU-T H.273: 1 is BT.709 for primaries, transfer and matrix; 5 is the matrix of BT.601.
# FFmpeg's AVCOL_RANGE_MPEG, the limited range, is 1 too.
BT709 = 1
LIMITED_RANGE = 1
MATRIX = {"bt709": BT709, "bt601": 5}


class PyavWriter(VideoWriter):
    """Writes a segment with PyAV.

    Parameters
    ----------
    settings : VideoSettings
        How to encode.
    encoder : str
        Which encoder.
    path : Path
        The file to write.
    frame_format : FrameFormat
        The format of the frames.
    keep : bool
        Whether to keep a copy of each frame until it has left the encoder, so that another one
        can go on if this one fails.

    Raises
    ------
    ArgumentError
        If an extra option is known neither to the encoder nor to the muxer.
    EncoderError
        If the encoder does not open.
    OutputError
        If the file does not.
    """

    def __init__(
        self,
        settings: VideoSettings,
        encoder: EncoderName,
        path: Path,
        frame_format: FrameFormat,
        keep: bool = False,
    ) -> None:
        super().__init__(frame_format)
        self.encoder = encoder
        self._format = frame_format
        self._path = path
        self._keep = keep
        self._written = 0  # frames in the file
        self._packets: list[av.Packet[VideoStream]] = []  # held back, as _encode() says
        self._kept: deque[Pixels] = deque()  # copies of the frames that are not in the file
        said, facts = settings.extra_params(), ENCODERS[encoder]
        self._borrows, self._ahead = facts.borrows, facts.ahead
        muxer = muxer_options(settings) if facts.segment != ".webm" else CUES_FIRST
        self._container = av.open(
            str(path), "w", format=SEGMENTS[facts.segment], container_options=muxer
        )
        self._stream = self._container.add_stream(encoder, rate=settings.fps)
        self._container.metadata.update(
            settings.described | said.metadata | dict(settings.metadata)
        )
        self._stream.metadata.update(said.stream_metadata)
        os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 says more than errors on standard error
        try:
            with _listening(), _ffmpeg_errors(f"{encoder} cannot be opened"):
                size = frame_format.padded_width, frame_format.padded_height
                options = settings.encoder_options(encoder, size, frame_format.pixel_format)
                _open(self._stream.codec_context, settings.fps, frame_format, options)
                if tag := said.tag or facts.tag:
                    self._stream.codec_context.codec_tag = tag
                with self._file_errors(0):
                    self._container.start_encoding()
        except BaseException:
            self.close()
            raise

    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file."""
        number = -1
        for number, pixels in enumerate(frames):
            self.put(pixels, number, first)
            # The frame refers to the slot, which goes back when the next view is asked for.
            del pixels
        self.finish(number + 1, first)

    def put(self, pixels: Pixels, number: int, first: int = 0) -> None:
        """Encode the next frame, which has this number in the file."""
        if self._keep:
            self._kept.append(pixels.copy())
        if self._borrows:
            pixels = pixels.copy()
        self._encode(_frame(pixels, self._format, number), f"at frame {first + number}")

    def finish(self, frames: int, first: int = 0) -> None:
        """Complete the file, which has so many frames."""
        self._encode(None, f"after frame {first + frames - 1}")
        with _ffmpeg_errors("the file cannot be completed"), self._file_errors(frames):
            self._container.close()

    def _encode(self, frame: VideoFrame | None, when: str) -> None:
        """Give a frame to the encoder, or None for the end, and write what comes out.

        A frame may come out before one that is shown earlier. Then it is held back until that one
        has come too, so that no frame is ever missing between those in the file.
        """
        try:
            with _listening(), _ffmpeg_errors(f"{self.encoder} failed {when}"):
                packets = _timed(self._stream, frame)
        except EncoderError:
            self._rescue()
            raise
        for number, packet in enumerate(packets, self._written + len(self._packets)):
            if self._ahead is not None:
                packet.dts = number - self._ahead
        self._packets += packets
        done = self._written + len(self._packets)
        if not self._packets or max(packet.pts or 0 for packet in self._packets) >= done:
            return
        with _ffmpeg_errors("the file cannot be written"), self._file_errors(done):
            self._container.mux(self._packets)
        for _ in range(min(len(self._packets), len(self._kept))):
            self._kept.popleft()
        self._packets.clear()
        self._written = done

    def _rescue(self) -> None:
        """Complete the file without the encoder, which has failed."""
        with contextlib.suppress(av.FFmpegError):
            self._container.close()
            self.rescued = Rescued(self._written, tuple(self._kept))

    @contextlib.contextmanager
    def _file_errors(self, frames: int) -> Iterator[None]:
        """Turn FFmpeg's errors about the file, which was to hold `frames` frames, into ours."""
        try:
            yield
        except av.FFmpegError as error:
            if not isinstance(error, OSError):
                raise
            raise unwritable(self._path, error.errno, error.strerror, frames=frames) from error

    def close(self) -> None:
        """Close the file, complete or not."""
        # That an incomplete file makes FFmpeg complain is no news.
        with contextlib.suppress(av.FFmpegError):
            self._container.close()
        # The encoder's threads and buffers live until the last reference to it is gone. A traceback
        # that somebody keeps would keep this object, and so must not keep the encoder.
        del self._stream, self._container


def muxer_options(settings: VideoSettings) -> dict[str, str]:
    """Return the options of the MP4 muxer: ours, and those among the extra ones."""
    muxer = settings.extra_params().muxer_options
    if muxer.get("movflags", "").startswith(("+", "-")):
        muxer["movflags"] = FASTSTART["movflags"] + muxer["movflags"]
    return FASTSTART | {"movie_timescale": movie_timescale(settings.fps)} | muxer


def _timed(stream: VideoStream, frame: VideoFrame | None) -> list[av.Packet[VideoStream]]:
    """Encode a frame, or None for the end; return the packets that come out, with durations."""
    packets = stream.encode(frame)
    for packet in packets:
        # Without a duration, the last frame of a file would be shown for no time at all.
        packet.duration = 1
    return packets


def _open(
    context: VideoCodecContext, fps: Fraction, frame_format: FrameFormat, options: dict[str, str]
) -> None:
    """Open an encoder; one tick of its clock is one frame."""
    context.width = frame_format.padded_width
    context.height = frame_format.padded_height
    context.pix_fmt = frame_format.pixel_format
    context.framerate = fps
    context.time_base = 1 / fps
    if _has_video_colours(frame_format):
        context.color_primaries = context.color_trc = BT709
        context.colorspace = MATRIX[frame_format.matrix]
        context.color_range = LIMITED_RANGE
    # Whole frames in parallel: slices would cost compression, most often.
    facts = ENCODERS[cast(EncoderName, context.codec.name)]
    context.thread_type = ThreadType.SLICE if facts.slices else ThreadType.FRAME
    # By itself, an encoder would count all cores of the machine, and not those that it may use.
    context.thread_count = facts.threads or max(1, usable_cores() * 3 // 2)
    context.options = dict(options)
    with interrupts_held():  # in the threads that are started here
        context.open()
    # What is left now are the options that FFmpeg does not know.
    if context.options:
        raise unusable(f"-{name}" for name in context.options)


def _frame(pixels: Pixels, frame_format: FrameFormat, number: int) -> VideoFrame:
    """Return a frame that points to the pixels."""
    name = frame_format.pixel_format
    if frame_format.is_yuv:
        # from_numpy_buffer() would cut the height of yuv420p to a multiple of four.
        frame = VideoFrame.from_dlpack(frame_format.planes(pixels), format=name)
    else:
        frame = VideoFrame.from_numpy_buffer(pixels, name)
    if _has_video_colours(frame_format):
        frame.color_primaries = frame.color_trc = BT709
        frame.colorspace = MATRIX[frame_format.matrix]
        frame.color_range = LIMITED_RANGE
    frame.pts = number
    return frame


def _has_video_colours(frame_format: FrameFormat) -> bool:
    """Return whether frames become luma and chroma: pictures have the colours of the screen."""
    return frame_format.even or frame_format.is_yuv


@contextlib.contextmanager
def _ffmpeg_errors(what: str) -> Iterator[None]:
    """Turn FFmpeg's errors into ours."""
    try:
        yield
    except av.FFmpegError as error:
        logged = f" ({error.log[-1].strip()})" if error.log else ""  # type: ignore[union-attr]
        # It does not say that it got no memory.
        limit = f"; {most}" if (most := memory_limit()) else ""
        raise EncoderError(f"{what}: {error.strerror}{logged}{limit}") from error


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    """Attach what FFmpeg logs about its errors to the exceptions.

    Nothing below the level of errors is captured: an encoder's threads log too, and each message
    of theirs has to wait for the interpreter's lock.
    """
    level = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture():
            yield
    finally:
        av.logging.set_level(level)


def nvenc_problem(settings: VideoSettings, frame_format: FrameFormat) -> str | None:
    """Return why NVENC does not work at this frame size, or None if it does.

    An encoder is opened with these settings, and encodes one frame.
    """
    try:
        context = av.CodecContext.create("h264_nvenc", "w")
    except Exception as error:
        return f"this PyAV has no h264_nvenc ({error})"
    assert isinstance(context, VideoCodecContext)
    preset_is_its_own = settings.preset is None or settings.preset in PRESETS["h264_nvenc"]
    options = settings.encoder_options("h264_nvenc") if preset_is_its_own else {}
    try:
        with _listening(), _ffmpeg_errors("it cannot be opened"):
            _open(context, settings.fps, frame_format, options)
            pixels = np.zeros(frame_format.shape, np.uint8)
            context.encode(_frame(pixels, frame_format, 0))
            context.encode(None)
    except EncoderError as error:
        return str(error)
    return None
