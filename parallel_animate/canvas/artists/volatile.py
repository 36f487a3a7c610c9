"""Artists that have to be drawn anew for each frame, since nothing tells when they change.

What such an artist draws depends on other artists, or on code that is not matplotlib's.
"""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.colors import Colormap, Normalize
from matplotlib.legend import Legend
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import ConnectionPatch
from matplotlib.path import Path
from matplotlib.spines import Spine
from matplotlib.text import Annotation
from matplotlib.transforms import TransformNode

from parallel_animate.canvas.artists.hidden import draws_nothing
from parallel_animate.canvas.artists.origin import is_matplotlibs
from parallel_animate.canvas.artists.private import clipping_patch, takes_best_place

# Parts of an artist that decide what it draws, by code that may be the user's.
BEHAVING = (Normalize, Colormap, TransformNode, Path, MarkerStyle)
# Of an artist of many parts, so many are asked whether they refer to other artists.
MEMBERS_ASKED = 4


def volatile(artist: Artist, members: list[Artist]) -> bool:
    """Return whether an artist has to be drawn anew for each frame.

    Parameters
    ----------
    artist : Artist
        The artist.
    members : list of Artist
        It, and the parts that it is made of: its :func:`~family.family`.
    """
    if draws_nothing(artist):
        return False
    if not all(is_matplotlibs(type(member)) for member in members):
        return True
    if artist.get_agg_filter() is not None or _has_unknown_effects(artist):
        return True
    if isinstance(artist, Legend):
        return takes_best_place(artist)  # for which it looks at the data each time
    if isinstance(artist, Annotation | AnnotationBbox) and _is_anchored_to_others(artist):
        return True
    if isinstance(artist, ConnectionPatch) or type(artist).__name__ == "InsetIndicator":
        return True
    clip: Any = artist.get_clip_path()
    if clip is not None and clipping_patch(clip) is not getattr(artist.axes, "patch", 0):
        return True
    parts = (getattr(artist, "norm", None), getattr(artist, "cmap", None), *vars(artist).values())
    if not all(is_matplotlibs(type(part)) for part in parts if isinstance(part, BEHAVING)):
        return True
    return not isinstance(artist, Spine) and _refers_to_others(members)


def _has_unknown_effects(artist: Artist) -> bool:
    """Return whether a path effect is the user's, or draws another artist."""
    return any(
        not is_matplotlibs(type(effect)) or any(map(_is_artist, vars(effect).values()))
        for effect in artist.get_path_effects() or ()
    )


def _is_anchored_to_others(artist: Any) -> bool:
    """Return whether an annotation says by an object or a function where it is."""
    kinds = (artist.xycoords, artist.anncoords)
    flat = [kind for pair in kinds for kind in (pair if isinstance(pair, tuple) else (pair,))]
    return not all(isinstance(kind, str) for kind in flat)


def _refers_to_others(members: list[Artist]) -> bool:
    """Return whether an artist depends on others that are no part of it, or on code of the user.

    A shadow, for example, keeps the patch that it is the shadow of. A function that says where the
    artist is counts too, because it may be the user's, or a method of another artist.
    """
    artist = members[0]
    own = {id(part) for part in (artist.axes, artist.get_figure(), *members)}
    for member in members[:MEMBERS_ASKED]:
        if callable(getattr(member, "bbox", None)):  # a BboxImage's
            return True
        for value in vars(member).values():
            if _is_artist(value) and id(value) not in own:
                return True
    return False


def _is_artist(value: object) -> bool:
    return isinstance(value, Artist)
