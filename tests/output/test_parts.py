"""The folder of the segments: where it is, what is cleared in it, and what stays."""

from __future__ import annotations

import errno
import os
import shutil
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError, OutputError, ParamsError
from parallel_animate.output import Parts
from parallel_animate.output.manifest import read_manifest
from tests.output.small import (
    Recorded,
    Small,
    contents,
    copied_before,
    fail,
    manifest_of,
    names,
    partial_of,
    parts_of,
)
from tests.output.videos import check_video
from tests.scripts import run_script
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

# Where it is


def test_a_change_of_the_working_directory_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In setup(), and in the params, with a name that is relative to the old one."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    class Moves(Small):
        def setup(self) -> Any:
            os.chdir(elsewhere)
            return super().setup()

    def params(fails: bool) -> Iterator[int]:
        for i in range(9):
            if i == 6:
                os.chdir(elsewhere)
                if fails:
                    raise LookupError("no more")
            yield i

    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError) as caught:
        Moves().make_video("out.mp4", params(True), 30, num_workers=1, segment_frames=4)
    assert caught.value.partial_file == tmp_path / "out.partial.mp4"
    assert stamps(tmp_path / "out.partial.mp4") == list(range(6))
    os.chdir(tmp_path)
    report = Small().make_video(
        "out.mp4", params(False), 30, num_workers=2, segment_frames=4, resume=True
    )
    assert (report.output_file, report.resumed_frames) == (Path("out.mp4"), 6)
    check_video(tmp_path / "out.mp4", 9, Fraction(30), [0, 4, 8])
    assert names(tmp_path / "out.mp4") == ["elsewhere", "out.mp4"]
    assert names(elsewhere / "out.mp4") == []


@pytest.mark.skipif(os.name != "posix", reason="a name for a file of POSIX alone")
@pytest.mark.parametrize("name", ["12:30b.mp4", "pipe:1", "file:x.mp4", "crypto:x.mp4"])
def test_a_name_with_a_colon_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "pipe:1" has no suffix
        fail(Path(name), 7)
        partial = partial_of(Path(name))
        partial.rename("first.mp4")
        Small().make_video(name, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert stamps(tmp_path / "first.mp4") == list(range(7))
    check_video(tmp_path / name, 20, Fraction(30), [0, 5, 10, 15])
    assert names(tmp_path / name) == sorted(["first.mp4", name])


def test_the_longest_name_can_be_resumed(tmp_path: Path) -> None:
    """The partial file's would be too long."""
    out = tmp_path / ("n" * (255 - len(".mp4.parts")) + ".mp4")
    with pytest.raises(FrameError, match="The first 7 frames are kept: resume=True"):
        Recorded(tmp_path / "log", 7).make_video(out, range(9), 30, num_workers=1)
    Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    check_video(out, 9, Fraction(30), [0])
    for at in (7, 8):
        with pytest.raises(FrameError, match=f"The first {at} frames are kept: resume=True"):
            Recorded(tmp_path / "log", at).make_video(out, range(9), 30, num_workers=1)
    Small().make_video(out, range(9), 30, num_workers=1)
    assert len(names(out)) == 3  # the video, the log, and what was set aside


# What is in it


@pytest.mark.parametrize("resume", [True, False, "restart"])
def test_what_a_killed_render_had_under_way_is_cleared(out: Path, resume: bool | str) -> None:
    if resume:
        fail(out, 7)
    parts = parts_of(out)
    parts.mkdir(exist_ok=True)
    segment = "00002.mp4" if resume else "00000.mp4"  # renamed, and not yet in the manifest
    for stray in ("next.part.mp4", "joined.part.mp4", "manifest.part.json", segment):
        (parts / stray).write_bytes(b"half a segment")
    fail(out, 13, resume=resume)
    kept = [5, 5, 3]
    assert [segment["frames"] for segment in manifest_of(out)["segments"]] == kept
    files = {f"{i:05}.mp4" for i in range(len(kept))}
    assert set(contents(parts)) == {"manifest.json", "lock", "next.frames", *files}
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("resume", [True, False, "restart"])
def test_files_that_are_not_ours_stay(out: Path, resume: bool | str) -> None:
    """A folder of the user's own may have the name of ours."""
    if resume:
        fail(out, 7)
    (parts_of(out) / "more").mkdir(parents=True)
    (parts_of(out) / "notes.txt").write_text("mine")
    (parts_of(out) / "more" / "notes.txt").write_text("mine")
    Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4, resume=resume)
    check_video(out, 9, Fraction(30))
    left = {path.relative_to(out.parent).as_posix() for path in out.parent.rglob("*")}
    assert left == {
        "out.mp4",
        "out.mp4.parts",
        "out.mp4.parts/notes.txt",
        "out.mp4.parts/more",
        "out.mp4.parts/more/notes.txt",
    }


