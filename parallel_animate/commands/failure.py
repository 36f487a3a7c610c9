"""How a command that has failed ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from parallel_animate.errors import AnimateError


@contextmanager
def told_at_failure() -> Iterator[None]:
    """Print without traceback an error of ours that the block raises, and exit with status 1."""
    try:
        yield
    except AnimateError as error:
        typer.echo(f"parallel-animate: {error}", err=True)
        raise typer.Exit(1) from None
