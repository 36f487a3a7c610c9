"""Noticing that what an artist draws is out of date.

Three ways, from the cheap to the sure:

1. Artists report their changes: each setter sets ``stale``, which calls the artist's
   ``stale_callback``. :class:`Watch` takes that callback over.
2. Some changes are reported by nothing: an array changed in place, a transform that was turned,
   a norm or a tick formatter with a state. A :class:`Fingerprint` tells them, as far as
   :func:`_contents` looks into things.
3. Where what is drawn depends on other artists, or on code that is not matplotlib's, nothing can
   tell: such an artist is :func:`volatile`, and is drawn anew for each frame.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import is_
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.colors import Colormap, Normalize
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import ArrowStyle, BoxStyle, ConnectionPatch, ConnectionStyle
from matplotlib.path import Path
from matplotlib.spines import Spine
from matplotlib.table import Cell
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import BboxBase, Transform, TransformNode
from matplotlib.tri import Triangulation

from parallel_animate.canvas.axes3d import AXIS_3D_DRAWS, REMEMBERED


class Drawn(Protocol):
    """Something that was drawn, and may have to be drawn again."""

    def heard(self, artist: Artist) -> None:
        """Take note of a change that an artist has reported."""


class Watch:
    """Hears of every change of the artists that it watches.

    An artist's own callback, which would mark its parents, is kept, and put back by
    :meth:`release`.
    """

    def __init__(self) -> None:
        self._muted = False
        self._owners: dict[int, Drawn] = {}
        self._originals: dict[int, tuple[Artist, Any]] = {}
        self._callback: Callable[[Artist, bool], None] = self._heard

    def follow(self, artists: Iterable[Artist], owner: Drawn) -> None:
        """Tell `owner` when one of `artists` changes."""
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

    @contextmanager
    def mute(self) -> Iterator[None]:
        """Hear of nothing in the block: what is set there is set already."""
        self._muted = True
        try:
            yield
        finally:
            self._muted = False

    def _heard(self, artist: Artist, stale: bool) -> None:
        owner = self._owners.get(id(artist))
        if stale and owner is not None and not self._muted:
            owner.heard(artist)


def family(artist: Artist) -> list[Artist]:
    """Return an artist and all artists that it is made of, or the artist alone if it is hidden.

    To ask a hidden axis for its ticks would make them, which moves spines.
    """
    members = [artist]
    if not artist.get_visible():
        return members
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
    >>> is_matplotlibs(Spine), is_matplotlibs(Exception)
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
    for effect in artist.get_path_effects() or ():
        if not is_matplotlibs(type(effect)) or any(map(_is_artist, vars(effect).values())):
            return True
    if isinstance(artist, Legend):
        return getattr(artist, "_loc", 0) == 0  # "best" looks at the data each time
    if isinstance(artist, Annotation | AnnotationBbox):
        kinds = (artist.xycoords, artist.anncoords)
        flat = [kind for pair in kinds for kind in (pair if isinstance(pair, tuple) else (pair,))]
        if not all(isinstance(kind, str) for kind in flat):
            return True
    if isinstance(artist, ConnectionPatch) or type(artist).__name__ == "InsetIndicator":
        return True
    clip: Any = artist.get_clip_path()
    if clip is not None and getattr(clip, "_patch", None) is not getattr(artist.axes, "patch", 0):
        return True
    parts = (getattr(artist, "norm", None), getattr(artist, "cmap", None), *vars(artist).values())
    if not all(is_matplotlibs(type(part)) for part in parts if isinstance(part, BEHAVING)):
        return True
    return not isinstance(artist, Spine) and _refers_to_others(members)


# Parts of an artist that decide what it draws, by code that may be the user's.
BEHAVING = (Normalize, Colormap, TransformNode, Path, MarkerStyle)


def _refers_to_others(members: list[Artist]) -> bool:
    """Return whether an artist keeps others that are no part of it, as a shadow its patch.

    Or methods of others, or the user's functions, that say where it is.
    """
    artist = members[0]
    own = {id(part) for part in (artist.axes, artist.get_figure(), *members)}
    for member in members[:MEMBERS]:
        if callable(getattr(member, "bbox", None)):  # a BboxImage's
            return True
        for value in vars(member).values():
            if _is_artist(value) and id(value) not in own:
                return True
    return False


def _is_artist(value: object) -> bool:
    return isinstance(value, Artist)


class Fingerprint:
    """The state of an artist, as far as it is known how to tell it.

    Parameters
    ----------
    artist : Artist
        The artist, as it is after it was drawn.
    members : list of Artist
        Its :func:`family`.
    """

    def __init__(self, artist: Artist, members: list[Artist]) -> None:
        # An artist of many parts, such as a legend, hears of their changes from themselves.
        self._artists = members[:MEMBERS]
        if isinstance(artist, Axis):
            self._artists = [artist, artist.label, artist.offsetText]
        # What shows in a legend may share its arrays with what it stands for.
        self._artists += [part for part in members[MEMBERS:] if isinstance(part, Collection)]
        self._values = [_attributes(member) for member in self._artists]
        usual = _usual_transforms(artist)
        # What shows nothing shows no change in place; that it shows something is an attribute.
        empty = not artist.get_visible() or (isinstance(artist, Text) and not artist.get_text())
        self._mutable = [
            value
            for values in ([] if empty else self._values)
            for value in values
            if isinstance(value, MUTABLE)
            if not any(value is other for other in usual)
        ]
        self._sums = list(map(_contents, self._mutable))
        self._mapping = _mapping(artist)
        self._axis = artist if isinstance(artist, Axis) else None
        self._tickers = _tickers(artist) if isinstance(artist, Axis) else None

    def holds(self) -> bool:
        """Return whether the artist is still in this state."""
        return (
            all(map(_same, self._values, map(_attributes, self._artists)))
            and self._sums == list(map(_contents, self._mutable))
            and self._mapping == _mapping(self._artists[0])
            and (self._axis is None or self._tickers == _tickers(self._axis))
        )


MEMBERS = 4
# Objects of matplotlib's that are no more than the values of their attributes.
PLAIN = (
    FontProperties,
    Triangulation,
    *BoxStyle.get_styles().values(),
    *ArrowStyle.get_styles().values(),
    *ConnectionStyle.get_styles().values(),
)
# What may be changed in place.
MUTABLE = (np.ndarray, Path, Transform, BboxBase, MarkerStyle, list, tuple, dict, *PLAIN)
# Of longer lists only numbers, texts and paths are looked at: to look at each of many artists would
# take longer than to draw them.
LONGEST = 32
# Where a transform that is not affine is probed: it may be made of any others.
PROBES = np.array([[0.0, 0.0], [0.37, 0.81], [1.0, 2.7], [13.1, 1.7]])
# Not part of the state: what drawing and watching set.
PASSING = frozenset(
    {
        *("_stale", "stale_callback", "_renderer", "get_tightbbox"),
        *AXIS_3D_DRAWS,  # "draw" among them, which is everybody's
        *REMEMBERED,
    }
)
_COMPARABLE = (bool, int, float, str, tuple, np.float64)


def _attributes(artist: Artist) -> list[Any]:
    return [value for name, value in vars(artist).items() if name not in PASSING]


def _same(before: list[Any], now: list[Any]) -> bool:
    """Return whether attributes are the same objects, or equal plain values."""
    if len(before) != len(now):
        return False
    return all(map(is_, before, now)) or all(
        a is b or (type(a) is type(b) and type(a) in _COMPARABLE and a == b)
        for a, b in zip(before, now, strict=True)
    )


def _contents(value: Any) -> object:
    """Return what tells that an object was changed in place."""
    if isinstance(value, np.ndarray):
        return _sum(value)
    if isinstance(value, Path):
        return _sum(value.vertices)
    if isinstance(value, list | tuple | dict):
        return _items(value)
    if isinstance(value, MarkerStyle):
        value = value.get_transform()
    if isinstance(value, Transform):
        matrix = value.get_affine().get_matrix().tobytes()
        if value.is_affine or value.input_dims != 2:
            return matrix
        with np.errstate(all="ignore"):
            return matrix, value.transform(PROBES).tobytes()
    if isinstance(value, BboxBase):
        return tuple(value.extents)
    return _state(value)


def _items(values: Any) -> object:
    """Return what tells that an item of a list, tuple or dict was changed in place."""
    if isinstance(values, dict):
        values = [part for pair in values.items() for part in pair]
    if len(values) <= LONGEST:
        return list(map(_part, values))
    if type(values[0]) in _SIMPLE:
        return hash(tuple(values))
    return [len(values), *(_sum(path.vertices) for path in values if isinstance(path, Path))]


def _state(thing: Any) -> list[object]:
    """Return the values of an object's attributes, in a form that can be compared."""
    return list(map(_part, vars(thing).values()))


