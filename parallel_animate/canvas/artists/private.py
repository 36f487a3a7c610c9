"""Every private name of matplotlib that this library uses.

Each of them stands behind a function, a class or a constant that is named after what it is for, and
no other module uses one, but for pyplot's: those are in `open_figures.py`. `capabilities.py` says
which of them the matplotlib at hand lacks, and what that costs. Where redrawing can do without a
name, the function for it raises no error if the name is missing, but returns what makes its caller
draw more than it would have to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from matplotlib.animation import Animation
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.legend import Legend
from matplotlib.path import Path
from matplotlib.transforms import Bbox, TransformedPath
from matplotlib.widgets import CheckButtons, RadioButtons

try:
    from matplotlib.backends._backend_agg import (  # type: ignore[attr-defined]
        RendererAgg as _Agg,
    )
except ImportError:  # a matplotlib of another build
    _Agg = None

Agg: Any = _Agg
"""The compiled renderer, which does the work of a ``RendererAgg``; None if there is none."""

# Attributes that tell nothing of what an artist draws, because drawing itself sets them.
STALE = "_stale"  # whether an artist has to be drawn again
LAST_RENDERER = "_renderer"  # what a text was drawn with
INVALID = "_invalid"  # whether a transform has to compute its matrix again
INVALID_FULL = "_INVALID_FULL"  # and not only its matrix

# Attributes that no drawing asks for: where an artist belongs; what the mouse does; data as they
# were given, of which the artist has kept numbers; what a colormap, a marker or a legend was made
# from. The locators and formatters of an axis are looked at by themselves, by `state.tickers`; its
# ticks are its parts, as far as they are shown.
NOT_DRAWN = frozenset(
    {
        *("_axes", "axes", "axis", "_parent_figure", "figure", "parent", "colorbar"),
        *("_picker", "_remove_method", "_draggable", "_mouseover", "_callbacks", "callbacks"),
        *("_xorig", "_yorig", "_segmentdata", "_custom_handler_map", "_default_handler_map"),
        *("_marker_function", "_converter", "converter", "units", "_contour_generator"),
        *("_parents", "_cpp_triangulation"),
        *("labelTexts", "major", "minor", "locator", "majorTicks", "minorTicks"),
    }
)

# Attributes of figures, axes and 3-D axes that are read.
AXIS_MAP = "_axis_map"  # the axes' axes, by name
LABEL_GROUPS = "_align_label_groups"  # which axes of a figure have aligned labels and titles
TWINS = "_twinned_axes"  # which axes lie upon one another
PLACE, PUT, MOVE = "_position", "_originalPosition", "_set_position"  # where one is, and was put
AUTOSCALE_DUE = "_stale_viewlims"  # whether an axes shall autoscale when its limits are asked for
VIEW = "_viewLim"  # its limits, unasked
TICKS_3D = "_update_ticks"  # a 3-D axis's ticks
COORDINATES_3D = "_get_coord_info"  # where the corners of a 3-D axis's box are

# Attributes that tell what an artist's place or clip path depends on.
LEGEND_LOCATION = "_loc"  # a number; 0 means the "best" place
CLIPPING_PATCH = "_patch"  # the patch that a clip path is the outline of
CLIP_PATH = "_clippath"  # an artist's own clip path, in the graphics context that it draws with
PARTS_OF_TRANSFORM = ("_a", "_b", "_child")  # what a transform is made of

# Who hears of the events of a canvas: not private, but nowhere documented.
LISTENERS = "callbacks"

# How a RendererAgg holds its compiled renderer, and binds the methods of it.
HELD_AGG = "_renderer"
BIND_METHODS = "_update_methods"

# A font's method that finds the places of a text's glyphs, from matplotlib 3.11 on.
GLYPH_LAYOUT = "_layout"

# The modules with those ``draw`` methods of axes and figures that do no more than place the
# children, and draw them.
PLAIN_DRAW_MODULES = ("matplotlib.axes._base", "matplotlib.projections.polar", "matplotlib.figure")


# The primitives of the compiled renderer: their arguments, by matplotlib's own names for them.


class DrawPath(NamedTuple):
    """A line, or an outlined or filled shape."""

    gc: GraphicsContextBase
    path: Any
    trans: Any
    face: Any = None


class DrawMarkers(NamedTuple):
    """The same shape at each vertex of a path."""

    gc: GraphicsContextBase
    marker_path: Any
    marker_path_trans: Any
    path: Any
    trans: Any
    face: Any = None


class DrawTextImage(NamedTuple):
    """A text or a glyph, as a picture of its coverage."""

    image: Any
    x: float
    y: float
    angle: float
    gc: GraphicsContextBase


class DrawImage(NamedTuple):
    """An image whose pixels are those of the canvas."""

    gc: GraphicsContextBase
    x: float
    y: float
    image: Any


class DrawPathCollection(NamedTuple):
    """Many paths, each with colours and a place of its own."""

    gc: GraphicsContextBase
    master_transform: Any
    paths: Any
    transforms: Any
    offsets: Any
    offset_trans: Any
    facecolors: Any
    edgecolors: Any
    linewidths: Any
    dashes: Any
    antialiaseds: Any
    ignored: Any
    offset_position: Any


class DrawQuadMesh(NamedTuple):
    """A grid of quadrilaterals."""

    gc: GraphicsContextBase
    master_transform: Any
    mesh_width: int
    mesh_height: int
    coordinates: Any
    offsets: Any
    offset_trans: Any
    facecolors: Any
    antialiased: bool
    edgecolors: Any


class DrawGouraudTriangles(NamedTuple):
    """Triangles with a colour at each corner."""

    gc: GraphicsContextBase
    points: Any
    colors: Any
    trans: Any


PRIMITIVES: dict[str, Any] = {
    "draw_path": DrawPath,
    "draw_markers": DrawMarkers,
    "draw_text_image": DrawTextImage,
    "draw_image": DrawImage,
    "draw_path_collection": DrawPathCollection,
    "draw_quad_mesh": DrawQuadMesh,
    "draw_gouraud_triangles": DrawGouraudTriangles,
}
# An argument that a collection has from matplotlib 3.11 on, and that is only ever given by name.
HATCH_COLORS = "hatchcolors"
# Where the graphics context stands among the arguments, and where the image of a text does.
CONTEXT_PLACES = {name: call._fields.index("gc") for name, call in PRIMITIVES.items()}
IMAGE_PLACE = DrawTextImage._fields.index("image")


def known_arguments(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a primitive, all by place, but for `HATCH_COLORS`.

    Raises
    ------
    TypeError
        If the arguments are not those that are known. What is not known cannot be recorded: the
        figure has to be drawn in full.
    """
    primitive = PRIMITIVES[name]
    if not kwargs and len(args) == len(primitive._fields):
        arguments, keywords = list(args), kwargs
    else:
        named = dict(kwargs)
        keywords = {key: named.pop(key) for key in kwargs if key == HATCH_COLORS}
        try:
            arguments = list(primitive(*args, **named))
        except TypeError as error:
            raise TypeError(f"{name} is given arguments that are not known") from error
    context = arguments[CONTEXT_PLACES[name]]
    if not isinstance(context, GraphicsContextBase):
        raise TypeError(f"{name} is given a {type(context).__name__} as its graphics context")
    return arguments, keywords


