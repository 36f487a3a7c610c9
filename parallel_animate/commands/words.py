"""Messages of the library in the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping

# How arguments of ``make_video`` are given to every command that has them; whole assignments, too.
OPTIONS = {
    "resume=True": "--resume",
    "resume='restart'": "--restart",
    "output_file": "--output",
    "param_by_frame": "--params",
    "num_workers": "--workers",
    "video_quality": "--quality",
    "video_preset": "--preset",
    "video_mode": "--mode",
    "savefig_params['dpi']": "--dpi",
    "fps": "--fps",
    "frames": "--frames",
    "params": "--params",
    "size": "--size",
    "dpi": "--dpi",
    "over": "--over",
    "codec": "--codec",
}


def spoken(message: str, options: Mapping[str, str] = OPTIONS) -> str:
    """Return a message with options in place of the arguments of functions.

    Parameters
    ----------
    message : str
        What the library says.
    options : mapping
        The options, by the names of the arguments that they give, or by arguments with their
        values, such as ``resume=True``.

    Examples
    --------
    >>> spoken("use video_mode='cpu', or another video_preset; resume=True goes on")
    'use --mode cpu, or another --preset; --resume goes on'
    """
    for argument, option in options.items():
        if not argument.isidentifier():
            message = message.replace(argument, option)
    names = "|".join(filter(str.isidentifier, options))
    given = rf"""\b({names})=(['"]?)([\w.-]+)\2"""
    message = re.sub(given, lambda found: f"{options[found[1]]} {found[3]}", message)
    # A word of plain English, such as "frames", is an argument only where a message begins so.
    alone = rf"^(?:{names})(?= must| cannot be given)|\b\w+_\w+\b"
    return re.sub(alone, lambda found: options.get(found[0], found[0]), message)
