"""``parallel-animate render``."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from parallel_animate.commands import arguments as take
from parallel_animate.commands.speaking import EXITS, Exit, say, show, speaking, usage
from parallel_animate.commands.words import spoken
from parallel_animate.jobs import (
    Estimate,
    Job,
    OpenJob,
    doubts,
    estimate,
    fingerprint,
    open_job,
    parsed_values,
)

HELP = f"""Render an animation of a script to a video.

What the script guards with `if __name__ == "__main__":` does not run. The video has the kind that
its suffix says: .mp4, .mov, .mkv, .webm, .gif, frame_%05d.png and others. If the render does not
come to its end, --resume goes on after what was finished.

    parallel-animate render wave.py:Wave -o wave.mp4
    parallel-animate render plot.py:Run --params u.npz --set k=2 -o u.mp4

{EXITS}
"""


def render(
    target: take.Target,
    output: Annotated[
        list[str],
        typer.Option("-o", "--output", help="The video; may come repeatedly.", show_default=False),
    ],
    fps: Annotated[
        float | None,
        typer.Option(
            help="Frames a second; by default 30, or as the FuncAnimation's interval says.",
            show_default=False,
        ),
    ] = None,
    params: take.Params = None,
    over: take.Over = None,
    values: take.Values = None,
    frames: Annotated[
        str | None,
        typer.Option(
            "--frames",
            metavar="START:STOP",
            help="Only these, as in 0:300 or 100:; each looks as it does among all.",
            show_default=False,
        ),
    ] = None,
    segment: Annotated[
        bool,
        typer.Option(
            "--segment",
            help="Only the segments that hold these --frames, for OUTPUT.parts; others may render "
            "the rest.",
        ),
    ] = False,
    segment_dir: Annotated[
        Path | None,
        typer.Option(
            help="With --segment: a folder that they come into instead.", show_default=False
        ),
    ] = None,
    size: take.Size = None,
    dpi: take.Dpi = None,
    quality: Annotated[
        float | None,
        typer.Option(help="0 to 51, lower is better; by default 20.", show_default=False),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="The encoder's: ultrafast to placebo.", show_default=False)
    ] = None,
    mode: Annotated[
        str | None, typer.Option(help="auto, cpu (libx264) or gpu (NVENC).", show_default=False)
    ] = None,
    codec: Annotated[
        str | None,
        typer.Option(help="h264, hevc, av1, vp9 or prores.", show_default=False),
    ] = None,
    workers: Annotated[
        int, typer.Option("-w", "--workers", help="Worker processes; -1 for all cores.")
    ] = -1,
    cluster: take.Cluster = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on after what an earlier render finished.")
    ] = False,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Throw that away; else it is set aside."),
    ] = False,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write a page on what it took.", show_default=False),
    ] = None,
    strict: take.Strict = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Check all, draw the first frames, and estimate time, memory and file size.",
        ),
    ] = False,
    as_json: take.AsJson = False,
    quiet: take.Quiet = False,
    verbose: take.Verbose = False,
) -> None:
    """Render an animation of a script to a video."""
    with speaking(quiet=quiet, verbose=verbose):
        if resume and restart:
            raise usage("--resume and --restart cannot be given together")
        _check_report(report_file)
        words = take.words_of(
            script=target,
            output=list(output),
            params=params,
            over=over,
            set=parsed_values(values or ()),
            frames=frames,
            size=size,
            dpi=dpi,
            fps=fps,
            quality=quality,
            preset=preset,
            mode=mode,
            codec=codec,
            workers=workers,
        )
        job = Job.of(words)
        span = _segments(job, given=segment, folder=segment_dir, cluster=cluster)
        opened = open_job(job if span is None else replace(job, span=None))
        if dry_run:
            _tell(estimate(opened), opened, as_json=as_json)
            return
        made_of = fingerprint(opened.job)
        how: dict[str, Any] = {
            "resume": "restart" if restart else resume,
            "disable_bar": True if quiet else None,
            "mark": "" if made_of is None else made_of.mark,
        }
        if span is None:
            report = opened.render(**how, cluster=cluster, strict=strict)
        else:
            report = opened.render_piece(span, segment_dir, **how)
        if report_file is not None:
            report.save_html(report_file)
    if as_json:
        show(json.dumps(report.to_dict()))
    elif not quiet:
        show(spoken(str(report)))
    if strict and (found := doubts(report)):
        say("; ".join(found))
        raise typer.Exit(Exit.WARNED)


def _segments(
    job: Job, *, given: bool, folder: Path | None, cluster: str | None
) -> tuple[int, int | None] | None:
    """Return the frames whose segments are rendered by themselves, if that is asked for."""
    if folder is not None and not given:
        raise usage("--segment-dir is for --segment")
    if given and cluster is not None:
        raise usage("--segment and --cluster cannot be given together")
    if given and job.span is None:
        raise usage("--segment needs --frames: which segments, as in --frames 500:1000")
    return job.span if given else None


def _check_report(report_file: Path | None) -> None:
    """End the command if the page cannot be written, before minutes go by."""
    if report_file is not None and (report_file.is_dir() or not report_file.parent.is_dir()):
        raise usage(f"--report {report_file} cannot be written: it is a folder, or in none")


def _tell(found: Estimate, opened: OpenJob, *, as_json: bool) -> None:
    if as_json:
        show(json.dumps({"dry_run": True, "output": list(opened.job.output), **asdict(found)}))
        return
    unknown = "not known before all params were pulled"
    rows: list[tuple[str, Any]] = [
        ("video", ", ".join(opened.job.output)),
        ("frames", unknown if found.frames is None else f"{found.frames:,}"),
        ("size", f"{found.width}x{found.height}"),
        ("encoder", found.encoder),
        ("workers", found.workers),
        ("time", unknown if found.seconds is None else f"about {duration(found.seconds)}"),
        ("memory", f"about {found.memory_bytes / 1e6:,.0f} MB"),
        (
            "file",
            unknown if found.file_bytes is None else f"about {found.file_bytes / 1e6:,.2f} MB",
        ),
    ]
    for name, value in rows:
        show(f"{name:<10}{value}")
    show(f"estimated from the first {found.sampled} frames; nothing was written")


def duration(seconds: float) -> str:
    """Return seconds as they are read best.

    Examples
    --------
    >>> duration(3.14159), duration(75), duration(7384)
    ('3.1 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
