"""How worker processes are started.

A fork is the quickest: workers have all that the program has, and nothing is sent to them. But it
is dangerous where native threads run. There, if the animator can be sent to other processes,
workers are started anew (spawned).
"""

from __future__ import annotations

import logging
import multiprocessing
from typing import NamedTuple

from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.program import defines, obstacle
from parallel_animate.engine.worker import pickled_job
from parallel_animate.errors import AnimateError
from parallel_animate.system import (
    available_memory,
    fork_danger,
    pickled_by_value,
    warn_user,
)
from parallel_animate.text import said

log = logging.getLogger("parallel_animate.animator")


class Start(NamedTuple):
    """How workers are started, and what they are given.

    `method` is "fork", "forkserver" or "spawn"; the `job` is pickled unless they are forked.
    """

    method: str
    job: Job | bytes


def chosen_start(job: Job, plan: Plan) -> Start:
    """Return how the workers of a render are started.

    Parameters
    ----------
    job : Job
        What they shall do.
    plan : Plan
        Says what the user wants.

    Raises
    ------
    SetupError
        If the animation cannot be pickled, though it has to be.
    """
    method = asked_method(plan.start_method)
    by_program = plan.start_method is None and _programs_method() is not None
    if by_program and method is not None and method != "fork":
        # As multiprocessing does, which such a program expects: its classes are imported anew.
        return Start(method, pickled_job(job, as_imported=defines(type(job.animation))))
    if method is not None:
        return Start(method, job if method == "fork" else pickled_job(job))
    danger = fork_danger()
    if danger is None:
        return Start("fork", job)
    try:
        pickled = _sent(job, plan.workers)
    except _CannotBeSentError as reason:
        warn_user(
            f"{danger}: workers may hang. They are forked all the same, because {reason}. With "
            "start_method='fork' this is not said; 'spawn' and 'forkserver' have no such danger"
        )
        return Start("fork", job)
    log.info("workers are spawned instead of forked: %s", danger)
    return Start("spawn", pickled)


def asked_method(start_method: str | None) -> str | None:
    """Return how workers have to be started; None if they may be forked where that is safe.

    Parameters
    ----------
    start_method : str or None
        What the render was asked for.
    """
    method = start_method or _programs_method()
    if method is None and "fork" not in multiprocessing.get_all_start_methods():
        return "spawn"
    return method


class _CannotBeSentError(Exception):
    """What a worker needs cannot be sent to it, or should not be."""


def _programs_method() -> str | None:
    """Return the method that the program has set for all its processes, if it is not the default.

    The default is also set by whoever starts a process of multiprocessing's without choosing.
    """
    method = multiprocessing.get_start_method(allow_none=True)
    return None if method == multiprocessing.get_all_start_methods()[0] else method


def _sent(job: Job, workers: int) -> bytes:
    """Return a job as it is sent to workers that nobody has asked to be started anew."""
    if (reason := obstacle()) is not None:
        raise _CannotBeSentError(reason)
    name = type(job.animation).__name__
    sizes: list[int] = []
    try:
        # Without its large buffers, which are only counted.
        pickled_by_value(job, buffer_callback=lambda buffer: sizes.append(buffer.raw().nbytes))
        needed = workers * sum(sizes)
        if needed > available_memory() / 2:
            raise _CannotBeSentError(f"copies of {name} would take {needed / 1e9:.1f} GB")
        return pickled_job(job)
    except AnimateError as error:
        raise _CannotBeSentError(said(error.__cause__ or error)) from error
    except _CannotBeSentError:
        raise
    except Exception as error:
        raise _CannotBeSentError(f"{name} cannot be pickled ({said(error)})") from error
