"""What the user of a script gets of an error: its class, and no more than one traceback."""

from __future__ import annotations

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


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_script_without_a_guard_is_told_to_have_one(tmp_path: Path, method: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from tests.stamp import StampAnimator\n"
        "StampAnimator().make_video(sys.argv[1], range(5), 30, num_workers=2, "
        f"start_method={method!r})\n"
    )
    done = run_script(script, tmp_path / "out.mp4", timeout=60)
    assert done.returncode == 1
    assert "if __name__ == '__main__':" in done.stderr
    assert done.stderr.count("Traceback") == 1, done.stderr
