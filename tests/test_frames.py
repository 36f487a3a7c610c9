"""A loop takes the frames of an animation, without a file."""

from __future__ import annotations

import inspect
import io
import itertools
import multiprocessing
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.figure import Figure
from threadpoolctl import threadpool_info

import parallel_animate
from parallel_animate import (
    AnimateError,
    Animator,
    ArgumentError,
    EmptyParamsError,
    FrameError,
    IndexedFrameParams,
    ParamsError,
)
from tests.conftest import alike, children, is_pythons_own
from tests.processes import wait_until
from tests.refusals import NeverSetUp
from tests.stamp import HEIGHT, WIDTH, StampAnimator, stamp

pytestmark = pytest.mark.one_in(3)

Array = npt.NDArray[np.uint8]
both = pytest.mark.parametrize("workers", [1, 2])


def number(array: Array) -> int:
    """Read the number that a frame shows."""
    return stamp(array[..., 0])


def is_its_own(array: Array) -> bool:
    """Return whether an array has memory of its own."""
    return array.base is None


class Turning(Animator):
    """A line over a transparent background, in a figure of odd size."""

    def setup(self) -> Figure:
        figure, axes = plt.subplots(figsize=(2.25, 1.75), dpi=100)
        figure.patch.set_alpha(0.4)
        (self.line,) = axes.plot([0, 1], [0, 1])
        axes.set_facecolor("none")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata([params, frame_idx / 10])


def saved(animator: Animator, frame_idx: int, params: Any, figure: Figure) -> Array:
    """Return what ``savefig`` gives of a frame."""
    animator.update(frame_idx, params)
    file = io.BytesIO()
    figure.savefig(file, format="rgba", dpi=figure.dpi)
    width, height = figure.canvas.get_width_height()
    return np.frombuffer(file.getvalue(), np.uint8).reshape(height, width, 4)


# What is delivered


@both
def test_each_array_has_the_bytes_that_savefig_gives(workers: int) -> None:
    """Straight alpha, and the figure's exact size where it is odd."""
    reference = Turning()
    figure = reference.setup()
    params = [0.9, 0.1, 0.5, 0.3, 0.7, 0.2]
    seen = []
    for frame_idx, array in Turning().frames(params, num_workers=workers):
        assert (array.dtype, array.shape) == (np.uint8, (175, 225, 4))
        assert array.flags.c_contiguous
        expected = saved(reference, frame_idx, params[frame_idx], figure)
        np.testing.assert_array_equal(array, expected)
        seen.append(frame_idx)
    assert seen == list(range(6))
    assert 0 < array[..., 3].min() < 255
    plt.close(figure)


@pytest.mark.parametrize(
    ("workers", "method"), [(1, None), (2, "fork"), (2, "spawn"), *alike((2, "forkserver"))]
)
def test_all_frames_come_in_order_and_go_on_to_the_end(workers: int, method: Any) -> None:
    frames = StampAnimator().frames(range(25), num_workers=workers, start_method=method)
    assert [(i, number(array)) for i, array in frames] == [(i, i) for i in range(25)]
    assert next(frames, None) is None


