"""Params as a worker reads them: arrays that are windows on memory of the main process."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Sequence

import numpy as np

from parallel_animate.memory import SharedBlock
from parallel_animate.params.pickled import Buffers
from parallel_animate.params.spans import Memory, Span, windows_on
from parallel_animate.system import Owner

# Libraries that write into an array without asking whether it is read-only: torch.from_numpy()
# warns of such an array once, and then its tensor can be written to. What is written into a block
# another worker would read, if this one dies, and into inherited memory, this one with a later
# frame.
CARELESS = ("torch",)


class PayloadReader(Owner):
    """The blocks that a worker has attached, and which of them it still looks at."""

    def __init__(self) -> None:
        self._written = False
        self._blocks: dict[int, SharedBlock] = {}
        self._lent: list[tuple[int, list[weakref.ref[Memory]]]] = []

    @property
    def copies(self) -> bool:
        """Whether update() writes into its params, or could unseen, and so gets copies of them."""
        return self._written or any(name in sys.modules for name in CARELESS)

    def copy_from_now_on(self) -> None:
        """Note that update() writes into its params."""
        self._written = True

    def attach(self, number: int, block: SharedBlock) -> None:
        """Take a block that the main process has made."""
        self._blocks[number] = block

    def detach(self, number: int) -> None:
        """Let go of a block that the main process has given back."""
        self._blocks.pop(number).close()

    def windows(self, block: int | None, sent: bytes | None, spans: Sequence[Span]) -> Buffers:
        """Return the buffers of params, which lie in a block, or in the bytes that were sent.

        When all arrays that were made from them are gone, :meth:`released` names the block.
        """
        sent_memory = np.frombuffer(sent or b"", np.uint8)
        memory = sent_memory if block is None else self._blocks[block].memory
        windows = list(windows_on(memory, spans))
        if block is not None:
            self._lent.append((block, [weakref.ref(window) for window in windows]))
        return [window.data for window in windows]

    def released(self) -> tuple[int, ...]:
        """Return the numbers of the blocks on which no window is left, and forget them.

        A block that was used for two frames comes twice.
        """
        held, released = [], []
        for number, windows in self._lent:
            if any(window() is not None for window in windows):
                held.append((number, windows))
            else:
                released.append(number)
        self._lent = held
        return tuple(released)

    def close(self) -> None:
        """Let go of all blocks."""
        for block in self._blocks.values():
            block.close()
        self._blocks.clear()
