"""The report tells what a render waited for, and what to change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport
from parallel_animate.report.timeline import Clock
from tests.report.renders import Slow, Small

# Twenty frames of 10 ms: two workers that draw all the time.
REPORT = RenderReport(
    output_file=Path("out.mp4"),
    frames=20,
    width=640,
    height=480,
    fps=Fraction(30),
    encoder="libx264",
    workers=2,
    slots=6,
    slot_bytes=460800,
    spilled_frames=0,
    seconds=1.1,
    startup_seconds=0.1,
    update_seconds=0.1,
    draw_seconds=1.7,
    store_seconds=0.1,
    wait_params_seconds=0.0,
    wait_frames_seconds=0.8,
    encode_seconds=0.2,
    peak_memory_bytes=180_000_000,
    redrawn_frames=20,
    redrawn_seconds=1.5,
    full_draws=4,
    full_draw_seconds=0.2,
    background_rebuilds=2,
    background_rebuild_seconds=0.01,
    redraw_mismatches=0,
    cores=2,
)


# The encoder takes its time, and the workers wait for it.
ENCODES = replace(
    REPORT, draw_seconds=0.5, wait_frames_seconds=0.1, encode_seconds=0.9, redrawn_seconds=0.4
)


class Noise(Animator):
    """Frames that every encoder takes long for."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        self.image = figure.figimage(np.zeros((240, 320)), cmap="gray", vmin=0, vmax=1)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(np.random.default_rng(frame_idx).random((240, 320)))


class Unshowable:
    """Params of the user's, which have a shape that is not what it seems."""

    shape = np.zeros((2, 2))
    dtype = "x"

    def __repr__(self) -> str:
        raise ValueError


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
    found = Slow().make_video(out, range(12), 30, num_workers=workers).bottleneck
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


@given(
    spans=st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=30),
)
def test_a_timeline_loses_no_time(spans: list[tuple[float, float]]) -> None:
    """However long the render gets while it is measured."""
    clock, now, busy = Clock(), 0.0, 0.0
    for pause, length in spans:
        clock.occupied(3, now, now + pause)
        now += pause
        clock.busy("encoder", now, now + length)
        now, busy = now + length, busy + length
    timeline = clock.timeline(now)
    assert sum(timeline.busy["encoder"]) * timeline.bin_seconds == pytest.approx(busy, abs=1e-6)
    idle = now - busy
    assert sum(timeline.slots) * timeline.bin_seconds == pytest.approx(3 * idle, abs=1e-6)
    assert len(timeline.slots) == len(timeline.busy["encoder"]) <= 240
    assert (len(timeline.slots) - 1) * timeline.bin_seconds <= now


@pytest.mark.parametrize("workers", [1, 2])
def test_the_plot_shows_who_was_busy_and_what_the_stages_cost(out: Path, workers: int) -> None:
    report = Slow().make_video(out, range(12), 30, num_workers=workers)
    timeline = report.timeline
    assert timeline is not None
    assert list(timeline.busy) == ["encoder", *(f"worker {i}" for i in range(workers))]
    assert max(timeline.slots) <= report.slots
    figure = report.plot()
    busy, slots, costs, *_ = figure.axes
    [image] = busy.images
    assert image.get_array().shape == (workers + 1, len(timeline.slots))
    assert [label.get_text() for label in busy.get_yticklabels()][-1] == "encoder"
    assert slots.get_title(loc="left") == f"slots in use, of {report.slots}"
    widths = {bar.get_label(): bar[0].get_width() for bar in costs.containers}
    each = 1000 / report.frames
    assert widths["update"] == pytest.approx(report.update_seconds * each)
    assert widths["draw"] + widths["compare"] == pytest.approx(report.draw_seconds * each)
    assert widths["encode"] == pytest.approx(report.encode_seconds * each)
    figure.savefig(out.with_suffix(".png"))
    assert plt.get_fignums() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_params_that_cannot_be_shown_do_no_harm(out: Path, workers: int) -> None:
    report = Small().make_video(out, [Unshowable()] * 4, 30, num_workers=workers)
    assert all(each.params.startswith("<Unshowable") for each in report.slowest)


def test_nothing_held_up_a_render_that_had_nothing_to_do() -> None:
    found = replace(REPORT, resumed_frames=20).bottleneck
    assert (found.evidence, found.suggestions) == ("there was no frame left to render", ())


def test_a_preset_among_the_extra_params_is_the_reports(out: Path) -> None:
    options = {"video_extra_ffmpeg_params": ["-preset", "slow"], "num_workers": 1}
    assert Small().make_video(out, range(2), 30, **options).preset == "slow"


def test_a_report_without_a_timeline_can_be_plotted_too(tmp_path: Path) -> None:
    REPORT.plot().savefig(tmp_path / "plot.png")


@pytest.mark.parametrize(
    ("report", "stage", "told"),
    [
        (REPORT, "render", "all 2 cores were used"),
        (REPORT, "render", "2 workers were busy for 95% of the time (update 5.0 ms, draw 85.0 ms"),
        (replace(REPORT, cores=16), "render", "num_workers=16 would draw about 5.0 times as fast"),
        (replace(REPORT, redrawn_frames=3), "render", "most frames were drawn in full"),
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
            replace(REPORT, seconds=61.0, startup_seconds=60.0, cores=16),
            "render",
            "60.00 of 61.00 s went by before the first frame: let setup() do less",
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
