"""Extra ffmpeg params that a video made of segments cannot have.

Each segment is encoded and written by itself, and the packets of all are copied into the video. An
option that makes a file from which they cannot be copied would be found out at the end of a render
that may have taken hours. So it is refused before anything is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from parallel_animate.errors import ArgumentError

ENCRYPTED = "segments that are encrypted cannot be joined"
FRAGMENTED = (
    "a file in fragments has no index of all its frames, by which segments are joined; for one, "
    "convert the video afterwards: ffmpeg -i out.mp4 -c copy -movflags frag_keyframe+empty_moov ..."
)
PLACED = "the index is placed before the data as it is, which needs no room reserved"
TWO_PASSES = "each segment is encoded by itself, and at once: use video_quality instead"
CONTAINER = "the suffix of output_file says what the video will be: .mp4, .mov, .mkv or .avi"
CUT = "a segment has to have all frames that it is given: the arguments fps and n_frames do this"

OPTIONS = {
    **dict.fromkeys(("encryption_scheme", "encryption_key", "encryption_kid"), ENCRYPTED),
    **dict.fromkeys(("frag_duration", "frag_size", "min_frag_duration"), FRAGMENTED),
    **dict.fromkeys(("frag_interleave", "fragment_index", "ism_lookahead"), FRAGMENTED),
    **dict.fromkeys(("pass", "passlogfile"), TWO_PASSES),
    "moov_size": PLACED,
}
# Flags of the muxer that make fragments, or (the last one) exclude an index before the data.
FLAGS = frozenset(
    (
        *("frag_keyframe", "frag_every_frame", "frag_custom", "empty_moov", "delay_moov"),
        *("dash", "cmaf", "isml", "hybrid_fragmented"),
    )
)
# What only the ffmpeg program knows, and so matters with parallel-video-io alone.
PROGRAM = dict.fromkeys(
    ("t", "to", "ss", "frames", "vframes", "r", "fpsmax", "vsync", "fps_mode"), CUT
)


def check_joinable(extra: Sequence[str], fps: Fraction, program: bool) -> None:
    """Check that segments which are made with these arguments can be joined.

    Parameters
    ----------
    extra : sequence of str
        ffmpeg arguments.
    fps : Fraction
        Frames a second.
    program : bool
        Whether they go to the ffmpeg program.

    Raises
    ------
    ArgumentError
        If one stands in the way. It says why.

    Examples
    --------
    >>> check_joinable(["-movflags", "+faststart"], Fraction(30), program=False)
    >>> check_joinable(["-movflags", "frag_keyframe"], Fraction(30), program=False)
    Traceback (most recent call last):
        ...
    parallel_animate.errors.ArgumentError: video_extra_ffmpeg_params: -movflags frag_keyframe \
cannot be used: a file in fragments has no index of all its frames, by which segments are joined; \
for one, convert the video afterwards: ffmpeg -i out.mp4 -c copy -movflags \
frag_keyframe+empty_moov ...
    """
    for name, value in zip(extra, (*extra[1:], ""), strict=False):
        if name.startswith("-") and (reason := _obstacle(name[1:], value, fps, program)):
            raise ArgumentError(
                f"video_extra_ffmpeg_params: {name} {value} cannot be used: {reason}"
            )


def _obstacle(name: str, value: str, fps: Fraction, program: bool) -> str | None:
    """Return why an option with a value stands in the way, or None if it does not."""
    option = name.partition(":")[0]
    if option == "movflags":
        given = {flag for sign, flag in re.findall(r"([+-]?)(\w+)", value) if sign != "-"}
        return FRAGMENTED if given & FLAGS else None
    if option in ("x264-params", "x264opts"):
        return TWO_PASSES if re.search(r"(^|:)pass=", value) else None
    if option == "f":
        return None if value == "mp4" else CONTAINER
    if option == "video_track_timescale" and value.isdecimal() and 0 < int(value[:10]) < fps:
        return f"{value} ticks a second are fewer than {fps} frames a second"
    return OPTIONS.get(option) or (PROGRAM.get(option) if program else None)
