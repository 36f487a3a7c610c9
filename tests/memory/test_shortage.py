"""Where shared memory is short there are fewer slots, then fewer workers, then an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from parallel_animate import SharedMemoryError
from parallel_animate.memory import blocks
from parallel_animate.memory.ring import slot_stride
from tests.scripts import ROOT, run_script
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.one_in(3),
    pytest.mark.skipif(os.name != "posix", reason="needs POSIX shared memory"),
    pytest.mark.timeout(60),
]

IN_A_CONTAINER = """
import logging, sys
from parallel_animate import SharedMemoryError
from tests.stamp import StampAnimator

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")
    try:
        report = StampAnimator().make_video(sys.argv[1], range(12), 30, num_workers=4)
        print(report.slots, "slots", report.workers, "workers")
    except SharedMemoryError as error:
        print(error)
"""


GROWING = """
import os, sys
from pathlib import Path
from parallel_animate.memory import SharedBlock, SlotRing
from parallel_animate.memory import ring as module
from parallel_animate.memory.blocks import SHM_FOLDER

NBYTES = 16384  # of 1 MiB, there is room for 64

def fill(ring):
    for slot in ring.all():
        slot[:] = 7

with SlotRing.create(4, 1000, NBYTES) as ring:
    most = ring.most
    fill(ring)
    if sys.argv[1] == "crowded":
        SHM_FOLDER.joinpath("other").write_bytes(bytes(34 * NBYTES))  # 26 are left
    if sys.argv[1] == "filling":
        SHM_FOLDER.joinpath("other").write_bytes(bytes(50 * NBYTES))
        module.shm_free = lambda: 60 * NBYTES  # as it was before that
    while ring.grow() is not None:
        fill(ring)
    assert ring.grow() is None
    stat = os.statvfs(SHM_FOLDER)
    free = stat.f_bavail * stat.f_frsize // NBYTES
    params = SharedBlock.create(12 * NBYTES)
    print(most, "mapped", ring.slots, "slots", free, "free", "params" if params else "no params")
"""

LIMITED = """
import resource
from parallel_animate.memory import SlotRing

resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with SlotRing.create(4, 1000, 16384) as ring:
    print(ring.slots, ring.most)
"""

needs_root = pytest.mark.skipif(
    shutil.which("unshare") is None or not hasattr(os, "getuid") or os.getuid() != 0,
    reason="only root can mount a file system of its own",
)


def in_a_container(options: str, script: Path, *arguments: object) -> CompletedProcess[str]:
    """Run a script in a process that sees a file system of its own as shared memory."""
    mount = f"mount -t tmpfs -o {options} tmpfs {blocks.SHM_FOLDER}"
    inner = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{mount} && exec "$0" "$@"', *inner],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    if "mount:" in done.stderr:
        pytest.skip("this container lets nobody mount anything")
    return done


@needs_root
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("size=1024k", "the ring has 8 slots instead of 10\n8 slots 4 workers"),
        ("size=380k", "2 worker(s) instead of 4\n3 slots 2 workers"),
        ("size=130k", "shared memory has no room for 2 frame slots of 115,200 bytes"),
        ("size=1024k,ro", "shared memory cannot be had: Read-only file system"),
    ],
)
def test_in_a_container_with_little_shared_memory(
    out: Path, tmp_path: Path, options: str, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(IN_A_CONTAINER)
    done = in_a_container(options, script, out)
    assert said in done.stdout, done.stderr
    if said.endswith("workers"):
        assert stamps(out) == list(range(12))
    else:
        assert not out.parent.joinpath("out.mp4.parts").exists()


@needs_root
@pytest.mark.parametrize(
    ("others", "said"),
    [
        # A quarter of what was free stays free.
        ("none", "48 mapped 48 slots 16 free params"),
        # Whoever has taken room meanwhile: that quarter is left to the params all the same.
        ("crowded", "48 mapped 14 slots 16 free params"),
        # Another process takes room between a look at it and the reservation of a slot.
        ("filling", "48 mapped 14 slots 0 free no params"),
    ],
)
def test_a_ring_that_grows_never_ends_in_a_bus_error(
    tmp_path: Path, others: str, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(GROWING)
    done = in_a_container("size=1024k", script, others)
    assert (done.returncode, done.stdout.strip()) == (0, said), done.stderr


@pytest.mark.skipif(not blocks.SHM_FOLDER.is_dir(), reason="shared memory has no files here")
def test_a_limit_on_the_size_of_files_keeps_a_ring_from_growing_without_a_word(
    tmp_path: Path,
) -> None:
    """Python's resource tracker would print a traceback."""
    script = tmp_path / "script.py"
    script.write_text(LIMITED)
    done = run_script(script, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (0, "4 4\n", "")


def test_memory_for_few_slots_means_fewer_workers(
    out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slot = slot_stride(320 * 240 * 3 // 2)
    monkeypatch.setattr(blocks, "shm_free", lambda: 3 * slot)
    report = StampAnimator().make_video(out, range(12), 30, num_workers=4)
    assert (report.slots, report.workers) == (3, 2)
    assert "2 worker(s) instead of 4" in caplog.text
    assert stamps(out) == list(range(12))


def test_memory_for_no_two_slots_is_an_error_before_any_frame_is_drawn(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Signs(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            (tmp_path / "drawn").touch()

    monkeypatch.setattr(blocks, "shm_free", lambda: 4096)
    with pytest.raises(SharedMemoryError, match="no room for 2 frame slots"):
        Signs().make_video(out, range(12), 30, num_workers=4)
    assert not (tmp_path / "drawn").exists()
    assert not (tmp_path / "out.mp4.parts").exists()
