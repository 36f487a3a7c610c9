"""Which frames a machine is given next: whole segments, as many as suit its speed.

A piece costs some tenths of a second before its first frame, so it should last for seconds; and a
machine that is slow, or comes late, should not let the others wait at the end. So a machine gets
half of its share of what is left, and the last pieces are the shortest. How pieces are cut has no
say in the bytes: they begin and end where segments do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from parallel_animate.cluster.shipping import Shipped, Span, Supply

# The part of a machine's share of what is left that it is given at once; and as long as nobody
# knows how long a frame takes, with so many segments at most. A single machine, for which nobody
# waits, gets all of its share.
PART, FIRST_PART = 1 / 2, 1 / 4
FIRST_MOST = 4
# Seconds that a piece should last at least and at most. What costs half a second is a tenth of the
# one; and of the other no more is lost with a machine.
SHORT, LONG = 5.0, 60.0


class Planned:
    """What is left to be rendered, cut for the machines that ask for it.

    Parameters
    ----------
    supply : Supply
        The params of all frames.
    segment : int
        Frames of a segment.
    finished : iterable of int
        The first frames of segments that are there already.
    """

    def __init__(self, supply: Supply, segment: int, finished: Iterable[int]) -> None:
        self._supply, self._segment = supply, segment
        self._finished = frozenset(finished)
        self._speeds: dict[str, float] = {}
        self._left: list[int] | None = None
        if supply.is_sequence and supply.total is not None:
            cells = range(0, supply.total, segment)
            self._left = [at for at in cells if at not in self._finished]

    def learn(self, machine: str, frames: int, seconds: float) -> None:
        """Note how long a machine has taken for a piece."""
        self._speeds[machine] = frames / max(seconds, 1e-3)

    def next(self, machine: str, machines: Iterable[str]) -> tuple[Span, Shipped] | None:
        """Return a piece for one of the machines, with its params; None if nothing is left."""
        if self._left is None or self._supply.total is None:
            while (read := self._supply.read(self._segment)) is not None:
                if read[0][0] not in self._finished:
                    return read
            return None
        if not self._left:
            return None
        count = cells_of(
            len(self._left), machine, machines, lambda name: self._speeds.get(name), self._segment
        )
        first = end = self._left[0]
        while self._left and self._left[0] == end and count:
            end, count = self._left.pop(0) + self._segment, count - 1
        span = first, min(end, self._supply.total)
        return span, self._supply.of(span)


def cells_of(
    left: int,
    machine: str,
    machines: Iterable[str],
    speed: Callable[[str], float | None],
    segment: int,
) -> int:
    """Return how many segments a machine is given.

    Parameters
    ----------
    left : int
        Segments that are left.
    machine, machines : str, iterable of str
        The machine, and all of them.
    speed : callable
        Returns the frames a second of a machine, or None if it has not rendered any.
    segment : int
        Frames of a segment.

    Examples
    --------
    >>> cells_of(80, "a", "ab", lambda name: None, 250), cells_of(4, "a", "a", {}.get, 250)
    (4, 4)
    >>> cells_of(80, "a", "ab", {"a": 300.0, "b": 100.0}.get, 250)
    30
    >>> cells_of(80, "b", "ab", {"a": 300.0, "b": 5.0}.get, 250)
    1
    """
    names = list(machines)
    known = [each for name in names if (each := speed(name)) is not None]
    own = speed(machine)
    if own is None:
        part = FIRST_PART if len(names) > 1 else 1
        return max(1, min(FIRST_MOST, math.ceil(left * part / max(1, len(names)))))
    usual = sum(known) / len(known)
    share = left * own / (usual * len(names))
    part = PART if len(names) > 1 else 1
    least, most = SHORT * own / segment, LONG * own / segment
    return max(1, int(min(max(share * part, min(least, share)), most)))
