"""Whose code an artist is drawn by: matplotlib's, which is known, or the user's.

What code of the user does cannot be known, so it has to run for every frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.axes3d import is_axes_3d
from parallel_animate.canvas.artists.colorbars import is_taken_over
from parallel_animate.canvas.artists.holding import is_ours
from parallel_animate.canvas.artists.known import is_known
from parallel_animate.canvas.artists.listeners import listener_that_matters

# What the mouse asks an axes for, and a user may replace.
NOT_DRAWING = ("format_coord", "format_xdata", "format_ydata", "can_pan", "can_zoom", "contains")
_IS_MATPLOTLIBS: dict[type, bool] = {}


def is_matplotlibs(kind: type) -> bool:
    """Return whether a class is part of matplotlib.

    Examples
    --------
    >>> is_matplotlibs(Figure), is_matplotlibs(Exception)
    (True, False)
    """
    known = _IS_MATPLOTLIBS.get(kind)
    if known is None:
        known = kind.__module__.partition(".")[0] in ("matplotlib", "mpl_toolkits")
        _IS_MATPLOTLIBS[kind] = known
    return known


def draws_plainly(artist: Any) -> bool:
    """Return whether a figure or axes does no more than place its children, and draw them."""
    module = getattr(type(artist).draw, "__module__", "")
    return (
        is_known(type(artist))
        and module in private.PLAIN_DRAW_MODULES
        and own_method(artist) is None
    )


def draws_as_3d(artist: Any) -> bool:
    """Return whether it is a 3-D axes of matplotlib's own, which draws in another order."""
    return is_known(type(artist)) and is_axes_3d(artist)


def own_method(artist: Any) -> str | None:
    """Return the name of a method that a figure or axes was given in place of its class's."""
    kind = type(artist)
    given: dict[str, Any] = vars(artist)
    for name, value in given.items():
        if (
            isinstance(value, FunctionType | MethodType | partial)
            and name not in NOT_DRAWING
            and hasattr(kind, name)
            and not is_ours(value)
            and not is_taken_over(name, value)
        ):
            return name
    return None


def draws_itself(artist: Any) -> bool:
    """Return whether an artist has been given a draw of its own, which its class has not."""
    return "draw" in vars(artist)


def with_insets(axes: Iterable[Any]) -> Iterator[Any]:
    """Yield axes, and those that lie within them, at any depth."""
    for each in axes:
        yield each
        yield from with_insets(each.child_axes)


def why_not_redrawn(figure: Figure, canvas: FigureCanvasBase) -> str | None:
    """Return why a figure's draw may not be left out, in words; None if it may.

    It may not where code of the user draws the figure itself or has to hear of each draw, nor where
    neighbouring images are joined before they are drawn. That may change from frame to frame.
    """
    if draws_itself(figure):
        return "the figure has been given a draw of its own"
    if figure.suppressComposite is False:
        return "figure.suppressComposite is False, which joins images before they are drawn"
    if any(part.get_agg_filter() is not None for part in (figure, *with_insets(figure.axes))):
        return "the figure, an axes or an inset has an agg_filter"
    listener = listener_that_matters(canvas)
    return None if listener is None else f"{listener} hears of each draw (draw_event)"
