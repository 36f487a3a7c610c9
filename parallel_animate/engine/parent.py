"""A worker does not outlive the main process.

Usually the end of its pipe tells a worker that the main process is gone. There are two exceptions.
Other processes that the main process has started, such as those of a data loader, inherit its ends
of the pipes and keep them open. And the thread that reads the pipe cannot run while C code in the
worker keeps the interpreter's lock.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

# Linux sends a process this signal when the thread that made it ends (prctl(2)).
PR_SET_PDEATHSIG = 1


def die_with_parent(main: int, *, thread_stays: bool) -> None:
    """Have the system kill this process when the one that started it ends, where it can.

    The one that started it is the main process itself, or the fork server, which ends with the
    main process.

    Parameters
    ----------
    main : int
        The number of the main process.
    thread_stays : bool
        Whether the thread that has started this process outlives it. If not, nothing is done: the
        system would take the end of that thread for the end of its process.
    """
    if sys.platform != "linux":
        return
    _leave_fork_server()
    if not thread_stays:
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or not is_running(main):  # it has ended in the meantime
        os._exit(1)


def _leave_fork_server() -> None:
    """Let the fork server end with the main process.

    The server ends when nobody holds a certain pipe open any more. Each process that it starts
    holds that pipe, to be able to ask for more processes (multiprocessing.forkserver). So a worker
    closes it; if it asks for processes all the same, it gets a server of its own.
    """
    server = getattr(sys.modules.get("multiprocessing.forkserver"), "_forkserver", None)
    alive = getattr(server, "_forkserver_alive_fd", None)
    # With a process id, this is what a forked worker has inherited of the main process's server.
    if server is not None and alive is not None and server._forkserver_pid is None:
        os.close(alive)
        server._forkserver_alive_fd = None


def is_running(process: int) -> bool:
    """Return whether a process runs; a zombie, which has ended but was not waited for, does not."""
    import psutil  # which the main process has imported before it starts workers

    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
