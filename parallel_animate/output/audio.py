"""A sound track for a video: AAC, or Opus in a WebM, exactly as long as the video.

It is cut where the video ends, and silence follows where it ends earlier. Packets of a codec that
the file can hold are copied as they are, if there are enough of them, for silence would have to be
made by the same encoder with the same settings; otherwise the sound is encoded. Both happens while
the packets of the video are copied, so that they lie beside each other in the file.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from parallel_animate.errors import ArgumentError, OutputError
from parallel_animate.output.containers import Container

Samples = npt.NDArray[np.float32]
"""``(channels, n)``, from -1 to 1."""

# Samples a second that are kept as they are; all others are converted to the second of these, which
# is the only one that Opus has (of these).
RATES = (44100, 48000)
FORMAT = "fltp"  # FFmpeg's name for float32, each channel by itself: what both encoders take
# Samples of a frame for an encoder that takes any number.
FRAME = 1024
# Seconds by which a sound track may begin late or end early, and be taken for whole: the ear hears
# no less, and some files count in milliseconds.
EARLY = Fraction(1, 100)


def check_audio(path: object) -> Path:
    """Return the path of a file with a sound track.

    Raises
    ------
    ArgumentError
        If it is none.
    """
    if not isinstance(path, str | os.PathLike):
        raise ArgumentError(f"audio must be the path of a file with sound, not {path!r}")
    file = Path(path).expanduser().absolute()
    try:
        with av.open(str(file)) as container:
            if not container.streams.audio:
                raise ArgumentError(f"audio {str(path)!r} has no sound in it")
    except (av.FFmpegError, OSError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise ArgumentError(f"audio {str(path)!r} cannot be read: {reason}") from error
    return file


class SoundTrack:
    """The sound track of a file under construction.

    Parameters
    ----------
    output : OutputContainer
        The file; nothing was written to it yet.
    container : Container
        What kind of file it is.
    path : Path
        The file with the sound.
    seconds : Fraction
        How long the video is.
    """

    def __init__(
        self, output: OutputContainer, container: Container, path: Path, seconds: Fraction
    ) -> None:
        self._output = output
        self._path = path
        self._next: Packet[AudioStream] | None = None
        encoder = container.audio or ""
        try:
            with av.open(str(path)) as source:
                stream = source.streams.audio[0]
                own, channels = stream.rate or 0, stream.channels
                if _can_be_copied(stream, container) and _lasts(path, seconds):
                    self._stream = output.add_stream_from_template(stream)
                    self._packets = _copied(path, seconds)
                    return
        except (av.FFmpegError, IndexError) as error:
            raise OutputError(f"the audio {path} cannot be read any more: {error}") from error
        self._rate = own if own in RATES and encoder != "libopus" else RATES[1]
        self._layout = "mono" if channels == 1 else "stereo"
        added = output.add_stream(encoder, rate=self._rate, layout=self._layout)
        assert isinstance(added, AudioStream)
        self._stream = added
        self._length = round(seconds * self._rate)
        self._packets = self._encoded()

    def write(self, until: Fraction | None = None) -> None:
        """Write the packets that begin before a time in seconds; None for all that are left."""
        while (packet := self._next or next(self._packets, None)) is not None:
            self._next = packet
            if until is not None and (packet.pts or 0) * packet.time_base >= until:
                return
            self._next = None
            packet.stream = self._stream
            self._output.mux_one(packet)

    def _encoded(self) -> Iterator[Packet[AudioStream]]:
        """Yield the packets."""
        context, at = self._stream.codec_context, 0
        if not context.is_open:
            context.open()
        size = context.frame_size or FRAME
        with closing(self._padded()) as padded:
            for samples in _in_frames(padded, size):
                frame = AudioFrame.from_ndarray(samples, format=FORMAT, layout=self._layout)
                frame.sample_rate, frame.pts = self._rate, at
                frame.time_base = Fraction(1, self._rate)
                at += samples.shape[1]
                yield from self._stream.encode(frame)
        yield from self._stream.encode(None)

    def _padded(self) -> Generator[Samples]:
        """Yield the samples, cut or followed by silence, so that they are as long as the video."""
        left = self._length
        with closing(self._decoded()) as decoded:
            for samples in decoded:
                cut = samples[:, :left]
                left -= cut.shape[1]
                yield cut
                if not left:
                    return
        channels = 1 if self._layout == "mono" else 2
        while left:
            silence = np.zeros((channels, min(left, self._rate)), np.float32)
            left -= silence.shape[1]
            yield silence

    def _decoded(self) -> Generator[Samples]:
        resampler = AudioResampler(FORMAT, self._layout, self._rate)
        with av.open(str(self._path)) as source:
            for frame in source.decode(source.streams.audio[0]):
                frame.pts = None  # one sample after the other, whatever its times say
                for resampled in resampler.resample(frame):
                    yield cast(Samples, resampled.to_ndarray())
            for resampled in resampler.resample(None):
                yield cast(Samples, resampled.to_ndarray())


def _can_be_copied(stream: AudioStream, container: Container) -> bool:
    """Return whether a file can hold the packets of a sound track, and they bring their headers."""
    context = stream.codec_context
    known = context.codec.canonical_name in container.copied_audio
    return known and bool(context.extradata)


def _copied(path: Path, seconds: Fraction) -> Iterator[Packet[AudioStream]]:
    """Yield the packets of a sound track up to a time; the last one is shown no longer than that.

    Those that come before the time 0 tell the decoder what to do with the first one.
    """
    with av.open(str(path)) as source:
        for packet in source.demux(source.streams.audio[0]):
            if packet.pts is None or not packet.size:
                continue
            start = packet.pts * packet.time_base
            if start >= seconds:
                return
            if packet.duration is not None:
                packet.duration = min(packet.duration, round((seconds - start) / packet.time_base))
            yield packet


def _lasts(path: Path, seconds: Fraction) -> bool:
    """Return whether a sound track begins at the time 0, and goes on to another one."""
    first: Fraction | None = None
    end = Fraction(0)
    for packet in _copied(path, seconds):
        start = (packet.pts or 0) * packet.time_base
        first = start if first is None else first
        end = start + (packet.duration or 0) * packet.time_base
    return first is not None and first <= EARLY and end >= seconds - EARLY


def _in_frames(pieces: Iterator[Samples], size: int) -> Iterator[Samples]:
    """Yield samples in pieces of one size; the last one may be shorter."""
    rest: Samples | None = None
    for piece in pieces:
        rest = piece if rest is None else np.concatenate([rest, piece], axis=1)
        while rest.shape[1] >= size:
            yield np.ascontiguousarray(rest[:, :size])
            rest = rest[:, size:]
    if rest is not None and rest.shape[1]:
        yield np.ascontiguousarray(rest)
