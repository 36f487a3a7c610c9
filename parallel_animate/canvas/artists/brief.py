"""The state of an artist in a number, which tells the same in another process.

What `state.py` tells of an artist is compared with what the same artist is later, and so by
identity where an object is not known. Here two processes compare what they have made of copies of a
figure. So plain values and arrays are told, floats to seven digits, and of any other object only
its class. Equal numbers prove nothing; but where they differ, the artist may look different.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import FigureBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2DBase, BboxBase

from parallel_animate.canvas.artists.holding import PASSING
from parallel_animate.canvas.artists.libraries import outputs_of
from parallel_animate.canvas.artists.values import SETTINGS

# Told by what they hold.
_TOLD = (int, str, type(None), tuple, list, dict, bytes, complex, np.generic, Path, *SETTINGS)
# What a float32 holds. What has faded to less than its last digit is not seen any more.
_SMALL, _LARGE = 1e-37, 1e37
# What an artist computes of its data when it is drawn, or asked for it.
_COMPUTED = frozenset(
    {
        *("_x", "_y", "_xy", "_path", "_invalidx", "_invalidy", "_subslice", "_transformed_path"),
        *("_mapped_colors", "_facecolors", "_edgecolors", "_imcache", "_stale_viewlims", "_label"),
    }
)


def in_brief(artist: Artist) -> int:
    """Return a number that another one than before tells of a change of.

    Parts that are artists, such as the texts of a legend, are told with it; what lies in an axes or
    in a figure is not, and no more are the ticks of an axis.
    """
    file = io.BytesIO()
    pickler = _Pickler(file, protocol=4)
    pickler.fast = True  # the same value is the same, however many refer to one object
    try:
        pickler.dump([_attributes(part) for part in _members(artist)])
    except Exception:  # an array of who knows what
        return 0
    return zlib.crc32(file.getbuffer())


def _members(artist: Artist) -> list[Artist]:
    if isinstance(artist, Axes | Axis | FigureBase):
        return [artist]
    return [artist, *(part for child in artist.get_children() for part in _members(child))]


def _attributes(artist: Artist) -> list[Any]:
    left_out = PASSING | _COMPUTED | outputs_of(type(artist))
    told: list[Any] = [item for item in vars(artist).items() if item[0] not in left_out]
    # Who has a norm and a colormap mostly keeps them in an object of their own.
    return [
        *told,
        getattr(artist, "norm", None),
        getattr(getattr(artist, "cmap", None), "name", ""),
    ]


class _Pickler(pickle.Pickler):
    """Pickles what is told; nobody ever reads it."""

    def persistent_id(self, thing: Any) -> Any:
        """Return what is pickled in place of an object; None to pickle the object itself."""
        if isinstance(thing, float):
            held = _SMALL < abs(thing) < _LARGE
            return struct.pack("<f", thing) if held else f"{thing:.6g}"
        if isinstance(thing, np.ndarray):
            return _of_array(thing)
        if isinstance(thing, _TOLD):
            return None
        if isinstance(thing, BboxBase):
            return _of_array(thing.get_points())
        if isinstance(thing, Affine2DBase):
            return _of_array(thing.get_matrix())
        return type(thing).__name__


def _of_array(array: Any) -> tuple[Any, ...]:
    if isinstance(array, np.ma.MaskedArray):
        return _of_array(np.ma.getmaskarray(array)), _of_array(np.ma.getdata(array))
    if array.dtype.hasobject:
        return array.shape, array.tolist()
    if array.dtype == np.float64:
        with np.errstate(all="ignore"):
            array = array.astype(np.float32)
    return array.shape, array.tobytes()