KILLED_AT_THE_END = """
import os, sys
from pathlib import Path
from parallel_animate.output.parts import Parts
from tests.output.small import copied_before, Small

unlink = Path.unlink

def the_first(path, missing_ok=False):
    unlink(path, missing_ok)
    if path.parent.suffix == ".parts" and path.suffix != ".frames" and ".part." not in path.name:
        os._exit(9)

if sys.argv[2] == "after the rename":
    Parts.complete = lambda parts: os._exit(9)
else:
    Path.unlink = the_first
Small().make_video(sys.argv[1], range(6), 30, num_workers=1, resume=True)
"""


@pytest.mark.parametrize(
    ("moment", "segment_frames"),
    [("after the rename", 1000), ("while clearing", 1000), ("while clearing", 2)],
)
def test_parts_that_a_complete_video_has_left_are_in_nobodys_way(
    out: Path, moment: str, segment_frames: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The process was killed between giving the video its name and removing the folder."""
    script = out.with_name("killed.py")
    script.write_text(KILLED_AT_THE_END)
    fail(out, 6, segment_frames=segment_frames)
    caplog.clear()
    assert run_script(script, out, moment).returncode == 9
    check_video(out, 6, Fraction(30))
    assert parts_of(out).exists()
    before = shutil.copytree(out.parent, out.parent / "before")
    for resume in (False, True):
        shutil.copytree(before, out.parent, dirs_exist_ok=True)
        report = Small().make_video(out, range(9), 30, num_workers=1, resume=resume)
        assert report.resumed_frames == 0
        check_video(out, 9, Fraction(30))
        assert names(out) == ["before", "killed.py", "out.mp4"]
    assert not caplog.records
    shutil.rmtree(before)


# Finished segments that are given up


def read(parts: Path) -> list[list[int]]:
    """Return the frames of each segment that the manifest lists."""
    return [stamps(parts / segment.file) for segment in read_manifest(parts).segments]


def files(parts: Path) -> set[str]:
    """Return what there is in a folder of parts while a process holds it."""
    others = {"lock", "manifest.json", "next.part.mp4", "next.frames"}
    return {path.name for path in parts.iterdir()} - others


@pytest.mark.parametrize(
    ("frame", "kept"),
    [(0, 0), (4, 0), (5, 5), (6, 5), (9, 5), (10, 10), (12, 10), (13, 13), (99, 13)],
)
def test_the_segments_from_the_one_that_holds_a_frame_on_are_given_up(
    out: Path, frame: int, kept: int
) -> None:
    fail(out, 13)
    with Parts(out, resume=True) as parts:
        assert parts.cut(frame) == parts.resumed == kept
        assert [stamp for each in read(parts.folder) for stamp in each] == list(range(kept))
        listed = read_manifest(parts.folder).segments
        assert files(parts.folder) == {segment.file for segment in listed}
        assert (parts.folder / "next.frames").exists() == (kept == 13)
        assert parts.cut(frame) == kept
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


def test_the_names_of_segments_that_were_given_up_are_used_again(out: Path) -> None:
    fail(out, 15)
    with Parts(out, resume=True) as parts:
        first, second, _ = (path.read_bytes() for path in parts.paths)
        assert parts.cut(7) == 5
        parts.temporary.write_bytes(second)
        parts.add(5)
        assert [path.name for path in parts.paths] == ["00000.mp4", "00001.mp4"]
        assert [path.read_bytes() for path in parts.paths] == [first, second]
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


@pytest.mark.parametrize(
    ("frame", "kept", "partial"), [(10, 10, True), (12, 10, True), (6, 5, False)]
)
def test_what_an_earlier_render_has_finished_stays_unless_the_frame_lies_there(
    out: Path, frame: int, kept: int, partial: bool
) -> None:
    """And so does the partial result that was made of it."""
    fail(out, 10)
    with Parts(out, resume=True) as parts:
        shutil.copyfile(parts.paths[0], parts.temporary)
        parts.add(5)
        assert parts.cut(frame) == kept
        assert bool(read_manifest(parts.folder).partial) == partial
    assert partial_of(out).exists() == partial
    assert read(parts_of(out)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]][: kept // 5]


def test_a_process_that_is_killed_while_it_gives_segments_up_leaves_what_can_be_resumed(
    out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At any moment: the folder is looked at before each file is written, renamed or removed."""
    fail(out, 13)
    with Parts(out, resume=True) as parts:
        methods = ("write_text", "replace", "unlink")
        moments = copied_before(methods, out.parent, tmp_path / "moments", monkeypatch)
        assert parts.cut(3) == 0
        monkeypatch.undo()
    assert len(moments) > 6  # of the manifest, three segments, the partial result
    left = set()
    for moment in moments:
        there = moment / out.name
        listed = [stamp for each in read(parts_of(there)) for stamp in each]
        assert listed == list(range(len(listed)))
        report = Small().make_video(there, range(20), 30, num_workers=1, resume=True)
        # Without the frames that were kept besides, those of the last segment are drawn again.
        assert report.resumed_frames in (len(listed), len(listed) // 5 * 5)
        left.add(report.resumed_frames)
        check_video(there, 20, Fraction(30))
        assert names(there) == ["out.mp4"]
    assert left == {13, 10, 0}
    shutil.rmtree(tmp_path / "moments")


def test_a_manifest_that_cannot_be_written_gives_nothing_up(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(out, 13)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Parts(out, resume=True) as parts:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_text", full)
            with pytest.raises(OutputError, match="No space left"):
                parts.cut(3)
        assert parts.frames == 10
    assert [stamp for each in read(parts_of(out)) for stamp in each] == list(range(13))
    assert partial_of(out).exists()


# Where it cannot be written to


def test_a_file_in_the_folders_place_is_an_output_error(out: Path) -> None:
    parts_of(out).write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        Small().make_video(out, range(3), 30, num_workers=1)
    assert parts_of(out).read_text() == "mine"


def test_a_folder_that_could_not_be_written_to_is_not_locked_afterwards(out: Path) -> None:
    parts_of(out).mkdir()
    broken = parts_of(out) / "next.part.mp4"
    broken.mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        Small().make_video(out, range(3), 30, num_workers=1)
    broken.rmdir()
    Small().make_video(out, range(3), 30, num_workers=1)
    check_video(out, 3, Fraction(30))


@pytest.mark.parametrize("segment_frames", [3, 1000])
def test_a_folder_that_vanishes_is_not_locked_afterwards(out: Path, segment_frames: int) -> None:
    class Removes(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 5:
                shutil.rmtree(parts_of(out))
            super().update(frame_idx, params)

    with pytest.raises(OutputError, match="cannot write") as caught:
        Removes().make_video(out, range(9), 30, num_workers=1, segment_frames=segment_frames)
    assert caught.value.partial_frames == 0
    assert "kept" not in str(caught.value)
    assert names(out) == []
    Small().make_video(out, range(9), 30, num_workers=1)
    check_video(out, 9, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize(("makes", "of"), [(os, "open"), (Path, "touch")])
def test_a_folder_that_takes_no_file_does_not_stay(
    out: Path, monkeypatch: pytest.MonkeyPatch, makes: Any, of: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(makes, of, full)
    with pytest.raises(OutputError, match="No space left"):
        Small().make_video(out, range(9), 30, num_workers=1)
    assert names(out) == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_is_write_protected_is_an_output_error(out: Path) -> None:
    out.parent.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="cannot write"):
            Small().make_video(out, range(3), 30, num_workers=1)
    finally:
        out.parent.chmod(0o700)
    assert names(out) == []
