"""What share of the machine's cores a render uses, over the workers.

::

    python -m benchmarks.cores             # at most ten minutes on two cores
    python -m benchmarks.cores --quick     # at most six on sixteen
    python -m benchmarks.cores --simulate  # sixteen and sixty-four workers, on any machine

Each scene is rendered with 1, 2, 4, ... workers up to the number of cores, and then by as many
independent programs side by side as there are cores, each with one process and a share of the
frames. They wait for nobody, so what they reach together is the bound. Rates are those after the
start-up, and shares those of the bound. The table, with the machine, is printed and written to
``benchmarks/results/cores.json``, and a plot to ``cores.png``.

With ``--simulate``, drawing and encoding are sleeps, of 12 and 8 ms a frame, which take no core. So
what is measured is whether the scheduler keeps all workers busy, with as many encoders as that
takes: one writes 125 frames a second, and sixteen workers draw 1333.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from benchmarks import people
from benchmarks.recording import RESULTS, save
from benchmarks.scaling import core_counts
from benchmarks.scenes import SCENES, params_of
from parallel_animate import Animator, RenderReport
from parallel_animate.engine import drained
from parallel_animate.output.encoders import ENCODERS
from parallel_animate.output.pyav import PyavWriter

# Scene, size, and the frames that a core renders in a few seconds.
CASES: dict[str, tuple[str, tuple[int, int], int]] = {
    "wave 1080p": ("wave", (1920, 1080), 250),
    "multi 1080p": ("multi", (1920, 1080), 60),
    "five-panel 1080p": ("five-panel", (1920, 1080), 60),
    "bitmap 1080p": ("bitmap", (1920, 1080), 40),
    "fourteen-panel 1080p": ("fourteen-panel", (1920, 1080), 12),
    "wave 2160p": ("wave", (3840, 2160), 60),
    "dot 2160p": ("dot", (3840, 2160), 60),
    "rolling": ("rolling", (0, 0), 60),
    "race": ("race", (0, 0), 25),
    "heat": ("heat", (0, 0), 50),
}
QUICK = ["wave 1080p", "multi 1080p", "five-panel 1080p", "bitmap 1080p", "wave 2160p"]
DRAWS, ENCODES = 0.012, 0.008  # seconds, simulated
# Frames for each simulated worker: some seconds after the encoders are as many as they shall be.
SIMULATED = 500


class People(Animator):
    """A scene of ``people.py``: a function that makes a figure and says how to change it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def setup(self) -> Figure:
        figure, self.change = people.SCENES[self.name]()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.change(frame_idx)


