"""What is kept of a render that fails or is interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError, FrameIdError, IndexedFrameParams, ParamsError
from parallel_animate.output.disk import checksum
from parallel_animate.output.partial import TRIES, partial_name
from tests.conftest import alike
from tests.output.small import (
    SIZE,
    Recorded,
    Small,
    contents,
    manifest_of,
    names,
    partial_of,
    parts_of,
)
from tests.output.videos import check_video

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("at", "kept"), [(1, [1]), (13, [5, 5, 3]), *alike((5, [5]), (19, [5, 5, 5, 4]))]
)
def test_all_frames_before_the_one_that_fails_are_kept(
    out: Path, at: int, kept: list[int], workers: int
) -> None:
    out.write_bytes(b"an older video")
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), at).make_video(
            out, range(20), 30, num_workers=workers, segment_frames=5
        )
    error, partial = caught.value, partial_of(out)
    assert error.frame_idx == at
    assert type(error.__cause__) is ArithmeticError
    assert (error.partial_file, error.partial_frames) == (partial, at)
    count = "first frame is" if at == 1 else f"first {at} frames are"
    assert str(error).splitlines()[-1] == (
        f"The {count} kept in {partial}: resume=True goes on after them; without it, the next "
        "render begins anew (after a change in update(), say) and sets them aside."
    )
    check_video(partial, at, Fraction(30), range(0, at, 5))
    assert out.read_bytes() == b"an older video"
    files = [f"{i:05}.mp4" for i in range(len(kept))]
    journal = {"next.frames"} if at % 5 else set()
    assert set(contents(parts_of(out))) == {"manifest.json", "lock", *files, *journal}
    manifest = manifest_of(out)
    assert manifest["segments"] == [
        {
            "file": file,
            "first": 5 * number,
            "frames": frames,
            "checksum": checksum(parts_of(out) / file),
            "whole": frames == 5,
        }
        for number, (file, frames) in enumerate(zip(files, kept, strict=True))
    ]
    assert (manifest["format"], manifest["frames_done"]) == (4, at)
    assert manifest["form"]["fps"] == "30"
    assert (manifest["form"]["width"], manifest["form"]["height"]) == (SIZE, SIZE)


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_before_an_iterator_that_raises_are_kept(out: Path, workers: int) -> None:
    closed = []

    def params() -> Iterator[int]:
        try:
            yield from range(8)
            raise LookupError("no more")
        finally:
            closed.append(True)

    with pytest.raises(ParamsError, match="for frame 8: no more") as caught:
        Small().make_video(out, params(), 30, num_workers=workers, segment_frames=5)
    assert caught.value.frame_idx == 8
    assert (caught.value.partial_file, caught.value.partial_frames) == (partial_of(out), 8)
    check_video(partial_of(out), 8, Fraction(30))
    assert closed


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_before_a_frame_id_that_comes_twice_are_kept(out: Path, workers: int) -> None:
    params = (IndexedFrameParams(i, i) for i in [1, 0, 3, 2, 4, 6, 5, 3, 7])
    with pytest.raises(FrameIdError, match="frame_id 3 was given twice") as caught:
        Small().make_video(out, params, 30, num_workers=workers, segment_frames=3)
    assert caught.value.partial_frames == 7
    check_video(partial_of(out), 7, Fraction(30), [0, 3, 6])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_render_that_has_no_finished_frame_leaves_nothing(out: Path, workers: int) -> None:
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), 0).make_video(out, range(9), 30, num_workers=workers)
    assert (caught.value.partial_file, caught.value.partial_frames) == (None, 0)
    assert "kept" not in str(caught.value)
    assert set(names(out)) <= {"log"}  # a second worker may have drawn frame 1


def test_an_interruption_keeps_what_is_finished_and_says_so(out: Path) -> None:
    class Interrupted(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 6:
                raise KeyboardInterrupt
            super().update(frame_idx, params)

    with pytest.raises(KeyboardInterrupt) as caught:
        Interrupted().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert caught.value.__notes__ == [
        f"The first 6 frames are kept in {partial_of(out)}: resume=True goes on after them; "
        "without it, the next render begins anew (after a change in update(), say) and sets them "
        "aside."
    ]
    check_video(partial_of(out), 6, Fraction(30), [0, 4])


def test_where_no_partial_file_can_be_made_the_segments_are_kept(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Here, because all names that it may have are taken."""
    for number in range(1, TRIES + 1):
        partial_name(out, number).mkdir()
    with pytest.raises(FrameError) as caught:
        Recorded(out.with_name("log"), 7).make_video(out, range(9), 30, num_workers=1)
    assert (caught.value.partial_file, caught.value.partial_frames) == (None, 7)
    assert str(caught.value).endswith(
        "The first 7 frames are kept: resume=True goes on after them; without it, the next render "
        "begins anew (after a change in update(), say) and sets them aside. `parallel-animate "
        "join` makes a video of them."
    )
    assert f"no name is free for a video of the finished frames: {partial_of(out).name}" in (
        caplog.text
    )
    Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    check_video(out, 9, Fraction(30), [0])
    assert partial_of(out).is_dir()
