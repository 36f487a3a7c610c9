"""What came of a job, and of all jobs of a batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

Status = Literal["done", "skipped", "failed", "crashed", "interrupted", "waiting"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Parameters
    ----------
    name : str
        The job's name.
    output : tuple of str
        What it writes.
    status : {"done", "skipped", "failed", "crashed", "interrupted", "waiting"}
        "skipped" if the video was there already, "failed" after an error, "crashed" if its process
        has died, "interrupted" by Ctrl-C or because another job has failed, "waiting" if it was
        not begun.
    frames : int
        Frames of the video.
    seconds : float
        What it took, start-up of its process included.
    workers : int
        Processes that drew.
    attempts : int
        How often it was begun.
    error : str
        What has gone wrong.
    warnings : tuple of str
        What was warned of.
    doubts : tuple of str
        Why frames may be wrong, if some may.
    log : Path or None
        The file with all that it has said.
    resumed_frames : int
        Frames that an earlier run had finished.
    peak_memory_bytes : int
        Memory at most.
    """

    name: str
    output: tuple[str, ...]
    status: Status
    frames: int = 0
    seconds: float = 0.0
    workers: int = 0
    attempts: int = 0
    error: str = ""
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    log: Path | None = None
    resumed_frames: int = 0
    peak_memory_bytes: int = 0

    @property
    def is_good(self) -> bool:
        """Whether the video is there."""
        return self.status in ("done", "skipped")

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict that JSON can hold."""
        told = asdict(self) | {"log": None if self.log is None else str(self.log)}
        return told | {each: list(told[each]) for each in ("output", "warnings", "doubts")}

    def __str__(self) -> str:
        if self.status == "done":
            speed = f", {self.frames / self.seconds:,.0f} frames/s" if self.seconds else ""
            told = f"{self.frames:,} frames in {self.seconds:.2f} s{speed}"
            return "; ".join((told, *self.doubts))
        if self.status == "skipped":
            return "is there already"
        return (self.error.splitlines() or [""])[0]


@dataclass(frozen=True)
class BatchReport:
    """What came of all jobs. ``print(report)`` shows it as a table.

    Parameters
    ----------
    outcomes : tuple of Outcome
        Of each job, in the order of the jobs.
    seconds : float
        What the whole batch took.
    page : Path or None
        The HTML page of all.

    Examples
    --------
    >>> print(BatchReport((Outcome("a.mp4", ("a.mp4",), "done", 60, 1.5),), 2.0))
    done  a.mp4  60 frames in 1.50 s, 40 frames/s
    1 done in 2.00 s
    """

    outcomes: tuple[Outcome, ...]
    seconds: float
    page: Path | None = field(default=None)

    @property
    def counts(self) -> dict[Status, int]:
        """How many jobs have ended in which way."""
        found = Counter(each.status for each in self.outcomes)
        return {status: found[status] for status in STATUSES if found[status]}

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those whose video is not there."""
        return tuple(each for each in self.outcomes if not each.is_good)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict that JSON can hold."""
        return {
            "counts": self.counts,
            "seconds": self.seconds,
            "page": None if self.page is None else str(self.page),
            "outcomes": [each.to_dict() for each in self.outcomes],
        }

    def __str__(self) -> str:
        if not self.outcomes:
            return "no jobs: none is in this part"
        width = max(len(each.name) for each in self.outcomes)
        kind = max(len(each.status) for each in self.outcomes)
        rows = [
            f"{each.status:<{kind}}  {each.name:<{width}}  {each}".rstrip()
            for each in self.outcomes
        ]
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        return "\n".join([*rows, f"{counts} in {self.seconds:.2f} s"])
