"""A render warns of an update() that keeps something from frame to frame."""

from __future__ import annotations

import itertools
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from parallel_animate import Animator, HistoryError, IndexedFrameParams, ParamsError
from parallel_animate.engine.commands import Draw
from parallel_animate.engine.crew import Crew
from parallel_animate.engine.history import DIFFERENCES, HistoryCheck
from tests.conftest import MOSTLY_FORK, alike
from tests.stamp import StampAnimator, stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


def meet(folder: Path) -> None:
    """Wait until another process has drawn too, unless this is the first frame of this one.

    Otherwise one process might draw all frames while the other is still starting.
    """
    mine = folder / f"{os.getpid()}.drawn"
    if not mine.exists():
        mine.touch()
        return
    while len(list(folder.glob("*.drawn"))) < 2:
        time.sleep(0.001)


class Trail(Animator):
    """Draws all its earlier positions, which it keeps from frame to frame."""

    def __init__(self, folder: Path, kept_by: str, *, alone: bool = False) -> None:
        self.folder = folder
        self.kept_by = kept_by
        self.alone = alone
        self.seen: list[float] = []

    def setup(self) -> Figure:
        (self.folder / str(os.getpid())).touch()
        figure = Figure(figsize=(2, 2), dpi=50)
        axes = figure.add_subplot(xlim=(0, 30), ylim=(0, 30))
        (self.line,) = axes.plot([], [], "o-")
        if self.kept_by == "setup":
            self.seen = []
        return figure

    def update(self, frame_idx: int, params: float) -> None:
        if not self.alone:
            meet(self.folder)
        if self.kept_by == "nothing":
            self.seen = list(range(frame_idx))
        self.seen.append(params)
        self.line.set_data(self.seen, self.seen)


@pytest.mark.parametrize(
    ("kept_by", "method"),
    [
        *(("self", "fork"), ("setup", "fork")),
        *alike(*itertools.product(("self", "setup"), ("spawn", "forkserver"))),
    ],
)
def test_a_trail_that_update_remembers_is_warned_of(
    out: Path, tmp_path: Path, kept_by: str, method: str
) -> None:
    warned = r"frame\(s\) \d+(, \d+)* come out differently.*num_workers=1"
    with pytest.warns(UserWarning, match=warned):
        Trail(tmp_path, kept_by).make_video(out, range(20), 30, num_workers=2, start_method=method)


@pytest.mark.parametrize(
    "params",
    [[1, 2, 3, 4], (i for i in range(9)), (i for i in range(4)), np.arange(5)],
    ids=["list", "generator", "short-generator", "array"],
)
def test_any_params_do(out: Path, tmp_path: Path, params: Iterable[Any]) -> None:
    with pytest.warns(UserWarning, match="come out differently"):
        Trail(tmp_path, "self").make_video(out, params, 30, num_workers=2)


def test_frames_out_of_order_are_checked_too(out: Path, tmp_path: Path) -> None:
    params = [IndexedFrameParams(i, i) for i in (4, 0, 3, 1, 2)]
    with pytest.warns(UserWarning, match=r"frame\(s\) .* come out differently"):
        Trail(tmp_path, "self").make_video(out, params, 30, num_workers=2)


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_what_update_sets_anew_is_not_warned_of(out: Path, tmp_path: Path, method: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = Trail(tmp_path, "nothing").make_video(
            out, range(12), 30, num_workers=2, start_method=method
        )
    assert report.workers == 2
    assert len([path for path in tmp_path.iterdir() if path.name.isdecimal()]) == 2


@pytest.mark.parametrize(("workers", "check"), [(1, True), (2, False)])
def test_one_process_or_no_check_means_no_check(
    out: Path, tmp_path: Path, workers: int, check: bool
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Trail(tmp_path, "self", alone=workers == 1).make_video(
            out, range(12), 30, num_workers=workers, check_history=check
        )
    assert len([path for path in tmp_path.iterdir() if path.name.isdecimal()]) == workers


@pytest.fixture
def is_mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], bool]:
    """Tells a worker whether it draws a frame for the video, and not only to compare it."""
    send = Crew._send

    def sending(crew: Crew, draws: Iterable[Draw], slots: dict[int, int]) -> None:
        processes = {worker.index: worker.process.pid for worker in crew._pool.workers}
        draws = list(draws)
        for draw in draws:
            if draw.video:
                (tmp_path / f"{draw.frame} of {processes[draw.worker]}").touch()
        send(crew, draws, slots)

    monkeypatch.setattr(Crew, "_send", sending)
    return lambda frame_idx: (tmp_path / f"{frame_idx} of {os.getpid()}").exists()


