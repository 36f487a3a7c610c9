"""The manifest of a video's finished segments: what it holds, reading it, and writing it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from parallel_animate.errors import RESTART, RESUME, ResumeError
from parallel_animate.output.containers import SEGMENTS
from parallel_animate.output.disk import disk_errors, fresh, opened, sync, sync_entries
from parallel_animate.output.encoders import SegmentSuffix
from parallel_animate.output.partial import Partial
from parallel_animate.text import shortened

MANIFEST = "manifest.json"
MAX_BYTES = 1 << 24
"""A segment takes some hundred bytes: this is a render of millions of frames."""
MOST = 1 << 31
"""No video has so many frames."""
SEGMENT = re.compile(r"\d{5,}(-\d+)?\.(mp4|mov|webm)")
CHECKSUM = re.compile(r"[0-9a-f]{8}")
RATE = re.compile(r"\d{1,10}(/\d{1,10})?")  # what a Fraction takes may have millions of digits
REASON = 300
"""Characters of what is wrong with a manifest, which may itself have a great many."""
FORMAT = 4
"""Version of what the manifest holds; no other can be read."""


@dataclass(frozen=True)
class Segment:
    """A finished segment.

    Parameters
    ----------
    file : str
        Its name in the folder, as :func:`segment_name` gives it.
    first : int
        Its first frame, by the place in the video.
    frames : int
        Frames in it.
    checksum : str
        The file's, as :func:`parallel_animate.output.disk.checksum` gives it.
    whole : bool
        Whether it has not ended early, by an error or an interruption.
    """

    file: str
    first: int
    frames: int
    checksum: str
    whole: bool = True

    @property
    def end(self) -> int:
        """The frame after its last one."""
        return self.first + self.frames


@dataclass(frozen=True)
class Manifest:
    """What the folder holds, as its manifest says.

    Parameters
    ----------
    form : dict
        What all segments have in common, by name.
    segments : list of Segment
        The finished ones, in the order of their frames. Some may be missing between them.
    partial : Partial or None
        The partial result that was made of them, if one was.
    frames_done : int
        Frames in them up to the first one that is missing.
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
        end = done = 0
        for segment in self.segments:
            self._check(segment)
            if segment.first < end:
                raise ValueError(f"{segment.file} has frames that another segment has too")
            done += segment.frames if segment.first == done else 0
            end = segment.end
        if len({segment.file for segment in self.segments}) < len(self.segments):
            raise ValueError("two segments have the same file")
        if self.frames_done != done:
            raise ValueError(f"frames_done is {self.frames_done!r}")
        if self.doubtful is not None and (
            type(self.doubtful) is not int or not 0 <= self.doubtful < MOST
        ):
            raise TypeError(f"doubtful is {self.doubtful!r}")
        if self.partial is not None:
            self.partial.check()

    def _check(self, segment: Segment) -> None:
        """Raise a ValueError or TypeError if a segment cannot be one."""
        file = segment.file
        if type(file) is not str or not SEGMENT.fullmatch(file) or Path(file).suffix != self.suffix:
            raise ValueError(f"a segment has the file {file!r}")
        if type(segment.first) is not int or not 0 <= segment.first < MOST:
            raise ValueError(f"{file} begins with frame {segment.first!r}")
        if type(segment.frames) is not int or not 0 < segment.frames < MOST:
            raise ValueError(f"{file} has {segment.frames!r} frames")
        if type(segment.checksum) is not str or not CHECKSUM.fullmatch(segment.checksum):
            raise ValueError(f"{file} has the checksum {segment.checksum!r}")
        if type(segment.whole) is not bool:
            raise TypeError(f"whole of {file} is {segment.whole!r}")


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
            f"{path} cannot be read ({reason}): without {RESUME} a render begins "
            f"anew, and sets the folder aside; {RESTART} throws it away"
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

    A render that was killed may have left a single segment without a manifest, but no others.
    """
    files = [file.name for file in path.parent.glob("*") if SEGMENT.fullmatch(file.name)]
    if len(files) > 1:
        raise ResumeError(
            f"there is no {path}, without which the finished segments there ({len(files):,}) "
            "cannot be used (each of them is a video of its own): bring it back, or begin anew "
            f"without {RESUME}, which sets them aside, or with "
            f"{RESTART}, which throws them away"
        )


def segment_name(number: int, suffix: SegmentSuffix = ".mp4") -> str:
    """Return the name of a segment's file, by its number from 0.

    Where another one has that name, the first frame follows the number, as in ``00007-1801.mp4``:
    a segment goes on after another encoder, or an earlier render has made segments of another
    length.

    Examples
    --------
    >>> segment_name(7)
    '00007.mp4'
    """
    return f"{number:05}{suffix}"


def check_form(folder: Path, before: dict[str, Any], form: dict[str, Any], frames: int) -> None:
    """Check that segments of a form can follow those in a folder, which have so many frames.

    Raises
    ------
    ResumeError
        If a field differs.
    """
    for field in sorted(form.keys() | before.keys()):
        then, now = before.get(field), as_json(form.get(field))
        if then != now:
            raise ResumeError(
                f"cannot resume: {field} is {shortened(now)}, but the {frames:,} frames in "
                f"{folder} were made with {shortened(then)}. Give the same arguments"
                + (" (video_mode='cpu' takes libx264)" if then == "libx264" else "")
                + f", or begin anew without {RESUME}, or with {RESTART}, which "
                "throws the frames away"
            )


def as_json(value: Any) -> Any:
    """Return a value as it is when read back from JSON, where a tuple has become a list."""
    return json.loads(json.dumps(value))
