"""Writes down what a benchmark measured, and on what."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from parallel_animate.system.machine import usable_cores

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Case:
    """A scene, its size in pixels, the frames to draw, and the ratio that it has to reach."""

    scene: str
    width: int
    height: int
    frames: int
    goal: float

    @property
    def name(self) -> str:
        """The scene and its size."""
        return f"{self.scene} {self.width}x{self.height}"

    @property
    def arguments(self) -> list[str]:
        """The arguments of a script that renders a scene, the name of the output included."""
        return [self.scene, str(self.width), str(self.height), str(self.frames), "out.mp4"]

    def __str__(self) -> str:
        return f"{self.name}, {self.frames} frames"


def _processor() -> str:
    """Return the name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def save(path: Path, rows: Sequence[object], **about: str) -> None:
    """Save rows as JSON, with the machine, the date, and what `about` says of them besides."""
    machine = {
        "python": platform.python_version(),
        **{name: version(name) for name in ("matplotlib", "numpy", "av")},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": usable_cores(),
        "date": time.strftime("%Y-%m-%d"),
        **about,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2) + "\n")
