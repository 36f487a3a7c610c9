"""Errors that come of a limit of the process name it, as the shell does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts import run_script

pytestmark = pytest.mark.one_in(3)

pytest.importorskip("resource")

SCRIPT = """
import resource, sys
from parallel_animate import AnimateError
from tests.stamp import StampAnimator

if __name__ == "__main__":
    limit, value = getattr(resource, sys.argv[1]), int(sys.argv[2])
    StampAnimator().make_video(sys.argv[3], range(4), 30, num_workers=1)  # all is imported
    resource.setrlimit(limit, (value, value))
    try:
        StampAnimator().make_video(sys.argv[3], range(400), 30, num_workers=int(sys.argv[4]))
    except AnimateError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("limit", "value", "workers", "said"),
    [
        ("RLIMIT_FSIZE", 8192, 2, "write files of 8,192 bytes (ulimit -f)"),
        ("RLIMIT_FSIZE", 8192, 1, "write files of 8,192 bytes (ulimit -f)"),
        ("RLIMIT_NOFILE", 4, 1, "have 4 files open at once (ulimit -n)"),
        ("RLIMIT_NOFILE", 12, 2, "ulimit -n"),
    ],
)
def test_the_limit_is_named(
    tmp_path: Path, limit: str, value: int, workers: int, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = run_script(script, limit, value, tmp_path / "out.mp4", workers, timeout=60)
    assert said in done.stdout, done
