"""Full disks: the error says which file, and what was finished stays.

The file systems and the limits are real ones: a small tmpfs, where it may be mounted, and a limit
on the size of a file.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import FrameError, IndexedFrameParams, OutputError
from parallel_animate.memory.spill import FrameSpill
from parallel_animate.output import joining
from tests.conftest import WRITERS, alike
from tests.output.disks import FULL, MIB, Disk, FailsAt, Noisy
from tests.scripts import run_script
from tests.stamp import HEIGHT, WIDTH, decoded, luma, stamps


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MIB}", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        pytest.skip(f"there is no mount: {error}")
    if mounted.returncode:
        pytest.skip(f"no tmpfs may be mounted here: {mounted.stderr.strip()}")
    try:
        yield Disk(folder)
        assert not list(folder.rglob("*.part.*"))
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 frames in segments of 10, on a disk with room for them."""
    out = tmp_path_factory.mktemp("undisturbed") / "out.mp4"
    Noisy().make_video(out, range(60), 30, num_workers=1, segment_frames=10)
    assert out.stat().st_size > 1.3 * MIB, "the disks below would not be full"
    return out


def check_same(video: Path, expected: Path) -> None:
    """Check that every frame is there, and looks as in a render on a disk with room for it.

    It need not be the same to the last bit: with several threads x264 does not always decide alike.
    """
    for one, other in zip(decoded(video), decoded(expected), strict=True):
        assert np.abs(luma(one) - luma(other).astype(float)).mean() < 5
    assert stamps(video) == list(range(60))


# Encoding


@pytest.mark.timeout(60)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_is_full_while_encoding(disk: Disk, undisturbed: Path, workers: int) -> None:
    arguments = {"num_workers": workers, "segment_frames": 10}
    with pytest.raises(OutputError) as caught:
        Noisy().make_video(disk.out, range(60), 30, **arguments)
    error = caught.value
    assert error.errno == errno.ENOSPC
    done = disk.finished()
    assert done in (30, 40)
    message = str(error).splitlines()[0]
    assert message.startswith(f"cannot write {disk.parts / 'next.part.mp4'}: {FULL} after ")
    assert " bytes for " in message
    assert message.endswith("bytes are free there)")
    assert f"The first {done} frames are kept" in str(error)
    assert "resume=True goes on after them" in str(error)
    assert error.partial_frames == done
    assert disk.out.name not in disk.names()

    with pytest.raises(OutputError, match=FULL):  # it is as full as it was
        Noisy().make_video(disk.out, range(60), 30, resume=True, **arguments)
    assert disk.finished() >= done
    disk.resize(8 * MIB)
    report = Noisy().make_video(disk.out, range(60), 30, resume=True, **arguments)
    assert report.resumed_frames >= done
    assert disk.names() == ["out.mp4"]
    check_same(disk.out, undisturbed)


@pytest.mark.timeout(60)
def test_a_disk_with_room_for_some_segments_but_not_for_a_partial_result(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OutputError, match=FULL) as caught:
        Noisy().make_video(disk.out, range(60), 30, num_workers=1, segment_frames=4)
    done = disk.finished()
    assert done >= 16  # more than half of the disk
    assert caught.value.partial_file is None
    assert f"The first {done} frames are kept: resume=True goes on" in str(caught.value)
    assert disk.names() == ["out.mp4.parts"]
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "there is no video of the finished frames" in warning.message
    assert "joined.part.mp4: No space left on device after" in warning.message


@pytest.mark.timeout(60)
def test_what_is_under_way_makes_room_for_the_partial_result(disk: Disk) -> None:
    with pytest.raises(OutputError, match=FULL) as caught:
        Noisy().make_video(disk.out, range(60), 30, num_workers=1, segment_frames=30)
    assert disk.finished() == 30
    assert caught.value.partial_file == disk.partial
    assert stamps(disk.partial) == list(range(30))


@pytest.mark.timeout(60)
def test_a_disk_that_is_full_before_the_first_segment_is_finished(disk: Disk) -> None:
    with pytest.raises(
        OutputError, match=r"next\.part\.mp4: No space left.* bytes for \d\d frames"
    ):
        Noisy().make_video(disk.out, range(60), 30, num_workers=1)
    assert disk.names() == []


@pytest.mark.timeout(60)
def test_a_disk_that_is_full_from_the_start_leaves_the_output_that_is_there(disk: Disk) -> None:
    Noisy().make_video(disk.out, range(3), 30, num_workers=1)
    before = disk.out.read_bytes()
    fill(disk, leaving=0)
    with pytest.raises(OutputError, match=FULL):
        Noisy().make_video(disk.out, range(60), 30, num_workers=1, segment_frames=10)
    assert disk.out.read_bytes() == before
    assert disk.names() == ["filler", "out.mp4"]


