"""How many workers shall draw: no more than the writer needs.

While the writer has finished frames in stock, another worker would gain nothing, and would take
cores and caches from the encoder. Besides, a worker that is given a frame only now and then has to
redraw all that has changed since its last one.
"""

from __future__ import annotations

from math import ceil

# One that is drawn and one that waits in the pipe: the main process may be busy when the first is
# done. More would only bind frames to a worker that may be slow.
TASKS_PER_WORKER = 2
# Slots that the writer needs: one for the frame that it has, one for the next that it asks for.
WRITERS_SLOTS = 2
# After a slow frame, the writer has long to do with those that were drawn meanwhile. With each that
# it writes, this part of one counts as written late: workers that draw up to 7/8 as many as it
# writes go on, and what is in stock goes down even if they are faster.
CATCHING_UP = 1 / 8


class Backpressure:
    """Says how many workers shall be given frames.

    After a slow frame, those that were drawn meanwhile are in stock all at once. They are no sign
    of a slow writer, and do not count until it has taken them.

    Attributes
    ----------
    even : int
        Slots that frames which take equally long need.

    Examples
    --------
    >>> backpressure = Backpressure()
    >>> backpressure.even = 18
    >>> [backpressure.wanted(stock, workers=8) for stock in (0, 4, 10, 16)]
    [8, 6, 3, 1]
    >>> backpressure.came(stock=30)  # of which 29 have waited for the first
    >>> backpressure.wanted(30, workers=8)
    8
    """

    def __init__(self) -> None:
        self.even = 0
        self._surplus: dict[int, float] = {}  # frames in stock more than even frames need, by lane

    def came(self, stock: int, lane: int = 0) -> None:
        """Note that the frame came for which a lane has waited, and so many are in stock for it."""
        self._surplus[lane] = stock - 1

    def released(self, lane: int = 0) -> None:
        """Note that the writer of a lane has encoded a frame."""
        surplus = self._surplus.get(lane, 0.0)
        much = surplus > self.even
        self._surplus[lane] = max(0.0, surplus - (CATCHING_UP if much else 1))

    def wanted(self, stock: int, workers: int, lane: int | None = 0, lanes: int = 1) -> int:
        """Return how many of a lane's workers shall be given frames.

        Parameters
        ----------
        stock : int
            The frames that are in stock for the lane.
        workers : int
            The workers that draw for it.
        lane : int or None
            Which it is; None for a segment that no lane has yet.
        lanes : int
            How many share the slots.
        """
        if not stock:
            return workers
        surplus = 0.0 if lane is None else self._surplus.get(lane, 0.0)
        spare = self.even / lanes + surplus - WRITERS_SLOTS - stock
        # One alone may fill all slots. One of several would take those that others need.
        least = 1 if lanes == 1 else 0
        return min(workers, max(least, ceil(spare / TASKS_PER_WORKER)))
