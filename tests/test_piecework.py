"""Segments that are rendered by themselves are those of the whole render, byte for byte."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ArgumentError, FrameError, IndexedFrameParams, OutputError, ResumeError
from parallel_animate.options import RenderOptions
from parallel_animate.output import Parts, handover, join_leftover
from parallel_animate.piecework import render_piece
from tests.commands.running import run, script
from tests.conftest import alike
from tests.output.small import Recorded, Small, contents, manifest_of, parts_of
from tests.stamp import stamps

pytestmark = pytest.mark.timeout(60)

FRAMES = 33
SEGMENT = 5


def options(**more: Any) -> RenderOptions:
    given = {"fps": 30, "num_workers": 1, "segment_frames": SEGMENT, "check_history": False}
    return RenderOptions.checked(**(given | more))


def piece(
    out: Path,
    first: int,
    end: int | None,
    params: Iterable[Any] = range(FRAMES),
    animator: Any = None,
    **more: Any,
) -> Any:
    return render_piece(animator or Small(), out, params, options(**more), (first, end))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the video, and of each of its segments."""
    out = tmp_path_factory.mktemp("whole") / "out.mp4"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parts, "complete", lambda parts: None)
        Small().make_video(out, range(FRAMES), 30, num_workers=1, segment_frames=SEGMENT)
    files = [out, *parts_of(out).glob("*.mp4")]
    return {path.name: digest(path) for path in files if ".part." not in path.name}


def segments(out: Path) -> dict[str, str]:
    return {path.name: digest(path) for path in parts_of(out).glob("0*.mp4")}


def shuffled() -> list[IndexedFrameParams]:
    items = [IndexedFrameParams(frame, frame) for frame in range(FRAMES)]
    random.Random(25).shuffle(items)
    return items


def generator() -> Iterator[int]:
    yield from range(FRAMES)


@pytest.mark.parametrize(
    ("params", "workers"),
    [(lambda: range(FRAMES), 1), (generator, 2), (shuffled, 1), *alike((shuffled, 2))],
)
def test_they_have_the_bytes_of_the_whole_render(
    tmp_path: Path, whole: dict[str, str], params: Callable[[], Iterable[Any]], workers: int
) -> None:
    out = tmp_path / "out.mp4"
    report = piece(out, 10, 20, params(), num_workers=workers)
    assert (report.frames, report.segments, report.resumed_frames) == (10, 2, 0)
    assert report.output_file == parts_of(out)
    assert segments(out) == {name: whole[name] for name in ("00002.mp4", "00003.mp4")}
    assert set(contents(parts_of(out))) == {"00002.mp4", "00003.mp4", "manifest.json", "lock"}
    listed = manifest_of(out)["segments"]
    assert [(each["first"], each["frames"]) for each in listed] == [(10, 5), (15, 5)]


@pytest.mark.parametrize("by", ["join", "resume"])
def test_in_any_order_they_become_the_video(tmp_path: Path, whole: dict[str, str], by: str) -> None:
    out = tmp_path / "out.mp4"
    for first, end in [(20, FRAMES), (10, 20), (0, 10)]:
        piece(out, first, end)
    if by == "join":
        assert join_leftover(parts_of(out), out) == (FRAMES, out)
    else:
        recorded = Recorded(tmp_path / "log")
        report = recorded.make_video(out, range(FRAMES), 30, num_workers=1, resume=True)
        assert (report.resumed_frames, recorded.drawn(since=0)) == (FRAMES, [])
    assert digest(out) == whole["out.mp4"]


def test_only_their_frames_are_drawn_with_the_frames_own_numbers(tmp_path: Path) -> None:
    """And the first of all, with which each render begins."""
    recorded = Recorded(tmp_path / "log")
    piece(tmp_path / "out.mp4", 15, 25, animator=recorded)
    drawn = [(frame, int(params)) for frame, params in recorded.drawn(since=1)]
    assert drawn == [(frame, frame) for frame in range(15, 25)]


