"""Which way to draw the next frame: redraw what has changed, or draw everything."""

from __future__ import annotations

from statistics import median

# Redrawing has to take less than this share of a full draw's time, or it is not worth it.
WORTH = 0.95
# And to be given up after the very first frames, more than this: their times are those of a
# moment, and a rest is long.
PLAIN = 1.1
# Of the first frames, or those after a rest, the first one makes a background and says nothing.
TRIAL = 2
# After a rest that began at frame n, redrawing is tried again at the first checked frame after
# 16 n: an animation may become quiet, but most do not, and each trial costs two or three draws.
REST = 16


class Pace:
    """Decides from measured times whether redrawing pays.

    Examples
    --------
    >>> pace = Pace()
    >>> for frame in range(3):
    ...     pace.took(frame, redraw=2.0, full=1.0)
    >>> [pace.rests(frame) for frame in (2, 3, 31, 32)]
    [False, True, True, False]
    """

    def __init__(self) -> None:
        self._begin = 0
        self._rest_until = 0
        self._redraws: list[float] = []
        self._fulls: list[float] = []

    def rests(self, frame: int) -> bool:
        """Return whether a frame should be drawn in full, without looking for changes."""
        return self._begin <= frame < self._rest_until

    def took(self, frame: int, redraw: float, full: float | None) -> None:
        """Note the seconds that a frame took, redrawn and, if it was checked, drawn in full."""
        if frame >= self._rest_until > self._begin:
            self._begin, self._rest_until = frame, 0
            self._redraws, self._fulls = [], []
        if frame > self._begin:
            self._redraws.append(redraw)
        if full is not None:
            self._fulls.append(full)
        first_decision = self._begin + TRIAL
        if not self._fulls or frame < first_decision or (full is None and frame > first_decision):
            return
        limit = PLAIN if frame == TRIAL else WORTH
        if median(self._redraws) > limit * median(self._fulls[-3:]):
            self._begin = frame + 1
            self._rest_until = 1 << (REST * frame - 1).bit_length()  # a power of 2: with a check
        self._redraws = []


def check_due(frame: int) -> bool:
    """Return whether a frame is to be compared with a full draw: 0, 1, 2, 4, 8, ...

    Examples
    --------
    >>> [frame for frame in range(20) if check_due(frame)]
    [0, 1, 2, 4, 8, 16]
    """
    return frame & (frame - 1) == 0
