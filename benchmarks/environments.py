"""Virtual environments of the programs that we are compared with."""

from __future__ import annotations

import os
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

import matplotlib


@dataclass(frozen=True)
class Environment:
    """What a program needs.

    Parameters
    ----------
    name : str
        The name of its folder.
    requirements : tuple of str
        What pip installs, besides the version of matplotlib that we run with.
    """

    name: str
    requirements: tuple[str, ...]

    def python(self, folder: Path) -> Path:
        """Return its interpreter, in a folder of all environments; make it if it is not there."""
        home = folder / self.name
        python = home / "bin" / "python"
        complete = home / "complete"
        if not complete.exists():
            needed = [f"matplotlib=={matplotlib.__version__}", *self.requirements]
            print(f"making {self.name} with {' '.join(needed)} ...", flush=True)
            venv.create(home, with_pip=True, clear=True, symlinks=os.name != "nt")
            subprocess.run([python, "-m", "pip", "install", "-q", *needed], check=True)
            complete.touch()
        return python
