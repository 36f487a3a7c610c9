"""A loop over frames may end anywhere, and leaves nothing behind."""

from __future__ import annotations

import collections
import gc
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from matplotlib.figure import Figure

from parallel_animate import (
    Animator,
    FrameError,
    FrameIterator,
    HistoryError,
    IndexedFrameParams,
    RedrawError,
    SetupError,
)
from parallel_animate.engine import comparisons
from parallel_animate.system import RECALL_SIGNAL, start_thread
from parallel_animate.text import ranges
from tests.canvas.unseen import UnseenNorm
from tests.conftest import alike, children, is_pythons_own
from tests.processes import wait_until
from tests.scripts import ROOT
from tests.stamp import StampAnimator, stamp

pytestmark = pytest.mark.timeout(60)
both = pytest.mark.parametrize("workers", [1, 2])


def workers_of(count: int) -> list[psutil.Process]:
    """Return the worker processes, of which there have to be so many."""
    found = [child for child in children() if not is_pythons_own(child)]
    assert len(found) == count
    return found


class Endless:
    """Params without end, which note that they were closed."""

    def __init__(self) -> None:
        self.closed_in: list[threading.Thread] = []

    def params(self) -> Iterator[int]:
        try:
            yield from itertools.count()
        finally:
            self.closed_in.append(threading.current_thread())


def begun(endless: Endless, workers: int) -> FrameIterator:
    frames = StampAnimator().frames(endless.params(), num_workers=workers)
    next(frames)
    workers_of(workers if workers > 1 else 0)
    return frames


def check_ended(endless: Endless) -> None:
    workers_of(0)
    assert endless.closed_in == [threading.current_thread()]


# By the user's will


@both
def test_break_ends_the_workers_and_closes_the_generator(workers: int) -> None:
    endless = Endless()
    for frame_idx, _ in StampAnimator().frames(endless.params(), num_workers=workers):
        if frame_idx == 3:
            break
    check_ended(endless)


@both
def test_an_exception_in_the_loop_does(workers: int) -> None:
    endless = Endless()

    def look() -> None:
        for frame_idx, _ in StampAnimator().frames(endless.params(), num_workers=workers):
            if frame_idx == 3:
                raise LookupError

    with pytest.raises(LookupError):
        look()
    check_ended(endless)


@both
def test_a_with_block_does_whoever_refers_to_the_iterator(workers: int) -> None:
    endless = Endless()
    with pytest.raises(LookupError), begun(endless, workers) as frames:
        raise LookupError
    check_ended(endless)
    assert next(frames, None) is None
    frames.close()


@both
def test_what_nobody_refers_to_any_more_has_ended(workers: int) -> None:
    endless = Endless()
    frames = begun(endless, workers)
    del frames
    check_ended(endless)


def test_workers_that_wait_for_room_end_by_themselves(tmp_path: Path) -> None:
    """The ring is full, and each has another frame to draw. What they have open is closed."""

    class Tells(StampAnimator):
        def setup(self) -> Figure:
            ended = tmp_path / f"{os.getpid()}.ended"
            Finalize(None, ended.touch, exitpriority=1)
            return super().setup()

        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            (tmp_path / f"{frame_idx}.drawn").touch()

    with Tells().frames(range(99), num_workers=2, ring_slots=4, check_history=False) as frames:
        next(frames)
        wait_until(lambda: len(list(tmp_path.glob("*.drawn"))) >= 5, seconds=30)
        workers = workers_of(2)
    assert all((tmp_path / f"{worker.pid}.ended").exists() for worker in workers)


def test_garbage_that_a_thread_of_the_librarys_collects_is_closed_in_another_thread() -> None:
    """The listener of the frames themselves may be the one, and it cannot wait for its own end."""
    endless = Endless()
    circle: list[Any] = [begun(endless, 2)]
    circle.append(circle)
    gc.disable()
    del circle
    try:
        start_thread("listener", gc.collect).join()
    finally:
        gc.enable()
    wait_until(lambda: bool(endless.closed_in), seconds=10)
    assert endless.closed_in[0].name == "parallel-animate-closer"
    endless.closed_in[0].join()
    workers_of(0)


def test_what_was_never_begun_leaves_the_generator_as_it_is_unless_it_is_closed() -> None:
    params = iter([5, 6])
    generator = (each for each in params)
    StampAnimator().frames(generator)
    assert next(generator) == 5
    StampAnimator().frames(generator).close()
    assert next(generator, None) is None
    assert next(params) == 6


# By signals


