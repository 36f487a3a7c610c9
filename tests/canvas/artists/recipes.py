"""A figure with an artist of each class that is known, and of each that is not."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import matplotlib.patches as mpatches
import matplotlib.transforms as mtransforms
import numpy as np
from matplotlib import collections, image, lines, offsetbox
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.path import Path
from matplotlib.table import Table
from mpl_toolkits.mplot3d import art3d

from tests.canvas.artists.steps import small_axes, small_figure

X = np.linspace(0, 1, 7)
Y = X**2
POINTS = np.array([[0.2, 0.3], [0.5, 0.6], [0.8, 0.2]])
SHAPE = np.array([[0.2, 0.2], [0.8, 0.3], [0.5, 0.8]])
LINES = [np.c_[X, Y], np.c_[X, 1 - Y]]
GRID = np.linspace(0, 1, 4)
CELLS = np.arange(9.0).reshape(3, 3)
HEIGHTS = np.add.outer(GRID, GRID**2)
POINTS_3D = np.c_[POINTS, [0.1, 0.9, 0.5]]

Made = tuple[Figure, Any]
Recipe = Callable[[], Made]

RECIPES: dict[str, Recipe] = {}  # by the name of the class of the artist that is returned


def recipe(name: str, **options: Any) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Add a function that puts an artist of a class into an axes, and returns it."""

    def added(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def make() -> Made:
            figure, ax = small_axes(**options)
            return figure, put(ax)

        RECIPES[name] = make
        return put

    return added


def recipes(put: Callable[[Any, Artist], Any], module: str, **options: Any) -> Any:
    """Add several, each of which returns an artist that has to be put into an axes by `put`."""

    def added(name: str, make: Callable[[Any], Any]) -> None:
        recipe(f"{module}.{name}", **options)(lambda ax: put(ax, make(ax)))

    return added


# Collections

many = recipes(lambda ax, artist: ax.add_collection(artist), "matplotlib.collections")


def placed(ax: Any) -> dict[str, Any]:
    return {
        "offsets": POINTS.copy(),
        "offset_transform": ax.transData,
        "array": np.arange(3.0),
        "lw": 1.5,
    }


many(
    "AsteriskPolygonCollection",
    lambda ax: collections.AsteriskPolygonCollection(5, sizes=(60,), **placed(ax)),
)
many(
    "StarPolygonCollection",
    lambda ax: collections.StarPolygonCollection(5, sizes=(60,), **placed(ax)),
)
many(
    "RegularPolyCollection",
    lambda ax: collections.RegularPolyCollection(5, sizes=(60,), **placed(ax)),
)
many("CircleCollection", lambda ax: collections.CircleCollection((60,), **placed(ax)))
many(
    "EllipseCollection",
    lambda ax: collections.EllipseCollection([9], [5], [30], units="points", **placed(ax)),
)
many(
    "EventCollection",
    lambda ax: collections.EventCollection([0.2, 0.6], lineoffset=0.5, linelength=0.4),
)
many(
    "LineCollection",
    lambda ax: collections.LineCollection(deepcopy(LINES), array=np.arange(2.0), lw=3),
)
many(
    "FillBetweenPolyCollection",
    lambda ax: collections.FillBetweenPolyCollection("x", X, Y, Y + 0.2),
)
many(
    "PatchCollection",
    lambda ax: collections.PatchCollection([mpatches.Circle(xy, 0.1) for xy in POINTS]),
)
many(
    "PolyCollection",
    lambda ax: collections.PolyCollection([SHAPE.copy(), SHAPE / 2], array=np.arange(2.0), ec="k"),
)
many("TriMesh", lambda ax: collections.TriMesh(_triangles(), array=np.arange(4.0)))
recipe("matplotlib.collections.PathCollection")(
    lambda ax: ax.scatter(*POINTS.T.copy(), c=[1.0, 2.0, 3.0], s=[20.0, 40.0, 60.0])
)
recipe("matplotlib.collections.QuadMesh")(lambda ax: ax.pcolormesh(GRID, GRID, CELLS.copy()))
recipe("matplotlib.collections.PolyQuadMesh")(lambda ax: ax.pcolor(GRID, GRID, CELLS.copy()))
recipe("matplotlib.quiver.Quiver")(
    lambda ax: ax.quiver(*POINTS.T.copy(), [1, 2, 3], [2, 1, 0], [1, 2, 3])
)
recipe("matplotlib.quiver.Barbs")(
    lambda ax: ax.barbs(*POINTS.T.copy(), [5, 20, 60], [2, 11, 0], length=4)
)
recipe("matplotlib.contour.QuadContourSet")(lambda ax: ax.contourf(GRID, GRID, HEIGHTS, 3))
recipe("matplotlib.tri._tricontour.TriContourSet")(
    lambda ax: ax.tricontour(_triangles(), [0.0, 1.0, 2.0, 3.0], levels=[0.5, 1.5])
)


def _triangles() -> Any:
    from matplotlib.tri import Triangulation

    return Triangulation([0.1, 0.9, 0.1, 0.9], [0.1, 0.1, 0.9, 0.9], [[0, 1, 2], [1, 2, 3]])


# Lines and texts

recipe("matplotlib.lines.Line2D")(
    lambda ax: ax.plot(X.copy(), Y.copy(), marker="o", ms=4, ls="--", mfc="y", mec="r", lw=2)[0]
)
recipe("matplotlib.lines.AxLine")(lambda ax: ax.axline((0.1, 0.1), slope=0.5))
recipe("matplotlib.text.Text")(
    lambda ax: ax.text(0.5, 0.5, "a\nbcd", bbox={"boxstyle": "round"}, ha="center")
)
recipe("matplotlib.text.Annotation")(
    lambda ax: ax.annotate(
        "abc",
        (0.2, 0.2),
        (0.6, 0.6),
        arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=0.3"},
    )
)

# Patches

patch = recipes(lambda ax, artist: ax.add_patch(artist), "matplotlib.patches")
LOOK: dict[str, Any] = {"fc": "c", "ec": "k", "lw": 2, "ls": "--"}
patch("Annulus", lambda ax: mpatches.Annulus((0.5, 0.5), 0.4, 0.1, **LOOK))
patch("Arc", lambda ax: mpatches.Arc((0.5, 0.5), 0.7, 0.5, theta1=20, theta2=220, lw=3))
patch("Arrow", lambda ax: mpatches.Arrow(0.2, 0.2, 0.5, 0.4, width=0.4, **LOOK))
patch("Circle", lambda ax: mpatches.Circle((0.5, 0.5), 0.3, **LOOK))
patch("CirclePolygon", lambda ax: mpatches.CirclePolygon((0.5, 0.5), 0.3, resolution=7, **LOOK))
patch("Ellipse", lambda ax: mpatches.Ellipse((0.5, 0.5), 0.6, 0.3, angle=20, **LOOK))
patch("FancyArrow", lambda ax: mpatches.FancyArrow(0.2, 0.2, 0.5, 0.4, width=0.1, **LOOK))
patch(
    "FancyArrowPatch",
    lambda ax: mpatches.FancyArrowPatch((0.1, 0.2), (0.9, 0.8), mutation_scale=20, **LOOK),
)
patch(
    "FancyBboxPatch",
    lambda ax: mpatches.FancyBboxPatch((0.3, 0.3), 0.4, 0.3, "round,pad=0.1", **LOOK),
)
patch("PathPatch", lambda ax: mpatches.PathPatch(Path(SHAPE.copy(), closed=False), **LOOK))
patch("Polygon", lambda ax: mpatches.Polygon(SHAPE.copy(), **LOOK))
patch("Rectangle", lambda ax: mpatches.Rectangle((0.2, 0.3), 0.5, 0.4, angle=10, **LOOK))
patch("RegularPolygon", lambda ax: mpatches.RegularPolygon((0.5, 0.5), 5, radius=0.3, **LOOK))
patch("StepPatch", lambda ax: mpatches.StepPatch([0.3, 0.7, 0.5], [0.1, 0.3, 0.6, 0.9], **LOOK))
patch("Wedge", lambda ax: mpatches.Wedge((0.5, 0.5), 0.4, 20, 200, width=0.2, **LOOK))
recipe("matplotlib.spines.Spine")(lambda ax: ax.spines["left"])


@recipe("matplotlib.colorbar._ColorbarSpine")
def _outline(ax: Any) -> Any:
    ax.set_position((0.1, 0.2, 0.4, 0.7))
    bar = ax.figure.colorbar(
        ax.imshow(CELLS.copy(), aspect="auto"),
        cax=ax.figure.add_axes((0.7, 0.1, 0.1, 0.8)),
        ticks=[],
    )
    return bar.outline


# Images

recipe("matplotlib.image.AxesImage")(
    lambda ax: ax.imshow(CELLS.copy(), extent=(0.1, 0.9, 0.1, 0.9), aspect="auto")
)
recipe("matplotlib.image.PcolorImage")(lambda ax: ax.pcolorfast(GRID, GRID**2, CELLS.copy()))


@recipe("matplotlib.image.NonUniformImage")
def _non_uniform(ax: Any) -> Any:
    picture = image.NonUniformImage(ax, extent=(0, 1, 0, 1))
    picture.set_data(np.array([0.1, 0.5, 0.8]), np.array([0.1, 0.3, 0.8]), CELLS.copy())
    return ax.add_image(picture)


@recipe("matplotlib.image.BboxImage")
def _in_a_box(ax: Any) -> Any:
    picture = image.BboxImage(mtransforms.Bbox([[20, 20], [70, 60]]))
    picture.set_data(CELLS.copy())
    return ax.add_artist(picture)


@recipe("matplotlib.image.FigureImage")
def _in_a_figure(ax: Any) -> Any:
    return ax.figure.figimage(np.tile(CELLS, (5, 5)), 5, 5)


# Boxes

box = recipes(lambda ax, artist: ax.add_artist(artist), "matplotlib.offsetbox")


def _anchored(child: Any) -> Any:
    return offsetbox.AnchoredOffsetbox("upper left", child=child, pad=0.2)


def _text_area(written: str = "ab") -> Any:
    return offsetbox.TextArea(written, textprops={"size": 8})


def _drawing() -> Any:
    area = offsetbox.DrawingArea(30, 20, 2, 2)
    area.add_artist(mpatches.Circle((10, 10), 8, fc="g"))
    area.add_artist(lines.Line2D([0, 25], [0, 15], lw=3))
    return area


def _boxed(name: str, make: Callable[[Any], Any]) -> None:
    """Add a box, which has to lie in an anchored one to have a place."""

    def put(ax: Any) -> Any:
        child = make(ax)
        ax.add_artist(_anchored(child))
        return child

    recipe(f"matplotlib.offsetbox.{name}")(put)


def _shapes_in_data(ax: Any) -> Any:
    area = offsetbox.AuxTransformBox(ax.transData)
    area.add_artist(mpatches.Ellipse((0, 0), 0.3, 0.2))
    return area


box("AnchoredOffsetbox", lambda ax: _anchored(_text_area()))
box("AnchoredText", lambda ax: offsetbox.AnchoredText("abc", "lower left", prop={"size": 8}))
box(
    "AnnotationBbox",
    lambda ax: offsetbox.AnnotationBbox(
        _drawing(), (0.3, 0.3), (0.6, 0.6), arrowprops={"arrowstyle": "->"}
    ),
)
_boxed("AuxTransformBox", _shapes_in_data)
_boxed("DrawingArea", lambda ax: _drawing())
_boxed("HPacker", lambda ax: offsetbox.HPacker(children=[_text_area(), _text_area("c")], sep=3))
_boxed("VPacker", lambda ax: offsetbox.VPacker(children=[_text_area(), _text_area("c")], sep=3))
_boxed("OffsetImage", lambda ax: offsetbox.OffsetImage(CELLS.copy(), zoom=8))
_boxed("PaddedBox", lambda ax: offsetbox.PaddedBox(_text_area(), 3, draw_frame=True))
_boxed("TextArea", lambda ax: _text_area())


@recipe("matplotlib.legend.Legend")
def _legend(ax: Any) -> Legend:
    ax.plot(X.copy(), Y.copy(), label="a")
    ax.scatter(*POINTS.T.copy(), label="b")
    return ax.legend(loc="upper left", fontsize=6)


def _table(ax: Any) -> Table:
    return ax.table([["a", "b"], ["c", "d"]], bbox=(0.1, 0.1, 0.8, 0.8))


recipe("matplotlib.table.Table")(_table)
recipe("matplotlib.table.Cell")(lambda ax: _table(ax)[0, 0])

# Axes, axis and figures

recipe("matplotlib.axes._axes.Axes")(lambda ax: (ax.plot(X.copy(), Y.copy()), ax)[1])
recipe("matplotlib.axis.XAxis")(lambda ax: ax.xaxis)
recipe("matplotlib.axis.YAxis")(lambda ax: (ax.set_yticks([0.3, 0.8]), ax.yaxis)[1])
recipe("matplotlib.axis.XTick")(lambda ax: ax.xaxis.get_major_ticks()[0])
recipe("matplotlib.axis.YTick")(lambda ax: (ax.set_yticks([0.5]), ax.yaxis.get_major_ticks()[0])[1])

POLAR = {"projection": "polar"}
GEO = {"aitoff": "Aitoff", "hammer": "Hammer", "lambert": "Lambert", "mollweide": "Mollweide"}


def _polar(ax: Any) -> Any:
    ax.set(rticks=[0.5], xticks=[1.0])
    ax.plot(X * 3, Y)
    return ax


recipe("matplotlib.projections.polar.PolarAxes", **POLAR)(_polar)
recipe("matplotlib.projections.polar.RadialAxis", **POLAR)(lambda ax: _polar(ax).yaxis)
recipe("matplotlib.projections.polar.ThetaAxis", **POLAR)(lambda ax: _polar(ax).xaxis)
recipe("matplotlib.projections.polar.RadialTick", **POLAR)(
    lambda ax: _polar(ax).yaxis.get_major_ticks()[0]
)
recipe("matplotlib.projections.polar.ThetaTick", **POLAR)(
    lambda ax: _polar(ax).xaxis.get_major_ticks()[0]
)
for _projection, _name in GEO.items():
    recipe(f"matplotlib.projections.geo.{_name}Axes", projection=_projection)(
        lambda ax: (ax.set(xticks=[1.0], yticks=[0.5]), ax.plot(X.copy(), Y.copy()), ax)[2]
    )


def _figure() -> Made:
    figure, ax = small_axes()
    ax.plot(X.copy(), Y.copy())
    return figure, figure


def _subfigure() -> Made:
    figure = small_figure()
    inner = figure.subfigures(1, 2)[0]
    inner.add_axes((0.2, 0.2, 0.7, 0.7), xticks=[], yticks=[]).plot(X.copy(), Y.copy())
    return figure, inner


RECIPES["matplotlib.figure.Figure"] = _figure
RECIPES["matplotlib.figure.SubFigure"] = _subfigure

# In three dimensions

DEEP = {"projection": "3d"}


def deep(name: str) -> Any:
    return recipe(f"mpl_toolkits.mplot3d.{name}", **DEEP)


def bare(ax: Any) -> Any:
    """Return a 3-D axes without its axes, which take the most time to draw."""
    ax.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 1))
    ax.set_axis_off()
    return ax


