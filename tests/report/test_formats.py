"""A report as a table, as JSON, and as what a notebook shows."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

from tests.stamp import HEIGHT, WIDTH, StampAnimator


def test_the_report_survives_json(out: Path, tmp_path: Path) -> None:
    report = StampAnimator().make_video(out, range(6), 30000 / 1001, num_workers=1)
    figures = report.to_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert (figures["frames"], figures["fps"], figures["output_file"]) == (
        6,
        "30000/1001",
        str(out),
    )
    assert figures["frames_per_second"] == report.frames_per_second
    report.save_json(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == figures
    report.save_json(str(tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text()) == figures


def test_the_report_is_its_table_as_the_value_of_a_notebooks_cell(out: Path) -> None:
    """By the method that ``IPython.lib.pretty`` asks for."""
    report = StampAnimator().make_video(out, range(2), 30, num_workers=1)
    printer = mock.Mock()
    report._repr_pretty_(printer, False)
    printer.text.assert_called_once_with(str(report))


def test_the_report_prints_as_a_short_table(out: Path) -> None:
    report = StampAnimator().make_video(out, range(6), 12.5, num_workers=2, video_mode="cpu")
    lines = str(report).splitlines()
    assert len(lines) <= 16
    assert all(len(line) <= 100 for line in lines[1:])
    names = {line[:13].strip() for line in lines}
    assert {"video", "time", "start-up", "workers", "main process", "memory"} <= names
    assert {"slowest", "bottleneck"} <= names
    for said in (str(out), "6 frames", f"{WIDTH}x{HEIGHT}", "12.5 fps", "libx264", "frames/s"):
        assert said in str(report)
    for said in ("update", "draw", "store", "encoding", "waiting for frames", "MB"):
        assert said in str(report)
