"""The scheduler with several encoders, in any order of events: nothing is lost, all is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_animate.engine.lanes import Lanes
from parallel_animate.engine.widening import CALM, PICTURES, PROOF, Widening, most_encoders
from parallel_animate.memory import ring_slots
from tests.engine.model import Model, in_any_order, nothing_is_left

WORKERS = st.sampled_from([1, 2, 3, 4, 8, 16, 64])
LANES = st.integers(2, 5)
SEGMENT = st.sampled_from([1, 3, 7, 10, 40])


@settings(deadline=None, max_examples=30)
@given(WORKERS, LANES, SEGMENT, st.permutations(range(40)), st.booleans(), st.data())
def test_every_frame_is_delivered_once_and_each_segment_in_order(
    workers: int, lanes: int, segment: int, frames: list[int], sort: bool, data: st.DataObject
) -> None:
    model = Model(workers, sorted(frames) if sort else frames, lanes=lanes, segment=segment)
    in_any_order(model, data)
    assert model.delivered == [True] * 40
    nothing_is_left(model)
    assert max(Counter(task.frame for task in model.drawings if task.video).values()) == 1
    assert not sort or not model.spilled


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([1, 2, 3, 8]), LANES, st.booleans(), st.integers(0, 3), st.data())
def test_the_fewest_slots_are_enough(
    workers: int, lanes: int, repeatable: bool, more: int, data: st.DataObject
) -> None:
    slots = workers + 1 + more
    model = Model(
        workers, range(40), lanes=lanes, repeatable=repeatable, even=slots, most=slots, segment=8
    )
    in_any_order(model, data)
    assert model.delivered == [True] * 40
    assert model.order.slots == slots
    nothing_is_left(model)


@settings(deadline=None, max_examples=30)
@given(WORKERS, LANES, SEGMENT, st.permutations(range(40)), st.booleans(), st.data())
def test_deaths_at_any_moment_lose_nothing(
    workers: int, lanes: int, segment: int, frames: list[int], sort: bool, data: st.DataObject
) -> None:
    model = Model(
        workers,
        sorted(frames) if sort else frames,
        lanes=lanes,
        segment=segment,
        history=(2, 3, 5),
    )
    in_any_order(model, data, deaths=12)
    assert model.delivered == [True] * 40
    nothing_is_left(model)


@settings(deadline=None, max_examples=30)
@given(WORKERS, LANES, st.integers(0, 70), SEGMENT, st.integers(0, 6), st.data())
def test_a_wrong_frame_is_never_in_the_video_where_params_can_be_had_again(
    workers: int, lanes: int, first_wrong: int, segment: int, deaths: int, data: st.DataObject
) -> None:
    model = Model(
        workers, range(70), wrong=lambda frame: frame >= first_wrong, lanes=lanes, segment=segment
    )
    in_any_order(model, data, deaths=deaths, segment=segment)
    assert model.delivered == [True] * 70
    drawn = sum(task.video for task in model.drawings)
    assert deaths or model.scheduler.drawn_again == drawn - 70
    assert not model.scheduler.vouching.unvouched
    nothing_is_left(model)


@settings(deadline=None, max_examples=30)
@given(WORKERS, LANES, st.integers(0, 69), st.data())
def test_wrong_frames_of_params_that_are_gone_are_all_named(
    workers: int, lanes: int, first_wrong: int, data: st.DataObject
) -> None:
    model = Model(
        workers, range(70), repeatable=False, wrong=lambda frame: frame >= first_wrong, lanes=lanes
    )
    in_any_order(model, data)
    wrong = {frame for frame, right in enumerate(model.delivered) if not right}
    assert wrong <= model.scheduler.vouching.unvouched
    assert len(model.delivered) == 70
    nothing_is_left(model)


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([1, 2, 8]),
    LANES,
    st.lists(st.integers(0, 60), min_size=1, max_size=30, unique=True),
    st.booleans(),
    st.booleans(),
    st.data(),
)
def test_frames_around_missing_numbers_follow_each_other(
    workers: int, lanes: int, frames: list[int], told: bool, sort: bool, data: st.DataObject
) -> None:
    """Though a number may turn out to be missing only at the end."""
    frames = sorted(frames) if sort else frames
    model = Model(workers, frames, told=told, lanes=lanes, segment=4, ahead=100)
    in_any_order(model, data, deaths=2)
    assert model.delivered == [True] * len(frames)
    nothing_is_left(model)


@settings(deadline=None, max_examples=30)
@given(WORKERS, LANES, st.integers(0, 59), st.data())
def test_all_frames_before_one_that_fails_are_delivered(
    workers: int, lanes: int, failing: int, data: st.DataObject
) -> None:
    """Also those of segments that were only begun."""
    model = Model(workers, range(60), lanes=lanes, fails=failing)
    in_any_order(model, data)
    assert model.delivered == [True] * failing
    assert all(at < failing or at >= failing // 10 * 10 for at in model.written)


def test_frames_behind_one_that_fails_do_not_keep_those_before_it_from_being_drawn_again() -> None:
    """Their params are there, but they are not given out any more, and so nobody waits for them."""
    model = Model(2, range(20))
    scheduler = model.scheduler
    scheduler.again |= {3, 4, 12}
    scheduler.lacking |= {2, 15}
    assert scheduler.ready_again == 3
    scheduler.close(4)
    assert scheduler.ready_again == 1
    assert scheduler.wanted_again == 2
    scheduler.close(2)
    assert scheduler.ready_again == 0
    assert scheduler.wanted_again is None


@settings(deadline=None, max_examples=30)
@given(
    WORKERS,
    LANES,
    st.sets(st.integers(0, 6)),
    st.integers(0, 80),
    st.data(),
)
def test_segments_of_an_earlier_render_are_left_out(
    workers: int, lanes: int, done: set[int], wrong: int, data: st.DataObject
) -> None:
    spans = [(10 * segment, 10 * segment + 10) for segment in sorted(done)]
    there = {place for first, end in spans for place in range(first, end)}
    frames = [frame for frame in range(70) if frame not in there]
    model = Model(
        workers, frames, lanes=lanes, done=spans, wrong=lambda frame: frame >= wrong, all=range(70)
    )
    in_any_order(model, data)
    assert model.delivered == [True] * 70
    drawn = Counter(task.frame for task in model.drawings if task.video)
    assert model.withdrawals or not there & drawn.keys()
    nothing_is_left(model)


@pytest.mark.parametrize("lanes", [2, 3, 5])
def test_as_many_segments_are_open_as_there_shall_be(lanes: int) -> None:
    model = Model(8, range(200), lanes=lanes)
    while model.can_pull:
        model.pull()
    model.run_out()
    assert model.most_open == lanes


def test_frames_out_of_order_are_drained_by_one_encoder() -> None:
    model = Model(8, [1, 0, *range(2, 100)], lanes=3)
    model.run_out()
    assert model.most_open == 1


def test_a_worker_stays_with_its_segment() -> None:
    """Four workers and two encoders: each segment is drawn by two, but where they change over."""
    model = Model(4, range(400), lanes=2, segment=50)
    model.run_out()
    for segment in range(1, 7):
        frames = range(50 * segment + 8, 50 * segment + 42)
        drawn = {task.worker for task in model.drawings if task.video and task.frame in frames}
        assert len(drawn) <= 3


def test_lanes_take_the_segments_in_order() -> None:
    lanes = Lanes(10, first=4, done=[(20, 30), (30, 37)])
    spans = [(lane.first, lane.end) for lane in map(lanes.take, range(4))]
    assert spans == [(4, 10), (10, 20), (37, 40), (40, 50)]


def decided(widening: Widening, lanes: int, **seen: int | bool) -> int:
    """Return how many encoders there shall be when enough was seen."""
    seen = {"hungry": 0, "busy": 2, "workers": 16} | seen
    for _ in range(PROOF - 1):
        assert widening.encoded(lanes, **seen) == lanes  # type: ignore[arg-type]
    return widening.encoded(lanes, **seen)  # type: ignore[arg-type]


def test_another_encoder_works_only_where_one_is_the_wall() -> None:
    widening = Widening(most=16, cores=16)
    assert decided(widening, 1, hungry=1) == 1
    assert decided(widening, 1, busy=16) == 1
    assert decided(widening, 1) == 3
    assert decided(widening, 3, busy=12) == 3


def test_encoders_that_take_little_are_as_many_as_keep_the_workers_busy() -> None:
    widening = Widening(most=16, cores=64)
    widening.encoder = 0.1
    assert decided(widening, 1) == 8
    assert decided(widening, 8, busy=15) == 8
    assert decided(Widening(most=4, cores=64), 1) == 4


def after(widening: Widening, lanes: int, hungry: Iterator[int]) -> int:
    """Return how many encoders there shall be, as soon as that changes, or at the end."""
    for each in hungry:
        if (wanted := widening.encoded(lanes, hungry=each, busy=16, workers=16)) != lanes:
            return wanted
    return lanes


def test_encoders_that_wait_for_frames_close_again() -> None:
    widening = Widening(most=8, cores=64)
    assert after(widening, 8, repeat(6, CALM - 1)) == 8
    assert after(widening, 8, repeat(6, 1)) == 5
    assert after(widening, 5, repeat(2, CALM)) == 5
    assert after(widening, 5, islice(cycle((5, 1)), CALM)) == 3
    assert after(widening, 2, repeat(1, CALM)) == 1
    assert after(widening, 1, repeat(1, 10 * CALM)) == 1


def test_a_number_that_is_forced_does_not_go_down() -> None:
    assert not Widening(most=3, cores=64, forced=3).watches(3)


@settings(deadline=None, max_examples=20)
@given(WORKERS, st.integers(1, 4), st.data())
def test_an_encoder_that_closes_finishes_its_segment(
    workers: int, wanted: int, data: st.DataObject
) -> None:
    model = Model(workers, range(200), lanes=5)
    for choice in data.draw(st.lists(st.integers(0, 10**6), max_size=150)):
        if steps := model.steps():
            steps[choice % len(steps)]()
    lanes = model.scheduler.lanes
    lanes.wanted, begun = wanted, lanes.reached
    left = 50_000
    while steps := model.steps():
        steps[left % len(steps)]()
        left -= 1
        assert left, "the render does not end"
        if len(model.delivered) >= begun:  # each has come to the end of the segment that it had
            assert sum(not lane.is_through for lane in lanes.open.values()) <= wanted
    assert model.delivered == [True] * 200
    nothing_is_left(model)


@pytest.mark.parametrize("busy", [1, 2])
@pytest.mark.parametrize("encoder", [0.3, 1.0, 2.0])
def test_two_cores_have_one_encoder(busy: int, encoder: float) -> None:
    widening = Widening(most=3, cores=2)
    widening.encoder = encoder
    assert widening.most == 1
    assert not widening.undecided(1)
    assert decided(widening, 1, busy=busy, workers=3) == 1


def test_a_number_that_is_forced_stays() -> None:
    widening = Widening(most=3, cores=64, forced=5)
    assert widening.at_first == 3
    assert not widening.undecided(1)


def test_encoders_are_as_few_as_the_memory_allows() -> None:
    frame = 3_110_400  # of 1920x1080
    assert most_encoders(frame, 64 << 30, workers=16, slots=34) == 16
    assert most_encoders(4 * frame, 64 << 30, workers=16, slots=34) == 4
    assert most_encoders(frame, 4 << 30, workers=16, slots=34) == 3
    assert most_encoders(frame, 1 << 20, workers=16, slots=34) == 1
    assert most_encoders(frame, 64 << 30, workers=16, slots=17) == 1


@pytest.mark.parametrize("free", [16 << 30, 64 << 30, 512 << 30])
def test_sixteen_workers_at_3840x2160_stay_below_6_gb(free: int) -> None:
    frame, workers = 3840 * 2160 * 3 // 2, 16
    slots, most = ring_slots(workers, frame, free)
    encoders = most_encoders(frame, free, workers, slots)
    assert encoders == (3 if free == 16 << 30 else 4)
    one = PICTURES * frame  # tests/output/test_several_encoders.py holds that it is no more
    main, worker = 200e6, 180e6  # as measured with wave
    assert main + workers * worker + slots * frame + encoders * one < 6e9
    # Where some frames take ten times as long as others.
    assert most * frame <= 2.2e9