def test_what_is_missing_is_rendered_by_the_whole_render(
    tmp_path: Path, whole: dict[str, str]
) -> None:
    out = tmp_path / "out.mp4"
    piece(out, 5, 15)
    piece(out, 30, None)
    report = Small().make_video(
        out, range(FRAMES), 30, num_workers=2, segment_frames=SEGMENT, resume=True
    )
    assert report.resumed_frames == 13
    assert digest(out) == whole["out.mp4"]


def test_a_piece_that_is_rendered_again_replaces_its_segments(
    tmp_path: Path, whole: dict[str, str]
) -> None:
    out = tmp_path / "out.mp4"
    piece(out, 0, 15)
    for name in ("00000.mp4", "00001.mp4"):
        (parts_of(out) / name).write_bytes(b"damaged")
    piece(out, 0, 10)
    assert segments(out) == {name: whole[name] for name in ("00000.mp4", "00001.mp4", "00002.mp4")}
    assert manifest_of(out)["frames_done"] == 15


def test_a_piece_that_fails_keeps_what_is_finished_for_itself(
    tmp_path: Path, whole: dict[str, str]
) -> None:
    out, own = tmp_path / "out.mp4", tmp_path / "out.mp4.parts" / "frames-10-25.mp4.parts"
    with pytest.raises(FrameError, match="frame 18 ") as caught:
        piece(out, 10, 25, animator=Recorded(tmp_path / "log", 18))
    assert caught.value.partial_frames == 8
    assert caught.value.partial_file is None
    assert not segments(out)
    assert {path.name for path in own.glob("*.mp4")} == {"00002.mp4", "00003.mp4"}
    recorded = Recorded(tmp_path / "again")
    report = piece(out, 10, 25, animator=recorded, resume=True)
    assert (report.frames, report.resumed_frames) == (15, 8)
    assert [frame for frame, _ in recorded.drawn(since=18)] == list(range(18, 25))
    assert segments(out) == {f"0000{i}.mp4": whole[f"0000{i}.mp4"] for i in (2, 3, 4)}
    assert not own.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_processes_hand_over_at_the_same_time(tmp_path: Path, whole: dict[str, str]) -> None:
    out = tmp_path / "out.mp4"
    processes = []
    for first, end in [(0, 5), (5, 15), (15, 25), (25, FRAMES)]:
        process = os.fork()
        if not process:
            try:
                piece(out, first, end)
                os._exit(0)
            finally:
                os._exit(1)
        processes.append(process)
    assert [os.waitpid(process, 0)[1] for process in processes] == [0] * 4
    assert segments(out) == {name: value for name, value in whole.items() if name != "out.mp4"}
    join_leftover(parts_of(out), out)
    assert digest(out) == whole["out.mp4"]


def test_a_render_of_the_whole_is_not_disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "PATIENCE", 0)
    out = tmp_path / "out.mp4"
    with Parts(out), pytest.raises(ResumeError, match="a render of the whole video has locked"):
        piece(out, 0, 5)
    report = piece(out, 0, 5, resume=True)
    assert (report.frames, report.resumed_frames) == (5, 5)


