"""What the setters of artists may be given, by the setter's name.

Each entry returns some values for an artist. Two artists that are to look the same get equal values
of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import matplotlib.patches as mpatches
import numpy as np
from matplotlib import colors, patheffects, ticker
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, ScaledTranslation, TransformedBbox


class Call:
    """Several arguments of a setter."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self.args, self.keywords = args, keywords


def call(setter: Callable[..., Any], value: object) -> object:
    """Call a setter with a value, or with several."""
    if isinstance(value, Call):
        return setter(*value.args, **value.keywords)
    return setter(value)


Values = Callable[[Any], Iterable[Any]]


def always(*values: Any) -> Values:
    return lambda artist: deepcopy(values)  # which may be changed in place


COLOURS = always("r", (0.1, 0.5, 0.9, 0.5), "none")
SWITCH = always(True, False, True)
NUMBERS = always(0.3, 0.7)
SIZES = always(1.5, 4.0)
STYLES = always(":", "-", (0, (3.0, 1.0)))
CAPS, JOINS = always("round", "projecting"), always("round", "bevel")
X = np.linspace(0.1, 0.9, 7)
SHAPES = np.array([[0.1, 0.1], [0.9, 0.4], [0.3, 0.9]])
DEEP = np.c_[SHAPES, [0.2, 0.5, 0.9]]
CELLS = np.arange(9.0).reshape(3, 3)
OFFSETS = np.array([[0.3, 0.7], [0.6, 0.2], [0.1, 0.4]])
FONTS = always("monospace", "serif")


def _transforms(artist: Any) -> list[Any]:
    base = artist.get_transform()
    return [base + Affine2D().translate(5, 3), base + Affine2D().rotate(0.1)]


def _offset_transforms(artist: Any) -> list[Any]:
    figure, base = artist.get_figure(root=True), artist.get_offset_transform()
    return [base + ScaledTranslation(0.1, 0.05, figure.dpi_scale_trans), base + Affine2D()]


def _boxes(artist: Any) -> list[Any]:
    figure = artist.get_figure(root=True)
    pixels = Bbox([[20, 15], [75, 60]])
    return [pixels, TransformedBbox(Bbox([[0.2, 0.2], [0.6, 0.8]]), figure.transFigure), None]


def _clip_paths(artist: Any) -> list[Any]:
    figure = artist.get_figure(root=True)
    shape = Path(SHAPES * 80)
    patch = getattr(artist.axes, "patch", None)
    circle = mpatches.Circle((0.5, 0.5), 0.3, transform=figure.transFigure)
    return [Call(shape, Affine2D().translate(9, 3)), circle, patch, None]


def _effects(artist: Any) -> list[Any]:
    return [
        [patheffects.withStroke(linewidth=4, foreground="g")],
        [patheffects.SimplePatchShadow(), patheffects.Normal()],
        [],
    ]


def _arrays(artist: Any) -> list[Any]:
    now = artist.get_array()
    if now is None:
        return [np.array([3.0, 1.0, 2.0]), None]
    return [now * 0.5 + 1, np.ma.masked_greater(now, np.mean(now)), now[::-1].copy()]


FORMATTERS = always(ticker.FormatStrFormatter("%.1f"), ticker.FixedFormatter(["a", "b"]))
LOCATORS = always(ticker.FixedLocator([0.2, 0.8]), ticker.MultipleLocator(0.4))
LIMITS = always(Call(0.1, 1.3), Call(-0.5, 1))
PADS = always(0.1, 0.3)
VERTICES = always([SHAPES, SHAPES / 2], [SHAPES[::-1]])
BOUNDS = always(Call(0.2, 0.1, 0.5, 0.7), Call(0.1, 0.3, 0.6, 0.4))

