"""Params on their way to the workers: pickled, and their large arrays in shared memory.

::

    main process                                      worker
    pickle with protocol 5 ──▶ bytes, buffers
    PayloadMemory.pack     ──▶ buffers in a block
      the bytes            ── pipe ──▶                unpickle
                                 block ──▶            arrays are read-only windows on it
      block may be used again  ◀── Done.released ──   no array looks at it any more

Buffers are copied once, by the main process. An ``update()`` may keep the arrays that it was given
for as long as it likes: only when none of the arrays on a block is left, the worker says so, and
the block is used again. Where shared memory is short, buffers go through the pipe.
"""

from __future__ import annotations

import itertools
import logging
import pickle
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from parallel_animate.errors import SharedMemoryError
from parallel_animate.memory import SharedBlock
from parallel_animate.params.pickled import Pickled
from parallel_animate.params.spans import Memory, Span, spans_of, windows_on
from parallel_animate.system import Owner
from parallel_animate.text import shortened

log = logging.getLogger("parallel_animate")

# A block is made this much larger than is needed, because the next params may be a little larger.
SLACK = 1.25


class PayloadBlock:
    """Shared memory for the buffers of one frame's params at a time.

    Parameters
    ----------
    number : int
        The number by which the processes refer to it.
    shared : SharedBlock
        The memory.

    Attributes
    ----------
    users : list
        Who may still look at it. A worker to which it was sent twice is in the list twice.
    """

    def __init__(self, number: int, shared: SharedBlock) -> None:
        self.number = number
        self.shared = shared
        self.users: list[object] = []

    @property
    def memory(self) -> Memory:
        """Its bytes, ``(nbytes,) uint8``."""
        return self.shared.memory

    @property
    def closed(self) -> bool:
        """Whether it was given back to the system."""
        return self.shared.closed

    def close(self) -> None:
        """Give it back. The memory is free when the workers that have attached it let go too."""
        self.shared.close()


@dataclass(frozen=True)
class Payload:
    """The params of a frame as they are sent.

    Parameters
    ----------
    data : bytes
        What pickle made of them.
    spans : tuple
        Where their buffers begin and end in `memory`.
    memory : ndarray, (nbytes,) uint8
        The memory of the buffers.
    block : PayloadBlock or None
        The block that `memory` is in, if it is shared memory.
    """

    data: bytes
    spans: tuple[Span, ...]
    memory: Memory
    block: PayloadBlock | None

    def hold(self, user: object) -> None:
        """Note that `user` may look at the memory."""
        if self.block is not None:
            self.block.users.append(user)

    def drop(self, user: object) -> None:
        """Note that `user` will not look at the memory any more: once for each :meth:`hold`."""
        if self.block is not None:
            self.block.users.remove(user)

    def told(self) -> str:
        """Return a short ``repr`` of the params."""
        try:
            return shortened(pickle.loads(self.data, buffers=windows_on(self.memory, self.spans)))
        except Exception:  # the params' own code may raise anything
            return ""


class PayloadMemory(Owner):
    """The blocks of a render, one for each params that are on their way or that a worker holds."""

    def __init__(self) -> None:
        self._blocks: list[PayloadBlock] = []
        self._numbers = itertools.count()
        self._short = False

    def pack(self, pickled: Pickled) -> Payload:
        """Copy the buffers of pickled params into a block, or into memory of this process."""
        spans = spans_of(pickled.buffers)
        nbytes = spans[-1][1] if spans else 0
        block = self._free_block(nbytes) if spans else None
        memory = np.empty(nbytes, np.uint8) if block is None else block.memory
        for (start, stop), buffer in zip(spans, pickled.buffers, strict=True):
            memory[start:stop] = np.frombuffer(buffer, np.uint8)
        return Payload(pickled.data, spans, memory, block)

    def copied(self, payload: Payload) -> Payload:
        """Return the same params in memory of their own, for another user of them.

        To an ``update()`` its arrays are read-only, but some libraries, such as PyTorch, take no
        notice of that: what one user of the memory writes, the other would read.
        """
        buffers = [payload.memory[start:stop].data for start, stop in payload.spans]
        return self.pack(Pickled(payload.data, buffers))

    def take_back(self, user: object, numbers: Iterable[int]) -> None:
        """Note that `user` does not look at these blocks any more: once for each number."""
        blocks = {block.number: block for block in self._blocks}
        for number in numbers:
            blocks[number].users.remove(user)

    def take_all_back(self, user: object) -> None:
        """Note that `user` does not look at any block any more."""
        for block in self._blocks:
            block.users = [other for other in block.users if other is not user]

    def close(self) -> None:
        """Give all blocks back."""
        for block in self._blocks:
            block.close()
        self._blocks.clear()

    def _free_block(self, nbytes: int) -> PayloadBlock | None:
        """Return a block that nobody uses, a new one if need be; None where there is no room."""
        free = sorted(
            (block for block in self._blocks if not block.users),
            key=lambda block: block.memory.nbytes,
        )
        for block in free:
            if block.memory.nbytes >= nbytes:
                return block
        if free:
            self._blocks.remove(free[-1])
            free[-1].close()
        try:
            shared = SharedBlock.create(int(nbytes * SLACK))
        except SharedMemoryError:
            shared = None
        if shared is None:
            if not self._short:
                log.info("shared memory is short: params go through pipes, which is slower")
            self._short = True
            return None
        block = PayloadBlock(next(self._numbers), shared)
        self._blocks.append(block)
        return block
