"""The comparison of programs as a Markdown table, and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Row = dict[str, Any]

TITLES = {"defaults": "with its defaults", "equal": "with equal settings of libx264"}
COLOURS = ["#4c72b0", "#c44e52", "#55a868", "#ccb974", "#8172b3"]


def markdown(rows: Sequence[Row]) -> str:
    """Return a table for each choice of settings."""
    head = (
        "| scene | program | frames/s | ours is faster by | CPU ms a frame | memory MB "
        "| temporary MB | file kB | SSIM | size |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    texts = []
    for name, title in TITLES.items():
        some = [row for row in rows if row["settings"] == name]
        if some:
            texts.append(f"Each program {title}:\n\n{head}{''.join(map(_line, some))}")
    return "\n".join(texts)


def spread(middle: float, values: Sequence[float], unit: str = "") -> str:
    """Return a median, and the least and the greatest of sorted values."""
    return f"{middle:.2f}{unit} ({values[0]:.2f} to {values[-1]:.2f})"


def _line(row: Row) -> str:
    own = row["ratios"][0] == row["ratios"][-1] == row["ratio"] == 1
    faster = "" if own else spread(row["ratio"], row["ratios"], "x")
    size = row["size"] if row["size_is_right"] else f"**{row['size']}**"
    return (
        f"| {row['scene']}, {row['frames']} frames | {row['program']} "
        f"| {row['frames_per_second']:.1f} | {faster} | {row['cpu_ms_per_frame']:.0f} "
        f"| {row['peak_memory_mb']:.0f} | {row['temporary_disk_mb']:.1f} | {row['file_kb']:.0f} "
        f"| {row['ssim']:.4f} | {size} |\n"
    )


def plot(rows: Sequence[Row]) -> Figure:
    """Return a figure: frames a second of all programs, relative to ours, for each scene."""
    settings = [name for name in TITLES if any(row["settings"] == name for row in rows)]
    figure = Figure(figsize=(9, 0.6 + 4.4 * len(settings)), dpi=120, layout="constrained")
    grid = figure.subplots(len(settings), squeeze=False)
    for axes, name in zip(grid[:, 0], settings, strict=True):
        _bars(axes, [row for row in rows if row["settings"] == name])
        axes.set_title(f"each {TITLES[name]}")
    return figure


def _bars(axes: Axes, rows: Sequence[Row]) -> None:
    """Show how many times the seconds of ours each program takes, for each scene."""
    scenes = list(dict.fromkeys(row["scene"] for row in rows))
    programs = list(dict.fromkeys(row["program"] for row in rows))[1:]
    width = 0.8 / max(1, len(programs))
    for number, program in enumerate(programs):
        places = np.arange(len(scenes)) + (number - (len(programs) - 1) / 2) * width
        of = {row["scene"]: row["ratio"] for row in rows if row["program"] == program}
        ratios = [of.get(scene, np.nan) for scene in scenes]
        bars = axes.bar(places, ratios, width, label=program, color=COLOURS[number + 1])
        axes.bar_label(bars, fmt="%.1f", fontsize=7, padding=1)
    axes.axhline(1, color=COLOURS[0], label="parallel-animate")
    axes.set_xticks(range(len(scenes)), [scene.replace(" ", "\n") for scene in scenes])
    axes.tick_params(axis="x", labelsize=8)
    axes.set_ylabel("times the seconds of parallel-animate")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.05)
    axes.legend(fontsize=8)
