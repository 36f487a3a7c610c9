"""How a command that has failed, or was interrupted, ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from parallel_animate.errors import RESTART, RESUME, AnimateError, spelling

# How arguments of ``make_video`` are given on the command line.
OPTIONS = {RESUME: "--resume", RESTART: "--restart"}


@contextmanager
def told_at_failure() -> Iterator[None]:
    """Print without traceback an error of ours that the block raises, and exit with status 1.

    What the library says in the block speaks of the command's options. Of Ctrl-C it is printed what
    was kept.
    """
    with spelling(OPTIONS):
        try:
            yield
        except AnimateError as error:
            typer.echo(f"parallel-animate: {error}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt as error:
            for note in getattr(error, "__notes__", ()):
                typer.echo(note, err=True)
            raise
