"""The report names the slowest frames, and what they were given."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parallel_animate.report import Measure
from tests.report.reports import REPORT, Slow, Small


class Unshowable:
    """Params of the user's, which have a shape that is not what it seems."""

    shape = np.zeros((2, 2))
    dtype = "x"

    def __repr__(self) -> str:
        raise ValueError


@pytest.mark.parametrize("workers", [1, 2])
def test_the_slowest_frames_are_named_with_their_params(out: Path, workers: int) -> None:
    params = [{"phase": i} for i in range(12)]
    report = Slow().make_video(out, params, 30, num_workers=workers)
    assert [(each.frame, each.params) for each in report.slowest[:2]] == [
        (7, "{'phase': 7}"),
        (3, "{'phase': 3}"),
    ]
    assert report.slowest[0].update_seconds >= 0.4
    times = [each.seconds for each in report.slowest]
    assert len(times) == 5
    assert times == sorted(times, reverse=True)
    assert "frames 7 (" in str(report)


def test_a_frame_that_is_compared_is_not_slow_for_that(out: Path) -> None:
    """All frames but one or two are drawn in full here too, to compare them."""
    report = Slow().make_video(out, range(5), 30, num_workers=2)
    assert report.compare_seconds > 0
    assert sum(each.draw_seconds for each in report.slowest) == pytest.approx(
        report.draw_seconds - report.compare_seconds
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_params_that_cannot_be_shown_do_no_harm(out: Path, workers: int) -> None:
    report = Small().make_video(out, [Unshowable()] * 4, 30, num_workers=workers)
    assert all(each.params.startswith("<Unshowable") for each in report.slowest)


def test_a_preset_among_the_extra_params_is_the_reports(out: Path) -> None:
    options = {"video_extra_ffmpeg_params": ["-preset", "slow"], "num_workers": 1}
    assert Small().make_video(out, range(2), 30, **options).preset == "slow"


def test_all_warnings_of_a_render_stand_in_the_report(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Those of its arguments, those while it runs, and what was logged as one, in this order."""

    class Dies(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            if frame_idx == 3 and not (tmp_path / "died").exists():
                (tmp_path / "died").touch()
                os._exit(3)

    with pytest.warns(UserWarning, match="bbox_inches|suffix|shorter") as caught:
        report = Dies().make_video(
            tmp_path / "out",
            range(8),
            30,
            n_frames=20,
            num_workers=2,
            savefig_params={"bbox_inches": "tight"},
        )
    warned = [str(each.message) for each in caught]
    [logged] = [message for message in caplog.messages if "another takes its place" in message]
    assert [each for each in report.warnings if each != logged] == warned
    assert [("bbox_inches" in each, "has no suffix" in each) for each in warned[:2]] == [
        (True, False),
        (False, True),
    ]
    assert logged in report.warnings[2:]
    assert report.to_dict()["warnings"] == [*report.warnings]
    assert "and 3 more, in report.warnings" in str(report)
    assert Small().make_video(tmp_path / "out.mp4", range(3), 30, num_workers=1).warnings == ()


def test_the_table_has_the_beginning_of_the_first_warning() -> None:
    text = "a long story " * 30
    lines = str(replace(REPORT, warnings=(text, "another"))).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("warnings "))
    assert len(lines) == at + 3
    assert lines[-2].endswith(" ...")
    assert lines[-1].split() == ["and", "1", "more,", "in", "report.warnings"]
    assert "warnings" not in str(REPORT)
    figures = replace(REPORT, warnings=(text,)).to_dict()
    assert json.loads(json.dumps(figures)) == figures


def test_frames_that_were_drawn_again_or_may_be_wrong_stand_in_the_report() -> None:
    measure = Measure()
    measure.withdrawn(30)
    measure.withdrawn(7)
    measure.unvouched([12, 13, 14])
    measure.unvouched([44, 14])
    facts = measure.results()
    report = replace(
        REPORT,
        frames_drawn_again=facts["frames_drawn_again"],
        unvouched_frames=facts["unvouched_frames"],
    )
    assert report.frames_drawn_again == 37
    assert report.unvouched_frames == (12, 13, 14, 44)
    lines = str(report).splitlines()
    assert "drawn again   37 frames, after redrawing had differed" in lines
    assert any(line.startswith("may be wrong  frames 12-14, 44: redrawn") for line in lines)
    figures = report.to_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert figures["unvouched_frames"] == [12, 13, 14, 44]
    assert not {"drawn again", "may be wrong"} & {name for name, _ in REPORT.rows()}
