"""The ``parallel-animate`` command: its options, and its subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from parallel_animate.commands.demo import demo
from parallel_animate.commands.docs import docs
from parallel_animate.commands.join import join
from parallel_animate.commands.tune import tune
from parallel_animate.version import __version__

app = typer.Typer(
    help="Turn matplotlib figures into video, on every core.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (demo, tune, join, docs):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parallel-animate {__version__}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool,
        typer.Option(
            "-V", "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Turn matplotlib figures into video, on every core."""
