"""Animations of what artists hold: transforms, scales, tickers, norms, styles and others.

Each changes the part itself: by its setters, by attributes that are set directly, or in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.colors as mcolors
import matplotlib.patches as mpatches
import matplotlib.transforms as mtransforms
import numpy as np
from matplotlib import layout_engine, patheffects, scale
from matplotlib.cbook import silent_list
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnchoredText
from matplotlib.path import Path
from matplotlib.tri import Triangulation

from tests.canvas.artists.animations import ANIMATED, CELLS, X, animates, attribute, steps
from tests.canvas.artists.steps import Step, small_axes, small_figure

# Transforms and boxes


@animates("matplotlib.transforms", "Affine2D CompositeAffine2D CompositeGenericTransform")
def turned_within_others():
    figure, ax = small_axes()
    inner = mtransforms.Affine2D()
    ax.plot(X, X / 2, transform=mtransforms.Affine2D().scale(1, 0.9) + inner + ax.transData)
    return figure, [
        lambda: inner.rotate_deg(20),
        lambda: inner.translate(0.2, 0.1),
        lambda: inner.set_matrix(np.eye(3)),
        lambda: inner.clear().scale(0.5),
    ]


@animates(
    "matplotlib.transforms",
    "BlendedAffine2D BlendedGenericTransform BboxTransformTo Bbox IdentityTransform",
)
def blended():
    figure, ax = small_axes()
    sideways, box = mtransforms.Affine2D(), mtransforms.Bbox([[10, 20], [80, 70]])
    up = mtransforms.BboxTransformTo(box)
    affine = mtransforms.blended_transform_factory(sideways, up)
    ax.plot(X * 90, X, transform=affine)
    ax.plot(X, X**2, transform=mtransforms.BlendedGenericTransform(ax.transData, up))
    ax.add_artist(mpatches.Circle((60, 50), 9, transform=mtransforms.IdentityTransform()))
    return figure, [
        lambda: sideways.translate(9, 0),
        lambda: box.set_points(np.array([[10.0, 30.0], [90.0, 50.0]])),
        lambda: box.__setattr__("y0", 5.0),
        lambda: box.get_points().__imul__(1.1),
        lambda: sideways.scale(0.5),
    ]


@animates(
    "matplotlib.transforms",
    "BboxTransform BboxTransformFrom AffineDeltaTransform ScaledTranslation BboxTransformToMaxOnly",
)
def between_boxes():
    figure, ax = small_axes()
    source, target = mtransforms.Bbox([[0, 0], [2, 1]]), mtransforms.Bbox([[10, 10], [90, 60]])
    shift = mtransforms.Affine2D()
    ax.plot(X, X, transform=mtransforms.BboxTransform(source, target))
    ax.plot(X, 1 - X, transform=mtransforms.BboxTransformFrom(source) + ax.transAxes)
    delta = mtransforms.AffineDeltaTransform(shift + ax.transData)
    ax.plot(X * 0.7, X**2, transform=delta)
    moved = mtransforms.ScaledTranslation(0.1, 0.1, figure.dpi_scale_trans + shift)
    ax.plot(X, X**3, transform=ax.transData + moved)
    return figure, [
        lambda: source.set_points(np.array([[0.0, 0.0], [1.0, 2.0]])),
        lambda: target.__setattr__("x1", 50.0),
        lambda: shift.scale(0.6),
        lambda: shift.rotate(0.2),
    ]


@animates("matplotlib.transforms", "TransformWrapper TransformedBbox LockableBbox")
def boxes_of_axes():
    figure, ax = small_axes()
    ax.plot(X, X)
    clip = mtransforms.Bbox([[0.2, 0.2], [0.7, 0.7]])
    locked = mtransforms.LockableBbox(mtransforms.Bbox([[20, 20], [80, 60]]))
    ax.plot(X, X**2, lw=5)[0].set_clip_box(locked)
    (line,) = ax.plot(X, 1 - X, lw=5)
    line.set_clip_box(mtransforms.TransformedBbox(clip, ax.transAxes))
    return figure, [
        lambda: ax.set_xlim(0, 2),
        lambda: clip.set_points(np.array([[0.1, 0.1], [0.5, 0.9]])),
        lambda: ax.set_xscale("symlog"),
        lambda: ax.viewLim.__setattr__("intervaly", (0.2, 1.5)),
        lambda: setattr(locked, "locked_x0", 50),
        lambda: ax.set_position([0.3, 0.3, 0.6, 0.5]),
    ]


@animates("matplotlib.transforms", "TransformedPath TransformedPatchPath _ScaledRotation")
def paths_and_turns():
    figure, ax = small_axes(projection="polar")
    ax.set(xticks=[1.0], yticks=[0.5])
    circle = mpatches.Circle((0.5, 0.5), 0.4, transform=ax.transAxes)
    (line,) = ax.plot(X * 6, X, lw=3)
    line.set_clip_path(circle)
    shape = Path([[0.0, 0.0], [3.0, 1.0], [6.0, 0.5]])
    ax.add_patch(mpatches.PathPatch(shape, fc="none", lw=2))
    angle = mtransforms.Affine2D().translate(0.5, 1)
    turn = mtransforms._ScaledRotation(theta=0.3, trans_shift=angle)
    ax.plot(X * 90, X * 60, transform=turn)
    return figure, [
        lambda: angle.translate(0.7, 0),
        lambda: circle.set_radius(0.2),
        lambda: line.set_clip_path(None),
        lambda: shape.vertices.__imul__(0.7),
        lambda: ax.set_rlabel_position(100),
    ]


@animates(
    "matplotlib.projections.polar",
    "PolarAffine PolarTransform InvertedPolarTransform _ThetaShift _WedgeBbox RadialLocator "
    "ThetaLocator ThetaFormatter",
)
def polar():
    figure, ax = small_axes(projection="polar")
    ax.plot(X * 6, X)
    ax.plot(X, X, transform=ax.transData.inverted() + ax.transData + ax.transData)
    ax.yaxis.get_major_locator().base.set_params(nbins=2)
    return figure, [
        lambda: ax.set_theta_offset(1),
        lambda: ax.set_theta_direction(-1),
        lambda: ax.set_rorigin(-0.5),
        lambda: ax.set_thetalim(0.2, 3),
        lambda: ax.set_rmax(2),
        lambda: ax.yaxis.get_major_locator().base.set_params(nbins=4),
    ]


def _geo(name: str) -> None:
    @animates(
        "matplotlib.projections.geo",
        f"{name}Axes.{name}Transform {name}Axes.Inverted{name}Transform",
    )
    def on_a_globe():
        figure, ax = small_axes(projection=name.lower())
        ax.set(xticks=[1.0], yticks=[0.5])
        (line,) = ax.plot(X * 2, X)
        ax.plot(X, X, transform=ax.transProjection.inverted() + ax.transData)
        centre = ax.transProjection
        return figure, [
            lambda: line.set_ydata(-X),
            lambda: setattr(centre, "_center_longitude", 0.5),
            lambda: ax.set_longitude_grid(45),
            lambda: setattr(ax.xaxis.get_major_formatter(), "_round_to", 7.0),
        ]

    ANIMATED["matplotlib.projections.geo.GeoAxes.ThetaFormatter"] = on_a_globe


for _name in ("Aitoff", "Hammer", "Lambert", "Mollweide"):
    _geo(_name)


# Scales


def _scaled(name: str, transforms: str, options: dict[str, Any], change: Any) -> None:
    @animates("matplotlib.scale", f"{name} {transforms}")
    def on_a_scale():
        figure, ax = small_axes(xlim=(0.01, 0.99), ylim=(0.01, 0.99))
        kind: Any = getattr(scale, name)
        ax.set_xscale(kind(ax.xaxis, **options))
        ax.plot(X, X)
        used = ax.xaxis.get_transform()
        there = mtransforms.blended_transform_factory(used, mtransforms.IdentityTransform())
        ax.plot(X / 4, X, transform=there + there.inverted() + ax.transData)
        return figure, [
            lambda: ax.set_xlim(0.05, 0.9),
            lambda: change(used),
            lambda: ax.set_xscale("linear"),
            lambda: ax.set_xscale(kind(ax.xaxis, **options)),
        ]


def _nothing(used: Any) -> None:
    return None


ROOT = (np.sqrt, np.square)
_scaled("LinearScale", "", {}, _nothing)
_scaled(
    "LogScale", "LogTransform InvertedLogTransform", {}, lambda used: setattr(used, "base", 2.0)
)
_scaled(
    "SymmetricalLogScale",
    "SymmetricalLogTransform InvertedSymmetricalLogTransform",
    {"linthresh": 0.2},
    lambda used: setattr(used, "linthresh", 0.5),
)
_scaled(
    "AsinhScale",
    "AsinhTransform InvertedAsinhTransform",
    {"linear_width": 0.2},
    lambda used: setattr(used, "linear_width", 0.7),
)
_scaled("LogitScale", "LogitTransform LogisticTransform", {}, _nothing)
_scaled("FuncScale", "FuncTransform", {"functions": ROOT}, _nothing)
_scaled("FuncScaleLog", "", {"functions": ROOT}, _nothing)


# Norms and colormaps


def _normed(name: str, make: Callable[[], Any], *changes: Callable[[Any], Any]) -> None:
    @animates("matplotlib.colors", name)
    def coloured_by_a_norm():
        figure, ax = small_axes()
        norm = make()
        shown = ax.imshow(CELLS * 1, norm=norm, extent=(0, 0.5, 0, 1), aspect="auto")
        ax.scatter(X, X, c=X, norm=norm)
        made = [lambda change=change: change(norm) for change in changes]
        return figure, [*made, lambda: shown.set_data(CELLS[::-1] * 9)]


def limits(norm: Any) -> None:
    norm.vmax = 0.6


def clipped(norm: Any) -> None:
    norm.vmin, norm.clip = 0.3, True


_normed("Normalize", lambda: mcolors.Normalize(0, 1), limits, clipped)
_normed("LogNorm", lambda: mcolors.LogNorm(0.1, 1), limits, clipped)
_normed("AsinhNorm", lambda: mcolors.AsinhNorm(0.1, 0, 1), limits, limits)
_normed("SymLogNorm", lambda: mcolors.SymLogNorm(0.1, vmin=0, vmax=1), limits)
_normed("PowerNorm", lambda: mcolors.PowerNorm(0.5, 0, 1), limits, attribute("gamma", 3.0))
_normed("TwoSlopeNorm", lambda: mcolors.TwoSlopeNorm(0.4, 0, 1), limits, attribute("vcenter", 0.2))
_normed(
    "CenteredNorm",
    lambda: mcolors.CenteredNorm(0.4, 0.5),
    attribute("vcenter", 0.2),
    attribute("halfrange", 0.3),
)
_normed("FuncNorm", lambda: mcolors.FuncNorm(ROOT, 0, 1), limits, clipped)
_normed("NoNorm", mcolors.NoNorm)
_normed(
    "BoundaryNorm",
    lambda: mcolors.BoundaryNorm(np.array([0.0, 0.3, 0.6, 1.0]), 256),
    lambda norm: norm.boundaries.__imul__(0.8),
    attribute("boundaries", np.array([0.0, 0.5, 0.7, 0.9])),
)


@animates("matplotlib.colors", "Colormap LinearSegmentedColormap ListedColormap")
def colormaps():
    figure, ax = small_axes()
    smooth = mcolors.LinearSegmentedColormap.from_list("own", ["r", "g"])
    listed = mcolors.ListedColormap(["c", "m", "y"])
    ax.imshow(CELLS, cmap=smooth, extent=(0, 0.5, 0, 1), aspect="auto", vmin=0.3)
    spots = ax.scatter(X, X, c=X, cmap=listed, vmax=0.7)
    spots.set_clim(0.2, 0.7)
    bare = mcolors.Colormap("bare", 3)  # which knows no colours: nothing is shown by it
    ax.add_patch(mpatches.Circle((0, 0), 0.1)).kept = bare
    return figure, [
        lambda: smooth.set_under("k"),
        lambda: listed.set_extremes(bad="k", under="b", over="k"),
        lambda: (setattr(listed, "colors", ["k", "r", "b"]), listed._init()),
        lambda: smooth._init() or smooth._lut.__imul__(0.5),
        lambda: (smooth.set_gamma(3.0), smooth._init()),
    ]


@animates("matplotlib.colorizer", "Colorizer")
def shared_colorizer():
    figure, ax = small_axes()
    shown = ax.imshow(CELLS, extent=(0, 0.5, 0, 1), aspect="auto")
    spots = ax.scatter(X, X, c=X, norm=shown.norm)
    other = shown.colorizer
    return figure, [
        lambda: other.set_clim(0.3, 0.5),
        lambda: setattr(other, "cmap", "hot"),
        lambda: setattr(spots, "colorizer", other),
        lambda: setattr(other, "norm", mcolors.PowerNorm(2, 0, 1)),
    ]


@animates("matplotlib.colorbar", "Colorbar _ColorbarAxesLocator")
def colour_bar():
    figure, ax = small_axes()
    shown = ax.imshow(CELLS, extent=(0, 1, 0, 1), aspect="auto", norm=mcolors.PowerNorm(0.5))
    bar = figure.colorbar(
        *(shown, figure.add_axes((0.8, 0.2, 0.1, 0.7))), ticks=[0.3, 0.7], extend="max"
    )
    return figure, [
        lambda: setattr(bar, "extend", "neither"),
        lambda: setattr(bar, "extend", "both"),
        lambda: setattr(bar, "extend", "max"),  # as its colours were made for
        lambda: setattr(shown.norm, "gamma", 2.0),
        lambda: shown.set_clim(0.2, 0.8),
        lambda: bar.minorticks_on(),
        lambda: shown.set_cmap("hot"),
        lambda: bar.set_alpha(0.5) or bar.update_normal(shown),
        lambda: bar.set_ticks([0.5]),
    ]


# Styles

BOX_STYLES = mpatches.BoxStyle.get_styles()
ARROW_STYLES = mpatches.ArrowStyle.get_styles()
CONNECTIONS = mpatches.ConnectionStyle.get_styles()
CURVES = tuple(CONNECTIONS[name] for name in ("angle", "angle3", "arc"))


def _numbers(style: Any) -> list[Step]:
    """Return a step for each number that a style holds."""
    several = {name: value for name, value in vars(style).items() if type(value) in (int, float)}
    factor = 30 if isinstance(style, CURVES) else 1  # these have angles, and lengths in pixels
    return [
        lambda name=name, value=value: setattr(style, name, value + 0.2 * factor)
        for name, value in several.items()
    ]


def _styled(kind: type, put: Callable[[Any, Any], Any]) -> None:
    @animates("matplotlib.patches", kind.__qualname__)
    def styled():
        figure, ax = small_axes()
        style = kind()
        put(ax, style)
        return figure, [*_numbers(style), lambda: ax.patches[-1].set_linewidth(4)]


def _in_box(ax: Any, style: Any) -> None:
    ax.text(0.5, 0.5, "ab", bbox={"boxstyle": style})
    ax.add_patch(mpatches.FancyBboxPatch((0.2, 0.2), 0.2, 0.2, style, mutation_scale=0.3))


def _arrow(ax: Any, **style: Any) -> None:
    options = {
        "arrowstyle": "-",
        "mutation_scale": 15,
        "connectionstyle": "arc3,rad=0.2",
        "lw": 2,
        **style,
    }
    ax.add_patch(mpatches.FancyArrowPatch((0.1, 0.1), (0.8, 0.7), **options))
    ax.annotate("a", (0.9, 0.2), (0.4, 0.7), arrowprops={"arrowstyle": "->", **style})


for _kind in BOX_STYLES.values():
    _styled(_kind, _in_box)
for _kind in ARROW_STYLES.values():
    _styled(_kind, lambda ax, style: _arrow(ax, arrowstyle=style))
for _kind in CONNECTIONS.values():
    _styled(_kind, lambda ax, style: _arrow(ax, connectionstyle=style))


def _effected(name: str, make: Callable[[], Any], *changes: Callable[[Any], Any]) -> None:
    @animates("matplotlib.patheffects", name)
    def with_an_effect():
        figure, ax = small_axes()
        effect = make()
        (line,) = ax.plot(X, X, lw=3, path_effects=[effect, patheffects.Normal()])
        ax.text(0.3, 0.6, "ab", path_effects=[effect])
        made = [lambda change=change: change(effect) for change in changes]
        return figure, [*made, lambda: line.set_linewidth(6)]


def gc(**values: Any) -> Callable[[Any], Any]:
    return lambda effect: effect._gc.update(values)


shift = attribute("_offset", (4, -3))
_effected("Normal", patheffects.Normal)
_effected("Stroke", lambda: patheffects.Stroke(linewidth=5, foreground="y"), gc(linewidth=8), shift)
_effected("withStroke", lambda: patheffects.withStroke(linewidth=5), gc(foreground="r"), shift)
_effected("SimpleLineShadow", patheffects.SimpleLineShadow, attribute("_alpha", 0.9), shift)
_effected("SimplePatchShadow", patheffects.SimplePatchShadow, attribute("_rho", 0.9), shift)
_effected(
    "withSimplePatchShadow", patheffects.withSimplePatchShadow, attribute("_alpha", 0.9), shift
)
_effected(
    "TickedStroke", lambda: patheffects.TickedStroke(spacing=5), attribute("_length", 2.0), shift
)
_effected(
    "withTickedStroke",
    lambda: patheffects.withTickedStroke(spacing=5),
    attribute("_angle", 9),
    shift,
)
_effected(
    "PathPatchEffect",
    lambda: patheffects.PathPatchEffect(facecolor="r", lw=2),
    lambda effect: effect.patch.set_facecolor("g"),
    lambda effect: effect.patch.set_linewidth(5),
    shift,
)


# Other values


@animates("matplotlib.font_manager", "FontProperties")
def fonts():
    figure, ax = small_axes()
    font = FontProperties(size=9)
    written = ax.text(0.2, 0.5, "abc")
    written._fontproperties = font
    return figure, steps((font.set_size, 15), (font.set_family, "serif"), (font.set_weight, "bold"))


@animates("matplotlib.markers", "MarkerStyle")
def markers():
    figure, ax = small_axes()
    shape = Path([[-1.0, -1.0], [1.0, 0.0], [-1.0, 1.0]])
    marker = MarkerStyle(shape)
    (line,) = ax.plot(X[::3], X[::3], "k", marker=marker)
    (other,) = ax.plot(X[::3], 0.5 * X[::3], marker=MarkerStyle("s", "left"))
    return figure, [
        lambda: shape.vertices.__imul__(0.5),
        lambda: line._marker.get_transform().rotate(0.5),
        lambda: other._marker._set_fillstyle("top"),
        lambda: setattr(other._marker, "_user_transform", mtransforms.Affine2D().scale(2)),
    ]


@animates("matplotlib.path", "Path")
@animates("matplotlib.cbook", "silent_list CallbackRegistry")
@animates("matplotlib.artist", "_XYPair")
def other_values():
    figure, ax = small_axes()
    shape = Path(np.array([[0.1, 0.1], [0.9, 0.3], [0.4, 0.9]]), [1, 2, 2])
    ax.add_patch(mpatches.PathPatch(shape, lw=2))
    (line,) = ax.plot(X, X)
    line.sticky_edges.x.append(0.3)
    line.kept = silent_list("Line2D", [line])
    return figure, [
        lambda: shape.vertices.__imul__(0.8),
        lambda: shape.codes.__setitem__(2, 1),
        lambda: setattr(shape, "vertices", shape.vertices * 0.5),
        lambda: ax.add_artist(AnchoredText("a", "upper left")),
    ]


@animates("matplotlib.tri._triangulation", "Triangulation")
def triangles():
    figure, ax = small_axes()
    net = Triangulation([0.1, 0.9, 0.1, 0.9], [0.1, 0.1, 0.9, 0.9], [[0, 1, 2], [1, 2, 3]])
    ax.tripcolor(net, [0.1, 0.4, 0.6, 0.9], shading="gouraud")
    return figure, [
        lambda: net.x.__imul__(0.8),
        lambda: net.set_mask([True, False]),
        lambda: net.set_mask(None),
    ]


@animates(
    "matplotlib.layout_engine", "ConstrainedLayoutEngine PlaceHolderLayoutEngine TightLayoutEngine"
)
def layouts():
    figure = small_figure()
    figure.add_subplot(xticks=[], yticks=[]).plot(X, X)
    kept = [
        layout_engine.TightLayoutEngine(),
        layout_engine.ConstrainedLayoutEngine(),
        layout_engine.PlaceHolderLayoutEngine(True, False),
    ]
    figure.engines = kept
    ax = figure.axes[0]
    return figure, [
        lambda: figure.set_layout_engine(kept[0]),
        lambda: kept[0].set(pad=3),
        lambda: figure.set_layout_engine(kept[1]),
        lambda: kept[1].set(w_pad=0.2),
        lambda: ax.set_title("t", fontsize=6),
        lambda: figure.set_layout_engine(kept[2]),
    ]
