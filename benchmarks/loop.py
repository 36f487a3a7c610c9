"""What a loop over ``frames()`` costs against a video whose writer writes nothing.

::

    python -m benchmarks.loop

The loop does nothing with the arrays. The other program is the engine of ``make_video`` with all
its parts but the encoder and the files: a thread drains the frames and drops them. That gets frames
in the encoder's format (yuv420p, 1.5 bytes a pixel), the loop in RGBA (4 bytes). Each takes all
frames with two workers, start-up included; they run in turn, in changing order. The median of the
ratios of the frame rates, and of the CPU times, is printed, and written to
``benchmarks/results/loop.json``. There are
ratios for loops of other kinds, too: one that asks for copies, one that keeps all arrays of the
last second (and so gets copies after three), and one whose params come from a generator.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.recording import RESULTS, Case, save
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import FrameFormat
from parallel_animate.engine import Nobody, open_engine
from parallel_animate.options import RenderOptions
from parallel_animate.params import FrameSource
from parallel_animate.rendering import job_of, plan_of
from parallel_animate.system import Interrupts

CASE = Case("multi", 1920, 1080, 300, goal=0.9)
WORKERS = 2


def drained(case: Case) -> None:
    """Render as ``make_video`` does, and drop the frames."""
    options = RenderOptions.checked(fps=30, num_workers=WORKERS)
    scene = SCENES[case.scene](case.width, case.height)
    source = FrameSource(params_of(case.scene, case.frames))
    job = job_of(scene, options, WORKERS)
    plan = plan_of(options, WORKERS, Path(tempfile.gettempdir()))
    count = 0

    def drain() -> None:
        nonlocal count
        for _ in engine.frames():
            count += 1

    with Interrupts() as interrupts, open_engine(job, source, Nobody(), plan, interrupts) as engine:
        engine.allocate(FrameFormat("yuv420p", *engine.size))
        engine.run(drain)
    assert count == case.frames


def looped(case: Case, keep: int = 1, generator: bool = False, **options: Any) -> None:
    """Take all frames in a loop that has the last `keep` of them at any time."""
    scene = SCENES[case.scene](case.width, case.height)
    params = params_of(case.scene, case.frames)
    kept: deque[Any] = deque(maxlen=keep)
    count = 0
    for _, array in scene.frames(
        iter(params) if generator else params, num_workers=WORKERS, **options
    ):
        kept.append(array)
        count += 1
    assert count == case.frames


KINDS: dict[str, Callable[[Case], None]] = {
    "frames()": looped,
    "copy=True": lambda case: looped(case, copy=True),
    "keeps 30": lambda case: looped(case, keep=30),
    "a generator": lambda case: looped(case, generator=True),
}


def seconds(program: Callable[[Case], None], case: Case) -> tuple[float, float]:
    """Return what a program takes: seconds, and seconds of the processors'."""
    start, cpu = time.perf_counter(), sum(os.times()[:4])
    program(case)
    return time.perf_counter() - start, sum(os.times()[:4]) - cpu


def main() -> None:
    """Measure all kinds of loops in turn with the other program, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=CASE.frames)
    parser.add_argument("--output", type=Path, default=RESULTS / "loop.json")
    arguments = parser.parse_args()
    case = Case(CASE.scene, CASE.width, CASE.height, arguments.frames, CASE.goal)
    drained(case)  # to warm up
    pairs: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    rates = []
    for number in range(arguments.rounds):
        for kind, loop in KINDS.items():
            programs = (drained, loop) if number % 2 else (loop, drained)
            taken = {program: seconds(program, case) for program in programs}
            (whole, cpu), (other, other_cpu) = taken[loop], taken[drained]
            pairs[kind].append((other / whole, cpu / other_cpu))
            rates.append(case.frames / other)
    rows = []
    for kind, found in pairs.items():
        wall, cpu_time = (sorted(each) for each in zip(*found, strict=True))
        rows.append(
            {
                "kind": kind,
                "case": str(case),
                "goal": case.goal,
                "rate": statistics.median(wall),
                "rates": [round(ratio, 3) for ratio in wall],
                "cpu": statistics.median(cpu_time),
                "cpus": [round(ratio, 3) for ratio in cpu_time],
            }
        )
        print(
            f"{kind:<12} {statistics.median(wall):.3f} ({wall[0]:.3f} to {wall[-1]:.3f}) times the "
            f"frame rate, {statistics.median(cpu_time):.3f} times the CPU time",
            flush=True,
        )
    print(f"{case}: {statistics.median(rates):.1f} frames/s are drained; goal {case.goal}")
    save(arguments.output, rows)


if __name__ == "__main__":
    main()
