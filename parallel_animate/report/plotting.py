"""The report as a picture."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import RenderFacts

COLOURS = {
    "update": "#4c72b0",
    "draw": "#55a868",
    "compare": "#a3c9a8",
    "store": "#ccb974",
    "encode": "#c44e52",
}


WIDTH = 9.0  # inches


def plot_report(facts: RenderFacts, bottleneck: Bottleneck) -> Figure:
    """Return a figure of what a render's parts were busy with, and what its stages cost."""
    figure = plot_parts(facts, WIDTH)
    figure.suptitle(
        f"{facts.output_file.name}: {facts.rendered_frames} frames in {facts.seconds:.2f} s, "
        f"held up by {bottleneck.stage}",
        fontsize="medium",
    )
    return figure


def plot_parts(facts: RenderFacts, width: float) -> Figure:
    """Return the same without a title, so many inches wide."""
    rows = max(2, len(facts.timeline.busy)) if facts.timeline else 2
    narrow = width < WIDTH
    heights = [0.22 * min(rows, 24) + 0.2, 0.9, 0.8]
    room = 2.4 if narrow else 1.9
    figure = Figure(figsize=(width, sum(heights) + room), dpi=100, layout="constrained")
    busy, slots, costs = figure.subplots(3, height_ratios=heights)
    _plot_busy(busy, facts)
    _plot_slots(slots, facts)
    _plot_costs(costs, facts)
    if narrow:  # the legend has no room beside the title
        handles, labels = costs.get_legend_handles_labels()
        costs.legend(
            handles, labels, loc="upper center", bbox_to_anchor=(0.5, -0.7), ncols=3, frameon=False
        )
    return figure


def _plot_busy(axes: Axes, facts: RenderFacts) -> None:
    """Show who was busy when: the darker, the more of the time."""
    timeline = facts.timeline
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
    axes.set_xlim(0, facts.seconds)
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(axis="y", length=0)
    axes.axvline(facts.startup_seconds, color="0.4", lw=0.8, ls="--")
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01, aspect=12)
    bar.set_ticks([0, 1], labels=["0", "100 %"])


def _plot_slots(axes: Axes, facts: RenderFacts) -> None:
    """Show how full the ring was."""
    if facts.timeline is not None:
        times = (np.arange(len(facts.timeline.slots)) + 0.5) * facts.timeline.bin_seconds
        axes.fill_between(times, facts.timeline.slots, color="0.6", lw=0)
    axes.set_title(f"slots in use, of {facts.slots}", loc="left")
    axes.set(
        xlim=(0, facts.seconds),
        ylim=(0, facts.slots),
        xlabel="seconds; the first frame was drawn at the dashed line",
    )
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))


def _plot_costs(axes: Axes, facts: RenderFacts) -> None:
    """Show what the stages cost: in the workers, and in the main process."""
    compared = min(facts.compare_seconds, facts.draw_seconds)
    workers = {
        "update": facts.update_seconds,
        "draw": facts.draw_seconds - compared,
        "compare": compared,
        "store": facts.store_seconds,
    }
    left = 0.0
    for name, seconds in workers.items():
        cost = facts.ms_a_frame(seconds)
        axes.barh(1, cost, left=left, color=COLOURS[name], label=name)
        left += cost
    encoding = facts.ms_a_frame(facts.encode_seconds)
    axes.barh(0, encoding, color=COLOURS["encode"], label="encode")
    who = "1 worker" if facts.workers == 1 else f"{facts.workers} workers"
    axes.set_yticks([1, 0], [who, "encoder"])
    axes.tick_params(axis="y", length=0)
    axes.set_title("cost of the stages", loc="left")
    axes.set_xlabel("ms a frame")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, fontsize="small", frameon=False)
