"""``parallel-animate info``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from parallel_animate.commands import arguments as take
from parallel_animate.commands.speaking import Exit, show, speaking
from parallel_animate.jobs import mark_in
from parallel_animate.output import FileInfo, inspect_output

HELP = """Tell what a video holds, how it was made, and whether it is complete.

Of a folder of pictures, or of a pattern such as frame_%05d.png, it tells whether one is missing or
cut off. Of an unfinished render, its parts folder tells how many frames are finished.

    parallel-animate info out.mp4
    parallel-animate info frames/ --json

Exit status: 0 the video is complete; 1 it is not, or not there; 2 wrong usage.
"""


def info(
    output: Annotated[
        Path,
        typer.Argument(
            metavar="VIDEO",
            help="The video, or where it would be; or the folder of pictures.",
            show_default=False,
        ),
    ],
    as_json: take.AsJson = False,
) -> None:
    """Tell what a video holds, how it was made, and whether it is complete."""
    with speaking():
        found = inspect_output(output)
    made = mark_in(found.metadata)
    if as_json:
        show(json.dumps({**asdict(found), "made": made}, default=str))
    else:
        for name, value in _rows(found, made):
            show(f"{name:<13}{value}")
    if not found.complete:
        raise typer.Exit(Exit.FAILED)


def _rows(found: FileInfo, made: dict[str, Any] | None) -> list[tuple[str, str]]:
    rows = [("file", f"{take.shown(found.path)}, {found.bytes / 1e6:,.2f} MB")]
    if not found.exists:
        rows = [("file", take.shown(found.path))]
    if found.codec:
        rows += [
            ("frames", f"{found.frames:,}, {found.width}x{found.height}"),
            ("codec", f"{found.codec}, {found.pixel_format}"),
        ]
    if found.fps:
        rows.append(("fps", f"{float(found.fps):.6g}, {found.seconds:.2f} s"))
    rows.append(("complete", "yes" if found.complete else f"no: {found.problem}"))
    if made is not None:
        versions = made.get("versions") or {}
        settings = made.get("settings") or {}
        rows.append(("made with", ", ".join(f"{name} {each}" for name, each in versions.items())))
        rows.append(("settings", ", ".join(f"{name}={each}" for name, each in settings.items())))
        rows.append(("fingerprint", str(made.get("fingerprint"))))
    rows += [
        (name, text)
        for name, text in found.metadata.items()
        if not (made is not None and name.lower() == "comment")
    ]
    for each in found.left:
        rows.append(
            (
                "left",
                f"{counted(each.frames, 'frame')} in {counted(each.segments, 'segment')} in "
                f"{take.shown(each.folder)}"
                + (f" ({each.form.get('encoder')})" if each.form else "")
                + (f", frame {each.leading:,} is missing" if each.leading < each.frames else ""),
            )
        )
    return rows


def counted(number: int, what: str) -> str:
    """Return how many of something there are.

    Examples
    --------
    >>> counted(1, "frame"), counted(1200, "frame")
    ('1 frame', '1,200 frames')
    """
    return f"{number:,} {what}" + ("" if number == 1 else "s")
