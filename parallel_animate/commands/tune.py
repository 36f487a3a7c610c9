"""``parallel-animate tune``."""

from __future__ import annotations

from typing import Annotated

import typer

from parallel_animate.commands.failure import told_at_failure
from parallel_animate.commands.script import animation_of
from parallel_animate.tuning import tune as tune_it


def tune(
    target: Annotated[
        str,
        typer.Argument(
            help="SCRIPT.py:NAME, an Animator, or its class, or a function that returns one."
        ),
    ],
    params: Annotated[
        str, typer.Option("--params", help="The script's params, or a function that returns them.")
    ] = "params",
    fps: Annotated[float, typer.Option(help="Frames a second of the video.")] = 30,
    frames: Annotated[int, typer.Option(help="Frames of the sample.")] = 60,
    rounds: Annotated[int, typer.Option(help="How often each setting is rendered.")] = 3,
    workers: Annotated[
        list[int] | None, typer.Option("-w", "--workers", help="To try; may come repeatedly.")
    ] = None,
    presets: Annotated[
        list[str] | None, typer.Option("-p", "--preset", help="To try; may come repeatedly.")
    ] = None,
) -> None:
    """Render the first frames of a script's animation with several settings; say which to take."""
    with told_at_failure():
        animator, param_by_frame = animation_of(target, params)
        tune_it(
            animator,
            param_by_frame,
            fps,
            frames=frames,
            rounds=rounds,
            workers=workers,
            presets=presets,
        )
