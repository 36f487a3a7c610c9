"""The options that each encoder is given, and what `video_quality` means to it.

The scale of `video_quality` is that of libx264's CRF. The other encoders have scales of their own,
so that the number is translated: whatever the codec, it gives about the same PSNR of luma.
`parallel-animate docs outputs` has the figures from which the factors come.
"""

from __future__ import annotations

from collections.abc import Callable

from parallel_animate.output.encoders import ENCODERS, MAX_QUALITY, Asked, EncoderName
from parallel_animate.output.x264 import RATES, x264_options

# CRF of x265 = quality + 5: medians of five scenes were 15.5, 25, 35 and 45 for 10, 20, 30 and 40.
X265_OFFSET = 5
# CRF of SVT-AV1 = 2.25 quality - 8 (13, 37 and 59 for 10, 20 and 30), from 1 to 63.
AV1_FACTOR, AV1_OFFSET, AV1_RANGE = 2.25, -8, (1, 63)
# CRF of libvpx = 1.8 quality + 1 (18, 37, 55 and 71 for 10, 20, 30 and 40), from 0 to 63.
VP9_FACTOR, VP9_OFFSET, VP9_RANGE = 1.8, 1, (0, 63)


def options_of(encoder: EncoderName, asked: Asked) -> dict[str, str]:
    """Return the options of an encoder, by their ffmpeg names, with the extra ones.

    Examples
    --------
    >>> options_of("h264_nvenc", Asked())
    {'preset': 'p5', 'profile': 'high', 'tune': 'hq', 'rc': 'constqp', 'qp': '20'}
    >>> options_of("libvpx-vp9", Asked(quality=30))["crf"]
    '55'
    """
    ours, extra = OPTIONS[encoder](asked), dict(asked.extra)
    for name in JOINED.keys() & ours.keys() & extra.keys():
        extra[name] = f"{ours[name]}{JOINED[name]}{extra[name]}"  # the last of two counts
    return ours | extra


# Options that are lists of an encoder's own, and what stands between their items.
JOINED = {"x265-params": ":", "svtav1-params": ":"}


def _nvenc(asked: Asked) -> dict[str, str]:
    # NVENC's constant QP is a whole number.
    rate = {} if "b" in asked.extra else {"rc": "constqp", "qp": str(round(asked.quality))}
    return {"preset": _preset("h264_nvenc", asked), "profile": "high", "tune": "hq"} | rate


def _x265(asked: Asked) -> dict[str, str]:
    # Each key frame brings the headers, so that segments can follow each other that were made on
    # machines with different numbers of cores; and none of the frames after it needs one before it.
    params = "log-level=error:repeat-headers=1:open-gop=0"
    if asked.quality == 0:
        params += ":lossless=1"
    rate = {"crf": str(min(asked.quality + X265_OFFSET, MAX_QUALITY))}
    rate = {} if RATES & asked.extra.keys() else rate
    return {"preset": _preset("libx265", asked)} | rate | {"x265-params": params}


def _av1(asked: Asked) -> dict[str, str]:
    crf = _translated(asked.quality, AV1_FACTOR, AV1_OFFSET, AV1_RANGE)
    rate = {} if RATES & asked.extra.keys() else {"crf": str(crf)}
    # Tools for what a screen shows: plots get smaller, and other pictures hardly larger.
    return {"preset": _preset("libsvtav1", asked)} | rate | {"svtav1-params": "scm=1"}


def _vp9(asked: Asked) -> dict[str, str]:
    crf = _translated(asked.quality, VP9_FACTOR, VP9_OFFSET, VP9_RANGE)
    rate = {} if "b" in asked.extra else {"crf": str(crf), "b": "0"}
    if asked.quality == 0:
        rate = {"lossless": "1"}
    # Rows of blocks in parallel. A frame that is never shown has no alpha plane of its own.
    own = {"row-mt": "1", "tile-columns": "2", "auto-alt-ref": "0" if _has_alpha(asked) else "1"}
    return {"deadline": "good", "cpu-used": _preset("libvpx-vp9", asked)} | rate | own


def _prores(asked: Asked) -> dict[str, str]:
    # Players look at who has made it. Eight bits of alpha are all that a canvas has.
    return {"profile": "4444", "vendor": "apl0"} | (
        {"alpha_bits": "8"} if _has_alpha(asked) else {"alpha_bits": "0"}
    )


def _png(asked: Asked) -> dict[str, str]:
    return {} if asked.lasting else {"compression_level": "1"}


OPTIONS: dict[EncoderName, Callable[[Asked], dict[str, str]]] = {
    "libx264": x264_options,
    "h264_nvenc": _nvenc,
    "libx265": _x265,
    "libsvtav1": _av1,
    "libvpx-vp9": _vp9,
    "prores_ks": _prores,
    "png": _png,
}


def _preset(encoder: EncoderName, asked: Asked) -> str:
    return asked.preset or ENCODERS[encoder].default_preset or ""


def _has_alpha(asked: Asked) -> bool:
    return asked.pixel_format.startswith("yuva")


def _translated(quality: int | float, factor: float, offset: float, bounds: tuple[int, int]) -> int:
    """Return a quality on the scale of another encoder."""
    return min(max(bounds[0], round(factor * quality + offset)), bounds[1])
