"""What other defaults of the engine would cost or gain, as ratios of whole renders run in turn.

::

    python -m benchmarks.defaults

Every variant differs from the defaults in one thing. Its wall time and its CPU time are divided by
those of the defaults. The medians of these ratios are printed, with the spread of the former, and
written to ``benchmarks/results/defaults.json``.
The encoder's settings are measured by ``benchmarks/encoding.py``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes import SCRIPT, settings, timed
from benchmarks.recording import RESULTS, Case, save
from parallel_animate.system.machine import usable_cores

VARIANTS_SCRIPT = Path(__file__).parent / "variants.py"
CORES = usable_cores()

CASES = [
    Case("wave", 1920, 1080, 300, goal=0),
    Case("multi", 1920, 1080, 100, goal=0),
    Case("bitmap", 1920, 1080, 100, goal=0),
]


def made_with(**options: object) -> list[str]:
    """Return a command with options of ``make_video``."""
    return [str(SCRIPT), *settings(**options)]


# The name of each variant in the tables, and the script with its options.
VARIANTS: dict[str, list[str]] = {
    "the defaults": made_with(),
    "the defaults again": made_with(),
    "1 worker less": made_with(num_workers=max(1, CORES - 1)),
    "1 worker more": made_with(num_workers=CORES + 1),
    "1 encoder thread": made_with(video_extra_ffmpeg_params=["-threads", "1"]),
    "an encoder thread for each core": made_with(
        video_extra_ffmpeg_params=["-threads", str(CORES)]
    ),
    "workers with lower priority": [str(VARIANTS_SCRIPT), "nice"],
    "a slot for each worker, and 1": made_with(ring_slots=CORES + 1),
    "4 slots for each worker, and 2": made_with(ring_slots=4 * CORES + 2),
    "RGBA in the slots": [str(VARIANTS_SCRIPT), "rgba"],
    "params from a generator": [str(VARIANTS_SCRIPT), "generator"],
    "the same, without a thread": [str(VARIANTS_SCRIPT), "generator", *settings(preload_factor=0)],
    "spawn instead of fork": made_with(start_method="spawn"),
    "no history check": made_with(check_history=False),
}


def compare(case: Case, rounds: int) -> list[dict[str, Any]]:
    """Run all variants in turn; return a row for each."""
    commands = {name: _command(words, case) for name, words in VARIANTS.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    timed(commands["the defaults"])  # to warm up: files into the page cache, fonts found
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command))
    rows = []
    for name, found in times.items():
        pairs = list(zip(found, times["the defaults"], strict=True))
        walls = sorted(one[0] / other[0] for one, other in pairs)
        rows.append(
            {
                "scene": case.name,
                "frames": case.frames,
                "variant": name,
                "seconds": statistics.median(wall for wall, _ in found),
                "wall": statistics.median(walls),
                "walls": [round(ratio, 3) for ratio in walls],
                "cpu": statistics.median(one[1] / other[1] for one, other in pairs),
            }
        )
    return rows


def _command(words: list[str], case: Case) -> list[str]:
    """Return a whole command: the script, the name of a variant if there is one, case, options."""
    script, *rest = words
    first = [] if not rest or rest[0].startswith("--") else [rest.pop(0)]
    return [sys.executable, script, *first, *case.arguments, *rest]


def main() -> None:
    """Run all cases, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=RESULTS / "defaults.json")
    arguments = parser.parse_args()
    rows = []
    for case in CASES:
        for row in compare(case, arguments.rounds):
            rows.append(row)
            print(
                f"{row['scene']:<16} {row['variant']:<32} {row['seconds']:6.2f} s, wall "
                f"{row['wall']:.2f} ({row['walls'][0]:.2f} to {row['walls'][-1]:.2f}), CPU "
                f"{row['cpu']:.2f}",
                flush=True,
            )
        save(arguments.output, rows)


if __name__ == "__main__":
    main()
