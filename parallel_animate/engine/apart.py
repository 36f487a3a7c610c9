"""A rehearsal where this process should not be forked: one that is started anew forks itself.

Nothing runs in that process but what it is sent. So it can be forked, whatever threads and drivers
there are here.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
from multiprocessing.connection import Connection

from parallel_animate.engine.job import Job
from parallel_animate.engine.parent import die_with_parent
from parallel_animate.engine.program import obstacle
from parallel_animate.engine.rehearsal import Rehearsed, rehearse
from parallel_animate.system import pickled_by_value


def rehearse_apart(job: Job, count: int) -> Rehearsed | None:
    """Do what :func:`rehearse` does; return None where that cannot be done either.

    Parameters
    ----------
    job : Job
        What is to be rendered, where a frame's number is its params.
    count : int
        How many frames there are.
    """
    if sys.platform != "linux" or obstacle() is not None:
        return None
    try:
        data = pickled_by_value((job, count))
    except Exception:
        return None
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(
        target=_rehearse, args=(data, os.getpid(), writer), daemon=True, name="rehearsal"
    )
    with reader:
        with writer:
            process.start()
        try:
            found: Rehearsed = reader.recv()
        except EOFError:  # it cannot be started, which the render itself will say
            return None
        finally:
            process.kill()
            process.join()
            process.close()
    return found


def _rehearse(data: bytes, main: int, writer: Connection) -> None:
    """Rehearse, in the process that is started anew."""
    die_with_parent(main, thread_stays=True)
    job, count = pickle.loads(data)
    writer.send(rehearse(job, count))
