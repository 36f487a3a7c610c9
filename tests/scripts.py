"""Scripts that run in a process of their own, and may import the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_script(
    script: Path, *arguments: object, timeout: float | None = None, stdin: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a script, whose output and exit status are looked at; Python may get it by `stdin`."""
    return subprocess.run(
        [sys.executable, "-" if stdin else str(script), *map(str, arguments)],
        input=script.read_text() if stdin else None,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
