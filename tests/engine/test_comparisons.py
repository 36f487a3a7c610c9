"""Comparisons with full draws keep to a budget, and redrawing rests while it does not pay."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.canvas import DrawCounts, Way
from parallel_animate.engine.comparisons import (
    BUDGET,
    PATIENCE,
    REST,
    TRIAL,
    WORTH,
    WORTH_AT_FIRST,
    Comparisons,
)

pytestmark = pytest.mark.one_in(3)

PIPELINE = 2  # frames that a worker is given at a time
WORKERS = [1, 2, 8, 64]


@dataclass
class Render:
    """A render without processes: who draws what, and how long each way takes.

    Parameters
    ----------
    redraw, full : callable
        Seconds that each way takes for a frame.
    able : callable
        Whether a worker can redraw.
    """

    redraw: Callable[[int], float] = lambda frame: 1.0
    full: Callable[[int], float] = lambda frame: 4.0
    able: Callable[[int], bool] = lambda worker: True
    comparisons: Comparisons = field(default_factory=lambda: Comparisons("auto", anew=False))
    ways: dict[int, Way] = field(default_factory=dict)  # by frame
    drawers: dict[int, int] = field(default_factory=dict)  # by frame
    tasks: dict[int, deque[int]] = field(default_factory=dict)  # by worker

    def give(self, worker: int, frame: int, *, last: bool = False) -> Way:
        """Give a worker a frame."""
        way = self.comparisons.way(worker, last=last)
        self.ways[frame], self.drawers[frame] = way, worker
        self.tasks.setdefault(worker, deque()).append(frame)
        return way

    def finish(self, worker: int, mismatches: int = 0) -> int:
        """Let a worker draw the first of its frames."""
        frame = self.tasks[worker].popleft()
        way = self.ways[frame]
        counts = DrawCounts(mismatches=mismatches)
        if way != "full" and self.able(worker):
            counts.redrawn, counts.redrawn_seconds = 1, self.redraw(frame)
        if way != "redraw" or not counts.redrawn:
            counts.full, counts.full_seconds = 1, self.full(frame)
        self.comparisons.drawn(worker, way, counts)
        return frame

    def run(self, workers: int, frames: int, first: int = 0) -> Render:
        """Draw frames; all workers take the same time, and none waits."""
        for frame in range(first, frames):
            worker = frame % workers
            if len(self.tasks.get(worker, ())) == PIPELINE:
                self.finish(worker)
            self.give(worker, frame, last=frame == frames - 1)
        for worker, tasks in self.tasks.items():
            while tasks:
                self.finish(worker)
        return self

    def told(self, *ways: Way) -> list[int]:
        """Return the frames that were to be drawn so."""
        return [frame for frame, way in self.ways.items() if way in ways]

    def first_of_workers(self) -> set[int]:
        """Return the first frame of each worker."""
        firsts: dict[int, int] = {}
        for frame, worker in self.drawers.items():
            firsts.setdefault(worker, frame)
        return set(firsts.values())


@pytest.mark.parametrize("frames", [1, 2, 24, 300])
@pytest.mark.parametrize("workers", WORKERS)
def test_each_workers_first_frame_and_the_last_of_all_are_compared(
    workers: int, frames: int
) -> None:
    render = Render(full=lambda frame: 1e6).run(workers, frames)
    assert render.told("full") == []
    assert render.told("compare") == sorted({*range(min(workers, frames)), frames - 1})


@pytest.mark.parametrize("ratio", [1.1, 1.5, 2, 3, 5, 10, 20])
@pytest.mark.parametrize(("workers", "frames", "limit"), [(8, 300, 20), (64, 1000, 90)])
def test_full_draws_of_a_render_are_few_however_many_workers_draw(
    workers: int, frames: int, limit: int, ratio: float
) -> None:
    render = Render(full=lambda frame: ratio).run(workers, frames)
    assert render.told("full") == []
    assert workers < len(render.told("compare")) <= limit


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("ratio", [1.1, 2, 7, 20])
def test_comparisons_lie_evenly(workers: int, ratio: float) -> None:
    """Their gaps do not grow with the render."""
    frames = 20_000
    render = Render(full=lambda frame: ratio).run(workers, frames)
    budgeted = sorted({*render.told("compare")} - render.first_of_workers() - {frames - 1})
    gaps = [b - a for a, b in zip([0, *budgeted], [*budgeted, frames], strict=True)]
    smallest = ratio / BUDGET
    # What was given to the workers and is not drawn counts only later; and one has to be drawn
    # before the next is given.
    assert max(gaps[1:-1]) <= PATIENCE * smallest + 2 * PIPELINE * workers + 2
    assert max(gaps) <= 2 * smallest + 3 * PIPELINE * workers
    assert min(gaps[1:-1]) >= smallest - 1


@pytest.mark.parametrize("workers", [2, 8])
def test_comparisons_go_round_the_workers(workers: int) -> None:
    """Even where they come as often as a multiple of the workers."""
    full = 8 * workers * BUDGET
    render = Render(full=lambda frame: max(full, 1.2)).run(workers, 20_000)
    compared = [render.drawers[frame] for frame in render.told("compare")]
    shares = [compared.count(worker) for worker in range(workers)]
    assert max(shares) - min(shares) <= 2


seconds = st.floats(0, 30)


durations = st.lists(st.tuples(seconds, seconds), min_size=1, max_size=30)


@given(durations=durations, seed=st.integers(0, 2**32), workers=st.integers(1, 64))
def test_comparisons_keep_to_their_budget_whatever_happens(
    durations: list[tuple[float, float]], seed: int, workers: int
) -> None:
    """Frames of any duration, finished in any order, by workers of which some die.

    Only where it has to be shown that redrawing does not pay, a comparison is made on credit.
    """
    render = Render(
        lambda frame: durations[frame % len(durations)][0],
        lambda frame: durations[frame % len(durations)][1],
    )
    comparisons, random = render.comparisons, Random(seed)
    count, counted, charged = comparisons._count, 0.0, 0.0

    def counting(counts: DrawCounts) -> None:
        nonlocal counted
        counted += counts.redrawn_seconds
        count(counts)

    comparisons._count = counting  # type: ignore[method-assign]
    alive = list(range(workers))
    frame = doubts = deaths = 0
    while frame < 400:
        worker = random.choice(alive)
        tasks = render.tasks.setdefault(worker, deque())
        chance = random.random()
        if chance < 0.02:
            if comparisons._comparing == worker:
                charged -= comparisons._charged
            tasks.clear()
            comparisons.left(worker)
            deaths += 1
            alive[alive.index(worker)] = workers + deaths
        elif tasks and (len(tasks) == PIPELINE or chance < 0.3):
            render.finish(worker)
        else:
            under_way, doubtful = comparisons._comparing, comparisons._doubtful
            way = render.give(worker, frame)
            frame += 1
            if comparisons._comparing is not None and under_way is None:
                assert way == "compare"
                assert comparisons._charged == median(comparisons._fulls) / BUDGET
                charged += comparisons._charged
                doubts += doubtful
            else:
                assert comparisons._comparing == under_way  # one at a time
        assert charged <= counted + max(0, -comparisons._paid) + 1e-6
        assert comparisons._paid >= -1e-6 or doubts
    # Once each time that the frames have doubled.
    assert doubts <= deaths + 4 * frame.bit_length()


@given(seed=st.integers(0, 2**32), workers=st.integers(1, 64))
def test_beside_first_frames_one_comparison_is_under_way_at_a_time(seed: int, workers: int) -> None:
    render = Render(full=lambda frame: 1.1)
    pending: set[int] = set()
    begun: set[int] = set()
    random = Random(seed)
    for frame in range(1000):
        worker = random.randrange(workers)
        if len(render.tasks.get(worker, ())) == PIPELINE:
            pending.discard(render.finish(worker))
        if render.give(worker, frame) == "compare" and worker in begun:
            pending.add(frame)
        begun.add(worker)
        assert len(pending) <= 1


def test_a_comparison_that_died_with_its_worker_is_made_by_another() -> None:
    """At once: its time was not spent."""
    render = Render(full=lambda frame: 3.0).run(2, 2000)
    frame = 2000
    while True:
        way = render.give(0, frame)
        if way == "compare":
            break
        render.finish(0)
        frame += 1
    render.comparisons.left(0)
    assert render.give(1, frame + 1) == "compare"


def test_a_worker_in_the_place_of_a_dead_one_has_its_first_frame_compared() -> None:
    render = Render().run(2, 10)
    render.comparisons.left(0)
    assert render.give(2, 11) == "compare"
    assert render.give(2, 12) == "redraw"


@pytest.mark.parametrize("workers", WORKERS)
def test_after_a_difference_all_draw_in_full_for_good(workers: int) -> None:
    """Also workers that come later, and the last frame."""
    render = Render().run(workers, 200)
    render.give(0, 200)
    render.finish(0, mismatches=1)
    for frame in range(201, 2000):
        assert render.give(frame % workers, frame, last=frame == 1999) == "full"
        render.finish(frame % workers)
    assert render.give(workers + 1, 2000) == "full"


def test_a_difference_that_no_frame_of_the_video_has_shown_counts_too() -> None:
    """Such as one in a worker's first draw."""
    render = Render()
    render.comparisons.differed()
    assert render.run(2, 50).told("full") == list(range(50))


