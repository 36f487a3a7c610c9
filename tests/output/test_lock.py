"""Of two renders to the same file the second is refused, and does the first no harm."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import OutputError, ResumeError
from parallel_animate.output import Parts, keep_partial
from parallel_animate.output.lock import FileLock
from tests.output.small import Small, contents, fail, names, parts_of
from tests.output.videos import check_video
from tests.scripts import run_script

pytestmark = pytest.mark.timeout(60)


def refused(path: Path) -> None:
    with pytest.raises(ResumeError, match="another render is writing") as caught:
        Small().make_video(path, range(3), 25, num_workers=1, resume="restart")
    assert f"{path.name}.parts" in str(caught.value)
    assert "output_file" in str(caught.value)


def test_a_second_render_to_the_same_file_is_refused_and_does_the_first_no_harm(
    out: Path,
) -> None:
    linked = out.parent / "linked"
    linked.symlink_to(out.parent)

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            refused(out if frame_idx % 2 else linked / "out.mp4")
            super().update(frame_idx, params)

    report = Meets().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert report.segments == 3
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["linked", "out.mp4"]


@pytest.mark.parametrize("preload_factor", [0, 4])
def test_a_second_render_is_refused_in_the_params_of_the_first(
    out: Path, preload_factor: int
) -> None:
    def params() -> Iterator[int]:
        for i in range(9):
            refused(out)
            yield i

    Small().make_video(
        out, params(), 30, num_workers=2, segment_frames=4, preload_factor=preload_factor
    )
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["out.mp4"]


def test_renders_to_different_files_do_not_disturb_each_other(out: Path) -> None:
    other = out.with_name("other.mp4")

    class Nested(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                Small().make_video(other, range(6), 30, num_workers=1, segment_frames=4)
            super().update(frame_idx, params)

    Nested().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    check_video(out, 9, Fraction(30))
    check_video(other, 6, Fraction(30))


def test_a_render_of_another_process_is_refused_too(out: Path) -> None:
    script = out.with_name("other.py")
    script.write_text(
        "import sys\n"
        "from tests.stamp import StampAnimator\n"
        "StampAnimator().make_video(sys.argv[1], range(3), 30, num_workers=1, resume='restart')\n"
    )
    ended: list[subprocess.CompletedProcess[str]] = []

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                ended.append(run_script(script, out))
            super().update(frame_idx, params)

    Meets().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert ended[0].returncode == 1
    assert "ResumeError: another render is writing" in ended[0].stderr
    check_video(out, 9, Fraction(30), [0, 4, 8])
    again = run_script(script, out)  # the lock is gone with the render
    assert again.returncode == 0, again.stderr
    check_video(out, 3, Fraction(30))


def test_of_two_threads_that_start_at_once_one_is_refused(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if both look before either has the lock."""
    both, opened, ended = threading.Barrier(2), os.open, []

    def waits_for_the_other(path: Any, *arguments: Any, **more: Any) -> int:
        if Path(path).name == "lock":
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.5)
        return opened(path, *arguments, **more)

    def render() -> None:
        try:
            ended.append(Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4))
        except ResumeError as error:
            ended.append(error)

    monkeypatch.setattr(os, "open", waits_for_the_other)
    threads = [threading.Thread(target=render) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [refusal] = [each for each in ended if isinstance(each, ResumeError)]
    assert "another render is writing" in str(refusal)
    check_video(out, 9, Fraction(30), [0, 4, 8])
    assert names(out) == ["out.mp4"]


TAKES_THE_LOCK = """
import sys
from pathlib import Path
from parallel_animate.output.lock import FileLock

print(FileLock(Path(sys.argv[1])).acquire())
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such locks")
@pytest.mark.parametrize("gone", ["the file", "the folder"])
def test_a_lock_that_its_owner_removes_in_that_moment_is_taken_anew(
    out: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """The other render ends between the opening of the file and its locking."""
    import fcntl

    script, lock, others = out.with_name("other.py"), parts_of(out) / "lock", []
    script.write_text(TAKES_THE_LOCK)
    locked, calls = fcntl.lockf, []

    def too_late(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            lock.unlink()
            if gone == "the folder":
                lock.parent.rmdir()
        locked(*arguments)

    class Meets(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 2:
                others.append(run_script(script, lock).stdout)
            super().update(frame_idx, params)

    monkeypatch.setattr(fcntl, "lockf", too_late)
    Meets().make_video(out, range(4), 30, num_workers=1)
    assert others == ["False\n"]
    check_video(out, 4, Fraction(30))


def test_the_lock_of_the_next_render_is_not_removed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have it as soon as it is given back."""
    release, lock = FileLock.release, parts_of(out) / "lock"

    def and_another_takes_it(self: FileLock, **how: Any) -> None:
        release(self, **how)
        lock.write_text("another's")

    monkeypatch.setattr(FileLock, "release", and_another_takes_it)
    Small().make_video(out, range(3), 30, num_workers=1)
    assert lock.read_text() == "another's"
    check_video(out, 3, Fraction(30))


FORKS = """
import os, sys
from pathlib import Path
from parallel_animate import ResumeError
from tests.output.small import Small

out = Path(sys.argv[1])
begun, done = os.pipe(), os.pipe()


def render():
    return Small().make_video(out, range(9), 30, num_workers=1).frames


def child():
    try:
        render()
    except ResumeError as error:
        print("refused:", "another render is writing" in str(error), flush=True)
    os.write(begun[1], b"x")
    os.read(done[0], 1)
    print("child:", render(), flush=True)
    os._exit(0)


def params():
    yield 0
    pid = os.fork()
    if pid == 0:
        child()
    os.read(begun[0], 1)
    yield from range(1, 5)
    pids.append(pid)


pids = []
print("parent:", Small().make_video(out, params(), 30, num_workers=1).frames, flush=True)
os.write(done[1], b"x")
os.waitpid(pids[0], 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_forked_during_a_render_is_refused_until_it_has_ended_and_then_renders(
    out: Path,
) -> None:
    script = out.with_name("forks.py")
    script.write_text(FORKS)
    ended = run_script(script, out)
    assert ended.stdout.splitlines() == ["refused: True", "parent: 5", "child: 9"], ended.stderr
    check_video(out, 9, Fraction(30))
    assert names(out) == ["forks.py", "out.mp4"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_that_leaves_the_render_takes_nothing_with_it(out: Path) -> None:
    fail(out, 12)
    with Parts(out, resume=True) as parts:
        before = contents(parts.folder)
        pid = os.fork()
        if pid == 0:  # nothing but os._exit() ends it, so that no other test runs in it
            try:
                with pytest.raises(OutputError, match="was forked by a render of"):
                    parts.add(1)
                keep_partial(parts, LookupError())
                parts.close()
            except BaseException:
                os._exit(1)
            os._exit(0)
        assert os.waitpid(pid, 0) == (pid, 0)
        assert contents(parts.folder) == before
        assert not FileLock(parts.folder / "lock").acquire()
    assert Small().make_video(out, range(20), 30, num_workers=1, resume=True).resumed_frames == 12
