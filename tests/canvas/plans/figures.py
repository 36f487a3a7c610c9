"""Which axes a figure may have, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tests.canvas.plans.content import add_content
from tests.canvas.plans.values import Axes, few_ticks


def add_axes(figure: Any, kind: str, place: tuple[int, int, int], number: int) -> Axes:
    """Add axes of a kind to a figure or subfigure."""
    # Not those of a subfigure: where axes of two figures share limits, matplotlib draws everything
    # in the middle of a draw, and once more upon that.
    own = [ax for ax in figure.axes if ax.get_figure(root=False) is figure]
    others = [ax for ax in own if ax.name == "rectilinear"]
    if kind in ("polar", "3d"):
        return figure.add_subplot(*place, projection=kind)
    if kind == "placed":
        return figure.add_axes((0.1 * number, 0.2, 0.5, 0.6), zorder=number - 1)
    if kind in UNITS:
        ax = figure.add_subplot(*place)
        ax.plot(UNITS[kind], [1, 3, 2], label=kind)
        return ax
    if not others or kind == "plain":
        return figure.add_subplot(*place)
    other = others[number % len(others)]
    if kind == "shared":
        shares: dict[str, Any] = {} if number == 3 else {"sharey": other}
        return figure.add_subplot(*place, sharex=other, **(shares if number > 1 else {}))
    if kind in ("twin", "hidden twin"):
        # The last ones are twins of twins.
        other = others[-1] if number > 1 else other
        twin = other.twinx() if number % 2 else other.twiny()
        if kind == "hidden twin":
            twin.axis("off") if number > 1 else twin.yaxis.set_visible(False)
        return twin
    if kind in ("inset", "zoomed"):
        inset = other.inset_axes((0.5, 0.5, 0.4, 0.4))
        if kind == "zoomed":
            inset.set(xlim=(0, 1 + number), ylim=(0, 2))
            other.indicate_inset_zoom(inset)
        return inset
    assert kind == "secondary"
    functions = (lambda x: 2 * x, lambda x: x / 2)
    if number % 2:
        return other.secondary_yaxis("right", functions=functions)
    return other.secondary_xaxis("top", functions=functions)


# Data that are no numbers, near numbers that other contents have.
UNITS: dict[str, Any] = {
    "dates": np.array(["1970-01-01", "1970-01-03", "1970-01-06"], "datetime64[h]"),
    "categories": ["a", "b", "c"],
}
KINDS = [
    *("plain", "shared", "twin", "polar", "3d", "inset", "secondary"),
    *("plain", "placed", "hidden twin", "zoomed", *UNITS),
]


def build(plan: dict[str, Any]) -> Figure:
    """Return the figure of a plan."""
    figure = Figure(figsize=(3.1, 2.5), dpi=60, layout=plan["layout"])
    parts: list[Any] = [figure]
    if plan.get("parts"):
        # Of one subfigure, the other axes stand in the figure itself.
        made = figure.subfigures(1, plan["parts"], squeeze=False)
        parts = [*made.flat] if plan["parts"] > 1 else [made.flat[0], figure]
    for number, part in enumerate(parts):
        axes = plan["axes"][number :: len(parts)]
        rows = 1 + (len(axes) > 2)
        columns = 1 + (len(axes) > 1)
        for i, (kind, other, items) in enumerate(axes):
            ax = add_axes(part, kind, (rows, columns, i + 1), other)
            if "parts" in plan:  # not in the first plans that were found
                few_ticks(ax)
            add_content(ax, items)
    for name in plan["extras"]:
        EXTRAS[name](figure)
    return figure


def colorbar(figure: Figure) -> None:
    for ax in figure.axes:
        for artist in (*ax.images, *ax.collections):
            if artist.get_array() is not None and ax.name != "3d":
                ax.get_figure(root=False).colorbar(artist, ax=ax)
                return


def line_across(figure: Figure) -> None:
    """Draw a line in the last axes, in the coordinates of the first."""
    first, last = figure.axes[0], figure.axes[-1]
    if last.name != "3d" and first.name != "3d":
        last.add_line(Line2D([0, 2], [0, 2], color="m", transform=first.transData, clip_on=False))


def hidden(figure: Figure) -> None:
    """Hide every other artist, whatever it is."""
    for parent in (figure, *figure.subfigs, *figure.axes):
        for artist in parent.get_children()[::2]:
            artist.set_visible(False)


EXTRAS: dict[str, Callable[[Figure], object]] = {
    "suptitle": lambda figure: figure.suptitle("suptitle"),
    "text": lambda figure: figure.text(0.5, 0.5, "figure text", rotation=30),
    "colorbar": colorbar,
    "legend": lambda figure: figure.legend(loc="lower right", fontsize=6),
    "supxlabel": lambda figure: figure.supxlabel("supxlabel"),
    "line": lambda figure: figure.add_artist(Line2D([0, 1], [0, 1], color="k")),
    "aligned": lambda figure: figure.align_labels(),
    "clear background": lambda figure: figure.set_facecolor("none"),
    "few ticks": lambda figure: [few_ticks(ax) for ax in figure.axes],
    "line across": line_across,
    "hidden": hidden,
    "title of a part": lambda figure: [part.suptitle("part") for part in figure.subfigs],
}
