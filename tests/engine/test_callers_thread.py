"""The user's iterator runs in the thread that has called, whoever draws."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import FrameError
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.parametrize("workers", [1, 2])


def test_a_cursor_that_no_other_thread_may_use(out: Path, workers: int) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("create table steps (number)")
    base.executemany("insert into steps values (?)", [(i,) for i in range(9)])
    StampAnimator().make_video(out, base.execute("select * from steps"), 30, num_workers=workers)
    assert stamps(out) == list(range(9))
    base.close()


def test_an_iterator_may_handle_signals(out: Path, workers: int) -> None:
    def params() -> Iterator[int]:
        for i in range(5):
            before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
            yield i
            signal.signal(signal.SIGUSR2, before)

    StampAnimator().make_video(out, params(), 30, num_workers=workers)
    assert stamps(out) == list(range(5))


def test_an_iterator_may_run_an_event_loop(out: Path, workers: int) -> None:
    loop = asyncio.new_event_loop()

    async def read(i: int) -> int:
        await asyncio.sleep(0)
        return i

    StampAnimator().make_video(
        out, (loop.run_until_complete(read(i)) for i in range(9)), 30, num_workers=workers
    )
    loop.close()
    assert stamps(out) == list(range(9))


def test_what_the_caller_has_set_for_its_thread_holds(out: Path, workers: int) -> None:
    variable = contextvars.ContextVar("variable", default="lost")
    variable.set("kept")
    found: list[Any] = []

    def params() -> Iterator[int]:
        for i in range(9):
            found.append((variable.get(), np.geterr()["divide"], threading.current_thread()))
            yield i

    with np.errstate(divide="raise"):
        StampAnimator().make_video(out, params(), 30, num_workers=workers)
    assert set(found) == {("kept", "raise", threading.current_thread())}


class Divides(StampAnimator):
    """Divides by zero in frame 3, and in setup() looks at what that would do."""

    def setup(self) -> Figure:
        assert np.geterr()["divide"] == "raise"
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        np.ones(1) / np.float64(params)


def test_forked_workers_begin_with_what_the_caller_has_set(out: Path, workers: int) -> None:
    with np.errstate(divide="raise"), pytest.raises(FrameError, match=r"frame 3 .*divide by zero"):
        Divides().make_video(
            out, [1, 1, 1, 0, 1], 30, num_workers=workers, start_method="fork", check_history=False
        )


def test_a_thread_of_the_users_may_call_too(out: Path, workers: int) -> None:
    ran_in = []

    def params() -> Iterator[int]:
        for i in range(9):
            ran_in.append(threading.current_thread())
            yield i

    thread = threading.Thread(
        target=lambda: StampAnimator().make_video(out, params(), 30, num_workers=workers)
    )
    thread.start()
    thread.join()
    assert stamps(out) == list(range(9))
    assert set(ran_in) == {thread}
