"""A partial result has a name that nothing else has, and only a file of ours is replaced."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parallel_animate import FrameError
from parallel_animate.commands.main import app
from tests.output.small import Recorded, Small, fail, names, partial_of, parts_of
from tests.output.videos import check_video
from tests.stamp import stamps

pytestmark = pytest.mark.timeout(60)

MINE = b"the user's own"


def failed(out: Path, at: int, **arguments: Any) -> Path:
    """Render up to a frame that fails; return where the partial result is."""
    log = out.with_name("log")
    with pytest.raises(FrameError) as caught:
        Recorded(log, at).make_video(out, range(20), 30, num_workers=1, **arguments)
    log.unlink(missing_ok=True)
    assert caught.value.partial_file is not None
    assert f"kept in {caught.value.partial_file}: " in str(caught.value)
    return caught.value.partial_file


def test_a_file_of_the_users_stays_as_it_is_and_the_result_gets_another_name(out: Path) -> None:
    partial_of(out).write_bytes(MINE)
    second = out.with_name("out.partial-2.mp4")
    for at in (7, 9):
        assert failed(out, at, resume=True) == second
        check_video(second, at, Fraction(30))
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))
    assert names(out) == ["out.mp4", "out.partial.mp4"]
    assert partial_of(out).read_bytes() == MINE


@pytest.mark.parametrize("how", ["written to", "replaced", "replaced by a link"])
@pytest.mark.parametrize("resume", [True, "restart"])
def test_a_result_that_the_user_has_made_his_own_stays(
    out: Path, how: str, resume: bool | str
) -> None:
    partial = failed(out, 7)
    if how == "written to":
        with partial.open("ab") as file:
            file.write(MINE)
    else:
        partial.replace(out.with_name("moved.mp4"))
        if how == "replaced":
            partial.write_bytes(MINE)
        else:
            partial.symlink_to(out.with_name("moved.mp4"))
    before = partial.read_bytes()
    assert failed(out, 9, resume=resume) != partial
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert partial.read_bytes() == before
    assert partial.is_symlink() == (how == "replaced by a link")
    left = {"out.mp4", partial.name} | ({"moved.mp4"} if how != "written to" else set())
    assert set(names(out)) == left


def test_where_no_result_was_made_a_file_of_its_name_stays(out: Path) -> None:
    partial_of(out).write_bytes(MINE)
    Small().make_video(out, range(5), 30, num_workers=1, segment_frames=2)
    with pytest.raises(FrameError):
        Recorded(out.with_name("log"), 0).make_video(out, range(5), 30, num_workers=1)
    assert partial_of(out).read_bytes() == MINE


def test_outputs_that_differ_in_their_suffixes_have_results_of_their_own(tmp_path: Path) -> None:
    outputs = {tmp_path / name: at for name, at in (("a.mp4", 12), ("a.mov", 7), ("a.m4v", 9))}
    results = {failed(output, at): at for output, at in outputs.items()}
    assert {path.name for path in results} == {"a.partial.mp4", "a.partial.mov", "a.partial.m4v"}
    for path, at in results.items():
        assert stamps(path) == list(range(at))
    Small().make_video(tmp_path / "a.mp4", range(20), 30, num_workers=1, resume=True)
    assert not (tmp_path / "a.partial.mp4").exists()
    assert stamps(tmp_path / "a.partial.mov") == list(range(7))


def test_a_file_that_appears_while_the_result_gets_its_name_stays(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def late(source: Any, target: Any) -> None:
        monkeypatch.setattr(os, "link", link)
        Path(target).write_bytes(MINE)
        link(source, target)

    fail(out, 7, resume=True)  # so that joining makes no link of its own
    monkeypatch.setattr(os, "link", late)
    assert failed(out, 9, resume=True) == out.with_name("out.partial-2.mp4")
    assert partial_of(out).read_bytes() == MINE


def test_without_links_the_result_gets_its_name_too(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    assert failed(out, 7) == partial_of(out)
    partial_of(out).replace(out.with_name("mine.mp4"))
    partial_of(out).write_bytes(MINE)
    assert failed(out, 9, resume=True) == out.with_name("out.partial-2.mp4")
    assert partial_of(out).read_bytes() == MINE


def test_join_overwrites_nothing_that_is_not_its_own(out: Path) -> None:
    fail(out, 12)
    runner = CliRunner()
    assert "12 frames in" in runner.invoke(app, ["join", str(parts_of(out))]).output
    assert names(out) == ["out.mp4.parts", "out.partial.mp4"]  # it replaced the one that was there
    partial_of(out).write_bytes(MINE)
    second = out.with_name("out.partial-2.mp4")
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert (ended.exit_code, ended.output) == (0, f"12 frames in {second}\n")
    assert stamps(second) == list(range(12))
    assert partial_of(out).read_bytes() == MINE
