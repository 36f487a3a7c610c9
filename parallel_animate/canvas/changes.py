"""Noticing that what an artist draws is out of date.

Three ways, from the cheap to the sure:

1. Artists report their changes: each setter sets ``stale``, which calls the artist's
   ``stale_callback``. :class:`Watch` takes that callback over.
2. Some changes are reported by nothing: an array changed in place, a transform that was turned,
   a tick formatter with a state. :func:`fingerprint` tells them.
3. Where what is drawn depends on other artists, or on code that is not matplotlib's, nothing can
   tell: such an artist is :func:`volatile`, and is drawn anew for each frame.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import ConnectionPatch, FancyArrowPatch
from matplotlib.path import Path
from matplotlib.quiver import QuiverKey
from matplotlib.spines import Spine
from matplotlib.table import Cell
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Transform


class Drawn(Protocol):
    """Something that was drawn, and may have to be drawn again."""

    stale: bool


class Watch:
    """Hears of every change of the artists that it watches.

    An artist's own callback, which would mark its parents, is kept, and put back by
    :meth:`release`.
    """

    def __init__(self) -> None:
        self.muted = False
        self._owners: dict[int, Drawn] = {}
        self._originals: dict[int, tuple[Artist, Any]] = {}
        self._callback: Callable[[Artist, bool], None] = self._heard

    def follow(self, artists: Iterable[Artist], owner: Drawn) -> None:
        """Mark `owner` stale when one of `artists` changes."""
        for artist in artists:
            self._owners[id(artist)] = owner
            if artist.stale_callback is not self._callback:
                self._originals[id(artist)] = (artist, artist.stale_callback)
                artist.stale_callback = self._callback

    def follows(self, artist: Artist) -> bool:
        """Return whether changes of an artist are heard; not if it was removed and added again."""
        return artist.stale_callback is self._callback

    def forget(self, artists: Iterable[Artist]) -> None:
        """Give back the callbacks of artists that are no longer drawn."""
        for artist in artists:
            self._owners.pop(id(artist), None)
            _, original = self._originals.pop(id(artist), (None, None))
            if artist.stale_callback is self._callback:
                artist.stale_callback = original

    def release(self) -> None:
        """Give back all callbacks."""
        self.forget([artist for artist, _ in self._originals.values()])

    def _heard(self, artist: Artist, stale: bool) -> None:
        owner = self._owners.get(id(artist))
        if stale and owner is not None and not self.muted:
            owner.stale = True


def family(artist: Artist) -> list[Artist]:
    """Return an artist and all artists that it is made of."""
    members = [artist]
    for child in artist.get_children():
        members += family(child)
    # Parts that matplotlib does not count among the children.
    parts: list[Any] = []
    if isinstance(artist, Text):
        parts = [artist.get_bbox_patch(), getattr(artist, "arrow_patch", None)]
    elif isinstance(artist, Cell):
        parts = [artist.get_text()]
    elif hasattr(artist, "draw_pane"):  # an Axis3D
        parts = [getattr(artist, name, None) for name in ("pane", "line", "gridlines")]
    return members + [part for part in parts if isinstance(part, Artist) and part not in members]


def is_matplotlibs(kind: type) -> bool:
    """Return whether a class is part of matplotlib.

    Examples
    --------
    >>> is_matplotlibs(Line2D), is_matplotlibs(Exception)
    (True, False)
    """
    known = _IS_MATPLOTLIBS.get(kind)
    if known is None:
        known = kind.__module__.partition(".")[0] in ("matplotlib", "mpl_toolkits")
        _IS_MATPLOTLIBS[kind] = known
    return known


_IS_MATPLOTLIBS: dict[type, bool] = {}


def volatile(artist: Artist, members: list[Artist]) -> bool:
    """Return whether an artist has to be drawn anew for each frame.

    Parameters
    ----------
    artist : Artist
        The artist.
    members : list of Artist
        Its :func:`family`.
    """
    if not all(is_matplotlibs(type(member)) for member in members):
        return True
    if artist.get_agg_filter() is not None:
        return True
    if not all(is_matplotlibs(type(effect)) for effect in artist.get_path_effects() or ()):
        return True
    if isinstance(artist, Legend):
        return getattr(artist, "_loc", 0) == 0  # "best" looks at the data each time
    if isinstance(artist, Annotation | AnnotationBbox):
        kinds = (artist.xycoords, getattr(artist, "anncoords", None))
        flat = [kind for pair in kinds for kind in (pair if isinstance(pair, tuple) else (pair,))]
        return not all(isinstance(kind, str | None) for kind in flat)
    if isinstance(artist, FancyArrowPatch) and (artist.patchA or artist.patchB):
        return True
    if isinstance(artist, ConnectionPatch | QuiverKey):
        return True
    if type(artist).__name__ == "InsetIndicator":  # new in matplotlib 3.10
        return True
    axes = artist.axes
    clip: Any = artist.get_clip_path()
    return clip is not None and getattr(clip, "_patch", None) is not getattr(axes, "patch", axes)


def fingerprint(artist: Artist, members: list[Artist]) -> Any:
    """Return a value that differs when an artist draws differently without having said so.

    Parameters
    ----------
    artist : Artist
        The artist.
    members : list of Artist
        Its :func:`family`.
    """
    if isinstance(artist, Axis):
        return _tickers(artist)
    if isinstance(artist, Spine):
        return None
    if isinstance(artist, Text) and len(members) == 1:
        return _matrix(artist) if artist.get_text() else None
    if isinstance(artist, Line2D):
        return _sum(artist.get_path().vertices), _matrix(artist), _clip(artist)
    if isinstance(artist, Legend):
        return tuple(artist.get_bbox_to_anchor().extents)
    return [_held(member) for member in members], _matrix(artist), _clip(artist)


def _clip(artist: Artist) -> tuple[float, ...]:
    """Return the clip box: that of a rectangle which the user may move."""
    box: Any = artist.get_clip_box()
    return () if box is None else tuple(box.extents)


def _held(artist: Artist) -> int:
    """Return a checksum of all arrays and paths that an artist holds."""
    total = 0
    for value in vars(artist).values():
        if isinstance(value, np.ndarray):
            total = _sum(value, total)
        elif isinstance(value, Path):
            total = _sum(value.vertices, total)
        elif type(value) is list and value and isinstance(value[0], Path):
            for path in value:
                total = _sum(path.vertices, total)
    return total


def _sum(array: Any, start: int = 0) -> int:
    """Return a checksum (CRC-32) of an array's bytes, its mask included."""
    if isinstance(array, np.ma.MaskedArray):
        start = _sum(np.ma.getmaskarray(array), start)
        array = np.ma.getdata(array)
    if array.dtype.hasobject:
        return zlib.crc32(repr(array).encode(), start)
    flat = np.ascontiguousarray(array).reshape(-1)
    return zlib.crc32(flat.view(np.uint8).data, start)


