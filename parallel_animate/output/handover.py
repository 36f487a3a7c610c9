"""The segments of a piece, handed over to the folder of the whole video.

Many may do so at once, on other machines too, so whoever does holds the folder's lock for the
moment that it takes to give some files other names.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from parallel_animate.errors import OutputError, ResumeError
from parallel_animate.output.checking import damaged_on_the_way
from parallel_animate.output.disk import checksum, disk_errors
from parallel_animate.output.folder import LOCK
from parallel_animate.output.lock import FileLock
from parallel_animate.output.manifest import Segment, check_form, read_manifest, write_manifest
from parallel_animate.output.parts import Parts
from parallel_animate.output.segments import frames_in, leading, overlap

# Seconds for which others may hand theirs over, and between two tries.
PATIENCE = 60.0
AGAIN = 0.02


def read_segments(folder: Path) -> tuple[dict[str, Any], list[Segment]]:
    """Return what the segments in a folder have in common, and which they are."""
    manifest = read_manifest(folder)
    return manifest.form, manifest.segments


def receive(parts: Parts, segment: Segment, content: bytes | Path, number: int) -> None:
    """Take a segment that was made elsewhere: what its file holds, or that file.

    Raises
    ------
    OutputError
        If it is not what was made there (:func:`is_damage`), or cannot be written.
    """
    path = parts.begin()
    try:
        data = content if isinstance(content, bytes) else content.read_bytes()
        with disk_errors(path):
            path.write_bytes(data)
            found = checksum(path)
    except FileNotFoundError:
        found = "gone"
    if found != segment.checksum:
        raise damaged_on_the_way(segment)
    parts.add(segment.frames, first=segment.first, number=number, path=path)
    if isinstance(content, Path):
        content.unlink(missing_ok=True)


def hand_over(parts: Parts) -> None:
    """Give the finished segments of a piece to the folder that its own folder lies in.

    Segments that are there already of the same frames are replaced.

    Raises
    ------
    ResumeError
        If the segments there are of another form, or a render of the whole video is under way.
    OutputError
        If frames of the piece are missing.
    """
    piece, folder = parts.piece, parts.folder.parent
    assert piece is not None
    if parts.frames != piece.end and piece.total is not None:
        raise OutputError(
            f"of the frames from {piece.first:,} to {piece.end - 1:,}, those from "
            f"{parts.frames:,} on are missing: nothing is handed over to {folder}"
        )
    with _locked(folder):
        manifest = read_manifest(folder)
        if manifest.segments:
            check_form(folder, manifest.form, parts.form, frames_in(manifest.segments))
        listed = _with(manifest.segments, parts.segments)
        # First a manifest without those that are replaced, so that none ever says what is not so.
        kept = [each for each in listed if each in manifest.segments]
        manifest = replace(manifest, form=parts.form, doubtful=_earlier(manifest.doubtful, parts))
        for segments in (kept, listed):
            if segments is listed:
                _move(parts, folder)
            done = frames_in(leading(segments))
            write_manifest(folder, replace(manifest, segments=segments, frames_done=done))
    parts.complete()


def _with(before: list[Segment], others: list[Segment]) -> list[Segment]:
    """Return segments and others, which come in the place of those with the same frames."""
    left = [each for each in before if not any(overlap(each, other) for other in others)]
    return sorted([*left, *others], key=lambda each: each.first)


def _earlier(doubtful: int | None, parts: Parts) -> int | None:
    """Return the first frame that nothing vouches for, there or here."""
    return min((each for each in (doubtful, parts.doubts()) if each is not None), default=None)


def _move(parts: Parts, folder: Path) -> None:
    for path in parts.paths:
        with disk_errors(path):
            path.replace(folder / path.name)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep all others from handing over; wait as long as they do."""
    lock, until = FileLock(folder / LOCK), time.monotonic() + PATIENCE
    while not lock.acquire():
        if time.monotonic() > until:
            raise ResumeError(
                f"a render of the whole video has locked {folder}: wait for its end, and render "
                "this piece again"
            )
        time.sleep(AGAIN)
    try:
        yield
    finally:
        lock.release()
