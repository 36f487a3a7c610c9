"""Where the process of a render is killed only its parts are left, and a later render goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import MOSTLY_FORK, soak
from tests.output.small import Small
from tests.processes import alive, wait_until
from tests.scripts import ROOT
from tests.stamp import stamps

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs signals"),
    pytest.mark.timeout(60),
]

SHARED = Path("/dev/shm")
SCRIPT = """
import multiprocessing, os, re, sys, time
from tests.output.small import Small

class Tells(Small):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        os.write(1, b"drawn by %d\\n" % os.getpid())
        if kind == "busy" and frame_idx > 60:
            re.match("(a+)+$", "a" * 60 + "b")  # no other thread runs

def params(frames):
    if kind == "loader":  # inherits the pipes of the workers, and keeps them open
        multiprocessing.get_context("fork").Process(target=time.sleep, args=(30,)).start()
    yield from range(frames)

out, frames, workers, method, segment_frames, kind = sys.argv[1:]
if __name__ == "__main__":
    Tells().make_video(
        out,
        params(int(frames)),
        30,
        num_workers=int(workers),
        start_method=method,
        segment_frames=int(segment_frames),
        resume=True,
    )
    print("complete")
"""


class Killed:
    """A render in a process of its own, which is killed after so many frames were drawn."""

    def __init__(
        self,
        folder: Path,
        out: Path,
        frames: int,
        method: str,
        workers: int = 2,
        kind: str = "",
    ) -> None:
        script = folder / "script.py"
        script.write_text(SCRIPT)
        # Not in `folder`, whose name may be too long for the socket of the fork server.
        self.temporary = Path(tempfile.mkdtemp())
        self.shared = shared_memory()
        self.method = method
        self.process = subprocess.Popen(
            [sys.executable, script, out, str(frames), str(workers), method, "50", kind],
            env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
        )
        self.processes: list[psutil.Process] = []
        self.workers: set[int] = set()

    def kill_after(self, frames: int) -> None:
        """Wait until so many frames were drawn, and kill the main process."""
        assert self.process.stdout is not None
        for _ in range(frames):
            words = self.process.stdout.readline().split()
            assert words[:1] == [b"drawn"]
            self.workers.add(int(words[2]))
        self.processes = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL

    def check_nothing_is_left(self) -> None:
        """Check that within two seconds all processes are gone, and all that they have made."""
        wait_until(lambda: not any(map(alive, self.processes)), seconds=2)
        wait_until(lambda: not shared_memory() - self.shared, seconds=2)
        files = [path for path in self.temporary.rglob("*") if not path.is_dir()]
        # The fork server is Python's own, and so is the socket that it listens at.
        assert [path.name for path in files if not path.is_socket()] == []
        assert len(files) <= (self.method == "forkserver")

    def close(self) -> None:
        for process in filter(alive, self.processes):
            process.kill()
        self.process.kill()
        self.process.communicate()
        shutil.rmtree(self.temporary, ignore_errors=True)


def shared_memory() -> set[str]:
    """Return the names of blocks of shared memory and of semaphores, as Python names them."""
    return {path.name for path in SHARED.glob("psm_*")} | {
        path.name for path in SHARED.glob("sem.*")
    }


@pytest.fixture
def render(tmp_path: Path) -> Iterator[Callable[..., Killed]]:
    """Starts renders, and ends what is left of them."""
    started: list[Killed] = []

    def start(*arguments: object) -> Killed:
        started.append(Killed(tmp_path, *arguments))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_a_killed_render_leaves_its_parts_alone(
    out: Path, render: Callable[..., Killed], method: str
) -> None:
    killed = render(out, 5000, method)
    killed.kill_after(200)
    assert len(killed.processes) >= 2
    killed.check_nothing_is_left()
    assert not out.exists()
    parts = out.with_name("out.mp4.parts")
    assert {path.name for path in parts.iterdir()} >= {"00000.mp4", "lock", "manifest.json"}

    report = Small().make_video(out, range(400), 30, num_workers=2, segment_frames=50, resume=True)
    assert report.resumed_frames >= 50
    assert report.resumed_frames % 50 == 0
    assert stamps(out) == list(range(400))
    assert not parts.exists()


@pytest.mark.parametrize("method", MOSTLY_FORK)
@pytest.mark.parametrize("kind", ["busy", "loader"])
def test_workers_that_cannot_hear_of_it_end_too(
    out: Path, render: Callable[..., Killed], kind: str, method: str
) -> None:
    killed = render(out, 5000, method, 2, kind)
    killed.kill_after(62 if kind == "busy" else 100)  # frame 61 takes for ever
    workers = [process for process in killed.processes if process.pid in killed.workers]
    assert workers
    wait_until(lambda: not any(map(alive, workers)), seconds=2)
    Small().make_video(out, range(120), 30, num_workers=2, segment_frames=50, resume=True)
    assert stamps(out) == list(range(120))


def test_a_killed_render_in_one_process(out: Path, render: Callable[..., Killed]) -> None:
    killed = render(out, 5000, "fork", 1)
    killed.kill_after(120)
    killed.check_nothing_is_left()
    report = Small().make_video(out, range(200), 30, num_workers=1, segment_frames=50, resume=True)
    assert report.resumed_frames == 100
    assert stamps(out) == list(range(200))


def moments(count: int) -> list[int]:
    return sorted(random.Random(4).sample(range(1, 601), count))


@pytest.mark.parametrize("moment", [1, 333, *soak(*moments(20), 600)])
def test_whenever_a_render_is_killed_the_video_is_the_same(
    out: Path, render: Callable[..., Killed], moment: int
) -> None:
    killed = render(out, 600, "fork")
    killed.kill_after(moment)
    killed.check_nothing_is_left()
    Small().make_video(out, range(600), 30, num_workers=2, segment_frames=50, resume=True)
    assert stamps(out) == list(range(600))
    assert not out.with_name("out.mp4.parts").exists()
