"""The encoding arguments of ``make_video``: checked, and translated for the encoders."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from numbers import Rational
from typing import Literal, get_args

from parallel_animate.arguments import one_of
from parallel_animate.errors import ArgumentError
from parallel_animate.output.extra import ExtraParams, understood
from parallel_animate.output.joinable import check_joinable

VideoMode = Literal["auto", "gpu", "cpu"]
WriterName = Literal["pyav", "pvio"]
Encoder = Literal["libx264", "h264_nvenc"]
# x264's presets from the fastest to the slowest (x264 --fullhelp), and those of the NVIDIA
# Video Codec SDK 10 and later.
X264Preset = Literal[
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
    "placebo",
]
NvencPreset = Literal["p1", "p2", "p3", "p4", "p5", "p6", "p7"]
Preset = X264Preset | NvencPreset

PRESETS: dict[Encoder, tuple[str, ...]] = {
    "libx264": get_args(X264Preset),
    "h264_nvenc": get_args(NvencPreset),
}
DEFAULT_PRESET: dict[Encoder, str] = {"libx264": "veryfast", "h264_nvenc": "p5"}
# Where plots need less than preset veryfast does, and where they need more. The names are FFmpeg's
# (`ffmpeg -h encoder=libx264`); docs/encoding.md has the figures.
X264_FOR_PLOTS = {
    "motion-est": "dia",
    "subq": "1",
    "weightp": "0",
    "bf": "1",
    "b_strategy": "0",
    "direct-pred": "temporal",
    "8x8dct": "0",
    "b_qfactor": "2.0",
    "chromaoffset": "1",
}
# x264's macroblock tree finds out what stays as it is, and gives that more bits; for this it looks
# at each frame twice. In a plot, what stays is there from the first frame of a GOP on, so here that
# frame gets the bits (i_qfactor). Frames in which everything moves get what they need, while x264
# would save on them (qcomp). If qcomp were exactly 1, the very first frame would get no more than
# others (rate_estimate_qscale() in ratecontrol.c).
X264_WITHOUT_TREE = {
    "mbtree": "0",
    "qcomp": "0.999",
    "rc-lookahead": "0",
    "sc_threshold": "0",
    "i_qfactor": "0.385",
    "x264-params": "sync-lookahead=0",
}
X264_WITH_TREE = {"rc-lookahead": "8"}
# What moves in a frame moves by twice as many pixels in a frame of twice the width. In frames of
# more pixels than these, the simplest motion search does not find it again.
LARGE_FRAME = 2560 * 1440
X264_FOR_LARGE_FRAMES = {"motion-est": "umh", "me_range": "32"}
# With that qcomp the CRF is the quantiser itself, except in frames that begin a GOP. This much is
# added to `video_quality`, so that a number gives what preset slow gives with it: docs/encoding.md
# has the figures.
QUANTISER_OFFSET = 2.75
# Extra options by which a user asks for a rate: no CRF is given beside them.
RATES = frozenset(("b", "qp"))
# Extra options by which a user asks for x264's own rate control: the macroblock tree stays on.
RATE_OPTIONS = RATES | {
    *("crf", "maxrate", "bufsize", "crf_max", "aq-mode", "aq-strength", "mbtree"),
    *("rc-lookahead", "sc_threshold", "i_qfactor", "qcomp", "x264-params", "x264opts"),
}
# The index of the file stands before its data, so that a browser can begin to play at once.
FASTSTART = {"movflags": "+faststart"}
# It is visually lossless for plots, and the default of parallel-video-io too.
DEFAULT_QUALITY = 20
# The MP4 muxer counts time in 32 bits, in at least ten thousand ticks a second.
MIN_FPS, MAX_FPS = Fraction(1, 1000), 100_000
MAX_QUALITY = 51  # of H.264's quantiser scale for 8 bits (ITU-T H.264, 7.4.2.2)


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
    """

    fps: Fraction
    mode: VideoMode = "auto"
    quality: int | float | None = None
    preset: str | None = None
    extra: tuple[str, ...] = ()
    writer: WriterName = "pyav"

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
        )
        if mode != "auto":
            settings.check_preset("libx264" if mode == "cpu" else "h264_nvenc")
        elif preset is not None and not any(preset in known for known in PRESETS.values()):
            settings.check_preset("libx264")
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
    def named_preset(self) -> str | None:
        """The preset that the user names, as an argument or as an extra option; None if neither."""
        return self._encoder_extra().get("preset", self.preset)

    def check_preset(self, encoder: Encoder, why: str = "") -> None:
        """Raise an :class:`ArgumentError` if the preset is not one of this encoder's.

        `why` says why it is this encoder, where that is not plain.
        """
        if self.preset is not None and self.preset not in PRESETS[encoder]:
            raise ArgumentError(
                f"video_preset {self.preset!r} does not belong to {encoder}, which has "
                f"{', '.join(PRESETS[encoder])}" + (f" ({why})" if why else "")
            )

    def encoder_options(self, encoder: Encoder, size: tuple[int, int] = (0, 0)) -> dict[str, str]:
        """Return the options of an encoder, by their ffmpeg names.

        `size` is the frames' width and height in pixels.

        Examples
        --------
        >>> VideoSettings.checked(fps=30, quality=18, preset="slow").encoder_options("libx264")
        {'preset': 'slow', 'profile': 'high', 'crf': '18'}
        >>> VideoSettings.checked(fps=30).encoder_options("h264_nvenc")
        {'preset': 'p5', 'profile': 'high', 'tune': 'hq', 'rc': 'constqp', 'qp': '20'}
        """
        self.check_preset(encoder)
        quality = DEFAULT_QUALITY if self.quality is None else self.quality
        crf: float = quality
        options = {"preset": self.preset or DEFAULT_PRESET[encoder], "profile": "high"}
        extra = self._encoder_extra()
        if encoder == "h264_nvenc":
            # NVENC's constant QP is a whole number.
            rate = {} if "b" in extra else {"rc": "constqp", "qp": str(round(quality))}
            return options | {"tune": "hq"} | rate
        if "0" in (str(quality), extra.get("qp"), extra.get("crf")):
            # x264 is lossless at 0, which the High profile does not have.
            del options["profile"]
        if self.named_preset is None:
            tree = quality == 0 or bool(RATE_OPTIONS & extra.keys())
            options |= X264_FOR_PLOTS | (X264_WITH_TREE if tree else X264_WITHOUT_TREE)
            if size[0] * size[1] > LARGE_FRAME:
                options |= X264_FOR_LARGE_FRAMES
            crf = quality if tree else min(quality + QUANTISER_OFFSET, MAX_QUALITY)
        # If it is given a CRF, x264 takes no notice of a bit rate, nor of a constant QP.
        return options if RATES & extra.keys() else options | {"crf": str(crf)}

    def _encoder_extra(self) -> dict[str, str]:
        """Return the extra options; none for parallel-video-io, which gets them as they are."""
        return self.extra_options() if self.writer == "pyav" else {}

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
