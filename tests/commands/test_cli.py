"""The command: what it prints, and how it ends."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parallel_animate import __version__
from parallel_animate.commands.main import app
from tests.scripts import ROOT

runner = CliRunner()


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_it_tells_its_version_and_its_commands(option: str) -> None:
    assert runner.invoke(app, [option]).output == f"parallel-animate {__version__}\n"
    assert "demo" in runner.invoke(app, ["--help"]).output


def test_the_package_can_be_run_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "parallel_animate", "docs", "encoding#gpu"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("## GPU\n")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("render", ["--params", "--dry-run", "render wave.py:Wave -o wave.mp4"]),
        (
            "batch",
            ['    defaults.script = "plot.py:Run"', '    matrix.files = "data/*.npz"', "--shard"],
        ),
        ("preview", ["--frame", "preview wave.py:Wave --frame 120 -o frame.png"]),
        ("info", ["whether it is complete", "Exit status: 0 the video is complete"]),
        ("tune", ["--preset"]),
        ("join", ["OUTPUT.parts"]),
    ],
)
def test_the_help_of_a_command_tells_how_it_is_used(command: str, told: list[str]) -> None:
    text = runner.invoke(app, [command, "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).output
    for each in told:
        assert each in text
    if command in ("render", "batch", "preview"):
        assert "Exit status: 0 all done; 1 failed; 2 wrong usage" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "command", ["render", "batch", "preview", "info", "join", "tune", "demo", "docs"]
)
def test_help_fills_the_lines_and_breaks_no_example(command: str, columns: int) -> None:
    env = {"COLUMNS": str(columns), "NO_COLOR": "1"}
    text = runner.invoke(app, [command, "--help"], env=env).output
    told = text.partition("Usage: ")[2].partition("╭")[0].splitlines()[1:]
    lines = [line.rstrip() for line in told]
    for line, after in itertools.pairwise(lines):
        word = after.split()[0] if after.split() else ""
        if line.startswith("     "):
            assert not word or after.startswith("     "), "an example goes on in another line"
        elif line and word and not after.startswith("     "):
            assert len(line) + 1 + len(word) > columns - 2, f"{line!r} could have {word!r}, too"
    if command != "docs":
        assert "Exit status: 0 " in text


def test_a_shell_can_complete_it() -> None:
    """It says how, and completes the names of the pages."""
    assert "--install-completion" in runner.invoke(app, ["--help"]).output
    completing = {
        "_PARALLEL_ANIMATE_COMPLETE": "complete_bash",
        "COMP_WORDS": "parallel-animate docs e",
        "COMP_CWORD": "2",
    }
    ended = runner.invoke(app, [], prog_name="parallel-animate", env=completing)
    assert ended.output.split() == ["encoding"]


def test_the_pages_are_listed_and_shown() -> None:
    listed = runner.invoke(app, ["docs"]).output
    pages = {path.stem: path for path in (ROOT / "docs").glob("*.md")}
    assert all(re.search(rf"^{name} +\w", listed, re.MULTILINE) for name in pages)
    for name, path in pages.items():
        text = path.read_text(encoding="utf-8")
        assert runner.invoke(app, ["docs", name]).output.strip() == text.strip()


def test_a_section_ends_where_the_next_one_of_its_rank_begins() -> None:
    shown = runner.invoke(app, ["docs", "faults#segments"]).output
    assert shown.startswith("## Segments\n")
    assert shown.count("\n## ") == 0


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("nonsense", "there is no page 'nonsense'; there is: animations, benchmarks, cluster, "),
        ("faults#nonsense", "faults has no section 'nonsense'; it has: when-a-render-fails, "),
    ],
)
def test_a_page_that_is_not_there_is_answered_with_those_that_are(page: str, said: str) -> None:
    ended = runner.invoke(app, ["docs", page])
    assert ended.exit_code == 2
    assert said in ended.output


def test_an_error_is_one_line_and_an_exit_status(tmp_path: Path) -> None:
    ended = runner.invoke(app, ["demo", "-o", str(tmp_path / "out.wmv")])
    assert ended.exit_code == 2
    assert "parallel-animate: --output 'out.wmv': nothing can be written with" in ended.output
    assert "Traceback" not in ended.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-w", "0"], "--workers must not be 0: use -1 for all cores"),
        (["-w", "many"], "Invalid value for '-w' / '--workers'"),
    ],
)
def test_an_error_speaks_of_the_commands_own_options(arguments: list[str], said: str) -> None:
    ended = runner.invoke(app, ["demo", *arguments])
    assert ended.exit_code != 0
    assert said in " ".join(ended.output.split())
    assert "num_workers" not in ended.output
