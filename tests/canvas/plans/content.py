"""What axes may show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Rectangle

from tests.canvas.plans.values import Axes, X, colour, picture, points, wave

Add = Callable[[Any, int], Any]
CONTENT: dict[str, Add] = {}
CONTENT_3D: dict[str, Add] = {}


def content(add: Add) -> Add:
    """Let the function below be something that axes may show."""
    CONTENT[add.__name__] = add
    return add


def content_3d(add: Add) -> Add:
    """Let the function below be something that 3-D axes may show."""
    CONTENT_3D[add.__name__] = add
    return add


# On flat axes


@content
def line(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), lw=1 + value % 4, label=f"line {value}")


@content
def markers(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), "o--", ms=3 + value, mfc=colour(value), label="markers")


@content
def scatter(ax: Axes, value: int) -> None:
    ax.scatter(*points(value).T, s=20 + 10 * value, c=X[::2], label="scatter")


@content
def image(ax: Axes, value: int) -> None:
    ax.imshow(picture(value), extent=(0, 6, 0, 4), aspect="auto")


@content
def mesh(ax: Axes, value: int) -> None:
    ax.pcolormesh(np.arange(6), np.arange(5), picture(value), alpha=0.5 + 0.5 * (value % 2))


@content
def bars(ax: Axes, value: int) -> None:
    ax.bar([1, 2, 3], [1, 2 + value, 3], hatch="/" if value % 2 else None, label="bars")


@content
def text(ax: Axes, value: int) -> None:
    ax.text(1, 1, f"text {value}", rotation=20 * value, clip_on=bool(value % 2))


@content
def note(ax: Axes, value: int) -> None:
    ax.annotate("note", (1, 1), (3, 2), arrowprops={"arrowstyle": "->"}, bbox={"fc": "w"})


@content
def fill(ax: Axes, value: int) -> None:
    ax.fill_between(X, wave(value), alpha=0.4, label="fill")


@content
def quiver(ax: Axes, value: int) -> None:
    ax.quiver(X[::3], wave(value)[::3], wave(value + 1)[::3], wave(value)[::3])


@content
def segments(ax: Axes, value: int) -> None:
    ax.add_collection(LineCollection([points(value), points(value + 1)], lw=2))
    ax.autoscale_view()


@content
def contours(ax: Axes, value: int) -> None:
    ax.contour(np.arange(5), np.arange(4), picture(value))


@content
def errors(ax: Axes, value: int) -> None:
    ax.errorbar(X, wave(value), 0.3, capsize=2, label="errors")


@content
def lines_across(ax: Axes, value: int) -> None:
    ax.axhline(1 + value / 4, ls=":")
    ax.axvspan(1, 2, alpha=0.2)


@content
def patches(ax: Axes, value: int) -> None:
    ax.add_patch(Circle((2, 2), 1 + value / 4, fc=colour(value), ec="k"))
    ax.add_patch(Rectangle((1, 1), 2, 1, angle=10 * value, transform=ax.transData, ls="--"))


@content
def legend(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), label="in the legend")
    ax.legend(loc=["best", "upper right", "lower left", "center"][value % 4], fontsize=6)


@content
def grid(ax: Axes, value: int) -> None:
    ax.grid(True, ls="-" if value % 2 else ":")


@content
def labels(ax: Axes, value: int) -> None:
    ax.set_title("title", loc=["left", "center", "right"][value % 3])
    ax.set_xlabel("x label")
    ax.set_ylabel("y label")


@content
def table(ax: Axes, value: int) -> None:
    ax.table([["a", "b" * value]], loc=["center", "bottom", "top"][value % 3])


@content
def circle_clipped(ax: Axes, value: int) -> None:
    """Data that one patch clips, which is shown itself."""
    circle = ax.add_patch(Circle((2, 2), 1 + value / 4, fc="none", ec="c"))
    ax.scatter(*points(value).T, s=60).set_clip_path(circle)
    ax.plot(X, wave(value), lw=4)[0].set_clip_path(circle)


@content
def note_in_a_box(ax: Axes, value: int) -> None:
    ax.annotate(
        "box",
        (1, 1),
        (0.3, 0.7),
        textcoords="axes fraction",
        arrowprops={"arrowstyle": "fancy", "connectionstyle": "arc3,rad=0.2"},
        bbox={"boxstyle": "round", "fc": colour(value)},
        visible=value != 5,
    )


# On 3-D axes


@content_3d
def line_3d(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), wave(value + 1), label="line")


@content_3d
def scatter_3d(ax: Axes, value: int) -> None:
    ax.scatter(X, wave(value), wave(value + 1), s=10 + 10 * value, depthshade=bool(value % 2))


@content_3d
def surface_3d(ax: Axes, value: int) -> None:
    ax.plot_surface(*np.meshgrid(np.arange(5), np.arange(4)), picture(value))


@content_3d
def bars_3d(ax: Axes, value: int) -> None:
    ax.bar3d([0, 2], [0, 1], 0, 1, 1, [1, 1 + value])


@content_3d
def text_3d(ax: Axes, value: int) -> None:
    ax.text(1, 1, 1, f"text {value}", "x")


CONTENT_3D |= {add.__name__: add for add in (legend, labels)}
CONTENT_3D["legend"] = lambda ax, value: ax.plot(X, X, X, label="a") and ax.legend()


# On any


def content_name(number: int) -> str:
    """Return the name of some content."""
    return list(CONTENT)[number % len(CONTENT)]


def add_content(ax: Axes, items: list[tuple[str, int]]) -> None:
    """Add content to axes, given its names and values; something else where it cannot be had."""
    if type(ax).__name__ == "SecondaryAxis":
        return
    known = CONTENT_3D if ax.name == "3d" else CONTENT
    for name, value in items:
        if name not in known:
            name = list(known)[len(name) % len(known)]
        if ax.name == "polar" and name in ("image", "note"):
            name = "line"
        known[name](ax, value)
