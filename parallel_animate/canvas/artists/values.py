"""Values in a form that can be compared with what they are later, though they change in place."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.ticker import TickHelper
from matplotlib.transforms import BboxBase, Transform

from parallel_animate.canvas.artists.private import INVALID, LAST_RENDERER, NOT_DRAWN, STALE

_SIMPLE = (bool, int, float, str, bytes, complex, type(None))
# What drawing and watching set
_PASSING = (*NOT_DRAWN, STALE, LAST_RENDERER, INVALID, "stale_callback")
# Objects that are no more than the values of their attributes.
SETTINGS = (TickHelper, Normalize, FontProperties, MarkerStyle, AbstractPathEffect)


class Itself:
    """An object that equals none but itself; kept, so that no other one gets its address."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self._value is other._value

    __hash__ = None  # type: ignore[assignment]


def checksum(array: Any, start: int = 0) -> int:
    """Return a checksum (CRC-32) of an array's bytes, its mask included."""
    if isinstance(array, np.ma.MaskedArray):
        start = checksum(np.ma.getmaskarray(array), start)
        array = np.ma.getdata(array)
    if array.dtype.hasobject:
        return zlib.crc32(repr(array).encode(), start)
    flat = np.ascontiguousarray(array).reshape(-1)
    return zlib.crc32(flat.view(np.uint8).data, start)


def at_depth(value: Any) -> object:
    """Return what tells that something has changed, or anything that it holds, at any depth.

    Arrays, lists and settings such as a locator, a norm or a font are looked into; any other object
    is compared by identity alone.

    Examples
    --------
    >>> style = {"bbox": {"pad": 1}}
    >>> before = at_depth(style)
    >>> style["bbox"]["pad"] = 2
    >>> before == at_depth(style)
    False
    """
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if isinstance(value, np.ndarray):
        own = None if kind is np.ndarray else Itself(value)  # it may have a unit
        return own, value.shape, checksum(value)
    if kind in (list, tuple):
        return list(map(at_depth, value))
    if kind is dict:
        return [(name, at_depth(part)) for name, part in value.items()]
    if kind in (set, frozenset):
        return frozenset(value)
    if isinstance(value, Path):
        return path(value)
    if isinstance(value, Transform):
        return Itself(value), value.get_affine().get_matrix().tobytes()
    if isinstance(value, BboxBase):
        return value.get_points().tobytes()
    if isinstance(value, SETTINGS):
        return Itself(value), settings(value)
    return Itself(value)


def settings(thing: Any, leaving: Iterable[str] = ()) -> list[object]:
    """Return the attributes of an object as :func:`at_depth` tells, except those in `leaving`."""
    return [
        (name, at_depth(value))
        for name, value in vars(thing).items()
        if name not in _PASSING and name not in leaving
    ]


def path(value: Path) -> object:
    """Return the vertices and codes of a path."""
    vertices: Any = value.vertices
    codes: Any = value.codes
    return vertices.tobytes(), None if codes is None else codes.tobytes()


def known_rc_params() -> dict[str, Any]:
    """Return the rcParams without asking for any: to ask for the backend would choose one."""
    params: Any = matplotlib.rcParams
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in dict.items(params)
    }


def known_params(names: Iterable[str]) -> list[object]:
    """Return the values of some rcParams; None for each that this matplotlib has not."""
    params: Any = matplotlib.rcParams
    return [dict.get(params, name) for name in names]
