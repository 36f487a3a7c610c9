"""Ctrl-C and SIGTERM ask a render to stop; it keeps what is finished.

An exception in the middle of an encoder's work would cost the segment under way. So a signal is
only noted, and the engine stops at the next place where that costs nothing; it waits for
:attr:`Interrupts.wakeup` together with everything else. Code of the user that runs in this process
(:meth:`Interrupts.allowed`) is interrupted at once. A second signal interrupts everything at once.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from parallel_animate.system.owner import Owner


class TerminatedError(BaseException):
    """SIGTERM has come. It leaves a render as a SystemExit, with the status that a shell shows."""


class Interrupts(Owner):
    """Notes the signals that ask a render to stop, while it is entered.

    It does so only in the main thread, to which Python gives all signals, and only for signals that
    the program does not handle in its own way.

    Attributes
    ----------
    wakeup : Connection or None
        Can be read as soon as a signal has come; None outside the main thread.
    """

    def __init__(self) -> None:
        self.wakeup: Connection | None = None
        self._announce: Connection | None = None
        self._pending: int | None = None
        self._raise_at_once = False
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self.wakeup, self._announce = Pipe(duplex=False)
            usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
            for number, handler in usual.items():
                if signal.getsignal(number) == handler:
                    self._before[number] = signal.signal(number, self._note)
            self._hook, sys.unraisablehook = sys.unraisablehook, self._unraisable
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, TerminatedError):
            raise SystemExit(128 + signal.SIGTERM) from None
        if self.pending and (error is None or isinstance(error, Exception)):
            raise self._too_late(complete=error is None) from error

    def _too_late(self, *, complete: bool) -> BaseException:
        """Return the exception for a signal that found nothing left to stop.

        The render is over, but the program was asked to stop.
        """
        stop = (
            KeyboardInterrupt()
            if self._pending == signal.SIGINT
            else SystemExit(128 + signal.SIGTERM)
        )
        if complete:
            stop.add_note("The video was complete before the render could be stopped.")
        return stop

    def close(self) -> None:
        """Handle signals as before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        if sys.unraisablehook == self._unraisable:
            sys.unraisablehook = self._hook
        for end in (self.wakeup, self._announce):
            if end is not None:
                end.close()
        self.wakeup = self._announce = None

    @property
    def pending(self) -> bool:
        """Whether a signal has come."""
        return self._pending is not None

    def check(self) -> None:
        """Raise KeyboardInterrupt, or a TerminatedError, if its signal has come."""
        if self._pending is not None:
            raise self.error()

    def error(self) -> BaseException:
        """Return the exception for the signal that has come."""
        return TerminatedError() if self._pending == signal.SIGTERM else KeyboardInterrupt()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let a signal interrupt the block at once."""
        self.check()
        before, self._raise_at_once = self._raise_at_once, True
        try:
            yield
        finally:
            self._raise_at_once = before

    def _unraisable(self, unraisable: Any) -> None:
        """Print nothing about a signal that came in the middle of a finalizer.

        What is raised in a finalizer, or in the callback of a weak reference (matplotlib has many),
        goes no further than there, and Python prints it. The signal itself is noted all the same.
        """
        if not isinstance(unraisable.exc_value, KeyboardInterrupt | TerminatedError):
            self._hook(unraisable)

    def _note(self, number: int, frame: object) -> None:
        second = self._pending is not None
        self._pending = number
        if second or self._raise_at_once:
            raise self.error()
        if self._announce is not None:
            self._announce.send_bytes(b"s")


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let the processes and threads that the block starts be reached by no Ctrl-C or SIGTERM.

    They inherit which signals are blocked, also through an exec. So no interrupt reaches a process
    while it still imports; and no thread, such as an encoder's, is given a signal in place of the
    main thread, which would go on waiting. For the thread that runs the block, a signal is only
    postponed to the end of the block.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
