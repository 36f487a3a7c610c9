"""A child process: whether it runs, how it has ended, and signals to it, whoever else reaps it.

A process that has ended keeps its number until somebody has asked for its exit status. Usually only
its parent's multiprocessing does. But a program may ignore SIGCHLD, and then the system asks; or a
handler or a thread of it asks for all children (``os.waitpid(-1)``). From then on the number may be
another process's, which must not be taken for the child, nor be killed in its place. So a child is
known by a descriptor of the process itself (pidfd_open(2)) where the system has these. Elsewhere
its sentinel tells that it has ended, and its number is used only as long as it is still our child.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from parallel_animate.system.owner import Owner

# Seconds between two looks at a child without a descriptor. Its sentinel may stay silent at its
# end: a process that it has started itself may have inherited the other end of it.
POLL = 0.5
# Seconds that the fork server, which reaps its children, has to tell how one has ended.
PATIENCE = 1.0
# What multiprocessing is told where nobody knows how the child has ended; its own fork server says
# the same then.
UNKNOWN = 255


class Child(Owner):
    """A process of multiprocessing's, as its parent has it.

    Parameters
    ----------
    process : BaseProcess
        The process, which was started just now.

    Attributes
    ----------
    pid : int
        Its number, to be shown; it may be another process's later.
    exit_code : int or None
        After its end was noticed: its exit code; if a signal killed it, that signal's number,
        negative; None if something else in this program has asked for it first.
    """

    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None
        self.pid: int = process.pid
        self.exit_code: int | None = None
        self._process = process
        # The fork server's children are not this process's, and Windows has no such relation.
        self._is_ours = hasattr(os, "WNOHANG") and self._popen.method != "forkserver"
        self._ended = False
        self._descriptor = self._opened()
        self.sentinel: int = process.sentinel if self._descriptor is None else self._descriptor

    @property
    def is_alive(self) -> bool:
        """Whether it runs; if not, `exit_code` says how it has ended."""
        return not self._has_ended()

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self._has_ended():
            return
        with contextlib.suppress(ProcessLookupError):
            if self._descriptor is not None:
                signal.pidfd_send_signal(self._descriptor, number)
            else:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, if it has not ended."""
        if hasattr(signal, "SIGKILL"):
            self.send_signal(signal.SIGKILL)
        else:
            self._process.kill()

    def wait(self, timeout: float) -> bool:
        """Wait for its end so many seconds; return whether it has ended."""
        deadline = time.monotonic() + timeout
        while not self._has_ended():
            rest = deadline - time.monotonic()
            if rest <= 0:
                return False
            wait([self.sentinel], rest if self._descriptor is not None else min(rest, POLL))
        return True

    def close(self) -> None:
        """Kill it if it runs, and give back what stands for it."""
        self.kill()
        while not self.wait(POLL):
            pass
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._process.join()  # multiprocessing forgets it
        self._process.close()

    @property
    def _popen(self) -> Any:
        return self._process._popen  # type: ignore[attr-defined]

    def _opened(self) -> int | None:
        """Return a descriptor of the process; None where there is none, or it has been reaped."""
        if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
            return None
        descriptor = None
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(self.pid)
            # If it has been reaped before, the number may have been another process's by then.
            if self._is_ours:
                os.waitid(os.P_PIDFD, descriptor, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            elif wait([self._process.sentinel], 0):
                raise ChildProcessError
            return descriptor
        if descriptor is not None:
            os.close(descriptor)
        return None

    def _has_ended(self) -> bool:
        if self._ended:
            return True
        if self._descriptor is None:
            ended = self._asked_by_number() if self._is_ours else not self._process.is_alive()
        else:
            ended = bool(wait([self._descriptor], 0))
            if ended and self._is_ours:
                self._ask_by_descriptor()
            elif ended:
                wait([self._process.sentinel], PATIENCE)
        if ended:
            self._note_end()
        return ended

    def _ask_by_descriptor(self) -> None:
        assert self._descriptor is not None
        with contextlib.suppress(ChildProcessError):
            result = os.waitid(os.P_PIDFD, self._descriptor, os.WEXITED | os.WNOHANG)
            if result is not None:
                exited = result.si_code == os.CLD_EXITED
                self.exit_code = result.si_status if exited else -result.si_status

    def _asked_by_number(self) -> bool:
        """Return whether it has ended, and note how, of a child without a descriptor."""
        if self._popen.returncode is not None:  # multiprocessing has asked
            return True
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return True
        if pid:
            self.exit_code = os.waitstatus_to_exitcode(status)
        return bool(pid)

    def _note_end(self) -> None:
        """Note the end, also for multiprocessing, which would go on asking for this number."""
        self._ended = True
        if self.exit_code is None and (self._popen.returncode is not None or not self._is_ours):
            self.exit_code = self._process.exitcode
        if self._popen.returncode is None:
            self._popen.returncode = UNKNOWN if self.exit_code is None else self.exit_code
