"""The ``parallel-animate`` command: its options, and its subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from parallel_animate.commands import batch, demo, docs, info, join, preview, render, tune
from parallel_animate.version import __version__


def flowing(text: str) -> str:
    """Return a help text whose paragraphs are as wide as the terminal; examples stay as they are.

    Examples
    --------
    >>> flowing("A line\\nand another.\\n\\n    an example\\n    of two lines")
    'A line and another.\\n\\n    an example\\n    of two lines'
    """
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(
        each if each.startswith("    ") else each.replace("\n", " ") for each in paragraphs
    )


app = typer.Typer(
    help="Turn matplotlib figures into video, on every core.",
    epilog="`parallel-animate COMMAND --help` tells all of one; `parallel-animate docs` has pages.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for page in (render, batch, preview, info, join, tune, demo, docs):
    name = page.__name__.rpartition(".")[2]
    app.command(name, help=flowing(page.HELP))(getattr(page, name))


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
