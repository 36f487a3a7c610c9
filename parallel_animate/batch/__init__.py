"""Many renders, beside each other: a batch of jobs, of which none is rendered twice.

The jobs come from a file or from a Python program. Each is rendered in a process of its own, which
is forked from this one, as soon as there is a core and memory for it. What came of each is noted in
a folder, so that a batch that is run again renders only what is missing, or has changed.
"""

from parallel_animate.batch.making import make_videos
from parallel_animate.batch.outcome import BatchReport, Outcome

__all__ = ["BatchReport", "Outcome", "make_videos"]
