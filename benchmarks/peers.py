"""Whole programs that render the same scenes, in turn.

::

    python -m benchmarks.peers
    python -m benchmarks.peers --length short

Each program has a virtual environment of its own, made here. (That needs the network once, and some
GB of disk, because parallel-matplotlib-animation brings PyTorch.) FuncAnimation and the Pool need
ffmpeg. The programs run in turn, A B C A B C, as whole processes: what is compared is what a user
waits for, imports and start-up included. All of this is done twice: with each program's defaults,
and with the same settings of libx264 for all.

Medians, the spread of the ratios to ours, memory, temporary files, and how true the videos are,
are written to ``benchmarks/results/peers.json``, ``peers.md`` and ``peers.png``, or
``peers-short``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parallel_animate
from benchmarks.environments import Environment
from benchmarks.processes import SCRIPT, settings, timed, watched
from benchmarks.quality import fidelity, reference
from benchmarks.recording import RESULTS, Case, save
from benchmarks.tables import markdown, plot

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
EQUAL = settings(video_mode="cpu", video_preset="veryfast", video_quality=20)
PEER = "parallel-matplotlib-animation"

# The goals are ratios to parallel-matplotlib-animation with its defaults.
CASES = {
    "long": [
        Case("wave", 1920, 1080, 800, goal=7),
        Case("multi", 1920, 1080, 250, goal=5),
        Case("bitmap", 1920, 1080, 80, goal=5),
        Case("pattern", 1920, 1080, 100, goal=0),
        Case("five-panel", 2000, 400, 600, goal=4),
        Case("fourteen-panel", 1920, 1080, 100, goal=2),
        Case("scatter", 1920, 1080, 120, goal=4),
        Case("coloured-scatter", 1920, 1080, 60, goal=0),
        Case("wave", 3840, 2160, 120, goal=4),
        Case("dot", 3840, 2160, 60, goal=0),
        Case("wave", 640, 480, 60, goal=4),
    ],
    "short": [
        Case("wave", 1920, 1080, 120, goal=0),
        Case("multi", 1920, 1080, 40, goal=0),
        Case("bitmap", 1920, 1080, 30, goal=0),
        Case("five-panel", 2000, 400, 60, goal=0),
        Case("fourteen-panel", 1920, 1080, 24, goal=0),
        Case("scatter", 1920, 1080, 40, goal=0),
        Case("coloured-scatter", 1920, 1080, 24, goal=0),
        Case("wave", 3840, 2160, 40, goal=0),
        Case("dot", 3840, 2160, 40, goal=0),
        Case("wave", 640, 480, 60, goal=0),
    ],
}
OUTPUTS = {"long": "peers.json", "short": "peers-short.json"}


@dataclass(frozen=True)
class Program:
    """A program that renders scenes.

    Parameters
    ----------
    name : str
        What it is called in the tables.
    environment : Environment or None
        Where it runs; None for ours.
    script : Path
        The script.
    equal : list of str or None
        The arguments for equal settings of the encoder; None where it has no such settings.
    """

    name: str
    environment: Environment | None
    script: Path
    equal: list[str] | None

    def command(self, folder: Path, case: Case, *, equal: bool) -> list[str]:
        """Return the command that renders a case."""
        python = Path(sys.executable)
        if self.environment is not None:
            python = self.environment.python(folder)
        options = self.equal if equal else []
        return [str(python), str(self.script), *case.arguments, *(options or [])]


PLAIN = Environment("matplotlib", ())
OURS = Program("parallel-animate", None, SCRIPT, EQUAL)
ALL = [
    OURS,
    Program(PEER, Environment(PEER, (f"{PEER}==0.1.4",)), SCRIPT, EQUAL),
    Program("FuncAnimation.save", PLAIN, PROGRAMS / "func_animation.py", ["--equal"]),
    Program("Pool, PNG, ffmpeg", PLAIN, PROGRAMS / "pool_png.py", ["--equal"]),
    Program(
        "streamjoy",
        Environment("streamjoy", ("streamjoy==0.0.10",)),
        PROGRAMS / "streamjoy_stream.py",
        None,
    ),
]


def compare(
    programs: Sequence[Program], folder: Path, case: Case, rounds: int, *, equal: bool
) -> list[dict[str, Any]]:
    """Run all programs in turn; return a row for each."""
    commands = {each.name: each.command(folder, case, equal=equal) for each in programs}
    expected = reference(case)
    rows = {name: needs(case, command, expected) for name, command in commands.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command))
    for name, row in rows.items():
        pairs = zip(times[name], times[OURS.name], strict=True)
        ratios = sorted(theirs / ours for (theirs, _), (ours, _) in pairs)
        seconds, cpu = (statistics.median(column) for column in zip(*times[name], strict=True))
        row |= {
            "scene": case.name,
            "frames": case.frames,
            "program": name,
            "settings": "equal" if equal else "defaults",
            "goal": case.goal if name == PEER and not equal else 0,
            "ratio": statistics.median(ratios),
            "ratios": [round(ratio, 2) for ratio in ratios],
            "seconds": seconds,
            "frames_per_second": case.frames / seconds,
            "cpu_ms_per_frame": 1000 * cpu / case.frames,
        }
    return list(rows.values())


def needs(case: Case, command: Sequence[str], expected: Any) -> dict[str, Any]:
    """Run a program once; return what it needs besides time, and how true its video is.

    This also warms up: it brings the program's files into the page cache, and lets it find the
    fonts.
    """
    with watched(command) as seen:
        found = fidelity(seen.output, case, expected)
        if found.frames != case.frames:
            raise RuntimeError(f"{command} has made {found.frames} frames of {case.frames}")
        return {
            "peak_memory_mb": seen.peak_memory / 1e6,
            "temporary_disk_mb": seen.temporary_disk / 1e6,
            "file_kb": seen.output.stat().st_size / 1e3,
            "ssim": found.ssim,
            "size": "{}x{}".format(*found.size),
            "size_is_right": found.size == (case.width, case.height),
        }


def main() -> None:
    """Run all cases, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--environments", type=Path, default=HERE / ".environments")
    parser.add_argument("--length", choices=CASES, default="long", help="of the renders")
    parser.add_argument("--settings", nargs="+", default=["defaults", "equal"])
    parser.add_argument("--scenes", nargs="+", help="such as 'wave 1920x1080'; default all")
    parser.add_argument("--programs", nargs="+", help="ours is always one of them; default all")
    parser.add_argument("--output", type=Path, help="by default in benchmarks/results")
    arguments = parser.parse_args()
    # pip has compiled the other programs to bytecode, too.
    compile_dir(Path(parallel_animate.__file__).parent, quiet=1)
    output: Path = arguments.output or RESULTS / OUTPUTS[arguments.length]
    chosen = [
        each
        for each in ALL
        if not arguments.programs or each is OURS or each.name in arguments.programs
    ]
    rows: list[dict[str, Any]] = []
    for equal in (each == "equal" for each in arguments.settings):
        programs = [each for each in chosen if not equal or each.equal is not None]
        for case in CASES[arguments.length]:
            if arguments.scenes and case.name not in arguments.scenes:
                continue
            found = compare(programs, arguments.environments, case, arguments.rounds, equal=equal)
            print(markdown(found), flush=True)
            rows += found
            save(output, rows, rounds=str(arguments.rounds))
    output.with_suffix(".md").write_text(markdown(rows))
    plot(rows).savefig(output.with_suffix(".png"))


if __name__ == "__main__":
    main()
