"""What a user sees of a render under way: the progress bar, and lines in the log."""

from __future__ import annotations

import io
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ParamsError
from parallel_animate.report import Progress
from tests.scripts import ROOT
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.one_in(3)

# The progress bar


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("disable", [True, None])
def test_no_progress_bar_is_shown_where_none_is_wanted(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int, disable: bool | None
) -> None:
    StampAnimator().make_video(
        out, range(12), 30, num_workers=workers, disable_progress_bar=disable
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("known", [True, False])
def test_the_progress_bar_counts_all_frames(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int, known: bool
) -> None:
    params = range(12) if known else (i for i in range(12))
    StampAnimator().make_video(out, params, 30, num_workers=workers, disable_progress_bar=False)
    stdout, stderr = capfd.readouterr()
    assert stdout == ""
    last = stderr.rstrip().split("\r")[-1]
    assert ("12/12" if known else "12 frames") in last
    assert "frames/s" in last


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_is_shown_on_a_terminal(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    StampAnimator().make_video(out, range(12), 30, num_workers=1)
    assert "12/12" in terminal.getvalue()


@pytest.mark.parametrize("back", [6, 2])
def test_frames_that_were_given_up_are_counted_again(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, back: int
) -> None:
    """Of ten frames, where three were finished by an earlier render."""
    caplog.set_level(logging.INFO, logger="parallel_animate")
    with Progress(3, 10, disable=False, log_interval=1) as progress:
        for _ in range(5):
            progress.wrote()
        progress.back_to(back)
        assert f" {back}/10 " in capfd.readouterr().err.rstrip().split("\r")[-1]
        for _ in range(back, 10):
            progress.wrote()
    last = capfd.readouterr().err.rstrip().split("\r")[-1]
    assert "100%" in last
    assert " 10/10 " in last
    assert "-" not in last
    written = [*range(4, 9), *range(back + 1, 11)]
    assert caplog.messages == [f"wrote {frames} of 10 frames" for frames in written]


def test_frames_can_be_given_up_where_no_bar_is_shown() -> None:
    with Progress(0, 10, disable=True, log_interval=None) as progress:
        progress.wrote()
        progress.back_to(0)


class NoFile:
    """What some consoles and loggers put in place of ``sys.stderr``."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("stderr", [None, NoFile()])
def test_a_process_without_a_real_standard_error_renders_too(
    out: Path, stderr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A detached process has ``sys.stderr`` None."""
    monkeypatch.setattr(sys, "stderr", stderr)
    StampAnimator().make_video(out, range(4), 30, num_workers=1)
    assert stamps(out) == [0, 1, 2, 3]


# The log


def between(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged between the lines for the begin and the end of a render."""
    begin, *records, end = caplog.records
    assert begin.getMessage().startswith("rendering ")
    assert " is complete: " in end.getMessage()
    return records


def logged(caplog: pytest.LogCaptureFixture, verb: str) -> list[str]:
    """Return what was logged, all of which has this verb."""
    for record in caplog.records:
        assert (record.name, record.levelno) == ("parallel_animate.animator", logging.INFO)
    messages = [record.getMessage() for record in between(caplog)]
    assert all(verb in message.split() for message in messages)
    return messages


@pytest.mark.parametrize("name", ["parallel_animate", "parallel_animate.animator"])
def test_either_logger_hears_all_of_a_render_with_its_begin_and_its_end(
    out: Path, name: str
) -> None:
    logger, handler, heard = logging.getLogger(name), logging.Handler(), []
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        StampAnimator().make_video(out, range(6), 30, num_workers=1, plotting_log_interval=3)
        with pytest.raises(ParamsError):
            StampAnimator().make_video(out, (1 // 0 for _ in range(1)), 30, num_workers=1)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    begin, drew, drew_again, end, *failed = heard
    assert (begin, failed[0]) == (f"rendering {out}", f"rendering {out}")
    assert "drew 3 frames" in drew
    assert "drew 6 frames" in drew_again
    assert end.startswith(f"{out} is complete: 6 frames in ")
    assert failed[1] == f"the render of {out} has ended with ParamsError"


def test_every_module_logs_where_both_loggers_hear_it() -> None:
    for path in (ROOT / "parallel_animate").rglob("*.py"):
        if path.name != "warning.py":
            names = re.findall(r"getLogger\((.*?)\)", path.read_text(encoding="utf-8"))
            assert set(names) <= {'"parallel_animate.animator"'}, path


@pytest.mark.parametrize(("interval", "lines"), [(None, 0), (1, 10), (3, 3), (10, 1), (11, 0)])
def test_frames_drawn_are_logged_at_the_interval(
    out: Path, caplog: pytest.LogCaptureFixture, interval: int | None, lines: int
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, range(10), 30, num_workers=1, plotting_log_interval=interval
        )
    assert len(logged(caplog, "drew")) == lines


def test_frames_drawn_are_logged_for_each_worker(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(out, range(10), 30, num_workers=2, plotting_log_interval=1)
    # As they were formatted during the render.
    lines = [line for line in caplog.text.splitlines() if " drew " in line]
    assert len(lines) == len(between(caplog)) == 10
    assert len(set(lines)) == 10  # each names its worker and that worker's count


def test_a_log_record_can_be_formatted_after_the_render(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Handlers that work through a queue, in a thread of their own, format late."""
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(out, range(4), 30, num_workers=2, plotting_log_interval=1)
    assert all("worker" in record.getMessage() for record in between(caplog))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("interval", "lines"), [(None, []), (1, range(1, 11)), (4, [4, 8])])
def test_frames_written_are_logged_at_the_interval(
    out: Path, caplog: pytest.LogCaptureFixture, workers: int, interval: int | None, lines: Any
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, range(10), 30, num_workers=workers, saving_log_interval=interval
        )
    assert logged(caplog, "wrote") == [f"wrote {written} of 10 frames" for written in lines]


def test_frames_written_are_logged_where_their_number_is_not_known(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, (i for i in range(5)), 30, num_workers=1, saving_log_interval=5
        )
    assert logged(caplog, "wrote") == ["wrote 5 of ? frames"]
