"""What is finished is brought to the disk; where that fails, nothing that was kept before is lost.

The failures are simulated: real full disks are in ``test_disk.py``.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import FrameError, OutputError
from parallel_animate.output import Parts
from parallel_animate.output import file as output_module
from parallel_animate.output import parts as parts_module
from parallel_animate.output.manifest import MANIFEST
from tests.output.disks import FULL, Disk, FailsAt, Noisy
from tests.stamp import stamps


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, FULL)


@pytest.mark.timeout(60)
def test_a_manifest_that_does_not_fit(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = Path.write_text, []

    def some(path: Path, *arguments: Any, **more: Any) -> int:
        written.append(path)
        if len(written) > 2:
            full()
        return write(path, *arguments, **more)

    monkeypatch.setattr(Path, "write_text", some)
    with pytest.raises(OutputError, match=r"manifest\.part\.json: No space.* of \d+ \(") as caught:
        Noisy().make_video(out, range(12), 30, num_workers=1, segment_frames=3)
    monkeypatch.undo()
    assert caught.value.partial_frames == 6
    disk = Disk(out.parent)
    assert disk.finished() == 6
    report = Noisy().make_video(out, range(12), 30, num_workers=1, segment_frames=3, resume=True)
    assert report.resumed_frames == 6
    assert stamps(out) == list(range(12))


@pytest.mark.timeout(60)
def test_a_folder_that_cannot_be_synced_is_no_error(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was renamed in it has its new name by then."""
    from parallel_animate.output import disk

    sync = disk.sync

    def files_only(path: Path) -> None:
        if path.is_dir():
            full()
        sync(path)

    monkeypatch.setattr(disk, "sync", files_only)
    monkeypatch.setattr(parts_module, "sync", files_only)
    assert output_module.sync_entries is disk.sync_entries
    Noisy().make_video(out, range(12), 30, num_workers=1, segment_frames=5)
    assert stamps(out) == list(range(12))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("workers", [1, 2])
def test_the_users_error_is_not_lost_on_a_full_disk(
    out: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    sync, synced = parts_module.sync, []

    def first_only(path: Path) -> None:
        if path.suffix == ".mp4":
            synced.append(path)
        if len(synced) > 1:
            full()
        sync(path)

    monkeypatch.setattr(parts_module, "sync", first_only)
    with pytest.raises(FrameError, match=r"frame 8 .*the user's own") as caught:
        FailsAt(8).make_video(out, range(12), 30, num_workers=workers, segment_frames=5)
    error = caught.value
    assert isinstance(error.__cause__, ArithmeticError)
    [note] = [note for note in error.__notes__ if "lost" in note]
    assert note.startswith("3 frames before it are lost: cannot write ")
    assert FULL in note
    assert error.partial_frames == 5
    assert Disk(out.parent).finished() == 5


@pytest.mark.timeout(60)
def test_new_folders_are_on_the_disk_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the machine crashed, a folder not on the disk would be lost, with all that is in it."""
    out, synced, opened, fsync = tmp_path / "new" / "newer" / "out.mp4", set(), {}, os.fsync

    def noted(descriptor: int) -> None:
        synced.add((os.fstat(descriptor).st_dev, os.fstat(descriptor).st_ino))
        fsync(descriptor)

    class Looks(Noisy):
        def setup(self) -> Figure:
            for folder in (out.parent, out.parent.parent, tmp_path):
                status = folder.stat()
                opened[folder] = (status.st_dev, status.st_ino) in synced
            return super().setup()

    monkeypatch.setattr(os, "fsync", noted)
    Looks().make_video(out, range(3), 30, num_workers=1)
    assert opened == {out.parent: True, out.parent.parent: True, tmp_path: True}
    assert stamps(out) == list(range(3))


def test_what_the_manifest_tells_of_is_on_the_disk_before_it_does(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the machine crashed, it would name a segment of which a part, or all, is missing."""
    synced: dict[tuple[int, int], int] = {}  # file: the bytes of it that are on the disk
    fsync, replace, steps = os.fsync, Path.replace, []

    def noted(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced[status.st_dev, status.st_ino] = status.st_size
        steps.append("folder" if stat.S_ISDIR(status.st_mode) else "file")
        fsync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        status = path.stat()
        assert synced.get((status.st_dev, status.st_ino)) == status.st_size, f"{path} is not synced"
        steps.append(target.name)
        return replace(path, target)

    with Parts(out, resume=False) as parts:
        monkeypatch.setattr(os, "fsync", noted)
        monkeypatch.setattr(Path, "replace", renamed)
        for frames in (5, 3):
            parts.temporary.write_bytes(bytes(10_000 * frames))
            parts.add(frames)
        monkeypatch.undo()
        assert steps == [
            *("file", "00000.mp4", "file", MANIFEST, "folder"),
            *("file", "00001.mp4", "file", MANIFEST, "folder"),
        ]