SCRIPT = """
import atexit, itertools, multiprocessing.util, os, pathlib, signal, sys, threading
from tests.processes import wait_until
from tests.stamp import StampAnimator

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job in the background
kind, workers, main = sys.argv[1], int(sys.argv[2]), os.getpid()

def say(line):
    os.write(1, (line + "\\n").encode())

def asks_for_the_next():
    # The loop has had its first three frames, and a render handles its signals again.
    status = pathlib.Path(f"/proc/{main}/status")
    if not os.path.exists("three") or not status.exists():
        return os.path.exists("three")
    caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1

class Waits(StampAnimator):
    def update(self, frame_idx, params):
        if kind == "waits" and frame_idx == 3:
            wait_until(asks_for_the_next, seconds=30)
            say("here")
            threading.Event().wait()
        if kind == "any moment" and frame_idx == 20:
            os.kill(main, signal.SIGINT)
        super().update(frame_idx, params)

def params():
    try:
        for i in itertools.count():
            if kind == "params" and i == 3:
                say("here")
                threading.Event().wait()
            yield i
    finally:
        say("closed")

if __name__ == "__main__":
    frames = Waits().frames(params(), num_workers=workers)
    for i, array in frames:
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        if i == 2:
            pathlib.Path("three").touch()
        if kind == "forks" and i == 3:
            if os.fork() == 0:
                try:
                    next(frames)
                except Exception as error:
                    say(f"{type(error).__name__}: {error}")
                frames.close()
                # It cannot wait for processes that are not this one's children.
                atexit.unregister(multiprocessing.util._exit_function)
                sys.exit()
            os.wait()
        if kind in ("ends", "forks") and i == 5:
            say(f"{i}")
            sys.exit(7)
        if kind == "loop" and i == 3:
            say("here")
            threading.Event().wait()
"""


def run(tmp_path: Path, kind: str, workers: int, number: int = 0) -> tuple[int, str, str]:
    """Run the script, with a signal as soon as it says "here"; return its status and outputs."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(script), kind, str(workers)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=tmp_path,
    )
    with process:
        assert process.stdout is not None
        started = []
        if number:
            assert process.stdout.readline() == "here\n"
            started = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, number)
        out, err = process.communicate(timeout=40)
    psutil.wait_procs(started, timeout=5)
    assert not any(map(psutil.Process.is_running, started))
    return process.returncode, out, err


needs_groups = pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")


@needs_groups
@pytest.mark.parametrize(
    ("kind", "workers"), [("waits", 2), ("params", 2), *alike(("loop", 2), ("waits", 1))]
)
def test_ctrl_c_stops_the_loop_or_what_it_waits_for(
    tmp_path: Path, kind: str, workers: int
) -> None:
    status, out, err = run(tmp_path, kind, workers, signal.SIGINT)
    assert status == -signal.SIGINT
    assert "closed" in out
    assert err.count("Traceback") == 1
    assert err.endswith("KeyboardInterrupt\n")


@needs_groups
def test_ctrl_c_at_any_moment_is_raised_once(tmp_path: Path) -> None:
    """Also when it comes while a frame is handed over. It is not raised again at the end."""
    status, out, err = run(tmp_path, "any moment", 2)
    assert status == -signal.SIGINT
    assert out == "closed\n"
    assert err.count("Traceback") == 1
    assert err.endswith("KeyboardInterrupt\n")


@needs_groups
def test_sigterm_ends_a_program_that_waits_for_a_frame(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "waits", 2, signal.SIGTERM)
    assert (status, out.split()[-1:], err) == (128 + signal.SIGTERM, ["closed"], "")


@needs_groups
def test_a_program_may_end_in_the_middle(tmp_path: Path) -> None:
    """The iterator, which a module refers to, is closed before Python stops its threads."""
    assert run(tmp_path, "ends", 2) == (7, "5\nclosed\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_fork_of_the_program_has_no_part_in_it(tmp_path: Path) -> None:
    """It ends on its own, and kills no workers; they are not its."""
    status, out, err = run(tmp_path, "forks", 2)
    assert (status, err) == (7, "")
    told, *others = out.splitlines()
    assert told.startswith("SetupError: these frames were begun in another process")
    assert others[-2:] == ["5", "closed"]


# By faults


@pytest.mark.skipif(RECALL_SIGNAL is None, reason="no such signal here")
def test_an_iterator_that_blocks_is_called_back_when_a_frame_fails() -> None:
    """The error arrives although no more params come, and after the frames before it."""

    class Fails(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 1:
                raise LookupError
            super().update(frame_idx, params)

    def params() -> Iterator[int]:
        yield from range(2)
        queue.Queue[int]().get()

    seen: list[int] = []
    frames = Fails().frames(params(), num_workers=2, check_history=False)
    with pytest.raises(FrameError, match="frame 1"):
        seen.extend(frame_idx for frame_idx, _ in frames)
    assert seen == [0]


def test_a_killed_worker_costs_no_frame_and_is_replaced_while_the_loop_is_busy() -> None:
    with StampAnimator().frames(iter(range(60)), num_workers=2, check_history=False) as frames:
        assert next(frames)[0] == 0
        dead = workers_of(2)
        for process in dead:
            process.kill()
        # Nobody asks for a frame meanwhile.
        wait_until(lambda: len(children()) >= 2 and not any(map(running, dead)), seconds=20)
        assert [stamp(array[..., 0]) for _, array in frames] == list(range(1, 60))


def running(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_setup_that_fails_is_an_error_at_the_first_frame() -> None:
    class Fails(StampAnimator):
        def setup(self) -> Figure:
            raise LookupError("no data")

    frames = Fails().frames(range(3), num_workers=2)
    with pytest.raises(SetupError, match="no data"):
        next(frames)
    assert next(frames, None) is None


# By differences


class Hidden(Animator):
    """From a frame on, an image is shown differently, and nothing tells matplotlib of it."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(2, 2), dpi=50)
        self.norm = UnseenNorm(vmin=0, vmax=1)
        figure.add_subplot().imshow(np.linspace(0, 1, 16).reshape(4, 4), norm=self.norm)
        self.number = figure.text(0.1, 0.9, "")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.norm.set_power(1.0 if frame_idx < 20 else 3.0)
        self.number.set_text(str(frame_idx))


