"""How much of the time workers draw, if some frames take far longer than others.

::

    python -m benchmarks.uneven

Drawing is simulated by sleeping, as in ``benchmarks/scaling.py``: what is measured is who is given
which frame, and when. Each worker writes down when each of its ``update()`` calls began and ended.

*Drawing* is the time in ``update()``, over the workers times a span. That span begins when the last
worker begins with its first frame; all before that is start-up. It ends when the last frame of the
video is begun, for then there is nothing left to be given out. So all that a worker does besides
(drawing a bare figure, storing it, waiting for the main process, for a slot, or for a core) counts
as not drawing.

*To the end* is what the report says: all that workers did, from the first finished frame on until
the video was complete. Drawing and storing count here, and so do the last frames, of which there
are not enough for all workers.

32 workers draw 640 frames a second, and the main process, the encoder and they need some 2 ms of a
core for each of them. So the machine has to have two cores for this alone: where others use them
too, it is that which is measured.

Shares and the machine are written to ``benchmarks/results/uneven.json``, and plotted beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from benchmarks.recording import RESULTS, save
from parallel_animate import Animator, RenderReport

WORKERS = [16, 32]
GOAL = 0.90
USUAL = 0.05  # seconds of most frames
FRAMES = 150  # for each worker: then start-up and end are short beside the rest
_CALL = struct.Struct("<idd")  # frame, beginning, end

Seconds = Callable[[int, int, int], float]
"""What a frame takes: its number, how many its worker has drawn before, and frames in all."""

SCENES: dict[str, Seconds] = {
    "all equal": lambda frame, drawn, total: USUAL,
    "one of 20 takes 9 times as long": lambda frame, drawn, total: (
        9 * USUAL if frame % 20 == 19 else USUAL
    ),
    "each worker's first 3 take 5 times as long": lambda frame, drawn, total: (
        5 * USUAL if drawn < 3 else USUAL
    ),
    # Early enough that it is finished before the others are through.
    "one takes 100 times as long": lambda frame, drawn, total: (
        100 * USUAL if frame == total // 8 else USUAL
    ),
}


class Call(NamedTuple):
    """A call of ``update()``; seconds on the clock that all processes share."""

    frame: int
    begun: float
    ended: float


class Uneven(Animator):
    """A bare figure whose update takes time, but no core, and writes down when."""

    def __init__(self, seconds: Seconds, total: int, folder: Path) -> None:
        self.seconds = seconds
        self.total = total
        self.folder = folder

    def setup(self) -> Figure:
        self.drawn = 0
        self.log = (self.folder / f"{os.getpid()}.calls").open("ab", buffering=0)
        return Figure(figsize=(3.2, 2.4), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        begun = time.monotonic()
        time.sleep(self.seconds(frame_idx, self.drawn, self.total))
        self.drawn += 1
        self.log.write(_CALL.pack(frame_idx, begun, time.monotonic()))

    def calls(self) -> list[list[Call]]:
        """Return the calls in each worker."""
        return [
            [Call(*call) for call in _CALL.iter_unpack(path.read_bytes())]
            for path in self.folder.glob("*.calls")
        ]


@dataclass(frozen=True)
class Share:
    """A scene, the workers, which share of the time they drew, and the frames a second."""

    scene: str
    workers: int
    drawing: float
    to_the_end: float
    frames_per_second: float

    def __str__(self) -> str:
        return (
            f"{self.scene:<44} {self.workers:>3} workers: drawing {self.drawing:.3f} of the time, "
            f"to the end {self.to_the_end:.3f}; {self.frames_per_second:.0f} frames/s"
        )


def drawing(calls: list[list[Call]]) -> float:
    """Return which share of the time workers drew, from the start of the last one on.

    Examples
    --------
    >>> drawing([[Call(0, 0.0, 2.0), Call(3, 3.0, 4.0)], [Call(1, 1.0, 3.0)]])
    0.75
    """
    begin = max(worker[0].begun for worker in calls)
    end = max(call.begun for worker in calls for call in worker)
    busy = sum(
        max(0.0, min(call.ended, end) - max(call.begun, begin))
        for worker in calls
        for call in worker
    )
    return busy / ((end - begin) * len(calls))


def to_the_end(report: RenderReport) -> float:
    """Return which share of the time workers were busy, from the first frame to the video."""
    timeline = report.timeline
    assert timeline is not None
    first = int(report.startup_seconds / timeline.bin_seconds) + 1
    busy = sum(sum(b[first:]) for who, b in timeline.busy.items() if who.startswith("worker"))
    span = report.seconds - first * timeline.bin_seconds
    return busy * timeline.bin_seconds / (span * report.workers)


def measured(scene: str, workers: int, frames: int = FRAMES) -> Share:
    """Render a scene, and return what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder, total = Path(name), frames * workers
        animator = Uneven(SCENES[scene], total, folder)
        report = animator.make_video(
            folder / "out.mp4", range(total), 30, num_workers=workers, disable_progress_bar=True
        )
        calls = animator.calls()
    assert len(calls) == workers
    return Share(scene, workers, drawing(calls), to_the_end(report), report.frames_per_second)


def shares(rounds: int) -> list[Share]:
    """Measure all scenes with all numbers of workers in turn; return medians, and print them."""
    cases = [(scene, workers) for scene in SCENES for workers in WORKERS]
    found = [[measured(*case) for case in cases] for _ in range(rounds)]
    medians = []
    for (scene, workers), same in zip(cases, zip(*found, strict=True), strict=True):
        figures = [(each.drawing, each.to_the_end, each.frames_per_second) for each in same]
        medians.append(Share(scene, workers, *map(statistics.median, zip(*figures, strict=True))))
        print(medians[-1], flush=True)
    return medians


def plot(rows: list[Share]) -> Figure:
    """Return a figure: the share of the time that workers draw, beside the goal."""
    figure = Figure(figsize=(9, 3), dpi=120, layout="constrained")
    axes = figure.subplots()
    height = 0.8 / len(WORKERS)
    for number, workers in enumerate(WORKERS):
        some = [row for row in rows if row.workers == workers]
        places = [place + number * height for place in range(len(some))]
        bars = axes.barh(
            places, [row.drawing for row in some], height, label=f"{workers} workers", alpha=0.9
        )
        axes.bar_label(bars, fmt="%.2f", fontsize=8, padding=2)
    axes.axvline(GOAL, color="0.4", lw=1, label="goal")
    axes.set_yticks([place + 0.2 for place in range(len(SCENES))], list(SCENES))
    axes.set(xlim=(0, 1.08), xlabel="share of the time that workers draw, after start-up")
    axes.invert_yaxis()
    axes.legend(fontsize=8, loc="lower left")
    return figure


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=RESULTS / "uneven.json")
    arguments = parser.parse_args()
    measure(arguments.rounds, arguments.output)


def measure(rounds: int, output: Path) -> None:
    """Measure, print a table, save it and plot it."""
    rows = shares(rounds)
    save(output, [vars(row) for row in rows])
    plot(rows).savefig(output.with_suffix(".png"))


if __name__ == "__main__":
    main()
