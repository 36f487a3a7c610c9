"""All classes of matplotlib that a picture may depend on, found by going through its modules."""

from __future__ import annotations

import importlib
import pkgutil
import warnings
from functools import cache
from types import ModuleType
from typing import Any

import matplotlib
import mpl_toolkits
from matplotlib.artist import Artist
from matplotlib.colors import Colormap, Normalize
from matplotlib.layout_engine import LayoutEngine
from matplotlib.patches import ArrowStyle, BoxStyle, ConnectionStyle
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.scale import ScaleBase
from matplotlib.ticker import Formatter, Locator
from matplotlib.transforms import TransformNode

from parallel_animate.canvas.artists.known import name_of

ROOTS = (
    *(Artist, TransformNode, Formatter, Locator, Normalize, Colormap, ScaleBase),
    *(AbstractPathEffect, LayoutEngine),
)
STYLES: tuple[Any, ...] = (BoxStyle, ArrowStyle, ConnectionStyle)
# Modules that draw elsewhere, or are matplotlib's own tests.
LEFT_OUT = ("tests", "testing", "backends", "sphinxext", "pylab")

# The classes that are not known: an artist of them, or one that holds them, is drawn anew.
DRAWN_ANEW = frozenset(
    f"{module}.{name}"
    for module, names in {
        # What others are made from; there are no artists of these alone, or they do nothing.
        "matplotlib.artist": "Artist",
        "matplotlib.axes._base": "_AxesBase",
        "matplotlib.axis": "Axis Tick",
        "matplotlib.collections": "Collection _CollectionWithSizes",
        "matplotlib.colorizer": "ColorizingArtist",
        "matplotlib.contour": "ContourSet",
        "matplotlib.figure": "FigureBase",
        "matplotlib.image": "_ImageBase",
        "matplotlib.projections.geo": "GeoAxes _GeoTransform",
        "matplotlib.transforms": "Affine2DBase AffineBase BboxBase Transform TransformNode",
        "matplotlib.ticker": "Formatter Locator",
        "matplotlib.dates": "DateLocator",
        "matplotlib.scale": "ScaleBase",
        "matplotlib.layout_engine": "LayoutEngine",
        "matplotlib.patheffects": "AbstractPathEffect",
        "mpl_toolkits.mplot3d.art3d": "Collection3D",
        "mpl_toolkits.mplot3d.axis3d": "Axis",
        # What looks at other artists, or at data.
        "matplotlib.axes._secondary_axes": "SecondaryAxis",
        "matplotlib.inset": "InsetIndicator",
        "matplotlib.offsetbox": "OffsetBox PackerBase",
        "matplotlib.patches": "ConnectionPatch Patch Shadow",
        "matplotlib.quiver": "QuiverKey",
        # Toolkits that place and draw in ways of their own.
        "mpl_toolkits.axes_grid1.anchored_artists": """
            AnchoredAuxTransformBox AnchoredDirectionArrows AnchoredDrawingArea AnchoredSizeBar""",
        "mpl_toolkits.axes_grid1.inset_locator": """
            AnchoredLocatorBase AnchoredSizeLocator AnchoredZoomLocator BboxConnector
            BboxConnectorPatch BboxPatch _TransformedBboxWithCallback""",
        "mpl_toolkits.axes_grid1.mpl_axes": "Axes SimpleAxisArtist",
        "mpl_toolkits.axes_grid1.parasite_axes": "AxesHostAxes AxesParasite",
        "mpl_toolkits.axisartist.axis_artist": """
            AxisArtist AxisLabel GridlinesCollection LabelBase TickLabels Ticks""",
        "mpl_toolkits.axisartist.axisline_style": """
            _FancyAxislineStyle.FilledArrow _FancyAxislineStyle.SimpleArrow""",
        "mpl_toolkits.axisartist.axislines": "Axes AxesZero",
        "mpl_toolkits.axisartist.floating_axes": "FloatingAxesHostAxes",
        "mpl_toolkits.axisartist.grid_finder": "MaxNLocator _User2DTransform",
    }.items()
    for name in names.split()
)
# Names on the list that only some of the supported versions have.
ONLY_SOMETIMES = frozenset({"matplotlib.transforms.BboxTransformToMaxOnly"})  # until 3.10


@cache
def found() -> dict[str, type]:
    """Return all classes, by the name that they have in the list."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for package in (matplotlib, mpl_toolkits):
            _load(package)
    below: set[type] = set()
    for root in ROOTS:
        below |= _below(root)
    for styles in STYLES:
        below |= set(styles.get_styles().values())
    ours = [kind for kind in below if kind.__module__.split(".")[0] in known_roots()]
    return {name_of(kind): kind for kind in ours if "tests" not in kind.__module__.split(".")}


def known_roots() -> tuple[str, ...]:
    return (matplotlib.__name__, mpl_toolkits.__name__)


def _load(package: ModuleType) -> None:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        last = module.name.rpartition(".")[2]
        if last in LEFT_OUT or last.startswith("__"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:  # of a part that needs something else
            continue
        if module.ispkg:
            _load(loaded)


def _below(kind: type) -> set[type]:
    return {kind}.union(*map(_below, kind.__subclasses__()))
