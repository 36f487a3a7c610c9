"""Pieces of a video: segments of it that are rendered by themselves, here or on another machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parallel_animate.errors import ArgumentError
from parallel_animate.output.folder import parts_folder

Span = tuple[int, int]
"""Frames: the first, and the one after the last."""


@dataclass(frozen=True)
class Piece:
    """Some segments of a video, one after the other.

    Parameters
    ----------
    first, end : int
        Their first frame, and the one after the last.
    total : int or None
        Frames of which params are given: all of the video's, or as many as end. If nobody knows
        how many there are, the video may end within the piece.
    """

    first: int
    end: int
    total: int | None

    @property
    def frames(self) -> int:
        """How many there are."""
        return self.end - self.first

    @property
    def behind(self) -> list[Span]:
        """Frames behind them."""
        return [(self.end, self.total)] if self.total and self.total > self.end else []


def check_span(span: Span, segment: int, total: int | None) -> None:
    """Check that a span is one of whole segments.

    Raises
    ------
    ArgumentError
        If it begins or ends in the middle of one, or is empty.
    """
    first, end = span
    if not 0 <= first < end:
        raise ArgumentError(f"there is no frame from {first:,} to {end:,}")
    for frame in (first, end):
        if frame % segment and frame != total:
            below = frame - frame % segment
            raise ArgumentError(
                f"segments have {segment:,} frames, and {frame:,} is in the middle of one: "
                f"begin and end with {below:,}, {below + segment:,} or another multiple, or end "
                "with the video"
            )


def piece_file(output: Path, span: Span, folder: Path | None = None) -> Path:
    """Return what a piece of a video is rendered to, in the folder that its segments come into.

    Examples
    --------
    >>> print(piece_file(Path("out.mp4"), (250, 500)))
    out.mp4.parts/frames-250-500.mp4
    """
    first, end = span
    return (folder or parts_folder(output)) / f"frames-{first}-{end}{output.suffix}"
