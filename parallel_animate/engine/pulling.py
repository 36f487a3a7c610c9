"""Params for the workers: pulled ahead, in the thread that has called the render.

Database cursors, ``signal``, ``no_grad()``, event loops and context variables belong to that
thread, so the user's iterator runs there and nowhere else. An item is pickled at once: the
iterator may fill the same array again for the next one.

From a list or an array that lies in memory, where no code of the user runs, whichever thread has
the lock takes an item when a worker can have one. Forked workers have it already, and are told
where.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Any, TypeVar

from parallel_animate.engine.crew import Crew
from parallel_animate.engine.scheduler import Scheduler
from parallel_animate.errors import AnimateError
from parallel_animate.params import FrameSource, Payload, PayloadMemory, Pickled, PullAhead
from parallel_animate.system import Interrupts, RecalledError, TerminatedError

log = logging.getLogger("parallel_animate.animator")

_T = TypeVar("_T")


class Puller:
    """Pulls params while the scheduler wants them.

    Parameters
    ----------
    source : FrameSource
        Where they come from.
    scheduler : Scheduler
        Says whether more are wanted.
    crew : Crew
        Gets them.
    memory : PayloadMemory
        Where they are put.
    ahead : PullAhead
        How far to pull ahead.
    interrupts : Interrupts
        Interrupt code of the user at once.
    lock : RLock
        Held while the scheduler and the crew are told.
    act : callable
        Does what follows, with the lock held.
    inherited : bool
        Whether workers have the params already when they are started.

    Attributes
    ----------
    asking : bool
        Whether code of the user runs.
    """

    def __init__(
        self,
        source: FrameSource,
        scheduler: Scheduler,
        crew: Crew,
        memory: PayloadMemory,
        ahead: PullAhead,
        interrupts: Interrupts,
        lock: RLock,
        act: Callable[[], None],
        *,
        inherited: bool,
    ) -> None:
        self.asking = False
        self._source = source
        self._scheduler = scheduler
        self._crew = crew
        self._memory = memory
        self._ahead = ahead
        self._interrupts = interrupts
        self._lock = lock
        self._act = act
        self._inherited = inherited

    def job(self) -> Callable[[], None] | None:
        """Return what the thread that called has to do now, without the lock; None for nothing."""
        scheduler, held = self._scheduler, self._crew.params.waiting_bytes
        if self._interrupts.pending:
            return None
        ready = scheduler.ready_again
        again = scheduler.wanted_again if scheduler.lacking else None
        if again is not None and (not ready or self._ahead.wanting(ready, held)):
            return partial(self._pull_again, again)
        if self._source.in_place is not None or scheduler.closed or scheduler.all_pulled:
            return None
        wanting = self._ahead.wanting(len(scheduler.waiting), held)
        needed = scheduler.hungry and (scheduler.stuck or self._ahead.has_room(held))
        return self._pull if wanting or needed or self._wanted_by_lanes else None

    @property
    def _wanted_by_lanes(self) -> bool:
        """Whether further segments could be begun with more params, and there is room for these."""
        more = self._scheduler.wants_more
        return more and self._ahead.has_room(self._crew.params.waiting_bytes)

    def pull_in_place(self) -> bool:
        """Take items from a list or an array if a worker can have one; return whether it did.

        Those of segments that can be begun are taken all at once. The lock has to be held.
        """
        if self._source.in_place is None:
            return False
        while self._wanted_by_lanes:
            self._take_in_place()
        hungry = self._scheduler.hungry
        if hungry:
            self._take_in_place()
        return hungry

    def _take_in_place(self) -> None:
        """Take an item from a list or an array."""
        source, position = self._source, self._source.pulled
        try:
            if self._crew.params.opening is None and (opening := source.opening()) is not None:
                self._crew.open_with(opening[0], self._in_place(*opening))
            item = source.get()
            if item is None:
                self._scheduler.ended(source.numbering)
            else:
                self._crew.has_params(item[0], self._in_place(*item))
        except AnimateError as error:
            self._crew.ends_with(error, position)

    def _in_place(self, frame: int, params: Any) -> Payload:
        if self._inherited:
            return Payload.at(self._source.position, lambda: params)
        return self._packed(_Item.of(frame, params))

    def _pull(self) -> None:
        """Take the next item from the user's iterator."""
        position = self._source.pulled
        items = self._asked(self._next_items, lambda error: self._crew.ends_with(error, position))
        if items is None:
            return
        opening, item = items
        if opening is not None:
            first = self._packed(opening)
            with self._lock:
                self._crew.open_with(opening.frame, first)
        params = None if item is None else self._packed(item)
        with self._lock:
            if item is None or params is None:
                self._scheduler.ended(self._source.numbering)
            else:
                self._crew.has_params(item.frame, params)
            self._act()

    def _pull_again(self, frame: int) -> None:
        """Have the params of a frame again."""
        item = self._asked(
            lambda: _Item.of(frame, self._source.again(frame)),
            lambda error: self._crew.fail(error, frame),
        )
        if item is not None:
            params = self._packed(item)
            with self._lock:
                self._crew.has_params(frame, params, again=True)
                self._act()

    def _next_items(self) -> tuple[_Item | None, _Item | None]:
        """Return the next item, and before it the first one of all, with which workers begin."""
        opening = self._source.opening() if self._crew.params.opening is None else None
        first = None if opening is None else _Item.of(*opening)
        item = self._source.get()
        return first, None if item is None else _Item.of(*item)

    def _asked(self, ask: Callable[[], _T], fail: Callable[[AnimateError], None]) -> _T | None:
        """Ask code of the user for params; return None if it has failed, or was stopped.

        Signals interrupt it at once.
        """
        self.asking = True
        try:
            with self._interrupts.allowed():
                return ask()
        except AnimateError as error:
            if self._interrupts.recalled:  # nobody raises it
                log.warning("the render is over, and %s", error, exc_info=True)
            with self._lock:
                fail(error)
                self._act()
        except RecalledError:
            pass  # the render is over
        except (KeyboardInterrupt, TerminatedError):
            if not self._interrupts.pending:
                raise  # the user's iterator has raised it
        finally:
            self.asking = False
        return None

    def _packed(self, item: _Item) -> Payload:
        """Return params as they are sent. They are copied while others go on."""
        with self._lock:
            payload = self._memory.reserve(item.params, self._crew.params)
        self._memory.fill(payload, item.params)
        self._ahead.pulled(payload.nbytes)
        return payload


@dataclass(frozen=True)
class _Item:
    """A frame and its params, pickled."""

    frame: int
    params: Pickled

    @classmethod
    def of(cls, frame: int, params: Any) -> _Item:
        return cls(frame, Pickled.of(frame, params))
