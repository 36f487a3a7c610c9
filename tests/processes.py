"""Whether processes have ended."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def alive(process: psutil.Process) -> bool:
    """Whether it runs; one that nobody has waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
