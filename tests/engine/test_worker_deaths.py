"""Workers that die where it is hard to notice: in `setup()`, between two frames, with children."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import AnimateError, WorkerDiedError
from tests.conftest import alike
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)


def end(how: str) -> None:
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), getattr(signal, how))


@pytest.mark.parametrize(
    ("how", "said"), [("SIGKILL", "killed by signal (9|.*SIGKILL)"), ("exit", "exited with code 7")]
)
def test_a_worker_that_ends_in_setup_is_an_error_that_says_how(
    out: Path, how: str, said: str
) -> None:
    class EndsInSetup(StampAnimator):
        def setup(self) -> Figure:
            end(how)
            return super().setup()

    with pytest.raises(AnimateError, match=said):
        EndsInSetup().make_video(out, range(8), 30, num_workers=2, start_method="fork")


def worker_pids() -> list[int]:
    children = multiprocessing.active_children()
    return [child.pid for child in children if child.name.startswith("parallel-animate")]  # type: ignore[misc]


def kill_and_wait(pids: list[int]) -> None:
    """Kill processes, and wait until they are dead, without taking their exit codes."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        with contextlib.suppress(ChildProcessError):  # the render has noticed it meanwhile
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
@pytest.mark.parametrize(("dead", "size"), [(1, 10**6), (2, 1), *alike((1, 1), (2, 10**6))])
def test_workers_that_die_just_before_they_are_given_a_frame_cost_no_frame(
    out: Path, tmp_path: Path, dead: int, size: int
) -> None:
    """The frame is sent to a process that the main process does not know to be dead yet."""

    class SignsIn(StampAnimator):
        def update(self, frame_idx: int, params: object) -> None:
            (tmp_path / f"{os.getpid()}.pid").touch()
            super().update(frame_idx, params)

    def params() -> Iterator[bytes]:
        at_work: list[int] = []
        for _ in range(400):
            if len(at_work) < 2:
                at_work = [int(file.stem) for file in tmp_path.glob("*.pid")]
                if len(at_work) == 2:
                    kill_and_wait(at_work[:dead])
            yield bytes(size)

    report = SignsIn().make_video(
        out,
        params(),
        30,
        num_workers=2,
        preload_factor=0,
        start_method="fork",
        check_history=False,
    )
    assert report.lost_workers == dead
    assert stamps(out) == list(range(400))


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
def test_workers_that_die_with_unread_params_cost_no_frame(out: Path) -> None:
    """The pipe then ends with a reset connection, not with an end of file."""

    def params() -> Iterator[int]:
        for i in range(60):
            if i == 0:
                pids = worker_pids()
                for pid in pids:
                    os.kill(pid, signal.SIGSTOP)
            if i == 1:
                kill_and_wait(pids)
            yield i

    report = StampAnimator().make_video(
        out, params(), 30, num_workers=2, preload_factor=0, start_method="fork"
    )
    assert report.lost_workers == 2
    assert stamps(out) == list(range(60))


def wait_for_ever() -> None:
    threading.Event().wait()


class HasAnAssistant(StampAnimator):
    """Starts a process in ``setup()``, which lives on when ``update()`` kills the worker."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def setup(self) -> Figure:
        assistant = multiprocessing.get_context("fork").Process(target=wait_for_ever, daemon=True)
        assistant.start()
        (self.folder / f"{assistant.pid}.pid").touch()
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        end("SIGKILL")


def test_a_killed_worker_is_noticed_though_a_process_that_it_started_lives_on(
    out: Path, tmp_path: Path
) -> None:
    """A forked process inherits the worker's pipes, so they do not end with the worker."""
    hung = threading.Event()

    def end_assistants() -> None:
        for file in tmp_path.glob("*.pid"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(file.stem), signal.SIGKILL)

    def end_the_hang() -> None:
        hung.set()
        end_assistants()

    watchdog = threading.Timer(5.0, end_the_hang)
    watchdog.start()
    try:
        with pytest.raises(WorkerDiedError, match=r"signal (9|.*SIGKILL)"):
            HasAnAssistant(tmp_path).make_video(
                out, range(40), 30, num_workers=2, start_method="fork"
            )
    finally:
        watchdog.cancel()
        end_assistants()
    assert not hung.is_set(), "the render hung until the worker's child was killed"
