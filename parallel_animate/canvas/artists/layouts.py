"""What a layout engine moves, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import TransformedBbox

from parallel_animate.canvas.artists.origin import is_matplotlibs
from parallel_animate.canvas.artists.placing import places_others


def has_foreign_engine(figure: Figure) -> bool:
    """Return whether a figure is laid out by code of the user."""
    return not is_matplotlibs(type(figure.get_layout_engine()))


def positions(figure: Figure) -> list[Any]:
    """Return the positions of everything in a figure that a layout engine moves.

    An axes is asked for its box: to ask it for its position would apply its aspect.
    """
    figures = list(_figures(figure))
    return [
        *(part.bbox.bounds for part in figures),
        *(
            bounds
            for axes in figure.axes
            for bounds in (axes.get_position(original=True).bounds, axes.bbox.bounds)
        ),
        *(
            child.get_position()
            for part in figures
            for child in part.get_children()
            if isinstance(child, Text)
        ),
    ]


def axes_at_their_original(figure: Figure) -> list[Axes]:
    """Return the axes of a figure, not of its subfigures, that lie where no aspect has moved them.

    A layout engine that has just run has put there whatever it places.
    """
    return [
        axes
        for axes in figure.axes
        if axes.get_figure(root=False) is figure
        and np.array_equal(
            axes.bbox.get_points(),
            TransformedBbox(axes.get_position(original=True), figure.transSubfigure).get_points(),
        )
    ]


def put_at_original(axes: Axes) -> None:
    """Put an axes where no aspect has moved it."""
    in_layout = axes.get_in_layout()
    axes.set_position(axes.get_position(original=True), which="active")
    axes.set_in_layout(in_layout)  # which a new position has changed


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
def layout_left(
    figure: Figure, left: bool, instead: Callable[[], None] | None = None
) -> Iterator[None]:
    """Leave a figure's layout as it is while the block draws the figure, if `left` is true.

    When it is the engine's turn, `instead` is called.
    """
    if not left:
        yield
        return
    engine = None if instead is None else SimpleNamespace(execute=lambda _: instead())
    vars(figure)["get_layout_engine"] = lambda: engine
    try:
        yield
    finally:
        del vars(figure)["get_layout_engine"]


def _figures(figure: Any) -> Iterator[Any]:
    """Yield a figure and its subfigures."""
    yield figure
    for part in figure.subfigs:
        yield from _figures(part)
