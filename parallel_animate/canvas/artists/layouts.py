"""What a layout engine moves, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpecBase, SubplotSpec
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists.known import is_known
from parallel_animate.canvas.artists.placing import places_others

# What measures an axes and its texts for a layout engine.
_MEASURED = {"get_tightbbox", "get_window_extent", "get_default_bbox_extra_artists"}
# Parts of a pixel, or of a figure: the last digits of positions up to some thousand pixels.
STILL = 1e-11
# The method of a figure by which its draw asks for its layout engine.
LAYOUT_ENGINE = "get_layout_engine"


def has_foreign_engine(figure: Figure) -> bool:
    """Return whether a figure is laid out by code that is not known."""
    return not is_known(type(figure.get_layout_engine()))


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


def are_alike(before: list[Any], after: list[Any]) -> bool:
    """Return whether positions are the same, but for what the last digits of sums may differ by."""
    return [len(each) for each in before] == [len(each) for each in after] and bool(
        np.allclose(np.concatenate(before), np.concatenate(after), rtol=0, atol=STILL)
    )


def arrangement(figure: Figure) -> list[object]:
    """Return what a layout engine depends on, apart from what artists look like.

    Nothing reports a change of it: the engine and its settings, the grids that axes and subfigures
    are placed in, and which artists take part.
    """
    engine = figure.get_layout_engine()
    figures = list(_figures(figure))
    parents = [*figures, *figure.axes]
    specs = [ax.get_subplotspec() for ax in figure.axes]
    specs += [value for part in figures[1:] for value in vars(part).values() if _is_placing(value)]
    return [
        engine,
        None if engine is None else engine.get(),
        [_placing(spec) for spec in specs],
        [child.get_in_layout() for parent in parents for child in (parent, *parent.get_children())],
    ]


def _is_placing(value: object) -> bool:
    return isinstance(value, GridSpecBase | SubplotSpec)


def _placing(place: object) -> object:
    """Return what decides on a place in a grid, which may lie in a place of another grid."""
    if not _is_placing(place):
        return place
    return [
        _placing(value)
        for value in vars(place).values()
        if _is_placing(value) or isinstance(value, int | float | list | tuple | None)
    ]


def lay_out(figure: Figure) -> None:
    """Let the layout engine of a figure run, as a draw does."""
    stand_in = vars(figure).pop(LAYOUT_ENGINE, None)
    engine = figure.get_layout_engine()
    try:
        if engine is not None:
            with suppress(ValueError):  # as matplotlib does: a window may be too small for it
                engine.execute(figure)
    finally:
        if stand_in is not None:
            vars(figure)[LAYOUT_ENGINE] = stand_in


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


def reaches(axes: Any) -> dict[Artist, tuple[float, ...]]:
    """Return how far each text in an axes reaches: all that a layout engine sees of it.

    That is the box around both, in pixels. Titles and labels are not among these texts, nor are
    those that may be measured in another way.
    """
    if not isinstance(axes, Axes) or not _is_measured_as_usual(axes, Axes):
        return {}
    renderer = axes.get_figure(root=True).canvas.get_renderer()  # type: ignore[union-attr]
    around = axes.get_window_extent(renderer)
    seen = set(map(id, axes.get_default_bbox_extra_artists()))
    found: dict[Artist, tuple[float, ...]] = {}
    for text in axes.texts:
        if type(text) is Text and _is_measured_as_usual(text, Text):
            box = text.get_window_extent(renderer) if id(text) in seen else around
            is_seen = box.width or box.height
            found[text] = tuple(Bbox.union([around, box]).extents if is_seen else around.extents)
    return found


def _is_measured_as_usual(artist: Any, kind: type) -> bool:
    return _MEASURED.isdisjoint(vars(artist)) and all(
        getattr(type(artist), name, None) is getattr(kind, name, None) for name in _MEASURED
    )


@contextmanager
def layout_left(figure: Figure, instead: Callable[[], None] | None = None) -> Iterator[None]:
    """Leave a figure's layout as it is while the block draws the figure.

    Or call something instead, when the turn of the layout engine comes.
    """
    engine = None if instead is None else _StandIn(instead)
    vars(figure)[LAYOUT_ENGINE] = lambda: engine
    try:
        yield
    finally:
        del vars(figure)[LAYOUT_ENGINE]


class _StandIn:
    """Calls a function where a layout engine would run."""

    def __init__(self, instead: Callable[[], None]) -> None:
        self._instead = instead

    def execute(self, figure: Figure) -> None:
        self._instead()


def _figures(figure: Any) -> Iterator[Any]:
    """Yield a figure and its subfigures."""
    yield figure
    for part in figure.subfigs:
        yield from _figures(part)
