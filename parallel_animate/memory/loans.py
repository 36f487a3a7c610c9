"""Frames that a loop of the user's has: for how long nobody may draw into their slots.

A loop is given arrays that are views of slots, without a copy. It has one of them until it rebinds
its variable, which it does only after it has got the next one. It may also keep some for longer, by
intent or by mistake: in a list, as the frame before, in another thread. If a slot were simply used
again, these would show another frame all of a sudden. So the memory itself is asked whether
anybody refers to it any more.

::

    slot's memory ◀── root (an array, known here by a weak reference) ◀── all that is made of it
                                                                          without a copy

NumPy lets each view refer to the first array that is not a view of an array: here, the root. So do
memoryviews, DLPack and ``torch.from_numpy()``. When the root is gone, so are all of them.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from parallel_animate.memory.ring import Slot

# A loop has two frames for a moment: the one that it was given last, and, until it has rebound its
# variable, the one before. With a third, it may compare each with the frame before
# (itertools.pairwise) and still none is copied.
MOST_KEPT = 3


class Loans:
    """Slots by number, each with whether somebody still refers to its memory.

    Examples
    --------
    >>> loans, slot = Loans(), np.zeros(8, np.uint8)
    >>> pixel = loans.lend(3, slot).reshape(2, 4)[0]
    >>> loans.returned(), len(loans)
    ([], 1)
    >>> del pixel
    >>> loans.returned(), len(loans)
    ([3], 0)
    """

    def __init__(self) -> None:
        self._roots: dict[int, weakref.ref[Any]] = {}

    def __len__(self) -> int:
        return len(self._roots)

    def lend(self, number: int, memory: Slot) -> Slot:
        """Return a slot's memory, ``(nbytes,) uint8``, as an array that nobody can write into."""
        root = np.asarray(memory.data.toreadonly())
        self._roots[number] = weakref.ref(root)
        return root

    def returned(self) -> list[int]:
        """Return the slots that nobody refers to any more, and strike them off."""
        numbers = [number for number, root in self._roots.items() if root() is None]
        for number in numbers:
            del self._roots[number]
        return numbers
