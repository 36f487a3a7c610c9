"""Changes by code of the user's: classes and functions whose answers depend on a state."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import (
    a_line,
    a_mappable,
    a_text,
    an_artist,
    an_axes,
    an_axis,
    arrows,
    one_of,
)
from tests.canvas.plans.own_classes import (
    OwnArrow,
    OwnArtist,
    OwnBox,
    OwnConnection,
    OwnEffect,
    OwnFormatter,
    OwnLine,
    OwnLocator,
    OwnNorm,
    OwnOffset,
    OwnTransform,
    own,
    state_of,
)
from tests.canvas.plans.values import X, wave


@change
def state(figure: Figure, pick: int, value: int) -> None:
    """Change what the user's code looks at, and nothing else."""
    known = state_of(figure)
    known.value = value
    for transform in known.transforms:
        transform.invalidate()


@change
def own_line(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        ax.add_line(own(OwnLine(X, wave(value)), figure))


@change
def own_artist(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.add_artist(OwnArtist(state_of(figure))).set_zorder(value / 2)


@change
def own_norm(figure: Figure, pick: int, value: int) -> None:
    for mapped in a_mappable(figure, pick):
        if getattr(mapped, "colorbar", None) is None:
            mapped.set_norm(own(OwnNorm(0, 1 + value), figure))


@change
def own_effect(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_path_effects([OwnEffect(state_of(figure))][: value % 3])


@change
def own_locator(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_major_locator(OwnLocator(state_of(figure)))


@change
def own_formatter(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_major_formatter(OwnFormatter(state_of(figure)))


# In what matplotlib's own artists are made of


@change
def own_offset(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_major_formatter(OwnOffset(state_of(figure)))


@change
def offset_string(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        formatter = axis.get_major_formatter()
        if not isinstance(formatter, FuncFormatter):
            formatter = FuncFormatter(lambda x, _: f"{x:.0f}")
            axis.set_major_formatter(formatter)
        formatter.set_offset_string("offset" * (value % 3))


@change
def own_transform(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        if line.axes is not None and line.axes.name != "3d":
            line.set_transform(OwnTransform(state_of(figure)) + line.axes.transData)


@change
def own_box(figure: Figure, pick: int, value: int) -> None:
    for text in a_text(figure, pick):
        text.set_bbox({"boxstyle": own(OwnBox(), figure), "facecolor": "w"})


@change
def box_of_a_function(figure: Figure, pick: int, value: int) -> None:
    known = state_of(figure)

    def box(x0: float, y0: float, width: float, height: float, size: float) -> Path:
        pad = known.value
        return Path([(x0 - pad, y0), (x0 + width + pad, y0), (x0, y0 + height + pad), (x0, y0)])

    for text in a_text(figure, pick):
        text.set_bbox({"boxstyle": box, "facecolor": "w"})


@change
def own_arrow(figure: Figure, pick: int, value: int) -> None:
    for arrow in one_of(arrows(figure), pick):
        arrow.set_arrowstyle(own(OwnArrow(), figure))


@change
def own_connection(figure: Figure, pick: int, value: int) -> None:
    for arrow in one_of(arrows(figure), pick):
        arrow.set_connectionstyle(own(OwnConnection(), figure))


@change
def connection_of_a_function(figure: Figure, pick: int, value: int) -> None:
    known = state_of(figure)

    def connection(start: Any, end: Any, **_: Any) -> Path:
        curve = [Path.MOVETO, Path.CURVE3, Path.CURVE3]
        return Path([start, (start[0], end[1] + known.value), end], curve)

    for arrow in one_of(arrows(figure), pick):
        arrow.set_connectionstyle(connection)


@change
def path_of_a_function(figure: Figure, pick: int, value: int) -> None:
    known = state_of(figure)
    for patch in an_artist(figure, pick, (Circle, Rectangle)):
        assert isinstance(patch, Patch)
        patch.get_path = lambda: Path.circle(radius=0.5 + known.value / 8)
