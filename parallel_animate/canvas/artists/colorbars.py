"""What matplotlib's colorbars do to the axes that they are drawn in.

A colorbar takes over some methods of its axes, for the mouse and for ``cla()``, and places the axes
by a locator of its own. Neither has a part in drawing, as long as the colorbar is matplotlib's own.
"""

from __future__ import annotations

from typing import Any

from matplotlib import colorbar
from matplotlib.colorbar import Colorbar

from parallel_animate.canvas.artists.known import is_known

# The methods of its axes that a colorbar takes over, and which of its own it puts in their place.
TAKEN_OVER = {
    "_get_view": "_get_view",
    "_set_view": "_set_view",
    "_set_view_from_bbox": "_set_view_from_bbox",
    "drag_pan": "drag_pan",
    "cla": "_cbar_cla",
}
# The class of the locator, and what it asks first, if the axes had one before.
LOCATOR: Any = getattr(colorbar, "_ColorbarAxesLocator", None)
FORMER_LOCATOR = "_orig_locator"


def is_taken_over(name: str, method: Any) -> bool:
    """Return whether a method that an axes was given is one of its colorbar's, and as it was made.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> image = figure.add_subplot().imshow([[0, 1]])
    >>> axes = figure.colorbar(image).ax
    >>> is_taken_over("cla", axes.cla), is_taken_over("cla", lambda: None)
    (True, False)
    """
    return (
        name in TAKEN_OVER
        and type(getattr(method, "__self__", None)) is Colorbar
        and is_known(Colorbar)
        and getattr(method, "__func__", None) is vars(Colorbar).get(TAKEN_OVER[name])
    )


def former_locator(locator: Any) -> Any:
    """Return the locator that the axes of a colorbar had before; None if it had none."""
    return vars(locator).get(FORMER_LOCATOR) if type(locator) is LOCATOR else None


def only_shrinks(locator: Any) -> bool:
    """Return whether a locator lets axes lie where they were put, or less of that, by a colorbar.

    No other axes have a part in that.
    """
    return (
        LOCATOR is not None
        and type(locator) is LOCATOR
        and is_known(LOCATOR)
        and former_locator(locator) is None
    )
