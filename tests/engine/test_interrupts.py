"""Ctrl-C and SIGTERM stop a render soon, quietly, and keep what is finished."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from parallel_animate.system import RECALL_SIGNAL
from tests.conftest import METHODS, alike
from tests.processes import alive, wait_until
from tests.scripts import ROOT, run_script
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.one_in(3),
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here"),
    pytest.mark.timeout(60),
]

SCRIPT = """
import os, signal, sys, threading, time
from tests.stamp import StampAnimator

# A program that a shell starts in the background ignores Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
output, kind, workers, method, preload, writer = sys.argv[1:]
def say(line):
    os.write(1, (line + "\\n").encode())  # at once, whatever the others write

at_the_end = kind.startswith("at the end")

class Tells(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        if kind.startswith("finalizer") and frame_idx == 30:
            Signals()
        say(f"drew {frame_idx}")

class Signals:
    def __del__(self):
        os.kill(os.getpid(), int(kind.rpartition(" ")[2]))

def params():
    try:
        for i in range(40 if at_the_end else 100_000):
            if i == 40 and kind == "blocks":
                say("blocks")
                threading.Event().wait()
            yield i
    finally:
        say("closed")

if kind == "encoder blocks":
    from parallel_animate.output.pyav import PyavWriter

    def write(self, frames, first=0):
        next(frames)
        say("encoder blocks")
        interrupts = signal.getsignal(signal.SIGINT).__self__
        while not interrupts.pending:
            time.sleep(0.001)
        say("noted")
        threading.Event().wait()

    PyavWriter.write = write

if at_the_end:
    from parallel_animate.output.parts import Parts

    def add(self, frames, add=Parts.add, **more):
        os.kill(os.getpid(), int(kind.rpartition(" ")[2]))
        add(self, frames, **more)

    Parts.add = add

if __name__ == "__main__":
    Tells().make_video(
        output, params(), 30, num_workers=int(workers), start_method=method,
        preload_factor=int(preload), segment_frames=50 if at_the_end else 15, video_writer=writer,
        check_history=False,
    )
    say("went on")
"""


class Script:
    """A render in a process of its own, which can be interrupted."""

    def __init__(
        self, folder: Path, kind: str = "", workers: int = 2, method: str = "fork", preload: int = 8
    ) -> None:
        script = folder / "script.py"
        script.write_text(SCRIPT)
        self.output = folder / "videos" / "out.mp4"
        options = [self.output, kind, workers, method, preload, "pyav"]
        self.process = subprocess.Popen(
            [sys.executable, str(script), *map(str, options)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._lines: list[str] = []
        self._children: list[psutil.Process] = []

    def wait_for(self, line: str, count: int = 1) -> None:
        """Read its output until `count` lines begin so."""
        assert self.process.stdout is not None
        while sum(each.startswith(line) for each in self._lines) < count:
            self._lines.append(self.process.stdout.readline())
            assert self._lines[-1], self.process.stderr.read()  # type: ignore[union-attr]

    def send(self, number: int, *, group: bool = True) -> None:
        """Send a signal to the process, or as a terminal does, to its group."""
        self._children = psutil.Process(self.process.pid).children(recursive=True)
        (os.killpg if group else os.kill)(self.process.pid, number)

    def end(self, seconds: float = 3) -> tuple[int, str, str]:
        """Wait for its end, and check that all processes that it started have ended too.

        Return its status and outputs.
        """
        try:
            out, err = self.process.communicate(timeout=seconds)
            wait_until(lambda: not any(map(alive, self._children)), seconds=1)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
        return self.process.returncode, "".join(self._lines) + out, err


def check_kept(output: Path) -> int:
    """Check that the first frames are kept, and that a render can go on; return how many."""
    kept = stamps(output.with_name("out.partial.mp4"))
    assert kept == list(range(len(kept)))
    assert not output.exists()
    assert not list(output.parent.rglob("*.part.*"))
    frames = len(kept) + 5
    report = StampAnimator().make_video(
        output, range(frames), 30, num_workers=1, segment_frames=15, resume=True
    )
    assert report.resumed_frames == len(kept)
    assert stamps(output) == list(range(frames))
    assert sorted(path.name for path in output.parent.iterdir()) == ["out.mp4"]
    return len(kept)


@pytest.mark.parametrize("group", [True, False])
@pytest.mark.parametrize(
    ("workers", "method", "preload"),
    [(1, "fork", 8), (2, "fork", 0), *alike((1, "fork", 0), (2, "fork", 8), (2, "spawn", 8))],
)
def test_ctrl_c_keeps_what_is_finished(
    tmp_path: Path, workers: int, method: str, preload: int, group: bool
) -> None:
    script = Script(tmp_path, workers=workers, method=method, preload=preload)
    script.wait_for("drew", 40)
    script.send(signal.SIGINT, group=group)
    status, _, err = script.end()
    assert status == -signal.SIGINT
    assert err.count("Traceback") == 1
    assert "KeyboardInterrupt\nThe first " in err
    assert check_kept(script.output) > 20


@pytest.mark.parametrize(
    ("workers", "method", "group"),
    [
        *((1, "fork", True), (2, "fork", False)),
        *alike((1, "fork", False), (2, "fork", True), (2, "spawn", False), (2, "spawn", True)),
    ],
)
def test_sigterm_keeps_what_is_finished(
    tmp_path: Path, workers: int, method: str, group: bool
) -> None:
    script = Script(tmp_path, workers=workers, method=method)
    script.wait_for("drew", 40)
    script.send(signal.SIGTERM, group=group)
    status, _, err = script.end()
    assert status == 128 + signal.SIGTERM
    assert "Traceback" not in err
    assert "frames are kept in" in err
    assert check_kept(script.output) > 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_finalizer_is_not_lost(
    tmp_path: Path, number: signal.Signals
) -> None:
    """An exception that a finalizer raises stops nothing: Python prints it, and goes on."""
    script = Script(tmp_path, f"finalizer {number:d}", workers=1)
    script.wait_for("drew", 30)
    status, _, err = script.end()
    assert abs(status) % 128 == number
    assert err.count("Traceback") == (number == signal.SIGINT)
    assert "Exception ignored" not in err
    assert check_kept(script.output) == 31


@pytest.mark.parametrize(("workers", "preload"), [(1, 0), (2, 8), *alike((1, 8), (2, 0))])
def test_ctrl_c_ends_a_render_whose_params_block(
    tmp_path: Path, workers: int, preload: int
) -> None:
    script = Script(tmp_path, "blocks", workers=workers, preload=preload)
    script.wait_for("blocks")
    script.wait_for("drew", 40)
    script.send(signal.SIGINT)
    status, _, _ = script.end()
    assert status == -signal.SIGINT
    # The last frames may still have been on their way from the workers, and one drawing may have
    # been that of the first frame, with which the other worker begins.
    assert 35 <= check_kept(script.output) <= 40


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    script = Script(tmp_path, "encoder blocks")
    script.wait_for("encoder blocks")
    script.send(signal.SIGINT)
    script.wait_for("noted")  # the encoder goes on
    script.send(signal.SIGINT)
    status, _, err = script.end()
    assert status == -signal.SIGINT
    assert "KeyboardInterrupt" in err


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_signal_after_the_last_frame_ends_the_program_all_the_same(
    tmp_path: Path, number: int, status: int
) -> None:
    """Nothing can stop this video any more, but a loop over many videos has to end."""
    script = Script(tmp_path, f"at the end {int(number)}")
    ended, said, err = script.end(seconds=60)  # with all of the render
    assert ended == status
    assert "went on" not in said
    assert ("The video was complete before" in err) == (number == signal.SIGINT)
    assert stamps(script.output) == list(range(40))
    assert [path.name for path in script.output.parent.iterdir()] == ["out.mp4"]


def test_handlers_of_the_program_are_left_alone(out: Path) -> None:
    """And the handlers of the render are gone after it."""
    seen: list[Any] = []

    class Looks(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            seen.append((signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)))

    def mine(*_: object) -> None:
        pass

    before = signal.signal(signal.SIGTERM, mine)
    try:
        interrupt = signal.getsignal(signal.SIGINT)
        Looks().make_video(out, range(2), 30, num_workers=1)
        assert signal.getsignal(signal.SIGINT) is interrupt
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [term for _, term in seen] == [mine, mine]
    if interrupt is signal.default_int_handler:
        assert all(ctrl_c is not interrupt for ctrl_c, _ in seen)


def test_a_render_in_another_thread_handles_no_signal(out: Path) -> None:
    handlers = []

    def params() -> Iterator[int]:
        handlers.append(signal.getsignal(signal.SIGINT))
        yield from range(3)

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(
        target=StampAnimator().make_video, args=(out, params(), 30), kwargs={"num_workers": 1}
    )
    thread.start()
    thread.join()
    assert handlers == [before]
    assert stamps(out) == [0, 1, 2]


@pytest.mark.skipif(RECALL_SIGNAL is None, reason="no such signal here")
@pytest.mark.parametrize("method", METHODS)
def test_workers_do_not_inherit_the_handler_that_calls_the_main_thread_back(
    out: Path, tmp_path: Path, method: str
) -> None:
    class Looks(StampAnimator):
        def setup(self) -> Any:
            handler = signal.getsignal(RECALL_SIGNAL or 0)
            (tmp_path / "handler").write_text(str(handler == signal.SIG_DFL))
            return super().setup()

    Looks().make_video(out, range(4), 30, num_workers=2, start_method=method)
    assert (tmp_path / "handler").read_text() == "True"


# While the workers start


INTERRUPTED = """
import itertools, os, signal, sys, threading
from tests.stamp import StampAnimator

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job in the background

class Talks(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        os.write(1, f"drew {frame_idx} {os.getpid()}\\n".encode())  # whole, among many writers

if __name__ == "__main__":
    out, workers, method, preload = sys.argv[1:]
    Talks().make_video(
        out, itertools.count(), 30, num_workers=int(workers), start_method=method,
        preload_factor=int(preload),
    )
else:
    os.write(1, b"importing\\n")  # whole, too: both workers say so
    threading.Event().wait(0.5)  # as long as a large library takes to import
"""


def interrupt_when(ready: Callable[[list[str]], bool], folder: Path, *arguments: object) -> str:
    """Run the script, send Ctrl-C when `ready` says so of its output so far; return stderr."""
    script = folder / "script.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder / "videos" / "out.mp4"), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not ready(lines):
            lines.append(process.stdout.readline())
            assert lines[-1], "the script ended on its own"
        os.killpg(process.pid, signal.SIGINT)
        # Both pipes end when the last process that inherited them has ended.
        _, stderr = process.communicate(timeout=15)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGINT
    assert not (folder / "videos" / "out.mp4").exists()
    return stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("method", METHODS[1:])
def test_ctrl_c_while_the_workers_start_shows_no_tracebacks_of_theirs(
    tmp_path: Path, method: str
) -> None:
    stderr = interrupt_when(lambda lines: "importing\n" in lines, tmp_path, 2, method, 8)
    assert stderr.count("Traceback") == 1, stderr
    assert "KeyboardInterrupt\n" in stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_ctrl_c_right_after_a_worker_was_started_ends_it_too(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        """
import multiprocessing.process, os, signal, sys
from tests.stamp import StampAnimator

signal.signal(signal.SIGINT, signal.default_int_handler)
start = multiprocessing.process.BaseProcess.start

def start_and_interrupt(self):
    start(self)
    os.kill(os.getpid(), signal.SIGINT)

multiprocessing.process.BaseProcess.start = start_and_interrupt
StampAnimator().make_video(sys.argv[1], range(50), 30, num_workers=2, start_method="fork")
"""
    )
    done = run_script(script, tmp_path / "videos" / "out.mp4", timeout=20)
    assert done.returncode == -signal.SIGINT
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"
