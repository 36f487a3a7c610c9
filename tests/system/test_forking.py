"""Whether this process can be forked."""

from __future__ import annotations

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
        assert len(native_threads() - before) == 1
        assert "which a fork does not copy" in str(fork_danger())
    assert not native_threads() - before


def test_pythons_own_threads_are_known() -> None:
    before, end = native_threads(), threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    assert not native_threads() - before
    end.set()
    thread.join()
