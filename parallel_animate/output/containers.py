"""What kinds of file a video can be: its suffix says which.

Segments are MP4s whatever the video will be. Their packets are copied into the video's container at
the end, so that the frames are the same in all of them. What differs are the times: an MP4 or a MOV
has them exactly, Matroska in milliseconds, and AVI has none but the number of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Container:
    """A kind of file.

    Parameters
    ----------
    muxer : str
        FFmpeg's name for what writes it.
    is_mp4 : bool
        Whether a segment is such a file already.
    has_mp4_options : bool
        Whether its muxer takes the options of that for MP4.
    start_codes : bool
        Whether the units of a frame begin with start codes, as in a bare stream, and not with their
        lengths (ITU-T H.264, Annex B).
    reorders : bool
        Whether a frame can be decoded before one that is shown earlier.
    """

    muxer: str
    is_mp4: bool = False
    has_mp4_options: bool = False
    start_codes: bool = False
    reorders: bool = True


MP4 = Container("mp4", is_mp4=True, has_mp4_options=True)
CONTAINERS = {
    ".mp4": MP4,
    ".m4v": MP4,
    ".mov": Container("mov", has_mp4_options=True),
    ".mkv": Container("matroska"),
    ".avi": Container("avi", start_codes=True, reorders=False),
}


def container_of(path: Path) -> Container:
    """Return what a file of this name holds: an MP4, if its suffix is none of a known container.

    Examples
    --------
    >>> container_of(Path("out.MKV")).muxer, container_of(Path("out")).muxer
    ('matroska', 'mp4')
    """
    return CONTAINERS.get(path.suffix.lower(), MP4)
