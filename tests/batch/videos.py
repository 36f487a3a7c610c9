"""Batches of small videos, whose script writes down which of them it draws."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

from parallel_animate import BatchReport, make_videos

# Shows n + the frame's index. Notes each figure that it makes, and does what it is told at frame 2.
SCRIPT = """
import ctypes, os, signal, time
from pathlib import Path
from tests.stamp import StampAnimator

class Shows(StampAnimator):
    def __init__(self, n: int = 0, act: str = "", where: str = ""):
        super().__init__(64, 64)
        self.n, self.act, self.where = n, act, where

    def setup(self):
        with open(Path(__file__).with_name("made"), "a") as file:
            file.write(f"{self.n}\\n")
        return super().setup()

    def update(self, frame_idx, params):
        super().update(int(params) + self.n, params)
        if frame_idx != 2:
            return
        once = Path(__file__).with_name(f"acted-{self.n}")
        if self.act == "raise":
            raise ArithmeticError("no such frame")
        if self.act == "crash" or (self.act == "crash once" and not once.exists()):
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if self.act == "kill the batch" and not once.exists():
            once.touch()
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
        if self.act == "interrupt the batch" and not once.exists():
            once.touch()
            os.kill(os.getppid(), signal.SIGINT)
            signal.pause()
        if self.act == "terminate the batch":
            os.kill(os.getppid(), signal.SIGTERM)
            signal.pause()
        if self.act == "warn":
            print("a word of the script's", flush=True)

params = range(5)
"""


def script(folder: Path, text: str = SCRIPT) -> str:
    path = folder / "anim.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return f"{path}:Shows"


def jobs(folder: Path, count: int = 3, acts: dict[int, str] | None = None) -> list[dict[str, Any]]:
    """Return the words of jobs: job i shows 10 i + the frame's index."""
    target = script(folder)
    return [
        {
            "script": target,
            "output": str(folder / f"{i}.mp4"),
            "name": f"job {i}",
            "set": {"n": 10 * i, "act": (acts or {}).get(i, "")},
            "preset": "ultrafast",
        }
        for i in range(count)
    ]


def made(folder: Path) -> list[int]:
    """Return which jobs' figures were made since this was asked last."""
    path = folder / "made"
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return sorted(int(line) // 10 for line in lines)


def shown(i: int, frames: int = 5) -> list[int]:
    return [10 * i + frame for frame in range(frames)]


def run(words: Any, place: Path, **options: Any) -> BatchReport:
    return make_videos(words, **{"folder": place / "state", "quiet": True, **options})


def toml(folder: Path, text: str) -> Path:
    path = folder / "jobs.toml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def outcomes(stdout: str) -> list[dict[str, Any]]:
    """Return what the command has printed as JSON, line by line."""
    return [json.loads(line) for line in stdout.splitlines()]
