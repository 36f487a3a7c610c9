"""parallel-animate turns matplotlib figures into video, on every core of the machine.

Derive from :class:`Animator`, and call :meth:`Animator.make_video`; or give an animation of
matplotlib to :func:`save`, or a figure and a function to :func:`render`. :func:`frames` yields
frames without a file, and :func:`preview` returns one of them. :func:`make_videos` renders many
videos beside each other.
"""

from parallel_animate.system import import_finished  # first: it has the clock of the import

# isort: split

from typing import TYPE_CHECKING, Any

from parallel_animate.adapters import render, save
from parallel_animate.animator import Animator
from parallel_animate.delivery import FrameIterator, frames
from parallel_animate.errors import (
    AnimateError,
    ArgumentError,
    ChanceError,
    EmptyParamsError,
    EncoderError,
    FigureTypeError,
    FrameError,
    FrameIdError,
    FrameSizeError,
    HistoryError,
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
from parallel_animate.still import Still, preview
from parallel_animate.version import __version__

if TYPE_CHECKING:
    from parallel_animate.batch import BatchReport, Outcome, make_videos
    from parallel_animate.tuning import Trial, TuneReport, tune

__all__ = [
    "AnimateError",
    "Animator",
    "ArgumentError",
    "BatchReport",
    "Bottleneck",
    "ChanceError",
    "EmptyParamsError",
    "EncoderError",
    "FigureTypeError",
    "FrameError",
    "FrameIdError",
    "FrameIterator",
    "FrameSizeError",
    "HistoryError",
    "IndexedFrameParams",
    "Outcome",
    "OutputError",
    "ParamsError",
    "RedrawError",
    "RenderReport",
    "ResumeError",
    "SetupError",
    "SharedMemoryError",
    "SlowFrame",
    "Still",
    "Trial",
    "TuneReport",
    "WorkerDiedError",
    "__version__",
    "frames",
    "make_videos",
    "preview",
    "render",
    "save",
    "tune",
]


def __getattr__(name: str) -> Any:
    """Import what a render does not need, when somebody asks for it."""
    if name in ("Trial", "TuneReport", "tune"):
        from parallel_animate.tuning import Trial, TuneReport, tune

        return {"Trial": Trial, "TuneReport": TuneReport, "tune": tune}[name]
    if name in ("BatchReport", "Outcome", "make_videos"):
        from parallel_animate.batch import BatchReport, Outcome, make_videos

        return {"BatchReport": BatchReport, "Outcome": Outcome, "make_videos": make_videos}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


import_finished()
