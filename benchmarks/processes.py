"""Runs whole programs, to compare what a user waits for: imports and start-up included."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.recording import Case
from parallel_animate.system.machine import tree_memory

SCRIPT = Path(__file__).parent / "scenes.py"
OUTPUT = "out.mp4"
# Seconds between two looks at a program's memory and its files.
LOOK = 0.05


def run(python: Path, case: Case, **options: object) -> tuple[float, float]:
    """Render a case in a process; return its wall and CPU seconds, children included.

    The options, which JSON can hold, go to ``make_video``.
    """
    return timed([str(python), str(SCRIPT), *case.arguments, *settings(**options)])


def settings(**options: object) -> list[str]:
    """Return the arguments by which ``scenes.py`` passes options to ``make_video``."""
    return [
        word for name, value in options.items() for word in ("--set", f"{name}={json.dumps(value)}")
    ]


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Run a command in a folder of its own; return wall and CPU seconds, children included."""
    with tempfile.TemporaryDirectory() as folder:
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        wall, after = time.perf_counter() - start, os.times()
    cpu = (
        after.children_user - before.children_user + after.children_system - before.children_system
    )
    return wall, cpu


@dataclass
class Watched:
    """What a program needed besides time.

    Parameters
    ----------
    output : Path
        The video, as long as the ``with`` block lasts.
    peak_memory : int
        Largest memory of its processes together that was seen, in bytes.
    temporary_disk : int
        Most bytes of its files that were seen at once, without the video.
    """

    output: Path
    peak_memory: int = 0
    temporary_disk: int = 0

    def look(self, process: psutil.Process, folder: Path) -> None:
        """Take memory and files as they are now into account."""
        with suppress(psutil.Error):
            self.peak_memory = max(self.peak_memory, tree_memory(process))
        self.temporary_disk = max(self.temporary_disk, _folder_bytes(folder, self.output))


@contextmanager
def watched(command: Sequence[str]) -> Iterator[Watched]:
    """Run a command, and look at its memory and its files; the times are not to be used."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seen = Watched(place / OUTPUT)
        (place / "tmp").mkdir()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"TMPDIR": str(place / "tmp")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(process.stderr or ()))
        reader.start()
        while process.poll() is None:
            seen.look(psutil.Process(process.pid), place)
            time.sleep(LOOK)
        reader.join()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, stderr="".join(said))
        yield seen


def _folder_bytes(folder: Path, without: Path) -> int:
    """Return the bytes of all files in a folder but one."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if path != without:
                try:
                    total += path.stat().st_size
                except OSError:  # it is gone
                    continue
    return total