def fill(disk: Disk, leaving: int) -> None:
    """Take all room but that many bytes, a multiple of 4096."""
    with (disk.folder / "filler").open("wb", buffering=0) as filler:
        with contextlib.suppress(OSError):  # at the end of the room
            while True:
                filler.write(bytes(4096))
        filler.truncate(filler.tell() // 4096 * 4096 - leaving)


@pytest.mark.timeout(120)
def test_wherever_the_disk_is_full_a_video_is_whole_or_an_error(disk: Disk) -> None:
    """At the header, among the frames, at the index, at the manifest, while joining."""
    outcomes = set()

    def render(**arguments: Any) -> None:
        Noisy().make_video(disk.out, range(8), 30, num_workers=1, segment_frames=3, **arguments)

    for kib in (4, 8, *range(16, 460, 36)):
        fill(disk, leaving=kib * 1024)
        caught = None
        try:
            render()
        except OutputError as error:
            caught = error
        if caught is None:
            outcomes.add("complete")
        else:
            outcomes.add(Path(str(caught).split(":")[0]).name)
            assert FULL in str(caught)
            assert not disk.out.exists()
            if disk.parts.exists():
                assert disk.finished() == caught.partial_frames
                (disk.folder / "filler").unlink()
                render(resume=True)
        if disk.out.exists():
            assert stamps(disk.out) == list(range(8))
            disk.out.unlink()
        assert disk.names() in ([], ["filler"])
    assert outcomes >= {"next.part.mp4", "joined.part.mp4", "complete"}


@pytest.mark.timeout(60)
def test_what_all_frames_need_is_told_where_their_number_is_known(disk: Disk) -> None:
    """It is estimated from the size of the frames that are there."""
    from parallel_animate.output import VideoSettings, choose_writer
    from parallel_animate.output.parts import Parts
    from parallel_animate.output.recorder import Recorder

    choice = choose_writer(VideoSettings.checked(fps=30, mode="cpu"), (WIDTH, HEIGHT))
    random = np.random.default_rng(1)
    frames = (
        choice.frame_format.view(random.integers(16, 236, choice.frame_format.nbytes, np.uint8))
        for _ in range(60)
    )
    with Parts(disk.out) as parts:
        parts.fit(choice.form)
        with pytest.raises(OutputError, match=FULL) as caught:
            Recorder(parts, choice, most=4, total=1000).record(enumerate(frames))
    [note] = caught.value.__notes__
    needed = int(note.split("its 1,000 frames need about ")[1].split(" bytes")[0].replace(",", ""))
    assert 2 * 1000 * MIB / 60 < needed < 2 * 1000 * MIB / 4
    assert note.endswith("one half for the segments, and one for the video made of them.")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("video_writer", WRITERS[1:])
def test_the_other_writer_on_a_full_disk(disk: Disk, video_writer: str) -> None:
    from parallel_animate import AnimateError

    with pytest.raises(AnimateError) as caught:
        Noisy().make_video(
            disk.out, range(60), 30, num_workers=1, segment_frames=10, video_writer=video_writer
        )
    assert disk.finished() == caught.value.partial_frames


LIMITED = """
import resource, sys
from parallel_animate import OutputError
from tests.output.disks import Noisy

if __name__ == "__main__":
    limit, workers, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        Noisy().make_video(out, range(60), 30, num_workers=workers, segment_frames=20)
    except OutputError as error:
        print(error.errno, error.partial_frames, error)
"""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("limit", "workers", "done", "file"),
    [(200_000, 1, 0, "next"), (MIB, 2, 60, "joined"), *alike((MIB, 1, 60, "joined"))],
)
def test_a_file_that_may_not_grow_further(
    out: Path, tmp_path: Path, undisturbed: Path, limit: int, workers: int, done: int, file: str
) -> None:
    """As on a file system that has no large files. The limit sends a signal, too."""
    pytest.importorskip("resource")
    script = tmp_path / "limited.py"
    script.write_text(LIMITED)
    run = run_script(script, limit, workers, out, timeout=50)
    assert not run.stderr.replace(run.stderr.split("Traceback")[0], ""), run.stderr
    number, frames, message = run.stdout.split(maxsplit=2)
    assert (int(number), int(frames)) == (errno.EFBIG, done)
    folder = out.with_name("out.mp4.parts")
    assert message.startswith(f"cannot write {folder / f'{file}.part.mp4'}: File too large after ")
    assert folder.exists() == bool(done)
    Noisy().make_video(out, range(60), 30, num_workers=1, segment_frames=20, resume=True)
    assert stamps(out) == list(range(60))


# Another disk


