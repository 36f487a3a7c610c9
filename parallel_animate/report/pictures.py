"""Pictures of videos: the first frame, as large as it is or small."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any


def first_frame(output: Path) -> Any:
    """Return the first frame of an output, ``(height, width, 3) uint8``.

    Raises
    ------
    av.FFmpegError, OSError
        If it cannot be read.
    """
    import av

    with av.open(str(shown_file(output))) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def shown_file(output: Path) -> Path:
    """Return what can be shown of an output: of a file of each frame, that of the first."""
    if output.is_dir():
        output = output / "frame_%05d.png"
    found = re.fullmatch(r"(.*)%(0\d{1,2})?d(.*)", output.name)
    return output.with_name(f"{found[1]}{0:{found[2] or ''}d}{found[3]}") if found else output


def save_first_frame(output: Path, picture: Path, width: int) -> None:
    """Save a small picture of the first frame, so many pixels wide; none if it cannot be read."""
    from PIL import Image

    with suppress(Exception):  # it is decoration
        image = Image.fromarray(first_frame(output))
        image.thumbnail((width, 10 * width), Image.Resampling.BILINEAR, reducing_gap=1.0)
        image.save(picture, quality=80)
