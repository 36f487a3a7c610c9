"""The ``parallel-animate`` command."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from parallel_animate.errors import AnimateError, ResumeError

app = typer.Typer(
    help="Turn matplotlib figures into video, on every core.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parallel-animate {version('parallel-animate')}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Turn matplotlib figures into video, on every core."""


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The video to write.")] = Path(
        "demo.mp4"
    ),
    workers: Annotated[
        int, typer.Option("-w", "--workers", help="Worker processes; -1 for all cores.")
    ] = -1,
) -> None:
    """Render a built-in animation, and say what it took."""
    # It takes half a second to import, which --help need not wait for.
    from parallel_animate.commands.lorenz import FPS, Demo, demo_params

    typer.echo("Rendering the demo: 1280x720, drawn by matplotlib ...")
    try:
        report = Demo().make_video(output, demo_params(), FPS, num_workers=workers)
    except AnimateError as error:
        typer.echo(f"parallel-animate: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(str(report))


@app.command()
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
    from parallel_animate.commands.script import animation_of
    from parallel_animate.tuning.tune import tune as tune_it

    try:
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
    except AnimateError as error:
        typer.echo(f"parallel-animate: {error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def join(
    folder: Annotated[Path, typer.Argument(help="The folder, OUTPUT.parts.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The video; default STEM.partial.mp4.")
    ] = None,
) -> None:
    """Make a video of the finished segments of a render that did not come to its end."""
    from parallel_animate.output.file import OutputFile
    from parallel_animate.output.joining import join, usable
    from parallel_animate.output.manifest import read_manifest
    from parallel_animate.output.parts import SUFFIX, partial_name

    folder = folder.resolve()  # "." has no name
    try:
        if not folder.is_dir():
            parts = folder.with_name(folder.name + SUFFIX)
            hint = f"; the segments of that video are in {parts}" if parts.is_dir() else ""
            raise ResumeError(f"no such folder: {folder}{hint}")
        manifest = read_manifest(folder)
        segments = usable(folder, manifest.segments)
        if not segments:
            raise ResumeError(f"{folder} holds no finished segment")
        target = OutputFile(
            output or partial_name(folder.with_name(folder.name.removesuffix(SUFFIX)))
        )
        unfinished = target.path.with_name(f".{target.path.stem[:40]}.part.mp4")
        try:
            join(folder, segments, unfinished, manifest.fps)
            target.commit(unfinished)
        finally:
            unfinished.unlink(missing_ok=True)
    except AnimateError as error:
        typer.echo(f"parallel-animate: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{sum(segment.frames for segment in segments)} frames in {target.path}")
