"""What all tests share: nothing may be left behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings

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
    """Return values for ``parametrize`` that only ``pytest -m soak`` runs."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.soak)
        for case in cases
    ]


# What a fork server starts is like a spawned process, except that it has another parent. Tests for
# which that makes a difference name it themselves; `pytest -m soak` adds it to the others.
METHODS = ["fork", "spawn", *soak("forkserver")]
# For slow tests whose outcome hardly depends on the start method.
MOSTLY_FORK = ["fork", *soak("spawn", "forkserver")]


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