def _part(value: Any) -> object:
    """Return what tells that a part of something has changed: another value, or another object."""
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, np.ndarray | Path | list | tuple | dict):
        return _contents(value)
    return _Itself(value)


class _Itself:
    """An object that equals none but itself; kept, so that no other one gets its address."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self._value is other._value

    __hash__ = None  # type: ignore[assignment]


def _mapping(artist: Any) -> list[object]:
    """Return what of an artist's norm and colormap may be set in place."""
    colormap, norm = getattr(artist, "cmap", None), getattr(artist, "norm", None)
    state: list[object] = _state(norm) if isinstance(norm, Normalize) else []
    if isinstance(colormap, Colormap):
        for color in (colormap.get_bad, colormap.get_under, colormap.get_over):
            state.append(color().tobytes())
    return state


def _usual_transforms(artist: Artist) -> tuple[Any, ...]:
    """Return the transforms that belong to the axes or figure, and are looked after there."""
    axes, figure = artist.axes, artist.get_figure()
    return (
        getattr(axes, "transData", None),
        getattr(axes, "transAxes", None),
        getattr(figure, "transFigure", None),
        getattr(figure, "transSubfigure", None),
    )


def _sum(array: Any, start: int = 0) -> int:
    """Return a checksum (CRC-32) of an array's bytes, its mask included."""
    if isinstance(array, np.ma.MaskedArray):
        start = _sum(np.ma.getmaskarray(array), start)
        array = np.ma.getdata(array)
    if array.dtype.hasobject:
        return zlib.crc32(repr(array).encode(), start)
    flat = np.ascontiguousarray(array).reshape(-1)
    return zlib.crc32(flat.view(np.uint8).data, start)


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
            state += [_Itself(locator), _state(locator), _Itself(formatter), _state(formatter)]
    return state


_SIMPLE = (bool, int, float, str, type(None))