VALUES: dict[str, Values] = {
    "3d_properties": always(Call(0.4, "y"), Call(0.7, "x")),
    "UVC": always(Call([3, 1, 2], [1, 9, 20]), Call([9, 30, 2], [-5, 2, 2], [3, 2, 1])),
    "adjustable": always("datalim", "box"),
    "agg_filter": always(lambda image, dpi: (image * 0.5, 3, 2), None),
    "alignment": always("right", "center"),
    "alpha": always(0.3, 0.8, None),
    "anchor": always("SW", "E"),
    "angle": always(33.0, 70.0),
    "angles": always([70.0], [120.0]),
    "animated": SWITCH,
    "anncoords": always("offset points", "axes fraction"),
    "annotation_clip": SWITCH,
    "antialiased": always(False, True),
    "array": _arrays,
    "arrowstyle": always("->", "wedge,tail_width=0.7", mpatches.ArrowStyle.Fancy()),
    "aspect": always("equal", 2.0, "auto"),
    "autoscale_on": SWITCH,
    "autoscalex_on": SWITCH,
    "autoscaley_on": SWITCH,
    "autoscalez_on": SWITCH,
    "axisbelow": always(True, False, "line"),
    "backgroundcolor": always("y", (0.1, 0.5, 0.9, 0.5)),
    "bbox": always({"fc": "r", "boxstyle": "sawtooth"}, {"lw": 3}, None),
    "bbox_to_anchor": always((0.5, 0.9), (0.8, 0.5)),
    "bounds": BOUNDS,
    "box_aspect": always(0.5, 1.5),
    "boxstyle": always("sawtooth", mpatches.BoxStyle.Square(pad=0.2), "round4,pad=0.05"),
    "capstyle": CAPS,
    "center": always((0.4, 0.6), (0.6, 0.3)),
    "clim": always((0, 20), (-3, 2)),
    "clip_box": _boxes,
    "clip_on": always(False, True),
    "clip_path": _clip_paths,
    "closed": SWITCH,
    "cmap": lambda artist: ["hot", colors.ListedColormap(["r", "g", "b"])],
    "color": always("r", (0.1, 0.5, 0.9, 0.5)),
    "colors": always("r", ["g", "b"]),
    "connectionstyle": always("arc3,rad=0.5", "angle,angleA=10,angleB=80"),
    "dash_capstyle": CAPS,
    "dash_joinstyle": JOINS,
    "dashes": always([3, 1], (None, None)),
    "data": always(Call(X, 1 - X), Call(X[:4], X[3:])),
    "data_3d": always(Call(X, 1 - X, X), Call(X[:4], X[3:], X[:4])),
    "data_interval": LIMITS,
    "depthshade": always(False, True),
    "dpi": always(80, 120),
    "drawstyle": always("steps-mid", "steps-pre"),
    "edgecolor": COLOURS,
    "edgegapcolor": always("r", None),
    "extent": always((0.2, 0.7, 0.3, 0.9), (0, 1, 0, 0.5)),
    "facecolor": COLOURS,
    "figheight": always(1.0, 0.7),
    "figwidth": always(1.0, 1.3),
    "fill": always(False, True),
    "fillstyle": always("left", "none"),
    "filternorm": always(False, True),
    "filterrad": always(1.0, 6.0),
    "fontfamily": FONTS,
    "fontfeatures": always(["-kern"], None),
    "fontproperties": lambda artist: [FontProperties(size=14), "monospace"],
    "fontsize": always(6, 14),
    "fontstretch": always("condensed", "expanded"),
    "fontstyle": always("italic", "oblique"),
    "fontvariant": always("small-caps", "normal"),
    "fontweight": always("bold", 300),
    "frame_on": always(False, True),
    "frameon": always(False, True),
    "gapcolor": always("r", None),
    "hatch": always("//", "o", None),
    "hatch_linewidth": SIZES,
    "hatchcolor": COLOURS,
    "height": NUMBERS,
    "heights": always([12.0], [4.0]),
    "horizontalalignment": always("right", "left"),
    "in_layout": always(False, True),
    "interpolation": always("bilinear", "nearest"),
    "interpolation_stage": always("rgba", "data"),
    "inverted": SWITCH,
    "joinstyle": JOINS,
    "label": always("x", "_y"),
    "label_coords": always(Call(0.3, 0.2), Call(0.7, 0.5)),
    "label_position": always("top", "bottom", "right", "left"),
    "label_text": always("x", "y"),
    "language": always("en", None),
    "latitude_grid": always(20, 45),
    "layout_engine": always("tight", "constrained", None),
    "constrained_layout": SWITCH,
    "constrained_layout_pads": always(Call(w_pad=0.2), Call(h_pad=0.2)),
    "tight_layout": SWITCH,
    "linelength": SIZES,
    "lineoffset": NUMBERS,
    "linespacing": SIZES,
    "linestyle": STYLES,
    "linewidth": SIZES,
    "loc": always("lower right", (0.3, 0.4), "best"),
    "longitude_grid": always(20, 45),
    "longitude_grid_ends": always(20, 45),
    "major_formatter": FORMATTERS,
    "major_locator": LOCATORS,
    "marker": always("s", MarkerStyle("^", "left"), "$a$"),
    "markeredgecolor": COLOURS,
    "markeredgewidth": SIZES,
    "markerfacecolor": COLOURS,
    "markerfacecoloralt": COLOURS,
    "markersize": SIZES,
    "markevery": always(2, [0, 3], 0.3, None),
    "math_fontfamily": always("stix", "cm"),
    "minor_formatter": FORMATTERS,
    "minor_locator": LOCATORS,
    "multialignment": always("right", "center"),
    "multilinebaseline": SWITCH,
    "mutation_aspect": SIZES,
    "mutation_scale": always(0.5, 30.0),
    "ncols": always(2, 1),
    "norm": lambda artist: [colors.LogNorm(0.5, 9), colors.PowerNorm(0.3, 0, 9), None],
    "offset": always((20, 10), (30, 30)),
    "offset_position": always("left", "right"),
    "offset_transform": _offset_transforms,
    "offsets": always(OFFSETS, OFFSETS[::-1] / 2),
    "orientation": always("vertical", "horizontal"),
    "pad": always(1, 9),
    "pane_color": always("r", (0.1, 0.5, 0.9, 0.5)),
    "parse_math": always(False, True),
    "patch_arc": always(Call((0.5, 0.5), 0.4, 10, 100), Call((0.5, 0.5), 0.3, 50, 200)),
    "patch_circle": always(Call((0.5, 0.5), 0.4), Call((0.5, 0.4), 0.2)),
    "patchA": lambda artist: [mpatches.Circle((30, 30), 10), None],
    "patchB": lambda artist: [mpatches.Circle((60, 50), 10), None],
    "path": lambda artist: [Path(SHAPES / 2), Path(SHAPES[::-1].copy())],
    "path_effects": _effects,
    "paths": lambda artist: [[Path(SHAPES / 2), Path(SHAPES.copy())], [Path(SHAPES[::-1].copy())]],
    "picker": SWITCH,
    "position": always((0.2, 0.3), (0.6, 0.5)),
    "position_3d": always((0.2, 0.3, 0.1), (0.6, 0.5, 0.4)),
    "positions": always([0.1, 0.5], [0.3, 0.4, 0.9]),
    "proj_type": always("ortho", "persp"),
    "prop_cycle": always(Call(color=["r"]), Call(color=["g"])),
    "radii": always(0.2, (0.5, 0.3)),
    "radius": NUMBERS,
    "rasterization_zorder": always(1, None),
    "rasterized": SWITCH,
    "remove_overlapping_locs": always(False, True),
    "resample": always(False, True),
    "rgrids": always([0.3], [0.2, 0.7]),
    "rlabel_position": always(90, 200),
    "rlim": LIMITS,
    "rmax": SIZES,
    "rmin": always(-0.5, 0.2),
    "rorigin": always(-0.5, -2),
    "rotate_label": SWITCH,
    "rotation": always(30, "vertical"),
    "rotation_mode": always("anchor", "default"),
    "rscale": always("symlog", "linear"),
    "rticks": always([0.3], [0.2, 0.7]),
    "segments": always([SHAPES, SHAPES[::-1] / 2], [SHAPES]),
    "semimajor": NUMBERS,
    "semiminor": NUMBERS,
    "size_inches": always(Call(1.1, 0.9), Call(1.3, 0.8)),
    "sizes": always([30.0], [80.0, 10.0]),
    "sketch_params": always(Call(3, 20, 2), Call(2, 9, 4), None),
    "slope": always(2.0, -1.0),
    "snap": SWITCH,
    "solid_capstyle": CAPS,
    "solid_joinstyle": JOINS,
    "sort_zpos": always(0.9, None),
    "text": always("xyz", "$x^2$\nb", ""),
    "text_props": always(Call(color="r"), Call(fontsize=7)),
    "theta1": always(50, 100),
    "theta2": always(150, 250),
    "theta_direction": always(-1, 1),
    "theta_offset": always(1.0, 2.0),
    "theta_zero_location": always("N", "W"),
    "thetagrids": always([30], [20, 200]),
    "thetalim": always(Call(0.3, 2), Call(0, 3)),
    "thetamax": always(200, 100),
    "thetamin": always(10, 50),
    "tick_params": always(Call(length=9), Call(labelsize=14, color="r")),
    "ticklabels": always(["x"], ["y"]),
    "ticks": always([0.3], [0.2, 0.7]),
    "ticks_position": always("top", "right", "both", "bottom", "left"),
    "title": always("x", "y\nz"),
    "transform": _transforms,
    "transform_rotates_text": SWITCH,
    "verticalalignment": always("top", "bottom"),
    "verts": VERTICES,
    "verts_and_codes": always(Call([SHAPES], [[1, 2, 2]]), Call([SHAPES / 2], [[1, 2, 2]])),
    "view_interval": LIMITS,
    "visible": always(False, True),
    "width": NUMBERS,
    "widths": always([12.0], [4.0]),
    "wrap": SWITCH,
    "x": NUMBERS,
    "xdata": always(X / 2, X**2),
    "xy": always((0.3, 0.1), (0.1, 0.4)),
    "xy1": always((0.3, 0.1), (0.1, 0.4)),
    "xy2": always((0.8, 0.7), (0.9, 0.4)),
    "y": NUMBERS,
    "ydata": always(X / 2, X**2),
    "z": NUMBERS,
    "zoom": always(3, 12),
    "zorder": always(0, 9),
    "zsort": always("min", "max", "average"),
}
for _axis in "xyz":
    VALUES |= {
        f"{_axis}bound": LIMITS,
        f"{_axis}inverted": SWITCH,
        f"{_axis}label": always("x", "y"),
        f"{_axis}lim": LIMITS,
        f"{_axis}margin": PADS,
        f"{_axis}scale": always("symlog", "asinh", "linear"),
        f"{_axis}ticklabels": always(["x"], ["y"]),
        f"{_axis}ticks": always([0.3], [0.2, 0.7]),
    }

