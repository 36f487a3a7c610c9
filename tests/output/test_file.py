"""The output file: one that cannot be is told at once, and only a whole video replaces another."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ArgumentError, FrameError, OutputError
from tests.refusals import NeverSetUp, refusal
from tests.stamp import StampAnimator, stamps


@pytest.mark.parametrize("below", ["out.mp4", "new/out.mp4", "new/newer/out.mp4"])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_folder_that_cannot_be_made_is_found_before_anything_is_drawn(
    tmp_path: Path, below: str, workers: int
) -> None:
    (tmp_path / "file").write_text("no folder")
    out = tmp_path / "file" / below
    message = refusal(out, OutputError, num_workers=workers)
    assert message.startswith(f"cannot write {out}: ")
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("out", ["/proc/out.mp4", "/proc/new/out.mp4"])
def test_a_file_system_that_takes_no_files_is_found_before_anything_is_drawn(out: str) -> None:
    with pytest.raises(OutputError, match=f"cannot write {out}: "):
        NeverSetUp().make_video(out, range(3), 30, num_workers=1)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_write_protected_folder_or_file_is_found_before_anything_is_drawn(out: Path) -> None:
    out.write_bytes(b"older")
    for protected, mode in ((out, 0o444), (out.parent, 0o555)):
        usual = protected.stat().st_mode
        protected.chmod(mode)
        try:
            with pytest.raises(OutputError, match=f"cannot write {out}: "):
                NeverSetUp().make_video(out, range(3), 30, num_workers=1)
        finally:
            protected.chmod(usual)
    assert out.read_bytes() == b"older"


def test_a_folder_with_the_name_of_a_video_is_refused(tmp_path: Path) -> None:
    """Nobody means a file of each frame in it."""
    (tmp_path / "out.mp4").mkdir()
    with pytest.raises(OutputError, match=r"output_file is a folder: .*out\.mp4"):
        NeverSetUp().make_video(tmp_path / "out.mp4", range(3), 30, num_workers=1)


@pytest.mark.parametrize("path", [None, 3, object()])
def test_an_output_file_that_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(ArgumentError, match="output_file must be a path"):
        NeverSetUp().make_video(path, range(3), 30, num_workers=1)


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(OutputError, match="output_file '' cannot be used: it is empty"):
        NeverSetUp().make_video("", range(3), 30, num_workers=1)


@pytest.mark.parametrize("name", ["f_%d_%d.png", "f_%5d.png", "f_%s.png", "%03i.png", "f_%x.png"])
def test_a_name_for_many_files_with_another_number_than_one_is_refused(
    tmp_path: Path, name: str
) -> None:
    said = refusal(tmp_path / name)
    assert f"output_file '{name}' must have one %d for the number of a frame, as in" in said


def test_a_name_with_a_percent_sign_is_one_file(tmp_path: Path) -> None:
    for name in ("100%.png", "50% done.png"):
        StampAnimator().make_video(tmp_path / name, range(2), 30, num_workers=1)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["100%.png", "50% done.png"]


@pytest.mark.parametrize("name", ["out", ".mp4"])
def test_that_a_name_without_suffix_is_an_mp4_is_warned_of_at_the_users_line(
    tmp_path: Path, name: str
) -> None:
    said = f"'{name}' has no suffix, and will hold an MP4; name it .mp4"
    with pytest.warns(UserWarning, match=said) as caught:
        StampAnimator().make_video(tmp_path / name, range(2), 30, num_workers=1)
    assert [warning.filename for warning in caught] == [__file__]
    assert stamps(tmp_path / name) == [0, 1]


@pytest.mark.parametrize("as_string", [True, False])
def test_missing_parent_folders_are_made(tmp_path: Path, as_string: bool) -> None:
    out = tmp_path / "new" / "newer" / "out.mp4"
    StampAnimator().make_video(str(out) if as_string else out, range(3), 30, num_workers=1)
    assert stamps(out) == [0, 1, 2]
    assert list(out.parent.iterdir()) == [out]


class FailsLate(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == 7:
            raise ValueError("too late")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_render_leaves_the_older_file_alone(out: Path, workers: int) -> None:
    out.write_bytes(b"older")
    with pytest.raises(FrameError, match="frame 7"):
        FailsLate().make_video(out, range(10), 30, num_workers=workers)
    assert out.read_bytes() == b"older"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_render_replaces_the_older_file(out: Path, workers: int) -> None:
    out.write_bytes(b"older")
    StampAnimator().make_video(out, range(5), 30, num_workers=workers)
    assert stamps(out) == list(range(5))
    assert list(out.parent.iterdir()) == [out]
