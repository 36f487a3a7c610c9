"""How workers are started, where the user does not say it."""

from __future__ import annotations

import multiprocessing
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate.engine import starting
from parallel_animate.system import fork_danger
from tests.native import native_thread
from tests.scripts import run_script
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform != "linux", reason="needs a list of threads"),
]


class SaysHow(StampAnimator):
    """Its workers note how they were started."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.data = np.zeros(1000)

    def setup(self) -> Figure:
        (self.folder / type(multiprocessing.current_process()).__name__).touch()
        return super().setup()


def how(animator: SaysHow, **arguments: Any) -> set[str]:
    """Render, and return how the workers were started."""
    out = animator.folder / "out.mp4"
    animator.make_video(out, range(6), 30, num_workers=2, **arguments)
    assert stamps(out) == list(range(6))
    return {file.name for file in animator.folder.glob("*Process")}


@pytest.fixture
def thread() -> Iterator[None]:
    with native_thread():
        yield


@pytest.mark.skipif(fork_danger() is not None, reason="a library has started threads here")
def test_workers_are_forked_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    assert how(SaysHow(tmp_path)) == {"ForkProcess"}


def test_workers_are_not_forked_where_native_threads_run(tmp_path: Path, thread: None) -> None:
    assert how(SaysHow(tmp_path)) == {"SpawnProcess"}


def test_what_the_user_says_is_done_without_a_word(tmp_path: Path, thread: None) -> None:
    with warnings.catch_warnings(action="error"):
        assert how(SaysHow(tmp_path), start_method="fork") == {"ForkProcess"}


class HasLock(SaysHow):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lock = threading.Lock()


def test_an_animator_that_cannot_be_sent_is_forked_with_a_warning(
    tmp_path: Path, thread: None
) -> None:
    with pytest.warns(UserWarning, match=r"may hang.* HasLock cannot be pickled .*lock"):
        assert how(HasLock(tmp_path)) == {"ForkProcess"}


def test_an_animator_of_which_there_is_no_room_for_copies_is_forked(
    tmp_path: Path, thread: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "available_memory", lambda: 0)
    with pytest.warns(UserWarning, match=r"may hang.* copies of SaysHow would take"):
        assert how(SaysHow(tmp_path)) == {"ForkProcess"}


def test_the_method_that_the_program_has_set_is_used(tmp_path: Path) -> None:
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method("spawn", force=True)
    try:
        assert how(SaysHow(tmp_path)) == {"SpawnProcess"}
    finally:
        multiprocessing.set_start_method(before, force=True)


SETS_THE_METHOD = """
import multiprocessing, sys
from tests.stamp import StampAnimator
STARTED_BY = "spawn"
{guard}
    class Says(StampAnimator):
        def setup(self):
            print(STARTED_BY, flush=True)
            return super().setup()
if __name__ == "__main__":
    STARTED_BY = "main"
    multiprocessing.set_start_method("spawn")
    Says().make_video(sys.argv[1], range(4), 30, num_workers=2)
"""


@pytest.mark.parametrize(
    ("guard", "said"), [("if True:", "spawn"), ('if __name__ == "__main__":', "main")]
)
def test_a_program_that_sets_the_method_is_imported_as_multiprocessing_does(
    tmp_path: Path, out: Path, guard: str, said: str
) -> None:
    """A class that the guard keeps from being imported is sent, with what it uses."""
    script = tmp_path / "script.py"
    script.write_text(SETS_THE_METHOD.format(guard=guard))
    done = run_script(script, out)
    assert (set(done.stdout.split()), done.stderr) == ({said}, "")


ASKS = """
from parallel_animate.engine.program import obstacle
{guard}
    def asked():
        return obstacle()
    print(asked())
"""


@pytest.mark.parametrize(
    ("guard", "stdin", "said"),
    [
        ("if __name__ == '__main__':", False, "None"),
        ("if True:", False, "does not guard its work"),
        ("if __name__ == '__main__':", True, "was read from standard input"),
    ],
)
def test_a_program_that_would_run_again_in_each_worker_is_told_apart(
    tmp_path: Path, guard: str, stdin: bool, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(ASKS.format(guard=guard))
    assert said in run_script(script, stdin=stdin).stdout
