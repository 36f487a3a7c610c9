"""The command `parallel-animate render`: what it writes, says and returns."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.commands.running import run, script
from tests.stamp import decoded, stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]
ONE = ("-w", "1")


@pytest.mark.parametrize(
    ("name", "options", "shown"),
    [
        ("Shows", [], [3, 1, 4, 1, 5]),
        ("Shows", ["--set", "plus=2"], [5, 3, 6, 3, 7]),
        ("shows", ["--set", "times=2"], [23, 21, 24, 21, 25]),
        ("Shows", ["--params", "counted", "--set", "n=3"], [0, 1, 2]),
        ("Shows", ["--params", "endless"], [0, 1, 2, 3, 4, 5]),
        ("Shows", ["--params", "4"], [0, 1, 2, 3]),
        ("Index", ["--params", "9", "--frames", "4:7"], [4, 5, 6]),
        ("Index", ["--params", "counted", "--frames", "3:"], [3, 4]),
        ("Shows", ["--frames", ":2"], [3, 1]),
        ("animation", [], list(range(8))),
        ("animation", ["--set", "frames=3", "--fps", "10"], [0, 1, 2]),
        ("animation", ["--frames", "3:5"], [3, 4]),
        ("animation", ["--frames", "6:"], [6, 7]),
    ],
)
def test_it_renders_what_is_named(
    tmp_path: Path, out: Path, name: str, options: list[str], shown: list[int]
) -> None:
    ended = run("render", f"{script(tmp_path)}:{name}", "-o", out, *ONE, *options)
    assert ended.exit_code == 0, ended.output
    assert stamps(out) == shown
    assert f"{len(shown)} frames, 64x64" in ended.stdout


def test_it_renders_with_workers(tmp_path: Path, out: Path) -> None:
    ended = run("render", f"{script(tmp_path)}:Shows", "-o", out, "-w", "2", "--params", "30")
    assert ended.exit_code == 0, ended.output
    assert stamps(out) == list(range(30))


@pytest.mark.parametrize(
    ("options", "size"),
    [
        (["--size", "128x96"], (128, 96)),
        (["--size", "128x96", "--dpi", "50"], (128, 96)),
        (["--dpi", "200"], (128, 128)),
    ],
)
@pytest.mark.parametrize("name", ["Shows", "animation"])
def test_the_size_is_the_one_that_was_asked_for(
    tmp_path: Path, out: Path, name: str, options: list[str], size: tuple[int, int]
) -> None:
    ended = run("render", f"{script(tmp_path)}:{name}", "-o", out, *ONE, *options)
    assert ended.exit_code == 0, ended.output
    frame = next(decoded(out))
    assert (frame.width, frame.height) == size


def test_settings_reach_the_encoder_and_outputs_may_be_several(tmp_path: Path, out: Path) -> None:
    gif, page = out.with_suffix(".gif"), tmp_path / "page.html"
    ended = run(
        *("render", f"{script(tmp_path)}:Shows", "-o", out, "-o", gif, *ONE, "--fps", "12.5"),
        *("--preset", "ultrafast", "--quality", "10", "--mode", "cpu", "--report", page, "--json"),
    )
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert (told["preset"], told["fps"], told["encoder"]) == ("ultrafast", "25/2", "libx264, png")
    assert told["other_files"] == [str(gif)]
    assert stamps(out) == [3, 1, 4, 1, 5]
    assert len(list(decoded(gif))) == 5
    assert "out.mp4: report" in page.read_text()


def test_it_is_quiet_or_tells_more(tmp_path: Path, out: Path) -> None:
    target = f"{script(tmp_path)}:Shows"
    assert run("render", target, "-o", out, *ONE, "-q").output == ""
    ended = run("render", target, "-o", out, *ONE, "-v")
    assert f"parallel-animate: rendering {out}\n" in ended.stderr
    assert "rendering" not in ended.stdout
    assert "\x1b" not in ended.output


def test_it_goes_on_where_it_failed_or_begins_anew(tmp_path: Path, out: Path) -> None:
    target = script(tmp_path)
    words = ("render", f"{target}:Fails", "-o", out, *ONE, "--params", "12")
    job = tmp_path / "anim.py"
    ended = run(*words)
    assert ended.exit_code == 1
    assert (
        "update() failed for frame 7 with params 7: ArithmeticError: no such frame" in ended.stderr
    )
    assert "first 7 frames are kept" in ended.stderr
    assert "--resume goes on after them" in ended.stderr
    assert "parallel_animate/" not in ended.stderr
    job.write_text(job.read_text().replace("frame_idx == 7", "frame_idx == 70"))
    ended = run(*words, "--resume", "--json")
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout)["resumed_frames"] == 7
    assert stamps(out) == list(range(12))
    assert json.loads(run(*words, "--restart", "--json").stdout)["resumed_frames"] == 0


def test_a_dry_run_checks_all_and_writes_nothing(tmp_path: Path, out: Path) -> None:
    words = ("render", f"{script(tmp_path)}:Shows", "-o", out, *ONE, "--params", "1000")
    ended = run(*words, "--dry-run", "--size", "64x32")
    assert ended.exit_code == 0, ended.output
    for row in ("frames    1,000", "size      64x32", "encoder   libx264", "time      about "):
        assert f"{row}" in ended.stdout
    assert re.search(r"memory    about \d+ MB\nfile      about [\d.]+ MB", ended.stdout)
    told = json.loads(run(*words, "--dry-run", "--json").stdout)
    assert told["sampled"] == 24
    assert not list(tmp_path.glob("out*"))
    ended = run(*words[:-1], "endless", "--dry-run")
    assert "frames    not known before all params were pulled" in ended.stdout, ended.output
    assert "estimated from the first 4 frames; nothing was written" in ended.stdout
    ended = run("render", f"{script(tmp_path)}:animation", "-o", out, *ONE, "--dry-run")
    assert "frames    8\n" in ended.stdout, ended.output
    ended = run(
        *("render", f"{script(tmp_path)}:animation", "-o", out, *ONE, "--dry-run"),
        "--frames",
        "2:6",
    )
    assert "frames    4\n" in ended.stdout, ended.output


def test_a_dry_run_finds_what_a_render_would_fail_with(tmp_path: Path, out: Path) -> None:
    words = ("render", f"{script(tmp_path)}:Fails", *ONE, "--params", "12", "--dry-run")
    ended = run(*words, "-o", out)
    assert (ended.exit_code, "no such frame" in ended.stderr) == (1, True)
    assert run(*words, "-o", tmp_path / "out.wmv").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["anim.py"], "say which animator, as in script.py:Class, instead of 'anim.py'"),
        (["nowhere.py:Shows"], "no such script: nowhere.py"),
        (["anim.py:shws"], "there is no shws in {folder}/anim.py: did you mean Shows?"),
        (["anim.py:zzz"], "animators there: Fails, Index, Shows, animation\n"),
        (["anim.py:nothing"], "is int: neither an Animator, nor an animation of matplotlib"),
        (["anim.py:shows"], "shows cannot be called without a value for times: set times=..."),
        (["anim.py:Shows", "--set", "colour=red"], "nobody takes the value 'colour': Shows takes"),
        (["anim.py:Shows", "--set", "red"], "a value is given as name=value, not 'red'"),
        (["anim.py:Shows", "--params", "parms"], "no params 'parms' in {folder}/anim.py"),
        (["anim.py:Shows", "--params", "parms"], "did you mean params?"),
        (["anim.py:Shows", "--params", "a b"], "neither a name in the script, nor a file"),
        (["anim.py:Shows", "--params", "no.csv"], "no such file of params: no.csv"),
        (["anim.py:Shows", "--params", "nothing"], "must have an item for each frame, but are int"),
        (["anim.py:animation", "--params", "5"], "--params cannot be given: the frames come from"),
        (["anim.py:Shows", "--frames", "3"], "frames must be start:stop, as in 0:300, 100: or :50"),
        (["anim.py:animation", "--frames", "9:"], "frames begin with 9, but there are 8 frames"),
        (["anim.py:Shows", "--frames", "9:"], "frames begin with 9, but there are 5 frames"),
        (["anim.py:Shows", "--size", "big"], "--size must be width and height in pixels"),
        (["anim.py:Shows", "--dpi", "-1"], "--dpi must be a positive number, not -1"),
        (["anim.py:Shows", "--fps", "0"], "--fps must be a positive number"),
        (["anim.py:Shows", "--quality", "60"], "--quality must be a number from 0 to 51"),
        (["anim.py:Shows", "--preset", "quick"], "--preset 'quick' does not belong to libx264"),
        (["anim.py:Shows", "--mode", "tpu"], "--mode must be one of 'auto', 'gpu', 'cpu'"),
        (["anim.py:Shows", "--over", "time"], "--over time is a dimension of a NetCDF or Zarr"),
        (
            ["anim.py:Shows", "--size", "64x99999"],
            "--size must be at most 16,384 pixels a side, not 64x99999",
        ),
        (["anim.py:Shows", "--codec", "x264"], "--codec must be None or one of 'h264', "),
        (["anim.py:Shows", "--resume", "--restart"], "cannot be given together"),
        (["anim.py:Shows", "-q", "-v"], "--quiet and --verbose cannot be given together"),
        (["relative.py:X"], "write `import other` for `from . import other`"),
        (["broken.py:X"], "broken.py cannot be imported: ZeroDivisionError: division by zero"),
    ],
)
def test_a_wrong_word_is_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    script(tmp_path)
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "relative.py").write_text("from . import anim")
    monkeypatch.chdir(tmp_path)
    ended = run("render", *words, "-o", "out.mp4", *ONE)
    assert ended.exit_code == 2, ended.output
    assert said.format(folder=tmp_path) in ended.stderr
    assert ended.stderr.startswith("parallel-animate: ")
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_strict_has_a_status_for_frames_that_may_be_wrong(tmp_path: Path, out: Path) -> None:
    words = ("render", f"{script(tmp_path)}:Shows", "-o", out, "--params", "gappy", *ONE)
    ended = run(*words, "--strict")
    assert ended.exit_code == 4, ended.output
    assert "frames are missing (1-2)\n" in ended.stderr
    assert stamps(out) == [0, 3]
    assert run(*words).exit_code == 0
    assert run("render", f"{script(tmp_path)}:Shows", "-o", out, *ONE, "--strict").exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize(("number", "said"), [("SIGINT", "interrupted"), ("SIGTERM", "terminated")])
def test_a_signal_while_the_script_is_imported_has_a_status(
    tmp_path: Path, out: Path, number: str, said: str
) -> None:
    text = f"import os, signal\nos.kill(os.getpid(), signal.{number})\nsignal.pause()"
    ended = run("render", f"{script(tmp_path, text)}:Shows", "-o", out)
    assert (ended.exit_code, ended.stderr) == (3, f"parallel-animate: {said}\n")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_script_that_fails_is_told_with_its_own_lines(tmp_path: Path, out: Path) -> None:
    text = """
    def begin():
        raise ArithmeticError("no sum")

    class Later:
        def __init__(self):
            begin()

    if __name__ == "anim":
        begin()
    """
    target = script(tmp_path, text)
    ended = run("render", f"{target}:Later", "-o", out)
    assert ended.exit_code == 2
    first, *lines, advice = ended.stderr.splitlines()
    assert first.endswith("anim.py cannot be imported: ArithmeticError: no sum")
    assert [line.strip() for line in lines if "^" not in line] == [
        *(f'File "{target}", line 10, in <module>', "begin()"),
        *(f'File "{target}", line 3, in begin', 'raise ArithmeticError("no sum")'),
    ]
    assert advice.startswith("What only a run of the script shall do belongs under if __name__ ")
    ended = run("render", f"{script(tmp_path, text.replace('anim', 'other'))}:Later", "-o", out)
    assert ended.exit_code == 2
    assert "Later in " in ended.stderr
    assert f'File "{target}", line 7, in __init__' in ended.stderr
    assert "parallel_animate/" not in ended.stderr


@pytest.mark.parametrize("name", ["Index", "animation"])
def test_preview_draws_the_frame_that_is_named(tmp_path: Path, name: str) -> None:
    from PIL import Image

    from tests.stamp import stamp

    picture = tmp_path / "new" / "frame.png"
    options = [] if name == "animation" else ["--params", "9"]
    words = ("preview", f"{script(tmp_path)}:{name}", "--frame", "5", *options)
    ended = run(*words, "-o", picture)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout == f"frame 5, 64x64, in {picture}\n"
    import numpy as np

    assert stamp(np.asarray(Image.open(picture).convert("L"))) == 5
    ended = run(*words, "--frame", "20", "-o", picture)
    assert ended.exit_code == 2
    assert "there is no frame 20: " in ended.stderr
    ended = run(*words, "-o", tmp_path / "frame.mp4")
    assert ended.exit_code == 2
    assert "no picture can be written with the suffix '.mp4'" in ended.stderr
    assert run(*words, "--size", "32x32", "-o", tmp_path / "frame.jpg").exit_code == 0
    assert Image.open(tmp_path / "frame.jpg").size == (32, 32)