def test_the_function_takes_any_object_with_the_two_methods() -> None:
    class NoAnimator:
        inches = (WIDTH / 100, HEIGHT / 100)
        setup = StampAnimator.setup
        update = StampAnimator.update

    frames = parallel_animate.frames(
        NoAnimator(), itertools.count(), n_frames=5, savefig_params={"dpi": 50}, num_workers=2
    )
    assert iter(frames) is frames
    for frame_idx, array in frames:
        assert array.shape == (HEIGHT // 2, WIDTH // 2, 4)
        assert number(array) == frame_idx
    assert frame_idx == 4


@both
def test_ids_are_the_indices_also_in_any_order_and_with_gaps(workers: int) -> None:
    ids = [30, 2, 17, 5, 3, 90, 4]
    params = (IndexedFrameParams(i, None) for i in ids)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [(i, number(a)) for i, a in StampAnimator().frames(params, num_workers=workers)]
    assert found == [(i, i) for i in sorted(ids)]


def test_frames_far_out_of_order_come_from_the_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    params = (IndexedFrameParams(i, None) for i in reversed(range(40)))
    found = list(StampAnimator().frames(params, num_workers=2))
    assert [number(array) for _, array in found] == list(range(40))
    assert not any(array.flags.writeable for _, array in found)


# What may be done with the arrays


@both
def test_nobody_can_write_into_an_array(workers: int) -> None:
    for _, array in StampAnimator().frames(range(3), num_workers=workers):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


@both
def test_a_copy_may_be_written_into_and_kept(workers: int) -> None:
    kept = []
    for frame_idx, array in StampAnimator().frames(range(30), num_workers=workers, copy=True):
        assert number(array) == frame_idx
        array[0, 0] = 85
        kept.append(array)
    assert all(map(is_its_own, kept))
    for frame_idx, array in enumerate(kept):
        assert number(array) == frame_idx
        assert (array[0, 0] == 85).all()


@both
@pytest.mark.parametrize("pairs", [False, True])
def test_nothing_is_copied_for_a_loop_that_keeps_no_more_than_three(
    workers: int, pairs: bool
) -> None:
    frames = StampAnimator().frames(range(40), num_workers=workers)
    copied = []
    if pairs:
        for (_, before), (_, now) in itertools.pairwise(frames):
            assert number(before) + 1 == number(now)
            copied.append(is_its_own(now))
    else:
        for _, array in frames:
            copied.append(is_its_own(array))
    assert copied == [False] * (40 - pairs)


@both
def test_further_ones_are_copies_while_a_loop_keeps_three(workers: int) -> None:
    frames = StampAnimator().frames(range(12), num_workers=workers)
    kept = [next(frames)[1] for _ in range(6)]
    assert [is_its_own(array) for array in kept] == [False] * 3 + [True] * 3
    assert not any(array.flags.writeable for array in kept)
    del kept[:3]
    assert not is_its_own(next(frames)[1])
    frames.close()


@both
@pytest.mark.parametrize("view", [lambda a: a, lambda a: a[::2, ::2, :3].T, memoryview])
def test_an_array_that_is_kept_never_changes(workers: int, view: Callable[[Array], Any]) -> None:
    """Nor does a view of it, though its slot is asked for all the time."""
    slots = workers + 1 if workers > 1 else None
    kept, first = [], []
    for frame_idx, array in StampAnimator().frames(
        range(40), num_workers=workers, ring_slots=slots
    ):
        if frame_idx % 3:
            kept.append(view(array))
            first.append(np.array(kept[-1]))
    assert len({each.tobytes() for each in first}) == len(first)
    for now, then in zip(kept, first, strict=True):
        np.testing.assert_array_equal(np.asarray(now), then)


def test_the_last_array_stays_after_the_end() -> None:
    with StampAnimator().frames(range(100), num_workers=2) as frames:
        arrays = [next(frames)[1], next(frames)[1]]
    assert [number(array) for array in arrays] == [0, 1]


# Where the iterator of params runs, and how far


@both
def test_params_are_pulled_in_the_thread_that_asks(workers: int) -> None:
    threads = []

    def params() -> Iterator[int]:
        for i in range(20):
            threads.append(threading.current_thread())
            yield i

    assert len(list(StampAnimator().frames(params(), num_workers=workers))) == 20
    assert set(threads) == {threading.current_thread()}


@pytest.mark.parametrize(("workers", "preload", "most"), [(1, 8, 1), (2, 8, 16), (2, 0, 2)])
def test_no_more_params_are_pulled_than_the_loop_takes_and_workers_need(
    workers: int, preload: int, most: int
) -> None:
    last = 0

    def params() -> Iterator[int]:
        nonlocal last
        while True:
            last += 1
            yield last

    slots, tasks = 4, 2 * workers
    frames = StampAnimator().frames(
        params(), num_workers=workers, preload_factor=preload, ring_slots=slots
    )
    with frames:
        for frame_idx, _ in frames:
            assert last <= frame_idx + 1 + slots + tasks + most + 5  # a few in the file
            if frame_idx == 60:
                break


class Counted(StampAnimator):
    """Notes each frame that is drawn."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        (self.folder / str(frame_idx)).touch()

    @property
    def drawn(self) -> int:
        return len(list(self.folder.iterdir()))


def test_workers_draw_while_the_loop_is_busy_until_the_ring_is_full(tmp_path: Path) -> None:
    animator = Counted(tmp_path)
    with animator.frames(range(1000), num_workers=2, ring_slots=5, check_history=False) as frames:
        next(frames)
        wait_until(lambda: animator.drawn >= 5, seconds=30)
        for frame_idx, _ in itertools.islice(frames, 100):
            # One frame in each slot, one that each worker has drawn and cannot store, and a few in
            # the temporary file, where the frame that is due had no slot.
            assert animator.drawn <= frame_idx + 5 + 2 + 5


def test_numeric_libraries_have_all_their_threads_in_the_loop() -> None:
    before = [each["num_threads"] for each in threadpool_info()]
    for _ in StampAnimator().frames([1, 2, 3], num_workers=2):
        assert [each["num_threads"] for each in threadpool_info()] == before


# The loop's own figures and settings


class Styled(Animator):
    """Makes a figure by pyplot, in a style of its own."""

    def setup(self) -> Figure:
        plt.rcParams["lines.linewidth"] = 7.0
        figure, axes = plt.subplots(figsize=(2, 1))
        (self.line,) = axes.plot([0, 1])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        assert plt.rcParams["lines.linewidth"] == 7.0
        assert plt.gca() is self.line.axes
        assert len(self.line.axes.images) == 0
        self.line.set_ydata([0, params])


@both
def test_the_loop_may_plot_what_it_gets_and_set_rc_params(workers: int) -> None:
    mine = plt.figure()
    before = matplotlib.rcParams["lines.linewidth"]
    for frame_idx, array in Styled().frames(range(4), num_workers=workers):
        assert plt.get_fignums() == [mine.number]  # type: ignore[attr-defined]
        plt.imshow(array)
        assert plt.rcParams["lines.linewidth"] == (before if frame_idx == 0 else frame_idx)
        plt.rcParams["lines.linewidth"] = frame_idx + 1.0
    assert plt.get_fignums() == [mine.number]  # type: ignore[attr-defined]
    assert len(mine.axes[0].images) == 4
    assert plt.rcParams["lines.linewidth"] == 4.0
    plt.rcParams["lines.linewidth"] = before
    plt.close(mine)


# Several at once


@both
def test_two_may_be_taken_in_turn(workers: int) -> None:
    one, other = (StampAnimator().frames(range(15), num_workers=workers) for _ in range(2))
    for (i, a), (j, b) in zip(one, other, strict=True):
        assert i == number(a) == j == number(b)


def test_params_may_be_frames_of_another_animation() -> None:
    class Copies(Animator):
        def setup(self) -> Figure:
            figure = Figure(figsize=(3.2, 2.4), dpi=100)
            self.image = figure.figimage(np.zeros((240, 320, 4), np.uint8))
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            index, array = params
            assert index == frame_idx
            self.image.set_data(array)

    inner = StampAnimator().frames(range(12), num_workers=2)
    for frame_idx, array in Copies().frames(inner, num_workers=2):
        assert number(array[::-1]) == frame_idx or number(array) == frame_idx
    assert frame_idx == 11
    inner.close()


def test_any_thread_may_ask_for_the_next_frame() -> None:
    """Also when the thread has ended that has asked for the first one, and started the workers."""
    frames = StampAnimator().frames(iter(range(9)), num_workers=2)
    workers = set()
    for frame_idx in range(9):
        if frame_idx % 3 < 2:
            with ThreadPoolExecutor(1) as executor:
                array = executor.submit(next, frames).result()[1]
        else:
            array = next(frames)[1]
        assert number(array) == frame_idx
        workers |= {child.pid for child in children() if not is_pythons_own(child)}
    assert next(frames, None) is None
    assert len(workers) == 2


def test_who_asks_while_a_frame_is_being_asked_for_is_told_so() -> None:
    told: list[str] = []

    def params() -> Iterator[int]:
        for i in range(3):
            for ask in (lambda: next(frames), frames.close):
                with pytest.raises(ValueError, match="asked for already") as caught:
                    ask()
                told.append(str(caught.value))
            yield i

    frames = StampAnimator().frames(params(), num_workers=2)
    assert [i for i, _ in frames] == [0, 1, 2]
    assert len(told) == 6


def total(count: int) -> int:
    assert multiprocessing.current_process().daemon
    return sum(number(array) for _, array in StampAnimator().frames(range(count), num_workers=2))


def test_a_process_of_a_pool_may_take_frames() -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(total, [5, 7]) == [10, 21]


# Errors arrive in the loop


class Fails(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if params == "fail":
            raise LookupError("no such thing")


@both
def test_a_frame_that_fails_is_named_after_all_before_it(workers: int) -> None:
    seen: list[int] = []
    frames = Fails().frames([*"abcde", "fail", *"gh"], num_workers=workers)
    with pytest.raises(FrameError, match=r"frame 5 .*'fail'.*no such thing") as caught:
        seen.extend(frame_idx for frame_idx, _ in frames)
    assert isinstance(caught.value, LookupError)
    assert caught.value.frame_idx == 5
    assert seen == list(range(5))
    assert next(frames, None) is None


@both
def test_an_iterator_that_fails_is_named(workers: int) -> None:
    def params() -> Iterator[int]:
        yield from range(4)
        raise OSError("the disk is gone")

    seen: list[int] = []
    frames = StampAnimator().frames(params(), num_workers=workers)
    with pytest.raises(ParamsError, match="frame 4: the disk is gone"):
        seen.extend(frame_idx for frame_idx, _ in frames)
    assert seen == list(range(4))


@both
def test_fewer_params_than_were_announced_are_warned_of(workers: int) -> None:
    frames = StampAnimator().frames(iter(range(3)), n_frames=5, num_workers=workers)
    with pytest.warns(UserWarning, match=r"ended after 3 of 5 frames$") as caught:
        assert len(list(frames)) == 3
    assert [each.filename for each in caught] == [__file__]


# Arguments


def test_what_make_video_has_too_has_the_same_default() -> None:
    own = inspect.signature(Animator.frames).parameters
    given = inspect.signature(Animator.make_video).parameters
    both = own.keys() & given.keys() - {"self"}
    assert len(both) == 11
    assert {name: own[name].default for name in both} == {
        name: given[name].default for name in both
    }
    # By position only the params can be given, so that arguments may be added in any place.
    assert [name for name, each in own.items() if each.kind != each.KEYWORD_ONLY] == [
        "animation",
        "param_by_frame",
    ]


def refused(
    param_by_frame: Any = (0, 1, 2), kind: type[AnimateError] = ArgumentError, **bad: Any
) -> str:
    """Return the message for a bad argument, for which nothing is begun."""
    with pytest.raises(kind) as caught:
        NeverSetUp().frames(param_by_frame, **bad)
    assert isinstance(caught.value, ValueError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("n_frames", 0, "n_frames must be at least 1"),
        ("n_frames", 2.5, "n_frames must be an integer"),
        ("copy", "yes", "copy must be True or False, not 'yes'"),
        ("num_workers", 0, "num_workers must not be 0"),
        ("num_workers", 1.5, "num_workers must be an integer"),
        ("savefig_params", {"dpi": -1}, "savefig_params['dpi'] must be a positive number"),
        ("savefig_params", 200, "savefig_params must be a dict"),
        ("preload_factor", -1, "preload_factor must be an integer of at least 0"),
        ("redraw", "never", "redraw must be one of 'auto', 'full', 'verify'"),
        ("start_method", "thread", "start_method must be None or one of"),
        ("frame_timeout", 0, "frame_timeout must be a positive number"),
        ("check_history", "maybe", "check_history must be True, False or 'error'"),
        ("ring_slots", 0, "ring_slots must be an integer of at least"),
    ],
)
def test_an_impossible_argument_is_refused_when_it_is_given(
    argument: str, value: Any, said: str
) -> None:
    assert refused(**{argument: value}).startswith(said)


def test_a_generator_is_closed_when_another_argument_is_refused() -> None:
    params = (i for i in range(3))
    assert "redraw" in refused(params, redraw="never")
    assert next(params, None) is None


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (7, "param_by_frame must be iterable"),
        ([], "param_by_frame is empty"),
        ([IndexedFrameParams(1, 0)] * 2, "frame_id 1 was given twice"),
    ],
)
def test_impossible_params_are_refused(params: Any, said: str) -> None:
    kind = EmptyParamsError if params == [] else AnimateError
    assert refused(params, kind).startswith(said)


def test_what_is_no_animation_is_refused() -> None:
    for bad, said in [
        (StampAnimator, "animation must be an object, not the class StampAnimator"),
        (Figure(), r"setup\(\) and update\(\).*: Figure has no setup\(\)"),
    ]:
        with pytest.raises(ArgumentError, match=said):
            parallel_animate.frames(bad, range(3))  # type: ignore[arg-type]


def test_an_option_of_savefig_that_does_not_apply_is_named_at_the_users_line() -> None:
    with pytest.warns(UserWarning, match="'transparent'") as caught:
        StampAnimator().frames(range(3), savefig_params={"transparent": True})
    assert [each.filename for each in caught] == [__file__]