@pytest.mark.parametrize("anew", [False, True])
def test_full_and_verify_draw_all_frames_alike(anew: bool) -> None:
    for redraw, way in (("full", "full"), ("verify", "compare")):
        render = Render(redraw=lambda frame: 9.0, comparisons=Comparisons(redraw, anew))
        assert len(render.run(3, 100).told(way)) == 100


def test_a_figure_made_anew_for_each_frame_is_drawn_in_full() -> None:
    render = Render(comparisons=Comparisons("auto", anew=True)).run(3, 100)
    assert render.told("full") == list(range(100))


def test_a_worker_that_cannot_redraw_compares_nothing() -> None:
    """It draws in full by itself; the others go on."""
    render = Render(full=lambda frame: 1.1, able=lambda worker: worker == 1).run(2, 2000)
    compared = render.told("compare")
    assert [frame for frame in compared if frame % 2 == 0] == [0]
    assert len(compared) > 10
    assert render.told("full") == []


def test_a_worker_that_can_redraw_again_has_its_first_frame_compared() -> None:
    """Its figure was not drawn by us meanwhile."""
    able = False
    render = Render(full=lambda frame: 1e6, able=lambda worker: able).run(1, 20)
    assert render.told("compare") == [0]
    able = True
    render.run(1, 40, first=20)
    assert render.told("compare")[1] in range(21, 24)


