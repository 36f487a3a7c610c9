"""Whether matplotlib's methods are the very ones that a help was written after.

A help does what a method of matplotlib's does, without calling it. So it is only given where that
method has the source that was read when the help was written. :data:`KNOWN` has a checksum of all
methods of a help, of each matplotlib that was looked at; where it is another one, that help falls
away, and matplotlib's own methods run. ``python -m parallel_animate.canvas.artists.written_after``
prints the checksums of the matplotlib at hand: whoever adds one has compared the sources.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable
from functools import cache
from inspect import getsource, unwrap
from types import CodeType
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis, Tick, XAxis, XTick, YAxis, YTick
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends import backend_agg
from matplotlib.collections import Collection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.projections.polar import PolarAxes, RadialTick, ThetaAxis, ThetaTick
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import TransformedPath
from mpl_toolkits.mplot3d import art3d, proj3d
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

BRACKETS = (")", "]", "}")  # on lines of their own, which no instruction comes from
_CONTEXTS = {
    Artist: "_set_gc_clip get_snap",
    GraphicsContextBase: "__init__ set_alpha set_foreground set_clip_rectangle set_clip_path",
}
METHODS: dict[str, dict[Any, str]] = {
    "texts": {
        Text: """draw get_window_extent _get_layout _get_wrapped_text _preprocess_math get_rotation
            get_unitless_position get_usetex get_text""",
        **_CONTEXTS,
    },
    "glyphs": {
        backend_agg.RendererAgg: """draw_text draw_mathtext _draw_text_glyphs_and_boxes
            _prepare_font draw_path""",
        backend_agg: "get_hinting_flag",
    },
    "ticks": {
        Axis: "draw _update_ticks _get_ticklabel_bboxes _get_tick_boxes_siblings get_tightbbox",
        XAxis: "_update_label_position _update_offset_text_position",
        YAxis: "_update_label_position _update_offset_text_position",
        Spine: "get_window_extent draw",
        Tick: "draw get_loc",
        Line2D: """draw recache _transform_path _get_transformed_path is_dashed
            get_markeredgecolor _get_markerfacecolor""",
        MarkerStyle: "get_transform get_alt_transform get_path get_alt_path get_snap_threshold",
        TransformedPath: """_revalidate get_transformed_path_and_affine
            get_transformed_points_and_affine""",
        Path: "__init__ _fast_from_codes_and_verts _update_values",
        **_CONTEXTS,
    },
    "polar ticks": {
        PolarAxes: "draw",
        ThetaTick: "update_position _update_padding",
        RadialTick: "update_position _determine_anchor",
    },
    "new ticks": {
        Axis: "_get_tick _copy_tick_props get_major_ticks get_minor_ticks reset_ticks",
        Artist: "__init__ update_from set_transform set_figure",
        Tick: "__init__ _apply_tickdir _set_artist_props _set_labelrotation get_tick_padding",
        XTick: "__init__ _get_text1_transform _get_text2_transform _apply_tickdir update_position",
        YTick: "__init__ _get_text1_transform _get_text2_transform _apply_tickdir update_position",
        XAxis: "get_tick_space",
        YAxis: "get_tick_space",
        Line2D: "__init__ update_from set_transform set_data set_xdata set_ydata",
        Text: "__init__ update_from _reset_visual_defaults update",
    },
    "new polar ticks": {
        ThetaAxis: "_copy_tick_props clear",
        ThetaTick: "__init__ _apply_params update_position _update_padding",
        RadialTick: "__init__ update_position",
        PolarAxes: """get_xaxis_transform get_xaxis_text1_transform get_xaxis_text2_transform
            get_yaxis_transform get_yaxis_text1_transform get_yaxis_text2_transform""",
        MarkerStyle: "__init__ _set_marker _set_tickdown _recache",
    },
    "surfaces": {
        Poly3DCollection: "do_3d_projection get_facecolor get_edgecolor",
        PolyCollection: "set_verts",
        Collection: "draw update_scalarmappable",
        Path: "__init__ _fast_from_codes_and_verts _update_values",
        proj3d: "_scale_proj_transform_vectors",
        art3d: "_scale_invalid_mask",
    },
}
# Checksums, of matplotlib 3.11.0 and later.
KNOWN: dict[str, tuple[str, ...]] = {
    "texts": ("d42c1329c781e8da",),
    "glyphs": ("83f911bf84800361",),
    "ticks": ("a9ca57e42abb7d3a",),
    "polar ticks": ("350d6070068b290e",),
    "new ticks": ("38344bb0b9d2b3e3",),
    "new polar ticks": ("6b0b9b0ba85e4ed5",),
    "surfaces": ("5925ac28cc011602",),
}


@cache
def is_as_known(name: str) -> bool:
    """Return whether the methods of a help are those that it was written after.

    Examples
    --------
    >>> is_as_known("something else")
    False
    """
    try:
        # By what was compiled of it, the end of a function is found six times as fast as by reading
        # its source: that counts, for each new process asks.
        sources = (_compiled_source, getsource)
        return any(checksum(name, source) in KNOWN[name] for source in sources)
    except (AttributeError, KeyError, OSError, TypeError):  # no such method, or no source
        return False


def checksum(name: str, source: Callable[[Any], str] = getsource) -> str:
    """Return a checksum of the sources of all methods of a help.

    Parameters
    ----------
    name : str
        The help's.
    source : callable
        What returns the source of a function.

    Raises
    ------
    AttributeError
        If there is no such method.
    OSError
        If the source of one is not there.
    """
    methods = [
        unwrap(getattr(owner, method))
        for owner, names in METHODS[name].items()
        for method in names.split()
    ]
    return hashlib.sha256("".join(map(source, methods)).encode()).hexdigest()[:16]


def _compiled_source(function: Any) -> str:
    """Return the source of a function up to where the last of its instructions comes from.

    Of some functions that is less than the whole source, which then has another checksum.
    """
    code = function.__code__
    lines = linecache.getlines(code.co_filename)
    end = _last_line(code)
    while end < len(lines) and lines[end].strip() in BRACKETS:
        end += 1
    return "".join(lines[code.co_firstlineno - 1 : end])


def _last_line(code: CodeType) -> int:
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    ends = (end for _, end, _, _ in code.co_positions() if end is not None)
    return max((*ends, *map(_last_line, inner)), default=code.co_firstlineno)


if __name__ == "__main__":
    for each in METHODS:
        print(f"{each}: {checksum(each)}")
