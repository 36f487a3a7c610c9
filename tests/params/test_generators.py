"""Generators are closed in the end: after errors, when they block, and before a render begins."""

from __future__ import annotations

import inspect
import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import (
    AnimateError,
    FrameError,
    ParamsError,
    ResumeError,
    SetupError,
)
from parallel_animate.params.generators import closed_on_error
from parallel_animate.params.source import FrameSource
from tests.conftest import alike
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)

LONG = 60.0  # seconds to wait for what should happen at once


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


WORKERS_AND_PRELOAD = [(1, 4), (2, 0), *alike((1, 0), (2, 4))]
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
    assert params.closed == [threading.current_thread()]


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
    """The generator is not closed when the last one was pulled: items may need what it holds."""
    params = Params(9)
    with FrameSource(params.generator, 2) as source:
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
    with FrameSource(params, 3) as source:
        assert len(list(iter(source.get, None))) == 3
    assert params.closed == 1


def test_a_file_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "params.txt"
    path.write_text("a\nb\nc\nd\n")
    with path.open() as lines:
        with FrameSource(lines, 2) as source:
            assert list(iter(source.get, None)) == [(0, "a\n"), (1, "b\n")]
        del source  # with all that it has wrapped the iterator in
        assert not lines.closed
        assert next(lines) == "c\n"


@pytest.mark.parametrize("share", [iter, lambda items: itertools.islice(items, 6)])
def test_an_iterator_can_be_shared_between_renders(
    share: Callable[[Any], Iterator[int]],
) -> None:
    shared = share(list(range(6)))
    for first in (0, 3):
        with FrameSource(shared, 3) as source:
            got = list(iter(source.get, None))
        assert got == [(i, first + i) for i in range(3)]


def test_it_is_closed_once() -> None:
    params = Params(9)
    source = FrameSource(params.generator)
    assert source.get() == (0, 0)
    source.close()
    source.close()
    assert params.closed == params.ran


# Blocking


class Blocks:
    """A generator that blocks after some items, until it is released or interrupted."""

    def __init__(self, n: int, *, tidy: bool = True) -> None:
        self.blocks = multiprocessing.get_context("fork").Event()
        self.release = threading.Event()
        self.closed: list[threading.Thread] = []
        self.generator = self._generate(n, tidy)

    def _generate(self, n: int, tidy: bool) -> Iterator[int]:
        try:
            yield from range(n)
            self.blocks.set()
            self.release.wait(LONG)
            yield n
        finally:
            self.closed.append(threading.current_thread())
            if not tidy:
                raise CleanupError

    def render(self, out: Path) -> FrameError:
        """Render frames of which one fails as soon as the generator blocks."""
        blocks = self.blocks

        class Waits(Fails):
            def update(self, frame_idx: int, params: Any) -> None:
                assert frame_idx < 3 or blocks.wait(LONG)
                super().update(frame_idx, params)

        with pytest.raises(FrameError) as caught:
            Waits(3, ArithmeticError()).make_video(
                out, self.generator, 30, num_workers=2, preload_factor=8, start_method="fork"
            )
        return caught.value


@pytest.mark.parametrize("tidy", [True, False])
def test_a_generator_that_blocks_does_not_keep_a_failed_render_from_ending(
    out: Path, tidy: bool, caplog: pytest.LogCaptureFixture
) -> None:
    params = Blocks(4, tidy=tidy)
    assert params.render(out).partial_frames == 3
    assert not params.release.is_set()
    assert params.closed == [threading.current_thread()]
    assert inspect.getgeneratorstate(params.generator) == inspect.GEN_CLOSED
    assert ("CleanupError" in caplog.text) != tidy


def test_a_generator_that_cannot_be_interrupted_is_waited_for_and_the_log_says_so(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Signals reach the main thread only."""
    params = Blocks(4)
    failed: list[FrameError] = []
    thread = threading.Thread(target=lambda: failed.append(params.render(out)))
    thread.start()
    try:
        deadline = time.monotonic() + LONG
        while "waits for param_by_frame to come back" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert not params.closed
    finally:
        params.release.set()
    thread.join(LONG)
    assert not thread.is_alive()
    assert failed[0].partial_frames == 3
    assert params.closed == [thread]
    assert inspect.getgeneratorstate(params.generator) == inspect.GEN_CLOSED


# Before the render begins


@pytest.mark.parametrize(
    "wrong",
    [
        {"fps": -1},
        {"n_frames": 0},
        {"resume": "no"},
        {"video_preset": "quick"},
        {"savefig_params": {"dpi": -1}},
        {"output_file": "out.wmv"},
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


def test_a_generator_is_closed_where_parts_cannot_be_resumed(out: Path) -> None:
    def failing() -> Iterator[int]:
        yield from range(10)
        raise ValueError("no more")

    with pytest.raises(ParamsError):
        StampAnimator().make_video(out, failing(), 30, num_workers=1)
    begun = failing()
    next(begun)
    with pytest.raises(ResumeError):
        StampAnimator().make_video(out, begun, 25, num_workers=1, resume=True)
    assert begun.gi_frame is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()], ids=repr)
def test_a_generator_is_closed_where_there_is_no_source_yet(error: BaseException) -> None:
    params = Params(9)
    assert next(params.generator) == 0
    with pytest.raises(type(error)), closed_on_error(params.generator):
        raise error
    assert params.closed == [threading.current_thread()]


def test_without_an_error_a_generator_goes_on() -> None:
    params = Params(9)
    with closed_on_error(params.generator):
        assert next(params.generator) == 0
    assert list(params.generator) == list(range(1, 9))


def test_an_error_in_the_cleanup_does_not_hide_that_before_the_render(
    caplog: pytest.LogCaptureFixture,
) -> None:
    params = untidy(9)
    next(params)
    with pytest.raises(ArithmeticError), closed_on_error(params):
        raise ArithmeticError
    assert "param_by_frame raised CleanupError when it was closed" in caplog.text


def test_only_a_generator_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "params.txt"
    path.touch()
    with path.open() as lines:
        with pytest.raises(ArithmeticError), closed_on_error(lines):
            raise ArithmeticError
        assert not lines.closed
