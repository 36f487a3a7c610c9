"""Renders frames: from params to slots that hold finished frames, handed out in frame order.

Who draws which frame, in worker processes or in this one, what workers and main process say to each
other, and what happens when a worker dies, or a frame fails. The engine knows what is to be
animated as an :class:`Animatable`, and whoever watches it as an :class:`Observer`. It knows nothing
of videos and reports.
"""

from parallel_animate.engine.animatable import Animatable
from parallel_animate.engine.base import Engine
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.kinds import open_engine
from parallel_animate.engine.observer import Observer
from parallel_animate.engine.pool import exit_if_a_worker_starts
from parallel_animate.engine.renderer import Rendered

__all__ = [
    "Animatable",
    "Engine",
    "Job",
    "Observer",
    "Plan",
    "Rendered",
    "exit_if_a_worker_starts",
    "open_engine",
]
