"""Renders that are described by words: on a command line, or in a file of jobs.

A job names an animation in a script, the file or the variable that its params come from, and what
is to be written. It is checked when it is made; opening it imports the script, makes the animation,
and opens the params. What is open can be rendered, looked at, or tried.
"""

from parallel_animate.jobs.description import Job
from parallel_animate.jobs.estimate import Estimate, estimate
from parallel_animate.jobs.fingerprints import Fingerprint, fingerprint, mark_in
from parallel_animate.jobs.opened import OpenJob, doubts, import_script, open_job
from parallel_animate.jobs.script import animation_of
from parallel_animate.jobs.values import closest, parsed_values

__all__ = [
    "Estimate",
    "Fingerprint",
    "Job",
    "OpenJob",
    "animation_of",
    "closest",
    "doubts",
    "estimate",
    "fingerprint",
    "import_script",
    "mark_in",
    "open_job",
    "parsed_values",
]
