"""What kinds of file a video can be: its suffix says which.

Frames are encoded into segments, each a file of its own, and their packets are copied into the
video's container at the end. So the frames are the same in all containers of a codec. What differs
are the times: an MP4 or a MOV has them exactly, Matroska and WebM in milliseconds, and AVI has none
but the number of a frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parallel_animate.errors import ArgumentError
from parallel_animate.output.encoders import CodecName, SegmentSuffix

Assembly = Literal["packets", "files", "gif", "apng", "webp"]


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
    assembly : {"packets", "files", "gif", "apng", "webp"}
        How it is made of the segments: by copying their packets, as a file of each frame, or by
        encoding all frames again, which the segments then hold as PNGs.
    audio : str or None
        FFmpeg's name for the encoder of its sound track, if it can have one.
    copied_audio : tuple of str
        Codecs of sound that it holds as they are. (An MP4's AAC begins before the time 0, with what
        the decoder has to begin with. In Matroska all else would be moved to make room for it.)
    """

    muxer: str
    codecs: tuple[str, ...]
    for_alpha: CodecName | None = None
    has_mp4_options: bool = False
    start_codes: bool = False
    reorders: bool = True
    assembly: Assembly = "packets"
    audio: str | None = None
    copied_audio: tuple[str, ...] = ()

    @property
    def is_timed(self) -> bool:
        """Whether it says of each frame when it is shown."""
        return self.is_one_file and self.reorders

    @property
    def is_one_file(self) -> bool:
        """Whether there is one file for all frames."""
        return self.assembly != "files"


AAC: tuple[str, ...] = ("aac",)
FREE = ("opus", "vorbis")
MP4 = Container("mp4", ("h264", "hevc", "av1"), has_mp4_options=True, audio="aac", copied_audio=AAC)
CONTAINERS = {
    ".mp4": MP4,
    ".m4v": MP4,
    ".mov": Container(
        "mov",
        ("h264", "hevc", "prores"),
        "prores",
        has_mp4_options=True,
        audio="aac",
        copied_audio=AAC,
    ),
    ".mkv": Container("matroska", ("h264", "hevc", "av1", "vp9"), audio="aac", copied_audio=FREE),
    ".avi": Container("avi", ("h264",), start_codes=True, reorders=False),
    ".webm": Container("webm", ("vp9", "av1"), audio="libopus", copied_audio=FREE),
    ".gif": Container("gif", ("png",), assembly="gif"),
    ".webp": Container("webp", ("png",), assembly="webp"),
    ".png": Container("apng", ("png",), assembly="apng"),
}
FILES = Container("image2", ("png",), assembly="files")
"""What a pattern such as frame_%05d.png stands for."""
SEGMENTS: dict[SegmentSuffix, str] = {".mp4": "mp4", ".mov": "mov", ".webm": "webm"}
"""FFmpeg's names of the muxers for segments."""
DEMUXERS: dict[SegmentSuffix, str] = {".mp4": "mp4", ".mov": "mov", ".webm": "matroska"}
"""And of the demuxers."""

NUMBER = re.compile(r"%(0\d{1,2})?d")
"""Where the number of a frame stands in a name, as in FFmpeg's and C's."""
MEANT = re.compile(r"%[-+#0]*\d*[a-zA-Z]")
"""Where somebody may have wanted it to stand."""


def is_pattern(path: Path) -> bool:
    """Return whether a name stands for many files.

    Examples
    --------
    >>> is_pattern(Path("frame_%05d.png")), is_pattern(Path("100%.png"))
    (True, False)
    """
    return len(NUMBER.findall(path.name)) == 1


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
    >>> container_of(Path("out.png")).assembly, container_of(Path("%05d.png")).assembly
    ('apng', 'files')
    """
    suffix = path.suffix.lower()
    if not suffix:
        return MP4
    if suffix == ".png" and is_pattern(path):
        return FILES
    if suffix == ".png" and MEANT.search(path.name):
        raise ArgumentError(
            f"output_file {path.name!r} must have one %d for the number of a frame, as in "
            "frame_%05d.png or frame_%d.png"
        )
    if suffix not in CONTAINERS:
        raise ArgumentError(
            f"output_file {path.name!r}: nothing can be written with the suffix {path.suffix}; "
            f"there are {', '.join(CONTAINERS)}, frame_%05d.png for a file of each frame, and a "
            "folder, as in frames/"
        )
    return CONTAINERS[suffix]


def numbered_file(pattern: Path, number: int) -> Path:
    """Return the file of a frame, by its number from 0.

    Examples
    --------
    >>> numbered_file(Path("frame_%05d.png"), 7).name
    'frame_00007.png'
    """
    return pattern.with_name(NUMBER.sub(lambda found: found[0] % number, pattern.name))
