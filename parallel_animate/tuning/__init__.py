"""Finds out by rendering which settings suit an animation.

The first frames are rendered with several settings in turn. For each, it is measured how fast that
was, how much memory and disk it took, and how much its video looks like a lossless one.
"""

from parallel_animate.tuning.bench import tune
from parallel_animate.tuning.trials import Trial, TuneReport

__all__ = ["Trial", "TuneReport", "tune"]
