"""Whether an artist holds something that is not known, at any depth.

An artist of matplotlib's may be led by code of others: by a transform that is a part of its own, by
a norm, a style, a path effect, or a method that was set on it alone. So all that it holds is looked
at, and what that holds in turn, until nothing is left but plain values and classes that are known.
"""

from __future__ import annotations

import datetime
import enum
import functools
import inspect
import numbers
import types
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.cbook import CallbackRegistry
from matplotlib.colorbar import Colorbar
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists.axes3d import ASKED_OFTEN, AXIS_3D_DRAWS
from parallel_animate.canvas.artists.known import MATPLOTLIB, is_known
from parallel_animate.canvas.artists.libraries import held_by, is_lasting, outputs_of
from parallel_animate.canvas.artists.private import LAST_RENDERER, NOT_DRAWN, STALE
from parallel_animate.canvas.artists.private_drawn import (
    AXIS_TICKS,
    COPY_TICK,
    LABEL_BOXES,
    NEW_TICK,
    TEXT_LAYOUT,
)
from parallel_animate.canvas.artists.private_placed import BOXES_OF_SIBLINGS, LABEL_PLACE
from parallel_animate.canvas.artists.private_surfaces import MAP_COLOURS, PROJECT

# Attributes that drawing and watching set: they are no part of the state.
SET_BY_DRAWING = (STALE, "stale_callback", LAST_RENDERER)
# Methods that are replaced for the time of a draw: see `stand_ins.py`, `helped/help.py`.
STOOD_IN_FOR = (
    *("get_tightbbox", *AXIS_3D_DRAWS, *ASKED_OFTEN),
    *("get_window_extent", TEXT_LAYOUT, AXIS_TICKS, LABEL_BOXES, NEW_TICK, COPY_TICK),
    *(PROJECT, MAP_COLOURS, BOXES_OF_SIBLINGS, LABEL_PLACE),
)
PASSING = frozenset({*SET_BY_DRAWING, *STOOD_IN_FOR})
ASIDE = frozenset({*SET_BY_DRAWING, *NOT_DRAWN})
OURS = "parallel_animate."
# What holds nothing that could be unknown.
PLAIN: frozenset[Any] = frozenset(
    {
        *(bool, int, float, complex, str, bytes, type(None), range, slice),
        *(np.bool_, np.float64, np.float32, np.int64, np.int32, Path, Bbox, CallbackRegistry),
        *(weakref.ref, weakref.WeakMethod, weakref.WeakKeyDictionary, weakref.WeakValueDictionary),
    }
)
PLAIN_BASES = (
    *(numbers.Number, np.generic, enum.Enum),
    *(datetime.date, datetime.time, datetime.timedelta, datetime.timezone),
)
# Packages whose classes of such values do what these do: a number of the user's may do anything.
MAKERS_OF_VALUES = (
    *("builtins", "numpy", "datetime", "decimal", "fractions", "pandas"),
    *MATPLOTLIB,
)
# Values that a function may be bound to, for nothing can change them.
LASTING_VALUES = (str, bytes, int, float, bool, complex, type(None))
# Arrays, of which the contents are compared, unless they are objects.
ARRAYS = (np.ndarray, np.ma.MaskedArray, np.memmap)
# Modules whose objects never change once they are made: dates, and their rules and zones.
LASTING = ("dateutil", "zoneinfo", "pytz", "pandas")


def unknown_part(artist: Artist, members: list[Artist]) -> object | None:
    """Return something that an artist holds and that is not known; None if there is no such thing.

    Parameters
    ----------
    artist : Artist
        The artist.
    members : list of Artist
        It, and the parts that it is made of: its :func:`~family.family`. Other artists than these,
        its axes and its figure are unknown to it: what they look like may change by itself.
    """
    own = {id(part) for part in (*surroundings(artist), *members)}
    walk = _Walk(own)
    for member in members:
        if not is_known(type(member)):
            return member
        found: object | None = walk.attributes(member) or walk.value(held_by(member))
        if found is not None:
            return found
    return None


def unknown_in(thing: object, own: Iterable[object] = ()) -> object | None:
    """Return what is not known in an object that is no artist; None if all is.

    `own` are the artists that it may refer to.
    """
    found: object | None = _Walk(set(map(id, own))).value(thing)
    return found


def surroundings(artist: Artist) -> list[object]:
    """Return the axes and figures of an artist, and their transforms, which they look at."""
    axes, figure = artist.axes, artist.get_figure()
    root = artist.get_figure(root=True)
    names = ("transData", "transAxes", "transScale", "transLimits", "bbox", "dataLim", "viewLim")
    return [
        *(axes, getattr(axes, "patch", None), figure, root, getattr(root, "dpi_scale_trans", None)),
        *(getattr(figure, name, None) for name in ("transFigure", "transSubfigure", "bbox")),
        *(getattr(axes, "__dict__", {}).get(name) for name in names),
    ]