def test_a_frame_that_fails_only_when_it_is_drawn_again_is_warned_of(
    out: Path, tmp_path: Path, is_mine: Callable[[int], bool]
) -> None:
    class Fails(StampAnimator):
        """Fails at every frame but the first that another process draws for the video."""

        def update(self, frame_idx: int, params: Any) -> None:
            meet(tmp_path)
            if frame_idx > 0 and not is_mine(frame_idx):
                raise FileExistsError("no more")
            super().update(frame_idx, params)

    with pytest.warns(UserWarning, match=r"frame\(s\) .* come out differently"):
        Fails().make_video(out, range(12), 30, num_workers=2)
    assert stamps(out) == list(range(12))


def test_a_worker_that_dies_of_it_costs_nothing(out: Path, tmp_path: Path) -> None:
    class Dies(StampAnimator):
        """Ends the process that draws frame 1 after frame 0, once."""

        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            (tmp_path / f"{os.getpid()} {frame_idx}").touch()
            if frame_idx == 1 and (tmp_path / f"{os.getpid()} 0").exists():
                try:
                    (tmp_path / "died").touch(exist_ok=False)
                except FileExistsError:
                    return
                os._exit(3)

    report = Dies().make_video(out, range(40), 30, num_workers=2)
    assert report.lost_workers == (tmp_path / "died").exists()
    assert stamps(out) == list(range(40))


def test_a_figure_made_anew_for_each_frame_keeps_nothing(out: Path, tmp_path: Path) -> None:
    """What update() adds to the figure is seen in that frame alone."""

    class Adds(Animator):
        def __init__(self, folder: str) -> None:
            self.folder = tmp_path / folder
            self.folder.mkdir()

        def setup(self) -> Figure:
            figure = Figure(figsize=(2, 2), dpi=50)
            self.axes = figure.add_subplot(xlim=(0, 10), ylim=(0, 10))
            return figure

        def update(self, frame_idx: int, params: float) -> None:
            meet(self.folder)
            self.axes.plot([0, params], [0, 5])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Adds("anew").make_video(out, range(10), 30, num_workers=2, reuse_figure_object=False)
    with pytest.warns(UserWarning, match="come out differently"):
        Adds("kept").make_video(out, range(10), 30, num_workers=2)


class Sum(StampAnimator):
    """Shows a sum over its frames, to which the first one adds nothing."""

    def __init__(self, folder: Path, since: int = 0) -> None:
        super().__init__()
        self.folder = folder
        self.since = since
        self.total = 0

    def update(self, frame_idx: int, params: Any) -> None:
        meet(self.folder)
        self.total += frame_idx if frame_idx >= self.since else 0
        super().update(self.total, params)


@pytest.mark.parametrize("since", [0, 8, 30])
def test_a_sum_over_the_frames_is_always_found_and_stands_in_the_report(
    out: Path, tmp_path: Path, since: int
) -> None:
    """Also where it begins later in the video."""
    with pytest.warns(UserWarning, match="come out differently"):
        report = Sum(tmp_path, since).make_video(out, range(150), 30, num_workers=2)
    assert report.history_differing_frames
    assert report.to_dict()["history_differing_frames"] == [*report.history_differing_frames]
    listed = ", ".join(map(str, report.history_differing_frames))
    assert f"frames {listed} differ when others were drawn before" in " ".join(str(report).split())


@pytest.mark.parametrize("since", [0, 8])
def test_a_difference_can_be_an_error_which_comes_at_once(
    out: Path, tmp_path: Path, since: int
) -> None:
    """And keeps what is finished, as any failure does."""
    animator = Sum(tmp_path, since)
    with warnings.catch_warnings(record=True) as warned, pytest.raises(HistoryError) as caught:
        animator.make_video(out, itertools.count(), 30, num_workers=2, check_history="error")
    assert not warned
    error = caught.value
    assert error.frames
    assert f"frame(s) {', '.join(map(str, error.frames))} come out differently" in str(error)
    assert error.partial_file == out.with_name("out.partial.mp4")
    assert len(stamps(error.partial_file)) == error.partial_frames > 0
    assert not out.exists()


def test_a_difference_in_a_video_of_a_few_frames_is_an_error_too(out: Path, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="come out differently") as caught:
        Trail(tmp_path, "self").make_video(
            out, [1, 2, 3, 4], 30, num_workers=2, check_history="error"
        )
    assert caught.value.partial_frames == len(stamps(out.with_name("out.partial.mp4"))) == 4


def test_where_all_is_well_there_is_no_error(out: Path) -> None:
    StampAnimator().make_video(out, range(40), 30, num_workers=2, check_history="error")
    assert stamps(out) == list(range(40))


