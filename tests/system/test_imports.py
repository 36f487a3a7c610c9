"""Importing the package chooses no backend, and brings nothing that takes long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts import ROOT
from tests.stamp import stamps

pytestmark = pytest.mark.one_in(3)


def run(program: str, *arguments: object) -> str:
    """Run a program in a fresh interpreter, from the root of the repository."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_importing_the_library_neither_imports_pyplot_nor_chooses_a_backend() -> None:
    assert (
        run(
            "import sys, matplotlib\n"
            "before = dict(matplotlib.rcParams.copy())\n"
            "backend = matplotlib.rcParams._get('backend')\n"
            "import parallel_animate\n"
            "assert 'matplotlib.pyplot' not in sys.modules\n"
            "assert matplotlib.rcParams._get('backend') is backend\n"
            "assert dict(matplotlib.rcParams.copy()) == before\n"
            "print(isinstance(backend, str))"
        )
        == "False\n"
    )


@pytest.mark.parametrize(("workers", "method"), [(1, "fork"), (2, "fork"), (2, "spawn")])
def test_a_render_without_pyplot_chooses_no_backend(out: Path, workers: int, method: str) -> None:
    run(
        "import sys, matplotlib\n"
        "from tests.stamp import StampAnimator\n"
        "if __name__ == '__main__':\n"
        "    backend = matplotlib.rcParams._get('backend')\n"
        "    out, workers, method = sys.argv[1:]\n"
        "    StampAnimator().make_video(\n"
        "        out, range(4), 30, num_workers=int(workers), start_method=method)\n"
        "    assert 'matplotlib.pyplot' not in sys.modules\n"
        "    assert matplotlib.rcParams._get('backend') is backend\n",
        out,
        workers,
        method,
    )
    assert stamps(out) == [0, 1, 2, 3]


def test_importing_brings_nothing_heavy_but_matplotlib() -> None:
    """Not even pyplot. All other modules in the list are imported when a render needs them."""
    heavy = ("av", "tqdm", "typer", "cloudpickle", "matplotlib.pyplot", "IPython", "pvio", "torch")
    code = f"import sys, parallel_animate; print(*[m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == []


def test_what_only_a_cluster_needs_is_not_imported_for_other_renders() -> None:
    run(
        "import sys, parallel_animate.batch, parallel_animate.commands, parallel_animate.jobs\n"
        "assert not [name for name in sys.modules if name.startswith('parallel_animate.cluster')]\n"
    )
