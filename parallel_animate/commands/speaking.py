"""What a command says besides its results, on standard error, and the status with which it ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, TextIO

import typer

from parallel_animate.commands.words import OPTIONS, spoken
from parallel_animate.errors import AnimateError, ArgumentError
from parallel_animate.system import terminable

TYPER = Path(typer.__file__).parent
LOG = logging.getLogger("parallel_animate.animator")
EXITS = (
    "Exit status: 0 all done; 1 failed; 2 wrong usage or configuration; 3 interrupted; 4 done, but "
    "with warnings under --strict."
)
"""The last paragraph of the help of each command that renders."""


class Exit(IntEnum):
    """The exit statuses of all commands."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 3
    WARNED = 4


@contextmanager
def speaking(
    options: Mapping[str, str] | None = None, *, quiet: bool = False, verbose: bool = False
) -> Iterator[None]:
    """Run a command: what the library says in the block is said in the command's own words.

    Log records and warnings are lines on standard error. An error of the library's is one, too,
    without traceback, and ends the command with its exit status, as do Ctrl-C and SIGTERM, of which
    is told what was kept.

    Parameters
    ----------
    options : mapping, optional
        How arguments are given to this command, if that differs from the others.
    quiet, verbose : bool
        Whether only errors are said, or what happens, too.
    """
    if quiet and verbose:
        raise usage("--quiet and --verbose cannot be given together")
    words = OPTIONS | dict(options or {})
    level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
    with _logged(words, level), _warned(words, shown=not quiet):
        try:
            with terminable():
                yield
        except AnimateError as error:
            say(spoken(str(error), words))
            status = Exit.USAGE if isinstance(error, ArgumentError) else Exit.FAILED
            raise typer.Exit(status) from None
        except (KeyboardInterrupt, SystemExit) as error:
            if isinstance(error, SystemExit) and error.code != 128 + signal.SIGTERM:
                raise
            for note in getattr(error, "__notes__", ()):
                say(spoken(note, words))
            say("terminated" if isinstance(error, SystemExit) else "interrupted")
            raise typer.Exit(Exit.INTERRUPTED) from None


def say(message: str) -> None:
    """Print a line of talk."""
    typer.echo(f"parallel-animate: {message}", err=True)


def show(result: str) -> None:
    """Print a result to standard output.

    Raises
    ------
    typer.Exit
        If nobody takes it: a reader has ended, as ``head`` does, or a disk is full. That is told,
        and whatever is printed afterwards goes nowhere.
    """
    try:
        typer.echo(result)
    except OSError as error:
        say(f"the result cannot be printed: {error.strerror or error}")
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115, to the end
        raise typer.Exit(Exit.FAILED) from None


def usage(message: str) -> typer.Exit:
    """Say what is wrong with how the command was called; return the exception that ends it."""
    say(message)
    return typer.Exit(Exit.USAGE)


@contextmanager
def _logged(words: Mapping[str, str], level: int) -> Iterator[None]:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(spoken(record.getMessage(), words))

    handler, before, passes = Handler(level), LOG.level, LOG.propagate
    LOG.addHandler(handler)
    LOG.propagate = False
    LOG.setLevel(min(level, logging.WARNING))
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.propagate = passes
        LOG.setLevel(before)


@contextmanager
def _warned(words: Mapping[str, str], *, shown: bool) -> Iterator[None]:
    """Show warnings of the library's as lines of talk, and those of the user's code as they are."""
    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("default", UserWarning)
        as_it_is = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> Any:
            if not shown:
                return
            # Typer's own line is the one that has called the library: it tells nobody anything.
            if filename == "<sys>" or Path(filename).is_relative_to(TYPER):
                say(f"warning: {spoken(str(message), words)}")
            else:
                as_it_is(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield
