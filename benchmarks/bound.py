"""What the machine could do at best with a scene, and what share of that a render reaches.

::

    python -m benchmarks.bound

At best all cores do only what cannot be left out: ``update()``, drawing what has changed, bringing
the pixels into the slots, and encoding. Each of these stages is measured alone, in one process. The
bound is the number of cores divided by the sum of the stages' CPU times, or the frame rate of the
encoder alone if that is lower.

The stages are measured before and after each whole render, and the render is compared with the mean
of the two, because a machine may become a fifth faster or slower in between. Medians are printed,
and written to ``benchmarks/results/bound.json``. Two shares of the bound are given: that of all of
``make_video``, and that without its start-up (processes, ``setup()``, the first draw).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.encoding import encode
from benchmarks.recording import RESULTS, Case, save
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import FigureOptions, FrameFormat
from parallel_animate.engine.job import Job
from parallel_animate.engine.renderer import FrameRenderer
from parallel_animate.system.machine import library_threads, usable_cores

# The goal is the share of the bound that a render has to reach.
CASES = [
    Case("wave", 1920, 1080, 2000, goal=0.85),
    Case("multi", 1920, 1080, 1500, goal=0.85),
    Case("five-panel", 2000, 400, 1500, goal=0.85),
    Case("bitmap", 1920, 1080, 150, goal=0),
    Case("pattern", 1920, 1080, 200, goal=0),
    Case("fourteen-panel", 1920, 1080, 100, goal=0),
    Case("scatter", 1920, 1080, 200, goal=0),
    Case("coloured-scatter", 1920, 1080, 80, goal=0),
    Case("wave", 3840, 2160, 150, goal=0),
    Case("dot", 3840, 2160, 150, goal=0),
    Case("wave", 640, 480, 600, goal=0),
]
# Each stage is measured with so many frames at most.
ALONE = 200
STAGES = ("update", "draw", "store", "encode")


@dataclass(frozen=True)
class Round:
    """Milliseconds a frame of the stages alone, the encoder's wall time, and a whole render."""

    stages: dict[str, float]
    encode_wall: float
    frames_per_second: float
    steady: float

    @property
    def bound(self) -> float:
        """Frames a second at best."""
        return 1000 / max(sum(self.stages.values()) / usable_cores(), self.encode_wall)


def alone(case: Case) -> tuple[dict[str, float], float]:
    """Measure the stages alone; return milliseconds a frame, and the encoder's wall time."""
    animator = SCENES[case.scene](case.width, case.height)
    threads = library_threads(usable_cores())
    renderer = FrameRenderer(Job(animator, FigureOptions(), True, "auto", threads))
    layout = FrameFormat("yuv420p", case.width, case.height)
    renderer.set_format(layout)
    # Filled, so that the system has given them their memory pages, as it has those of a ring.
    count = min(ALONE, case.frames)
    frames = [np.full(layout.nbytes, 1, np.uint8) for _ in range(count)]
    spent = dict.fromkeys(STAGES, 0.0)
    for number, params in enumerate(params_of(case.scene, count)):
        rendered = renderer.render(number, params, partial(frames.__getitem__, number))
        spent["update"] += rendered.update
        spent["draw"] += rendered.draw - rendered.compared
        spent["store"] += rendered.store
    renderer.close()
    each = {name: 1000 * seconds / count for name, seconds in spent.items()}
    views = [layout.view(frame) for frame in frames]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        each["encode"] = encode(Path(folder) / "out.mp4", layout, views, None)
        wall = 1000 * (time.perf_counter() - start) / count
    return each, wall


def measure(case: Case) -> Round:
    """Measure a whole render, and the stages alone before and after it."""
    before, wall_before = alone(case)
    with tempfile.TemporaryDirectory() as folder:
        report = SCENES[case.scene](case.width, case.height).make_video(
            Path(folder) / "out.mp4",
            params_of(case.scene, case.frames),
            30,
            video_mode="cpu",
            disable_progress_bar=True,
        )
    steady = report.frames / (report.seconds - report.startup_seconds)
    after, wall_after = alone(case)
    stages = {name: (before[name] + after[name]) / 2 for name in STAGES}
    return Round(stages, (wall_before + wall_after) / 2, report.frames_per_second, steady)


def row_of(case: Case, rounds: list[Round]) -> dict[str, Any]:
    """Return medians."""

    def median(values: Any) -> float:
        return statistics.median(values)

    return {
        "scene": case.name,
        "frames": case.frames,
        "goal": case.goal,
        **{f"{name}_ms": median(each.stages[name] for each in rounds) for name in STAGES},
        "encode_wall_ms": median(each.encode_wall for each in rounds),
        "bound": median(each.bound for each in rounds),
        "frames_per_second": median(each.frames_per_second for each in rounds),
        "share": median(each.frames_per_second / each.bound for each in rounds),
        "shares": sorted(round(each.frames_per_second / each.bound, 2) for each in rounds),
        "steady_share": median(each.steady / each.bound for each in rounds),
    }


def main() -> None:
    """Measure all cases, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scenes", nargs="+", help="such as 'wave 1920x1080'; default all")
    parser.add_argument("--output", type=Path, default=RESULTS / "bound.json")
    arguments = parser.parse_args()
    rows = []
    for case in CASES:
        if arguments.scenes and case.name not in arguments.scenes:
            continue
        row = row_of(case, [measure(case) for _ in range(arguments.rounds)])
        rows.append(row)
        print(
            "{scene:<24} update {update_ms:5.1f}, draw {draw_ms:6.1f}, store {store_ms:5.1f}, "
            "encode {encode_ms:5.1f} ms: at best {bound:6.1f} frames/s; {frames} frames: "
            "{frames_per_second:6.1f}, {share:.0%}; after start-up {steady_share:.0%}".format(
                **row
            ),
            flush=True,
        )
        save(arguments.output, rows)


if __name__ == "__main__":
    main()
