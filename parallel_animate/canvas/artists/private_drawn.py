"""The private names of matplotlib that a helped draw reads: those of texts, lines, axes and ticks.

They are apart from those in ``private.py`` because all of them may be missing: a helped draw does
what matplotlib's own methods do, so it is only made where these are the very methods that it was
written after: see ``written_after.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import matplotlib.text
import numpy as np
from matplotlib.axis import XAxis, XTick, YAxis, YTick
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends import backend_agg
from matplotlib.path import Path
from matplotlib.projections.polar import RadialAxis, RadialTick, ThetaAxis, ThetaTick
from matplotlib.text import Text

State = dict[str, Any]
"""The attributes of an artist, by name: its ``vars``."""

# What stands in for methods of one artist while it is drawn.
TEXT_LAYOUT = "_get_layout"
AXIS_TICKS = "_update_ticks"
LABEL_BOXES = "_get_ticklabel_bboxes"
NEW_TICK = "_get_tick"
COPY_TICK = "_copy_tick_props"
GLYPHS = "_draw_text_glyphs_and_boxes"

# Attributes of all artists
VISIBLE = "_visible"
AGG_FILTER = "_agg_filter"
RASTERIZED = "_rasterized"
EFFECTS = "_path_effects"
SKETCH = "_sketch"
LAST_RENDERER = "_renderer"
TRANSFORM = "_transform"
ALPHA, ANTIALIASED, SNAP = "_alpha", "_antialiased", "_snap"
CLIP_ON, CLIP_BOX, CLIP_PATH = "_clipon", "clipbox", "_clippath"

# Attributes of texts
TEXT, COLOR, ROTATION, FONT = "_text", "_color", "_rotation", "_fontproperties"
BOX = "_bbox_patch"
WRAPPED = ("_wrap", "_usetex", "_transform_rotates_text")  # what makes a layout depend on more
X, Y = "_x", "_y"
_LAID_OUT_BY = (
    *(TEXT, ROTATION, "_rotation_mode", "_parse_math", "_linespacing", "_multialignment"),
    *("_horizontalalignment", "_verticalalignment"),
)
_SINCE_3_11 = ("_features", "_language")
_MADE_OF = tuple(name for name in _SINCE_3_11 if name in vars(Text()))
content_of_text: Callable[[State], tuple[Any, ...]] = itemgetter(*_LAID_OUT_BY, *_MADE_OF)
switches_of_text: Callable[[State], tuple[Any, ...]] = itemgetter(
    *WRAPPED, AGG_FILTER, RASTERIZED, EFFECTS, BOX
)
look_of_text: Callable[[State], tuple[Any, ...]] = itemgetter(
    COLOR, ALPHA, ANTIALIASED, CLIP_ON, CLIP_BOX, CLIP_PATH
)
content_of_label: Callable[[State], tuple[Any, ...]] = itemgetter(
    TEXT, X, Y, ROTATION, FONT, TRANSFORM, "_horizontalalignment", "_verticalalignment"
)
_FONT_NAMES = ("_slant", "_variant", "_weight", "_stretch", "_size", "_file", "_math_fontfamily")
_font_values: Callable[[State], tuple[Any, ...]] = itemgetter(*_FONT_NAMES)

# Attributes of lines
X_GIVEN, Y_GIVEN = "_xorig", "_yorig"
LINE_PATH = "_path"
MARKER, MARKER_SIZE, MARKER_WIDTH = "_marker", "_markersize", "_markeredgewidth"
LINE_STYLE, LINE_WIDTH, DASHES = "_linestyle", "_linewidth", "_dash_pattern"
EDGE_COLOR, GAP_COLOR = "_markeredgecolor", "_gapcolor"
CAPS = {False: ("_solidjoinstyle", "_solidcapstyle"), True: ("_dashjoinstyle", "_dashcapstyle")}
NO_LINE = frozenset({"None", " ", "", "none"})  # the styles of lines that are not drawn
# What a line is drawn by, without its data and its marker.
look_of_line: Callable[[State], tuple[Any, ...]] = itemgetter(
    *(LINE_STYLE, LINE_WIDTH, COLOR, ALPHA, ANTIALIASED, DASHES, *CAPS[False], *CAPS[True], SNAP),
    *(MARKER_SIZE, EDGE_COLOR, MARKER_WIDTH, "_markerfacecolor", "_markerfacecoloralt"),
    *(CLIP_ON, CLIP_BOX, CLIP_PATH, TRANSFORM),
)
look_of_marker: Callable[[State], tuple[Any, ...]] = itemgetter(
    "_marker", "_snap_threshold", "_joinstyle", "_capstyle", "_fillstyle"
)
paths_of_marker: Callable[[State], tuple[Any, ...]] = itemgetter("_path", "_alt_path")
transforms_of_marker: Callable[[State], tuple[Any, ...]] = itemgetter(
    "_transform", "_alt_transform", "_user_transform"
)
# What no plain line has: the values are compared with these.
switches_of_line: Callable[[State], tuple[Any, ...]] = itemgetter(
    *(AGG_FILTER, RASTERIZED, EFFECTS, SKETCH, GAP_COLOR, "_markevery", "_drawstyle", "_axes")
)
PLAIN_LINE: tuple[Any, ...] = (None, False, [], None, None, None, "default", None)

# Attributes of axes and ticks
TICK_OPTIONS = ("_major_tick_kw", "_minor_tick_kw")
TICK_LISTS = ("majorTicks", "minorTicks")
OWN_TICKS: dict[type, type] = {XAxis: XTick, YAxis: YTick}
# Those of polar axes, which stand otherwise.
POLAR_TICKS: dict[type, type] = {ThetaAxis: ThetaTick, RadialAxis: RadialTick}
TICK_PARTS = ("gridline", "tick1line", "tick2line", "label1", "label2")
switches_of_tick: Callable[[State], tuple[Any, ...]] = itemgetter(VISIBLE, AGG_FILTER, RASTERIZED)
PLAIN_TICK = (True, None, False)
parts_of_tick: Callable[[State], tuple[Any, ...]] = itemgetter(*TICK_PARTS)


def lists_of_ticks(axis: Any) -> list[Any]:
    """Return the lists in which an axis has its ticks, if it has any; other ones when it resets."""
    return [vars(axis).get(name) for name in TICK_LISTS]


def content_of_font(font: Any) -> tuple[Any, ...]:
    """Return all that tells which font is meant, and its size."""
    state = vars(font)
    return (tuple(state["_family"]), *_font_values(state))


def scale_of(axis: Any) -> Any:
    """Return the scale of an axis."""
    return vars(axis)["_scale"]


def categories_of(locator: Any) -> int:
    """Return how many categories an axis has so far: lines add to them when they are drawn."""
    return len(vars(locator).get("_units", ()))


def shows_text(state: State) -> bool:
    """Return whether a text has something to show."""
    return bool(state[VISIBLE] and state[TEXT])


def font_features(text: Any) -> tuple[Any, ...]:
    """Return what a text asks of its font: features and language, from matplotlib 3.11 on."""
    state = vars(text)
    return tuple(state[name] for name in _MADE_OF)


def short_path(vertices: Any, former: Path | None) -> Path:
    """Return a path of a few vertices, with as many steps between two of them as a former one."""
    steps: int = 1 if former is None else former._interpolation_steps  # type: ignore[attr-defined]
    model = _SHORT.get(steps)
    if model is None:
        model = _SHORT[steps] = Path([(0, 0)], _interpolation_steps=steps)
    path: Path = Path._fast_from_codes_and_verts(vertices, None, model)  # type: ignore[attr-defined]
    return path


def path_of_pieces(points: Any) -> Path:
    """Return a path of separate lines, ``(lines, points, 2)``, which is never simplified."""
    codes = np.full(points.shape[:2], Path.LINETO, Path.code_type)
    codes[:, 0] = Path.MOVETO
    model = short_path(points[0], None)
    path: Path = Path._fast_from_codes_and_verts(  # type: ignore[attr-defined]
        points.reshape(-1, 2), codes.ravel(), model
    )
    return path


def is_divided(path: Path) -> bool:
    """Return whether there are steps between the vertices of a path where a projection bends it."""
    return path._interpolation_steps > 1  # type: ignore[attr-defined, no-any-return]


_SHORT: dict[int, Path] = {}  # one of each number of steps


def plain_math(text: Any, line: str) -> tuple[str, Any]:
    """Return a line of a text as its renderer gets it, and whether it is mathematical."""
    clean, is_math = text._preprocess_math(line)
    return clean, is_math


def layout_of(text: Any, renderer: Any) -> Any:
    """Return where the lines of a text are, by its own class."""
    return type(text)._get_layout(text, renderer)


def glyphs_of_math(renderer: Any, text: str, font: Any, antialiased: Any) -> tuple[Any, Any]:
    """Return the glyphs and the bars of a mathematical text, as they are to be drawn."""
    parsed = renderer.mathtext_parser.parse(text, renderer.dpi, font, antialiased=antialiased)
    glyphs = [
        (font_of_glyph, size, index, 0, 1, dx, dy)
        for font_of_glyph, size, _, index, dx, dy in parsed.glyphs
    ]
    return glyphs, parsed.rects


def glyphs_of_text(renderer: Any, text: str, font: Any, asked: Any) -> tuple[Any, Any]:
    """Return the glyphs of any other text, which has no bars; `asked` is the text's artist."""
    agg: Any = backend_agg
    items = renderer._prepare_font(font)._layout(
        text,
        flags=agg.get_hinting_flag(),
        features=None if asked is None else asked.get_fontfeatures(),
        language=None if asked is None else asked.get_language(),
    )
    size = font.get_size_in_points()
    return [(item.ft_object, size, item.glyph_index, 0, 1, item.x, item.y) for item in items], []


