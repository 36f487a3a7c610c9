"""The scheduler, in any order of events: every frame is delivered once, in order, and right."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_animate.canvas import Way
from parallel_animate.engine.backpressure import TASKS_PER_WORKER
from tests.engine.model import Model, in_any_order, nothing_is_left, share_of_time_drawing

pytestmark = pytest.mark.one_in(3)

WORKERS = st.sampled_from([1, 2, 3, 4, 8, 16, 64])


@given(WORKERS, st.permutations(range(40)), st.booleans(), st.data())
def test_every_frame_is_delivered_once_and_in_order_and_no_slot_is_lost(
    workers: int, frames: list[int], in_order: bool, data: st.DataObject
) -> None:
    model = Model(workers, sorted(frames) if in_order else frames)
    in_any_order(model, data)
    assert model.delivered == [True] * 40
    nothing_is_left(model)
    # No frame is drawn twice for nothing.
    assert max(Counter(task.frame for task in model.drawings if task.video).values()) == 1
    assert not in_order or not model.spilled


@given(
    st.sampled_from([1, 2, 3, 8]),
    st.just(list(range(30))) | st.permutations(range(30)),
    st.integers(0, 3),
    st.data(),
)
def test_any_order_of_params_works_with_the_fewest_slots(
    workers: int, frames: list[int], more: int, data: st.DataObject
) -> None:
    slots = workers + 1 + more
    model = Model(workers, frames, even=slots, most=slots)
    in_any_order(model, data)
    assert model.delivered == [True] * 30
    assert model.order.slots == slots
    assert not model.spilled or frames != list(range(30))
    nothing_is_left(model)


@given(
    st.sampled_from([1, 2, 8]),
    st.lists(st.integers(0, 60), min_size=1, max_size=30, unique=True),
    st.booleans(),
    st.data(),
)
def test_frames_around_missing_numbers_follow_each_other(
    workers: int, frames: list[int], told: bool, data: st.DataObject
) -> None:
    model = Model(workers, frames, told=told, wrong=lambda frame: frame != frames[0])
    in_any_order(model, data, deaths=3)
    assert model.delivered == [True] * len(frames)
    nothing_is_left(model)


@given(WORKERS, st.permutations(range(40)), st.booleans(), st.data())
def test_deaths_at_any_moment_lose_nothing(
    workers: int, frames: list[int], repeatable: bool, data: st.DataObject
) -> None:
    model = Model(workers, frames, repeatable=repeatable, history=(2, 3, 5))
    in_any_order(model, data, deaths=12)
    assert model.delivered == [True] * 40
    nothing_is_left(model)
    drawn = Counter(task.frame for task in model.drawings if task.video)
    assert sum(drawn.values()) <= 40 + TASKS_PER_WORKER * model.deaths


def test_a_frame_that_comes_back_is_not_given_to_who_is_drawing_it_for_comparison() -> None:
    """Its two answers would look the same, but only one of them means that a slot is filled."""
    model = Model(2, range(6), history=(1,))
    model.pull()
    model.pull()
    assert [task.worker for task in model.drawings if task.frame == 1] == [1, 0]
    model.workers.pop(1)
    model.deaths += 1
    assert model.scheduler.left(1) == [0, 1]
    model.act()
    given = [[task.digest for task in model.workers[0].tasks if task.frame == 1]]
    while model.workers[0].able:
        model.finish(0)
        given.append([task.digest for task in model.workers[0].tasks if task.frame == 1])
    assert given[0] == [True]
    assert [False] in given
    assert max(map(len, given)) == 1
    model.run_out()
    assert model.delivered == [True] * 6


@settings(deadline=None)
@given(
    WORKERS,
    st.integers(0, 70),
    st.integers(1, 30),
    st.integers(0, 6),
    st.booleans(),
    st.data(),
)
def test_a_wrong_frame_is_never_in_the_video_where_params_can_be_had_again(
    workers: int, first_wrong: int, segment: int, deaths: int, late: bool, data: st.DataObject
) -> None:
    """From some frame on all are wrong when they are redrawn; the last one is compared at least.

    Frame 0 may come so late that most of the others are in the file.
    """
    frames = [*range(1, 60), 0, *range(60, 70)] if late else range(70)
    slots = workers + 1 if late else None
    model = Model(
        workers, frames, wrong=lambda frame: frame >= first_wrong, even=slots, most=slots or 1000
    )
    in_any_order(model, data, deaths=deaths, segment=segment)
    assert model.delivered == [True] * 70
    drawn = sum(task.video for task in model.drawings)
    assert deaths or model.scheduler.drawn_again == drawn - 70
    assert model.scheduler.vouching.different == (first_wrong < 70)
    assert not model.scheduler.vouching.unvouched
    nothing_is_left(model)


@settings(deadline=None)
@given(WORKERS, st.integers(0, 69), st.integers(0, 6), st.data())
def test_wrong_frames_of_params_that_are_gone_are_all_named(
    workers: int, first_wrong: int, deaths: int, data: st.DataObject
) -> None:
    model = Model(workers, range(70), repeatable=False, wrong=lambda frame: frame >= first_wrong)
    in_any_order(model, data, deaths=deaths)
    assert not model.withdrawals
    wrong = {frame for frame, right in enumerate(model.delivered) if not right}
    assert wrong <= model.scheduler.vouching.unvouched
    assert len(model.delivered) == 70
    # What was not delivered yet when the difference was found is drawn again, and not named.
    redrawn = {task.frame for task in model.drawings if task.way == "redraw"}
    assert model.scheduler.vouching.unvouched <= redrawn
    nothing_is_left(model)


@pytest.mark.parametrize("repeatable", [True, False])
def test_what_a_comparison_has_vouched_for_stays(repeatable: bool) -> None:
    """Frames 10, 20, ... are compared, and from frame 35 on all that are redrawn are wrong."""
    model = Model(1, range(70), repeatable=repeatable, wrong=lambda frame: frame >= 35)
    way = model.comparisons.way

    def compared(who: int, *, last: bool = False) -> Way:
        frame = len([task for task in model.drawings if task.video])
        return "compare" if frame % 10 == 0 and way(who) != "full" else way(who)

    model.comparisons.way = compared  # type: ignore[method-assign, assignment]
    while steps := model.steps(segment=1):
        steps[-1]()
    drawn = Counter(task.frame for task in model.drawings if task.video)
    again = {frame for frame, times in drawn.items() if times > 1}
    # Frame 41 was in the worker's pipe, to be redrawn, when frame 40 was compared.
    assert again | model.scheduler.vouching.unvouched == {*range(31, 40), 41}


@pytest.mark.parametrize("repeatable", [True, False])
def test_params_are_kept_no_longer_than_they_may_be_needed(repeatable: bool) -> None:
    """Those of frames that nothing vouches for yet are, if they cannot be had again."""
    model = Model(1, range(120), repeatable=repeatable)
    doubtful: set[int] = set()
    longest = 0
    for step in range(600):
        task = model.workers[0].tasks[0] if model.workers[0].able else None
        if model.can_pull:
            model.pull()
        elif task is not None and step % 3:
            model.finish(0)
            if task.way == "redraw" and not repeatable:
                doubtful.add(task.frame)
            elif task.way == "compare":
                doubtful.clear()
        else:
            model.write()
            doubtful -= set(range(model.scheduler.due()))
        longest = max(longest, len(doubtful))
        given = {task.frame for task in model.workers[0].tasks if task.video}
        assert model.params == given | doubtful | set(model.scheduler.waiting)
    assert model.delivered == [True] * 120
    assert bool(longest) != repeatable


@given(WORKERS, st.data())
def test_after_a_failure_what_is_under_way_is_finished_and_the_render_ends(
    workers: int, data: st.DataObject
) -> None:
    model = Model(workers, range(60))
    for choice in data.draw(st.lists(st.integers(0, 10**6), max_size=60)):
        if steps := model.steps():
            steps[choice % len(steps)]()
    given_out = {task.frame for task in model.drawings if task.video}
    model.scheduler.close()
    model.coming.clear()
    model.run_out()
    assert {task.frame for task in model.drawings if task.video} == given_out
    # Everything before the first frame that was not given out is in the video.
    first_missing = min(set(range(61)) - given_out)
    assert len(model.delivered) == first_missing


@given(WORKERS, st.integers(0, 30), st.integers(0, 10**6))
def test_a_worker_that_fails_or_dies_at_the_end_is_waited_for_no_longer(
    workers: int, steps: int, choice: int
) -> None:
    """After a failure nothing is given out any more, nor what a dead worker had to draw."""
    model = Model(workers, range(60))
    for step in range(steps):
        possible = model.steps()
        possible[(choice + step) % len(possible)]()
    able = [worker for worker, it in model.workers.items() if it.able]
    if not able:
        return
    failing = able[choice % len(able)]
    model.scheduler.close()
    model.coming.clear()
    task = model.workers[failing].tasks.pop(0)
    assert model.scheduler.failed(failing, task.frame) == task
    model.act()
    if choice % 2:
        model.die(sorted(model.workers)[choice % workers])
    model.run_out()
    assert model.delivered == [True] * len(model.delivered)
    assert len(model.delivered) <= task.frame or not task.video


@pytest.mark.parametrize("repeatable", [True, False])
def test_params_of_a_frame_that_comes_back_are_had_again_only_where_that_can_be(
    repeatable: bool,
) -> None:
    """Where they were lost with the worker; and only those of frames that came back."""
    model = Model(2, range(20), repeatable=repeatable)
    for _ in range(6):
        model.pull()
    [first, *_] = [task.frame for task in model.workers.pop(0).tasks]
    model.deaths += 1
    model.scheduler.left(0)
    assert not model.scheduler.lack(19)
    assert model.scheduler.lack(first) == repeatable
    assert not repeatable or not model.scheduler.lack(first)
    assert model.scheduler.lacking == ({first} if repeatable else set())
    if repeatable:
        model.params.remove(first)
    model.act()
    model.run_out()
    assert model.delivered == [True] * 20
    nothing_is_left(model)


def test_a_comparison_of_a_dead_worker_is_not_waited_for() -> None:
    """Or none would be made any more, beside those of first frames."""
    model = Model(2, range(20))
    model.pull()
    gone: list[object] = []
    model.comparisons.left = gone.append  # type: ignore[method-assign]
    model.die(1)
    assert gone == [1]
    model.run_out()
    assert model.delivered == [True] * 20


def test_a_worker_is_hungry_while_there_is_no_frame_for_it() -> None:
    model = Model(2, range(20))
    scheduler = model.scheduler
    for _ in range(2 * TASKS_PER_WORKER):
        assert scheduler.hungry
        model.pull()
    assert not scheduler.hungry
    model.finish(0)
    assert scheduler.hungry
    model.pull()
    model.pull()
    assert scheduler.waiting
    model.finish(0)
    assert not scheduler.waiting
    assert not scheduler.hungry
    model.finish(0)
    assert scheduler.hungry
    scheduler.close()
    assert not scheduler.hungry


def test_nothing_goes_on_without_params_while_nobody_draws() -> None:
    """And while the writer has nothing to take."""
    model = Model(1, range(5))
    assert model.scheduler.stuck
    model.pull()
    assert not model.scheduler.stuck
    model.finish(0)
    assert not model.scheduler.stuck
    model.write()
    assert model.scheduler.stuck


@given(WORKERS, st.data())
def test_each_worker_begins_with_the_first_frame_and_nobody_draws_it_twice(
    workers: int, data: st.DataObject
) -> None:
    model = Model(workers, range(60))
    in_any_order(model, data)
    first: dict[int, int] = {}
    for task in model.drawings:
        first.setdefault(task.worker, task.frame)
    assert set(first.values()) == {0}
    zeros = Counter(task.worker for task in model.drawings if task.frame == 0)
    assert set(zeros.values()) == {1}


@given(st.sampled_from([2, 4, 16]), st.data())
def test_a_slow_writer_keeps_few_frames_in_stock(workers: int, data: st.DataObject) -> None:
    """Frames that take equally long never make the ring grow."""
    model = Model(workers, range(200))
    for choice in data.draw(st.lists(st.integers(0, 3), max_size=50)):
        for _ in range(workers * choice):
            able = [worker for worker, it in model.workers.items() if it.able]
            if model.can_pull:
                model.pull()
            for worker in sorted(able, key=lambda worker: model.workers[worker].tasks[0].frame)[:1]:
                model.finish(worker)
        if model.scheduler.outlook() != "withdrawn":
            model.write()
    assert model.order.slots == 2 * workers + 2
    assert model.order.ahead <= 2 * workers + 2


def test_a_writer_that_is_behind_is_served_by_one_worker() -> None:
    """More workers would take cores and caches from it.

    Here the writer takes a frame only when all are drawn that were given out.
    """
    model = Model(3, range(40))
    while model.can_pull or model.steps():
        if model.can_pull:
            model.pull()
        elif able := [worker for worker, it in model.workers.items() if it.able]:
            model.finish(min(able, key=lambda worker: model.workers[worker].tasks[0].frame))
        else:
            model.write()
    drawn = Counter(task.worker for task in model.drawings if task.video)
    # Until there are frames in stock, each worker is given two, and another one while they grow.
    assert drawn == {0: 35, 1: 3, 2: 2}
    assert model.delivered == [True] * 40


def test_what_a_slow_frame_has_left_in_stock_is_worked_off() -> None:
    """Though the four workers draw twice as many frames as the writer takes: fewer of them draw."""
    model = Model(4, range(400))
    for _ in range(8):
        while model.can_pull:
            model.pull()
        for worker in list(model.workers)[1:]:  # the first one draws a slow frame
            if model.workers[worker].able:
                model.finish(worker)
    assert model.order.ahead > 20
    model.finish(0)
    while model.scheduler.outlook() == "frame":
        model.write()
    model.finish(0)  # what had waited for the slow frame in the pipe, and all others behind it
    for turn in range(250):
        while model.can_pull:
            model.pull()
        for worker, it in model.workers.items():
            if it.able and turn % 2:
                model.finish(worker)
        model.write()
    assert model.order.ahead <= 10
    assert model.scheduler.waiting, "all are drawn, however few workers did it"


UNEVEN = {
    "all equal": lambda frame: 1.0,
    "one of 20 takes 9 times as long": lambda frame: 9.0 if frame % 20 == 19 else 1.0,
    "one takes 100 times as long": lambda frame: 100.0 if frame == 300 else 1.0,
    "the first ones are slow": lambda frame: 5.0 if frame < 128 else 1.0,
}


@pytest.mark.parametrize("workers", [2, 16, 64])
@pytest.mark.parametrize("kind", list(UNEVEN))
def test_nobody_waits_for_a_slow_frame(workers: int, kind: str) -> None:
    """On the model's own clock, workers draw for 95 % of the time."""
    each = 40 if workers == 64 else 150
    seconds = [UNEVEN[kind](frame) for frame in range(each * workers)]
    assert share_of_time_drawing(workers, seconds, most=128 * workers) >= 0.95


@pytest.mark.parametrize("workers", [2, 16])
@pytest.mark.parametrize("pace", [1.25, 2.0])
@pytest.mark.parametrize("kind", list(UNEVEN))
def test_nobody_waits_while_the_writer_catches_up(workers: int, pace: float, kind: str) -> None:
    """It writes `pace` frames in the time that workers draw one: more wait for it all at once."""
    seconds = [UNEVEN[kind](frame) for frame in range(150 * workers)]
    writes = 1 / workers / pace
    assert share_of_time_drawing(workers, seconds, most=128 * workers, writes=writes) >= 0.95
