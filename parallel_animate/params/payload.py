"""Params on their way to the workers: pickled, and their large arrays in shared memory.

::

    main process                                      worker
    pickle with protocol 5 ──▶ bytes, buffers
    PayloadMemory.pack     ──▶ buffers in a block
      the bytes            ── pipe ──▶                unpickle
                                 block ──▶            arrays are read-only windows on it
      block may be used again  ◀── Done.released ──   no array looks at it any more

Buffers are copied once, by the main process, as soon as the params were pulled: the user's
iterator may fill the same array again for the next ones. An ``update()`` may keep the arrays that
it was given for as long as it likes: only when none of the arrays on a block is left, the worker
says so, and the block is used again. Where shared memory is short, buffers go through the pipe.

What a worker can take from memory that it has inherited (``inherited.py``) is not sent at all: its
payload is a position.

The arrays are read-only, but some code takes no notice of that. A worker copies them where it has
loaded a library that is known for it (``reader.py``). For the rest, the params of a dead worker are
asked for anew where they can be (`FrameSource.again`), and a block is never sent to two workers. No
checksum of a block is kept: it would cost as much as the copying for every frame, and the params of
a generator would be lost all the same.
"""

from __future__ import annotations

import itertools
import logging
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from parallel_animate.errors import SharedMemoryError
from parallel_animate.memory import SharedBlock
from parallel_animate.params.pickled import Pickled
from parallel_animate.params.spans import Memory, Span, spans_of, windows_on
from parallel_animate.system import Owner
from parallel_animate.text import shortened, told

log = logging.getLogger("parallel_animate.animator")

# A block is made this much larger than is needed, because the next params may be a little larger.
SLACK = 1.25
# No more blocks than this: each takes two file descriptors here and one in every worker that had
# it, and a process often may have no more than 1,024. Further buffers go through the pipe.
MAX_BLOCKS = 128


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
    position : int or None
        Where a worker that has inherited the params finds them; then nothing else is sent.
    """

    data: bytes
    spans: tuple[Span, ...]
    memory: Memory
    block: PayloadBlock | None
    position: int | None = None
    _found: Callable[[], Any] | None = None

    @classmethod
    def at(cls, position: int, found: Callable[[], Any]) -> Payload:
        """Return a payload of params that the workers have inherited.

        Parameters
        ----------
        position : int
            Where they are in ``param_by_frame``.
        found : callable
            Returns the params.
        """
        return cls(b"", (), np.empty(0, np.uint8), None, position, found)

    @property
    def nbytes(self) -> int:
        """Bytes of the params: of what pickle made of them, and of their buffers."""
        return len(self.data) + (self.spans[-1][1] if self.spans else 0)

    def pickled(self) -> Pickled:
        """Return the pickled params; their buffers are not copied."""
        buffers = [self.memory[start:stop].data for start, stop in self.spans]
        return Pickled(self.data, buffers)

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
        return self._by(shortened)

    def in_full(self) -> str:
        """Return one that leaves out only what would fill more than a page."""
        return self._by(told)

    def _by(self, tell: Callable[[Any], str]) -> str:
        try:
            if self._found is not None:
                return tell(self._found())
            return tell(pickle.loads(self.data, buffers=windows_on(self.memory, self.spans)))
        except Exception:  # the params' own code may raise anything
            return ""


class PayloadMemory(Owner):
    """The blocks of a render, one for each params that are on their way or that a worker holds."""

    def __init__(self) -> None:
        self._blocks: list[PayloadBlock] = []
        self._numbers = itertools.count()
        self._short = False

    def pack(self, pickled: Pickled) -> Payload:
        """Copy the buffers of pickled params into a block, or into memory of this process.

        Nobody holds it yet: who packs the next ones before :meth:`Payload.hold` may get its block.
        """
        payload = self._reserved(pickled)
        self.fill(payload, pickled)
        return payload

    def reserve(self, pickled: Pickled, user: object) -> Payload:
        """Return the payload that pickled params will be, held by `user`, before :meth:`fill`.

        The two together are :meth:`pack`, for whoever calls this under a lock and would not keep it
        while large buffers are copied. It takes long only where a new block has to be made.
        """
        payload = self._reserved(pickled)
        payload.hold(user)
        return payload

    @staticmethod
    def fill(payload: Payload, pickled: Pickled) -> None:
        """Copy the buffers into a payload that was reserved for them.

        It touches nothing but this memory, so it needs no lock; but the blocks must not be closed
        meanwhile.
        """
        for (start, stop), buffer in zip(payload.spans, pickled.buffers, strict=True):
            payload.memory[start:stop] = np.frombuffer(buffer, np.uint8)

    def _reserved(self, pickled: Pickled) -> Payload:
        spans = spans_of(pickled.buffers)
        nbytes = spans[-1][1] if spans else 0
        block = self._free_block(nbytes) if spans else None
        memory = np.empty(nbytes, np.uint8) if block is None else block.memory
        return Payload(pickled.data, spans, memory, block)

    def copied(self, payload: Payload) -> Payload:
        """Return the same params in memory of their own, for another user of them.

        To an ``update()`` its arrays are read-only, but some libraries, such as PyTorch, take no
        notice of that: what one user of the memory writes, the other would read.
        """
        return payload if payload.position is not None else self.pack(payload.pickled())

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
        if len(self._blocks) >= MAX_BLOCKS:
            return None
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
