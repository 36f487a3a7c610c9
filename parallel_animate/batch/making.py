"""``make_videos``: which jobs of a batch are rendered, and what came of all of them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallel_animate.arguments import whole_number
from parallel_animate.batch.allotment import Allotment
from parallel_animate.batch.config import load_jobs, of_list
from parallel_animate.batch.outcome import BatchReport, Outcome
from parallel_animate.batch.page import write_page
from parallel_animate.batch.running import Batch, Task
from parallel_animate.batch.showing import Show
from parallel_animate.batch.state import State
from parallel_animate.engine import exit_if_a_worker_starts
from parallel_animate.errors import ArgumentError
from parallel_animate.jobs import Job, closest, fingerprint
from parallel_animate.system import available_memory, worker_count

if TYPE_CHECKING:
    from parallel_animate.cluster import Reach

FOLDER = ".batch"
"""The suffix of the folder that is beside a file of jobs."""
SHARE = 0.8
"""The part of the free memory that a batch takes by default: others need some, too."""
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def make_videos(
    jobs: str | os.PathLike[str] | Iterable[Mapping[str, Any]],
    *,
    folder: str | os.PathLike[str] | None = None,
    num_workers: int = -1,
    memory: int | str | None = None,
    force: bool = False,
    fail_fast: bool = False,
    retries: int = 0,
    only: str | None = None,
    shard: str | None = None,
    page: str | os.PathLike[str] | None = None,
    disable_progress_bar: bool | None = None,
    quiet: bool = False,
    on_end: Callable[[Outcome], object] | None = None,
    cluster: Any = None,
) -> BatchReport:
    """Render many videos beside each other, and none that is there already.

    Each job is rendered in a process of its own; long ones have workers, too, when few are left, so
    that all cores are busy to the end. A job is skipped if its output is there and was made from
    the same script, params, settings and versions. If the batch is interrupted, or killed, it goes
    on where it was when it is run again.

    Parameters
    ----------
    jobs : path, or iterable of mappings
        A file of jobs, such as ``jobs.toml`` (``parallel-animate docs commands#a-file-of-jobs``);
        or the words of each job: ``output``, ``script`` ("plot.py:Run") or ``animation`` (an
        Animator), ``params``, ``set`` (values for the class), ``frames`` ("0:300"), ``size``
        ("1920x1080"), ``dpi``, ``name``, and arguments of :meth:`Animator.make_video`.
    folder : path, optional
        Where logs are, and what is known of the jobs. By default ``<jobs>.batch`` beside the file,
        or ``videos.batch`` here.
    num_workers : int
        Cores to keep busy; -1 for all, -2 for all but one.
    memory : int or str, optional
        Bytes that all processes together may take, or "8G"; by default four fifths of what is free.
    force : bool
        Whether to render what is there already.
    fail_fast : bool
        Whether the first job that fails ends the batch. By default the others are rendered.
    retries : int
        How often a job is begun anew whose process has crashed. Errors of the script are no crash.
    only : str, optional
        A pattern such as ``run-*``: only jobs whose names are like it, or have it in them.
    shard : str, optional
        ``"3/16"`` for the third of sixteen parts, one for each machine.
    page : path, optional
        Where the HTML page of all is written; by default ``index.html`` in the folder.
    disable_progress_bar : bool, optional
        None for a bar only on a terminal.
    quiet : bool
        Whether no line is printed for each job that ends.
    on_end : callable, optional
        Is given the :class:`Outcome` of each job when it ends.
    cluster : dask.distributed.Client, str or True, optional
        Render each job on the machines of a Dask cluster, as ``make_video`` does; as many jobs
        beside each other as there are machines, and one more. `num_workers` counts for nothing
        then: each machine uses all of its cores, unless a job says otherwise.

    Returns
    -------
    BatchReport
        What came of each job. A job that fails is no exception: see :attr:`BatchReport.failed`.

    Raises
    ------
    ArgumentError
        If a job says something that is not understood, or an argument cannot be used.
    OutputError
        If the folder cannot be written.
    KeyboardInterrupt
        After Ctrl-C, within seconds, when all processes have ended. A note tells how many videos
        are complete. SIGTERM is a SystemExit with such a note.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> class Dot:
    ...     def __init__(self, color):
    ...         self.color = color
    ...
    ...     def setup(self):
    ...         figure = Figure(figsize=(1.6, 1.2))
    ...         (self.dot,) = figure.subplots().plot([0], [0], "o", color=self.color)
    ...         return figure
    ...
    ...     def update(self, frame_idx, params):
    ...         self.dot.set_xdata([params])
    >>> with tempfile.TemporaryDirectory() as place:
    ...     report = make_videos(
    ...         [
    ...             {"animation": Dot(color), "params": range(5), "output": f"{place}/{color}.mp4"}
    ...             for color in ("red", "blue")
    ...         ],
    ...         folder=f"{place}/state",
    ...         quiet=True,
    ...     )
    >>> report.counts
    {'done': 2}
    """
    exit_if_a_worker_starts()
    begun = time.perf_counter()
    whole_number("retries", retries)
    cores = worker_count(num_workers)
    budget = int(SHARE * available_memory()) if memory is None else parsed_memory(memory)
    every, place, title = _listed(jobs, folder)
    state = State(place)
    chosen = _chosen(every, only, shard)
    tasks = [Task(position, job, fingerprint(job)) for position, job in chosen]
    target = state.folder / "index.html" if page is None else Path(page)
    with Show(len(tasks), disable_progress_bar, on_end, lines=not quiet) as show:
        outcomes: dict[int, Outcome] = {}
        left = []
        for task in tasks:
            if force or not state.is_done(task.job, task.made_of):
                left.append(task)
                continue
            outcomes[task.position] = state.skipped(task.job, task.made_of)
            show.ended(outcomes[task.position])
        batch = Batch(left, state, show, retries=retries, fail_fast=fail_fast, force=force)
        try:
            with _reached(cluster) as reach:
                machines = cores if reach is None else reach.machines
                batch.run(Allotment(machines, budget), reach)
        except (KeyboardInterrupt, SystemExit) as error:
            good = sum(each.is_good for each in (outcomes | batch.outcomes).values())
            error.add_note(
                f"{good:,} of {len(tasks):,} videos are complete; run the batch again to go on"
            )
            raise
        finally:
            write_page(target, title, every, state)
    outcomes |= batch.outcomes
    listed = tuple(outcomes[position] for position, _ in chosen)
    return BatchReport(listed, time.perf_counter() - begun, target)


def _reached(cluster: Any) -> AbstractContextManager[Reach | None]:
    """Tell how processes reach a cluster, if there is one: few batches need what that imports."""
    if cluster is None:
        return nullcontext()
    from parallel_animate.cluster import reached

    return reached(cluster)


def _listed(jobs: Any, folder: Any) -> tuple[list[Job], Path, str]:
    """Return all jobs, the folder of the batch, and its title."""
    if isinstance(jobs, str | os.PathLike):
        path = Path(jobs)
        place = path.with_suffix(FOLDER) if folder is None else Path(folder)
        return load_jobs(path), place, path.name
    if isinstance(jobs, Mapping):
        raise ArgumentError("jobs must be a list with the words of each job, not those of one")
    place = Path(f"videos{FOLDER}") if folder is None else Path(folder)
    return of_list(jobs, Path()), place, place.stem


def _chosen(jobs: list[Job], only: str | None, shard: str | None) -> list[tuple[int, Job]]:
    """Return the jobs that are asked for, with their positions.

    Raises
    ------
    ArgumentError
        If no job is like the pattern, or the shard is none.
    """
    part, parts = parsed_shard(shard)
    chosen = [(i, job) for i, job in enumerate(jobs) if i % parts == part - 1]
    if only is None:
        return chosen
    if not any(_is_like(job.name, only) for job in jobs):
        hint = closest(only, (job.name for job in jobs[:20]), "jobs")
        raise ArgumentError(f"only={only!r}: no job is like that; {hint}")
    return [(i, job) for i, job in chosen if _is_like(job.name, only)]


def _is_like(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or pattern in name


def parsed_shard(shard: str | None) -> tuple[int, int]:
    """Return which part of how many ``"3/16"`` is.

    Raises
    ------
    ArgumentError
        If it is none.

    Examples
    --------
    >>> parsed_shard("3/16"), parsed_shard(None)
    ((3, 16), (1, 1))
    """
    if shard is None:
        return 1, 1
    found = re.fullmatch(r"(\d+)/(\d+)", shard)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ArgumentError(f"shard must be a part of all, from 1/16 to 16/16, not {shard!r}")
    return int(found[1]), int(found[2])


def parsed_memory(memory: int | str) -> int:
    """Return a number of bytes that may be written with a unit.

    Raises
    ------
    ArgumentError
        If it is none.

    Examples
    --------
    >>> parsed_memory("1.5G"), parsed_memory(1000)
    (1500000000, 1000)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?", str(memory).strip(), re.IGNORECASE)
    if found is None or isinstance(memory, bool):
        raise ArgumentError(f"memory must be a number of bytes, such as '8G', not {memory!r}")
    return int(float(found[1]) * UNITS[found[2].upper()])
