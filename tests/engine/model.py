"""A render without processes: workers, params and a writer that do what the scheduler says.

Each step is one that the real ones may take at that moment, in any order. On the way it is checked
what must hold at every moment: a slot is with one worker at a time, and the writer gets what was
drawn last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from math import inf

from hypothesis import strategies as st

from parallel_animate.canvas import DrawCounts
from parallel_animate.engine.commands import Discard, Draw, Forget, Grow, Spill, Supply
from parallel_animate.engine.comparisons import Comparisons
from parallel_animate.engine.history import HistoryCheck
from parallel_animate.engine.lanes import Span
from parallel_animate.engine.scheduler import Scheduler
from parallel_animate.engine.widening import Widening
from parallel_animate.memory import FrameOrder
from parallel_animate.params import IN_ORDER, Numbering
from parallel_animate.params.ids import FrameIds

FULL = 3.0  # a full draw takes so many times as long as a redrawn frame


@dataclass
class ModelWorker:
    """What a worker has got and has not finished."""

    tasks: list[Draw] = field(default_factory=list)
    slot: int | None = None

    @property
    def able(self) -> bool:
        """Whether it can finish the first of its tasks."""
        return bool(self.tasks) and not (self.tasks[0].video and self.slot is None)


class Model:
    """A render under way.

    Parameters
    ----------
    workers : int
        How many draw.
    frames : iterable of int
        The frames in the order in which their params come.
    even, most : int
        Slots at the beginning, and how many there can be.
    repeatable : bool
        Whether params can be had again.
    wrong : callable
        Whether a frame is wrong when it is redrawn.
    ahead : int
        Params that are pulled ahead.
    history : sequence of int
        By how many frames histories differ when they are compared.
    told : bool
        Whether it is known from the beginning which frames there will be.
    lanes : int
        How many writers take frames.
    segment : int
        Frames of a segment, if there are several.
    done : sequence of Span
        What an earlier render has finished.
    all : iterable of int
        All frames, with those that are done.
    fails : int or None
        A frame that cannot be drawn.
    """

    def __init__(
        self,
        workers: int,
        frames: Iterable[int],
        *,
        even: int | None = None,
        most: int = 10_000,
        repeatable: bool = True,
        wrong: Callable[[int], bool] = lambda frame: False,
        ahead: int = 16,
        history: tuple[int, ...] = (),
        told: bool = False,
        lanes: int = 1,
        segment: int = 10,
        done: Sequence[Span] = (),
        all: Iterable[int] | None = None,
        fails: int | None = None,
    ) -> None:
        self.coming = list(frames)
        self.fails = fails
        self.sorted = self.coming == sorted(self.coming)
        self.numbers = sorted(self.coming if all is None else all)
        self.segment = segment
        self.done = {place for first, end in done for place in range(first, end)}
        self.total = len(self.coming)
        self.wrong = wrong
        self.repeatable = repeatable
        self.most = most
        self.ahead = ahead
        self.order = FrameOrder()
        ids = FrameIds()
        for frame in self.numbers:
            ids.add(frame)
        self.numbering = Numbering(ids.gaps())
        self.comparisons = Comparisons("auto", anew=False)
        self.history = HistoryCheck(history)
        self.scheduler = Scheduler(
            self.order,
            self.comparisons,
            self.history,
            total=self.total,
            repeatable=repeatable,
            numbering=self.numbering if told else IN_ORDER,
            done=done,
        )
        if lanes > 1:
            self.scheduler.share_among(Widening(most=lanes, forced=lanes), segment)
        self.several = lanes > 1
        slots = 2 * workers + 2 if even is None else even
        self.scheduler.backpressure.even = slots
        for slot in range(slots):
            self.order.add(slot)
        self.workers: dict[int, ModelWorker] = {}
        self.params: set[int] = set()
        self.slots: dict[int, tuple[int, bool]] = {}  # slot: its frame, and whether it is right
        self.file: dict[int, bool] = {}  # frame: whether it is right
        self.written: dict[int, bool] = dict.fromkeys(self.done, True)  # place: whether it is right
        self.drawings: list[Draw] = []
        self.deaths = self.withdrawals = self.spilled = 0
        self.lanes = {0}  # that take frames
        self.lent: set[int] = set()  # those of them that have one
        self.latest: dict[int, int] = {}  # the last frame that each worker was given in its turn
        self.most_open = 1
        self.ended = False
        self.refused = False  # whether it was said that there is no room for another slot
        for worker in range(workers):
            self.join(worker)
        self.act()

    # What the scheduler says.

    def act(self) -> None:
        """Do all that follows from what has happened."""
        # What was thrown away, to be drawn again, is in no slot any more.
        self.slots = {slot: held for slot, held in self.slots.items() if self.order.has(held[0])}
        for command in self.scheduler.commands():
            match command:
                case Draw(worker=worker, frame=frame):
                    assert frame in self.params or not command.video
                    if command.digest or command.video:
                        self._in_ascending_order(worker, frame)
                    self.workers[worker].tasks.append(command)
                    self.drawings.append(command)
                case Supply(worker, slot):
                    assert self.workers[worker].slot is None
                    assert slot not in self.slots
                    assert slot not in {other.slot for other in self.workers.values()}
                    self.workers[worker].slot = slot
                case Spill(frame, slot):
                    assert self.slots[slot][0] == frame
                    self.file[frame] = self.slots.pop(slot)[1]
                    self.spilled += 1
                    self.order.moved(frame)
                case Discard(frame):
                    del self.file[frame]
                case Forget(frame):
                    self.params.remove(frame)
                case Grow():
                    assert not self.refused, "asked again for what cannot be had"
                    assert not self.spilled, "params far out of order would fill any ring"
                    if self.order.slots < self.most:
                        self.order.add(self.order.slots)
                    else:
                        self.refused = True
                        self.scheduler.cannot_grow()

        self.open_lanes()

    def _in_ascending_order(self, worker: int, frame: int) -> None:
        """Check that a worker goes forwards, unless frames had to be given out again."""
        again = self.deaths or self.withdrawals or self.scheduler.vouching.different
        assert again or not self.sorted or self.latest.get(worker, -1) < frame
        self.latest[worker] = frame

    def open_lanes(self) -> None:
        """Let as many lanes take frames as the scheduler wants."""
        while self.scheduler.wants_lane:
            self.lanes.add(self.scheduler.open_lane())
            self.most_open = max(self.most_open, len(self.lanes))

    # What may happen.

    def join(self, worker: int) -> None:
        """Let a worker come."""
        self.workers[worker] = ModelWorker()
        self.scheduler.joined(worker)
        self.act()

    def die(self, worker: int) -> None:
        """Let a worker die, and another one take its place."""
        gone = self.workers.pop(worker)
        assert self.scheduler.left(worker) == [task.frame for task in gone.tasks]
        self.deaths += 1
        self.join(1000 + self.deaths)

    def finish(self, worker: int) -> None:
        """Let a worker finish its frame."""
        it = self.workers[worker]
        task = it.tasks.pop(0)
        if task.video and task.frame == self.fails:
            self.scheduler.failed(worker, task.frame)
            self.scheduler.close(task.frame)
            self.act()
            return
        if not task.video:
            self.history.drawn(task.frame, 0 if task.digest else None)
            self.scheduler.drawn(worker, task.frame, None, redrawn=task.way == "redraw")
            self.act()
            return
        wrong = task.way != "full" and self.wrong(task.frame)
        mismatch = wrong and task.way == "compare"
        slot, it.slot = it.slot, None
        assert slot is not None
        self.slots[slot] = task.frame, task.way != "redraw" or not wrong
        if task.digest:
            self.history.drawn(task.frame, 0)
        redrawn = task.way == "redraw"
        self.scheduler.drawn(worker, task.frame, slot, redrawn=redrawn)
        self.comparisons.drawn(worker, task.way, _counts(task.way, mismatch))
        if mismatch:
            self.scheduler.differed()
        elif task.way == "compare":
            self.scheduler.vouched(worker)
        self.act()

    def pull(self) -> None:
        """Let the params of the next frame come, or the end of them."""
        if not self.coming:
            self.ended = True
            self.scheduler.ended(self.numbering)
        else:
            frame = self.coming.pop(0)
            if len(self.coming) == self.total - 1:
                self.scheduler.opens(frame)
            self.params.add(frame)
            self.scheduler.pulled(frame)
        self.act()

    @property
    def can_pull(self) -> bool:
        few = len(self.scheduler.waiting) < self.ahead
        return not self.ended and (few or self.scheduler.wants_more)

    @property
    def delivered(self) -> list[bool]:
        """Which frames of the video are right, from the first one to the last before a gap."""
        return [self.written[place] for place in takewhile(self.written.__contains__, count())]

    def pull_again(self) -> None:
        """Let the params of a frame that is to be drawn again come."""
        assert self.repeatable, "params that are gone are asked for"
        frame = min(self.scheduler.lacking)
        self.params.add(frame)
        self.scheduler.pulled_again(frame)
        self.act()

    def write(self, lane: int = 0) -> None:
        """Let a writer give its frame back, and take the next one."""
        if lane in self.lent:
            self.order.release(lane)
            self.scheduler.released(lane)
            self.lent.remove(lane)
            self.act()
        outlook = self.scheduler.outlook(lane)
        if outlook == "end" and lane:
            self.scheduler.left_lane(lane)
            self.lanes.remove(lane)
            self.act()
        if outlook != "frame":
            return
        frame = self.scheduler.due(lane)
        slot = self.order.lend(frame, lane)
        place = self.scheduler.place(frame)
        assert place not in self.written, "a frame is delivered twice"
        assert frame == self.numbers[place]
        self.written[place] = self.file.pop(frame) if slot is None else self.slots.pop(slot)[1]
        held = self.scheduler.lent(lane)
        assert self.written.keys() >= {*range(held.first, held.at)}, "not in order"
        self.lent.add(lane)
        self.act()

    def withdraw(self, segment: int) -> None:
        """Go back to the beginning of a segment, if what was written is not vouched for."""
        first = self.scheduler.vouching.withdrawn
        assert first is not None
        for lane in self.lent:
            self.order.release(lane)
        self.lent.clear()
        for lane in self.lanes:
            self.scheduler.left_lane(lane)
        self.lanes = {0}
        back = min(self.numbers.index(first), len(self.delivered)) // segment * segment
        self.written = {at: right for at, right in self.written.items() if at < back}
        self.scheduler.go_to(back)
        self.withdrawals += 1
        self.act()

    def steps(self, segment: int = 10) -> list[Callable[[], None]]:
        """Return what may happen next: nothing, when the render is over."""
        outlooks = {lane: self.scheduler.outlook(lane) for lane in self.lanes}
        if outlooks[0] == "withdrawn":
            return [lambda: self.withdraw(segment)]
        under_way = any(task.video for it in self.workers.values() for task in it.tasks)
        if outlooks[0] == "end":
            assert not under_way
            over = self.scheduler.closed or len(self.delivered) == len(self.numbers)
            assert over or len(self.lanes) > 1
        able = [worker for worker, it in self.workers.items() if it.able]
        steps: list[Callable[[], None]] = [lambda w=worker: self.finish(w) for worker in able]
        if self.can_pull:
            steps.append(self.pull)
        if self.scheduler.lacking:
            steps.append(self.pull_again)
        for lane, outlook in outlooks.items():
            if lane in self.lent or outlook == "frame" or (outlook == "end" and lane):
                steps.append(lambda lane=lane: self.write(lane))  # type: ignore[misc]
        return steps

    def run_out(self, segment: int = 10) -> None:
        """Go on to the end, in any order that may be."""
        left = 50 * (self.total + len(self.drawings)) + 1000
        while steps := self.steps(segment):
            steps[left % len(steps)]()
            left -= 1
            assert left, "the render does not end"
        assert self.scheduler.outlook() == "end"


def in_any_order(model: Model, data: st.DataObject, *, deaths: int = 0, segment: int = 10) -> None:
    """Take steps in an order that hypothesis chooses, with deaths between, and go on to the end."""
    for choice in data.draw(st.lists(st.integers(0, 10**6), max_size=150)):
        steps = model.steps(segment)
        if not steps:
            break
        if deaths > model.deaths and choice % 7 == 0:
            workers = sorted(model.workers)
            model.die(workers[choice % len(workers)])
        else:
            steps[choice % len(steps)]()
    model.run_out(segment)


def nothing_is_left(model: Model) -> None:
    """Check that the render has given back all that it has taken."""
    held = sum(worker.slot is not None for worker in model.workers.values())
    assert model.order.free + held + len(model.lent) == model.order.slots
    assert not model.slots
    assert not model.file
    assert not model.params


def _counts(way: str, mismatch: bool) -> DrawCounts:
    if way == "full":
        return DrawCounts(full=1, full_seconds=FULL)
    if way == "redraw":
        return DrawCounts(redrawn=1, redrawn_seconds=1.0)
    return DrawCounts(1, 1.0, 1, FULL, mismatches=int(mismatch))


def share_of_time_drawing(
    workers: int, seconds: list[float], most: int = 10_000, writes: float = 0.0
) -> float:
    """Return which share of their time workers draw, if frames take so many seconds.

    Params are always there, and the writer `writes` a frame in so many seconds. The clock is the
    model's own. What counts ends when there is no frame left to be given out.
    """
    model = Model(workers, range(len(seconds)), most=most, ahead=2 * workers)
    model.comparisons.way = lambda who, *, last=False: "redraw"  # type: ignore[method-assign]
    clock, busy, written = 0.0, 0.0, 0.0  # the writer is busy until it has written
    drawing: dict[int, float] = {}  # worker: when it has begun
    events: list[tuple[float, int]] = []
    while model.coming:
        while model.can_pull:
            model.pull()
        while written <= clock and (model.lent or model.scheduler.outlook() == "frame"):
            model.write()
            written = clock + writes if model.lent else clock
            while model.can_pull:
                model.pull()
        for worker, it in model.workers.items():
            if worker not in drawing and it.tasks:
                drawing[worker] = clock
                takes = seconds[it.tasks[0].frame]
                events.append((clock + takes, worker))
        # A worker whose frame is drawn, but has no slot, waits for one.
        able = [(done, worker) for done, worker in events if model.workers[worker].able]
        done, worker = min(able, default=(inf, None))
        if worker is None or (model.lent and written < done):
            assert model.lent
            clock = written
            continue
        events.remove((done, worker))
        clock = max(clock, done)
        busy += seconds[model.workers[worker].tasks[0].frame]
        del drawing[worker]
        model.finish(worker)
    busy += sum(clock - begun for begun in drawing.values())
    return busy / (clock * workers)