def makes_a_mask(call: Any, keywords: dict[str, Any]) -> bool:
    """Return whether a primitive lets Agg make a mask of its clip path, if it has one.

    A text never does, and lists of paths or of cells only do if any of them has a colour.
    """
    if isinstance(call, DrawPathCollection | DrawQuadMesh):
        return any(map(len, (call.facecolors, call.edgecolors, keywords.get(HATCH_COLORS, ()))))
    return not isinstance(call, DrawTextImage)


def draw_path(agg: Any, context: GraphicsContextBase, path: Path, matrix: Any) -> None:
    """Draw a path by the compiled renderer at once, whether or not it is recording."""
    Agg.draw_path(agg, context, path, matrix)


def draw_markers(agg: Any, context: GraphicsContextBase, path: Path, matrix: Any) -> None:
    """Draw a path at each of its own vertices, as :func:`draw_path` does."""
    Agg.draw_markers(agg, context, path, matrix, path, matrix)


# What holds the compiled renderer, and its fonts


class RendererOfAgg(RendererAgg):
    """A ``RendererAgg`` that draws by a given compiled renderer, with fonts of one's choice.

    Parameters
    ----------
    width, height : float
        The figure in pixels.
    dpi : float
        Pixels per inch.
    agg : object
        The compiled renderer: an `Agg`.
    """

    def __init__(self, width: float, height: float, dpi: float, agg: Any) -> None:
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]
        setattr(self, HELD_AGG, agg)
        getattr(self, BIND_METHODS)()

    def font_for(self, font: Any, properties: Any) -> Any:
        """Return what shall be used in place of a font."""
        return font

    def _prepare_font(self, font_prop: Any) -> Any:
        # A matplotlib that prepares fonts by another method does not call this one.
        font = super()._prepare_font(font_prop)  # type: ignore[no-untyped-call]
        return self.font_for(font, font_prop) if hasattr(font, GLYPH_LAYOUT) else font


def held_agg(renderer: Any) -> Any:
    """Return the compiled renderer that a ``RendererAgg`` draws by; None if it is not known."""
    agg = getattr(renderer, HELD_AGG, None)
    return agg if isinstance(Agg, type) and isinstance(agg, Agg) else None


