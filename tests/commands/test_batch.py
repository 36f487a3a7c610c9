"""The command `parallel-animate batch`: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.batch.videos import made, outcomes, script, shown, toml
from tests.commands.running import run
from tests.conftest import alike
from tests.scripts import ROOT
from tests.stamp import stamps

pytestmark = pytest.mark.timeout(60)


def batch(folder: Path, acts: str = '"", "", ""') -> Path:
    script(folder)
    return toml(
        folder,
        f"""
        [defaults]
        script = "anim.py:Shows"
        output = "v/{{n}}{{act}}.mp4"
        preset = "ultrafast"

        [[matrix]]
        n = [0, 10]

        act = [""]
        [[matrix]]
        n = [20]
        act = [{acts}]
        """.replace('"", "", ""', '""'),
    )


def test_it_renders_all_and_prints_a_table(tmp_path: Path) -> None:
    ended = run("batch", batch(tmp_path))
    assert ended.exit_code == 0, ended.output
    for i in range(3):
        assert stamps(tmp_path / "v" / f"{10 * i}.mp4") == shown(i)
    assert ended.stdout.splitlines()[0].startswith("done  v/0.mp4   5 frames in ")
    assert "3 done in " in ended.stdout
    assert "page: " in ended.stdout
    assert (tmp_path / "jobs.batch" / "index.html").is_file()
    assert "1/3  done     v/" in ended.stderr
    assert "\x1b" not in ended.output
    ended = run("batch", tmp_path / "jobs.toml", "-q")
    assert (ended.exit_code, ended.output) == (0, "")
    assert made(tmp_path) == [0, 1, 2]


def test_json_is_a_line_for_each_and_a_sum(tmp_path: Path) -> None:
    ended = run("batch", batch(tmp_path, '"raise"'), "--json", "--report", tmp_path / "all.html")
    assert ended.exit_code == 1
    *lines, total = outcomes(ended.stdout)
    assert sorted((line["name"], line["status"]) for line in lines) == [
        ("v/0.mp4", "done"),
        ("v/10.mp4", "done"),
        ("v/20raise.mp4", "failed"),
    ]
    assert total["counts"] == {"done": 2, "failed": 1}
    assert "ArithmeticError: no such frame" in (tmp_path / "all.html").read_text()
    ended = run("batch", tmp_path / "jobs.toml")
    log = re.search(r"^logs: (.+), such as (.+)$", ended.stdout, re.MULTILINE)
    assert log is not None, ended.stdout
    assert "no such frame" in (tmp_path / log[1] / log[2]).read_text()


def test_only_some_may_be_rendered_or_again(tmp_path: Path) -> None:
    path = batch(tmp_path)
    assert run("batch", path, "--only", "v/1*", "-q").exit_code == 0
    assert made(tmp_path) == [1]
    assert run("batch", path, "--shard", "2/2", "--force", "-q").exit_code == 0
    assert made(tmp_path) == [1]
    assert run("batch", path, "-q").exit_code == 0
    assert made(tmp_path) == [0, 2]
    ended = run("batch", path, "--only", "zzz")
    assert ended.exit_code == 2
    assert "--only 'zzz': no job is like that" in ended.stderr or "no job is like" in ended.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--shard", "4/3"], "--shard must be a part of all"),
        (["--memory", "much"], "--memory must be a number of bytes, such as '8G'"),
        (["-w", "0"], "--workers must not be 0"),
        (["--report", "no/where.html"], "cannot be written"),
    ],
)
def test_wrong_usage_has_its_status(tmp_path: Path, options: list[str], said: str) -> None:
    ended = run("batch", batch(tmp_path), *options)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert run("batch", tmp_path / "no.toml").exit_code == 2


def test_the_status_tells_of_crashes_and_interrupts(tmp_path: Path) -> None:
    assert run("batch", batch(tmp_path, '"crash once"'), "--retry", "1", "-q").exit_code == 0
    assert run("batch", batch(tmp_path, '"crash"'), "-q").exit_code == 1
    (tmp_path / "acted-20").unlink()
    shutil.rmtree(tmp_path / "v")
    ended = run("batch", batch(tmp_path, '"interrupt the batch"'))
    assert ended.exit_code == 3
    assert "run the batch again to go on" in ended.stderr
    ended = run("batch", batch(tmp_path, '"terminate the batch"'))
    assert (ended.exit_code, "parallel-animate: terminated\n" in ended.stderr) == (3, True)
    good = ended.stderr.count("is there already") + ended.stderr.count(" done ")
    assert f"{good} of 3 videos are complete; run the batch again to go on" in ended.stderr


def test_quiet_still_says_what_failed(tmp_path: Path) -> None:
    ended = run("batch", batch(tmp_path, '"raise"'), "-q")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("parallel-animate: v/20raise.mp4 failed: update() failed for ")
    assert "ArithmeticError: no such frame" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_part_without_jobs_is_no_failure(tmp_path: Path) -> None:
    ended = run("batch", batch(tmp_path), "--shard", "9/16")
    assert (ended.exit_code, ended.stdout.splitlines()[0]) == (0, "no jobs: none is in this part")
    ended = run("batch", tmp_path / "jobs.toml", "--shard", "9/16", "--json")
    assert json.loads(ended.stdout)["counts"] == {}
    assert made(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file that is always full")
def test_a_reader_that_ends_costs_no_video(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [
                sys.executable,
                "-m",
                "parallel_animate",
                "batch",
                str(batch(tmp_path)),
                "--json",
                "-q",
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    said = "parallel-animate: the result cannot be printed: No space left on device\n"
    assert (ended.returncode, ended.stderr) == (1, said)
    assert made(tmp_path) == [0, 1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("quiet", [False, *alike(True)])
def test_a_terminal_gets_one_bar_for_all(tmp_path: Path, quiet: bool) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    command = [sys.executable, "-m", "parallel_animate", "batch", str(batch(tmp_path))]
    with subprocess.Popen(
        [*command, *(["-q"] if quiet else [])],
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the other end is closed
            while more := os.read(ours, 1 << 16):
                shown += more
        os.close(ours)
        assert process.stdout is not None
        table = process.stdout.read()
    assert process.returncode == 0
    assert ("100%|" in shown.decode()) is not quiet
    assert ("3/3 videos, 0 at work" in shown.decode()) is not quiet
    assert ("3 done in " in table) is not quiet
    assert "\x1b[3" not in shown.decode()
