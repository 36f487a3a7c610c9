"""What the user of a script gets of an error: its class, and no more than one traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import METHODS
from tests.scripts import run_script

pytestmark = pytest.mark.timeout(60)

SCRIPT = """
import sys
from parallel_animate import FrameError
from tests.stamp import StampAnimator

class MyError(Exception):
    pass

class Mine(StampAnimator):
    def update(self, frame_idx, params):
        raise MyError("mine", frame_idx)

if __name__ == "__main__":
    try:
        Mine().make_video(sys.argv[1], range(4), 30, num_workers=2, start_method=sys.argv[2])
    except FrameError as error:
        print(isinstance(error.__cause__, MyError), error.__cause__.args)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_script_can_tell_its_own_exception_by_its_class(
    out: Path, tmp_path: Path, method: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = run_script(script, out, method)
    assert (done.stdout.strip(), done.stderr) == ("True ('mine', 0)", "")


UNCAUGHT = """
import sys
from tests.stamp import StampAnimator

class Fails(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        if frame_idx == 7:
            raise ValueError("nobody catches it")

if __name__ == "__main__":
    Fails().make_video(sys.argv[1], range(20), 30, num_workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_that_nobody_catches_is_all_that_is_printed(
    out: Path, tmp_path: Path, workers: int
) -> None:
    """Nor does the interpreter complain of anything at its end."""
    script = tmp_path / "script.py"
    script.write_text(UNCAUGHT)
    done = run_script(script, out, workers)
    assert (done.returncode, done.stdout) == (1, "")
    assert "update() failed for frame 7 with params 7: ValueError: nobody catches it" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "Process parallel-animate" not in done.stderr
    assert "resource_tracker" not in done.stderr


UNGUARDED = """
import sys
from tests.stamp import StampAnimator

class Large(StampAnimator):
    def __init__(self):
        super().__init__()
        self.data = bytes(320_000)  # more than a pipe holds

Large().make_video(sys.argv[1], range(5), 30, num_workers=2, start_method=sys.argv[2])
"""


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("stdin", [False, True])
def test_a_script_without_a_guard_is_told_to_have_one(
    tmp_path: Path, method: str, stdin: bool
) -> None:
    """However much the animator holds: it is not sent before a worker can read it."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = run_script(script, tmp_path / "out.mp4", method, timeout=60, stdin=stdin)
    assert done.returncode == 1
    assert "if __name__ == '__main__':" in done.stderr
    assert ("standard input" in done.stderr) == stdin
    if not stdin:
        assert done.stderr.count("Traceback") == 1, done.stderr


def test_a_fork_server_that_ends_as_it_imports_the_program_is_said_to(
    out: Path, tmp_path: Path
) -> None:
    (tmp_path / "ends.py").write_text("raise SystemExit(1)")
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, os\n"
        f"os.environ['PYTHONPATH'] += {os.pathsep + str(tmp_path)!r}\n"
        "multiprocessing.set_forkserver_preload(['ends'])\n"
        + UNGUARDED.replace("Large().make", "if __name__ == '__main__': Large().make")
    )
    done = run_script(script, out, "forkserver", timeout=60)
    assert done.returncode == 1
    assert "SetupError" in done.stderr
    assert "if __name__ == '__main__':" in done.stderr
