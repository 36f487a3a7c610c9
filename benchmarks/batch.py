"""A batch of short videos against a shell loop over ``render``, and against the bound.

::

    python -m benchmarks.batch

200 videos of 60 frames of the wave, 640x480, are rendered by ``parallel-animate batch``; and,
before and after that, some of them one after the other by ``parallel-animate render``, in a shell.
Whole programs are timed. Two bounds are measured before and after it, too:

*frames alone*
    Only what ``benchmarks/bound.py`` counts: ``update()``, drawing what has changed, storing and
    encoding, in a figure that is there already, on all cores.
*videos alone*
    One process on each core that has all imported, and renders one video after the other: each
    video has a figure of its own, whose ``setup()``, first draw, and comparisons with full draws
    cannot be left out.

The ratios are printed, and written to ``benchmarks/results/batch.json``, with the memory of all
processes together in the first and in the last quarter of the batch.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.bound import alone
from benchmarks.processes import timed
from benchmarks.recording import RESULTS, Case, save
from benchmarks.waves import FRAMES
from parallel_animate.system.machine import tree_memory, usable_cores

SCRIPT = f"{Path(__file__).with_name('waves.py')}:Wave"
COMMAND = [sys.executable, "-m", "parallel_animate"]
VIDEOS = 200
LOOPED = 20  # videos of the shell loop, before the batch and after it
ALONE = 10  # videos that a process renders by itself
LOOK = 0.25  # seconds between two looks at the memory
GOALS = {"against the loop": 1.8, "of the bound": 0.85}
# Renders videos one after the other in one process, and prints the CPU seconds of each.
ONE_BY_ONE = f"""
import sys, time
from parallel_animate.jobs import Job, open_job
from parallel_animate.system import grant_cores
grant_cores(1)
spent = []
for i in range({ALONE}):
    job = Job.of({{"script": {SCRIPT!r}, "output": f"{{i}}.mp4", "workers": 1}})
    begun = time.process_time()
    open_job(job).render(disable_bar=True)
    spent.append(time.process_time() - begun)
print(sorted(spent)[len(spent) // 2])
"""


def loop(videos: int) -> float:
    """Return the seconds a video takes in a shell loop."""
    wall, _ = timed(
        [
            "sh",
            "-ec",
            f"for i in $(seq {videos}); do {sys.executable} -m parallel_animate render {SCRIPT} "
            "-o $i.mp4 --quiet; done",
        ]
    )
    return wall / videos


def batch(videos: int) -> tuple[float, float, list[int]]:
    """Return wall and CPU seconds of a batch, and its memory while it ran, in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        words = {"script": SCRIPT, "output": "videos/{i}.mp4"}
        text = "[defaults]\n" + "".join(
            f"{key} = {json.dumps(each)}\n" for key, each in words.items()
        )
        file = Path(folder) / "jobs.toml"
        file.write_text(f"{text}[matrix]\ni = {list(range(videos))}\n", encoding="utf-8")
        memory = []
        before, begun = os.times(), time.perf_counter()
        with subprocess.Popen([*COMMAND, "batch", str(file), "--quiet"], cwd=folder) as process:
            seen = psutil.Process(process.pid)
            while process.poll() is None:
                memory.append(tree_memory(seen))
                time.sleep(LOOK)
            seconds = time.perf_counter() - begun
        assert process.returncode == 0
        assert len(list((Path(folder) / "videos").glob("*.mp4"))) == videos
        after = os.times()
        cpu = after.children_user - before.children_user
        cpu += after.children_system - before.children_system
        return seconds, cpu, memory


def videos_alone() -> float:
    """Return the CPU seconds of a video in a process that has all imported."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", ONE_BY_ONE],
            cwd=folder,
            env=os.environ,
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


def frames_alone() -> float:
    """Return the CPU seconds of the frames of a video."""
    stages, _ = alone(Case("wave", 640, 480, FRAMES, goal=0))
    return FRAMES * sum(stages.values()) / 1000


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description="A batch against a loop and the bound.")
    parser.add_argument("--videos", type=int, default=VIDEOS)
    parser.add_argument("--looped", type=int, default=LOOPED)
    parser.add_argument("--json", type=Path, default=RESULTS / "batch.json")
    arguments = parser.parse_args()
    before = frames_alone(), videos_alone(), loop(arguments.looped)
    seconds, cpu, memory = batch(arguments.videos)
    after = loop(arguments.looped), videos_alone(), frames_alone()
    frames, own, looped = (
        statistics.mean(pair) for pair in zip(before, reversed(after), strict=True)
    )
    each, cores = seconds / arguments.videos, usable_cores()
    quarter = max(1, len(memory) // 4)
    row = {
        "videos": arguments.videos,
        "seconds": round(seconds, 2),
        "loop_seconds_a_video": round(looped, 3),
        "against_the_loop": round(looped / each, 2),
        "of_frames_alone": round(frames / cores / each, 3),
        "of_videos_alone": round(own / cores / each, 3),
        "cpu_seconds_a_video": round(cpu / arguments.videos, 3),
        "cpu_of_frames_alone": round(frames * arguments.videos / cpu, 3),
        "memory_first_mb": round(statistics.median(memory[:quarter]) / 1e6),
        "memory_last_mb": round(statistics.median(memory[-quarter:]) / 1e6),
    }
    for name, value in row.items():
        print(f"{name:<22}{value}")
    print(f"goals: {GOALS}")
    save(arguments.json, [row])


if __name__ == "__main__":
    main()
