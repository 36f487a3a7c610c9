"""Who draws which frame, in which way, and when a frame is delivered: what is known of a render.

::

    events                                           commands
    a worker is there, or gone ─┐                 ┌─▶ draw a frame, so
    params are there, or end   ─┤                 ├─▶ take this slot
    a frame is drawn, or fails ─┼─▶  Scheduler  ──┼─▶ move a frame to the file
    redrawing has differed     ─┤                 ├─▶ make room for one more slot
    a writer takes a frame     ─┘                 └─▶ these params are needed no more

It waits for nothing, reads no clock, and touches neither processes nor memory: an engine tells it
what has happened, and does what it says. So sixty-four uneven workers, deaths at the worst moment,
and any order of messages are tested without a process.

Workers hold tasks and slots apart. Beside the frame that it draws, a worker has one more task
waiting in its pipe (`TASKS_PER_WORKER`), so that it need not stop while the main process is busy.
But it has one slot at most, which it fills when a frame is drawn. Then the frames ahead of a slow
one take all other slots, and nobody waits for it until these are full.

The video is drained by one lane or several (lanes.py), each of which is an encoder's thread with a
segment of its own. Who is given which frame is chosen in handing.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from parallel_animate.canvas import Way
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
from parallel_animate.engine.lanes import ENDLESS, Lane, Lanes, Span
from parallel_animate.engine.ledger import Ledger
from parallel_animate.engine.vouching import Vouching
from parallel_animate.engine.widening import Widening
from parallel_animate.memory import FrameOrder
from parallel_animate.params import IN_ORDER, Numbering


class Scheduler(Ledger):
    """The state of a render on worker processes, and what follows from each event.

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
    first : int
        The place of the first frame to be rendered.
    done : sequence of Span
        What an earlier render has finished behind it.

    Attributes
    ----------
    widening : Widening
        How many lanes there shall be.
    drawn_again : int
        Frames that were thrown away because redrawing has differed.
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
        first: int = 0,
        done: Sequence[Span] = (),
    ) -> None:
        super().__init__(order, Lanes(None, first, done), history, numbering, total)
        self.widening = Widening()
        self.drawn_again = 0
        self.vouching = Vouching(repeatable=repeatable)
        self._comparisons = comparisons
        self._begins = begins
        self._repeatable = repeatable
        self._opening: int | None = None
        self._kept: set[int] = set()  # finished frames whose params are kept
        self._tidied: list[Discard | Forget] = []  # what is yet to be said of finished frames
        self._can_grow = True
        self._released = 0  # frames that were encoded while it is undecided how many lanes there be

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
        self.waiting.add(frame)
        self._in_order &= self.place(frame) == self.lanes.skipping(self._pulled_to)
        self._pulled_to = self.place(frame) + 1
        if self._to_come is not None:
            self._to_come -= 1

    def pulled_again(self, frame: int) -> None:
        """Note that the params of a frame that is to be drawn again are there."""
        self.lacking.discard(frame)
        self.again.add(frame)

    def ended(self, numbering: Numbering | None = None) -> None:
        """Note that there are no more params, and with that, which frames never come."""
        self.all_pulled = True
        self.handing.numbering = numbering or self.handing.numbering
        self.waiting.sort_anew()

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
        place = self.place(frame)
        for number, lane in self.lanes.open.items():
            if lane.at == place:
                self.backpressure.came(self.handing.stock(number), number)
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
        for frame in self.vouching.differed(self.is_delivered):
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

    def close(self, before: float = -inf) -> None:
        """Give out none but the frames before this one. Those under way are finished."""
        self._before = min(before, self._before)

    def cannot_grow(self) -> None:
        """Note that there is no room for another slot."""
        self._can_grow = False

    # What the writers do, each in its lane.

    def go_to(self, place: int, done: Sequence[Span] = ()) -> None:
        """Deliver from this place on; what was delivered of those that follow is drawn again.

        That is all but what lies in the spans `done`.
        """
        back = self.lanes.go_back(place, done)
        self.lacking.update(map(self.handing.numbering.frame, back))
        self.drawn_again += len(back)
        self.vouching.gone_back()

    def outlook(self, lane: int = 0) -> Outlook:
        """Return what a lane can expect."""
        if self.vouching.withdrawn is not None:
            return "withdrawn"
        held = self.lanes.open.get(lane)
        if held is None or held.is_through:
            if lane and len(self.lanes.open) > self.lanes.wanted:
                return "end"
            if not self.may_take(lane):
                return "wait" if self.others_are_open(lane) and lane == 0 else "end"
            self.lanes.take(lane)
        frame = self.due(lane)
        if self._order.has(frame):
            return "frame"
        return "wait" if self.in_flight or self.may_come(frame) else "end"

    def lent(self, lane: int = 0) -> Lane:
        """Note that the writer has taken the frame that was due; return where it is."""
        self._forget(self.due(lane))
        held = self.lanes.open[lane]
        held.at += 1
        return held

    def released(self, lane: int = 0) -> None:
        """Note that the writer has encoded the frame that it took last."""
        self.backpressure.released(lane)
        lanes = len(self.lanes.open)
        if lanes != self.lanes.wanted or not self.widening.watches(lanes):
            return
        self._released += 1
        if self._released % lanes:  # many lanes are looked at no more often than one
            return
        if not (self._history.wanting or self.all_given):
            self.lanes.wanted = self.widening.encoded(
                lanes,
                hungry=sum(not self.handing.stock(each) for each in self.lanes.open),
                busy=sum(hand.load > 0 for hand in self.hands.values()),
                workers=len(self.hands),
            )

    def share_among(self, widening: Widening, segment: int) -> None:
        """Let several lanes drain the video, each a segment of so many frames."""
        self.widening = widening
        self.lanes.segment = segment
        self.lanes.wanted = widening.at_first

    def left_lane(self, lane: int) -> None:
        """Note that a lane has ended."""
        self.lanes.leave(lane)

    def open_lane(self) -> int:
        """Open one more lane, and return its number."""
        number = next(each for each in range(1, ENDLESS) if each not in self.lanes.open)
        self.lanes.take(number)
        return number

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
        while self.again and (frame := min(self.again)) < self._before:
            worker = self.handing.free_hand(frame)
            if worker is None:
                return
            self.again.remove(frame)
            yield from self._give(worker, frame)
        for worker, frame in self.handing.given_out(self._before):
            yield from self._give(worker, frame)

    def _give(self, worker: WorkerId, frame: int) -> Iterator[Draw]:
        """Give a frame to a worker, and to another one too if the two are to be compared."""
        yield from self._begin(worker, frame)
        witness = self._history.witness(frame, worker, last=self.is_last, may=self.handing.may_draw)
        way = self._comparisons.way(worker, last=self.is_last)
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
    def _way_besides(self) -> Way:
        """The way to draw what is not for the video."""
        return "full" if self.vouching.different else "redraw"

    def _supply(self) -> Iterator[Supply | Spill | Grow]:
        """Give slots to the workers that have a frame to store; those needed first come first."""
        needy = [worker for worker, hand in self.hands.items() if hand.needs_slot]
        urgency = self.handing.urgency
        for worker in sorted(needy, key=lambda each: urgency(self.hands[each].earliest)):
            slot = self._order.hold()
            # Frames ahead of a slow one get more slots; those ahead of one still to come, the file.
            if slot is None and self._can_grow and not self.dues.isdisjoint(self.in_flight):
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

        A frame that is due is behind others in its pipe, or is still to come. (Params may come in
        any order.)
        """
        return self.stalled and any(self.in_flight.get(due, worker) == worker for due in self.dues)