class Sleeper(Animator):
    """A bare figure whose update takes time, but no core."""

    def setup(self) -> Figure:
        return Figure(figsize=(0.64, 0.64), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        time.sleep(DRAWS)


def rendered(case: str, frames: int, workers: int) -> RenderReport:
    """Render a case."""
    scene, size, _ = CASES[case]
    animator = SCENES[scene](*size) if scene in SCENES else People(scene)
    params = params_of(scene, frames) if scene in SCENES else range(frames)
    with tempfile.TemporaryDirectory() as folder:
        return animator.make_video(
            Path(folder) / "out.mp4",
            params,
            30,
            n_frames=frames,
            num_workers=workers,
            video_mode="cpu",
            disable_progress_bar=True,
        )


def steady(report: RenderReport) -> float:
    """Return frames a second after the start-up."""
    return report.frames / (report.seconds - report.startup_seconds)


def side_by_side(case: str, frames: int, cores: int) -> float:
    """Return what independent programs reach together, each with a share of the frames."""
    each = max(8, frames // cores)
    command = [sys.executable, "-m", "benchmarks.cores", "--alone", case, "--frames", str(each)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(cores)]
    said = [json.loads(process.communicate()[0]) for process in started]
    return sum(said)


def alone(case: str, frames: int) -> float:
    """Return what this process reaches by itself, with an encoder of one thread."""
    one = {"libx264": replace(ENCODERS["libx264"], threads=1)}
    with mock.patch.dict(ENCODERS, one):
        return steady(rendered(case, frames, 1))


def measure(case: str, rounds: int, counts: list[int]) -> list[dict[str, Any]]:
    """Measure a case; return a row for each number of workers."""
    cores, each = counts[-1], CASES[case][2]
    rates: dict[int, list[RenderReport]] = {workers: [] for workers in counts}
    bounds = []
    for _ in range(rounds):
        for workers in counts:
            rates[workers].append(rendered(case, each * workers, workers))
        bounds.append(side_by_side(case, each * cores, cores))
    bound, rows = statistics.median(bounds), []
    for workers in counts:
        rate = statistics.median(map(steady, rates[workers]))
        encoders = max(report.encoders for report in rates[workers])
        rows.append(
            {
                "case": case,
                "workers": workers,
                "encoders": encoders,
                "steady": rate,
                "bound": bound,
                "share": rate / bound,
                "peak_memory_mb": max(each.peak_memory_bytes for each in rates[workers]) / 1e6,
            }
        )
        print(
            f"{case:<22}{workers:>4} workers {encoders:>3} encoders {rate:>8.1f} frames/s, "
            f"bound {bound:>8.1f}, share {rate / bound:.2f}, "
            f"{rows[-1]['peak_memory_mb']:.0f} MB",
            flush=True,
        )
    return rows


@contextmanager
def sleeping(workers: int) -> Iterator[None]:
    """Let the encoder sleep for each frame, and as many cores be there as workers."""
    put = PyavWriter.put

    def slow(self: PyavWriter, *args: Any) -> None:
        time.sleep(ENCODES)
        put(self, *args)

    with (
        mock.patch.object(PyavWriter, "put", slow),
        mock.patch.object(drained, "usable_cores", return_value=workers),
    ):
        yield


def simulated(workers: int, frames: int) -> dict[str, Any]:
    """Render with sleeps; return the row."""
    with tempfile.TemporaryDirectory() as folder, sleeping(workers):
        report = Sleeper().make_video(
            Path(folder) / "out.mp4",
            range(frames),
            30,
            num_workers=workers,
            disable_progress_bar=True,
        )
    row = {
        "workers": workers,
        "encoders": report.encoders,
        "steady": steady(report),
        "ideal": workers / DRAWS,
        "slots": report.slots,
        "peak_memory_mb": report.peak_memory_bytes / 1e6,
    }
    print(
        f"{workers} workers of {1000 * DRAWS:.0f} ms, encoders of {1000 * ENCODES:.0f} ms, "
        f"{frames} frames: {row['steady']:.0f} frames/s after start-up with {report.encoders} "
        f"encoders (one alone writes {1 / ENCODES:.0f}, all workers draw {row['ideal']:.0f}); "
        f"{report.slots} slots, {row['peak_memory_mb']:.0f} MB at most",
        flush=True,
    )
    return row


def plot(rows: list[dict[str, Any]]) -> Figure:
    """Return a figure: the share of the bound over the workers."""
    figure = Figure(figsize=(7, 4.5), dpi=120, layout="constrained")
    axes = figure.subplots()
    for case in dict.fromkeys(row["case"] for row in rows):
        some = [row for row in rows if row["case"] == case]
        axes.plot(
            [row["workers"] for row in some], [row["share"] for row in some], "o-", label=case
        )
    axes.axhline(1, color="0.6", zorder=0)
    axes.set(xlabel="workers", ylabel="share of the bound", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    return figure


def main() -> None:
    """Measure, print a table, save it and plot it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], metavar="CASE")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="five cases, few numbers of workers")
    parser.add_argument("--simulate", action="store_true", help="sleep instead of drawing")
    parser.add_argument("--alone", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--frames", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, default=RESULTS / "cores.json")
    arguments = parser.parse_args()
    if arguments.alone:
        print(json.dumps(alone(arguments.alone, arguments.frames)))
    elif arguments.simulate:
        rows = [simulated(workers, SIMULATED * workers) for workers in (16, 64)]
        # Twice as many frames take no more memory.
        rows.append(simulated(16, 2 * SIMULATED * 16))
        save(arguments.output.with_name("cores-simulated.json"), rows)
    else:
        counts = core_counts()
        counts = sorted({1, counts[-1]}) if arguments.quick else counts
        cases = arguments.cases or (QUICK if arguments.quick else CASES)
        rows = [row for case in cases for row in measure(case, arguments.rounds, counts)]
        save(arguments.output, rows)
        plot(rows).savefig(arguments.output.with_suffix(".png"))


if __name__ == "__main__":
    main()
