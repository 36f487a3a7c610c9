"""What `parallel_animate.save` gains over matplotlib's own `save` with its `FFMpegWriter`.

::

    python -m benchmarks.saving

The animations are those that people write (``people.py``), and two of the other scenes; each is
1920x1080, and a `FuncAnimation`. Both write an MP4, start-up, rehearsal and joining included.
matplotlib takes so long that it gets fewer frames. They run in turn; what is compared is the time
of a frame, and the median of the ratios is printed, and written to
``benchmarks/results/saving.json``. It needs the program ``ffmpeg``.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.animation import FFMpegWriter, FuncAnimation

import parallel_animate
from benchmarks.people import SCENES as PEOPLE
from benchmarks.recording import RESULTS, save
from benchmarks.scenes import SCENES, params_of

SIZE = (1920, 1080)
# What the ratio has to be; for what people write, the geometric mean.
GOALS = {"multi": 6.0, "people": 4.0}


def animation(name: str, frames: int) -> FuncAnimation:
    """Return a scene as an animation of so many frames."""
    if name in PEOPLE:
        figure, update = PEOPLE[name]()
    else:
        scene: Any = SCENES[name](*SIZE)
        params = list(params_of(name, frames))
        figure = scene.setup()

        def update(i: int) -> None:
            scene.update(i, params[i])

    return FuncAnimation(figure, update, frames=frames, interval=40)  # type: ignore[arg-type]


def by_matplotlib(name: str, frames: int, path: Path) -> None:
    """Save with matplotlib."""
    animation(name, frames).save(path, writer=FFMpegWriter(fps=25))


def by_us(name: str, frames: int, path: Path) -> None:
    """Save with this library."""
    parallel_animate.save(animation(name, frames), path, disable_progress_bar=True)


def seconds_of_a_frame(
    program: Callable[[str, int, Path], None], name: str, frames: int, path: Path
) -> float:
    """Return what a program takes for each frame."""
    start = time.perf_counter()
    program(name, frames, path)
    plt.close("all")
    return (time.perf_counter() - start) / frames


def main() -> None:
    """Measure all scenes, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=120, help="of ours")
    parser.add_argument("--theirs", type=int, default=30, help="frames of matplotlib's")
    parser.add_argument("--scenes", nargs="*", default=["multi", "wave", *PEOPLE])
    parser.add_argument("--output", type=Path, default=RESULTS / "saving.json")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.mp4"
        for name in arguments.scenes:
            ratios = []
            for _ in range(arguments.rounds):
                theirs = seconds_of_a_frame(by_matplotlib, name, arguments.theirs, path)
                ours = seconds_of_a_frame(by_us, name, arguments.frames, path)
                ratios.append(theirs / ours)
            rows.append({"scene": name, "ratio": statistics.median(ratios), "ratios": ratios})
            print(f"{name:<10} {rows[-1]['ratio']:.2f}", flush=True)
    of_people = [row["ratio"] for row in rows if row["scene"] in PEOPLE]
    if of_people:
        mean = math.exp(statistics.fmean(map(math.log, of_people)))
        print(f"geometric mean of what people write: {mean:.2f} (goal {GOALS['people']})")
    save(arguments.output, rows)


if __name__ == "__main__":
    main()
