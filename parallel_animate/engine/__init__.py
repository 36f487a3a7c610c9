"""Renders frames: takes params, draws frames into slots, and hands them out in frame order.

This wing decides who draws which frame, be it in worker processes or in this one. It carries the
messages between the main process and its workers, and deals with workers that die and with frames
that fail. It knows the animation only as an :class:`Animatable`, and whoever watches the render
only as an :class:`Observer`. It knows nothing of videos and reports.
"""

from parallel_animate.engine.animatable import Animatable, Words
from parallel_animate.engine.apart import rehearse_apart
from parallel_animate.engine.base import Engine, WithdrawnError
from parallel_animate.engine.blame import place_in_user_code
from parallel_animate.engine.chance import SharedState
from parallel_animate.engine.job import Job, Plan
from parallel_animate.engine.kindred import kindred
from parallel_animate.engine.kinds import draws_here, open_engine
from parallel_animate.engine.observer import Nobody, Observer
from parallel_animate.engine.parent import die_with_parent
from parallel_animate.engine.program import exit_if_a_worker_starts
from parallel_animate.engine.rehearsal import Rehearsed, rehearse, rehearse_iterator
from parallel_animate.engine.reinforcing import workers_at_first
from parallel_animate.engine.renderer import Rendered
from parallel_animate.engine.starting import asked_method

__all__ = [
    "Animatable",
    "Engine",
    "Job",
    "Nobody",
    "Observer",
    "Plan",
    "Rehearsed",
    "Rendered",
    "SharedState",
    "WithdrawnError",
    "Words",
    "asked_method",
    "die_with_parent",
    "draws_here",
    "exit_if_a_worker_starts",
    "kindred",
    "open_engine",
    "place_in_user_code",
    "rehearse",
    "rehearse_apart",
    "rehearse_iterator",
    "workers_at_first",
]
