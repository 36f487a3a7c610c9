"""Messages of the library in the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from parallel_animate.errors import AnimateError


def spoken(message: str, options: Mapping[str, str]) -> str:
    """Return a message with options in place of the arguments of functions.

    Examples
    --------
    >>> spoken("use video_mode='cpu', or another video_preset", {
    ...     "video_mode": "--mode", "video_preset": "--preset"})
    'use --mode cpu, or another --preset'
    """
    names = "|".join(map(re.escape, options))
    given = rf"""\b({names})=(['"]?)([\w.-]+)\2"""
    message = re.sub(given, lambda found: f"{options[found[1]]} {found[3]}", message)
    # A word of plain English, such as "frames", is an argument only where a message begins so.
    alone = rf"^(?:{names})(?= must)|\b\w+_\w+\b"
    return re.sub(alone, lambda found: options.get(found[0], found[0]), message)


@contextmanager
def in_options(options: Mapping[str, str]) -> Iterator[None]:
    """Let errors of ours that the block raises name options instead of arguments.

    Parameters
    ----------
    options : mapping
        The options, by the names of the arguments that they give.
    """
    try:
        yield
    except AnimateError as error:
        error.args = (spoken(str(error.args[0]), options), *error.args[1:])
        raise
