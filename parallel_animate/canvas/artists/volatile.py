"""Artists that have to be drawn anew for each frame, since nothing tells when they change.

What such an artist draws depends on other artists, or on code that is not known.
"""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.contour import ContourSet
from matplotlib.legend import Legend
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import ConnectionPatch
from matplotlib.table import Table
from matplotlib.text import Annotation

from parallel_animate.canvas.artists.hidden import draws_nothing
from parallel_animate.canvas.artists.holding import unknown_part
from parallel_animate.canvas.artists.known import name_of
from parallel_animate.canvas.artists.libraries import why_volatile_there
from parallel_animate.canvas.artists.private import clipping_patch, takes_best_place


def why_volatile(artist: Artist, members: list[Artist]) -> str | None:
    """Return why an artist has to be drawn anew for each frame, in words; None if it has not to.

    Parameters
    ----------
    artist : Artist
        The artist.
    members : list of Artist
        It, and the parts that it is made of: its :func:`~family.family`.
    """
    if draws_nothing(artist):
        return None
    if artist.get_agg_filter() is not None:
        return f"{name_of(artist)} has an agg_filter"
    if isinstance(artist, Legend) and takes_best_place(artist):
        return "a legend takes the best place, for which it looks at the data"
    if isinstance(artist, Annotation | AnnotationBbox) and _is_anchored_to_others(artist):
        return f"{name_of(artist)} is anchored by an object or a function"
    if isinstance(artist, ConnectionPatch):
        return f"{name_of(artist)} connects other artists"
    clip: Any = artist.get_clip_path()
    if clip is not None and clipping_patch(clip) is not getattr(artist.axes, "patch", 0):
        return f"{name_of(artist)} has a clip path of its own"
    if isinstance(artist, Table) and _resizes_its_cells(artist):
        return "a table gives its cells another size whenever it is drawn"
    if isinstance(artist, ContourSet) and _sets_its_dashes(artist):
        return "a hatched contour set with dashed lines sets its dashes anew whenever it is drawn"
    if any(callable(getattr(member, "bbox", None)) for member in members):  # a BboxImage's
        return f"{name_of(artist)} holds an image that a function places"
    unknown = unknown_part(artist, members)
    if unknown is None:
        return why_volatile_there(artist)
    if unknown is artist:
        return f"{name_of(artist)} is no artist of matplotlib's that is known"
    return f"{name_of(artist)} holds {name_of(unknown)}"


def _is_anchored_to_others(artist: Any) -> bool:
    """Return whether an annotation says by an object or a function where it is."""
    kinds = (artist.xycoords, artist.anncoords)
    flat = [kind for pair in kinds for kind in (pair if isinstance(pair, tuple) else (pair,))]
    return not all(isinstance(kind, str) for kind in flat)


def _resizes_its_cells(table: Table) -> bool:
    """Return whether a table may give its cells another size each time that it is drawn.

    It makes them fit into its box by what they take up, which is more than their size where they
    are turned, or where a transform of their own scales them.
    """
    usual = table.get_transform()
    cells = table.get_celld().values()
    return any(cell.angle != 0 or cell.get_data_transform() is not usual for cell in cells)


def _sets_its_dashes(contours: Any) -> bool:
    """Return whether a contour set sets its dashes when it is drawn, and longer ones each time."""
    hatched = contours.filled and any(hatch is not None for hatch in contours.hatches)
    return hatched and any(dashes for _, dashes in contours.get_linestyles())
