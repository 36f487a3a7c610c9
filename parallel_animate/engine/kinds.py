"""Which kind of engine a render gets."""

from __future__ import annotations

from parallel_animate.engine.base import Engine
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.parallel import ParallelEngine
from parallel_animate.engine.serial import SerialEngine
from parallel_animate.params import FrameSource
from parallel_animate.system import Interrupts


def open_engine(
    job: Job, source: FrameSource, observer: Observer, plan: Plan, interrupts: Interrupts
) -> Engine:
    """Return the engine for this number of workers, not started yet."""
    # Only a process can be killed that hangs.
    serial = plan.workers == 1 and plan.frame_timeout is None
    kind = SerialEngine if serial else ParallelEngine
    return kind(job, source, observer, plan, interrupts)
