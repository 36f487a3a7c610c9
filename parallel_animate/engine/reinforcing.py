"""How many worker processes a render has, where that is left to it (``num_workers=-1``).

A worker costs something before it draws its first frame: this process has to start it, and then it
runs ``setup()`` and draws in full. On sixty-four cores, a hundred frames would be drawn sooner by a
dozen workers than by sixty-four. So a short render begins with few, and further ones are started,
one after the other, while all have enough to do and what is left takes longer than starting one.
"""

from __future__ import annotations

from math import isqrt

# Frames that each worker finishes before it is judged from them whether one more helps.
PROOF = 2


def workers_at_first(most: int, frames: int | None) -> int:
    """Return with how many of `most` workers a render of so many frames begins.

    Nothing was measured yet. If it takes this process as long to start a worker as it takes a
    worker to draw a frame, n workers are through with f frames after n + f / n such times, which is
    least for the square root. Where frames take longer than that, more are started later.

    Examples
    --------
    >>> [workers_at_first(64, frames) for frames in (2, 120, 1000, 10_000, None)]
    [2, 11, 32, 64, 64]
    """
    return most if frames is None else min(most, isqrt(max(1, frames) - 1) + 1)


class Reinforcing:
    """Says whether one more worker helps. Times are seconds of any clock that does not go back.

    Parameters
    ----------
    most : int
        There are never more.
    workers : int
        With so many it begins.
    begun, now : float
        When the first of them began to be started, and when the last one was.

    Examples
    --------
    Two workers that were started within 20 ms, and have finished their first frame after 0.3 s,
    finish ten frames in a second:

    >>> reinforcing = Reinforcing(8, 2, begun=0.0, now=0.02)
    >>> reinforcing.finished(1, now=0.3)
    >>> reinforcing.finished(10, now=1.3)
    >>> reinforcing.helps(2, left=2, now=1.3), reinforcing.helps(2, left=50, now=1.3)
    (False, True)
    """

    def __init__(self, most: int, workers: int, begun: float, now: float) -> None:
        self._most = most
        self._to_start = (now - begun) / workers  # what starting one takes of this process
        self._begun = begun
        self._to_finish: float | None = None  # from there to the first frame
        self._since, self._finished = now, 0

    def finished(self, frames: int, now: float) -> None:
        """Note that so many frames were finished."""
        if not frames:
            return
        if self._to_finish is None:
            self._to_finish, self._since = now - self._begun, now
        else:
            self._finished += frames

    def helps(self, workers: int, left: int, now: float) -> bool:
        """Whether one more than so many workers helps with so many frames that nobody has yet."""
        if self._to_finish is None or workers >= self._most or self._finished < PROOF * workers:
            return False
        without = left * (now - self._since) / self._finished
        return without > self._to_finish + (workers + 1) * self._to_start

    def started(self, now: float) -> None:
        """Note that one more is started: what was measured holds no longer."""
        self._since, self._finished = now, 0
