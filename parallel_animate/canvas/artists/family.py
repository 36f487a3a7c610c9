"""The parts that an artist is made of."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.offsetbox import AnchoredOffsetbox
from matplotlib.table import Cell
from matplotlib.text import Text

from parallel_animate.canvas.artists.axes3d import PARTS_3D, is_axis_3d
from parallel_animate.canvas.artists.hidden import draws_nothing
from parallel_animate.canvas.artists.libraries import parts_of


def family(artist: Artist) -> list[Artist]:
    """Return an artist and all artists that it is made of; the artist alone if it draws nothing."""
    members = [artist]
    if draws_nothing(artist):
        return members
    for child in (*artist.get_children(), *parts_of(artist)):
        members += family(child)
    return members + [part for part in _further_parts(artist) if part not in members]


def _further_parts(artist: Artist) -> list[Artist]:
    """Return the parts that matplotlib does not count among an artist's children."""
    parts: list[Any] = []
    if isinstance(artist, AnchoredOffsetbox):
        parts = [artist.patch]
    elif isinstance(artist, Text):
        arrow = getattr(artist, "arrow_patch", None)
        parts = [artist.get_bbox_patch(), arrow]
        if arrow is not None and "patchA" not in (getattr(artist, "arrowprops", None) or {}):
            parts.append(arrow.patchA)  # where its text is, made for each draw
    elif isinstance(artist, Cell):
        parts = [artist.get_text()]
    elif is_axis_3d(artist):
        parts = [getattr(artist, name, None) for name in PARTS_3D]
    return [part for part in parts if isinstance(part, Artist)]
