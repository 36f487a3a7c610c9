"""Errors of the user's code: which frame they belong to, and the user's lines they come from."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.errors import FrameError
from parallel_animate.text import said, shortened

# So many entries of a traceback that has no code of the user's: what failed, and what called it.
LAST_ENTRIES = 3
# Libraries that a draw passes through.
_LIBRARIES = {"matplotlib", "mpl_toolkits", "numpy", "PIL", "pyparsing", *sys.stdlib_module_names}


class blamed:  # noqa: N801, it is called as a function is
    """Turn an exception of the user's code into a FrameError that names the frame.

    It is no generator, for which a StopIteration would mean something else than an error.

    Parameters
    ----------
    stage : str
        What is done with the frame.
    frame_idx : int
        The frame.
    params : object
        Its params.
    """

    def __init__(self, stage: str, frame_idx: int, params: Any) -> None:
        self._stage = stage
        self._frame_idx = frame_idx
        self._params = params

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception | SystemExit):
            raise FrameError(
                f"{self._stage} failed for frame {self._frame_idx} with params "
                f"{shortened(self._params)}: {said(error)}{place_in_user_code(error)}",
                self._frame_idx,
                shortened(self._params),
            ) from error


def described(figure: object) -> str:
    """Say what setup() returned, and what it should probably return instead."""
    kind = type(figure).__name__
    if figure is None:
        return "None: end it with `return fig`"
    if isinstance(figure, tuple | list) and any(isinstance(part, Figure) for part in figure):
        return f"a {kind}: return the figure alone"
    of = getattr(figure, "figure", None)
    if isinstance(of, Figure):
        return f"{kind}: return its figure (`.figure`)"
    return f"{kind}: {shortened(figure)}"


def place_in_user_code(error: BaseException) -> str:
    """Return the traceback of an exception, from the first entry in the user's code on.

    If matplotlib finds an error only while it draws, there may be no such entry. Then it is the
    last few entries.
    """
    traces: list[TracebackType] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if traces or not _is_own(_module(trace)):
            traces.append(trace)
        trace = trace.tb_next
    if not traces:
        return ""
    users = (trace for trace in traces if not _is_library(_module(trace)))
    first = next(users, traces[-LAST_ENTRIES:][0])
    return "\n" + "".join(traceback.format_tb(first)).rstrip()


def _module(trace: TracebackType) -> str:
    """Return the name of the module that an entry of a traceback belongs to."""
    return str(trace.tb_frame.f_globals.get("__name__"))


def _is_own(module: str) -> bool:
    """Return whether a module is one of those that call the user's code."""
    return module.startswith(
        ("parallel_animate.engine.", "parallel_animate.canvas.", "parallel_animate.jobs.")
    )


def _is_library(module: str) -> bool:
    """Return whether a module's entries in a traceback say nothing of what the user did."""
    return _is_own(module) or module.partition(".")[0] in _LIBRARIES
