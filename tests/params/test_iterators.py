"""Iterators that fail, block, are closed, or give items that take much memory."""

from __future__ import annotations

import inspect
import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from parallel_animate import (
    AnimateError,
    FrameError,
    IndexedFrameParams,
    ParamsError,
    ResumeError,
    SetupError,
)
from parallel_animate.params import source as frames
from parallel_animate.params.source import FrameSource, _Prefetch, estimated_size
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)

LONG = 60.0  # seconds, for what comes at once


class Params:
    """A generator that tells where it ran, and where it was closed."""

    def __init__(self, n: int, fails: BaseException | None = None) -> None:
        self.closed: list[threading.Thread] = []
        self.ran: list[threading.Thread] = []
        self.generator = self._generate(n, fails)

    def _generate(self, n: int, fails: BaseException | None) -> Iterator[int]:
        try:
            self.ran.append(threading.current_thread())
            yield from range(n)
            if fails is not None:
                raise fails
        finally:
            self.closed.append(threading.current_thread())


class Fails(StampAnimator):
    """Raises at a frame."""

    def __init__(self, at: int, error: BaseException) -> None:
        super().__init__()
        self.at, self.error = at, error

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.at:
            raise self.error
        super().update(frame_idx, params)


class NoFigure(StampAnimator):
    def setup(self) -> Figure:
        raise ArithmeticError("no figure today")


WORKERS_AND_PRELOAD = [(1, 0), (1, 4), (2, 0), (2, 4)]
both_ways = pytest.mark.parametrize(("workers", "preload"), WORKERS_AND_PRELOAD)


# Closing


@both_ways
@pytest.mark.parametrize("n_frames", [None, 5])
def test_a_generator_is_closed_at_the_end(
    out: Path, n_frames: int | None, workers: int, preload: int
) -> None:
    params = Params(9)
    StampAnimator().make_video(
        out, params.generator, 30, n_frames, num_workers=workers, preload_factor=preload
    )
    assert stamps(out) == list(range(n_frames or 9))
    assert params.closed == params.ran
    assert (params.closed == [threading.current_thread()]) == (preload == 0)


@both_ways
def test_a_generator_is_closed_when_update_fails(out: Path, workers: int, preload: int) -> None:
    params = Params(10_000)
    with pytest.raises(FrameError):
        Fails(3, ArithmeticError()).make_video(
            out, params.generator, 30, num_workers=workers, preload_factor=preload
        )
    assert params.closed == params.ran
    assert len(params.closed) == 1


@pytest.mark.parametrize("preload", [0, 4])
def test_a_generator_is_closed_when_a_render_is_interrupted(out: Path, preload: int) -> None:
    params = Params(10_000)
    with pytest.raises(KeyboardInterrupt):
        Fails(3, KeyboardInterrupt()).make_video(
            out, params.generator, 30, num_workers=1, preload_factor=preload
        )
    assert params.closed == params.ran
    assert len(params.closed) == 1


@both_ways
def test_a_generator_that_fails_has_cleaned_up(out: Path, workers: int, preload: int) -> None:
    params = Params(4, fails=LookupError("no more"))
    with pytest.raises(ParamsError, match="LookupError for frame 4: no more") as caught:
        StampAnimator().make_video(
            out, params.generator, 30, num_workers=workers, preload_factor=preload
        )
    assert params.closed == params.ran
    assert type(caught.value.__cause__) is LookupError
    assert caught.value.partial_file is not None
    assert stamps(caught.value.partial_file) == [0, 1, 2, 3]


@both_ways
def test_a_generator_is_closed_when_setup_fails(out: Path, workers: int, preload: int) -> None:
    params = Params(9)
    assert next(params.generator) == 0  # one that has not begun has nothing to clean up
    with pytest.raises(SetupError):
        NoFigure().make_video(
            out, params.generator, 30, num_workers=workers, preload_factor=preload
        )
    assert params.closed == [threading.current_thread()]


@both_ways
def test_a_generator_that_was_not_begun_is_closed_too(
    out: Path, workers: int, preload: int
) -> None:
    params = (i for i in range(9))
    with pytest.raises(SetupError):
        NoFigure().make_video(out, params, 30, num_workers=workers, preload_factor=preload)
    assert inspect.getgeneratorstate(params) == inspect.GEN_CLOSED


class CleanupError(Exception):
    pass


def untidy(n: int) -> Iterator[int]:
    try:
        yield from range(n)
    finally:
        raise CleanupError("cannot remove it")


