"""A render that begins anew sets aside what an earlier one has finished; nothing is lost."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parallel_animate import OutputError, ResumeError
from parallel_animate.commands.main import app
from parallel_animate.output.aside import SUFFIXES
from parallel_animate.output.lock import FileLock
from tests.output.small import (
    Recorded,
    Small,
    contents,
    copied_before,
    fail,
    names,
    partial_of,
    parts_of,
)
from tests.output.videos import check_video
from tests.scripts import run_script
from tests.stamp import stamps

pytestmark = pytest.mark.timeout(60)


def aside_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.kept")


def test_a_script_that_was_corrected_runs_again_and_what_was_finished_is_set_aside(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    before = contents(parts_of(out)) | {"out.partial.mp4": partial_of(out).read_bytes()}
    del before["lock"]
    recorded = Recorded(out.with_name("log"))
    report = recorded.make_video(out, range(20), 30, num_workers=1)
    assert report.resumed_frames == 0
    assert [frame for frame, _ in recorded.drawn()] == list(range(20))
    check_video(out, 20, Fraction(30))
    assert names(out) == ["out.mp4", "out.mp4.kept"]
    assert contents(aside_of(out)) == before
    [said] = [record.message for record in caplog.records]
    assert said.startswith(
        f"12 finished frames of an earlier render of out.mp4: set aside in {out}"
    )
    assert "resume=True goes on after those" in said


@pytest.mark.parametrize("then", ["at once", "after a complete render", "after a shorter one"])
def test_resume_goes_on_with_what_was_set_aside(
    out: Path, then: str, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    if then == "after a complete render":
        Small().make_video(out, range(5), 30, num_workers=1)
    else:
        fail(out, 7 if then == "after a shorter one" else 0)
        parts_of(out).mkdir(exist_ok=True)
        (parts_of(out) / "next.part.mp4").write_bytes(b"of a process that was killed")
        (aside_of(out) / "lock").touch()
    recorded = Recorded(out.with_name("log"))
    caplog.clear()
    report = recorded.make_video(out, range(20), 30, num_workers=1, segment_frames=5, resume=True)
    assert report.resumed_frames == 12
    assert [frame for frame, _ in recorded.drawn(since=12)] == list(range(12, 20))
    check_video(out, 20, Fraction(30), [0, 5, 10, 15])
    [said] = [record.message for record in caplog.records]
    assert f"after the 12 frames that were set aside in {aside_of(out)}" in said
    if then == "after a shorter one":
        assert f"the 7 in {parts_of(out)} are fewer" in said
        assert names(out) == ["out.mp4", "out.mp4.parts", "out.partial.mp4"]
        assert stamps(partial_of(out)) == list(range(7))
    else:
        assert names(out) == ["out.mp4"]


def test_of_two_sets_the_one_with_more_frames_is_kept_and_that_is_said(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    for at, kept in [(7, 12), (4, 12), (13, 12), (2, 13), (13, 13)]:
        caplog.clear()
        fail(out, at)
        said = [record.message for record in caplog.records]
        assert stamps(aside_of(out) / "00000.mp4") == list(range(5))
        assert f"set aside in {aside_of(out)}" in said[-1]
        assert kept == sum(len(stamps(each)) for each in aside_of(out).glob("0*.mp4"))
        assert stamps(partial_of(out)) == list(range(at))
    assert said == [
        "2 finished frames of the last render of out.mp4: removed, for the 13 that are set aside "
        f"in {aside_of(out)} are more. This render begins anew; resume=True goes on after those "
        "instead"
    ]
    caplog.clear()
    fail(out, 1)
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        f"13 finished frames that were set aside in {aside_of(out)}",
        "13 finished frames of an earlier render of out.mp4",
    ]
    assert names(out) == ["out.mp4.kept", "out.mp4.parts", "out.partial.mp4"]


def test_an_error_tells_after_which_frames_resume_goes_on(out: Path) -> None:
    fail(out, 12)
    with pytest.raises(Exception, match="frame 7 ") as caught:
        Recorded(out.with_name("log"), 7).make_video(out, range(20), 30, num_workers=1)
    assert str(caught.value).splitlines()[-1] == (
        f"The first 7 frames are kept in {partial_of(out)}. resume=True goes on after the 12 of an "
        f"earlier render that are set aside in {aside_of(out)}, for they are more."
    )


def test_restart_throws_away_what_was_set_aside_too(out: Path) -> None:
    fail(out, 12)
    fail(out, 7)
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))
    assert names(out) == ["out.mp4"]


def test_a_set_that_fails_again_stays_where_it_is(out: Path) -> None:
    fail(out, 12)
    fail(out, 0)
    fail(out, 14, resume=True)
    assert names(out) == ["out.mp4.kept", "out.partial.mp4"]
    assert stamps(partial_of(out)) == list(range(14))
    fail(out, 0)
    report = Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert report.resumed_frames == 14
    check_video(out, 20, Fraction(30))
    assert names(out) == ["out.mp4"]


@pytest.mark.parametrize("broken", ["manifest", "no manifest"])
def test_what_cannot_be_read_is_set_aside_as_it_is(
    out: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    fail(out, 12)
    if broken == "manifest":
        (parts_of(out) / "manifest.json").write_text("{")
    else:
        (parts_of(out) / "manifest.json").unlink()
    before = contents(parts_of(out))
    del before["lock"]
    Small().make_video(out, range(20), 30, num_workers=1)
    check_video(out, 20, Fraction(30))
    assert contents(aside_of(out)) == before
    [said] = [record.message for record in caplog.records]
    assert said == (
        f"what an earlier render has left in {parts_of(out)} cannot be read: it is set aside in "
        f"{aside_of(out)} as it is"
    )


def test_folders_of_the_users_are_neither_used_nor_touched(out: Path) -> None:
    fail(out, 12)
    aside_of(out).mkdir()
    (aside_of(out) / "00000.mp4").write_text("mine")
    out.with_name("out.mp4.kept2").write_text("mine")
    out.with_name("out.mp4.kept3").symlink_to(parts_of(out))
    (parts_of(out) / "notes.txt").write_text("mine")
    fail(out, 7)
    assert stamps(out.with_name("out.mp4.kept4") / "00001.mp4") == [5, 6, 7, 8, 9]
    assert (parts_of(out) / "notes.txt").read_text() == "mine"
    assert (aside_of(out) / "00000.mp4").read_text() == "mine"
    assert Small().make_video(out, range(20), 30, num_workers=1, resume=True).resumed_frames == 12
    assert (aside_of(out) / "00000.mp4").read_text() == "mine"


def test_where_all_names_are_taken_nothing_is_touched(out: Path) -> None:
    fail(out, 12)
    for suffix in SUFFIXES:
        out.with_name(out.name + suffix).touch()
    before = contents(parts_of(out))
    with pytest.raises(OutputError, match=r"all names from out\.mp4\.kept to"):
        Small().make_video(out, range(20), 30, num_workers=1)
    assert contents(parts_of(out)) == before


def test_another_render_that_begins_in_that_moment_is_not_disturbed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(out, 12)
    release, another = FileLock.release, FileLock(parts_of(out) / "lock")

    def and_another_takes_it(self: FileLock, **how: Any) -> None:
        monkeypatch.undo()
        release(self, **how)
        assert another.acquire()

    monkeypatch.setattr(FileLock, "release", and_another_takes_it)
    with pytest.raises(ResumeError, match="another render is writing"):
        Small().make_video(out, range(20), 30, num_workers=1)
    assert names(out) == ["out.mp4.kept", "out.mp4.parts", "out.partial.mp4"]
    another.release(remove=True)
    assert Small().make_video(out, range(20), 30, num_workers=1, resume=True).resumed_frames == 12


def test_a_process_that_is_killed_while_it_sets_aside_loses_nothing(
    out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At any moment: the folder is looked at before each file is renamed or removed."""
    fail(out, 12)
    fail(out, 13)

    class Stops(Small):
        def setup(self) -> Any:
            monkeypatch.undo()
            raise LookupError

    methods = ("rename", "replace", "unlink", "rmdir")
    moments = copied_before(methods, out.parent, tmp_path / "moments", monkeypatch)
    with pytest.raises(Exception, match="LookupError"):
        Stops().make_video(out, range(20), 30, num_workers=1)
    assert len(moments) > 5
    for moment in moments:
        there = moment / out.name
        report = Small().make_video(there, range(20), 30, num_workers=1, resume=True)
        assert report.resumed_frames == 13
        check_video(there, 20, Fraction(30))
    shutil.rmtree(tmp_path / "moments")


