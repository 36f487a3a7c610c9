"""The report names the slowest frames, and what they were given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.report.reports import Slow, Small


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