class _Walk:
    """A walk through all that is held, which visits each object once."""

    def __init__(self, own: set[int]) -> None:
        self._own = own
        self._seen: dict[int, object] = {}  # held, so that no address is used again

    def attributes(self, thing: Any) -> Any:
        """Return what is unknown among the attributes of something known."""
        outputs = outputs_of(type(thing))
        for name, value in vars(thing).items():
            if type(value) in PLAIN or name in ASIDE or name in outputs:
                continue
            if name in STOOD_IN_FOR and is_ours(value):
                continue
            found = self.value(value)
            if found is not None and name in _asked_for(thing.__class__):
                return found
        return None

    def value(self, value: Any) -> Any:
        """Return what is unknown in a value, or the value itself; None if all is known."""
        kind = type(value)
        if kind in PLAIN:
            return None
        if kind in ARRAYS:
            return value if value.dtype.hasobject else None
        if id(value) in self._own or id(value) in self._seen:
            return None
        self._seen[id(value)] = value
        if kind in (list, tuple, set, frozenset):
            return self._each(value)
        if kind in (dict, OrderedDict):
            return self._each([*value, *value.values()])
        if isinstance(value, Artist):
            return value
        if kind is Colorbar:
            return None
        if is_known(kind):
            return self._each(value) if isinstance(value, tuple | list) else self._held(value)
        lasting = _root(kind) in LASTING or is_lasting(kind)
        if isinstance(value, PLAIN_BASES):
            # A number of the user's class may have attributes on which it depends what it does.
            return None if lasting or _root(kind) in MAKERS_OF_VALUES else value
        if isinstance(value, type):
            known = _root(value) in MAKERS_OF_VALUES or is_lasting(value) or is_known(value)
            return None if known else value
        return None if lasting else self._function(value)

    def _held(self, thing: Any) -> Any:
        return self.attributes(thing) if hasattr(thing, "__dict__") else None

    def _each(self, values: Iterable[Any]) -> Any:
        for value in values:
            if type(value) not in PLAIN:
                found = self.value(value)
                if found is not None:
                    return found
        return None

    def _function(self, function: Any) -> Any:
        """Return a function if it is unknown, or does something with what is unknown.

        Nothing compares what it is bound to. So that has to be a part of what is looked through, or
        a value that nothing can change.
        """
        if isinstance(function, functools.partial):
            bound = (*function.args, *function.keywords.values())
            return self.value(function.func) if all(map(_lasts, bound)) else function
        if isinstance(function, types.MethodType):
            held = id(function.__self__) in self._own or id(function.__self__) in self._seen
            return self.value(function.__func__) if held else function
        if isinstance(function, types.CellType):
            return self._each(_contents_of(function))
        if _is_of_numpy(function):
            return None
        if isinstance(function, types.BuiltinFunctionType | types.MethodWrapperType):
            # A method of a text never answers otherwise, but one of a dict may.
            of = function.__self__
            return None if isinstance(of, types.ModuleType) or _lasts(of) else function
        if inspect.isroutine(function) and _home(function) in MATPLOTLIB:
            # A wrapper, for example, keeps in its closure what it wraps.
            return self._each(getattr(function, "__closure__", None) or ())
        return function


def _lasts(value: object) -> bool:
    return type(value) in LASTING_VALUES


def _is_of_numpy(function: Any) -> bool:
    name = getattr(function, "__name__", None)
    return isinstance(name, str) and getattr(np, name, None) is function


def _contents_of(cell: types.CellType) -> list[Any]:
    try:
        return [cell.cell_contents]
    except ValueError:  # of a variable that has no value yet
        return []


@functools.cache
def _asked_for(kind: type) -> frozenset[str]:
    """Return all names that the code of a class asks for. A user may have set others on it."""
    names = set(dir(kind))
    for base in kind.__mro__:
        for member in vars(base).values():
            function = getattr(member, "fget", None) or getattr(member, "__func__", member)
            names.update(getattr(getattr(function, "__code__", None), "co_names", ()))
    return frozenset(names)


def _root(kind: type) -> str:
    return str(kind.__module__).partition(".")[0]


def _home(function: Any) -> str:
    """Return the package that a function was written in, whatever it says of itself."""
    names = getattr(function, "__globals__", {"__name__": function.__module__})
    return str(names.get("__name__")).partition(".")[0]


def is_ours(value: Any) -> bool:
    """Return whether a method was replaced for the time of a draw, and not by the user."""
    if isinstance(value, functools.partial):
        value = value.func
    function = getattr(value, "__func__", value)
    return str(getattr(function, "__globals__", {}).get("__name__")).startswith(OURS)
