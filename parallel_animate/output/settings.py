"""The encoding arguments of ``make_video``: checked, and translated for the encoders."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from numbers import Rational
from pathlib import Path
from typing import Literal, get_args

from parallel_animate.arguments import one_of
from parallel_animate.canvas import PixelFormat
from parallel_animate.errors import ArgumentError
from parallel_animate.output.containers import MP4, Container
from parallel_animate.output.encoders import (
    BY_CODEC,
    DEFAULT_QUALITY,
    MAX_QUALITY,
    PRESETS,
    Asked,
    CodecName,
    EncoderName,
)
from parallel_animate.output.encoding import options_of
from parallel_animate.output.extra import ExtraParams, understood
from parallel_animate.output.finish import AS_IT_IS, Finish, checked_hold
from parallel_animate.output.joinable import check_joinable
from parallel_animate.text import shortened

VideoMode = Literal["auto", "gpu", "cpu"]
WriterName = Literal["pyav", "pvio"]
ChosenFormat = Literal["yuv420p", "yuv444p"]
"""The pixel formats that can be asked for."""
# What all kinds of video files have a place for, by FFmpeg's names.
METADATA = ("title", "artist", "comment", "date", "copyright", "genre")
# The index of the file stands before its data, so that a browser can begin to play at once.
FASTSTART = {"movflags": "+faststart"}
# Else a Matroska file, such as a WebM, has a random number in it.
SAME_BYTES = {"fflags": "+bitexact"}
CUES_FIRST = {"cues_to_front": "1"} | SAME_BYTES  # as FASTSTART, in a WebM
# The MP4 muxer counts time in 32 bits, in at least ten thousand ticks a second.
MIN_FPS, MAX_FPS = Fraction(1, 1000), 100_000


_mark: ContextVar[str] = ContextVar("_mark", default="")


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """Let videos whose settings are checked in the block have a mark in their files.

    It is no setting of the user's: segments with another mark can be gone on with.
    """
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


@dataclass(frozen=True)
class VideoSettings:
    """Checked encoding arguments.

    Parameters
    ----------
    fps : Fraction
        Frames a second, exact.
    mode : {"auto", "gpu", "cpu"}
        Which encoder.
    quality : int, float or None
        0 (lossless with libx264) to 51, lower is better; None for the default.
    preset : str or None
        The encoder's preset; None for the default.
    extra : tuple of str
        ffmpeg arguments.
    writer : {"pyav", "pvio"}
        Who encodes.
    codec : str or None
        Which codec; None for the one that suits the kind of file.
    pixel_format : {"yuv420p", "yuv444p"} or None
        Whether colours have all of the resolution; None for what suits the codec.
    metadata : tuple of tuple of str
        What is written of the video into its file: keys and texts.
    finish : Finish
        How long frames are shown, and the sound of the video.
    container : Container
        What kind of file the video is.
    mark : str
        How it was made, which stands in its file as the comment, unless `metadata` has one.
    """

    fps: Fraction
    mode: VideoMode = "auto"
    quality: int | float | None = None
    preset: str | None = None
    extra: tuple[str, ...] = ()
    writer: WriterName = "pyav"
    codec: CodecName | None = None
    pixel_format: ChosenFormat | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    finish: Finish = AS_IT_IS
    container: Container = MP4
    mark: str = ""

    @classmethod
    def checked(
        cls,
        *,
        fps: object,
        mode: str = "auto",
        quality: object = None,
        preset: str | None = None,
        extra: Iterable[str] | None = None,
        writer: str = "pyav",
        codec: str | None = None,
        pixel_format: str | None = None,
        metadata: Mapping[str, object] | None = None,
        audio: object = None,
        durations: object = None,
        hold: object = None,
    ) -> VideoSettings:
        """Check the encoding arguments of ``make_video``.

        Raises
        ------
        ArgumentError
            If one cannot be used. It says which, and what can.

        Examples
        --------
        >>> VideoSettings.checked(fps=29.97).fps
        Fraction(2997, 100)
        >>> VideoSettings.checked(fps=30, quality=52)
        Traceback (most recent call last):
            ...
        parallel_animate.errors.ArgumentError: video_quality must be a number from 0 to 51 \
