"""How far params are pulled ahead of the workers.

So slow params (decoding, reading) are made while frames are drawn. Whoever pulls them asks
:meth:`PullAhead.wanting` first. It says no when as many items wait as may, or, of large items, as
many bytes: that is the backpressure, and it reaches as far as the user's generator.
"""

from __future__ import annotations

import logging

from parallel_animate.system import available_memory

log = logging.getLogger("parallel_animate.animator")

# Of the memory that is free at the start, items that wait take at most this share.
MEMORY_SHARE = 0.125


def memory_budget() -> int:
    """Return the bytes that items pulled ahead may take, by the memory that is free now."""
    return int(available_memory() * MEMORY_SHARE)


class PullAhead:
    """Says whether one more item shall be pulled before a worker needs it.

    Of the number of items only those count that still wait. Of their bytes those of all params
    count that are held beside those that workers draw with: some may have to be drawn again.

    Parameters
    ----------
    depth : int
        At most so many items wait; with 0, none is pulled ahead.
    budget : int
        Params take at most so many bytes, but one item may wait however large it is. The size of an
        item is only known once it was pulled; until then it is taken to be as large as the largest
        so far.

    Examples
    --------
    >>> ahead = PullAhead(depth=3, budget=250)
    >>> ahead.wanting(0, 0)
    True
    >>> ahead.pulled(100)
    >>> ahead.wanting(1, 100), ahead.wanting(2, 200)
    (True, False)
    """

    def __init__(self, depth: int, budget: int) -> None:
        self._depth = depth
        self._budget = budget
        self._largest = 0
        self._told = False

    def pulled(self, nbytes: int) -> None:
        """Note that an item of so many bytes was pulled."""
        self._largest = max(self._largest, nbytes)

    def wanting(self, waiting: int, nbytes: int) -> bool:
        """Whether one more shall be pulled while `waiting` items wait, and `nbytes` are held."""
        if waiting >= self._depth:
            return False
        if self.has_room(nbytes):
            return True
        if not self._told:
            log.info(
                "params are large (%s bytes): %d are pulled ahead instead of %d, so that they "
                "take no more than %s bytes",
                f"{self._largest:,}",
                waiting,
                self._depth,
                f"{self._budget:,}",
            )
            self._told = True
        return False

    def has_room(self, nbytes: int) -> bool:
        """Whether there is room for one more while `nbytes` are held."""
        return nbytes == 0 or nbytes + self._largest <= self._budget
