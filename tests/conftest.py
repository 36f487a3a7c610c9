"""What all tests share: nothing may be left behind."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any
from zlib import crc32

import psutil
import pytest
from hypothesis import settings

from parallel_animate.canvas import choice
from parallel_animate.memory import blocks
from parallel_animate.output import lock

# What several test modules share has assertions, which should tell what they compared.
pytest.register_assert_rewrite("tests.output.videos", "tests.refusals", "tests.processes")

settings.register_profile("default", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("default")

WRITERS = [
    "pyav",
    pytest.param(
        "pvio",
        marks=[
            pytest.mark.pvio,
            pytest.mark.skipif(
                find_spec("pvio") is None,
                reason="parallel-video-io is not installed (pip install '.[pvio]')",
            ),
        ],
    ),
]


def soak(*cases: Any) -> list[Any]:
    """Return values for ``parametrize`` that only ``pytest -m soak`` runs: they take long."""
    return marked(pytest.mark.soak, cases)


def alike(*cases: Any) -> list[Any]:
    """Return values for ``parametrize`` that are like others: ``pytest -m alike`` runs them."""
    return marked(pytest.mark.alike, cases)


def marked(mark: pytest.MarkDecorator, cases: Iterable[Any]) -> list[Any]:
    """Return values for ``parametrize`` with a mark."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=mark) for case in cases
    ]


def in_turn(cases: Iterable[Any], each: int = 2) -> list[Any]:
    """Return values of which one in so many runs always, and ``pytest -m alike`` the others."""
    cases = list(cases)
    return [case if i % each == 0 else alike(case)[0] for i, case in enumerate(cases)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as alike all cases of a test but the first and one in so many (``one_in``).

    Which these are depends on their names alone, so that no argument is left out altogether where
    several are combined.
    """
    begun: set[str] = set()
    for item in items:
        mark = item.get_closest_marker("one_in")
        test, _, case = item.nodeid.partition("[")
        if mark is None or item.get_closest_marker("alike") or item.get_closest_marker("soak"):
            continue
        if test in begun and crc32(case.encode()) % mark.args[0]:
            item.add_marker(pytest.mark.alike)
        begun.add(test)


def pytest_xdist_auto_num_workers() -> int:
    """Return one and a half workers for a core: tests wait for processes now and then."""
    return (os.cpu_count() or 1) * 3 // 2


# What a fork server starts is like a spawned process, except that it has another parent. Tests for
# which that makes a difference name it themselves; `pytest -m alike` adds it to the others.
METHODS = ["fork", "spawn", *alike("forkserver")]
# For slow tests whose outcome hardly depends on the start method.
MOSTLY_FORK = ["fork", *alike("spawn", "forkserver")]


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_is_not_ignored() -> None:
    """Have Ctrl-C raise, also where a shell has started the tests in the background.

    Such a process ignores it otherwise, and so would all that it starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A name for a video."""
    return tmp_path / "out.mp4"


def children() -> list[psutil.Process]:
    """Return the processes that this one has started, and that are still running."""
    running = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running


def is_pythons_own(process: psutil.Process) -> bool:
    """Return whether it is a process that multiprocessing itself keeps until the end."""
    try:
        command = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return True
    return "resource_tracker" in command or "forkserver" in command


def is_ours(thread: threading.Thread) -> bool:
    return thread.name.startswith("parallel-animate")


@pytest.fixture(autouse=True)
def no_clock_decides() -> Iterator[None]:
    """Let small figures be redrawn, of which most changes: to draw them in full takes less time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, "MANY", math.inf)
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process, thread, lock, shared memory or temporary file outlives a test."""
    made = []
    mapped = blocks._mapped

    def recorded(size: int) -> SharedMemory | None:
        memory = mapped(size)
        made.append(memory)
        return memory

    monkeypatch.setattr(blocks, "_mapped", recorded)
    started = []
    start = BaseProcess.start

    def starting(process: BaseProcess) -> None:
        started.append(process.name)
        start(process)

    monkeypatch.setattr(BaseProcess, "start", starting)
    threads = set(threading.enumerate())
    yield
    assert not multiprocessing.active_children()
    if started:
        assert not [process for process in children() if not is_pythons_own(process)]
    assert not [thread for thread in set(threading.enumerate()) - threads if is_ours(thread)]
    assert not lock._ours
    for memory in made:
        assert memory is None or not (blocks.SHM_FOLDER / memory.name).exists()
    assert not list(tmp_path.rglob("*.part.*"))
