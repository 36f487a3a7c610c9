"""``parallel-animate batch``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from parallel_animate.batch import Outcome, make_videos
from parallel_animate.commands import arguments as take
from parallel_animate.commands.speaking import EXITS, Exit, say, show, speaking, usage

HELP = f"""Render many videos, as a file of jobs says, and none that is there already.

jobs.toml:

    defaults.script = "plot.py:Run"
    defaults.params = "{{file}}"
    defaults.output = "videos/{{stem}}.mp4"
    matrix.files = "data/*.npz"

makes a video of each NPZ file. Tables called jobs list jobs one by one. The words of a job are
those of `render`, and all arguments of make_video. All that matrix lists but `files` is a value
for the class, and a name in braces. `parallel-animate docs commands` has more.

Beside the file, in jobs.batch/, are a log for each job, what is known of it, and index.html with
all first frames. When the batch is run again, it goes on where it was.

{EXITS}
"""
OPTIONS = {"retries": "--retry", "only": "--only", "shard": "--shard", "memory": "--memory"}


def batch(
    jobs: Annotated[
        Path, typer.Argument(metavar="JOBS.toml", help="The file of jobs.", show_default=False)
    ],
    workers: Annotated[
        int, typer.Option("-w", "--workers", help="Cores to keep busy; -1 for all.")
    ] = -1,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory",
            help="What all processes together may take, such as 8G; by default four fifths of what "
            "is free.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="PATTERN",
            help="Only jobs whose names are like it, such as 'run-*', or have it in them.",
            show_default=False,
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="I/N",
            help="The I-th of N parts of the jobs, as of a SLURM array: each job is in one.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Render what is there already.")] = False,
    fail_fast: Annotated[
        bool,
        typer.Option(
            "--fail-fast/--keep-going", help="Whether the first job that fails ends the batch."
        ),
    ] = False,
    retry: Annotated[
        int,
        typer.Option(
            "--retry", min=0, help="How often a job is begun anew whose process has crashed."
        ),
    ] = 0,
    page: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Where to write the page of all; by default index.html in the batch's folder.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", help="The batch's folder; by default JOBS.batch.", show_default=False
        ),
    ] = None,
    cluster: take.Cluster = None,
    strict: take.Strict = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each job that ends, and a sum.")
    ] = False,
    quiet: take.Quiet = False,
    verbose: take.Verbose = False,
) -> None:
    """Render many videos, as a file of jobs says, and none that is there already."""

    unread: list[typer.Exit] = []

    def told(outcome: Outcome) -> None:
        if quiet and not outcome.is_good and outcome.status != "waiting":
            say(f"{outcome.name} {outcome.status}: {outcome}")
        if as_json:
            try:
                show(json.dumps(outcome.to_dict()))
            except typer.Exit as error:  # the videos are made all the same
                unread.append(error)

    with speaking(OPTIONS, quiet=quiet, verbose=verbose):
        if page is not None and (page.is_dir() or not page.parent.is_dir()):
            raise usage(f"--report {page} cannot be written: it is a folder, or in none")
        report = make_videos(
            jobs,
            folder=folder,
            num_workers=workers,
            memory=memory,
            force=force,
            fail_fast=fail_fast,
            retries=retry,
            only=only,
            shard=shard,
            page=page,
            disable_progress_bar=True if quiet else None,
            quiet=quiet,
            on_end=told,
            cluster=cluster,
        )
    if as_json:
        total = report.to_dict()
        del total["outcomes"]
        show(json.dumps(total))
    elif not quiet:
        show(str(report))
        show(f"page: {take.shown(report.page)}" if report.page else "")
        for log in [each.log for each in report.failed if each.log is not None][:1]:
            show(f"logs: {take.shown(log.parent)}, such as {log.name}")
    if unread:
        raise unread[0]
    if report.failed:
        raise typer.Exit(Exit.FAILED)
    if strict and any(each.doubts for each in report.outcomes):
        raise typer.Exit(Exit.WARNED)
