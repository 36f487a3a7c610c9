"""Scripts that run in a process of their own, and may import the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_script(
    script: Path, *arguments: object, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script; its output and exit status are looked at."""
    return subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
