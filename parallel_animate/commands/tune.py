"""``parallel-animate tune``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from parallel_animate.commands.speaking import EXITS, show, speaking, usage
from parallel_animate.jobs import animation_of
from parallel_animate.tuning import tune as tune_it

HELP = f"""Render the first frames of a script's animation with several settings; say which to take.

What is not given is tried as far as it makes sense on this machine. The videos are thrown away.

    parallel-animate tune wave.py:Wave
    parallel-animate tune wave.py:Wave -w 2 -w 4 -p fast -p veryfast

{EXITS}
"""
OPTIONS = {
    "encoder_threads": "--threads",
    "ring_slots": "--slots",
    "rounds": "--rounds",
}


def tune(
    target: Annotated[
        str,
        typer.Argument(
            metavar="SCRIPT.py:NAME",
            help="An Animator, or its class, or a function that returns one.",
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
    threads: Annotated[
        list[int] | None,
        typer.Option("--threads", help="Of libx264, to try; may come repeatedly."),
    ] = None,
    slots: Annotated[
        list[int] | None, typer.Option("--slots", help="Of the ring, to try; may come repeatedly.")
    ] = None,
    dpi: Annotated[
        float | None, typer.Option("--dpi", help="Pixels an inch; the figure's own by default.")
    ] = None,
    quality: Annotated[
        float | None, typer.Option("--quality", help="0 to 51, lower is better; 20 by default.")
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help="auto, cpu (libx264) or gpu (NVENC).")] = (
        "auto"
    ),
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", help="Write what was found to this file too; - prints it in place of a table."
        ),
    ] = None,
) -> None:
    """Render the first frames of a script's animation with several settings; say which to take."""
    to_print = json_file == Path("-")
    # What was typed is any word: the library checks it.
    arguments: dict[str, Any] = {"presets": presets, "video_quality": quality, "video_mode": mode}
    if dpi is not None:
        arguments["savefig_params"] = {"dpi": dpi}
    with speaking(OPTIONS):
        _check(json_file)
        animator, param_by_frame = animation_of(target, params)
        report = tune_it(
            animator,
            param_by_frame,
            fps,
            frames=frames,
            rounds=rounds,
            workers=workers,
            encoder_threads=threads,
            ring_slots=slots,
            quiet=to_print,
            **arguments,
        )
    if to_print:
        show(json.dumps(report.to_dict(), indent=2))
    elif json_file is not None:
        report.save_json(json_file)


def _check(json_file: Path | None) -> None:
    """End the command if a file cannot be written, before minutes go by."""
    if json_file is None:
        return
    if json_file.is_dir() or not json_file.parent.is_dir():
        reason = "it is a folder" if json_file.is_dir() else f"there is no {json_file.parent}"
        raise usage(f"--json {json_file} cannot be written: {reason}")
