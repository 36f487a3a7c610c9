"""What runs in the process of one job.

It opens the job, says how many frames there are, is told how many processes shall draw, renders,
and says what has come of it. All that the job prints goes to its log. A process that ends without a
word has crashed.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import time
import traceback
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import cloudpickle

from parallel_animate.engine import die_with_parent
from parallel_animate.errors import AnimateError, WorkerDiedError
from parallel_animate.jobs import Job, doubts, open_job
from parallel_animate.report import RenderReport, save_first_frame
from parallel_animate.system import grant_cores, just_forked

if TYPE_CHECKING:
    from parallel_animate.cluster import Reach

INTERVAL = 0.2
"""Seconds between two messages on how far a job is."""
PICTURE = 240
"""Pixels of the width of the small picture."""
Kind = Literal["ready", "wrote", "done", "failed", "crashed", "interrupted"]


class Message(NamedTuple):
    """What a job's process says.

    Attributes
    ----------
    kind : str
        "ready" with the number of frames, "wrote" with how many were written; or how it has ended,
        with the fields of its :class:`~parallel_animate.batch.outcome.Outcome`.
    value : object
        That.
    """

    kind: Kind
    value: Any


@dataclass(frozen=True)
class Order:
    """What a job's process is to do.

    Parameters
    ----------
    job : Job or bytes
        The job; pickled where the process was not forked.
    log, picture : Path
        The files for what it says, and for a small picture of the first frame.
    resume : bool
        Whether to go on after finished segments.
    mark : str
        What is noted in the video's file.
    main : int
        The number of the main process.
    forked : bool
        Whether this process is a copy of that.
    cluster : Reach or None
        The Dask cluster that it is rendered on.
    """

    job: Job | bytes
    log: Path
    picture: Path
    resume: bool
    mark: str
    main: int
    forked: bool
    cluster: Reach | None = None


def work(order: Order, pipe: Connection) -> None:
    """Render a job, and say what came of it; runs in a process of its own."""
    _begin(order)
    begun = time.perf_counter()
    kind: Kind
    told: dict[str, Any] = {}
    try:
        report, workers = _rendered(order, pipe)
        kind, told = "done", _told(report, workers)
    except KeyboardInterrupt as error:
        kind, told["error"] = "interrupted", "; ".join(getattr(error, "__notes__", ()))
    except WorkerDiedError as error:
        kind, told["error"] = "crashed", str(error)
    except AnimateError as error:
        kind, told["error"] = "failed", str(error)
    except BaseException as error:
        traceback.print_exc()
        kind, told["error"] = "failed", f"{type(error).__name__}: {error}"
    print(told.get("error") or "", file=sys.stderr, flush=True)
    pipe.send(Message(kind, {**told, "seconds": time.perf_counter() - begun}))
    pipe.close()


def _begin(order: Order) -> None:
    """Have the process end with the main one, be interrupted by it alone, and write to its log."""
    die_with_parent(order.main, thread_stays=True)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # Ctrl-C in a terminal goes to the main process, which passes it on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    if order.forked:
        just_forked()
    descriptor = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for number in (1, 2):
        os.dup2(descriptor, number)
    os.close(descriptor)
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    faulthandler.enable(sys.stderr)
    log = logging.getLogger("parallel_animate.animator")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)


def _rendered(order: Order, pipe: Connection) -> tuple[RenderReport, int]:
    job: Job = cloudpickle.loads(order.job) if isinstance(order.job, bytes) else order.job
    opened = open_job(job)
    pipe.send(Message("ready", opened.total))
    workers: int = pipe.recv()
    if order.cluster is None:
        grant_cores(workers)
    if "num_workers" not in job.options and order.cluster is None:
        # A frame that takes too long can be ended only in a process other than this one.
        least = 1 if job.options.get("frame_timeout") is None else 2
        opened = replace(opened, job=job.with_options(num_workers=max(workers, least)))
    last = time.monotonic()

    def written(frames: int) -> None:
        nonlocal last
        if time.monotonic() - last > INTERVAL:
            last = time.monotonic()
            pipe.send(Message("wrote", frames))

    with nullcontext() if order.cluster is None else order.cluster.client() as client:
        how: Any = {"resume": order.resume, "written": written, "mark": order.mark}
        report = opened.render(disable_bar=True, cluster=client, **how)
    print(report, flush=True)
    save_first_frame(report.output_file, order.picture, PICTURE)
    return report, workers


def _told(report: RenderReport, workers: int) -> dict[str, Any]:
    return {
        "frames": report.frames,
        "workers": workers,
        "warnings": report.warnings,
        "doubts": tuple(doubts(report)),
        "resumed_frames": report.resumed_frames,
        "peak_memory_bytes": report.peak_memory_bytes,
    }
