"""The manifest of a video's finished segments: what it holds, reading it, and writing it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from parallel_animate.errors import RESTART, RESUME, ResumeError, spelled
from parallel_animate.output.containers import SEGMENTS
from parallel_animate.output.disk import disk_errors, fresh, opened, sync, sync_entries
from parallel_animate.output.encoders import SegmentSuffix
from parallel_animate.output.partial import Partial
from parallel_animate.text import shortened

MANIFEST = "manifest.json"
MAX_BYTES = 1 << 24
"""A segment takes some hundred bytes, and a minute or 1,000 frames: this is a render of months."""
MOST = 1 << 31
"""No video has so many frames."""
SEGMENT = re.compile(r"\d{5,}\.(mp4|mov|webm)")
CHECKSUM = re.compile(r"[0-9a-f]{8}")
RATE = re.compile(r"\d{1,10}(/\d{1,10})?")  # what a Fraction takes may have millions of digits
REASON = 300
"""Characters of what is wrong with a manifest, which may itself have a great many."""
FORMAT = 2
"""Version of what the manifest holds; no other can be read."""


@dataclass(frozen=True)
class Segment:
    """A finished segment.

    Parameters
    ----------
    file : str
        Its name in the folder.
    frames : int
        Frames in it.
    checksum : str
        The file's, as :func:`parallel_animate.output.disk.checksum` gives it.
    """

    file: str
    frames: int
    checksum: str


@dataclass(frozen=True)
class Manifest:
    """What the folder holds, as its manifest says.

    Parameters
    ----------
    form : dict
        What all segments have in common, by name.
    segments : list of Segment
        The finished ones, in order.
    partial : Partial or None
        The partial result that was made of them, if one was.
    frames_done : int
        Frames in them.
    format : int
        Version of what the manifest holds.
    doubtful : int or None
        The first frame that was redrawn, and not vouched for by a comparison yet.
    """

    form: dict[str, Any]
    segments: list[Segment]
    partial: Partial | None = None
    frames_done: int = 0
    format: int = FORMAT
    doubtful: int | None = None

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.form["fps"])

    @property
    def suffix(self) -> SegmentSuffix:
        """That of the segments' files."""
        suffix = self.form.get("suffix", ".mp4")
        if suffix not in SEGMENTS:
            raise ValueError(f"suffix is {suffix!r}")
        return suffix  # type: ignore[no-any-return]

    def check(self) -> None:
        """Raise a ValueError or TypeError if it says something that no render writes."""
        rate = self.form["fps"]
        if type(rate) is not str or not RATE.fullmatch(rate) or not self.fps > 0:
            raise ValueError(f"fps is {rate!r}")
        for number, segment in enumerate(self.segments):
            if segment.file != segment_name(number, self.suffix):
                raise ValueError(f"segment {number} has the file {segment.file!r}")
            if type(segment.frames) is not int or not 0 < segment.frames < MOST:
                raise ValueError(f"{segment.file} has {segment.frames!r} frames")
            if type(segment.checksum) is not str or not CHECKSUM.fullmatch(segment.checksum):
                raise ValueError(f"{segment.file} has the checksum {segment.checksum!r}")
        if self.frames_done != sum(segment.frames for segment in self.segments):
            raise ValueError(f"frames_done is {self.frames_done!r}")
        if self.doubtful is not None and (
            type(self.doubtful) is not int or not 0 <= self.doubtful < MOST
        ):
            raise TypeError(f"doubtful is {self.doubtful!r}")
        if self.partial is not None:
            self.partial.check()


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder's manifest says. It is not checked whether the segments are there.

    Raises
    ------
    ResumeError
        If there is a manifest that cannot be read, or none although there are segments.
    """
    path = folder / MANIFEST
    if not os.path.lexists(path):
        _check_it_was_never_there(path)
        return Manifest({}, [])
    try:
        fields = json.loads(_read(path))
        if fields["format"] != FORMAT:
            raise ResumeError(
                f"{path} has format {shortened(fields['format'])}, and this version of "
                f"parallel-animate reads format {FORMAT}"
            )
        segments = [Segment(**segment) for segment in fields.pop("segments")]
        partial = fields.pop("partial", None)
        made = None if partial is None else Partial(**partial)
        manifest = Manifest(segments=segments, partial=made, **fields)
        manifest.check()
    except ResumeError:
        raise
    except (OSError, ValueError, ArithmeticError, LookupError, TypeError, RecursionError) as error:
        reason = str(error)[:REASON]
        raise ResumeError(
            f"{path} cannot be read ({reason}): without {spelled(RESUME)} a render begins "
            f"anew, and sets the folder aside; {spelled(RESTART)} throws it away"
        ) from error
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a folder's manifest, which replaces the old one; it is on the disk afterwards.

    Raises
    ------
    OutputError
        If it cannot be written. Then the old one is still there.
    """
    new = folder / "manifest.part.json"
    text = json.dumps(asdict(manifest), indent=1) + "\n"
    with disk_errors(new, len(text)):
        fresh(new)
        new.write_text(text, encoding="utf-8")
        sync(new)
        new.replace(folder / MANIFEST)
    sync_entries(folder)


def _read(path: Path) -> bytes:
    """Return what a manifest holds, if it is a file that a render can have written.

    Raises
    ------
    OSError
        If it cannot be read, or is a link or a pipe.
    ValueError
        If it is too large.
    """
    with open(opened(path), "rb") as file:  # noqa: PTH123
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
    return data


def _check_it_was_never_there(path: Path) -> None:
    """Raise a ResumeError if there are finished segments, which somebody may want to keep.

    A render that was killed may have left the first segment without a manifest, but no others.
    """
    files = sorted(file.name for file in path.parent.glob("*") if SEGMENT.fullmatch(file.name))
    if files not in ([], *([segment_name(0, suffix)] for suffix in SEGMENTS)):
        raise ResumeError(
            f"there is no {path}, without which the finished segments there ({len(files):,}) "
            "cannot be used (each of them is a video of its own): bring it back, or begin anew "
            f"without {spelled(RESUME)}, which sets them aside, or with "
            f"{spelled(RESTART)}, which throws them away"
        )


def segment_name(number: int, suffix: SegmentSuffix = ".mp4") -> str:
    """Return the name of a segment's file, by its number from 0.

    Examples
    --------
    >>> segment_name(7)
    '00007.mp4'
    """
    return f"{number:05}{suffix}"


def as_json(value: Any) -> Any:
    """Return a value as it is when read back from JSON, where a tuple has become a list."""
    return json.loads(json.dumps(value))