def test_segments_of_another_form_are_not_mixed(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    piece(out, 0, 5)
    with pytest.raises(
        ResumeError, match=r"fps is '25', but the 5 frames in .* were made with '30'"
    ):
        piece(out, 5, 10, fps=25)
    assert set(segments(out)) == {"00000.mp4"}


@pytest.mark.parametrize(
    ("span", "params", "said"),
    [
        ((3, 10), range(FRAMES), "3 is in the middle of one: begin and end with 0, 5 or"),
        ((5, 12), range(FRAMES), "12 is in the middle of one"),
        ((35, 40), range(FRAMES), "frames begin with 35, but there are 33 frames"),
        ((10, 10), range(FRAMES), "there is no frame from 10 to 10"),
        ((10, None), iter(range(FRAMES)), "nobody knows how many frames there are"),
        ((0, 5), iter(shuffled()), "give a list of all items"),
    ],
)
def test_what_cannot_be_rendered_by_itself_is_told(
    tmp_path: Path, span: tuple[int, int | None], params: Any, said: str
) -> None:
    with pytest.raises(Exception, match=said) as caught:
        piece(tmp_path / "out.mp4", *span, params)
    assert isinstance(caught.value, ArgumentError)


def test_the_last_piece_of_a_generator_ends_with_it(tmp_path: Path, whole: dict[str, str]) -> None:
    out = tmp_path / "out.mp4"
    with pytest.warns(UserWarning, match="param_by_frame ended after 33 of 40 frames"):
        report = piece(out, 25, 40, generator())
    assert report.frames == 8
    assert segments(out) == {f"0000{i}.mp4": whole[f"0000{i}.mp4"] for i in (5, 6)}


def test_frames_that_are_missing_are_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.mp4"
    add = Parts.add

    def one(self: Parts, frames: int, **more: Any) -> None:
        if not self.segments:
            add(self, frames, **more)

    monkeypatch.setattr(Parts, "add", one)
    with pytest.raises(OutputError, match="from 5 to 14, those from 10 on are missing"):
        piece(out, 5, 15)
    assert not segments(out)


def test_the_command_renders_segments_and_joins_them(tmp_path: Path) -> None:
    """The whole render's video too, if that is asked to go on: with what it notes in the file."""
    anim, params = f"{script(tmp_path)}:Index", ("--params", "600", "-w", "1")
    out, expected = tmp_path / "out.mp4", tmp_path / "expected" / "out.mp4"
    expected.parent.mkdir()
    assert run("render", anim, "-o", expected, *params).exit_code == 0
    for span in ("250:500", "0:250", "500:"):
        ended = run("render", anim, "-o", out, *params, "--frames", span, "--segment")
        assert ended.exit_code == 0, ended.output
    copy = shutil.copytree(parts_of(out), tmp_path / "copy")
    ended = run("join", copy, "-o", tmp_path / "joined.mp4")
    assert "600 frames in" in ended.stdout
    assert stamps(tmp_path / "joined.mp4") == list(range(600))
    assert run("render", anim, "-o", out, *params, "--resume").exit_code == 0
    assert digest(out) == digest(expected)


def test_the_command_renders_them_into_another_folder(tmp_path: Path) -> None:
    words = (f"{script(tmp_path)}:Index", "-o", tmp_path / "out.mp4", "--params", "5", "-w", "1")
    frames = ("--frames", "0:", "--segment", "--segment-dir", tmp_path / "shared")
    assert run("render", *words, *frames).exit_code == 0
    assert not parts_of(tmp_path / "out.mp4").exists()
    assert stamps(tmp_path / "shared" / "00000.mp4") == list(range(5))


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        (["--segment"], "--segment needs --frames", 2),
        (["--segment-dir", "."], "--segment-dir is for --segment", 2),
        (["--segment", "--frames", "1:"], "segments have 250 frames, and 1 is in the middle", 2),
        (["--segment", "--frames", "0:", "-o", "b.mp4"], "of one output only", 2),
    ],
)
def test_the_command_tells_what_it_cannot_do(
    tmp_path: Path, words: list[str], said: str, status: int
) -> None:
    ended = run("render", f"{script(tmp_path)}:Index", "-o", tmp_path / "out.mp4", *words)
    assert (ended.exit_code, said in ended.stderr) == (status, True), ended.stderr


def test_animations_of_matplotlib_have_no_pieces(tmp_path: Path) -> None:
    words = ("-o", tmp_path / "out.mp4", "--frames", "0:", "--segment")
    ended = run("render", f"{script(tmp_path)}:animation", *words)
    assert ended.exit_code == 2
    assert "of an animation of matplotlib" in ended.stderr
