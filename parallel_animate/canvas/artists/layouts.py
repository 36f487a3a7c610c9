"""What a layout engine moves, and what it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from parallel_animate.canvas.artists.origin import is_matplotlibs
from parallel_animate.canvas.artists.placing import places_others


def has_foreign_engine(figure: Figure) -> bool:
    """Return whether a figure is laid out by code of the user."""
    return not is_matplotlibs(type(figure.get_layout_engine()))


def positions(figure: Figure) -> list[Any]:
    """Return the positions of everything in a figure that a layout engine moves."""
    figures = list(_figures(figure))
    return [
        *(part.bbox.bounds for part in figures),
        *(axes.get_position(original).bounds for axes in figure.axes for original in (True, False)),
        *(
            child.get_position()
            for part in figures
            for child in part.get_children()
            if isinstance(child, Text)
        ),
    ]


def is_laid_out(parent: Any, changed: list[Any]) -> bool:
    """Return whether a layout engine looks at one of these children of a figure or axes."""
    if not changed:
        return False
    if not isinstance(parent, Axes):
        return any(artist.get_in_layout() for artist in changed)
    if any(map(places_others, changed)):
        return True
    # Data that is clipped to its axes is not among these.
    extra = set(map(id, parent.get_default_bbox_extra_artists()))
    return any(id(artist) in extra for artist in changed)


@contextmanager
def layout_left(figure: Figure, left: bool) -> Iterator[None]:
    """Leave a figure's layout as it is while the block draws the figure, if `left` is true."""
    if not left:
        yield
        return
    vars(figure)["get_layout_engine"] = lambda: None
    try:
        yield
    finally:
        del vars(figure)["get_layout_engine"]


def _figures(figure: Any) -> Iterator[Any]:
    """Yield a figure and its subfigures."""
    yield figure
    for part in figure.subfigs:
        yield from _figures(part)
