"""Which worker is given which frame.

As long as one encoder is enough, frames are given out in the order in which their params came, to
whoever has the least to do. Where several work, each on a segment of its own, the workers are
shared among these segments. A worker stays with its segment until all of that is given out, and
then goes on to a later one. So it gets its frames in ascending order, as it does with one encoder,
and mostly neighbours, for which less has to be redrawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from math import ceil

from parallel_animate.engine.backpressure import TASKS_PER_WORKER, Backpressure
from parallel_animate.engine.commands import Hand, WorkerId
from parallel_animate.engine.history import HistoryCheck
from parallel_animate.engine.lanes import Lanes
from parallel_animate.engine.waiting import Waiting
from parallel_animate.memory import FrameOrder
from parallel_animate.params import IN_ORDER, Numbering


class Handing:
    """Chooses the next frame that is given out, and who gets it.

    Parameters
    ----------
    order : FrameOrder
        The slots.
    lanes : Lanes
        The segments that are drained.
    history : HistoryCheck
        May want more workers to draw than are needed.

    Attributes
    ----------
    hands : dict
        What each worker has.
    waiting : Waiting
        Frames whose params are there.
    backpressure : Backpressure
        How many workers shall draw.
    numbering : Numbering
        Which frame comes at which place.
    """

    def __init__(self, order: FrameOrder, lanes: Lanes, history: HistoryCheck) -> None:
        self.hands: dict[WorkerId, Hand] = {}
        self.numbering: Numbering = IN_ORDER
        self.backpressure = Backpressure()
        self.waiting = Waiting(lambda frame: lanes.segment_of(self.numbering.place(frame)))
        self._order = order
        self._lanes = lanes
        self._history = history
        self._shared = False  # whether there was ever more than one lane

    def stock(self, lane: int = 0) -> int:
        """Return how many frames a lane can take one after the other."""
        held = self._lanes.open.get(lane)
        if held is None or held.is_through:
            return 0
        return self._order.stock(self.numbering.frame(held.at), self._order.slots, lane)

    def given_out(self, before: float) -> Iterator[tuple[WorkerId, int]]:
        """Yield who is given which frame, of those before `before`; it does not wait any more.

        The worker has to have it in its hand before the next is asked for.
        """
        self._shared |= len(self._lanes.open) > 1
        for worker, frame in self._shared_out(before) if self._shared else self._in_turn(before):
            self.waiting.take(frame)
            self.hands[worker].segment = self._segment(frame)
            yield worker, frame

    def free_hand(self, frame: int | None = None) -> WorkerId | None:
        """Return who shall be given a frame, if anybody: whoever has the fewest."""
        return self._least_busy(islice(self.hands, self._wanted_workers()), frame)

    def _least_busy(self, workers: Iterator[WorkerId], frame: int | None) -> WorkerId | None:
        free, least = None, TASKS_PER_WORKER
        for worker in workers:
            hand = self.hands[worker]
            # Who is drawing the same frame besides is not given it again: its two answers could not
            # be told apart.
            if hand.load < least and frame not in hand.tasks:
                free, least = worker, hand.load
                if not least:
                    break
        return free

    def _wanted_workers(self) -> int:
        """Return how many workers shall be given frames."""
        if self._history.wanting or len(self._lanes.open) > 1:
            return len(self.hands)
        return self.backpressure.wanted(self.stock(), len(self.hands))

    # One segment after the other.

    def _in_turn(self, before: float) -> Iterator[tuple[WorkerId, int]]:
        while (frame := self.waiting.first()) is not None and frame < before:
            worker = self.free_hand(frame)
            if worker is None:
                return
            yield worker, frame

    # Several segments at once.

    def _segment(self, frame: int) -> int:
        return self._lanes.segment_of(self.numbering.place(frame))

    def _start(self, segment: int) -> int:
        return segment * (self._lanes.segment or 0)

    def may_draw(self, worker: WorkerId, frame: int) -> bool:
        """Whether a worker may be given a frame besides: its frames come in ascending order."""
        if not self._shared:
            return True
        hand = self.hands[worker]
        free = hand.segment is None or self.waiting.first(hand.segment) is None
        return hand.latest < frame and (free or hand.segment == self._segment(frame))

    def urgency(self, frame: int) -> tuple[int, int]:
        """Return how long it takes until a lane needs a frame: less than that of later ones."""
        place = self.numbering.place(frame)
        for lane in self._lanes.open.values():
            if lane.first <= place < lane.end:
                return place - lane.at, place
        return place - self._lanes.reached + (self._lanes.segment or 0), place

    def _shared_out(self, before: float) -> Iterator[tuple[WorkerId, int]]:
        """Yield who may have the first waiting frame of each segment; the earliest comes first.

        Behind the segments that are drained, one more is begun, so that the encoder that is through
        first has something to do at once.
        """
        lanes = {self._lanes.segment_of(lane.first): n for n, lane in self._lanes.open.items()}
        crews = _Crews(self.hands, self.waiting, max(1, len(lanes)))
        if not crews.idle:
            return
        closed = next((each for each in self.waiting.segments if each not in lanes), None)
        for segment in sorted(lanes if closed is None else [*lanes, closed]):
            lane = lanes.get(segment)
            if lane is not None and self._lanes.open[lane].sated == self._moment(lane):
                continue
            while crews.may_serve(segment):
                frame = self.waiting.first(segment)
                if frame is None or frame >= before:
                    break
                worker = self._of_segment(segment, frame, lane, crews)
                if worker is None:
                    break
                left = self.hands[worker].segment
                yield worker, frame
                crews.gave(worker, left, segment)

    def _moment(self, lane: int) -> tuple[int, ...]:
        """Return what it depends on, besides its stock, whether a lane needs no more frames."""
        return self._lanes.open[lane].at, len(self._lanes.open), self.backpressure.even

    def _of_segment(
        self, segment: int, frame: int, lane: int | None, crews: _Crews
    ) -> WorkerId | None:
        """Return who shall be given a frame of a segment, which a lane may have, if anybody."""
        if lane is None:  # what is begun of it waits until a lane takes it
            stock = self.numbering.place(frame) - max(self._lanes.reached, self._start(segment))
        else:
            stock = self.stock(lane)
        members = crews.of.get(segment, [])
        most = max(len(members), crews.share)
        wanted = self.backpressure.wanted(stock, most, lane, crews.lanes)
        if not wanted and lane is not None:
            self._lanes.open[lane].sated = self._moment(lane)
        free = self._least_busy(islice(members, wanted), frame)
        if free is not None or len(members) >= min(crews.share, wanted):
            return free
        others = [
            worker
            for worker, hand in self.hands.items()
            if hand.latest < frame and hand.segment != segment
        ]
        if not members and not others:  # all have drawn later ones: somebody has died
            return self._least_busy(iter(self.hands), frame)
        return self._least_busy(
            (each for each in others if self.hands[each].segment in crews.spare), frame
        )


class _Crews:
    """Which workers draw for which segment, and which of them can be given more.

    It is asked after each event, so segments for which nobody can be free must cost next to
    nothing.

    Parameters
    ----------
    hands : mapping
        What each worker has.
    waiting : Waiting
        The frames that can be given out.
    lanes : int
        Among how many segments the workers are shared.

    Attributes
    ----------
    of : dict
        The workers of each segment; of None, those that have none.
    idle : set of WorkerId
        Who can be given a frame.
    spare : set of int or None
        Segments from which one of these may be called away, because it is not needed there.
    share : int
        So many workers are called to a segment.
    """

    def __init__(self, hands: Mapping[WorkerId, Hand], waiting: Waiting, lanes: int) -> None:
        self.lanes = lanes
        self.share = ceil(len(hands) / lanes)
        self.of: dict[int | None, list[WorkerId]] = {}
        self.idle: set[WorkerId] = set()
        self._hands = hands
        self._waiting = waiting
        for worker, hand in hands.items():
            self.of.setdefault(hand.segment, []).append(worker)
            if hand.load < TASKS_PER_WORKER:
                self.idle.add(worker)
        self.spare = {hands[worker].segment for worker in self.idle}
        self.spare = {segment for segment in self.spare if self._needs_fewer(segment)}

    def _needs_fewer(self, segment: int | None) -> bool:
        if segment is None or len(self.of[segment]) > self.share:
            return True
        return self._waiting.first(segment) is None

    def may_serve(self, segment: int) -> bool:
        """Whether it is possible that somebody can be given a frame of a segment."""
        if not self.idle:
            return False
        members = self.of.get(segment)
        return bool(self.spare) or not members or not self.idle.isdisjoint(members)

    def gave(self, worker: WorkerId, left: int | None, segment: int) -> None:
        """Note that a worker, which was at `left`, was given a frame of a segment."""
        if left != segment:
            self.of[left].remove(worker)
            self.of.setdefault(segment, []).append(worker)
        if self._hands[worker].load >= TASKS_PER_WORKER:
            self.idle.discard(worker)
        for each in (left, segment):
            if self._needs_fewer(each) and not self.idle.isdisjoint(self.of[each]):
                self.spare.add(each)
            else:
                self.spare.discard(each)
