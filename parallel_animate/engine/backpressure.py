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
        self._surplus = 0.0  # frames in stock more than even frames need

    def came(self, stock: int) -> None:
        """Note that the frame came for which the writer has waited, and so many are in stock."""
        self._surplus = stock - 1

    def released(self) -> None:
        """Note that the writer has encoded a frame."""
        much = self._surplus > self.even
        self._surplus = max(0.0, self._surplus - (CATCHING_UP if much else 1))

    def wanted(self, stock: int, workers: int) -> int:
        """Return how many of the workers shall be given frames while so many are in stock."""
        if not stock:
            return workers
        spare = self.even + self._surplus - WRITERS_SLOTS - stock
        return min(workers, max(1, ceil(spare / TASKS_PER_WORKER)))
