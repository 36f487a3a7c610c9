"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Target = Annotated[
    str,
    typer.Argument(
        metavar="SCRIPT.py:NAME",
        help="An Animator, or its class; a FuncAnimation; or a function that returns one of them.",
        show_default=False,
    ),
]
Params = Annotated[
    str | None,
    typer.Option(
        "--params",
        metavar="FILE|NAME|N",
        help="An item for each frame: a file (.json, .jsonl, .csv, .parquet, .npy, .npz, .nc, "
        ".zarr; FILE:PART takes one array or column of it), a name in the script (a list, an "
        "iterator, or a function, which is called), or a number of frames. By default the "
        "script's `params`.",
        show_default=False,
    ),
]
Over = Annotated[
    str | None,
    typer.Option(
        "--over",
        metavar="DIMENSION",
        help="Of a NetCDF or Zarr file: the dimension along which the frames lie. By default "
        "`time`, or the first one.",
        show_default=False,
    ),
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A value for the class, or the functions, that take one of this name: JSON, or else a "
        "string. May come repeatedly.",
        show_default=False,
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Render on a Dask cluster: tcp://host:8786, or local for one of this machine.",
        show_default=False,
    ),
]
Size = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WIDTHxHEIGHT",
        help="Of the video, in pixels. Texts and lines grow with its height, unless --dpi says "
        "how many pixels an inch has.",
        show_default=False,
    ),
]
Dpi = Annotated[
    float | None,
    typer.Option("--dpi", help="Pixels an inch; by default the figure's.", show_default=False),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what happens, too.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit with status 4 if frames may be wrong: they depend on those before them, differ "
        "from their full draws, or are missing.",
    ),
]


def words_of(**given: Any) -> dict[str, Any]:
    """Return what was given: options that were left out are None."""
    return {name: value for name, value in given.items() if value is not None}


def shown(path: Path) -> str:
    """Return a path as it is shortest: from here, if it is here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
