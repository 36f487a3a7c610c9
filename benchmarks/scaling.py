"""How the frame rate grows with the workers.

::

    python -m benchmarks.scaling

There are two measurements. In one, drawing is simulated by sleeping, so that far more workers than
cores can be tried: ``update`` sleeps 200 ms and the figure is bare (320x240, no axes). Two cores
are enough for them all, and what is measured is the scheduler, the ring and the hand-over, not
matplotlib. In the other, with real drawing (multi at 1920x1080), there are at most as many workers
as cores. Frames that do not take equally long come last (``benchmarks/uneven.py``).

Frame rates and the machine are written to ``benchmarks/results/scaling.json``. The speed-up is
plotted beside the ideal line, to ``scaling.png``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from benchmarks import uneven
from benchmarks.recording import RESULTS, save
from benchmarks.scenes import Multi, params_of
from parallel_animate import Animator, RenderReport
from parallel_animate.system.machine import usable_cores

SLEEP = 0.2
SLEEPERS = [1, 2, 4, 8, 16, 32]
FRAMES = 60  # for each worker that sleeps
DRAWN = 120  # frames that are drawn, with any number of workers


class Sleeper(Animator):
    """A bare figure whose update takes time, but no core."""

    def setup(self) -> Figure:
        return Figure(figsize=(3.2, 2.4), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        time.sleep(SLEEP)


def sleeping(workers: int, output: Path) -> RenderReport:
    """Render frames that take no core to draw."""
    return Sleeper().make_video(
        output, range(workers * FRAMES), 30, num_workers=workers, disable_progress_bar=True
    )


def drawing(workers: int, output: Path, frames: int = DRAWN, redraw: str = "auto") -> RenderReport:
    """Render frames of a figure with eight axes."""
    return Multi(1920, 1080).make_video(
        output,
        params_of("multi", frames),
        30,
        num_workers=workers,
        video_mode="cpu",
        redraw=redraw,
        disable_progress_bar=True,
    )


def drawn_in_full(workers: int, output: Path) -> RenderReport:
    """Render half as many frames, each drawn in full."""
    return drawing(workers, output, DRAWN // 2, redraw="full")


def core_counts() -> list[int]:
    """Return 1, 2, 4, ... up to the number of cores."""
    cores = usable_cores()
    powers = [2**k for k in range(cores.bit_length()) if 2**k < cores]
    return [*powers, cores]


KINDS: dict[str, tuple[Callable[[int, Path], RenderReport], list[int]]] = {
    "sleeping": (sleeping, SLEEPERS),
    "drawing": (drawing, core_counts()),
    "drawn in full": (drawn_in_full, core_counts()),
}


def rates(kind: str, rounds: int) -> list[dict[str, Any]]:
    """Measure a kind with all numbers of workers in turn; return medians."""
    render, counts = KINDS[kind]
    found: dict[int, list[tuple[float, float]]] = {workers: [] for workers in counts}
    for _ in range(rounds):
        for workers in counts:
            with tempfile.TemporaryDirectory() as folder:
                report = render(workers, Path(folder) / "out.mp4")
            steady = report.frames / (report.seconds - report.startup_seconds)
            found[workers].append((report.frames_per_second, steady))
    rows = []
    for workers in counts:
        whole, steady = (statistics.median(column) for column in zip(*found[workers], strict=True))
        rows.append(
            {"kind": kind, "workers": workers, "frames_per_second": whole, "steady": steady}
        )
        first = rows[0]
        gain = whole / first["frames_per_second"]
        print(
            f"{kind:<14} {workers:>3} workers {whole:>8.1f} frames/s, "
            f"{gain:>5.2f}x, ideal {workers / first['workers']:.0f}x; "
            f"after start-up {steady / first['steady']:.2f}x",
            flush=True,
        )
    return rows


def plot(rows: list[dict[str, Any]]) -> Figure:
    """Return a figure: the speed-up over the workers, beside the ideal."""
    figure = Figure(figsize=(9, 4), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2)
    _lines(left, [row for row in rows if row["kind"] == "sleeping"])
    left.set_title("drawing simulated by sleeping")
    _lines(right, [row for row in rows if row["kind"] != "sleeping"])
    right.set_title("multi, 1920x1080")
    return figure


def _lines(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Show speed-ups over one worker."""
    for kind in dict.fromkeys(row["kind"] for row in rows):
        some = [row for row in rows if row["kind"] == kind]
        workers = [row["workers"] for row in some]
        steady = [row["steady"] / some[0]["steady"] for row in some]
        whole = [row["frames_per_second"] / some[0]["frames_per_second"] for row in some]
        axes.plot(workers, steady, "o-", label=f"{kind}, after start-up")
        axes.plot(workers, whole, "o:", label=f"{kind}, all of make_video")
    most = max(row["workers"] for row in rows)
    axes.plot([1, most], [1, most], color="0.6", zorder=0, label="ideal")
    axes.set(xlabel="workers", ylabel="times the frame rate of one worker")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


def main() -> None:
    """Measure, print a table, save it and plot it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=RESULTS / "scaling.json")
    arguments = parser.parse_args()
    rows = [row for kind in KINDS for row in rates(kind, arguments.rounds)]
    save(arguments.output, rows)
    plot(rows).savefig(arguments.output.with_suffix(".png"))
    uneven.measure(arguments.rounds, arguments.output.with_name("uneven.json"))


if __name__ == "__main__":
    main()
