"""parallel-animate turns matplotlib figures into video, on every core of the machine.

Derive from :class:`Animator`, and call :meth:`Animator.make_video`.
"""

from parallel_animate.system import imports

# isort: split

from parallel_animate.animator import Animator
from parallel_animate.errors import (
    AnimateError,
    ArgumentError,
    EmptyParamsError,
    EncoderError,
    FigureTypeError,
    FrameError,
    FrameIdError,
    FrameSizeError,
    OutputError,
    ParamsError,
    RedrawError,
    ResumeError,
    SetupError,
    SharedMemoryError,
    WorkerDiedError,
)
from parallel_animate.params import IndexedFrameParams
from parallel_animate.report import Bottleneck, RenderReport, SlowFrame
from parallel_animate.tuning.tune import Trial, TuneReport, tune

__version__ = "0.1.0"

__all__ = [
    "AnimateError",
    "Animator",
    "ArgumentError",
    "Bottleneck",
    "EmptyParamsError",
    "EncoderError",
    "FigureTypeError",
    "FrameError",
    "FrameIdError",
    "FrameSizeError",
    "IndexedFrameParams",
    "OutputError",
    "ParamsError",
    "RedrawError",
    "RenderReport",
    "ResumeError",
    "SetupError",
    "SharedMemoryError",
    "SlowFrame",
    "Trial",
    "TuneReport",
    "WorkerDiedError",
    "__version__",
    "tune",
]

imports.finish()
