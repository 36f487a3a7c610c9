"""Ctrl-C and SIGTERM ask a render to stop; it keeps what is finished.

An exception in the middle of an encoder's work would cost the segment under way. So a signal is
only noted, and the engine stops at the next place where that costs nothing; it waits for
:attr:`Interrupts.wakeup` together with everything else. Code of the user that runs in this process
(:meth:`Interrupts.allowed`) is interrupted at once. A second signal interrupts everything at once.

Such code may block for ever, in ``queue.get()`` or ``socket.recv()``, while another thread finds
that the render is over or has failed. That thread calls it back (:meth:`Interrupts.recall`): it
sets a flag, then sends the main thread a signal (SIGURG, which does nothing by default), whose
handler raises in the block. :meth:`Interrupts.allowed` opens the block first and looks at the flags
then. So whatever comes in between is either seen there or raised by the handler, and never lost.
"""

from __future__ import annotations

import _thread
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import FrameType, TracebackType
from typing import Any, Self

from parallel_animate.system.owner import Owner

# Calls the main thread back, where one thread can send another a signal. It is ignored by default:
# if it comes late, or to a process that knows nothing of it, it does no harm.
RECALL_SIGNAL: int | None = getattr(signal, "SIGURG", None)
# Seconds between two looks at whether a thread has ended: the first, and the longest.
FIRST_LOOK, LONGEST_LOOK = 0.0005, 0.02


class TerminatedError(BaseException):
    """SIGTERM has come. It leaves a render as a SystemExit, with the status that a shell shows."""


class RecalledError(BaseException):
    """The render is over, or has failed: the user's code is not to be waited for."""


class Interrupts(Owner):
    """Notes the signals that ask a render to stop, while it is entered.

    It does so only in the main thread, to which Python gives all signals, and only for signals that
    the program does not handle in its own way.

    A render whose frames a loop of the user's takes is at work only in turns, between which signals
    are the program's own affair. It enters :meth:`turn` for each, in whatever thread that is.

    Attributes
    ----------
    wakeup : Connection or None
        Can be read as soon as a signal has come; None where none can come.
    """

    def __init__(self) -> None:
        self.wakeup: Connection | None = None
        self._announce: Connection | None = None
        self._pending: int | None = None
        self._recalled = False
        self._raise_at_once = False
        self._before: dict[int, Any] = {}
        self._calls = 0  # back, under way as if they were Ctrl-C
        self._thread: int | None = None
        self._hook = sys.unraisablehook

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._make_pipe()
            self._handle()
        return self

    def _make_pipe(self) -> None:
        if self.wakeup is None:
            self.wakeup, self._announce = Pipe(duplex=False)

    def _handle(self) -> None:
        """Handle signals, in the main thread."""
        if threading.current_thread() is threading.main_thread():
            self._thread = threading.get_ident()
            usual = {
                signal.SIGINT: (signal.default_int_handler,),
                signal.SIGTERM: (signal.SIG_DFL, _terminate),
            }
            for number, handlers in usual.items():
                if signal.getsignal(number) in handlers:
                    self._before[number] = signal.signal(number, self._note)
            if _can_signal_threads():
                assert RECALL_SIGNAL is not None
                before = signal.getsignal(RECALL_SIGNAL)
                # A render that runs in the user's code of another one passes on what is not its.
                if before == signal.SIG_DFL or _is_ours(before):
                    self._before[RECALL_SIGNAL] = signal.signal(RECALL_SIGNAL, self._call_back)
            self._hook, sys.unraisablehook = sys.unraisablehook, self._unraisable

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        self._pass_on(error, complete=error is None)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Note signals during the block; raise at its end what they ask for.

        Blocks of one or of several renders may lie in each other, or follow one another in turn.
        """
        self._make_pipe()
        self._handle()
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._leave()
            try:
                self._pass_on(error)
            finally:
                self._pending = None  # it was told

    def _pass_on(self, error: BaseException | None, *, complete: bool = False) -> None:
        """Raise what a signal has asked for, at the end of a render, or of a turn."""
        if isinstance(error, TerminatedError):
            raise SystemExit(128 + signal.SIGTERM) from None
        if self.pending and (error is None or isinstance(error, Exception)):
            raise self._too_late(complete=complete) from error

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
        """Handle signals as before, but leave handlers alone that the user's code has set."""
        self._leave()
        for end in (self.wakeup, self._announce):
            if end is not None:
                end.close()
        self.wakeup = self._announce = None

    def _leave(self) -> None:
        """Handle signals as before."""
        for number, handler in self._before.items():
            if getattr(signal.getsignal(number), "__self__", None) is self:
                signal.signal(number, handler)
        self._before.clear()
        if sys.unraisablehook == self._unraisable:
            sys.unraisablehook = self._hook

    @property
    def pending(self) -> bool:
        """Whether a signal has come."""
        return self._pending is not None

    @property
    def recalled(self) -> bool:
        """Whether :meth:`recall` was called."""
        return self._recalled

    def check(self) -> None:
        """Raise KeyboardInterrupt, or a TerminatedError, if its signal has come."""
        if self._pending is not None:
            raise self.error()

    def error(self) -> BaseException:
        """Return the exception for the signal that has come."""
        return TerminatedError() if self._pending == signal.SIGTERM else KeyboardInterrupt()

    def allowed(self) -> _Allowed:
        """Return a context in which a signal, or :meth:`recall`, interrupts the block at once.

        It is for the thread that has entered the interrupts. Such blocks do not lie in each other.
        """
        return _Allowed(self)

    def recall(self) -> bool:
        """Raise a RecalledError in the block of :meth:`allowed` that runs now, or the next one.

        Any thread may call it, and may do so again where the block does not end: a finalizer, or
        code of the user that catches everything, may have swallowed the exception.

        Returns
        -------
        bool
            Whether a block that runs now is reached. It is not where the render does not run in the
            main thread, or the program handles the signal in its own way.
        """
        self._recalled = True
        if RECALL_SIGNAL in self._before:
            assert RECALL_SIGNAL is not None
            assert self._thread is not None
            if not _is_ours(signal.getsignal(RECALL_SIGNAL)):
                return False
            signal.pthread_kill(self._thread, RECALL_SIGNAL)
            return True
        if signal.SIGINT in self._before and not _can_signal_threads():
            self._calls += 1
            _thread.interrupt_main()
            return True
        return False

    def _unraisable(self, unraisable: Any) -> None:
        """Print nothing about a signal that came in the middle of a finalizer.

        What is raised in a finalizer, or in the callback of a weak reference (matplotlib has many),
        goes no further than there, and Python prints it. The signal itself is noted all the same.
        """
        if not isinstance(
            unraisable.exc_value, KeyboardInterrupt | TerminatedError | RecalledError
        ):
            self._hook(unraisable)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self._calls:
            self._calls -= 1
            self._call_back(number, frame)
            return
        second = self._pending is not None
        self._pending = number
        if self._interrupts_block(frame) or second:
            raise self.error()
        if self._announce is not None:
            self._announce.send_bytes(b"s")

    def _call_back(self, number: int, frame: FrameType | None) -> None:
        if self._recalled and self._interrupts_block(frame):
            raise RecalledError
        outer: Any = self._before.get(number)
        if _is_ours(outer):
            outer(number, frame)

    def _interrupts_block(self, frame: FrameType | None) -> bool:
        """Return whether a handler that was called at a frame shall raise in an allowed block.

        At the beginning of ``__exit__`` the block is over already, and an exception would keep it
        from being closed. One in ``__enter__`` comes out of the block, which has to be closed here.
        """
        code = None if frame is None else frame.f_code
        raises = self._raise_at_once and code is not _Allowed.__exit__.__code__
        if code in (_Allowed.__enter__.__code__, _Allowed.__exit__.__code__):
            self._raise_at_once = False
        return raises


