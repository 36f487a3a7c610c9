"""Who hears of each draw of a figure, and whether that changes the picture.

A listener of ``draw_event`` is told that the figure has been drawn, and so has to see it drawn. It
may also draw upon the picture. But matplotlib has widgets that only copy the picture, to restore it
when the mouse moves, which does not happen in a video:

- a ``Cursor`` and a ``MultiCursor`` do no more than that;
- ``CheckButtons`` and ``RadioButtons`` draw their marks upon the picture, but nothing if the canvas
  is saving: then matplotlib draws the marks with all the rest;
- a selector (``RectangleSelector``, ``SpanSelector``, ...) does nothing at all, unless it was made
  with ``useblit=True``. Then it draws its own artists, and all animated ones, upon the picture, if
  any of them is visible; but from matplotlib 3.11 on not if the canvas is saving.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.widgets import Cursor, MultiCursor, RectangleSelector

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.known import name_of

COPYING = (Cursor.clear, MultiCursor.clear)
SELECTING = RectangleSelector.update_background  # the same function in all selectors
SELECTS_WHEN_SAVING = "is_saving" not in SELECTING.__code__.co_names
WHEN_NOT_SAVING = private.drawers_when_not_saving()


def listener_that_matters(canvas: FigureCanvasBase) -> str | None:
    """Return who hears of each draw of a canvas, where that matters, by name; None if nobody."""
    references = private.listeners(canvas, "draw_event")
    if references is None:
        return "somebody unknown"
    listeners = (reference() for reference in references)
    return next((name_of(each) for each in listeners if _matters(each, canvas)), None)


def _matters(listener: Any, canvas: FigureCanvasBase) -> bool:
    """Return whether to leave a listener out might change the picture, or be noticed."""
    owner, method = getattr(listener, "__self__", None), getattr(listener, "__func__", None)
    if listener is None or (method in COPYING and _is_known(owner)):
        return False
    if method is SELECTING and _is_known(owner):
        heard = SELECTS_WHEN_SAVING or not canvas.is_saving()
        return heard and _draws_upon_picture(owner)
    return not (canvas.is_saving() and method in WHEN_NOT_SAVING and _is_known(owner))


def _is_known(owner: Any) -> bool:
    """Return whether the owner of a method is matplotlib's, and so is what the method calls."""
    return type(owner).__module__.partition(".")[0] == "matplotlib"


def _draws_upon_picture(selector: Any) -> bool:
    """Return whether a selector has something to draw that is not in the picture."""
    if not selector.useblit:
        return False
    shown = list(selector.artists)
    for axes in selector.ax.get_figure().get_axes():
        shown += [child for child in axes.get_children() if child.get_animated()]
    return any(artist.get_visible() for artist in shown)
