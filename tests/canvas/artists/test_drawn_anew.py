"""Artists of matplotlib's whose classes are not known are drawn for each frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.patches as mpatches
import matplotlib.transforms as mtransforms
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure, FigureBase
from matplotlib.path import Path
from mpl_toolkits.axes_grid1 import anchored_artists, inset_locator
from mpl_toolkits.axes_grid1.mpl_axes import Axes as SimpleAxes
from mpl_toolkits.axes_grid1.parasite_axes import HostAxes
from mpl_toolkits.axisartist import Axes as ArtistAxes
from mpl_toolkits.axisartist import AxesZero

from parallel_animate.canvas.artists.family import family
from parallel_animate.canvas.artists.known import name_of
from parallel_animate.canvas.artists.volatile import why_volatile
from parallel_animate.canvas.container import Container
from tests.canvas.artists.classes import DRAWN_ANEW
from tests.canvas.artists.recipes import POINTS, SHAPE
from tests.canvas.artists.steps import Step, check_steps, small_axes

X = np.linspace(0.05, 1, 9)
UNKNOWN: dict[str, Callable[[], tuple[Figure, Any, list[Step]]]] = {}


def unknown(name: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Add an artist, which stays as it is while another one changes."""

    def added(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def with_a_line() -> tuple[Figure, Any, list[Step]]:
            figure, ax = small_axes()
            artist = put(ax)
            (line,) = ax.plot(X, X / 3)
            return figure, artist, [lambda: line.set_ydata(X**2), lambda: artist.set_zorder(7)]

        UNKNOWN[name] = with_a_line
        return put

    return added


def _of(ax: Any, artist: Any) -> Any:
    return ax.add_artist(artist)


GRID1 = "mpl_toolkits.axes_grid1"
LOCATOR = f"{GRID1}.inset_locator"
ANCHORED = f"{GRID1}.anchored_artists"
unknown("matplotlib.collections.Collection")(
    lambda ax: ax.add_collection(_shapes(Collection(facecolors="r")))
)
unknown("matplotlib.patches.Shadow")(
    lambda ax: ax.add_patch(mpatches.Shadow(mpatches.Circle((0.5, 0.5), 0.2), 0.1, 0.1))
)
unknown("matplotlib.patches.ConnectionPatch")(
    lambda ax: _of(ax, mpatches.ConnectionPatch((0.1, 0.1), (0.7, 0.7), "data", "axes fraction"))
)
unknown("matplotlib.quiver.QuiverKey")(
    lambda ax: ax.quiverkey(ax.quiver(*POINTS.T, [1, 2, 3], [1, 1, 1]), 0.5, 0.8, 2, "k")
)
unknown("matplotlib.axes._secondary_axes.SecondaryAxis")(
    lambda ax: ax.secondary_xaxis("top", functions=(np.sqrt, np.square))
)
unknown(f"{ANCHORED}.AnchoredSizeBar")(
    lambda ax: _of(ax, anchored_artists.AnchoredSizeBar(ax.transData, 0.3, "a", "upper left"))
)
unknown(f"{ANCHORED}.AnchoredDrawingArea")(
    lambda ax: _of(ax, anchored_artists.AnchoredDrawingArea(20, 20, 0, 0, "upper left"))
)
unknown(f"{ANCHORED}.AnchoredAuxTransformBox")(
    lambda ax: _of(
        ax, _filled(anchored_artists.AnchoredAuxTransformBox(ax.transData, "upper left"))
    )
)


def _filled(box: Any) -> Any:
    box.drawing_area.add_artist(mpatches.Ellipse((0, 0), 0.3, 0.2))
    return box


unknown(f"{ANCHORED}.AnchoredDirectionArrows")(
    lambda ax: _of(ax, anchored_artists.AnchoredDirectionArrows(ax.transAxes, "a", "b"))
)


@unknown("matplotlib.inset.InsetIndicator")
def _indicated(ax: Any) -> Any:
    found = ax.indicate_inset((0.1, 0.1, 0.2, 0.2), ax.inset_axes((0.5, 0.5, 0.4, 0.4)))
    return found if not isinstance(found, tuple) else found[0]


def _marked(ax: Any) -> Any:
    inset = inset_locator.zoomed_inset_axes(ax, 2, loc="upper right")
    inset.set(xlim=(0.1, 0.3), ylim=(0.1, 0.2), xticks=[], yticks=[])
    return inset_locator.mark_inset(ax, inset, 1, 3)


unknown(f"{LOCATOR}.BboxPatch")(lambda ax: _marked(ax)[0])
unknown(f"{LOCATOR}.BboxConnector")(lambda ax: _marked(ax)[1])
unknown(f"{LOCATOR}.BboxConnectorPatch")(
    lambda ax: _of(
        ax,
        inset_locator.BboxConnectorPatch(
            ax.bbox, mtransforms.Bbox([[20, 20], [40, 40]]), 1, 4, 2, 3, fc="y"
        ),
    )
)


def _shapes(collection: Any) -> Any:
    collection.set_paths([Path(SHAPE)])
    return collection


@pytest.mark.parametrize("name", UNKNOWN)
def test_artist_that_is_not_known_is_drawn_for_each_frame(name: str) -> None:
    """And it is told why."""
    make = UNKNOWN[name]
    figure, artist, _ = make()
    figure.draw_without_rendering()
    assert name_of(type(artist)) == name
    assert name in DRAWN_ANEW
    if isinstance(artist, Axes | FigureBase):
        assert Container(artist).volatile
    else:
        assert why_volatile(artist, family(artist))
    check_steps(lambda: make()[::2])


AXES: dict[str, Callable[..., Any]] = {
    f"{GRID1}.mpl_axes.Axes": SimpleAxes,
    f"{GRID1}.parasite_axes.AxesHostAxes": HostAxes,
    "mpl_toolkits.axisartist.axislines.Axes": ArtistAxes,
    "mpl_toolkits.axisartist.axislines.AxesZero": AxesZero,
}


@pytest.mark.parametrize("name", AXES)
def test_axes_that_are_not_known_are_asked_to_draw_for_each_frame(name: str) -> None:
    """Their draw is not one that only places the children."""

    def make() -> tuple[Figure, list[Step]]:
        figure = Figure(figsize=(1.2, 0.9), dpi=100)
        ax = figure.add_axes((0.2, 0.2, 0.7, 0.7), axes_class=AXES[name])
        ax.set(xticks=[0.5], yticks=[])
        (line,) = ax.plot(X, X)
        assert name_of(type(ax)) == name
        assert Container(ax).volatile
        return figure, [lambda: line.set_ydata(X**2), lambda: ax.set_xlim(0, 2)]

    check_steps(make)
