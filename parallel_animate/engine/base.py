"""The engine: params in, an ordered iterator of frame views out.

::

    FrameSource ─▶ who draws what ─▶ slots of the ring ─▶ frames(), in frame order
                         ▲                                    │
                         └────────── a slot is free again ◀───┘

A frame goes by its number, which the user may have given it; where numbers are missing, that is not
its place in the video. Whoever drains the frames counts places, and the source tells one from the
other.

There are two kinds: one runs on worker processes (``parallel.py``), its twin in this process
(``serial.py``). Entering an engine starts the rendering side (the workers, or the figure in this
process) and sets `size`; :meth:`Engine.allocate` fixes the format of the frames;
:meth:`Engine.run` lets somebody call :meth:`Engine.drain`, which hands them on, each valid until
the next one is asked for. Several segments of the video may be handed on at once, in threads of
their own. Or a loop of the user's takes the frames from :meth:`Engine.handed_out`; in between, code
of the user runs in this process.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from typing import Any, NamedTuple, Self

from parallel_animate.canvas import Pixels, SlotFormat
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.vouching import Vouching
from parallel_animate.memory import FrameMemory, FrameOrder, Loans, Slot
from parallel_animate.params import FrameSource
from parallel_animate.system import Interrupts, Owner

Placed = tuple[int, Pixels]
"""The place of a frame in the video, and a view of it."""
Take = Callable[[Iterator[Placed], int], None]
"""Drains frames; besides them it is given the number of the lane that they belong to."""


class Lent(NamedTuple):
    """A frame that is delivered: its number, its place in the video, and where its bytes are."""

    frame: int
    place: int
    slot: Slot


class WithdrawnError(Exception):
    """Frames that were delivered may be wrong, and will be delivered again.

    Parameters
    ----------
    first : int
        The first of them.
    """

    def __init__(self, first: int) -> None:
        super().__init__(f"frames from {first} on are delivered again")
        self.first = first


class Engine(Owner):
    """Renders frames into slots, and yields views of them in frame order.

    Parameters
    ----------
    job : Job
        The animation, and how its figure is to be drawn.
    source : FrameSource
        The params.
    observer : Observer
        Is told what happens.
    plan : Plan
        How many workers draw, and how they work.
    interrupts : Interrupts
        Tells when to stop.

    Attributes
    ----------
    size : tuple of int
        The figure's width and height in pixels, known once the engine is entered.
    opaque : bool
        Whether nothing can be seen through its background, known then too.
    draining : bool
        Whether the frames are still being drained although :meth:`run` has raised: a second Ctrl-C
        has come, and whoever drains them does not end.
    """

    draining = False
    size: tuple[int, int]
    opaque: bool
    _setup_seconds = 0.0  # of the first process in which setup() has run
    _format: SlotFormat
    _segment: int | None = None
    _memory: FrameMemory

    def __init__(
        self,
        job: Job,
        source: FrameSource,
        observer: Observer,
        plan: Plan,
        interrupts: Interrupts,
    ) -> None:
        self._interrupts = interrupts
        self._job = job
        self._source = source
        self._observer = observer
        self._plan = plan
        self._stack = ExitStack()
        self._order = FrameOrder()
        self._loans = Loans()
        self._lock: AbstractContextManager[Any] = nullcontext()  # another one, if there are threads

    def __enter__(self) -> Self:
        with self._stack as stack:
            stack.enter_context(self._source)  # it is closed even if frames() is never called
            self._start(stack)
            self._observer.ready(self._setup_seconds)
            self._stack = stack.pop_all()
        return self

    def close(self) -> None:
        """End the rendering side, and give its memory back."""
        self._stack.close()

    @property
    def workers(self) -> int:
        """Processes that draw."""
        return self._plan.workers

    @property
    def slots(self) -> int:
        """Slots that the frames are drawn into."""
        return self._order.slots

    @property
    def spilled(self) -> int:
        """Frames that went through the temporary file."""
        return self._memory.spilled

    @property
    def withdrawn(self) -> int | None:
        """The first place that is not vouched for and will be delivered again, if there is one."""
        return self._placed(self._vouching.withdrawn)

    @property
    def doubtful(self) -> int | None:
        """The place of the first frame that was redrawn, and that no comparison vouches for yet."""
        with self._lock:
            return self._placed(self._vouching.first_doubtful)

    def doubt(self, first: int, end: int) -> None:
        """Note frames of an earlier render, at these places, that nothing vouches for.

        If a redrawn frame differs now, they may have been wrong too. So may those that it has
        finished behind others.
        """
        spans = [(first, end), *self._source.done]
        self._vouching.doubt(
            self._source.numbering.frame(place) for span in spans for place in range(*span)
        )

    def _placed(self, frame: int | None) -> int | None:
        return None if frame is None else self._source.numbering.place(frame)

    def allocate(self, frame_format: SlotFormat, segment: int | None = None) -> None:
        """Fix the format of the frames, and make room for them.

        Segments of so many frames may be drained at once; None for the whole video in one go.
        """
        self._format, self._segment = frame_format, segment
        self._memory = FrameMemory(frame_format.nbytes, self._plan.spill_folder)
        self._stack.enter_context(self._memory)
        self._make_slots()

    def run(self, drain: Callable[[], None]) -> None:
        """Call `drain`, which calls :meth:`drain` in turn; return, or raise, when it does.

        It may be called in another thread, while params are pulled in this one.
        """
        drain()

    def drain(self, take: Take, first: int = 0, done: Sequence[tuple[int, int]] = ()) -> None:
        """Let `take` have the frames from a place on.

        Parameters
        ----------
        take : callable
            Is given an iterator of places in the video and views of frames, each valid until the
            next one is asked for, and the number of their lane: 0 in this thread. They come in
            order, but where another lane has what lies between, in a thread of its own.
        first : int
            The place.
        done : sequence of tuple of int
            Places that are left out: the first, and the one after the last.

        Raises
        ------
        WithdrawnError
            If frames that were delivered may be wrong. Then `drain` is to be called again, with
            the first of them, or with one before it.
        """
        self._go_to(first, done)
        with closing(self.frames()) as frames:
            take(frames, 0)

    def frames(self, lane: int = 0) -> Generator[Placed]:
        """Yield the place and a view of each frame that one of several drains, in order."""
        lent = self._next(lane)
        while lent is not None:
            view = self._format.view(lent.slot)
            self._observer.lent(lane)
            yield lent.place, view
            del view, lent
            self._observer.returned(lane)
            lent = self._exchanged(lane)
        if lane == 0:
            self._observer.occupied(0)
            self._observer.drained()

    def _exchanged(self, lane: int) -> Lent | None:
        """Take back what a lane has returned; return its next frame as :meth:`_next` does."""
        self._release(lane)
        return self._next(lane)

    def handed_out(self, *, copy: bool) -> Generator[tuple[int, Pixels]]:
        """Yield the number of each frame, and an array that stays as it is.

        Parameters
        ----------
        copy : bool
            Whether the arrays are copies, which may be written into. Otherwise they are read-only
            views of the slots. A slot is used again when nobody refers to the array any more, so
            where too many are kept, further ones are copies all the same.

        Raises
        ------
        RedrawError
            If frames that were yielded may be wrong.
        """
        while (lent := self._next()) is not None:
            frame, _, slot = lent
            del lent
            kept = None if copy else self._kept()
            # No variable here may refer to the array, or it would never be gone.
            if kept is None:
                yield frame, self._copied(slot, writable=copy)
            else:
                yield frame, self._format.view(self._loans.lend(kept, slot))
            with self._lock:
                for number in self._loans.returned():
                    self._order.let_go(number)
                if kept is not None:
                    self._release()

    def _kept(self) -> int | None:
        """Return the lent slot, which is to be kept; None if the frame has to be copied."""
        with self._lock:
            return self._order.keep() if len(self._loans) < self._most_kept else None

    def _copied(self, slot: Slot, *, writable: bool) -> Pixels:
        """Return a copy of the lent frame, whose slot is free then."""
        copied = self._format.view(slot).copy()
        copied.flags.writeable = writable
        self._release()
        return copied

    def turn(self) -> AbstractContextManager[None]:
        """Return a context for a turn of the engine's, between those of the user's loop."""
        return nullcontext()

    @property
    @abstractmethod
    def _most_kept(self) -> int:
        """Slots that may be kept."""

    @property
    @abstractmethod
    def _vouching(self) -> Vouching:
        """Which frames may be wrong."""

    @abstractmethod
    def _start(self, stack: ExitStack) -> None:
        """Start the rendering side, set `size`, and let `stack` end that side."""

    @abstractmethod
    def _make_slots(self) -> None:
        """Make the slots."""

    @abstractmethod
    def _go_to(self, place: int, done: Sequence[tuple[int, int]]) -> None:
        """Let the frame at this place of the video be the next one, and leave out what is done."""

    @abstractmethod
    def _next(self, lane: int = 0) -> Lent | None:
        """Go on until the next frame of a lane is finished; return it, None at the end."""

    @abstractmethod
    def _release(self, lane: int = 0) -> None:
        """Take the slot back that a lane has returned."""
