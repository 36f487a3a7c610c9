"""The encoders: what each takes, and what kind of segments it makes.

An output format (``containers.py``) names the codecs that it can hold, and a codec has an encoder
here. Whoever adds an encoder adds a line to the tables, and its options to ``encoding.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from parallel_animate.canvas import PixelFormat

# x264's presets from the fastest to the slowest (x264 --fullhelp), which are x265's too, and those
# of the NVIDIA Video Codec SDK 10 and later.
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
# SVT-AV1's presets, and libvpx's `cpu-used`, are numbers: the higher, the faster.
NumberedPreset = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]
Preset = X264Preset | NvencPreset | NumberedPreset

EncoderName = Literal[
    "libx264", "h264_nvenc", "libx265", "libsvtav1", "libvpx-vp9", "prores_ks", "png"
]
CodecName = Literal["h264", "hevc", "av1", "vp9", "prores"]
"""What can be asked for."""
SegmentSuffix = Literal[".mp4", ".mov", ".webm"]

DEFAULT_QUALITY = 20
"""It is visually lossless for plots, and the default of parallel-video-io too."""
MAX_QUALITY = 51
"""Of H.264's quantiser scale for 8 bits (ITU-T H.264, 7.4.2.2)."""


@dataclass(frozen=True)
class Encoder:
    """An encoder of FFmpeg.

    Parameters
    ----------
    pixel_formats : tuple of str
        What it is given, the default first.
    alpha : str or None
        What it is given of a transparent figure, if it can keep transparency.
    segment : str
        Suffix of the segments in which its packets are kept: of a kind of file that holds all that
        there is in them.
    presets : tuple of str
        Its presets.
    default_preset : str or None
        The one that it has if none is named.
    tag : str or None
        Four characters that name the codec in an MP4, where players want others than FFmpeg's.
    borrows : bool
        Whether it goes on reading frames after it was given the next one, in threads of its own.
    slices : bool
        Whether its threads share a frame, which costs it no compression.
    ahead : int or None
        How many frames ahead of its time a packet is decoded; None if the packets say so.
    threads : int or None
        How many threads it has, where what it writes depends on their number; None where it does
        not, and the cores decide.
    several : bool
        Whether any number of it can work at once.
    wider_than : int
        How many pixels wide a picture has to be at least, less one.
    """

    pixel_formats: tuple[PixelFormat, ...] = ("yuv420p", "yuv444p")
    alpha: PixelFormat | None = None
    segment: SegmentSuffix = ".mp4"
    presets: tuple[str, ...] = ()
    default_preset: str | None = None
    tag: str | None = None
    borrows: bool = False
    slices: bool = False
    ahead: int | None = None
    threads: int | None = None
    several: bool = True
    wider_than: int = 0


# The same on each machine, so that the same video has the same bytes. Two cores are best used by
# three; more cores get more segments to encode at once.
THREADS = 3
X264_PRESETS = get_args(X264Preset)
NUMBERED_PRESETS = get_args(NumberedPreset)
ENCODERS: dict[EncoderName, Encoder] = {
    "libx264": Encoder(presets=X264_PRESETS, default_preset="veryfast", threads=THREADS),
    "h264_nvenc": Encoder(
        ("rgba",), presets=get_args(NvencPreset), default_preset="p5", several=False
    ),
    # Apple's players want the headers in the file's index, which this tag promises. Of a video that
    # is shorter than its delay of two frames, x265 says at random when packets are decoded. Where a
    # picture is no wider than one of its blocks (64 pixels), it refers to rows of other pictures
    # before these are there: in one of fifty such videos, on a busy machine, blocks are wrong.
    "libx265": Encoder(
        presets=X264_PRESETS,
        default_preset="veryfast",
        tag="hvc1",
        ahead=2,
        threads=THREADS,
        wider_than=64,
    ),
    "libsvtav1": Encoder(("yuv420p",), presets=NUMBERED_PRESETS, default_preset="8"),
    # An MP4 has no place for the alpha plane, which is a stream of its own within the packets.
    "libvpx-vp9": Encoder(
        alpha="yuva420p", segment=".webm", presets=NUMBERED_PRESETS[:9], default_preset="4"
    ),
    "prores_ks": Encoder(("yuv444p10le",), alpha="yuva444p10le", segment=".mov", slices=True),
    "png": Encoder(("rgb24",), alpha="rgba", segment=".mov", borrows=True),
}
BY_CODEC: dict[str, EncoderName] = {
    "h264": "libx264",
    "hevc": "libx265",
    "av1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "prores": "prores_ks",
    "png": "png",
}
"""The encoder of each codec on the CPU."""
PRESETS = {name: encoder.presets for name, encoder in ENCODERS.items()}


@dataclass(frozen=True)
class Asked:
    """What is asked of an encoder.

    Parameters
    ----------
    quality : int or float
        0 to 51, lower is better.
    preset : str or None
        One of its presets; None if none was named as an argument.
    extra : mapping
        Options that it gets besides, by their ffmpeg names; they go before ours.
    size : tuple of int
        The frames' width and height in pixels.
    pixel_format : str
        In which form it gets them.
    lasting : bool
        Whether what it makes stays, and so shall be small; else it is encoded again in the end.
    """

    quality: int | float = DEFAULT_QUALITY
    preset: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    pixel_format: PixelFormat = "yuv420p"
    lasting: bool = True
