"""How the frames of a figure were drawn, and the seconds it took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields


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
    told : int
        Frames drawn in full because that was asked for, by whoever draws them.
    in_full : Counter of str
        Why the other frames were drawn in full: in words, with the number of frames.
    helped : int
        Redrawn frames of which everything was drawn, with help or to find out whether that pays.
    chosen : int
        Redrawn frames that were drawn in the way that takes the least time, as far as was measured:
        to draw them in full, without help, would take longer.
    anew : set of str
        What of redrawn frames was drawn anew for each, and why, in words. Each is told once.
    """

    redrawn: int = 0
    redrawn_seconds: float = 0.0
    full: int = 0
    full_seconds: float = 0.0
    rebuilds: int = 0
    rebuild_seconds: float = 0.0
    mismatches: int = 0
    told: int = 0
    in_full: Counter[str] = field(default_factory=Counter)
    anew: set[str] = field(default_factory=set)
    helped: int = 0
    chosen: int = 0

    def __iadd__(self, other: DrawCounts) -> DrawCounts:
        for each in fields(self):
            mine, more = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, mine | more if each.name == "anew" else mine + more)
        return self
