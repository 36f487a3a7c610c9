"""Child processes that something else in the program reaps."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from parallel_animate.system import Child

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid"),
]


@pytest.fixture(params=["descriptor", "number"], autouse=True)
def known_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a child is known: where there are no descriptors of processes, by its number."""
    if request.param == "number":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    elif not hasattr(os, "pidfd_open"):
        pytest.skip("needs descriptors of processes")
    return str(request.param)


@pytest.fixture
def process() -> Iterator[BaseProcess]:
    """A forked process that ends when it is told how."""
    yield from started("fork")


def started(method: str) -> Iterator[BaseProcess]:
    context: Any = multiprocessing.get_context(method)
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=end_as_told, args=(hears,))
    process.start()
    hears.close()
    process.tells = tells
    yield process
    tells.close()


def end_as_told(hears: Any) -> None:
    how = hears.recv()
    if how < 0:
        os.kill(os.getpid(), -how)
    os._exit(how)


def reap(process: BaseProcess) -> None:
    """Have a process end, and take its exit status, as `os.waitpid(-1, 0)` may."""
    assert process.pid is not None
    process.tells.send(3)  # type: ignore[attr-defined]
    os.waitpid(process.pid, 0)


@pytest.mark.parametrize("how", [0, 3, -signal.SIGKILL])
def test_a_child_says_how_it_has_ended(process: BaseProcess, how: int) -> None:
    with Child(process) as child:
        assert child.is_alive
        assert not child.wait(0.0)
        process.tells.send(how)  # type: ignore[attr-defined]
        assert child.wait(30.0)
        assert not child.is_alive
        assert child.exit_code == how


def test_a_child_of_the_fork_server_says_how_it_has_ended() -> None:
    for process in started("forkserver"):
        with Child(process) as child:
            assert child.is_alive
            process.tells.send(-signal.SIGKILL)  # type: ignore[attr-defined]
            assert child.wait(30.0)
            assert child.exit_code == -signal.SIGKILL


def test_a_child_that_does_not_end_is_killed(process: BaseProcess) -> None:
    with Child(process) as child:
        pass
    assert child.exit_code == -signal.SIGKILL


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_end_of_a_child_is_noticed_though_another_has_reaped_it(
    process: BaseProcess, when: str
) -> None:
    if when == "before":
        reap(process)
    with Child(process) as child:
        if when == "after":
            reap(process)
        assert child.wait(30.0)
        assert child.exit_code is None
    assert process not in multiprocessing.active_children()


def test_no_signal_is_sent_to_the_number_of_a_child_that_was_reaped(
    process: BaseProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number may be another process's."""
    killed: list[int] = []
    with Child(process) as child:
        reap(process)
        monkeypatch.setattr(os, "kill", lambda number, *_: killed.append(number))
        child.send_signal(signal.SIGUSR1)
        child.kill()
    assert not killed


def test_a_child_that_was_reaped_has_ended_though_one_of_its_own_keeps_its_pipes_open() -> None:
    context = multiprocessing.get_context("fork")
    hears, tells = context.Pipe(duplex=False)

    def start_another() -> None:
        tells.close()
        if os.fork() == 0:
            hears.poll(None)  # until the test ends
        os._exit(0)

    process = context.Process(target=start_another)
    process.start()
    assert process.pid is not None
    with Child(process) as child:
        os.waitpid(process.pid, 0)
        assert child.wait(30.0)
    tells.close()


def test_a_number_that_is_another_processs_already_is_not_taken_for_the_child(
    process: BaseProcess,
) -> None:
    reap(process)
    process._popen.pid = os.getppid()  # type: ignore[attr-defined]
    with Child(process) as child:
        assert not child.is_alive
