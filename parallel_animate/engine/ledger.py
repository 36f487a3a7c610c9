"""What is known of a render: whose params are there, who draws what, and how far each lane is.

It is the part of the scheduler that answers questions; what happens, and what follows from it, is
in scheduler.py.
"""

from __future__ import annotations

from math import inf

from parallel_animate.engine.backpressure import TASKS_PER_WORKER
from parallel_animate.engine.commands import WorkerId
from parallel_animate.engine.handing import Handing
from parallel_animate.engine.history import HistoryCheck
from parallel_animate.engine.lanes import Lanes
from parallel_animate.memory import FrameOrder
from parallel_animate.params import Numbering


class Ledger:
    """What is known of a render.

    Parameters
    ----------
    order : FrameOrder
        The slots.
    lanes : Lanes
        Who drains which segment.
    history : HistoryCheck
        Which frames are drawn twice.
    numbering : Numbering
        Which frame comes at which place, as far as that is known.
    total : int or None
        Frames that are to be pulled, if that is known.

    Attributes
    ----------
    handing : Handing
        Who is given which frame.
    hands : dict
        What each worker has.
    waiting : Waiting
        Frames whose params are there, and that were not given out yet.
    backpressure : Backpressure
        How many workers shall draw.
    again, lacking : set of int
        Frames that have to be drawn again: those whose params are there, and those whose params
        have to be had again first.
    in_flight : dict
        Who draws which frame for the video.
    all_pulled : bool
        Whether there are no more params.
    """

    def __init__(
        self,
        order: FrameOrder,
        lanes: Lanes,
        history: HistoryCheck,
        numbering: Numbering,
        total: int | None,
    ) -> None:
        self.lanes = lanes
        self.handing = Handing(order, lanes, history)
        self.handing.numbering = numbering
        self.hands = self.handing.hands
        self.waiting = self.handing.waiting
        self.backpressure = self.handing.backpressure
        self.again: set[int] = set()
        self.lacking: set[int] = set()
        self.in_flight: dict[int, WorkerId] = {}
        self.all_pulled = False
        self._order = order
        self._history = history
        self._to_come = total
        self._before = inf  # frames before this one are given out
        self._pulled_to = lanes.reached  # params of all places before this one have come
        self._in_order = True  # and none of those behind it

    # The frames.

    @property
    def is_last(self) -> bool:
        """Whether the frame that is given out now is the last of all, as far as is known."""
        no_more = self.all_pulled or self._to_come == 0
        return no_more and not (self.waiting or self.again or self.lacking)

    @property
    def closed(self) -> bool:
        """Whether there are frames that are not given out any more."""
        return self._before < inf

    # The lanes.

    def due(self, lane: int = 0) -> int:
        """Return the frame that a lane needs next."""
        held = self.lanes.open.get(lane)
        place = self.lanes.next_span[0] if held is None or held.is_through else held.at
        return self.handing.numbering.frame(place)

    @property
    def wants_lane(self) -> bool:
        """Whether one more lane can be opened, and shall be."""
        few = 0 < len(self.lanes.open) < min(self.lanes.wanted, len(self.hands))
        return few and not self._history.wanting and self.is_certain

    def may_take(self, lane: int) -> bool:
        """Whether a lane that is through can go on with the next segment."""
        return self.is_certain or not self.others_are_open(lane)

    def others_are_open(self, lane: int) -> bool:
        return any(each != lane for each in self.lanes.open)

    @property
    def is_certain(self) -> bool:
        """Whether it is known with which frame the next segment begins, and its params are there.

        Numbers may still turn out to be missing before a frame whose params come out of order.
        """
        return (
            self._in_order
            and self.lanes.next_span[0] < self._pulled_to
            and self.handing.numbering.frame(self.lanes.next_span[0]) < self._before
        )

    def may_come(self, frame: int) -> bool:
        """Whether a frame that nobody draws now may be drawn later."""
        if frame >= self._before or (self.closed and not self.hands):
            return False
        given = frame in self.waiting or frame in self.again or frame in self.lacking
        return given or not (self.closed or self.all_pulled)

    def place(self, frame: int) -> int:
        return self.handing.numbering.place(frame)

    def is_delivered(self, frame: int) -> bool:
        return self.lanes.delivered(self.place(frame))

    @property
    def wanted_again(self) -> int | None:
        """The first frame whose params have to be had again, if there is one."""
        return min((frame for frame in self.lacking if frame < self._before), default=None)

    @property
    def ready_again(self) -> int:
        """How many frames wait to be drawn again, of those that are still given out."""
        return sum(frame < self._before for frame in self.again)

    @property
    def wants_more(self) -> bool:
        """Whether more params shall be pulled, so that further segments can be begun."""
        if self.closed or self.all_pulled or not self._in_order or self.lanes.segment is None:
            return False
        if self.lanes.wanted == 1:
            return False
        further = (self.lanes.wanted - len(self.lanes.open)) * self.lanes.segment
        return self._pulled_to <= self.lanes.next_span[0] + further

    @property
    def short_of_workers(self) -> bool:
        """Whether all workers have as much to do as they can be given, and there is more."""
        busy = all(hand.load >= TASKS_PER_WORKER for hand in self.hands.values())
        return busy and bool(self.hands) and not (self.closed or self.all_given)

    @property
    def to_give(self) -> int | None:
        """How many frames are still to be given out, if that is known."""
        return None if self._to_come is None else self._to_come + len(self.waiting)

    @property
    def all_given(self) -> bool:
        """Whether there is no frame left to be given out."""
        return self.all_pulled and not (self.waiting or self.again or self.lacking)

    @property
    def hungry(self) -> bool:
        """Whether a worker would be given a frame if there were one."""
        over = self.closed or self.all_pulled
        return not (over or self.again or self.waiting) and self.handing.free_hand() is not None

    @property
    def stuck(self) -> bool:
        """Whether nothing goes on before there are more params."""
        return not self.in_flight and self.stalled

    @property
    def stalled(self) -> bool:
        """Whether no lane has the frame that it needs next."""
        return not any(map(self._order.has, self.dues))

    @property
    def dues(self) -> set[int]:
        """The frames that are needed next."""
        return {self.due(lane) for lane in self.lanes.open} or {self.due()}
