"""The report as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from parallel_animate.report.report import RenderReport

COLOURS = {
    "update": "#4c72b0",
    "draw": "#55a868",
    "compare": "#a3c9a8",
    "store": "#ccb974",
    "encode": "#c44e52",
}


def plot_report(report: RenderReport) -> Figure:
    """Return a figure of what a render's parts were busy with, and what its stages cost."""
    rows = max(2, len(report.timeline.busy)) if report.timeline else 2
    heights = [0.22 * min(rows, 24) + 0.2, 0.9, 0.8]
    figure = Figure(figsize=(9, sum(heights) + 1.9), dpi=100, layout="constrained")
    figure.suptitle(
        f"{report.output_file.name}: {report.rendered_frames} frames in {report.seconds:.2f} s, "
        f"held up by {report.bottleneck.stage}",
        fontsize="medium",
    )
    busy, slots, costs = figure.subplots(3, height_ratios=heights)
    _plot_busy(busy, report)
    _plot_slots(slots, report)
    _plot_costs(costs, report)
    return figure


def _plot_busy(axes: Axes, report: RenderReport) -> None:
    """Show who was busy when: the darker, the more of the time."""
    timeline = report.timeline
    if timeline is None or not timeline.busy:
        axes.set_axis_off()
        return
    # The encoder below the workers, which are as many as there are.
    names = sorted(timeline.busy, key=lambda name: (name == "encoder", len(name), name))
    shares = np.array([timeline.busy[name] for name in names])
    end = shares.shape[1] * timeline.bin_seconds
    image = axes.imshow(
        shares,
        aspect="auto",
        interpolation="nearest",
        cmap="Blues",
        vmin=0,
        vmax=1,
        extent=(0, end, len(names), 0),
    )
    axes.set_title("busy", loc="left")
    axes.set_xlim(0, report.seconds)
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(axis="y", length=0)
    axes.axvline(report.startup_seconds, color="0.4", lw=0.8, ls="--")
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01, aspect=12)
    bar.set_ticks([0, 1], labels=["0", "100 %"])


def _plot_slots(axes: Axes, report: RenderReport) -> None:
    """Show how full the ring was."""
    if report.timeline is not None:
        times = (np.arange(len(report.timeline.slots)) + 0.5) * report.timeline.bin_seconds
        axes.fill_between(times, report.timeline.slots, color="0.6", lw=0)
    axes.set_title(f"slots in use, of {report.slots}", loc="left")
    axes.set(
        xlim=(0, report.seconds),
        ylim=(0, report.slots),
        xlabel="seconds; the first frame was drawn at the dashed line",
    )
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))


def _plot_costs(axes: Axes, report: RenderReport) -> None:
    """Show what the stages cost: in the workers, and in the main process."""
    compared = min(report.compare_seconds, report.draw_seconds)
    workers = {
        "update": report.update_seconds,
        "draw": report.draw_seconds - compared,
        "compare": compared,
        "store": report.store_seconds,
    }
    left = 0.0
    for name, seconds in workers.items():
        cost = report.ms_a_frame(seconds)
        axes.barh(1, cost, left=left, color=COLOURS[name], label=name)
        left += cost
    encoding = report.ms_a_frame(report.encode_seconds)
    axes.barh(0, encoding, color=COLOURS["encode"], label="encode")
    who = "1 worker" if report.workers == 1 else f"{report.workers} workers"
    axes.set_yticks([1, 0], [who, "encoder"])
    axes.tick_params(axis="y", length=0)
    axes.set_title("cost of the stages", loc="left")
    axes.set_xlabel("ms a frame")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, fontsize="small", frameon=False)