def _few(ax: Any) -> Any:
    ax.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 1), xticks=[0.5], yticks=[], zticks=[])
    return ax


deep("axes3d.Axes3D")(lambda ax: (_few(ax).plot(X.copy(), Y.copy(), X), ax)[1])
deep("axis3d.XAxis")(lambda ax: _few(ax).xaxis)
deep("axis3d.YAxis")(lambda ax: _few(ax).yaxis)
deep("axis3d.ZAxis")(lambda ax: _few(ax).zaxis)
deep("art3d.Line3D")(lambda ax: bare(ax).plot(X.copy(), Y.copy(), X, marker="o", ms=3)[0])
deep("art3d.Text3D")(lambda ax: bare(ax).text(0.5, 0.5, 0.5, "ab", "x"))
deep("art3d.Path3DCollection")(
    lambda ax: bare(ax).scatter(*POINTS_3D.T.copy(), c=[1.0, 2.0, 3.0], s=[20.0, 40.0, 60.0])
)
deep("art3d.Line3DCollection")(
    lambda ax: bare(ax).add_collection3d(
        art3d.Line3DCollection([POINTS_3D.copy(), POINTS_3D[::-1] / 2])
    )
)
deep("art3d.Poly3DCollection")(
    lambda ax: bare(ax).add_collection3d(
        art3d.Poly3DCollection([POINTS_3D.copy(), POINTS_3D[::-1] / 2 + 0.3], fc=["r", "b"], ec="k")
    )
)


def _deepened(ax: Any, artist: Any, turn: Callable[..., None]) -> Any:
    turn(artist, zdir="x")
    return bare(ax).add_artist(artist)


deep("art3d.Patch3D")(
    lambda ax: _deepened(ax, mpatches.Circle((0.5, 0.5), 0.3), art3d.patch_2d_to_3d)
)
deep("art3d.PathPatch3D")(
    lambda ax: _deepened(ax, mpatches.PathPatch(Path(SHAPE.copy())), art3d.pathpatch_2d_to_3d)
)


@deep("art3d.Patch3DCollection")
def _patches_3d(ax: Any) -> Any:
    several = collections.PatchCollection(
        [mpatches.Circle((0, 0), 5)], offsets=POINTS.copy(), offset_transform=ax.transData
    )
    several.set_transform(mtransforms.IdentityTransform())
    bare(ax).add_collection3d(several, zs=[0.1, 0.5, 0.9])
    return several
