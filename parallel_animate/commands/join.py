"""``parallel-animate join``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parallel_animate.commands.speaking import EXITS, show, speaking
from parallel_animate.output import join_leftover

HELP = f"""Make a video of the finished segments of a render that did not come to its end.

They are copied as they are, without encoding, and stay where they are.

    parallel-animate join out.mp4.parts -o first.mp4

{EXITS}
"""


def join(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder, OUTPUT.parts.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The video; default STEM.partial.mp4.")
    ] = None,
) -> None:
    """Make a video of the finished segments of a render that did not come to its end."""
    with speaking():
        frames, video = join_leftover(folder, output)
    show(f"{frames} frames in {video}")
