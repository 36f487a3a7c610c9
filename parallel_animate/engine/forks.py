"""Children that are forked to try something, and say what has come of it.

They are copies of this process, so that nothing here is changed by what they do. They print
nothing, and end with this process. A child may fork others, which say what they find through the
same pipe.
"""

from __future__ import annotations

import json
import os
import signal
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib

from parallel_animate.engine.parent import die_with_parent
from parallel_animate.system import (
    about_to_fork,
    interrupts_held,
    just_forked,
    usable_cores,
)

# What a child says at its end.
DONE = "done"


class Told(NamedTuple):
    """What a child has said: after which history a frame has had which picture."""

    history: str
    frame: int
    picture: str


Say = Callable[[Told], None]


def told_by(work: Callable[[Say], None]) -> list[Told]:
    """Have a child do some work, and return what it and its children have said.

    Parameters
    ----------
    work : callable
        Is called in the child, with a function by which to say something. An error ends it.
    """
    import psutil  # noqa: F401, which a child asks for, and which is to be imported only once

    reader, writer = os.pipe()

    def say(told: Told) -> None:
        # So few bytes are written at once, whoever else writes.
        line = json.dumps([told.history, told.frame, told.picture[:300]])
        os.write(writer, (line + "\n").encode("ascii"))

    def child() -> None:
        os.close(reader)
        _be_quiet()
        try:
            work(say)
        finally:
            say(Told(DONE, 0, ""))

    with os.fdopen(reader) as lines:
        try:
            with interrupts_held(), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of threads, and forks
                root = _forked(child)
        finally:
            os.close(writer)
        try:
            told = []
            for line in lines:
                each = Told(*json.loads(line))
                if each.history == DONE:
                    break
                told.append(each)
            return told
        finally:
            _end(root)


def _end(root: int) -> None:
    try:
        os.kill(root, signal.SIGKILL)
        os.waitpid(root, 0)
    except (ProcessLookupError, ChildProcessError):  # the program waits for all its children
        pass


def _be_quiet() -> None:
    """Let a child print nothing, and leave Ctrl-C to the process that it is a copy of."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    warnings.simplefilter("ignore")
    matplotlib.use("agg")
    matplotlib.interactive(False)


class Forks:
    """The children of a child.

    Parameters
    ----------
    most : int, optional
        How many of them run at a time; by default one for each core.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most or usable_cores()
        self._running: list[int] = []

    def fork(self, work: Callable[..., None], *arguments: Any) -> None:
        """Have a child do some work, when so many others have ended that it may run."""
        while len(self._running) >= self._most:
            os.waitpid(self._running.pop(0), 0)
        self._running.append(_forked(work, *arguments))

    def wait(self) -> None:
        """Wait until all have ended."""
        while self._running:
            os.waitpid(self._running.pop(0), 0)


def _forked(work: Callable[..., None], *arguments: Any) -> int:
    """Fork a child that does some work and ends; return its number."""
    main = os.getpid()
    with about_to_fork():
        child = os.fork()
        if not child:
            try:
                just_forked()
                die_with_parent(main, thread_stays=True)
                work(*arguments)
            finally:  # after an error, what has been said before tells enough
                os._exit(0)
    return child