# Whether redrawing pays


def resting(
    frames: int, redraw: Callable[[int], float], full: float = 1.0, workers: int = 1
) -> list[int]:
    """Return the frames that rest, where redrawing takes so long for each frame."""
    return Render(redraw, lambda frame: full).run(workers, frames).told("full")


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("redraw", [0.0, 0.01, 0.5, WORTH - 0.01])
def test_redrawing_that_is_faster_never_rests(redraw: float, workers: int) -> None:
    """However long the animation is."""
    assert resting(3000, lambda frame: redraw, workers=workers) == []


@pytest.mark.parametrize("workers", WORKERS)
def test_slow_first_frames_say_nothing(workers: int) -> None:
    """They make the backgrounds."""
    assert resting(600, lambda f: 50.0 if f < workers else 0.5, workers=workers) == []


@pytest.mark.parametrize("workers", WORKERS)
def test_redrawing_that_is_slower_rests_and_one_worker_tries_again(workers: int) -> None:
    """After 16 times as many frames, of the whole render."""
    render = Render(redraw=lambda frame: 2.0, full=lambda frame: 1.0).run(workers, 9000)
    rests = render.told("full")
    begin = rests[0]
    # A comparison has to show it, and each worker makes one more of what it has redrawn before.
    assert begin <= TRIAL + 6 * workers + 3
    tried = [frame for frame in range(begin, 9000) if render.ways[frame] != "full"]
    assert tried[0] >= REST * TRIAL
    assert tried[0] in range(
        REST * (begin - (PIPELINE + 1) * workers - 1), REST * (begin + 1) + 2 * workers * PIPELINE
    )
    assert len(tried) <= 2 * (TRIAL + 2 + 2 * PIPELINE)
    again = [frame for frame in tried if frame < REST * tried[0]]
    assert len({render.drawers[frame] for frame in again}) == 1
    assert render.ways[again[0]] == "compare"  # what is shown first after a rest
    assert len(rests) > 8900 - 3 * PIPELINE * workers


