"""What the safeguards against losing frames cost, as ratios of whole renders with and without.

::

    python -m benchmarks.safety

The two run in turn, in changing order: A B B A. The medians of the ratios of wall and of CPU time
are printed, and written with their spread to ``benchmarks/results/safety.json``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.processes import run
from benchmarks.recording import RESULTS, Case, save

# What is measured, the case, and the options with it and without it. No ratio should be above the
# goal. A video has at least one segment; if it has only one, that is renamed and nothing is joined.
CASES: list[tuple[str, Case, dict[str, object], dict[str, object]]] = [
    (
        "segments of 1,000 frames",
        Case("wave", 640, 480, 2000, goal=1.02),
        {"segment_frames": 1000},
        {"segment_frames": 1_000_000},
    ),
    (
        "history check",
        Case("wave", 1920, 1080, 300, goal=1.05),
        {"check_history": True},
        {"check_history": False},
    ),
]


def compare(
    what: str, case: Case, on: dict[str, object], off: dict[str, object], rounds: int
) -> dict[str, object]:
    """Run both in turn; what comes first in one round comes second in the next."""
    python = Path(sys.executable)
    run(python, case, **on)  # to warm up: files into the page cache, fonts found
    pairs = []
    for number in range(rounds):
        if number % 2:
            without, with_it = run(python, case, **off), run(python, case, **on)
        else:
            with_it, without = run(python, case, **on), run(python, case, **off)
        pairs.append((with_it, without))
    wall = sorted(one[0] / other[0] for one, other in pairs)
    cpu = sorted(one[1] / other[1] for one, other in pairs)
    return {
        "what": what,
        "case": str(case),
        "goal": case.goal,
        "wall": statistics.median(wall),
        "walls": [round(ratio, 3) for ratio in wall],
        "cpu": statistics.median(cpu),
        "cpus": [round(ratio, 3) for ratio in cpu],
        "seconds": statistics.median(one[0] for one, _ in pairs),
        "seconds_without": statistics.median(other[0] for _, other in pairs),
    }


def main() -> None:
    """Run all cases, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=Path, default=RESULTS / "safety.json")
    arguments = parser.parse_args()
    rows = []
    for what, case, on, off in CASES:
        row = compare(what, case, on, off, arguments.rounds)
        rows.append(row)
        print(
            f"{what}, {case}: {row['seconds']:.2f} against {row['seconds_without']:.2f} s, wall "
            f"{row['wall']:.3f} ({row['walls'][0]} to {row['walls'][-1]}), CPU "  # type: ignore[index]
            f"{row['cpu']:.3f}, goal {case.goal}",
            flush=True,
        )
    save(arguments.output, rows)


if __name__ == "__main__":
    main()
