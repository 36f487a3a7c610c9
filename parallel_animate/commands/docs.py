"""``parallel-animate docs``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from pydoc import pager
from typing import Annotated

import typer

from parallel_animate.commands.speaking import usage

PACKAGE = Path(__file__).parents[1]
# Installed, the pages lie inside the package; in a copy of the repository, beside it.
FOLDERS = (PACKAGE / "docs", PACKAGE.parent / "docs")
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)

HELP = """Show a page of the documentation, or list them.

    parallel-animate docs
    parallel-animate docs commands#a-file-of-jobs

In a terminal it is shown page by page.
"""


def pages() -> dict[str, Path]:
    """Return the pages by their names."""
    folder = next((each for each in FOLDERS if each.is_dir()), FOLDERS[0])
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def _completed(incomplete: str) -> list[str]:
    return [name for name in pages() if name.startswith(incomplete)]


def docs(
    page: Annotated[
        str | None,
        typer.Argument(
            metavar="PAGE",
            help="A page, or PAGE#SECTION; without it, all are listed.",
            autocompletion=_completed,
        ),
    ] = None,
) -> None:
    """Show a page of the documentation, or list them."""
    if page is None:
        for name, path in pages().items():
            typer.echo(f"{name:<14}{_title(path)}")
        typer.echo("\nparallel-animate docs PAGE shows one, and docs PAGE#SECTION a part of it.")
        return
    name, _, section = page.partition("#")
    if name not in pages():
        raise usage(f"there is no page {name!r}; there is: {', '.join(pages())}")
    text = pages()[name].read_text(encoding="utf-8")
    if section:
        text = _section(name, text, section)
    if sys.stdout.isatty():
        pager(text)
    else:
        typer.echo(text.rstrip("\n"))


def _title(path: Path) -> str:
    found = HEADING.search(path.read_text(encoding="utf-8"))
    return found[2] if found else path.stem


def _section(name: str, text: str, wanted: str) -> str:
    """Return a section, with those in it, by the name that links give it."""
    headings = list(HEADING.finditer(text))
    for number, heading in enumerate(headings):
        if slug(heading[2]) == wanted:
            later = (
                each.start() for each in headings[number + 1 :] if len(each[1]) <= len(heading[1])
            )
            return text[heading.start() : next(later, None)]
    known = ", ".join(slug(each[2]) for each in headings[1:])
    raise usage(f"{name} has no section {wanted!r}; it has: {known}")


def slug(heading: str) -> str:
    """Return a heading as links name it.

    Examples
    --------
    >>> slug("What is promised, and the test of it")
    'what-is-promised-and-the-test-of-it'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
