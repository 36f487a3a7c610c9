"""Finds out by rendering which settings suit an animation.

The first frames are rendered with several settings in turn; what came of each is measured, and how
much its video looks like a lossless one.
"""

from parallel_animate.tuning.bench import tune
from parallel_animate.tuning.trials import Trial, TuneReport

__all__ = ["Trial", "TuneReport", "tune"]
