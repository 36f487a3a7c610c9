"""Artists that draw nothing as long as they are hidden.

What such an artist depends on, and what its parts look like, matters only once it is shown again,
which it reports. So its parts need not be followed, and nothing makes it volatile. To ask it for
its parts may even do harm: a hidden axis would make its ticks, and to make them moves spines.

The ``draw`` methods of these classes of matplotlib begin with a look at whether the artist is
visible. Not all do: a box of a legend draws its children though it is hidden itself, and a 3-D axis
its ticks.
"""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.legend import Legend
from matplotlib.offsetbox import AnchoredOffsetbox, AnnotationBbox
from matplotlib.patches import FancyArrowPatch
from matplotlib.table import Table
from matplotlib.text import Text

from parallel_animate.canvas.artists.axes3d import is_axis_3d
from parallel_animate.canvas.artists.origin import is_matplotlibs

LOOKING_FIRST = (
    *(Axis, Text, Legend, AnchoredOffsetbox, AnnotationBbox),
    *(FancyArrowPatch, Table),  # connections between axes among the arrows
)


def draws_nothing(artist: Any) -> bool:
    """Return whether an artist is hidden, and for that reason is known to draw nothing.

    What counts is the draw of its class: one that has a draw of its own is no unit.

    Examples
    --------
    >>> text = Text(visible=False)
    >>> draws_nothing(text)
    True
    >>> text.set_visible(True)
    >>> draws_nothing(text)
    False
    """
    return (
        not artist.get_visible()
        and isinstance(artist, LOOKING_FIRST)
        and _looks_first(type(artist))
        and not is_axis_3d(artist)
    )


def _looks_first(kind: type[Artist]) -> bool:
    """Return whether the draw of a class, and its notion of being visible, are matplotlib's."""
    return is_matplotlibs(kind) and kind.get_visible is Artist.get_visible
