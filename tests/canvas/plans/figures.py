"""Which axes a figure may have, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import AutoLocator

from tests.canvas.plans.content import add_content
from tests.canvas.plans.values import Axes


def add_axes(figure: Figure, kind: str, place: tuple[int, int, int], number: int) -> Axes:
    """Add axes of a kind to a figure."""
    others = [ax for ax in figure.axes if ax.name == "rectilinear"]
    if kind in ("polar", "3d"):
        return figure.add_subplot(*place, projection=kind)
    if not others or kind == "plain":
        return figure.add_subplot(*place)
    other = others[number % len(others)]
    if kind == "shared":
        return figure.add_subplot(*place, sharex=other)
    if kind == "twin":
        return other.twinx() if number % 2 else other.twiny()
    if kind == "inset":
        return other.inset_axes((0.5, 0.5, 0.4, 0.4))
    assert kind == "secondary"
    return other.secondary_xaxis("top", functions=(lambda x: 2 * x, lambda x: x / 2))


KINDS = ["plain", "shared", "twin", "polar", "3d", "inset", "secondary"]


def build(plan: dict[str, Any]) -> Figure:
    """Return the figure of a plan."""
    figure = Figure(figsize=(3.1, 2.5), dpi=60, layout=plan["layout"])
    rows = 1 + (len(plan["axes"]) > 2)
    columns = 1 + (len(plan["axes"]) > 1)
    for i, (kind, number, items) in enumerate(plan["axes"]):
        add_content(add_axes(figure, kind, (rows, columns, i + 1), number), items)
    for name in plan["extras"]:
        EXTRAS[name](figure)
    return figure


def colorbar(figure: Figure) -> None:
    for ax in figure.axes:
        for artist in (*ax.images, *ax.collections):
            if artist.get_array() is not None and ax.name != "3d":
                figure.colorbar(artist, ax=ax)
                return


EXTRAS: dict[str, Callable[[Figure], object]] = {
    "suptitle": lambda figure: figure.suptitle("suptitle"),
    "text": lambda figure: figure.text(0.5, 0.5, "figure text", rotation=30),
    "colorbar": colorbar,
    "legend": lambda figure: figure.legend(loc="lower right", fontsize=6),
    "supxlabel": lambda figure: figure.supxlabel("supxlabel"),
    "line": lambda figure: figure.add_artist(Line2D([0, 1], [0, 1], color="k")),
    "aligned": lambda figure: figure.align_labels(),
    "clear background": lambda figure: figure.set_facecolor("none"),
    "few ticks": lambda figure: [
        axis.get_major_locator().set_params(nbins=3)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        if type(axis.get_major_locator()) is AutoLocator
    ],
}
