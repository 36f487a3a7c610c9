"""Which kind of engine a render gets."""

from __future__ import annotations

from parallel_animate.engine.base import Engine
from parallel_animate.engine.drained import DrainedEngine
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.looped import LoopedEngine
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.serial import SerialEngine
from parallel_animate.params import FrameSource
from parallel_animate.system import Interrupts


def draws_here(workers: int, frame_timeout: float | None, *, in_order: bool = False) -> bool:
    """Return whether frames are drawn in this process, with no child process.

    A frame that may take only so long needs a process that can be killed, be it only one. And where
    one worker draws all frames in order, it is another process, so that the encoder has this one.

    Examples
    --------
    >>> draws_here(1, None), draws_here(1, 60.0), draws_here(2, None)
    (True, False, False)
    """
    return workers == 1 and frame_timeout is None and not in_order


def open_engine(
    job: Job, source: FrameSource, observer: Observer, plan: Plan, interrupts: Interrupts
) -> Engine:
    """Return the engine for this number of workers, not started yet."""
    kind: type[Engine] = LoopedEngine if plan.in_loop else DrainedEngine
    serial = draws_here(plan.workers, plan.frame_timeout, in_order=plan.in_order)
    if serial and not plan.apart:
        kind = SerialEngine
    return kind(job, source, observer, plan, interrupts)
