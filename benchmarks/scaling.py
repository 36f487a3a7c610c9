"""How the frame rate grows with the workers, where drawing is simulated by sleeping.

::

    python -m benchmarks.scaling

``update`` sleeps 200 ms and the figure is bare (320x240, no axes), so that two cores can serve
many workers: what is measured is the scheduler, the ring and the hand-over, not matplotlib.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks.recording import RESULTS, save
from parallel_animate import Animator

SLEEP = 0.2


class Sleeper(Animator):
    """A bare figure whose update takes its time."""

    def setup(self) -> Figure:
        return Figure(figsize=(3.2, 2.4), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        time.sleep(SLEEP)


def rate(workers: int, frames_per_worker: int) -> tuple[float, float]:
    """Return frames a second of the whole call, and without its start-up."""
    frames = workers * frames_per_worker
    with tempfile.TemporaryDirectory() as folder:
        report = Sleeper().make_video(
            Path(folder) / "out.mp4",
            range(frames),
            30,
            num_workers=workers,
            disable_progress_bar=True,
        )
    return report.frames_per_second, report.frames / (report.seconds - report.startup_seconds)


def main() -> None:
    """Measure, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32])
    parser.add_argument("--frames-per-worker", type=int, default=60)
    parser.add_argument("--output", type=Path, default=RESULTS / "scaling-sleep.json")
    arguments = parser.parse_args()
    rows = []
    print("workers   frames/s   speed-up   ideal   speed-up without start-up")
    for workers in arguments.workers:
        whole, steady = rate(workers, arguments.frames_per_worker)
        rows.append({"workers": workers, "frames_per_second": whole, "steady": steady})
        first = rows[0]
        print(
            f"{workers:>7}   {whole:>8.1f}   {whole / first['frames_per_second']:>7.1f}x"
            f"   {workers / first['workers']:>4.0f}x   {steady / first['steady']:>7.1f}x",
            flush=True,
        )
    save(arguments.output, rows)


if __name__ == "__main__":
    main()
