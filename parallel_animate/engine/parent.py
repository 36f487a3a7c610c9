"""A worker does not outlive the main process.

Usually the end of its pipe tells a worker that the main process is gone. Not always: processes that
the main process has started besides, those of a data loader for one, inherit its ends of the pipes
and keep them open; and a thread that waits in C code with the interpreter's lock hears nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

import psutil

# Linux sends a process this signal when the thread that made it ends (prctl(2)).
PR_SET_PDEATHSIG = 1


def die_with_parent(main: int) -> None:
    """Have the system kill this process when the one that started it ends, where it can.

    That is the main process itself, or the fork server, which ends with it.
    """
    if sys.platform != "linux":
        return
    _leave_fork_server()
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or not is_running(main):  # it has ended in the meantime
        os._exit(1)


def _leave_fork_server() -> None:
    """Let the fork server end with the main process.

    It ends when nobody has a certain pipe open any more, and each process that it starts has it, to
    be able to ask for more processes (multiprocessing.forkserver). A worker that does so gets a
    server of its own.
    """
    server = getattr(sys.modules.get("multiprocessing.forkserver"), "_forkserver", None)
    alive = getattr(server, "_forkserver_alive_fd", None)
    # A forked worker has the main process's server, with its process id.
    if server is not None and alive is not None and server._forkserver_pid is None:
        os.close(alive)
        server._forkserver_alive_fd = None


def is_running(process: int) -> bool:
    """Return whether a process runs; one that is only not waited for does not."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
