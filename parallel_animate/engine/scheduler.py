"""Who draws which frame, in which way, and when a frame is delivered: what is known of a render.

::

    events                                           commands
    a worker is there, or gone ─┐                 ┌─▶ draw a frame, so
    params are there, or end   ─┤                 ├─▶ take this slot
    a frame is drawn, or fails ─┼─▶  Scheduler  ──┼─▶ move a frame to the file
    redrawing has differed     ─┤                 ├─▶ make room for one more slot
    the writer takes a frame   ─┘                 └─▶ these params are needed no more

It waits for nothing, reads no clock, and touches neither processes nor memory: an engine tells it
what has happened, and does what it says. So sixty-four uneven workers, deaths at the worst moment,
and any order of messages are tested without a process.

Workers hold tasks and slots apart. Beside the frame that it draws, a worker has one more task
waiting in its pipe (`TASKS_PER_WORKER`), so that it need not stop while the main process is busy.
But it has one slot at most, which it fills when a frame is drawn. Then the frames ahead of a slow
one take all other slots, and nobody waits for it until these are full.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

from parallel_animate.canvas import Way
from parallel_animate.engine.backpressure import TASKS_PER_WORKER, Backpressure
from parallel_animate.engine.commands import (
    Command,
    Discard,
    Draw,
    Forget,
    Grow,
    Hand,
    Outlook,
    Spill,
    Supply,
    WorkerId,
)
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.history import HistoryCheck
from parallel_animate.engine.vouching import Vouching
from parallel_animate.memory import FrameOrder
from parallel_animate.params import IN_ORDER, Numbering


class Scheduler:
    """The state of a render on worker processes.

    Events are its methods; :meth:`commands` says what follows.

    Parameters
    ----------
    order : FrameOrder
        The slots.
    comparisons : Comparisons
        In which way frames are drawn.
    history : HistoryCheck
        Which frames are drawn twice.
    total : int or None
        Frames that are to be pulled, if that is known.
    begins : bool
        Whether every worker draws the first frame of all before its own.
    repeatable : bool
        Whether the params of a frame can be had again after :class:`Forget`.
    numbering : Numbering
        Which frame comes at which place, as far as that is known before all params are there.

    Attributes
    ----------
    waiting : deque of int
        Frames whose params are there, in the order in which they will be given out.
    again, lacking : set of int
        Frames that have to be drawn again: those whose params are there, and those whose params
        have to be had again first.
    backpressure : Backpressure
        How many workers shall draw.
    drawn_again : int
        Frames that were thrown away because redrawing has differed.
    closed, all_pulled : bool
        Whether no more frames are given out, and whether there are no more params.
    hands : dict
        What each worker has.
    vouching : Vouching
        Which frames may be wrong.
    """

    def __init__(
        self,
        order: FrameOrder,
        comparisons: Comparisons,
        history: HistoryCheck,
        *,
        total: int | None = None,
        begins: bool = True,
        repeatable: bool = False,
        numbering: Numbering = IN_ORDER,
    ) -> None:
        self._place = 0  # in the video, of the frame that the writer needs next
        self._numbering = numbering
        self.backpressure = Backpressure()
        self.drawn_again = 0
        self.waiting: deque[int] = deque()
        self.lacking: set[int] = set()
        self.vouching = Vouching(repeatable=repeatable)
        self.hands: dict[WorkerId, Hand] = {}
        self._order = order
        self._comparisons = comparisons
        self._history = history
        self._to_come = total  # frames whose params are still to be pulled, if that is known
        self._begins = begins
        self._repeatable = repeatable
        self._opening: int | None = None
        self.again: set[int] = set()  # to be drawn again; their params are there
        self.in_flight: dict[int, WorkerId] = {}  # frames that are drawn for the video
        self._kept: set[int] = set()  # finished frames whose params are kept
        self._tidied: list[Discard | Forget] = []  # what is yet to be said of finished frames
        self._can_grow = True
        self.closed = False
        self.all_pulled = False

    # What happens.

    def joined(self, worker: WorkerId) -> None:
        """Note that a worker can be given tasks."""
        self.hands[worker] = Hand()

    def left(self, worker: WorkerId) -> list[int]:
        """Note that a worker is gone; return what it had to draw, what it was drawing first."""
        hand = self.hands.pop(worker, None)
        if hand is None:
            return []
        self._history.stop()
        self._comparisons.left(worker)
        if hand.slot is not None:
            self._order.give_back(hand.slot)
        for frame, task in hand.tasks.items():
            if task.video:
                del self.in_flight[frame]
                self.again.add(frame)
        return list(hand.tasks)

    def lack(self, frame: int) -> bool:
        """Have the params of a frame that is to be drawn again anew, if that can be."""
        if not self._repeatable or frame not in self.again:
            return False
        self.again.remove(frame)
        self.lacking.add(frame)
        return True

    def opens(self, frame: int) -> None:
        """Note which frame is the first of all: with it, every worker begins."""
        self._opening = frame

    def pulled(self, frame: int) -> None:
        """Note that the params of the next frame are there."""
        self.waiting.append(frame)
        if self._to_come is not None:
            self._to_come -= 1

    def pulled_again(self, frame: int) -> None:
        """Note that the params of a frame that is to be drawn again are there."""
        self.lacking.discard(frame)
        self.again.add(frame)

    def ended(self, numbering: Numbering | None = None) -> None:
        """Note that there are no more params, and with that, which frames never come."""
        self.all_pulled = True
        self._numbering = numbering or self._numbering

    def drawn(self, worker: WorkerId, frame: int, slot: int | None, *, redrawn: bool) -> Draw:
        """Note that a worker has drawn a frame, and filled `slot`; return what it was asked for.

        `redrawn` says that only what had changed was drawn, and not compared with a full draw.
        """
        hand = self.hands[worker]
        task = hand.strike(frame)
        if not task.video:
            return task
        assert slot is not None
        assert slot == hand.slot
        hand.slot = None
        del self.in_flight[frame]
        if redrawn and self.vouching.different:
            self._order.give_back(slot)
            self.again.add(frame)
            self.drawn_again += 1
            return task
        self._order.finish(frame, slot)
        if frame == self.due:
            self.backpressure.came(self._stock)
        self._kept.add(frame)
        if redrawn:
            self.vouching.redrawn(worker, frame)
        if self._repeatable or not redrawn:
            self._forget(frame)
        return task

    def vouched(self, worker: WorkerId) -> None:
        """Note that a comparison was good: what the worker has drawn so far is right."""
        for frame in self.vouching.compared(worker):
            self._forget(frame)

    def differed(self) -> None:
        """Note that a redrawn frame differs from its full draw.

        All frames are drawn in full from here on. Those that were redrawn since the last good
        comparison of their worker are not vouched for. What of them was not delivered yet is drawn
        again. If others were, the video is withdrawn from the first of them on; or, where their
        params cannot be had again, they stay `unvouched`.
        """
        self._comparisons.differed()
        self._history.withdraw()
        for frame in self.vouching.differed(self.due):
            self.drawn_again += 1
            if self._order.drop(frame):
                self._tidied.append(Discard(frame))
            if frame in self._kept:
                self._kept.remove(frame)
                self.again.add(frame)
            else:
                self.lacking.add(frame)

    def failed(self, worker: WorkerId, frame: int) -> Draw:
        """Note that a worker has failed to draw a frame; return what it was asked for."""
        task = self.hands[worker].strike(frame)
        if task.video:
            del self.in_flight[frame]
        return task

    def close(self) -> None:
        """Give no more frames out. Those under way are finished."""
        self.closed = True

    def cannot_grow(self) -> None:
        """Note that there is no room for another slot."""
        self._can_grow = False

    # What the writer does.

    @property
    def due(self) -> int:
        """The frame that the writer needs next."""
        return self._numbering.frame(self._place)

    def go_to(self, place: int) -> None:
        """Deliver from this place on; what was delivered of those that follow is drawn again."""
        self.lacking.update(map(self._numbering.frame, range(place, self._place)))
        self.drawn_again += max(0, self._place - place)
        self._place = place
        self.vouching.gone_back()

    @property
    def outlook(self) -> Outlook:
        """What the writer can expect."""
        if self.vouching.withdrawn is not None:
            return "withdrawn"
        if self._order.has(self.due):
            return "frame"
        return "end" if not self.in_flight and (self.closed or self.all_given) else "wait"

    def lent(self) -> None:
        """Note that the writer has taken the frame that was due."""
        self._forget(self.due)
        self._place += 1

    def released(self) -> None:
        """Note that the writer has encoded the frame that it took last."""
        self.backpressure.released()

    @property
    def all_given(self) -> bool:
        """Whether there is no frame left to be given out."""
        return self.all_pulled and not (self.waiting or self.again or self.lacking)

    @property
    def hungry(self) -> bool:
        """Whether a worker would be given a frame if there were one."""
        over = self.closed or self.all_pulled
        return not (over or self.again or self.waiting) and self._free_hand(None) is not None

    @property
    def stuck(self) -> bool:
        """Whether nothing goes on before there are more params."""
        return not self.in_flight and not self._order.has(self.due)

    def commands(self) -> Iterator[Command]:
        """Yield what is to be done; each has to be done before the next is asked for."""
        tidied, self._tidied = self._tidied, []
        yield from tidied
        yield from self._hand_out()
        yield from self._supply()

    def _forget(self, frame: int) -> None:
        """Have the params of a finished frame forgotten, if they are still kept.

        Those of a redrawn frame are kept until it is vouched for or delivered, unless they can be
        had again.
        """
        if frame in self._kept:
            self._kept.remove(frame)
            self._tidied.append(Forget(frame))

    def _hand_out(self) -> Iterator[Draw]:
        """Give frames to workers; those that have to be drawn again come first."""
        while not self.closed and (self.again or self.waiting):
            frame = min(self.again) if self.again else self.waiting[0]
            worker = self._free_hand(frame)
            if worker is None:
                return
            if self.again:
                self.again.remove(frame)
            else:
                self.waiting.popleft()
            yield from self._give(worker, frame)

    def _free_hand(self, frame: int | None) -> WorkerId | None:
        """Return who shall be given a frame, if anybody: whoever has the fewest."""
        free, least = None, TASKS_PER_WORKER
        for worker, hand in islice(self.hands.items(), self._wanted_workers()):
            # Who is drawing the same frame besides is not given it again: its two answers could not
            # be told apart.
            if hand.load < least and frame not in hand.tasks:
                free, least = worker, hand.load
                if not least:
                    break
        return free

    def _wanted_workers(self) -> int:
        """Return how many workers shall be given frames."""
        if self._history.wanting:
            return len(self.hands)
        return self.backpressure.wanted(self._stock, len(self.hands))

    @property
    def _stock(self) -> int:
        """Finished frames that the writer can take one after the other."""
        return self._order.stock(self.due, self._order.slots)

    def _give(self, worker: WorkerId, frame: int) -> Iterator[Draw]:
        """Give a frame to a worker, and to another one too if the two are to be compared."""
        yield from self._begin(worker, frame)
        witness = self._history.witness(frame, worker)
        way = self._comparisons.way(worker, last=self._is_last)
        self.in_flight[frame] = worker
        yield self.hands[worker].take(Draw(worker, frame, way, digest=witness is not None))
        if witness is not None:
            besides = Draw(witness, frame, self._way_besides, video=False, digest=True)
            yield self.hands[witness].take(besides)

    def _begin(self, worker: WorkerId, frame: int) -> Iterator[Draw]:
        """Have a worker draw the first frame of all before its own, as all others have.

        Where a figure is made for each frame, there is nothing that it could settle then.
        """
        hand = self.hands[worker]
        opening, begun = self._opening, hand.begun
        hand.begun = True
        if not begun and self._begins and opening is not None and opening != frame:
            yield hand.take(Draw(worker, opening, self._way_besides, video=False))

    @property
    def _is_last(self) -> bool:
        """Whether the frame that is given out now is the last of all, as far as is known."""
        no_more = self.all_pulled or self._to_come == 0
        return no_more and not (self.waiting or self.again or self.lacking)

    @property
    def _way_besides(self) -> Way:
        """The way to draw what is not for the video."""
        return "full" if self.vouching.different else "redraw"

    def _supply(self) -> Iterator[Supply | Spill | Grow]:
        """Give slots to the workers that have a frame to store; the earliest frame comes first."""
        needy = [worker for worker, hand in self.hands.items() if hand.needs_slot]
        for worker in sorted(needy, key=lambda worker: self.hands[worker].earliest):
            slot = self._order.hold()
            # Frames ahead of a slow one get more slots; those ahead of one still to come, the file.
            if slot is None and self._can_grow and self.due in self.in_flight:
                yield Grow()
                slot = self._order.hold()
            if slot is None and self._must_go_on(worker) and (last := self._order.last()):
                yield Spill(*last)
                # Params so far out of order would fill a ring of any size.
                self._can_grow = False
                slot = self._order.hold()
            if slot is None:
                return
            self.hands[worker].slot = slot
            yield Supply(worker, slot)

    def _must_go_on(self, worker: WorkerId) -> bool:
        """Whether no slot would ever become free if this worker got none.

        The frame that is due is behind others in its pipe, or is still to come. (Params may come in
        any order.)
        """
        return not self._order.has(self.due) and self.in_flight.get(self.due, worker) == worker
