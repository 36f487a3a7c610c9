"""The command: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from parallel_animate import __version__
from parallel_animate.commands.main import app

runner = CliRunner()


def test_it_tells_its_version_and_its_commands() -> None:
    assert runner.invoke(app, ["--version"]).output == f"parallel-animate {__version__}\n"
    assert "demo" in runner.invoke(app, ["--help"]).output


def test_an_error_is_one_line_and_an_exit_status(tmp_path: Path) -> None:
    ended = runner.invoke(app, ["demo", "-o", str(tmp_path)])
    assert ended.exit_code == 1
    assert f"parallel-animate: --output is a folder: {tmp_path}" in ended.output
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
