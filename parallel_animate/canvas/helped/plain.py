"""Which artists a helped draw may draw: those of matplotlib's own classes, as they are."""

from __future__ import annotations

from functools import cache
from typing import Any

from matplotlib.axis import Axis
from matplotlib.transforms import Transform, TransformWrapper

from parallel_animate.canvas.artists.holding import is_ours
from parallel_animate.canvas.artists.known import is_known
from parallel_animate.canvas.artists.private_drawn import TRANSFORM
from parallel_animate.canvas.artists.private_placed import parts_of_transform


def is_own(artist: Any) -> bool:
    """Return whether an artist is of a class that is known, and was given no method of its own.

    What stands in for a method during a draw does not count.

    Examples
    --------
    >>> from matplotlib.text import Text
    >>> text = Text()
    >>> is_own(text)
    True
    >>> text.get_window_extent = print
    >>> is_own(text)
    False
    """
    kind: Any = type(artist)
    state, methods = vars(artist), _methods(kind)
    if not is_known(kind):
        return False
    return methods.isdisjoint(state) or all(is_ours(state[name]) for name in methods & state.keys())


def may_run_unknown(artist: Any) -> bool:
    """Return whether to draw an artist may run code that is not known.

    Looked at is what users give artists: classes and methods, parts, effects, filters, transforms
    and norms.
    """
    transform, norm = vars(artist).get(TRANSFORM), getattr(artist, "norm", None)
    return (
        not is_own(artist)
        or bool(artist.get_children())
        or bool(artist.get_path_effects())
        or artist.get_agg_filter() is not None
        or not (transform is None or is_known(type(transform)))
        or not (norm is None or is_known(type(norm)))
    )


def is_transform_of_known(transform: Any) -> bool:
    """Return whether a transform is put together of matplotlib's own, as they are."""
    parts = [transform]
    for part in parts:
        wraps = type(part) is TransformWrapper  # it has the methods of what it wraps
        if not (is_known(TransformWrapper) if wraps else is_own(part)):
            return False
        parts += parts_of_transform(vars(part))
    return isinstance(transform, Transform)


def may_have_run_unknown(artist: Any, *, looked_through: bool) -> bool:
    """Return whether the draw of an artist that is redrawn may have run code that is not known.

    `looked_through` tells whether all that it holds was just found to be known.
    """
    if not is_own(artist):
        return True
    if isinstance(artist, Axis):  # its locators and formatters are watched
        return may_run_unknown(artist.label) or may_run_unknown(artist.offsetText)
    return not looked_through and may_run_unknown(artist)


@cache
def _methods(kind: Any) -> frozenset[str]:
    """Return the names of all methods of a class."""
    return frozenset(name for name in dir(kind) if callable(getattr(kind, name, None)))