def test_a_trial_that_its_worker_does_not_survive_is_made_by_another() -> None:
    render = Render(redraw=lambda frame: 2.0, full=lambda frame: 1.0).run(2, 300)
    frame = 300
    while render.give(frame % 2, frame) == "full":
        render.finish(frame % 2)
        frame += 1
    render.comparisons.left(frame % 2)
    assert render.give((frame + 1) % 2, frame + 1) == "compare"
    assert render.give(7, frame + 2) == "full"


@pytest.mark.parametrize("workers", WORKERS)
def test_animation_that_becomes_quiet_is_redrawn_again_by_all(workers: int) -> None:
    """From the first trial on."""
    busy = 10 * workers
    render = Render(lambda f: 2.0 if f < busy else 0.1, lambda f: 1.0).run(workers, 9000)
    rests = render.told("full")
    assert rests[-1] <= REST * (rests[0] + 1) + (TRIAL + 3) * workers * PIPELINE
    assert {render.drawers[frame] for frame in range(rests[-1] + 1, 9000)} == {*range(workers)}


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("busy", [30, 100, 1000])
def test_animation_that_becomes_busy_rests_soon(busy: int, workers: int) -> None:
    """Slow frames fill the budget, and the comparison decides."""
    busy *= workers
    rests = resting(3 * busy + 600, lambda f: 0.1 if f < busy else 2.0, workers=workers)
    assert busy < rests[0] <= 2 * busy + 2 / BUDGET + 2 * PIPELINE * workers


def test_redrawing_that_is_hardly_faster_rests() -> None:
    """It has to be worth it; but the first moment does not decide what is close."""
    for redraw in (WORTH + 0.01, WORTH_AT_FIRST - 0.01):
        begin, *_ = resting(20, lambda frame, redraw=redraw: redraw)
        assert TRIAL + 2 < begin <= 4 * TRIAL + 1


@pytest.mark.parametrize("workers", WORKERS)
def test_a_first_moment_that_is_slow_by_chance_does_not_let_it_rest(workers: int) -> None:
    """As where another process began at the same time."""
    slow = workers + TRIAL
    times = lambda frame: WORTH_AT_FIRST - 0.01 if frame <= slow else 0.7  # noqa: E731
    assert resting(600, times, workers=workers) == []


def test_comparison_at_a_good_moment_does_not_let_it_rest_alone() -> None:
    """The frames before were slow by chance; the comparison itself shows what pays."""
    assert resting(600, lambda frame: 3.0 if frame in range(1, 4) else 0.7) == []


@pytest.mark.parametrize("workers", WORKERS)
def test_animation_that_grows_does_not_rest(workers: int) -> None:
    """Redrawn frames take longer than the last full draw took, but not than one takes now."""
    render = Render(lambda frame: 0.5 + frame / 10, lambda frame: 1.0 + frame / 5)
    assert render.run(workers, 2000).told("full") == []
    render = Render(
        lambda frame: 0.01 if frame < workers else 0.8, lambda f: 0.1 if f < workers else 1.0
    )
    assert render.run(workers, 2000).told("full") == []


@given(times=st.lists(st.floats(0, 3), min_size=1, max_size=600))
def test_what_is_redrawn_first_after_a_rest_is_compared(times: list[float]) -> None:
    """Whatever the times; and no rest begins before anything is known."""
    render = Render(lambda frame: times[frame], lambda frame: 1.0).run(1, len(times))
    ways = list(render.ways.values())
    for before, way in pairwise(ways):
        assert before != "full" or way != "redraw"
    assert "full" not in ways[: TRIAL + 1]