@both_ways
def test_an_error_in_the_cleanup_is_a_warning_in_the_log(
    out: Path, workers: int, preload: int, caplog: pytest.LogCaptureFixture
) -> None:
    StampAnimator().make_video(
        out, untidy(9), 30, n_frames=5, num_workers=workers, preload_factor=preload
    )
    assert stamps(out) == list(range(5))
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said == ["param_by_frame raised CleanupError when it was closed: cannot remove it"]


@both_ways
def test_an_error_in_the_cleanup_does_not_hide_that_of_the_render(
    out: Path, workers: int, preload: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(FrameError) as caught:
        Fails(3, ArithmeticError()).make_video(
            out, untidy(10_000), 30, num_workers=workers, preload_factor=preload
        )
    assert type(caught.value.__cause__) is ArithmeticError
    assert caught.value.partial_frames == 3
    assert "CleanupError" in caplog.text


def test_items_can_be_used_until_the_render_ends() -> None:
    """The thread has pulled all that are wanted, but what they need is not given back yet."""
    params = Params(9)
    with FrameSource(params.generator, 2).start(4) as source:
        assert list(iter(source.get, None)) == [(0, 0), (1, 1)]
        assert not params.closed
    assert params.closed == params.ran


def test_a_generator_of_the_users_own_class_is_closed() -> None:
    class Own(Generator[int, None, None]):
        closed = 0

        def send(self, value: None) -> int:
            return 1

        def throw(self, *error: Any) -> int:
            raise error[0]

        def close(self) -> None:
            self.closed += 1

    params = Own()
    for prefetch in (0, 2):
        with FrameSource(params, 3).start(prefetch) as source:
            assert len(list(iter(source.get, None))) == 3
    assert params.closed == 2


@pytest.mark.parametrize("prefetch", [0, 2])
def test_a_file_stays_open(tmp_path: Path, prefetch: int) -> None:
    path = tmp_path / "params.txt"
    path.write_text("a\nb\nc\nd\n")
    with path.open() as lines:
        with FrameSource(lines, 2).start(prefetch) as source:
            assert list(iter(source.get, None)) == [(0, "a\n"), (1, "b\n")]
        del source  # what wraps the iterator goes too
        assert not lines.closed
        assert next(lines) == "c\n"


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("share", [iter, lambda items: itertools.islice(items, 6)])
def test_an_iterator_can_be_shared_between_renders(
    share: Callable[[Any], Iterator[int]], prefetch: int
) -> None:
    shared = share(list(range(6)))
    for first in (0, 3):
        with FrameSource(shared, 3).start(prefetch) as source:
            got = list(iter(source.get, None))
        assert got == [(i, first + i) for i in range(3)]


@pytest.mark.parametrize("prefetch", [0, 2])
def test_it_is_closed_once(prefetch: int) -> None:
    params = Params(9)
    source = FrameSource(params.generator).start(prefetch)
    assert source.get() == (0, 0)
    source.close()
    source.close()
    assert params.closed == params.ran


# Blocking


@pytest.mark.parametrize("tidy", [True, False])
def test_a_generator_that_blocks_does_not_keep_a_failed_render_from_ending(
    out: Path, tidy: bool, caplog: pytest.LogCaptureFixture
) -> None:
    blocks, release, closed = threading.Event(), threading.Event(), threading.Event()

    def params() -> Iterator[int]:
        try:
            yield from range(4)
            blocks.set()
            release.wait()
            yield 4
        finally:
            closed.set()
            if not tidy:
                raise CleanupError

    class Waits(Fails):
        def update(self, frame_idx: int, params: Any) -> None:
            assert frame_idx < 3 or blocks.wait(LONG)
            super().update(frame_idx, params)

    generator = params()
    try:
        with pytest.raises(FrameError) as caught:
            Waits(3, ArithmeticError()).make_video(
                out, generator, 30, num_workers=1, preload_factor=8
            )
        assert caught.value.partial_frames == 3
        assert not closed.is_set()
        (thread,) = (t for t in threading.enumerate() if t.name == "parallel-animate-prefetch")
    finally:
        release.set()
    # It is closed when it comes back.
    thread.join(LONG)
    assert not thread.is_alive()
    assert closed.is_set()
    assert inspect.getgeneratorstate(generator) == inspect.GEN_CLOSED
    assert ("CleanupError" in caplog.text) != tidy


def test_a_cleanup_that_takes_long_is_waited_for_only_so_long(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "CLEANUP", 0.1)
    release = threading.Event()
    threads = []

    def params() -> Iterator[int]:
        try:
            yield from itertools.count()
        finally:
            threads.append(threading.current_thread())
            release.wait()

    try:
        with FrameSource(params()).start(2) as source:
            assert source.get() == (0, 0)
        assert "still cleaning up" in caplog.text
    finally:
        release.set()
    threads[0].join(LONG)
    assert not threads[0].is_alive()


# Memory


def filled(
    sizes: list[int], depth: int, budget: int, queued: deque[int], pulled: int, largest: int
) -> tuple[int, int]:
    """Fill a queue of sizes as the thread should; return how many it has pulled then."""
    while pulled < len(sizes):
        if queued and (len(queued) >= depth or sum(queued) + largest > budget):
            break
        queued.append(sizes[pulled])
        largest = max(largest, sizes[pulled])
        pulled += 1
    return pulled, largest


@given(
    sizes=st.lists(st.integers(0, 100), min_size=1, max_size=30),
    depth=st.integers(1, 6),
    budget=st.integers(0, 300),
)
def test_the_queue_is_filled_up_to_its_depth_and_its_budget(
    sizes: list[int], depth: int, budget: int
) -> None:
    """Exactly so many items are pulled as a model of it says, whatever the threads' timing."""
    allowed, largest = 0, 0
    queued: deque[int] = deque()
    asked = threading.Semaphore(0)
    wrong = []

    def items() -> Iterator[npt.NDArray[np.uint8]]:
        for i, size in enumerate(sizes):
            if i >= allowed:
                wrong.append(i)
            asked.release()
            yield np.full(size, i, np.uint8)

    def fill() -> None:
        nonlocal allowed, largest
        before = allowed
        allowed, largest = filled(sizes, depth, budget, queued, allowed, largest)
        # The last to come may be larger than all before it, which nobody could know.
        assert len(queued) <= max(1, depth)
        assert len(queued) <= 1 or sum(list(queued)[:-1]) <= budget
        new.append(allowed - before)

    new: list[int] = []
    fill()
    prefetch = _Prefetch(items(), depth, budget)
    try:
        for i, size in enumerate(sizes):
            for _ in range(new.pop()):
                assert asked.acquire(timeout=LONG)
            assert queued.popleft() == size
            fill()  # before the thread can know that there is room
            np.testing.assert_array_equal(prefetch.get(), np.full(size, i, np.uint8))
        with pytest.raises(StopIteration):
            prefetch.get()
    finally:
        prefetch.stop()
    assert wrong == []


@pytest.mark.parametrize(("free", "ahead"), [(80_000, 10), (8_000, 1), (0, 1), (10**9, 64)])
def test_large_items_are_pulled_ahead_as_far_as_an_eighth_of_the_memory_goes(
    free: int, ahead: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(frames, "available_memory", lambda: free)
    caplog.set_level(logging.INFO, "parallel_animate")
    pulled = threading.Semaphore(0)
    count = 0

    def items() -> Iterator[npt.NDArray[np.uint8]]:
        nonlocal count
        for i in range(200):
            count += 1
            pulled.release()
            yield np.full(1000, i, np.uint8)

    with FrameSource(items()).start(64) as source:
        for i in range(200):
            for _ in range(ahead if i == 0 else min(1, 200 - ahead - i + 1)):
                assert pulled.acquire(timeout=LONG)
            assert count <= ahead + i
            item = source.get()
            assert item is not None
            assert item[0] == i == item[1][0]
        assert source.get() is None
    said = [record.getMessage() for record in caplog.records]
    # Only once, and only where it is the memory that limits.
    assert len(said) <= (ahead < 64)
    for line in said:
        assert line == (
            f"params are large (1,000 bytes): {ahead} are pulled ahead instead of 64, so that "
            f"they take no more than {free // 8:,} bytes"
        )


def test_it_is_said_once_that_memory_limits_how_far_items_are_pulled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "parallel_animate")
    said = threading.Event()

    class Tells(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.set()

    logger, handler = logging.getLogger("parallel_animate"), Tells()
    logger.addHandler(handler)
    prefetch = _Prefetch((np.zeros(100) for _ in range(20)), 5, 1700)
    try:
        assert said.wait(LONG)
        for _ in range(20):
            prefetch.get()
    finally:
        prefetch.stop()
        logger.removeHandler(handler)
    assert [record.getMessage() for record in caplog.records] == [
        "params are large (800 bytes): 2 are pulled ahead instead of 5, so that they take no more "
        "than 1,700 bytes"
    ]


def test_a_stopped_thread_that_waits_for_room_ends() -> None:
    prefetch = _Prefetch(itertools.count(), 1, 0)
    assert prefetch.get() == 0
    prefetch.stop()
    assert not prefetch._thread.is_alive()


# Sizes

KB = 1000
BLOCK = np.zeros(100 * KB, np.uint8)


@dataclass
class Record:
    image: Any
    number: int = 1


@dataclass(slots=True)
class Slotted:
    image: Any


class Plain:
    def __init__(self, image: Any) -> None:
        self.image = image


def new() -> npt.NDArray[np.uint8]:
    return BLOCK.copy()


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (BLOCK, 100 * KB),
        (memoryview(BLOCK), 100 * KB),
        (b"x" * 100 * KB, 100 * KB),
        (bytearray(100 * KB), 100 * KB),
        ("x" * 100 * KB, 100 * KB),
        ("\u20ac" * 50 * KB, 100 * KB),
        ([new(), new()], 200 * KB),
        ((new(), [new(), {"a": new()}]), 300 * KB),
        ({"a": new(), **{str(i): i for i in range(200)}}, 100 * KB),
        (deque([b"x" * 100 * KB]), 100 * KB),
        ({b"x" * 100 * KB}, 100 * KB),
        (IndexedFrameParams(3, {"image": new()}), 100 * KB),
        (Record(new()), 100 * KB),
        (Slotted([Record(new())]), 100 * KB),
        (Plain(new()), 100 * KB),
        (SimpleNamespace(a=new(), b=Plain(new())), 200 * KB),
        ([[new() for _ in range(3)] for _ in range(4)], 1200 * KB),
        ([BLOCK] * 50, 100 * KB),  # one array, however often
        ([b"x" * KB + bytes([i % 256, i // 256]) for i in range(5000)], 5000 * KB),
        ([[float(i + j) for j in range(100)] for i in range(5000)], 5000 * 3.2 * KB),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, int | float) else "",
)
def test_sizes_are_estimated_from_what_an_item_holds(item: Any, size: float) -> None:
    assert 0.99 * size <= estimated_size(item) <= 1.25 * size


@pytest.mark.parametrize("item", [0, 1.5, None, "", (), [], {}, set(), object(), int, Plain])
def test_a_small_item_has_a_small_size(item: Any) -> None:
    assert 0 < estimated_size(item) < 4 * KB


def test_a_size_that_cannot_be_told_is_no_error() -> None:
    class Odd:
        @property
        def nbytes(self) -> int:
            raise RuntimeError

    class Unknown:
        nbytes = "many"

        def __sizeof__(self) -> int:
            raise RuntimeError

    loop: list[Any] = [new()]
    loop.append(loop)
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert estimated_size([Odd(), Unknown()]) < KB
    assert 100 * KB <= estimated_size(loop) < 101 * KB
    assert estimated_size(deep) < KB


def test_only_so_many_parts_of_an_item_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    look = frames._size_and_parts

    def counted(item: Any) -> Any:
        nonlocal looked
        looked += 1
        return look(item)

    monkeypatch.setattr(frames, "_size_and_parts", counted)
    estimated_size([[[float(i)] * 1000 for i in range(1000)] for _ in range(3)])
    assert looked <= frames.SIZE_LEVELS * frames.SIZE_PARTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"fps": -1},
        {"n_frames": 0},
        {"resume": "no"},
        {"video_preset": "quick"},
        {"savefig_params": {"dpi": -1}},
        {"output_file": "."},
        {"num_workers": 0},
    ],
    ids=str,
)
def test_a_generator_is_closed_where_the_render_cannot_begin(
    out: Path, wrong: dict[str, Any]
) -> None:
    closed = []

    def params() -> Iterator[int]:
        try:
            yield from range(10)
        finally:
            closed.append(True)

    begun = params()
    next(begun)
    arguments: dict[str, Any] = {"output_file": out, "fps": 30} | wrong
    with pytest.raises(AnimateError):
        StampAnimator().make_video(param_by_frame=begun, **arguments)
    assert closed == [True]


def test_a_generator_is_closed_where_parts_are_in_the_way(out: Path) -> None:
    def failing() -> Iterator[int]:
        yield from range(10)
        raise ValueError("no more")

    with pytest.raises(ParamsError):
        StampAnimator().make_video(out, failing(), 30, num_workers=1)
    begun = failing()
    next(begun)
    with pytest.raises(ResumeError):
        StampAnimator().make_video(out, begun, 30, num_workers=1)
    assert begun.gi_frame is None  # type: ignore[attr-defined]
