"""Maps made with geopandas are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("geopandas", reason="needs the extra (pip install '.[ecosystem]')")

import geopandas as gpd
from shapely.geometry import LineString, Point, box

pytestmark = pytest.mark.ecosystem
animations = Animations()

COUNTIES = gpd.GeoDataFrame(
    {"votes": np.arange(12.0)},
    geometry=[box(x, y, x + 1, y + 1).buffer(-0.05) for x in range(4) for y in range(3)],
    crs="EPSG:4326",
)
HOLE = COUNTIES.geometry.iloc[5].difference(Point(1.5, 2.5).buffer(0.3))


def new_axes():
    return plt.subplots(figsize=(4, 3), dpi=60)


@animations.add
def choropleth_whose_colours_change():
    figure, ax = new_axes()
    COUNTIES.plot(column="votes", ax=ax, legend=True, edgecolor="k", linewidth=0.5)
    areas = ax.collections[0]
    return figure, lambda i: areas.set_array(np.roll(COUNTIES["votes"], i))


@animations.add
def choropleth_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        ax.set_axis_off()
        shares = COUNTIES.assign(votes=(COUNTIES["votes"] * i) % 7)
        shares.plot(column="votes", ax=ax, cmap="OrRd", categorical=True, legend=i % 2 == 0)

    return figure, update


@animations.add
def points_that_move_over_areas():
    figure, ax = new_axes()
    COUNTIES.boundary.plot(ax=ax, color="0.5")
    buses = gpd.GeoSeries([Point(0, 0), Point(2, 1)], crs=COUNTIES.crs)
    buses.plot(ax=ax, color="r", markersize=30, zorder=3)
    points = ax.collections[-1]

    def update(i):
        moved = buses.translate(i / 5, i / 7)
        points.set_offsets(np.c_[moved.x, moved.y])

    return figure, update


@animations.add
def shapes_that_grow_and_move_away():
    figure, ax = new_axes()
    COUNTIES.plot(ax=ax, color="tan")
    ax.set(xlim=(-1, 6), ylim=(-1, 5))
    shown = []

    def update(i):
        for collection in shown:
            collection.remove()
        gpd.GeoSeries([HOLE.buffer(i / 20)]).plot(ax=ax, color="b", alpha=0.5, aspect=None)
        route = LineString([(0, 0), (i / 3, 1), (4, i / 4)])
        gpd.GeoSeries([route]).plot(ax=ax, color="k", aspect=None)
        shown[:] = ax.collections[-2:]
        ax.set(xlim=(-1, 6), ylim=(-1, 5))

    return figure, update


@animations.each
def test_map_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
