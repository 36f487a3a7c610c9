"""The artist, axis or axes that a change is made to, chosen by a number."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes as AxesBase
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure, FigureBase
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from tests.canvas.plans.values import Axes


def all_axes(figure: Figure) -> list[Axes]:
    """Return all axes, insets and secondary axes too."""
    found = []
    for ax in figure.axes:
        found += [ax, *(child for child in ax.child_axes if child not in figure.axes)]
    return found


def shown(figure: Figure) -> list[Any]:
    """Return all that was added to the axes and the figure."""
    return [
        artist
        for ax in all_axes(figure)
        for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.texts, *ax.images)
    ] + [
        artist
        for part in (figure, *figure.subfigs)
        for artist in (*part.texts, *part.lines, *part.patches)
    ]


def one_of(artists: list[Any], pick: int) -> list[Any]:
    """Return one of some artists, or none if there are none."""
    return [artists[pick % len(artists)]] if artists else []


def an_axes(figure: Figure, pick: int, *names: str) -> list[Axes]:
    """Return one axes of some projections."""
    fitting = [ax for ax in all_axes(figure) if not names or ax.name in names]
    return one_of([ax for ax in fitting if type(ax).__name__ != "SecondaryAxis"], pick)


def an_axis(figure: Figure, pick: int) -> list[Axis]:
    """Return one axis of all axes."""
    axes = an_axes(figure, pick // 3)
    return one_of([axis for ax in axes for axis in ax._axis_map.values()], pick)


def an_artist(figure: Figure, pick: int, kind: type | tuple[type, ...] = object) -> list[Any]:
    """Return one of the artists of a class."""
    return one_of([artist for artist in shown(figure) if isinstance(artist, kind)], pick)


def anything(figure: Figure, pick: int) -> list[Any]:
    """Return one of all artists that a figure, its parts and its axes draw themselves."""
    parents = [figure, *figure.subfigs, *all_axes(figure)]
    return one_of(
        [
            child
            for parent in parents
            for child in parent.get_children()
            if not isinstance(child, FigureBase | AxesBase)
        ],
        pick,
    )


def arrows(figure: Figure) -> list[Any]:
    """Return the arrows of all annotations, and those that stand for themselves."""
    notes = [getattr(artist, "arrow_patch", None) for artist in shown(figure)]
    own = [artist for artist in shown(figure) if isinstance(artist, FancyArrowPatch)]
    return own + [arrow for arrow in notes if arrow is not None]


def a_line(figure: Figure, pick: int) -> list[Any]:
    """Return one of the flat lines."""
    return one_of([artist for ax in all_axes(figure) for artist in ax.lines], pick)


def a_scatter(figure: Figure, pick: int) -> list[Any]:
    """Return one of the flat scatters."""
    return one_of(
        [
            artist
            for ax in all_axes(figure)
            for artist in ax.collections
            if type(artist) is PathCollection
        ],
        pick,
    )


def a_text(figure: Figure, pick: int) -> list[Any]:
    """Return one of the texts, titles and labels too."""
    own = [artist for artist in shown(figure) if isinstance(artist, Text)]
    axes = [ax for ax in all_axes(figure) if type(ax).__name__ != "SecondaryAxis"]
    return one_of(own + [text for ax in axes for text in (ax.title, ax.xaxis.label)], pick)


def a_mappable(figure: Figure, pick: int) -> list[Any]:
    """Return one of the artists with a colour map."""
    return one_of(
        [
            artist
            for artist in shown(figure)
            if hasattr(artist, "get_array") and artist.get_array() is not None
        ],
        pick,
    )


def a_legend(figure: Figure, pick: int) -> list[Any]:
    """Return one of the legends."""
    legends = [ax.get_legend() for ax in figure.axes] + figure.legends
    legends += [legend for part in figure.subfigs for legend in part.legends]
    return one_of([legend for legend in legends if legend is not None], pick)
