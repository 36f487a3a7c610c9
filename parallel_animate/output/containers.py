"""What kinds of file a video can be: its suffix says which.

Frames are encoded into segments, each a file of its own, and their packets are copied into the
video's container at the end. So the frames are the same in all containers of a codec. What differs
are the times: an MP4 or a MOV has them exactly, Matroska and WebM in milliseconds, and AVI has none
but the number of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parallel_animate.errors import ArgumentError
from parallel_animate.output.encoders import CodecName, SegmentSuffix


@dataclass(frozen=True)
class Container:
    """A kind of file.

    Parameters
    ----------
    muxer : str
        FFmpeg's name for what writes it.
    codecs : tuple of str
        What it can hold, the default first.
    for_alpha : str or None
        What it holds of a transparent figure by default, if that is something else.
    has_mp4_options : bool
        Whether its muxer takes the options of that for MP4.
    start_codes : bool
        Whether the units of a frame begin with start codes, as in a bare stream, and not with their
        lengths (ITU-T H.264, Annex B).
    reorders : bool
        Whether a frame can be decoded before one that is shown earlier.
    """

    muxer: str
    codecs: tuple[CodecName, ...]
    for_alpha: CodecName | None = None
    has_mp4_options: bool = False
    start_codes: bool = False
    reorders: bool = True


MP4 = Container("mp4", ("h264", "hevc", "av1"), has_mp4_options=True)
CONTAINERS = {
    ".mp4": MP4,
    ".m4v": MP4,
    ".mov": Container("mov", ("h264", "hevc", "prores"), "prores", has_mp4_options=True),
    ".mkv": Container("matroska", ("h264", "hevc", "av1", "vp9")),
    ".avi": Container("avi", ("h264",), start_codes=True, reorders=False),
    ".webm": Container("webm", ("vp9", "av1")),
}
SEGMENTS: dict[SegmentSuffix, str] = {".mp4": "mp4", ".mov": "mov", ".webm": "webm"}
"""FFmpeg's names of the muxers for segments."""
DEMUXERS: dict[SegmentSuffix, str] = {".mp4": "mp4", ".mov": "mov", ".webm": "matroska"}
"""And of the demuxers."""


def container_of(path: Path) -> Container:
    """Return what a file of this name holds: an MP4, if it has no suffix.

    Raises
    ------
    ArgumentError
        If its suffix is none of a known container. It lists those that there are.

    Examples
    --------
    >>> container_of(Path("out.MKV")).muxer, container_of(Path("out")).muxer
    ('matroska', 'mp4')
    """
    suffix = path.suffix.lower()
    if not suffix:
        return MP4
    if suffix not in CONTAINERS:
        raise ArgumentError(
            f"output_file {path.name!r}: nothing can be written with the suffix {path.suffix}; "
            f"there are {', '.join(CONTAINERS)}"
        )
    return CONTAINERS[suffix]
