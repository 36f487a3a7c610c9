"""Whether this process can be forked without harm.

A fork copies the thread that forks, and no other. What the others did is missing in the copy: code
that gives them work, and waits for it, waits for ever. Python's own threads are known, and such
code of theirs is rare. Native threads are those that libraries have started: OpenMP's when it was
used for the first time, a CUDA driver's, those of thread pools. Some libraries are prepared:
OpenBLAS, which NumPy uses, ends its threads before each fork, and starts them again when they are
needed. So whether there are others is found out by forking once, and looking what threads are left.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from parallel_animate.system.interrupts import interrupts_held
from parallel_animate.system.own_files import open_anew, places_in_files

# Linux lists a process's threads, and the files that are mapped into its memory, here.
THREADS = Path("/proc/self/task")
MAPPED = Path("/proc/self/maps")
# Native threads that nobody in a forked process waits for, by the beginnings of their names:
# messages of a notebook's kernel, and a memory allocator that tidies up.
HARMLESS = ("ZMQbg/", "jemalloc_bg")
# What the message names where it is loaded: it is the usual reason.
OPENMP = ("libgomp", "libomp", "libiomp5")
# A thread that ends is listed for a moment longer: so many looks, and seconds between them.
LOOKS, PAUSE = 5, 0.01


def fork_danger() -> str | None:
    """Return why a forked process may hang or crash, in words; None if nothing speaks for it.

    Examples
    --------
    >>> danger = fork_danger()
    >>> danger is None or isinstance(danger, str)
    True
    """
    if sys.platform == "darwin":
        return "macOS's own libraries may crash in a forked process"
    loaded = _loaded()
    if any(name.startswith("libcuda.so") for name in loaded):
        return "CUDA is loaded, and does not work in a forked process"
    if not native_threads():
        return None
    try:
        _fork_once()
    except OSError as error:
        return f"this process cannot be forked ({error.strerror})"
    threads = native_threads()
    for _ in range(LOOKS - 1):
        if not threads:
            return None
        time.sleep(PAUSE)
        threads = native_threads()
    whose = [name for name in OPENMP if any(each.startswith(name) for each in loaded)]
    of = f" (of OpenMP, perhaps: {', '.join(whose)})" if whose else ""
    count = "a native thread runs" if threads == 1 else f"{threads} native threads run"
    return f"{count}{of}, which a fork does not copy"


def native_threads() -> int:
    """Return how many threads there are that are not Python's, and may be missed after a fork.

    Python lists those of the `threading` module with the system's numbers. Of others that run code
    of Python's, such as a debugger's or a test runner's, it only tells that they are there. None
    are counted where the system does not list threads.
    """
    known = threading.enumerate()
    listed = {thread.native_id for thread in known}
    others = len(sys._current_frames().keys() - {thread.ident for thread in known})
    found = 0
    with contextlib.suppress(OSError):
        for entry in THREADS.iterdir():
            if int(entry.name) in listed:
                continue
            with contextlib.suppress(OSError):  # it has just ended
                found += not (entry / "comm").read_text().startswith(HARMLESS)
    return max(found - others, 0)


def _loaded() -> set[str]:
    """Return the names of the libraries that are mapped."""
    try:
        lines = MAPPED.read_text(errors="replace").splitlines()
    except OSError:
        return set()
    return {line.rpartition("/")[2] for line in lines if ".so" in line}


_places: dict[int, int] = {}  # of open files, as they are when this process is forked


@contextlib.contextmanager
def about_to_fork() -> Iterator[None]:
    """Prepare a fork in the block, after which the child calls :func:`just_forked`.

    The child must not collect what the main process left as garbage: a decoder or a model that
    waits in a reference cycle may have native threads, which a fork does not copy, and its
    destructor would crash. So it begins with its collector switched off, and exempts all that it
    inherited (``gc.freeze``) before it switches it on.
    """
    global _places
    enabled = gc.isenabled()
    gc.disable()
    _places = places_in_files()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def just_forked() -> None:
    """Part a child from the process that it is a copy of: its garbage, and its open files."""
    # A collector that looked at all of the parent's objects would copy their pages, too.
    gc.freeze()
    gc.enable()
    open_anew(_places)


def _fork_once() -> None:
    """Fork a process that ends at once."""
    with about_to_fork(), interrupts_held(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, from Python 3.12 on
        child = os.fork()
        if child == 0:
            os._exit(0)
    with contextlib.suppress(ChildProcessError):  # the program has waited for it
        os.waitpid(child, 0)


@contextlib.contextmanager
def one_process(stage: str) -> Iterator[None]:
    """End a copy of this process that the block has made with ``os.fork()``, and not ended.

    It would do the same work once more, and say so through the same pipes. `stage` is the user's
    code that the block runs, in words.
    """
    process = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != process:
            said = f"parallel_animate: {stage} has come back in a process that it forked: ended\n"
            with contextlib.suppress(OSError):
                os.write(2, said.encode())
            os._exit(1)
