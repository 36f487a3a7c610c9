"""Which way to draw the next frame: redraw what has changed, or draw everything.

The times of both ways are measured. While redrawing does not pay, frames are drawn in full: the
policy *rests*.
"""

from __future__ import annotations

from statistics import median

# Redrawing has to take less than this share of a full draw's time, or it is not worth it.
WORTH = 0.95
# After the very first frames the limit is this share. Two or three times say little, for the
# machine may be slow at that moment only, and whoever rests then does so for a while.
WORTH_AT_FIRST = 1.1
# So many frames after the first one, or after the end of a rest, the policy decides. The first
# frame itself does not count, for a background is made with it.
TRIAL = 2
# A rest that is decided on at frame n ends with the first checked frame from 16 n on. An animation
# may change less later, but most do not, and each trial costs two or three draws.
REST = 16


class Policy:
    """Decides from measured times whether redrawing pays.

    Examples
    --------
    >>> policy = Policy()
    >>> for frame in range(3):
    ...     policy.took(frame, redraw=2.0, full=1.0)
    >>> [policy.rests(frame) for frame in (2, 3, 31, 32)]
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
        limit = WORTH_AT_FIRST if frame == TRIAL else WORTH
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
