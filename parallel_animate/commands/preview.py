"""``parallel-animate preview``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parallel_animate.commands import arguments as take
from parallel_animate.commands.speaking import EXITS, show, speaking
from parallel_animate.errors import ArgumentError, OutputError
from parallel_animate.jobs import Job, open_job, parsed_values

HELP = f"""Draw one frame of an animation of a script to a picture.

It is drawn in full, by matplotlib alone. The picture has the kind that its suffix says: .png, .jpg,
.webp, .tiff and others.

    parallel-animate preview wave.py:Wave --frame 120 -o frame.png

{EXITS}
"""


def preview(
    target: take.Target,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The picture.", show_default=False)
    ],
    frame: Annotated[int, typer.Option("--frame", min=0, help="The frame's index, from 0.")] = 0,
    params: take.Params = None,
    over: take.Over = None,
    values: take.Values = None,
    size: take.Size = None,
    dpi: take.Dpi = None,
    quiet: take.Quiet = False,
    verbose: take.Verbose = False,
) -> None:
    """Draw one frame of an animation of a script to a picture."""
    from PIL import Image

    with speaking(quiet=quiet, verbose=verbose):
        kinds = Image.registered_extensions()
        if kinds.get(output.suffix.lower()) not in Image.SAVE:
            raise ArgumentError(
                f"no picture can be written with the suffix {output.suffix!r}: take .png"
            )
        words = take.words_of(
            script=target,
            output=str(output),
            params=params,
            over=over,
            set=parsed_values(values or ()),
            size=size,
            dpi=dpi,
        )
        still = open_job(Job.of(words)).still(frame)
        picture = Image.fromarray(still)
        if output.suffix.lower() in (".jpg", ".jpeg"):  # which has no transparency
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            picture = paper
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            picture.save(output)
        except OSError as error:
            raise OutputError(f"cannot write {output}: {error.strerror or error}") from error
    if not quiet:
        show(f"frame {frame}, {still.shape[1]}x{still.shape[0]}, in {output}")
