"""``parallel-animate demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from parallel_animate.commands.speaking import EXITS, show, speaking
from parallel_animate.commands.words import spoken
from parallel_animate.options import RenderOptions
from parallel_animate.output import Outputs
from parallel_animate.rendering import render

HELP = f"""Render a built-in animation, and say what it took.

{EXITS}
"""


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The video to write.")] = Path(
        "demo.mp4"
    ),
    workers: Annotated[
        int, typer.Option("-w", "--workers", help="Worker processes; -1 for all cores.")
    ] = -1,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on after what an earlier render finished."),
    ] = False,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Throw that away; else it is set aside."),
    ] = False,
) -> None:
    """Render a built-in animation, and say what it took."""
    # It takes half a second to import, which --help need not wait for.
    from parallel_animate.commands.lorenz import FPS, Lorenz, lorenz_params

    typer.echo("Rendering the demo: 1280x720, drawn by matplotlib ...", err=True)
    with speaking():
        chosen: bool | Literal["restart"] = "restart" if restart else resume
        options = RenderOptions.checked(fps=FPS, num_workers=workers, resume=chosen)
        Outputs(output, options.encoding)  # is checked before a second goes into the params
        report = render(Lorenz(), output, lorenz_params(), options)
    show(spoken(str(report)))
