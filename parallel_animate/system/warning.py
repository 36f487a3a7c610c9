"""Warnings that point at the user's own line, and a list of all that a render has warned of.

In a thread of the library's own, no line of the user's is on the stack. So a render notes at its
start which line has called it (:func:`noted_warnings`), in a context variable: a thread that is
started in a copy of the context (``contextvars.copy_context().run``) warns at the same line as the
render that it works for, whatever other renders go on.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True)
class _Line:
    """A line that is warned at.

    Parameters
    ----------
    file : str
        Its file.
    number : int
        Its number.
    names : dict
        The globals of its module, where Python notes which warnings it has shown.
    """

    file: str
    number: int
    names: dict[str, Any]

    def warn(self, message: str, category: type[Warning] = UserWarning) -> None:
        """Warn there, as ``warnings.warn`` does at the line that its `stacklevel` gives."""
        # Standard error may be closed.
        with contextlib.suppress(OSError, ValueError):
            warnings.warn_explicit(
                message,
                category,
                self.file,
                self.number,
                module=self.names.get("__name__") or "<string>",
                registry=self.names.setdefault("__warningregistry__", {}),
            )


@dataclass(frozen=True)
class _Render:
    line: _Line
    told: list[str] = field(default_factory=list)


_RENDER: ContextVar[_Render | None] = ContextVar("parallel_animate_render", default=None)


@contextmanager
def noted_warnings() -> Iterator[list[str]]:
    """Note the line that has called the package, and all warnings of the block, in their order.

    Yields the list of their texts, to which each is added when it comes: what is given to
    :func:`warn_user`, and what the library logs as a warning or error; from this thread, and from
    all that are started in a copy of its context. A block in this one has a list of its own.

    Examples
    --------
    >>> with noted_warnings() as told:
    ...     logging.getLogger("parallel_animate").warning("%d workers less", 2)
    >>> told
    ['2 workers less']
    """
    render = _Render(_users_line())
    token = _RENDER.set(render)
    try:
        yield render.told
    finally:
        _RENDER.reset(token)


def warn_user(message: str) -> None:
    """Warn at the line that has called this package, however deep in it the warning comes from.

    That is the line of the outermost call into the package. Between that call and the warning there
    may be other libraries, such as a video library that asks for the next frame. In a thread that
    works for a render, it is the line that has called the render.
    """
    render = _RENDER.get()
    if render is None:
        _users_line().warn(message)
    else:
        render.told.append(message)
        render.line.warn(message)


def warn_at_users_line(message: str, category: type[Warning]) -> None:
    """Warn at the same line as :func:`warn_user`, of what is no warning of the library's own."""
    render = _RENDER.get()
    (_users_line() if render is None else render.line).warn(message, category)


def _users_line() -> _Line:
    """Return the line that has made the outermost call into the package, on this thread's stack."""
    frame: FrameType | None = sys._getframe()
    caller: FrameType | None = None
    package_seen = False
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE:
            caller, package_seen = None, True
        elif package_seen and caller is None and not _is_of_the_import_system(frame):
            caller = frame
        frame = frame.f_back
    if caller is None:  # the package itself is the program
        return _Line("<sys>", 0, vars(sys))
    return _Line(caller.f_code.co_filename, caller.f_lineno, caller.f_globals)


def _is_of_the_import_system(frame: FrameType) -> bool:
    """Return whether ``warnings.warn`` leaves a frame out when it counts levels."""
    name = frame.f_code.co_filename
    return "importlib" in name and "_bootstrap" in name


def _note_log(record: logging.LogRecord) -> bool:
    """Note what is logged as a warning, where that belongs to a render.

    This is a filter, which lets all pass, and not a handler: if there were one, Python would no
    longer print the warnings of a program that has not set up any logging.
    """
    render = _RENDER.get()
    if render is not None and record.levelno >= logging.WARNING:
        render.told.append(record.getMessage())
    return True


def never_raising(logger: logging.Logger) -> None:
    """Let a logger raise nothing if its records cannot be shown, as to a closed standard error."""
    handle = logger.handle

    def handled(record: logging.LogRecord) -> None:
        with contextlib.suppress(Exception):
            handle(record)

    logger.handle = handled  # type: ignore[method-assign]


# All modules log to the child: then handlers of both get each record, and the child has the level
# of the other one as long as it has none of its own. (Scripts of parallel-matplotlib-animation
# listen to either.) A filter sees only what is logged to its own logger.
for _name in (PACKAGE, f"{PACKAGE}.animator"):
    logging.getLogger(_name).addFilter(_note_log)
    never_raising(logging.getLogger(_name))
