"""Params on their way to the workers: pickled, and their large arrays in shared memory.

::

    main process                                      worker
    pickle with protocol 5 ──▶ bytes, buffers
    PayloadMemory.pack     ──▶ buffers in a block
      the bytes            ── pipe ──▶                unpickle
                                 block ──▶            arrays are read-only windows on it
      block may be used again  ◀── Done.released ──   no array looks at it any more

Buffers are copied once, by the main process. A block goes back when the worker has found that
nobody holds a window on it any more: an ``update()`` may keep what it was given, for as long as it
likes. Where shared memory is short, buffers go through the pipe.
"""

from __future__ import annotations

import itertools
import logging
import pickle
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.errors import ParamsError, SharedMemoryError
from parallel_animate.memory import SlotRing
from parallel_animate.system import Owner, pickled_by_value
from parallel_animate.text import said, shortened

log = logging.getLogger("parallel_animate")

Memory = npt.NDArray[np.uint8]
Span = tuple[int, int]
Buffers = Sequence[memoryview]

# Bytes from which on a buffer does not go through the pipe: see benchmarks/test_components.py.
LARGE = 16 * 1024
# Bytes between the beginnings of buffers: a cache line, as vector instructions like it.
ALIGNMENT = 64
# A block is made so much larger than what needs it: the next params may be a little larger.
SLACK = 1.25


@dataclass(frozen=True)
class Pickled:
    """Pickled params, and their large buffers, which are still the user's memory."""

    data: bytes
    buffers: Buffers

    @classmethod
    def of(cls, frame_idx: int, params: Any) -> Pickled:
        """Pickle the params of a frame, with cloudpickle where pickle does not do.

        Raises
        ------
        ParamsError
            If neither does.
        """
        buffers: list[memoryview] = []

        def keep_in_band(buffer: pickle.PickleBuffer) -> bool:
            raw = buffer.raw()
            if raw.nbytes >= LARGE:
                buffers.append(raw)
            return raw.nbytes < LARGE

        try:
            return cls(pickle.dumps(params, protocol=5, buffer_callback=keep_in_band), buffers)
        except Exception:
            buffers.clear()
            try:
                data = pickled_by_value(params, buffer_callback=keep_in_band)
            except Exception as error:
                raise ParamsError(
                    f"the params of frame {frame_idx} cannot be pickled: {type(params).__name__} "
                    f"{shortened(params)}: {said(error)}",
                    frame_idx,
                    shortened(params),
                ) from error
            return cls(data, buffers)


class Block:
    """Shared memory for the buffers of one frame's params.

    Attributes
    ----------
    number : int
        By which the processes speak of it.
    users : list
        Who may still look at it; somebody to whom it was sent twice comes twice.
    """

    def __init__(self, number: int, nbytes: int) -> None:
        self.number = number
        self.ring = SlotRing.create(1, nbytes, minimum=1)
        self.memory = self.ring.slot(0)
        self.users: list[object] = []

    @property
    def closed(self) -> bool:
        """Whether it was given back to the system."""
        return not self.memory.size

    def close(self) -> None:
        """Give it back; processes that have attached it keep it until they let go, too."""
        self.memory = np.empty(0, np.uint8)
        self.ring.close()


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
    block : Block or None
        The shared memory that it is, if it is.
    """

    data: bytes
    spans: tuple[Span, ...]
    memory: Memory
    block: Block | None

    def hold(self, user: object) -> None:
        """Note that `user` may look at the memory."""
        if self.block is not None:
            self.block.users.append(user)

    def drop(self, user: object) -> None:
        """Note that `user` will not look at it any more."""
        if self.block is not None:
            self.block.users.remove(user)

    def told(self) -> str:
        """Return a short ``repr`` of the params."""
        try:
            return shortened(pickle.loads(self.data, buffers=_windows(self.memory, self.spans)))
        except Exception:  # as their own code may raise
            return ""


class PayloadMemory(Owner):
    """The blocks of a render: as many as there are params on their way, or held by workers."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._numbers = itertools.count()
        self._short = False

    def pack(self, pickled: Pickled) -> Payload:
        """Copy the buffers of pickled params."""
        spans = _spans(pickled.buffers)
        nbytes = spans[-1][1] if spans else 0
        block = self._free_block(nbytes) if spans else None
        memory = np.empty(nbytes, np.uint8) if block is None else block.memory
        for (start, stop), buffer in zip(spans, pickled.buffers, strict=True):
            memory[start:stop] = np.frombuffer(buffer, np.uint8)
        return Payload(pickled.data, spans, memory, block)

    def take_back(self, user: object, numbers: Iterable[int]) -> None:
        """Note that `user` does not look at these blocks any more."""
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

    def _free_block(self, nbytes: int) -> Block | None:
        """Return a block that nobody uses, made if there is none; None where there is no room."""
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
            block = Block(next(self._numbers), int(nbytes * SLACK))
        except SharedMemoryError:
            if not self._short:
                log.info("shared memory is short: params go through pipes, which is slower")
            self._short = True
            return None
        self._blocks.append(block)
        return block


class PayloadReader(Owner):
    """What a worker unpickles params with.

    Attributes
    ----------
    copies : bool
        Whether update() writes into its params, and so needs copies of their arrays.
    """

    def __init__(self) -> None:
        self.copies = False
        self._blocks: dict[int, SlotRing] = {}
        self._lent: list[tuple[int, list[weakref.ref[Memory]]]] = []

    def attach(self, number: int, ring: SlotRing) -> None:
        """Take a block that the main process has made."""
        self._blocks[number] = ring

    def detach(self, number: int) -> None:
        """Let go of a block that the main process has given back."""
        self._blocks.pop(number).close()

    def windows(self, block: int | None, sent: bytes | None, spans: Sequence[Span]) -> Buffers:
        """Return the buffers of params, which are in a block or were sent.

        :meth:`released` tells of the block when all that was made from them is gone.
        """
        sent_memory = np.frombuffer(sent or b"", np.uint8)
        memory = sent_memory if block is None else self._blocks[block].slot(0)
        windows = list(_windows(memory, spans))
        if block is not None:
            self._lent.append((block, [weakref.ref(window) for window in windows]))
        return [window.data for window in windows]

    def released(self) -> tuple[int, ...]:
        """Return the blocks of which no window is left; one that was lent twice comes twice."""
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
        for ring in self._blocks.values():
            ring.close()
        self._blocks.clear()


def _spans(buffers: Iterable[memoryview]) -> tuple[Span, ...]:
    """Return where buffers begin and end that are laid one after the other."""
    spans, end = [], 0
    for buffer in buffers:
        start = -(-end // ALIGNMENT) * ALIGNMENT
        end = start + buffer.nbytes
        spans.append((start, end))
    return tuple(spans)


def unpickled_params(frame_idx: int, data: bytes, buffers: Buffers) -> Any:
    """Unpickle the params of a frame; its arrays are where the buffers are.

    Raises
    ------
    ParamsError
        If that fails.
    """
    try:
        return pickle.loads(data, buffers=buffers)
    except Exception as error:
        raise ParamsError(
            f"the params of frame {frame_idx} cannot be unpickled in a worker: {said(error)}",
            frame_idx,
        ) from error


def _windows(memory: Memory, spans: Sequence[Span]) -> Iterator[Memory]:
    """Yield read-only arrays that lie in memory.

    An array that is unpickled from a memoryview of one keeps it alive; one that is unpickled
    from the window itself would only keep alive what the window is a part of.
    """
    for start, stop in spans:
        window = memory[start:stop]
        window.flags.writeable = False
        yield window