class _Allowed:
    """The context that :meth:`Interrupts.allowed` returns.

    Its methods call nothing: a handler that runs in one of them has to recognise its frame.
    """

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts

    def __enter__(self) -> None:
        interrupts = self._interrupts
        interrupts._raise_at_once = True
        if interrupts._pending is None and not interrupts._recalled:
            return
        interrupts._raise_at_once = False
        interrupts.check()
        raise RecalledError

    def __exit__(self, *_: object) -> None:
        self._interrupts._raise_at_once = False


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM leave the block as a SystemExit, as it does a render, and not end the process.

    A render in the block handles the signal itself.
    """
    here = threading.current_thread() is threading.main_thread()
    try:
        if here and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _terminate)
        yield
    except TerminatedError:
        raise SystemExit(128 + signal.SIGTERM) from None
    finally:
        if here and signal.getsignal(signal.SIGTERM) == _terminate:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise TerminatedError


def _can_signal_threads() -> bool:
    return RECALL_SIGNAL is not None and hasattr(signal, "pthread_kill")


def _is_ours(handler: object) -> bool:
    return isinstance(getattr(handler, "__self__", None), Interrupts)


# What the names of the library's own threads begin with.
THREADS = "parallel-animate-"


def is_ours(thread: threading.Thread) -> bool:
    """Return whether a thread is one of the library's own, which no code of the user runs in."""
    return thread.name.startswith(THREADS)


def start_thread(name: str, target: Callable[[], None]) -> threading.Thread:
    """Start a thread that no signal reaches, in the context of this one (np.errstate and such)."""
    thread = threading.Thread(
        target=copy_context().run, args=(target,), name=f"{THREADS}{name}", daemon=True
    )
    with interrupts_held():
        thread.start()
    return thread


def join_despite_interrupts(
    thread: threading.Thread, patience: float = math.inf, *, interrupted: bool = False
) -> bool:
    """Wait until a thread has ended, whatever signals come; raise the last exception of them then.

    Until Python 3.13, ``Thread.join()`` takes a thread for ended that still runs, if a signal's
    handler raises while it waits (gh-90882); so it is called when the thread is at its end.

    Parameters
    ----------
    thread : Thread
        What is waited for.
    patience : float
        Seconds to wait after a signal has interrupted.
    interrupted : bool
        Whether one has done so already.

    Returns
    -------
    bool
        Whether it has ended.

    Raises
    ------
    KeyboardInterrupt, TerminatedError or RecalledError
        The last one that came meanwhile, when the thread has ended, or patience has.
    """
    last: BaseException | None = None
    deadline = time.monotonic() + (patience if interrupted else math.inf)
    pause = FIRST_LOOK
    while True:
        try:
            while (running := thread in threading.enumerate()) and time.monotonic() < deadline:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_LOOK)
            if not running:
                thread.join()
            break
        except (KeyboardInterrupt, TerminatedError, RecalledError) as error:
            last = error
            deadline = min(deadline, time.monotonic() + patience)
    if last is not None:
        raise last
    return not running


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
