"""Which artists others are placed by, and so have to be drawn before these.

A title keeps clear of ticks, ticks stand at the spines, and what lies in one axes may depend on
where another one is.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import TransformNode

from parallel_animate.canvas.artists.colorbars import former_locator, only_shrinks
from parallel_animate.canvas.artists.holding import unknown_in
from parallel_animate.canvas.artists.origin import is_matplotlibs
from parallel_animate.canvas.artists.private import (
    MOVE,
    axes_of,
    label_groups,
    lies_where_put,
    twins,
    view_of,
)

# What an axes calls to go where its aspect lets it lie; empty if somebody has replaced a method.
_PLACING: dict[str, Any] = {
    name: getattr(Axes, name, None)
    for name in ("apply_aspect", "get_aspect", "get_box_aspect", "get_position", MOVE)
}
if any(
    getattr(method, "__module__", "") != "matplotlib.axes._base" for method in _PLACING.values()
):
    _PLACING = {}

# Within an axes


def is_axis(artist: Any) -> bool:
    """Return whether an artist is an axis: ticks, tick labels, grid and label."""
    return isinstance(artist, Axis)


def is_spine(artist: Any) -> bool:
    """Return whether an artist is a spine, at which ticks stand."""
    return isinstance(artist, Spine)


def places_others(artist: Any) -> bool:
    """Return whether others in its axes are placed by an artist, as titles are by ticks."""
    return isinstance(artist, Axis | Text | Spine)


def places_others_in(axes: Any, changed: list[Any]) -> bool:
    """Return whether an axes has to place its artists again, as these of them have changed."""
    if any(isinstance(artist, Text) for artist in changed):
        # Titles keep clear of one another, but of no text that stands among the data.
        among_data = set(map(id, axes.texts))
        changed = [artist for artist in changed if id(artist) not in among_data]
    return any(map(places_others, changed))


def text_position(artist: Any) -> Any:
    """Return where a text lies, which its axes may have decided; None for any other artist."""
    return artist.get_position() if isinstance(artist, Text) else None


def has_units(axes: Any) -> bool:
    """Return whether the data of an axes are categories, dates or the like."""
    return isinstance(axes, Axes) and (axes.xaxis.have_units() or axes.yaxis.have_units())


def converts_late(artist: Any) -> bool:
    """Return whether an artist converts such data only when it is drawn: a line does."""
    return isinstance(artist, Line2D)


def convert(line: Line2D) -> None:
    """Let a line convert its data now: new categories among them make new ticks."""
    line.get_xydata()


# Among several axes


def locator_of(artist: Any) -> Any:
    """Return what places an axes within or beside another one; None if nothing does."""
    return artist.get_axes_locator() if isinstance(artist, Axes) else None


def has_foreign_locator(artist: Any) -> bool:
    """Return whether code that is not known places an axes."""
    locator = locator_of(artist)
    while locator is not None:
        if not is_matplotlibs(type(locator)):
            return True
        parts = [part for part in vars(locator).values() if isinstance(part, TransformNode)]
        if unknown_in(parts, [artist]) is not None:
            return True
        locator = former_locator(locator)
    return False


def is_placed_by_others(artist: Any) -> bool:
    """Return whether an axes has a locator by which others may place it."""
    locator = locator_of(artist)
    return locator is not None and not only_shrinks(locator)


def is_placed_by_axes(axes: Any) -> bool:
    """Return whether other axes place an axes, or something in it."""
    return bool(axes.child_axes) or is_placed_by_others(axes)


def is_bound(axes: Any) -> bool:
    """Return whether an axes shares limits with others, or is aligned with them."""
    aligned = alignment(axes)
    return (
        aligned is None
        or max(aligned) > 1
        or len(axes.get_shared_x_axes().get_siblings(axes)) > 1
        or len(axes.get_shared_y_axes().get_siblings(axes)) > 1
    )


def alignment(artist: Any) -> list[int] | None:
    """Return with how many axes the labels and titles of an axes are aligned, itself included.

    None where that cannot be told: they may be aligned with those of any.
    """
    if not isinstance(artist, Axes):
        return None
    groups = label_groups(artist.get_figure())
    return None if groups is None else [len(group.get_siblings(artist)) for group in groups]


def axes_of_twins(axes: Any) -> list[Any]:
    """Return the axes (x, y, ...) of an axes' twins, which its titles keep clear of, too."""
    if not isinstance(axes, Axes):
        return []
    return [axis for twin in twins(axes) if twin is not axes for axis in axes_of(twin)]


def place_axes(figure: Any, renderer: Any, *, hidden: bool) -> None:
    """Let the axes of a figure or subfigure go where their aspects and locators place them.

    Whatever their aspect and their kind: just as ``FigureBase._get_draw_artists`` does, which is
    the first step of a figure's draw. `hidden` tells whether hidden axes do so, too.
    """
    for ax in figure.get_children():
        if isinstance(ax, Axes) and (hidden or ax.get_visible()):
            _take_place(ax, renderer)
            for child in ax.get_children():
                if hasattr(child, "apply_aspect"):
                    _take_place(child, renderer)


def places(figure: Any) -> list[tuple[bytes, bytes]]:
    """Return where the axes of a figure or subfigure are, and what limits they have."""
    return [
        (child.bbox.get_points().tobytes(), view_of(child).get_points().tobytes())
        for ax in figure.get_children()
        if isinstance(ax, Axes)
        for child in (ax, *ax.child_axes)
    ]


def _take_place(axes: Any, renderer: Any) -> None:
    locator = axes.get_axes_locator()
    if locator is None and _stays(axes):
        return  # which saves the time of a call for each axes and each frame
    axes.apply_aspect(locator(axes, renderer) if locator else None)


def _stays(axes: Any) -> bool:
    """Return whether to apply the aspect of an axes would leave it where it is."""
    kind = type(axes)
    return (
        bool(_PLACING)
        and all(getattr(kind, name, None) is method for name, method in _PLACING.items())
        and _PLACING.keys().isdisjoint(vars(axes).keys())
        and axes.get_aspect() == "auto"
        and axes.get_box_aspect() is None
        and lies_where_put(axes)
    )