class FontStandIn:
    """Stands in for a font, and finds the places of glyphs by :meth:`layout_of`.

    Parameters
    ----------
    font : FT2Font
        A font that has a method for that: see `RendererOfAgg.font_for`.
    """

    def __init__(self, font: Any) -> None:
        self._font = font

    def __getattr__(self, name: str) -> Any:
        return getattr(self._font, name)

    def _layout(self, text: str, **options: Any) -> Any:
        return self.layout_of(text, options)

    def layout_of(self, text: str, options: dict[str, Any]) -> Any:
        """Return the glyphs of a text, and where they go: by default as the font says."""
        return getattr(self._font, GLYPH_LAYOUT)(text, **options)


def prepares_fonts() -> bool:
    """Return whether fonts can be replaced that find the places of glyphs by themselves."""
    from matplotlib.ft2font import FT2Font

    return hasattr(RendererAgg, "_prepare_font") and hasattr(FT2Font, GLYPH_LAYOUT)


# Figures, axes and artists


def axes_of(axes: Axes) -> Iterable[Any]:
    """Return the axes (x, y, ...) of an axes; redrawing cannot do without."""
    axis_map: dict[str, Any] = getattr(axes, AXIS_MAP)
    return axis_map.values()


def autoscale_due(axes: Axes) -> dict[str, bool]:
    """Return in which directions an axes has put off autoscaling; redrawing cannot do without."""
    due: dict[str, bool] = getattr(axes, AUTOSCALE_DUE)
    return due


def view_of(axes: Any) -> Bbox:
    """Return the limits of an axes as they are, though it may have put off autoscaling."""
    view: Bbox = getattr(axes, VIEW)
    return view


def label_groups(figure: Any) -> Iterable[Any] | None:
    """Return the groups of a figure's axes that are aligned; None if that cannot be told."""
    groups = getattr(figure, LABEL_GROUPS, None)
    return None if groups is None else groups.values()


def twins(axes: Axes) -> Iterable[Axes]:
    """Return the axes that lie upon one another, one of them given; none if that cannot be told."""
    grouper = getattr(axes, TWINS, None)
    return () if grouper is None else grouper.get_siblings(axes)


def lies_where_put(axes: Axes) -> bool:
    """Return whether an axes and its twins lie where it was put; False if that cannot be told."""
    boxes: list[Any] = [getattr(axes, PUT, None), *(getattr(x, PLACE, None) for x in twins(axes))]
    found = {None if box is None else box.get_points().tobytes() for box in boxes}
    return len(boxes) > 1 and len(found) == 1 and None not in found


def takes_best_place(legend: Legend) -> bool:
    """Return whether a legend takes the "best" place, or that cannot be told."""
    return bool(getattr(legend, LEGEND_LOCATION, 0) == 0)


def clipping_patch(clip: Any) -> Artist | None:
    """Return the patch that a clip path is the outline of; None if it is none's."""
    return getattr(clip, CLIPPING_PATCH, None)


def is_outdated(path: TransformedPath) -> object:
    """Return whether the next draw will find out anew where the vertices of a path lie.

    If that cannot be told, it is an object that equals no other.
    """
    if not (hasattr(path, INVALID) and hasattr(path, INVALID_FULL)):
        return object()
    return bool(getattr(path, INVALID) == getattr(path, INVALID_FULL))


def held_clip_path(context: GraphicsContextBase) -> Any:
    """Return the clip path that a graphics context was given; redrawing cannot do without."""
    return getattr(context, CLIP_PATH)


def steps_of(locator: Any) -> object:
    """Return what a ``MultipleLocator`` keeps its step in; None if it keeps it otherwise."""
    return getattr(locator, "_edge", None)


def listeners(canvas: FigureCanvasBase, event: str) -> Collection[Callable[[], Any]] | None:
    """Return references to all who hear of an event of a canvas; None if that cannot be told."""
    registry: dict[str, dict[int, Any]] | None = getattr(canvas.callbacks, LISTENERS, None)
    return None if registry is None else registry.get(event, {}).values()


def drawers_when_not_saving() -> set[Any]:
    """Return those methods that hear of each draw, and then do nothing if a picture is saved.

    An animation starts only if its figure is shown. Buttons put their marks, which are animated,
    upon what was drawn.
    """
    places = ((Animation, "_start"), (CheckButtons, "_clear"), (RadioButtons, "_clear"))
    return {getattr(kind, name) for kind, name in places if hasattr(kind, name)}


# What the constructors of classes set


def sets_attribute(kind: type, name: str, method: str = "__init__") -> bool:
    """Return whether the constructor of a class names an attribute, without making an object.

    Or another method, where that sets it.
    """
    constructors: Iterable[Callable[..., None]] = (
        vars(base)[method] for base in kind.__mro__ if method in vars(base)
    )
    codes = (getattr(constructor, "__code__", None) for constructor in constructors)
    return any(code is not None and name in code.co_names for code in codes)
