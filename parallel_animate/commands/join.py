"""``parallel-animate join``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parallel_animate.commands.failure import told_at_failure
from parallel_animate.output import join_leftover


def join(
    folder: Annotated[Path, typer.Argument(help="The folder, OUTPUT.parts.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The video; default STEM.partial.mp4.")
    ] = None,
) -> None:
    """Make a video of the finished segments of a render that did not come to its end."""
    with told_at_failure():
        frames, video = join_leftover(folder, output)
    typer.echo(f"{frames} frames in {video}")