def _matrix(artist: Artist) -> bytes:
    """Return the affine part of an artist's own transforms, if they are not those of its axes."""
    transforms: list[Any] = [Artist.get_transform(artist)]
    if isinstance(artist, Collection):
        transforms.append(artist.get_offset_transform())
    axes = artist.axes
    usual = (axes.transData, axes.transAxes) if isinstance(axes, Axes) else ()
    return b"".join(
        transform.get_affine().get_matrix().tobytes()
        for transform in transforms
        if isinstance(transform, Transform) and not any(transform is other for other in usual)
    )


def _tickers(axis: Axis) -> list[Any]:
    """Return the state of an axis's locators and formatters."""
    state: list[Any] = []
    for locator, formatter, locations in (
        (axis.get_major_locator(), axis.get_major_formatter(), axis.get_majorticklocs),
        (axis.get_minor_locator(), axis.get_minor_formatter(), axis.get_minorticklocs),
    ):
        foreign = not (is_matplotlibs(type(locator)) and is_matplotlibs(type(formatter)))
        if foreign or isinstance(formatter, FuncFormatter):
            # Code of the user, which may depend on anything: see what it says.
            values: Any = locations()
            state.append((np.asarray(values).tobytes(), formatter.format_ticks(values)))
        else:
            state += [_plain(vars(locator)), _plain(vars(formatter))]
    return state


def _plain(attributes: dict[str, Any]) -> list[Any]:
    """Return attributes in a form that can be compared: an object as its identity."""
    return [
        value
        if type(value) in _SIMPLE
        else value.tobytes()
        if isinstance(value, np.ndarray)
        else repr(value)
        if isinstance(value, tuple)
        else id(value)
        for value in attributes.values()
    ]


_SIMPLE = (bool, int, float, str, type(None))
