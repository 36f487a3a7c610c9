"""Other processes: whether they have ended, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def alive(process: psutil.Process) -> bool:
    """Return whether a process runs; one that is dead, and that nobody has waited for, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Return as soon as something is true, which has to be before so many seconds are over."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
