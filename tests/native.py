"""Threads that Python knows nothing of, as libraries start them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def native_thread() -> Iterator[None]:
    """Let a native thread wait for the end of the block."""
    system = ctypes.CDLL(None)
    semaphore = ctypes.create_string_buffer(64)
    thread = ctypes.c_ulong()
    system.sem_init(semaphore, 0, 0)
    assert system.pthread_create(ctypes.byref(thread), None, system.sem_wait, semaphore) == 0
    try:
        yield
    finally:
        system.sem_post(semaphore)
        system.pthread_join(thread, None)
