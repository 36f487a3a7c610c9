"""Warnings that point at the user's own line."""

from __future__ import annotations

import sys
import warnings
from types import FrameType

PACKAGE = __name__.partition(".")[0]


def warn_user(message: str) -> None:
    """Warn at the line that has called this package, however deep in it the warning comes from.

    That is the line of the outermost call into the package. Between that call and the warning there
    may be other libraries, such as a video library that asks for the next frame.
    """
    frame: FrameType | None = sys._getframe()
    depth = outermost = 0
    while frame is not None:
        if not _is_of_the_import_system(frame):
            depth += 1
        if str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE:
            outermost = depth
        frame = frame.f_back
    # Level 1 is this function, and one more than the outermost is its caller.
    warnings.warn(message, stacklevel=outermost + 1)


def _is_of_the_import_system(frame: FrameType) -> bool:
    """Return whether ``warnings.warn`` leaves a frame out when it counts levels."""
    name = frame.f_code.co_filename
    return "importlib" in name and "_bootstrap" in name