def test_a_render_that_fails_for_another_reason_tells_what_it_has_found(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[HistoryCheck] = []
    begin = HistoryCheck.__init__

    def beginning(check: HistoryCheck, *args: Any, **options: Any) -> None:
        begin(check, *args, **options)
        checks.append(check)

    def params() -> Iterator[int]:
        """Fail when a difference was found, and not told."""
        for i in itertools.count():
            if checks[0].differing:
                raise LookupError("no more")
            yield i

    monkeypatch.setattr(HistoryCheck, "__init__", beginning)
    with (
        warnings.catch_warnings(record=True) as warned,
        pytest.raises(ParamsError, match="no more") as caught,
    ):
        Sum(tmp_path).make_video(out, params(), 30, num_workers=2, preload_factor=0)
    # It was told meanwhile, or it is with the error.
    notes = getattr(caught.value, "__notes__", [])
    assert "come out differently" in "\n".join([*notes, *(str(each.message) for each in warned)])


def test_a_report_says_nothing_of_the_history_where_all_is_well(out: Path) -> None:
    report = StampAnimator().make_video(out, range(40), 30, num_workers=2)
    assert report.history_differing_frames == ()
    assert "history" not in str(report)


@given(workers=st.lists(st.integers(0, 2), min_size=20, max_size=60))
def test_what_shows_only_after_a_few_frames_is_found(workers: list[int]) -> None:
    """Whoever draws which frame, as soon as the early comparisons are made."""
    check = HistoryCheck()
    drawn: dict[int, list[int]] = {worker: [] for worker in workers}

    def picture(worker: int, frame: int) -> int:
        """Return the digest of a frame that shows those before, once they are more than three."""
        drawn[worker].append(frame)
        return hash(tuple(drawn[worker])) if len(drawn[worker]) > 3 else 0

    for frame, worker in enumerate(workers):
        witness = check.witness(frame, worker)
        pictures = [picture(each, frame) for each in (worker, witness) if each is not None]
        for digest in pictures if witness is not None else ():
            check.drawn(frame, digest)
    assert check.wanting or check.differing


def test_frames_that_are_drawn_twice_count_once(out: Path) -> None:
    report = StampAnimator().make_video(out, range(30), 30, num_workers=2, redraw="verify")
    assert report.redrawn_frames == 30
    assert report.full_draws == 30  # all are compared


def test_frames_are_compared_to_the_end_ever_less_often() -> None:
    check, frames = HistoryCheck(), 10_000
    compared = [
        frame
        for frame in range(frames)
        if check.witness(frame, frame % 2, last=frame == frames - 1)  # type: ignore[arg-type]
        is not None
    ]
    assert compared[-1] == frames - 1
    assert len(compared) < 30
    for before, now in itertools.pairwise(frame for frame in compared if frame > 64):
        assert now < 1.3 * before + 4


@pytest.mark.parametrize("number", [7, 8])
def test_the_last_frame_is_compared_whoever_draws_it(number: int) -> None:
    check = HistoryCheck((100,))
    for frame in range(number):
        assert check.witness(frame, frame % 2) is None  # type: ignore[arg-type]
    besides = check.witness(number, number % 2, last=True)  # type: ignore[arg-type]
    assert besides == 1 - number % 2


@given(data=st.data(), workers=st.integers(1, 4), at_once=st.booleans())
def test_each_frame_is_compared_between_two_workers_that_have_drawn_others(
    data: st.DataObject, workers: int, at_once: bool
) -> None:
    """And each worker is given frames in their order."""
    names = [object() for _ in range(workers)]
    check = HistoryCheck(at_once=at_once)
    seen: dict[object, list[int]] = {name: [] for name in names}
    outstanding: list[tuple[int, object]] = []
    differences = iter(DIFFERENCES)
    for frame in range(60):
        worker = data.draw(st.sampled_from(names))
        witness = check.witness(frame, worker)  # type: ignore[arg-type]
        if witness is not None:
            assert witness is not worker
            assert len(set(seen[worker]) ^ set(seen[witness])) >= next(differences)
            seen[witness].append(frame)
        seen[worker].append(frame)
        if witness is not None:
            # What these frames show depends on those that were drawn before.
            outstanding += [(frame, tuple(seen[worker])), (frame, tuple(seen[witness]))]
    compared = {frame for frame, _ in outstanding}
    assert len(compared) <= len(DIFFERENCES)
    assert check.pending == bool(compared)
    differing = {
        frame
        for frame in compared
        if len({digest for at, digest in outstanding if at == frame}) > 1
    }
    results = [
        check.drawn(frame, digest) for frame, digest in data.draw(st.permutations(outstanding))
    ]
    said = [text for text in (*results, check.conclude(), check.conclude()) if text is not None]
    assert not check.pending
    assert len(said) == bool(differing)
    assert set(check.differing) == differing
    assert len(check.differing) == len(differing)
    if differing and not at_once:
        assert said[0].startswith(f"frame(s) {', '.join(map(str, sorted(differing)))} come out")
    if differing and at_once:
        assert said[0].startswith(f"frame(s) {check.differing[0]} come out")
