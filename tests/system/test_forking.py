"""Whether this process can be forked."""

from __future__ import annotations

import _thread
import sys
import threading

import pytest

from parallel_animate.system import fork_danger
from parallel_animate.system.forking import native_threads
from tests.native import native_thread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a list of threads")


def test_a_native_thread_makes_a_fork_dangerous() -> None:
    before = native_threads()
    with native_thread():
        assert native_threads() == before + 1
        assert "which a fork does not copy" in str(fork_danger())
    assert native_threads() <= before  # the fork has ended OpenBLAS's, if there were any


def test_pythons_own_threads_are_known() -> None:
    before, end = native_threads(), threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    assert native_threads() <= before  # a thread that has ended is listed for a moment
    end.set()
    thread.join()


def test_threads_of_python_that_threading_does_not_know_are_not_native() -> None:
    before, end, begun = native_threads(), threading.Lock(), threading.Lock()
    end.acquire()
    begun.acquire()

    def run() -> None:
        begun.release()
        with end:
            pass

    _thread.start_new_thread(run, ())
    begun.acquire()
    assert native_threads() <= before  # a thread that has ended is listed for a moment
    end.release()