(lower is better), not 52
        """
        one_of("video_mode", mode, get_args(VideoMode))
        one_of("video_writer", writer, get_args(WriterName))
        if codec is not None:
            one_of("codec", codec, get_args(CodecName), also="None or ")
        if pixel_format is not None:
            one_of("pixel_format", pixel_format, get_args(ChosenFormat), also="None or ")
        if isinstance(extra, str):
            raise ArgumentError(
                "video_extra_ffmpeg_params must be a list of arguments, such as "
                f"['-tune', 'animation'], not the string {extra!r}"
            )
        settings = cls(
            fps=exact_fps(fps),
            mode=mode,  # type: ignore[arg-type]
            quality=_checked_quality(quality),
            preset=preset,
            extra=tuple(map(str, extra or ())),
            writer=writer,  # type: ignore[arg-type]
            codec=codec,  # type: ignore[arg-type]
            pixel_format=pixel_format,  # type: ignore[arg-type]
            metadata=_checked_metadata(metadata),
            finish=Finish(
                None if audio is None else _checked_audio(audio),
                checked_hold(durations, hold),
                all_frames=durations is not None,
            ),
            mark=_mark.get(),
        )
        encoders = settings.candidates
        if preset is not None and not any(preset in PRESETS[each] for each in encoders):
            settings.check_preset(encoders[0])
        check_joinable(settings.extra, settings.fps, program=writer == "pvio")
        if writer == "pyav":
            settings.extra_options()
        elif find_spec("pvio") is None:
            raise ArgumentError(
                "video_writer='pvio' needs parallel-video-io, which is not installed: "
                "pip install 'parallel-animate[pvio]' (Linux; it brings PyTorch), or use the "
                "default writer"
            )
        return settings

    @property
    def candidates(self) -> list[EncoderName]:
        """The encoders that may be taken, whatever the output file is."""
        if self.mode == "gpu":
            return ["h264_nvenc"]
        encoders = list(BY_CODEC.values())
        return [*encoders, "h264_nvenc"] if self.mode == "auto" else encoders

    @property
    def described(self) -> dict[str, str]:
        """What is written of the video into its file."""
        return ({"comment": self.mark} if self.mark else {}) | dict(self.metadata)

    @property
    def named_preset(self) -> str | None:
        """The preset that the user names, as an argument or as an extra option; None if neither."""
        return self._encoder_extra().get("preset", self.preset)

    def check_preset(self, encoder: EncoderName, why: str = "") -> None:
        """Raise an :class:`ArgumentError` if the preset is not one of this encoder's.

        `why` says why it is this encoder, where that is not plain.
        """
        if self.preset is not None and self.preset not in PRESETS[encoder]:
            raise ArgumentError(
                f"video_preset {self.preset!r} does not belong to {encoder}, which has "
                f"{', '.join(PRESETS[encoder]) or 'none'}" + (f" ({why})" if why else "")
            )

    def encoder_options(
        self,
        encoder: EncoderName,
        size: tuple[int, int] = (0, 0),
        pixel_format: PixelFormat = "yuv420p",
    ) -> dict[str, str]:
        """Return the options of an encoder, by their ffmpeg names.

        Parameters
        ----------
        encoder : str
            Which.
        size : tuple of int
            The frames' width and height in pixels.
        pixel_format : str
            In which form the encoder gets them.

        Examples
        --------
        >>> VideoSettings.checked(fps=30, quality=18, preset="slow").encoder_options("libx264")
        {'preset': 'slow', 'profile': 'high', 'crf': '18'}
        """
        self.check_preset(encoder)
        quality = DEFAULT_QUALITY if self.quality is None else self.quality
        lasting = self.container.assembly in ("packets", "files")
        asked = Asked(quality, self.preset, self._encoder_extra(), size, pixel_format, lasting)
        return options_of(encoder, asked)

    def _encoder_extra(self) -> dict[str, str]:
        """Return the extra options; none for parallel-video-io, which gets them as they are."""
        return self.extra_params().encoder_options if self.writer == "pyav" else {}

    def extra_params(self) -> ExtraParams:
        """Return what the extra arguments say, for a writer that has no ffmpeg program."""
        return understood(self.extra)

    def extra_options(self) -> dict[str, str]:
        """Return what of the extra arguments is for the encoder or the muxer.

        Raises
        ------
        ArgumentError
            If one of the arguments cannot be understood.
        """
        return self.extra_params().options


def exact_fps(fps: object) -> Fraction:
    """Return a frame rate as an exact fraction.

    A float is taken for the simple fraction it stands for: 29.97002997 is 30000/1001, the
    rate of NTSC video.

    Raises
    ------
    ArgumentError
        If it is not a positive number that a video can have.

    Examples
    --------
    >>> exact_fps(30000 / 1001), exact_fps(25), exact_fps(12.5)
    (Fraction(30000, 1001), Fraction(25, 1), Fraction(25, 2))
    """
    wanted = f"fps must be a positive number of frames a second, not {fps!r}"
    if isinstance(fps, Rational) and not isinstance(fps, bool):
        rate = Fraction(int(fps.numerator), int(fps.denominator))
    else:
        try:
            number = float(fps)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise ArgumentError(wanted) from None
        if isinstance(fps, str | bytes | bool) or not math.isfinite(number):
            raise ArgumentError(wanted)
        # 1001 is the largest denominator of a broadcast rate.
        rate = Fraction(number).limit_denominator(1001)
        if not math.isclose(rate, number, rel_tol=1e-9):
            rate = Fraction(number).limit_denominator(1_000_000)
    if rate <= 0:
        raise ArgumentError(wanted)
    if rate > MAX_FPS or rate < MIN_FPS:
        raise ArgumentError(f"fps must lie between {MIN_FPS} and {MAX_FPS:,}, not {fps!r}")
    if max(rate.numerator, rate.denominator) >= 2**31:
        raise ArgumentError(f"fps must be a ratio of two numbers below 2**31, not {fps!r}")
    return rate


def movie_timescale(fps: Fraction) -> str:
    """Return how many ticks a second the file's clock needs to measure whole frames exactly.

    This is for an option of the muxer, whose default are milliseconds. They would cut a part of a
    millisecond off the last frame of a video that has to begin with an edit, as one with several
    B-frames has to.

    Examples
    --------
    >>> movie_timescale(Fraction(30)), movie_timescale(Fraction(30000, 1001))
    ('1020', '30000')
    """
    return str(fps.numerator * max(1, -(-1000 // fps.numerator)))


def _checked_audio(audio: object) -> Path:
    from parallel_animate.output.audio import check_audio  # this imports PyAV

    return check_audio(audio)


def _checked_metadata(metadata: Mapping[str, object] | None) -> tuple[tuple[str, str], ...]:
    if metadata is not None and not isinstance(metadata, Mapping):
        raise ArgumentError(
            f"metadata must be a dict, such as {{'title': 'Waves'}}, not {shortened(metadata)}"
        )
    checked = []
    for key, value in (metadata or {}).items():
        if key not in METADATA:
            raise ArgumentError(f"metadata has {key!r}, and may have {', '.join(METADATA)}")
        if isinstance(value, datetime.date):
            value = value.isoformat()
        if not isinstance(value, str) or "\0" in value:
            raise ArgumentError(f"metadata[{key!r}] must be a string, not {shortened(value)}")
        checked.append((key, value))
    return tuple(checked)


def _checked_quality(quality: object) -> int | float | None:
    if quality is None:
        return None
    try:
        value = float(quality)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(quality, str | bytes | bool) or not 0 <= value <= MAX_QUALITY:
        raise ArgumentError(
            f"video_quality must be a number from 0 to {MAX_QUALITY} (lower is better), "
            f"not {quality!r}"
        )
    return int(value) if value.is_integer() else value
