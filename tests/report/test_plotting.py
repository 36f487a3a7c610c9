"""The plot shows what was measured."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from tests.report.reports import REPORT, Slow


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


def test_a_report_without_a_timeline_can_be_plotted_too(tmp_path: Path) -> None:
    REPORT.plot().savefig(tmp_path / "plot.png")