@pytest.mark.timeout(60)
def test_parts_on_another_disk_are_told_before_anything_is_drawn(out: Path, disk: Disk) -> None:
    """Otherwise it would turn out hours later that the finished video cannot get its name."""

    class NeverSetUp(Noisy):
        def setup(self) -> Figure:
            raise AssertionError("set up")

    elsewhere, parts = disk.folder / "elsewhere", out.with_name("out.mp4.parts")
    with pytest.raises(FrameError):
        FailsAt(8).make_video(out, range(12), 30, num_workers=1, segment_frames=5)
    parts.rename(out.with_name("moved"))
    shutil.copytree(out.with_name("moved"), elsewhere)
    parts.symlink_to(elsewhere)
    before = {file.name: file.read_bytes() for file in elsewhere.iterdir()}
    with pytest.raises(OutputError, match=rf"{parts} is on another disk than {out}"):
        NeverSetUp().make_video(out, range(12), 30, num_workers=1, resume=True)
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == before
    parts.unlink()
    out.with_name("moved").rename(parts)
    report = Noisy().make_video(out, range(12), 30, num_workers=1, resume=True)
    assert report.resumed_frames == 8
    assert stamps(out) == list(range(12))


# Frames out of order


def backwards(n: int, after: int = 0) -> Iterator[IndexedFrameParams]:
    """Yield the first `after` params in order, and the rest from the last one backwards."""
    yield from (IndexedFrameParams(i, None) for i in range(after))
    yield from (IndexedFrameParams(i, None) for i in reversed(range(after, n)))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_is_full_of_frames_out_of_order(disk: Disk, workers: int) -> None:
    with pytest.raises(OutputError) as caught:
        Noisy().make_video(
            disk.out, backwards(60, after=13), 30, num_workers=workers, segment_frames=5
        )
    error = caught.value
    assert "frames come out of order, and" in str(error)
    assert f"(115,200 bytes each) do not fit in a temporary file in {disk.folder}" in str(error)
    assert FULL in str(error)
    # Those that came in order, the last of which are written only after the error.
    assert error.partial_frames == disk.finished() == 13
    disk.resize(16 * MIB)
    Noisy().make_video(disk.out, range(60), 30, num_workers=workers, segment_frames=5, resume=True)
    assert stamps(disk.out) == list(range(60))


@pytest.mark.timeout(60)
def test_a_file_of_frames_gives_its_room_back_when_it_is_full(disk: Disk) -> None:
    spill = FrameSpill(300_000, disk.folder)
    for frame in range(3):
        spill.store(frame, np.zeros(300_000, np.uint8))
    with pytest.raises(OutputError, match="4 of them"):
        spill.store(3, np.zeros(300_000, np.uint8))
    (disk.folder / "other").write_bytes(bytes(900_000))


# Joining


@pytest.mark.timeout(60)
def test_a_disk_that_is_full_while_joining(
    disk: Disk, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Joining is not tried again for a partial result, which would need as much room."""
    join, joins = joining.join, []
    monkeypatch.setattr(joining, "join", lambda *given: (joins.append(given), join(*given)))
    disk.resize(2 * MIB)
    with pytest.raises(OutputError) as caught:
        Noisy().make_video(disk.out, range(60), 30, num_workers=1, segment_frames=10)
    error = caught.value
    assert error.errno == errno.ENOSPC
    assert disk.finished() == error.partial_frames == 60
    assert len(joins) == 1
    needed = sum(path.stat().st_size for path in disk.parts.glob("*.mp4"))
    message = str(error).splitlines()[0]
    assert message.startswith(f"cannot write {disk.parts / 'joined.part.mp4'}: {FULL} after ")
    assert f" bytes of {needed:,} (" in message
    assert disk.names() == ["out.mp4.parts"]
    disk.resize(8 * MIB)
    Noisy().make_video(disk.out, range(60), 30, num_workers=1, segment_frames=10, resume=True)
    check_same(disk.out, undisturbed)


@pytest.mark.timeout(60)
def test_an_earlier_partial_result_makes_room_for_the_video(disk: Disk, undisturbed: Path) -> None:
    """There is room for the segments and the video, but not for the partial result too."""
    disk.resize(undisturbed.stat().st_size * 5 // 2)
    arguments = {"num_workers": 1, "segment_frames": 10}
    with pytest.raises(FrameError):
        FailsAt(50).make_video(disk.out, range(60), 30, **arguments)
    assert stamps(disk.partial) == list(range(50))
    report = Noisy().make_video(disk.out, range(60), 30, resume=True, **arguments)
    assert report.resumed_frames == 50
    check_same(disk.out, undisturbed)
    assert disk.names() == ["out.mp4"]