def in_full(count: int) -> list[Any]:
    frames = Hidden().frames(range(count), num_workers=1, redraw="full", copy=True)
    return [array for _, array in frames]


@pytest.fixture
def always_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it always pay to redraw, also on a machine that is busy with something else."""
    for limit in ("WORTH", "WORTH_AT_FIRST"):
        monkeypatch.setattr(comparisons, limit, float("inf"))


@both
@pytest.mark.usefixtures("always_redrawn")
def test_frames_that_the_loop_has_had_and_that_may_be_wrong_are_named(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last frame is compared, and differs: no list of params can take back what was shown."""
    monkeypatch.setattr(comparisons, "BUDGET", 1e-9)  # only the first and the last are compared
    right = in_full(40)
    wrong: list[int] = []
    # When the last frame is drawn, the loop has had most others: the ring has no room for them.
    frames = Hidden().frames(range(40), num_workers=workers, ring_slots=4, check_history=False)
    with pytest.raises(RedrawError, match=r"the loop has had.*redraw='full'") as caught:
        wrong.extend(i for i, array in frames if not np.array_equal(array, right[i]))
    assert wrong or workers > 1
    assert set(wrong) <= set(caught.value.frames) <= set(range(40))
    assert ranges(caught.value.frames) in str(caught.value)
    assert next(frames, None) is None


@both
@pytest.mark.usefixtures("always_redrawn")
def test_after_a_difference_all_goes_on_if_the_loop_has_had_no_doubtful_frame(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frame 0 comes last, and all others wait for it: they are drawn again."""
    monkeypatch.setattr(comparisons, "BUDGET", 1e6)  # every second frame or so is compared
    right = in_full(40)

    def params() -> Iterator[IndexedFrameParams]:
        yield from (IndexedFrameParams(i, None) for i in range(1, 40))
        wait_until(lambda: bool(caught), seconds=30)
        yield IndexedFrameParams(0, None)

    # In one process, params that are gone cannot be had again when a frame is compared.
    items = params() if workers > 1 else [IndexedFrameParams(i, None) for i in (*range(1, 40), 0)]
    frames = Hidden().frames(items, num_workers=workers, check_history=False)
    with pytest.warns(UserWarning, match="All of each frame is drawn from here on") as caught:
        found = list(frames)
    np.testing.assert_array_equal([array for _, array in found], right)
    assert len(caught) == 1
    assert caught[0].filename == __file__


class Depends(StampAnimator):
    """Shows how many frames were drawn before."""

    count = 0

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(self.count, params)
        self.count += 1


def test_frames_that_depend_on_others_may_be_an_error() -> None:
    frames = Depends().frames(range(20_000), num_workers=2, check_history="error")
    with pytest.raises(HistoryError, match="come out differently"):
        collections.deque(frames, maxlen=1)
    assert next(frames, None) is None


def test_frames_that_depend_on_others_are_warned_of_while_the_loop_goes_on() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in Depends().frames(range(20_000), num_workers=2):
            if told:
                break
    assert [str(each.message)[:9] for each in told] == ["frame(s) "]
    assert told[0].filename == __file__
