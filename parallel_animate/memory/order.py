"""Which slot holds which frame, and in which order frames leave the ring.

A slot goes round::

    free ─▶ held ─▶ finished ─▶ lent ─▶ free
              │        │          │
              │        │          └─▶ kept ─▶ free: somebody still has the frame
              │        ├─▶ free: moved, the frame is in the temporary file, and lent from there
              │        └─▶ free: dropped, the frame is to be drawn again
              └──────────▶ free: given back, the frame failed or its worker died

It is *held* by the worker that draws a frame into it, then *finished* until it is the frame's
turn, then *lent* to a writer as a view; each of several writers has one at most. (A loop of the
user's may go on using it while another one is lent: then it is *kept*.) Only the main process moves
a slot from one state to the next. A worker writes only into the slot that it was told to use, and
says so when it is done; the main process reads the slot after it has received that message. So no
lock is needed, and none can be left locked by a worker that dies.

Params may come in any order, and the writer takes frames in frame order. When there is no slot for
the frame that the writer needs next, the finished frame that is due last moves to a temporary
file, and is read back when it is due. So any order works, with any number of slots.

These are numbers alone: the memory of the slots, and the file, are ``FrameMemory``'s. Who decides
that a frame is to be moved or dropped tells both.
"""

from __future__ import annotations


class FrameOrder:
    """Who holds which slot, and which frames are finished.

    Attributes
    ----------
    slots : int
        Number of slots.

    Examples
    --------
    Two slots, and frame 7 before frame 0; then frame 7 makes room for another one.

    >>> order = FrameOrder()
    >>> order.add(0), order.add(1)
    (None, None)
    >>> for frame in (7, 0):
    ...     order.finish(frame, order.hold())
    >>> order.hold() is None, order.last()
    (True, (7, 1))
    >>> order.moved(7)
    >>> order.hold(), order.has(7), order.stock(0, most=10)
    (1, True, 1)
    >>> order.lend(0)
    0
    >>> order.release()
    >>> order.lend(7) is None
    True

    Frame 8 is kept when its turn is over:

    >>> order.finish(8, 1)
    >>> order.lend(8), order.keep()
    (1, 1)
    >>> order.release()
    >>> order.free
    1
    >>> order.let_go(1)
    >>> order.free
    2
    """

    def __init__(self) -> None:
        self.slots = 0
        self._free: list[int] = []
        self._held: set[int] = set()
        self._finished: dict[int, int] = {}  # frame: slot
        self._filed: set[int] = set()  # finished frames that are in the file
        self._lent: dict[int, int | None] = {}  # by writer; None for a frame from the file
        self._kept: set[int] = set()
        # Where stock() ended: all frames from the first number to the one before the second are
        # finished.
        self._runs: dict[int, tuple[int, int]] = {}

    @property
    def free(self) -> int:
        """Slots that are free."""
        return len(self._free)

    @property
    def occupied(self) -> int:
        """Slots that are not free."""
        return self.slots - len(self._free)

    @property
    def ahead(self) -> int:
        """Frames that are finished and were not lent yet, in slots and in the file."""
        return len(self._finished) + len(self._filed)

    def add(self, slot: int) -> None:
        """Note that there is another slot, which is free."""
        self.slots += 1
        self._free.append(slot)

    def hold(self) -> int | None:
        """Return a free slot, which is held from now on; None if there is none.

        It is the one that became free last: its memory is in the caches, and slots that were never
        needed stay untouched.
        """
        if not self._free:
            return None
        slot = self._free.pop()
        self._held.add(slot)
        return slot

    def give_back(self, slot: int) -> None:
        """Take back a held slot whose frame failed, or whose worker died: it is free now."""
        self._held.remove(slot)
        self._free.append(slot)

    def finish(self, frame: int, slot: int) -> None:
        """Note that the worker is done: the slot that it held has the finished `frame`."""
        assert not self.has(frame), f"frame {frame} is finished twice"
        self._held.remove(slot)
        self._finished[frame] = slot

    def has(self, frame: int) -> bool:
        """Whether `frame` is finished, and was not lent yet."""
        return frame in self._finished or frame in self._filed

    def stock(self, due: int, most: int, writer: int = 0) -> int:
        """Return how many frames from `due` on are finished, without a gap between them.

        It counts no further than to `most`. Where the count for this writer ended is kept, so that
        each frame is looked at once, however often this is asked.
        """
        start, end = self._runs.get(writer, (0, 0))
        if not start <= due <= end:
            end = due
        while end - due < most and self.has(end):
            end += 1
        self._runs[writer] = due, end
        return min(end - due, most)

    def last(self) -> tuple[int, int] | None:
        """Return the finished frame that is due last, of those in slots, and its slot.

        It is the one to move to the file.
        """
        if not self._finished:
            return None
        frame = max(self._finished)
        return frame, self._finished[frame]

    def moved(self, frame: int) -> None:
        """Note that a finished frame is in the file now: its slot is free."""
        self._free.append(self._finished.pop(frame))
        self._filed.add(frame)

    def lend(self, frame: int, writer: int = 0) -> int | None:
        """Lend a finished frame, until :meth:`release`; return its slot, None if in the file."""
        assert self._lent.get(writer) is None, "another slot is lent"
        slot = self._lent[writer] = self._taken(frame)
        return slot

    def release(self, writer: int = 0) -> None:
        """Take the lent slot back, if the lent frame has one: it is free now."""
        slot = self._lent.pop(writer, None)
        if slot is not None:
            self._free.append(slot)

    def keep(self) -> int | None:
        """Let the lent slot stay with whoever has it, until :meth:`let_go`, and return it.

        None if the lent frame has no slot.
        """
        slot = self._lent.pop(0, None)
        if slot is not None:
            self._kept.add(slot)
        return slot

    def let_go(self, slot: int) -> None:
        """Take a slot back that was kept: it is free now."""
        self._kept.remove(slot)
        self._free.append(slot)

    def drop(self, frame: int) -> bool:
        """Throw a finished frame away, because it is to be drawn again: its slot is free now.

        Returns True if it was in the file, from which it is to be dropped too.
        """
        slot = self._taken(frame)
        if slot is not None:
            self._free.append(slot)
        return slot is None

    def _taken(self, frame: int) -> int | None:
        """Strike off a finished frame; return its slot, or None if it was in the file."""
        for writer, (start, end) in self._runs.items():
            if frame == start < end:
                self._runs[writer] = start + 1, end
            elif start < frame < end:
                self._runs[writer] = start, frame
        if frame in self._filed:
            self._filed.remove(frame)
            return None
        return self._finished.pop(frame)
