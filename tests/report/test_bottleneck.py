"""The report tells what a render waited for, and what to change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport
from tests.canvas.redraw import planned
from tests.report.reports import ENCODES, REPORT, Slow, Small


class Noise(Animator):
    """Images of noise, which take every encoder long."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        self.image = figure.figimage(np.zeros((240, 320)), cmap="gray", vmin=0, vmax=1)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(np.random.default_rng(frame_idx).random((240, 320)))


def slowly() -> Iterator[float]:
    for i in range(12):
        time.sleep(0.15)
        yield i / 10


@pytest.mark.parametrize("workers", [1, 2])
def test_params_that_come_slowly_are_the_bottleneck(out: Path, workers: int) -> None:
    found = Small().make_video(out, slowly(), 30, num_workers=workers).bottleneck
    assert found.stage == "params"
    assert "waiting for params" in found.evidence


@pytest.mark.parametrize("workers", [1, 2])
def test_a_slow_update_is_the_bottleneck(out: Path, workers: int) -> None:
    found = Slow().make_video(out, range(48), 30, num_workers=workers).bottleneck
    assert found.stage == "render"
    assert "update() itself takes most of the time: profile it" in found.suggestions


@pytest.mark.parametrize("workers", [1, 2])
def test_a_slow_encoder_is_the_bottleneck(out: Path, workers: int) -> None:
    found = (
        Noise()
        .make_video(
            out, range(12), 30, num_workers=workers, video_mode="cpu", video_preset="placebo"
        )
        .bottleneck
    )
    assert found.stage == "encode"
    assert "the encoder took" in found.evidence
    assert any("without video_preset" in each for each in found.suggestions)


def test_nothing_held_up_a_render_that_had_nothing_to_do() -> None:
    found = replace(REPORT, resumed_frames=20).bottleneck
    assert (found.evidence, found.suggestions) == ("there was no frame left to render", ())


@pytest.mark.parametrize(
    ("report", "stage", "told"),
    [
        (REPORT, "render", "all 2 cores were used"),
        (REPORT, "render", "2 workers were busy for 95% of the time (update 5.0 ms, draw 85.0 ms"),
        (replace(REPORT, cores=16), "render", "num_workers=16 would draw about 5.0 times as fast"),
        (replace(REPORT, redrawn_frames=3), "render", "drawn in full: redrawing took about as"),
        (
            replace(REPORT, redrawn_frames=3, full_reasons={"it is so": 15, "or so": 2}),
            "render",
            "15 of 20 frames were drawn in full: it is so",
        ),
        (
            replace(REPORT, redraw="verify", compare_seconds=1.0),
            "render",
            "redraw='verify' compares every frame",
        ),
        (
            replace(REPORT, history_differing_frames=(3,), cores=16),
            "render",
            "more workers would draw them wrong",
        ),
        (
            replace(REPORT, workers=1, cores=2),
            "render",
            "times as fast, if no frame depends on those before it",
        ),
        (replace(REPORT, compare_seconds=0.6), "render", "35% of the drawing were full draws"),
        (replace(REPORT, update_seconds=1.8), "render", "update() itself takes most of the time"),
        (
            replace(REPORT, wait_params_seconds=0.9, draw_seconds=0.2),
            "params",
            "0.90 of 1.10 s were spent waiting for params (45.0 ms a frame), while 2 workers were "
            "idle for 80% of the time",
        ),
        (ENCODES, "encode", "the encoder took 45.0 ms a frame, while 2 workers were idle for 65%"),
        (ENCODES, "encode", "more workers would not help: 1 would do"),
        (ENCODES, "encode", "video_preset='ultrafast' would take about 70%"),
        (replace(ENCODES, preset="slow"), "encode", "would take about 14% of its time"),
        (replace(ENCODES, preset="placebo"), "encode", "would take at most 59% of its time"),
        (replace(ENCODES, preset="ultrafast"), "encode", "no preset of libx264 is faster"),
        (
            replace(REPORT, seconds=61.0, startup_seconds=60.0, setup_seconds=50.0, cores=16),
            "render",
            "60.00 of 61.00 s went by before the first frame: let setup() do less",
        ),
        (
            replace(REPORT, seconds=61.0, startup_seconds=60.0, setup_seconds=0.1, cores=16),
            "render",
            "60.00 of 61.00 s went by before the first frame, of which setup() took 0.10 s: it",
        ),
        (
            replace(REPORT, seconds=61.0, startup_seconds=60.0, cores=16),
            "render",
            "num_workers=16 would draw about 5.0 times as fast",
        ),
        (
            replace(ENCODES, encoder="h264_nvenc, libx264 from frame 3"),
            "encode",
            "video_preset='ultrafast'",
        ),
        (replace(ENCODES, encoder="h264_nvenc"), "encode", "a faster preset (p1 is the fastest)"),
    ],
)
def test_what_to_change_follows_from_what_was_measured(
    report: RenderReport, stage: str, told: str
) -> None:
    found = report.bottleneck
    assert found.stage == stage
    assert any(told in each for each in (found.evidence, *found.suggestions))
    assert str(found).startswith(f"{stage}: {found.evidence}; ")
    assert report.to_dict()["bottleneck"]["stage"] == stage


class Cleared(Small):
    """An axes that is cleared and plotted anew."""

    def update(self, frame_idx: int, params: Any) -> None:
        axes = self.line.axes
        axes.clear()
        (self.line,) = axes.plot([0, frame_idx / 10])


def test_who_clears_and_plots_anew_is_told_what_that_takes(out: Path) -> None:
    """And which frames were drawn as a whole."""
    with planned("h"):
        report = Cleared().make_video(out, range(6), 30, num_workers=1)
    assert report.helped_frames == 6
    assert "6 redrawn, 6 of them wholly" in str(report)
    told = replace(REPORT, helped_frames=18, update_seconds=1.0, draw_seconds=1.0)
    (said, *_) = told.bottleneck.suggestions
    assert "most of the figure changed in 18 of 20 frames" in said
    assert "update() took 50% of the time of a frame (50.0 ms)" in said
    assert "changing the artists instead saves nearly all of that" in said
    told = replace(REPORT, helped_frames=18, update_seconds=0.1, draw_seconds=1.0)
    assert "limits that are kept" in told.bottleneck.suggestions[0]
    told = replace(REPORT, helped_frames=18, update_seconds=1.5, draw_seconds=0.2)
    assert "otherwise, profile it" in told.bottleneck.suggestions[0]
