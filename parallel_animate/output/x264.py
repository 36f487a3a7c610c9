"""libx264's options: a preset of its own, or settings made for plots."""

from __future__ import annotations

from parallel_animate.output.encoders import ENCODERS, MAX_QUALITY, Asked

DEFAULT_PRESET = ENCODERS["libx264"].default_preset or ""
PROFILES = {"yuv420p": "high", "yuv444p": "high444"}
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


def x264_options(asked: Asked) -> dict[str, str]:
    """Return libx264's options.

    Examples
    --------
    >>> x264_options(Asked(quality=18, preset="slow"))
    {'preset': 'slow', 'profile': 'high', 'crf': '18'}
    """
    crf, extra = asked.quality, asked.extra
    options = {"preset": asked.preset or DEFAULT_PRESET, "profile": PROFILES[asked.pixel_format]}
    if "0" in (str(asked.quality), extra.get("qp"), extra.get("crf")):
        # x264 is lossless at 0, which the High profile does not have.
        del options["profile"]
    if asked.preset is None and "preset" not in extra:
        tree = asked.quality == 0 or bool(RATE_OPTIONS & extra.keys())
        options |= X264_FOR_PLOTS | (X264_WITH_TREE if tree else X264_WITHOUT_TREE)
        if asked.size[0] * asked.size[1] > LARGE_FRAME:
            options |= X264_FOR_LARGE_FRAMES
        crf = asked.quality if tree else min(asked.quality + QUANTISER_OFFSET, MAX_QUALITY)
    # If it is given a CRF, x264 takes no notice of a bit rate, nor of a constant QP.
    return options if RATES & extra.keys() else options | {"crf": str(crf)}