FAILS = """
import sys
from tests.output.small import copied_before, Recorded, Small
from pathlib import Path

out = Path(sys.argv[1])
for at in (6, None):
    try:
        Recorded(out.with_name("log"), at).make_video(out, range(9), 30, num_workers=1)
        print("finished")
    except RuntimeError as error:
        print("failed")
"""


def test_a_script_without_logging_reads_it_on_stderr(out: Path) -> None:
    script = out.with_name("script.py")
    script.write_text(FAILS)
    ended = run_script(script, out)
    assert ended.stdout.split() == ["failed", "finished"]
    assert f"6 finished frames of an earlier render of out.mp4: set aside in {out}" in ended.stderr


@pytest.mark.parametrize(("options", "resumed"), [([], 0), (["--resume"], 3), (["--restart"], 0)])
def test_the_command_does_the_same_and_names_its_own_options(
    out: Path,
    options: list[str],
    resumed: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The demo stands for all: it is a small animation here."""
    from parallel_animate.commands import lorenz

    log = out.with_name("log")
    monkeypatch.setattr(lorenz, "lorenz_params", lambda: range(6))
    monkeypatch.setattr(lorenz, "Lorenz", lambda: Recorded(log, 3))
    runner = CliRunner()
    command = ["demo", "-o", str(out), "-w", "1"]
    ended = runner.invoke(app, command)
    assert ended.exit_code == 1
    assert "--resume goes on after them" in ended.output
    assert "resume=" not in ended.output
    monkeypatch.setattr(lorenz, "Lorenz", lambda: Recorded(log))
    ended = runner.invoke(app, [*command, *options])
    assert ended.exit_code == 0, ended.output
    check_video(out, 6, Fraction(30))
    assert (f"{resumed} frames were finished before" in ended.output) == bool(resumed)
    assert ended.output.count("--resume goes on after those") == (not options)
    assert aside_of(out).exists() == (not options)


def test_a_command_that_is_interrupted_says_what_is_kept(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_animate.commands import lorenz

    class Interrupted(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 3:
                raise KeyboardInterrupt
            super().update(frame_idx, params)

    monkeypatch.setattr(lorenz, "lorenz_params", lambda: range(6))
    monkeypatch.setattr(lorenz, "Lorenz", Interrupted)
    ended = CliRunner().invoke(app, ["demo", "-o", str(out), "-w", "1"])
    assert ended.exit_code != 0
    assert f"The first 3 frames are kept in {partial_of(out)}: --resume goes on" in ended.output


def test_join_finds_what_was_set_aside(out: Path) -> None:
    fail(out, 12)
    fail(out, 0)
    runner = CliRunner()
    assert f"are in {aside_of(out)}\n" in runner.invoke(app, ["join", str(out)]).output
    ended = runner.invoke(app, ["join", str(aside_of(out))])
    assert ended.output == f"12 frames in {partial_of(out)}\n"
    assert stamps(partial_of(out)) == list(range(12))
