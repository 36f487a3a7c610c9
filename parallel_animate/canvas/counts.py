"""How the frames of a figure were drawn, and the seconds it took."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass
class DrawCounts:
    """How frames were drawn, and the seconds it took.

    Parameters
    ----------
    redrawn, redrawn_seconds
        Frames of which only what had changed was drawn.
    full, full_seconds
        Full draws: frames drawn so, and those made to compare with.
    rebuilds, rebuild_seconds
        Backgrounds made; their time is part of that of the redrawn frames.
    mismatches : int
        Redrawn frames that differed from the full draw.
    """

    redrawn: int = 0
    redrawn_seconds: float = 0.0
    full: int = 0
    full_seconds: float = 0.0
    rebuilds: int = 0
    rebuild_seconds: float = 0.0
    mismatches: int = 0

    def __iadd__(self, other: DrawCounts) -> DrawCounts:
        for field in fields(self):
            total = getattr(self, field.name) + getattr(other, field.name)
            setattr(self, field.name, total)
        return self
