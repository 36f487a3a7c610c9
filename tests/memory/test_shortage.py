"""Where shared memory is short there are fewer slots, then fewer workers, then an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import SharedMemoryError
from parallel_animate.memory import blocks
from parallel_animate.memory.ring import slot_stride
from tests.scripts import ROOT
from tests.stamp import StampAnimator, stamps

pytestmark = [
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


@pytest.mark.skipif(
    shutil.which("unshare") is None or not hasattr(os, "getuid") or os.getuid() != 0,
    reason="only root can mount a file system of its own",
)
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
    mount = f"mount -t tmpfs -o {options} tmpfs {blocks.SHM_FOLDER}"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{mount} && exec "$0" "$@"', sys.executable, script, out],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    if "mount:" in done.stderr:
        pytest.skip("this container lets nobody mount anything")
    assert said in done.stdout, done.stderr
    if said.endswith("workers"):
        assert stamps(out) == list(range(12))
    else:
        assert not out.parent.joinpath("out.mp4.parts").exists()


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