# Of single classes and those below them.
VALUES_OF: dict[str, Values] = {
    "_ImageBase.data": always(CELLS[::-1], CELLS % 4),
    "_ImageBase.array": always(CELLS[::-1], CELLS % 4),
    "OffsetImage.data": always(CELLS[::-1], CELLS % 4),
    "FigureImage.data": always(np.tile(CELLS[::-1], (5, 5)), np.tile(CELLS % 4, (5, 5))),
    "NonUniformImage.data": always(Call([0.2, 0.4, 0.9], [0.1, 0.6, 0.9], CELLS[::-1])),
    "PcolorImage.data": always(Call([0.0, 0.4, 0.9], [0.1, 0.6, 0.9], CELLS[1:, 1:])),
    "Arrow.data": always(Call(x=0.1, dx=0.3), Call(y=0.5, width=0.2)),
    "FancyArrow.data": always(Call(x=0.1, dx=0.3), Call(y=0.5, width=0.2)),
    "StepPatch.data": always(Call([0.1, 0.9, 0.2]), Call([0.5, 0.2], [0.0, 0.4, 1.0])),
    "FillBetweenPolyCollection.data": always(Call(X, X, X**2), Call(X, 1 - X, X / 2)),
    "FancyArrowPatch.positions": always(Call((0.2, 0.7), (0.6, 0.1)), Call(None, (0.9, 0.9))),
    "EventCollection.segments": always([SHAPES, SHAPES[::-1] / 2]),
    "EllipseCollection.widths": always([12.0], [4.0]),
    "Axes.position": always((0.1, 0.3, 0.6, 0.4), (0.3, 0.2, 0.6, 0.6)),
    "Polygon.xy": always(SHAPES[::-1] / 2, SHAPES),
    "FancyArrow.xy": always(SHAPES[::-1] / 2, SHAPES),
    "_ColorbarSpine.xy": always(SHAPES[::-1] / 2, SHAPES),
    "Arc.width": NUMBERS,
    "Annulus.width": PADS,
    "Line3DCollection.segments": always([DEEP, DEEP[::-1] / 2], [DEEP]),
    "Poly3DCollection.verts": always([DEEP, DEEP[::-1] / 2], [DEEP]),
    "Line3D.3d_properties": always(Call(0.4, "y"), Call(X, "x")),
    "Patch3D.3d_properties": always(Call(SHAPES, 0.4, "y"), Call(SHAPES, [0.1, 0.2, 0.9], "z")),
    "PathPatch3D.3d_properties": always(Call(Path(SHAPES), 0.4, "y"), Call(Path(SHAPES), 0.2)),
    "Poly3DCollection.3d_properties": lambda artist: [Call()],
    "Axes3D.box_aspect": always((1, 2, 1), (3, 1, 1)),
    "Axes3D.aspect": always("equal", "auto"),
    "OffsetBox.width": always(20.0, 40.0),
    "OffsetBox.height": always(20.0, 40.0),
}

# What says nothing of a picture, belongs to the way in which a figure is saved, or joins artists in
# ways that have animations of their own.
NOT_TRIED = frozenset(
    {
        *("canvas", "figure", "gid", "url", "urls", "mouseover", "pickradius", "navigate"),
        *("navigate_mode", "forward_navigation_events", "draggable", "subplotspec"),
        *("axes_locator", "converter", "units", "usetex", "child"),
    }
)


def values_for(artist: Any, name: str) -> list[Any]:
    """Return some values for a setter of an artist."""
    for kind in type(artist).__mro__:
        if f"{kind.__name__}.{name}" in VALUES_OF:
            return list(VALUES_OF[f"{kind.__name__}.{name}"](artist))
    return list(VALUES[name](artist)) if name in VALUES else []
