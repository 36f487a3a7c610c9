"""Pictures, read: a file of each frame, or one file that shows one after the other."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from parallel_animate.output.containers import FILES, NUMBER, container_of, numbered_file

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"IEND\xaeB`\x82"
"""The end of each PNG that is whole: its last chunk, which is empty, with its checksum."""
FORMATS = {0: "gray", 2: "rgb24", 3: "pal8", 4: "ya8", 6: "rgba"}
"""FFmpeg's names of what the pixels are, by the colour type of a PNG (ISO/IEC 15948, 11.2.2)."""


@dataclass(frozen=True)
class Stills:
    """What pictures hold.

    Parameters
    ----------
    frames : int
        How many there are, from the first one on and without a gap.
    width, height : int
        The size of the first one in pixels.
    pixel_format : str
        What its pixels are, by FFmpeg's name.
    bytes : int
        The size of all their files.
    seconds : float
        How long they are shown, if that is written into them; else 0.
    problem : str
        What is wrong with them.
    """

    frames: int
    width: int
    height: int
    pixel_format: str
    bytes: int
    seconds: float = 0.0
    problem: str = ""


def files_of(output: Path) -> list[Path]:
    """Return the file of an output, or those of its frames, as far as they are there."""
    if container_of(output) is FILES:
        return list(numbered(output).values())
    return [output] if output.exists() else []


def numbered(pattern: Path) -> dict[int, Path]:
    """Return the files that a pattern such as ``frame_%05d.png`` stands for, by their numbers."""
    before, _, after = NUMBER.split(pattern.name)
    named = re.compile(rf"{re.escape(before)}(\d+){re.escape(after)}")
    if not pattern.parent.is_dir():
        return {}
    found = (
        (int(fits[1]), path)
        for path in pattern.parent.iterdir()
        if (fits := named.fullmatch(path.name))
    )
    return {number: path for number, path in found if numbered_file(pattern, number) == path}


def read_files(pattern: Path) -> Stills | None:
    """Return what the files of a pattern hold; None if there is none."""
    files = numbered(pattern)
    if not files:
        return None
    frames = next(number for number in count() if number not in files)
    problem = ""
    if frames < len(files):
        problem = f"there is no {numbered_file(pattern, frames).name}, but there are later ones"
    sizes: list[tuple[int, int, str]] = []
    for number in range(frames):
        seen = _header(files[number])
        if seen is None:
            problem = problem or f"{files[number].name} is no whole PNG"
        elif sizes and seen != sizes[0]:
            problem = problem or f"{files[number].name} is not of the same kind as the first frame"
        else:
            sizes.append(seen)
    width, height, pixels = sizes[0] if sizes else (0, 0, "")
    size = sum(path.stat().st_size for path in files.values())
    return Stills(frames, width, height, pixels, size, problem=problem)


def _header(path: Path) -> tuple[int, int, str] | None:
    """Return the size and the pixels of a PNG; None if it is none, or was cut off."""
    with path.open("rb") as file:
        begin = file.read(26)
        if len(begin) < 26 or not begin.startswith(SIGNATURE):
            return None
        file.seek(-min(path.stat().st_size, len(END)), 2)
        if file.read() != END:
            return None
    width, height, _, color = struct.unpack(">IIBB", begin[16:26])
    return width, height, FORMATS.get(color, "")


def read_webp(path: Path) -> Stills:
    """Return what an animated WebP holds, of which FFmpeg reads nothing."""
    from PIL import Image, UnidentifiedImageError

    size, shown = path.stat().st_size, 0.0
    frames = width = height = 0
    pixels = problem = ""
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            pixels = {"RGB": "rgb24", "RGBA": "rgba"}.get(picture.mode, picture.mode)
            for number in range(getattr(picture, "n_frames", 1)):
                picture.seek(number)
                picture.load()
                frames += 1
                shown += picture.info.get("duration", 0) / 1000
    except UnidentifiedImageError:
        problem = "it is no WebP"
    except (OSError, EOFError, ValueError) as error:
        problem = f"frame {frames} cannot be read: {error}"
    return Stills(frames, width, height, pixels, size, shown, problem)
