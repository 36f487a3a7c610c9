"""What a render will be and take, estimated from its first frames, which are rendered aside."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from parallel_animate.jobs.opened import OpenJob
from parallel_animate.output import Outputs
from parallel_animate.report import RenderReport
from parallel_animate.system import usable_cores, worker_count

# A frame that takes this many seconds is enough to go by; of quicker ones, so many are drawn.
LONG = 0.5
SAMPLE = 24
FEW = 4
"""Frames that are drawn where params can be walked only once, in place of one, and more if it was
quick."""
# What a forked worker has of its own, in bytes, with a simple figure: only an estimate.
WORKER_BYTES = 50_000_000


@dataclass(frozen=True)
class Estimate:
    """What a render will be and take.

    Parameters
    ----------
    frames : int or None
        Frames, if their number is known.
    width, height : int
        The video's size in pixels.
    encoder : str
        What encodes.
    workers : int
        Processes that draw.
    seconds : float or None
        The whole render, about; None where the number of frames is not known.
    memory_bytes : int
        Memory at most, about.
    file_bytes : int or None
        The size of the first output, about.
    sampled : int
        Frames that this was estimated from.
    """

    frames: int | None
    width: int
    height: int
    encoder: str
    workers: int
    seconds: float | None
    memory_bytes: int
    file_bytes: int | None
    sampled: int


def estimate(opened: OpenJob) -> Estimate:
    """Check all of a render, draw its first frames, and return what it will take.

    Raises
    ------
    AnimateError
        What the render itself would raise until then.
    """
    options = opened.options
    outputs = Outputs(list(opened.job.output), options.encoding)  # which checks them
    total = opened.total
    with tempfile.TemporaryDirectory() as folder:
        few = 1 if opened.repeatable else FEW
        first, first_bytes = _sampled(opened, outputs, few, Path(folder))
        report, size = first, first_bytes
        more = SAMPLE if total is None else min(SAMPLE, total)
        quick = first.update_seconds + first.draw_seconds < LONG
        if quick and more > 1 and opened.repeatable:
            report, size = _sampled(opened, outputs, more, Path(folder))
    workers = worker_count(options.workers.num_workers, total)
    each = (size - first_bytes) / max(1, report.frames - 1) if report.frames > 1 else first_bytes
    return Estimate(
        frames=total,
        width=report.width,
        height=report.height,
        encoder=report.encoder,
        workers=workers,
        seconds=None if total is None else _seconds(report, total, workers),
        memory_bytes=report.peak_memory_bytes
        + (workers * WORKER_BYTES + 2 * (workers + 1) * report.slot_bytes if workers > 1 else 0),
        file_bytes=None if total is None else int(first_bytes + max(0.0, each) * (total - 1)),
        sampled=report.frames,
    )


def _sampled(
    opened: OpenJob, outputs: Outputs, frames: int, folder: Path
) -> tuple[RenderReport, int]:
    """Render the first frames to other files of the same kinds; return the size of the first."""
    place = folder / str(frames)
    report = opened.render_first(
        frames, [place / str(i) / file.path.name for i, file in enumerate(outputs.files)]
    )
    return report, sum(file.stat().st_size for file in (place / "0").iterdir() if file.is_file())


def _seconds(report: RenderReport, total: int, workers: int) -> float:
    """Return how long so many frames take, where drawing and encoding share the cores."""
    drawing = (report.update_seconds + report.draw_seconds + report.store_seconds) / report.frames
    encoding = report.encode_seconds / report.frames
    busy = max(drawing / workers, encoding, (drawing + encoding) / usable_cores())
    return report.startup_seconds + total * busy
