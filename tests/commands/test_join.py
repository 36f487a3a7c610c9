"""The command `parallel-animate join`: a video of the segments that are there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parallel_animate.commands.main import app
from tests.output.small import Small, contents, fail, names, partial_of, parts_of
from tests.output.videos import check_video

pytestmark = pytest.mark.timeout(60)
runner = CliRunner()


def test_join_makes_a_partial_video_and_leaves_the_parts_as_they_are(out: Path) -> None:
    fail(out, 12)
    partial_of(out).unlink()
    before = contents(parts_of(out))
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert (ended.exit_code, ended.output) == (0, f"12 frames in {partial_of(out)}\n")
    check_video(partial_of(out), 12, Fraction(30), [0, 5, 10])
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


def test_join_takes_a_name(out: Path) -> None:
    fail(out, 12, fps=30000 / 1001, video_extra_ffmpeg_params=["-video_track_timescale", "90000"])
    before, target = contents(parts_of(out)), out.with_name("by hand.mp4")
    target.write_bytes(b"an older one")
    ended = runner.invoke(app, ["join", f"{parts_of(out)}/", "-o", str(target)])
    assert (ended.exit_code, ended.output) == (0, f"12 frames in {target}\n")
    check_video(target, 12, Fraction(30000, 1001), [0, 5, 10])
    assert contents(parts_of(out)) == before
    assert names(out) == ["by hand.mp4", "out.mp4.parts", "out.partial.mp4"]


def test_join_works_inside_the_folder(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(out, 7)
    partial_of(out).unlink()
    monkeypatch.chdir(parts_of(out))
    ended = runner.invoke(app, ["join", "."])
    assert ended.exit_code == 0, ended.output
    check_video(partial_of(out), 7, Fraction(30))


@pytest.mark.parametrize("there", ["a folder", "a render under way", "no manifest"])
def test_join_says_where_there_is_nothing_to_join(out: Path, there: str) -> None:
    parts_of(out).mkdir()
    if there == "a render under way":
        (parts_of(out) / "next.part.mp4").write_bytes(b"half a segment")
    if there == "no manifest":
        (parts_of(out) / "manifest.json").write_text("{")
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    (parts_of(out) / "next.part.mp4").unlink(missing_ok=True)
    said = "cannot be read" if there == "no manifest" else "holds no finished segment"
    assert ended.exit_code == 1
    assert ended.output.startswith(f"parallel-animate: {parts_of(out)}")
    assert said in ended.output
    assert "Traceback" not in ended.output
    assert not partial_of(out).exists()


@pytest.mark.parametrize("old", [True, False])
def test_join_of_a_videos_name_points_at_its_folder(out: Path, old: bool) -> None:
    if old:
        out.write_bytes(b"an older video")
    ended = runner.invoke(app, ["join", str(out)])
    assert (ended.exit_code, ended.output) == (1, f"parallel-animate: no such folder: {out}\n")
    fail(out, 7)
    ended = runner.invoke(app, ["join", str(out)])
    assert ended.exit_code == 1
    assert ended.output == (
        f"parallel-animate: no such folder: {out}; the segments of that video are in "
        f"{parts_of(out)}\n"
    )


def test_join_says_what_it_cannot_join_or_write(out: Path) -> None:
    fail(out, 12)
    for target in (out.parent, out.parent / "no such folder" / "v.mp4"):
        ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(target)])
        assert ended.exit_code == 1
        assert ended.output.startswith("parallel-animate: ")
    (parts_of(out) / "00000.mp4").write_bytes(b"no video")
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(out)])
    assert ended.exit_code == 1
    assert f"the segment with frame 0 is missing in {parts_of(out)}" in ended.output
    for each in parts_of(out).glob("0000[12].mp4"):
        each.unlink()
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(out)])
    assert ended.exit_code == 1
    assert f"{parts_of(out)} holds no finished segment" in ended.output
    assert not out.exists()


def test_join_takes_the_segments_before_a_missing_one(out: Path) -> None:
    fail(out, 12)
    (parts_of(out) / "00001.mp4").unlink()
    ended = runner.invoke(app, ["join", str(parts_of(out)), "-o", str(out)])
    assert ended.exit_code == 0
    assert f"5 frames in {out}" in ended.output
    check_video(out, 5, Fraction(30))
