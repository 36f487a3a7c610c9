"""The report's figures are those of the file, and of the time that was spent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any

import av
import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import RenderReport
from tests.conftest import alike
from tests.report.reports import Small
from tests.stamp import HEIGHT, WIDTH, StampAnimator

RATES = [(30, Fraction(30)), (12.5, Fraction(25, 2)), (30000 / 1001, Fraction(30000, 1001))]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("fps", "exact"), [*RATES, (Fraction(24000, 1001),) * 2])
def test_the_report_says_what_is_in_the_file(
    out: Path, workers: int, fps: Any, exact: Fraction
) -> None:
    report = StampAnimator(321, 239).make_video(out, range(9), fps, num_workers=workers)
    assert isinstance(report, RenderReport)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (report.width, report.height) == (322, 240)
        assert stream.average_rate == report.fps == exact
        assert len(list(container.decode(video=0))) == report.frames == 9
    assert report.output_file == out
    assert report.workers == workers


@pytest.mark.parametrize("workers", [1, 2])
def test_the_figures_of_the_report_are_plausible(out: Path, workers: int) -> None:
    report = StampAnimator().make_video(out, range(20), 30, num_workers=workers, video_mode="cpu")
    assert report.encoder == "libx264"
    assert report.slots >= (1 if workers == 1 else workers + 1)
    assert report.slot_bytes == WIDTH * HEIGHT * 3 // 2
    assert report.spilled_frames == 0
    assert report.seconds >= report.startup_seconds > report.ready_seconds > 0
    assert report.import_seconds > 0
    assert report.frames_per_second == pytest.approx(20 / report.seconds)
    for stage in ("update", "draw", "store"):
        seconds = getattr(report, f"{stage}_seconds")
        assert 0 < seconds < report.seconds * workers
    assert report.encode_seconds > 0
    assert report.wait_params_seconds >= 0
    assert report.wait_frames_seconds >= 0
    main = report.encode_seconds + report.wait_params_seconds + report.wait_frames_seconds
    assert main <= report.seconds
    assert 10e6 < report.peak_memory_bytes < 10e9


@pytest.mark.parametrize("workers", [1, 2])
def test_time_in_the_params_iterator_is_reported_as_waiting_for_params(
    out: Path, workers: int
) -> None:
    spent = 0.0

    def params() -> Iterator[Any]:
        nonlocal spent
        for _ in range(4):
            start = perf_counter()
            item = np.random.default_rng(0).standard_normal(100_000)
            spent += perf_counter() - start
            yield item

    report = StampAnimator().make_video(out, params(), 30, num_workers=workers, preload_factor=0)
    assert report.wait_params_seconds >= spent > 0


class SlowToSetUp(Small):
    def setup(self) -> Figure:
        time.sleep(0.3)
        return super().setup()


@pytest.mark.parametrize(("workers", "method"), [(1, None), (2, "fork"), *alike((2, "spawn"))])
def test_setup_is_timed_apart_from_the_start_of_the_processes(
    out: Path, workers: int, method: str | None
) -> None:
    """Who starts processes anew is not told to let a short setup() do less."""
    options: dict[str, Any] = {"num_workers": workers, "start_method": method}
    slow = SlowToSetUp().make_video(out, range(4), 30, **options)
    assert 0.3 <= slow.setup_seconds <= slow.ready_seconds
    # Of a few, for a machine that is busy may hold up any.
    some = (Small().make_video(out, range(4), 30, **options) for _ in range(3))
    quick = min(some, key=lambda report: report.setup_seconds)
    assert 0 < quick.setup_seconds < 0.3
    assert "setup() do less" not in str(quick)