def forget_sizes(renderer: Any) -> None:
    """Let matplotlib measure texts anew that it has drawn by a renderer.

    It does not when rcParams change that texts depend on, such as how they are hinted.
    """
    measuring = getattr(matplotlib.text, "_get_text_metrics_function", None)
    for known in getattr(measuring, "__defaults__", None) or ():
        known.pop(renderer, None)
    former = getattr(matplotlib.text, "_get_text_metrics_with_cache_impl", None)
    if former is not None:  # matplotlib 3.10: of all renderers together
        former.cache_clear()


def look_of_glyphs(context: Any) -> tuple[Any, Any]:
    """Return the flags and the mode by which glyphs are drawn now."""
    agg: Any = backend_agg
    mode = agg.RenderMode.NORMAL if context.get_antialiased() else agg.RenderMode.MONO
    return agg.get_hinting_flag(), mode


def rendered(glyph: tuple[Any, ...], dpi: float, matrix: Any, place: list[int], look: Any) -> Any:
    """Return a glyph's coverage, ``(height, width) uint8``, and its left and top edge in pixels.

    `matrix` and `place` are in the units of the font library; `look` are its flags and its mode.
    """
    font, size, index = glyph
    font.set_size(size, dpi)
    font._set_transform(matrix, place)
    bitmap = font._render_glyph(index, *look)
    coverage = np.array(bitmap.buffer)
    if look[1] != type(look[1]).NORMAL:
        coverage *= 0xFF
    return coverage, bitmap.left, bitmap.top


_CONTEXT: Callable[[State], tuple[Any, ...]] = itemgetter(
    *("_alpha", "_forced_alpha", "_antialiased", "_capstyle", "_dashes", "_joinstyle"),
    *("_linewidth", "_rgb", "_hatch", "_snap", "_sketch"),
)


def content_of_path(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return all that decides what a path looks like; None if it is another primitive.

    It is None, too, for a path that is hatched, or clipped by another one.
    """
    if name != "draw_path" or kwargs or len(args) != 4:
        return None
    context, path, transform, face = args
    state = vars(context)
    if state["_hatch"] is not None or state[CLIP_PATH] is not None or state[SKETCH] is not None:
        return None
    clip = state["_cliprect"]
    codes = path.codes
    return (
        _CONTEXT(state),
        None if clip is None else clip.extents.tobytes(),
        path.vertices.tobytes(),
        None if codes is None else codes.tobytes(),
        (path.should_simplify, path.simplify_threshold),
        transform.get_matrix().tobytes(),
        None if face is None else tuple(face),
    )


def kept_path(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments of a path, of which matplotlib uses some again for the next one."""
    context, path, transform, *face = args
    kept = GraphicsContextBase()
    kept.copy_properties(context)
    return kept, path, transform.frozen(), *face
