"""Maps made with cartopy are redrawn as a full draw draws them."""

from __future__ import annotations

import datetime

import matplotlib.path as mpath
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import FixedLocator

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("cartopy", reason="needs the extra (pip install '.[ecosystem]')")

import cartopy.crs as ccrs
import cartopy.feature as cfeature
from cartopy.feature.nightshade import Nightshade
from cartopy.mpl.ticker import LatitudeFormatter, LongitudeFormatter
from shapely.geometry import LineString, Polygon

pytestmark = pytest.mark.ecosystem
animations = Animations()

PLATE = ccrs.PlateCarree()


def island(longitude, latitude, size, points=40):
    """Return a polygon with a ragged coast."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = size * (1 + 0.25 * np.sin(3 * angle) + 0.1 * np.cos(7 * angle))
    return Polygon(
        np.c_[longitude + 1.6 * radius * np.cos(angle), latitude + radius * np.sin(angle)]
    )


COAST = [island(-90, 40, 18), island(-60, -15, 18), island(20, 5, 22), island(80, 45, 20)]
LONGITUDE, LATITUDE = np.meshgrid(np.linspace(-180, 180, 31), np.linspace(-85, 85, 18))


def field(i):
    """Return values at the corners of the grid."""
    wave = np.sin(np.radians(2 * LONGITUDE + 15 * i)) * np.cos(np.radians(LATITUDE))
    return wave + LATITUDE / 90


def cells(i):
    """Return the values in the middle of the grid's cells."""
    return field(i)[:-1, :-1]


def new_map(projection=PLATE, **options):
    """Return a figure with a map of the coasts."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=projection)
    ax.add_geometries(COAST, crs=PLATE, facecolor="tan", edgecolor="k", linewidth=0.5, **options)
    ax.set_global()
    return figure, ax


@animations.add
def field_below_coasts_and_labelled_gridlines():
    figure, ax = new_map(alpha=0.7)
    ax.gridlines(draw_labels=True, linestyle=":")
    mesh = ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE, vmin=-2, vmax=2)
    figure.colorbar(mesh, orientation="horizontal")
    return figure, lambda i: mesh.set_array(cells(i))


@animations.add
def field_that_wraps_around_the_edge():
    figure, ax = new_map(ccrs.Robinson(central_longitude=150))
    mesh = ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE, cmap="coolwarm")

    def update(i):
        mesh.set_array(cells(i))
        if i % 3 == 0:
            mesh.set_clim(-2 - i / 9, 2)

    return figure, update


@animations.add
def satellite_over_a_globe():
    figure, ax = new_map(ccrs.Orthographic(10, 20))
    ax.gridlines()
    (point,) = ax.plot([0], [0], "ro", transform=PLATE)
    (track,) = ax.plot([], [], "r-", transform=ccrs.Geodetic())
    longitudes = np.linspace(-60, 60, 13)
    latitudes = 30 * np.sin(np.radians(4 * longitudes))

    def update(i):
        point.set_data(longitudes[i : i + 1], latitudes[i : i + 1])
        track.set_data(longitudes[: i + 1], latitudes[: i + 1])

    return figure, update


@animations.add
def track_over_the_stock_image():
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=PLATE)
    ax.stock_img()
    (track,) = ax.plot([-100, 20], [40, 50], "C3", transform=ccrs.Geodetic())
    label = ax.text(-100, 40, "here", transform=PLATE)

    def update(i):
        track.set_data([-100, 20 + 10 * i], [40, 50 - 5 * i])
        label.set_position((-100 + 10 * i, 40))

    return figure, update


@animations.add
def contours_removed_and_drawn_again():
    figure, ax = new_map(ccrs.Robinson())
    shown = []

    def update(i):
        for contours in shown:
            contours.remove()
        filled = ax.contourf(LONGITUDE, LATITUDE, field(i), 6, transform=PLATE, alpha=0.6)
        lines = ax.contour(LONGITUDE, LATITUDE, field(i), [0], colors="k", transform=PLATE)
        shown[:] = [filled, lines]

    update(0)
    return figure, update


@animations.add
def everything_cleared_and_drawn_again():
    figure, ax = new_map(ccrs.Mollweide())

    def update(i):
        ax.clear()
        ax.set_global()
        ax.add_geometries(COAST, crs=PLATE, facecolor="tan")
        ax.gridlines(draw_labels=i % 2 == 0)
        ax.contourf(LONGITUDE, LATITUDE, field(i), transform=PLATE, alpha=0.5)
        ax.set_title(f"step {i}")

    return figure, update


@animations.add
def view_that_follows_a_ship():
    figure, ax = new_map()
    ax.gridlines(draw_labels=True)
    (ship,) = ax.plot([0], [0], "b^", transform=PLATE)

    def update(i):
        ship.set_data([5.0 * i], [2.0 * i])
        ax.set_extent([5 * i - 40, 5 * i + 40, 2 * i - 30, 2 * i + 30], crs=PLATE)

    return figure, update


@animations.add
def globe_that_turns():
    """A projection cannot be changed, so the axes is made anew."""
    figure = plt.figure(figsize=(3, 3), dpi=60)

    def update(i):
        figure.clear()
        ax = figure.add_subplot(projection=ccrs.Orthographic(10 * i, 20))
        ax.add_geometries(COAST, crs=PLATE, facecolor="tan", edgecolor="k")
        ax.gridlines()
        ax.set_global()

    update(0)
    return figure, update


@animations.add
def night_that_moves_on():
    figure, ax = new_map(ccrs.Robinson())
    shown = []

    def update(i):
        for night in shown:
            night.remove()
        date = datetime.datetime(2024, 3, 1, i, tzinfo=datetime.UTC).replace(tzinfo=None)
        shown[:] = [ax.add_feature(Nightshade(date, alpha=0.4))]
        ax.set_title(f"{date:%H:%M}")

    update(0)
    return figure, update


@animations.add
def wind_arrows():
    figure, ax = new_map(ccrs.NorthPolarStereo())
    ax.set_extent([-180, 180, 30, 90], PLATE)
    ax.gridlines(draw_labels=True)
    grid = np.meshgrid(np.arange(-180, 180, 30.0), np.arange(35, 85, 10.0))
    east, north = np.cos(np.radians(grid[0])), np.sin(np.radians(2 * grid[1]))
    arrows = ax.quiver(*grid, east, north, transform=PLATE)
    return figure, lambda i: arrows.set_UVC(east * np.cos(i / 3), north * np.sin(i / 3))


@animations.add
def round_boundary_of_a_polar_map():
    figure, ax = new_map(ccrs.SouthPolarStereo())
    ax.set_extent([-180, 180, -90, -20], PLATE)
    angle = np.linspace(0, 2 * np.pi, 60)
    circle = mpath.Path(np.c_[0.5 + 0.5 * np.sin(angle), 0.5 + 0.5 * np.cos(angle)])
    ax.set_boundary(circle, transform=ax.transAxes)
    mesh = ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE)
    ax.gridlines()

    def update(i):
        mesh.set_array(cells(i))
        if i == 6:
            ax.set_boundary(mpath.Path(0.1 + 0.8 * circle.vertices), transform=ax.transAxes)

    return figure, update


@animations.add
def countries_coloured_by_a_styler():
    values = {"now": 0}

    def style(geometry):
        shade = (geometry.centroid.x / 360 + 0.5 + values["now"] / 20) % 1
        return {"facecolor": plt.get_cmap("viridis")(shade), "edgecolor": "k"}

    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=ccrs.EqualEarth())
    ax.add_geometries(COAST, crs=PLATE, styler=style)
    ax.set_global()
    return figure, lambda i: values.update(now=i)


@animations.add
def countries_coloured_by_an_array():
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=ccrs.Miller())
    shapes = cfeature.ShapelyFeature(COAST, PLATE)
    countries = ax.add_feature(shapes, array=np.arange(4.0), cmap="plasma", edgecolor="k")
    ax.set_global()
    return figure, lambda i: countries.set_array(np.roll(np.arange(4.0), i))


@animations.add
def style_of_features_that_stay():
    figure, ax = new_map(ccrs.LambertConformal())
    river = LineString([(-120, 30), (-90, 50), (-60, 45)])
    drawn = ax.add_feature(cfeature.ShapelyFeature([river], PLATE), facecolor="none", edgecolor="b")
    ax.set_extent([-130, -50, 15, 65], PLATE)

    def update(i):
        drawn.set_linewidth(1 + i / 3)
        drawn.set_edgecolor(["b", "c"][i % 2])
        drawn.set_alpha(None if i % 4 else 0.5)

    return figure, update


@animations.add
def gridlines_changed_without_a_report():
    """A gridliner takes what is set on it as attributes, and reports nothing."""
    figure, ax = new_map()
    lines = ax.gridlines(draw_labels=True, color="C0")
    (point,) = ax.plot([0], [0], "ro", transform=PLATE)

    def update(i):
        point.set_data([10 * i], [0])
        if i % 2:
            lines.xlocator = FixedLocator(np.arange(-180, 181, 30 + 10 * i))
            lines.top_labels = i % 3 == 0
        if i > 4:
            lines.xlabel_style = {"color": f"C{i}"}
            lines.ylines = i % 4 == 0

    return figure, update


@animations.add
def title_above_labels_of_gridlines():
    figure, ax = new_map(ccrs.Mercator())
    ax.set_extent([-100, 100, -60, 60], PLATE)
    figure.subplots_adjust(top=0.7, bottom=0.1)
    lines = ax.gridlines(draw_labels=True)
    title = ax.set_title("step 0")

    def update(i):
        title.set_text(f"step {i}\n" if i % 3 else f"step {i}")
        if i % 4 == 3:
            lines.xpadding = 5 + 2 * i

    return figure, update


@animations.add
def ticks_with_degrees_and_a_moving_box():
    figure, ax = new_map()
    ax.set_xticks([-120, -60, 0, 60, 120], crs=PLATE)
    ax.set_yticks([-60, 0, 60], crs=PLATE)
    ax.xaxis.set_major_formatter(LongitudeFormatter())
    ax.yaxis.set_major_formatter(LatitudeFormatter())
    storms = ax.scatter([0, 20], [0, 20], c=[0, 1], transform=PLATE)

    def update(i):
        storms.set_offsets([[10 * i, 5 * i], [20 - 5 * i, 20]])
        if i % 3 == 2:
            ax.set_yticks([-60, -6 * i, 60], crs=PLATE)

    return figure, update


@animations.add
def two_maps_and_a_shared_colorbar():
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(5, 2.5), dpi=60, subplot_kw={"projection": ccrs.Robinson()}
    )
    meshes = []
    for ax in (left, right):
        ax.add_geometries(COAST, crs=PLATE, facecolor="none", edgecolor="k")
        meshes.append(ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE))
        ax.set_global()
    figure.colorbar(meshes[0], ax=[left, right], orientation="horizontal", label="field")
    title = figure.suptitle("")

    def update(i):
        meshes[i % 2].set_array(cells(i))
        title.set_text(f"day {i}")

    return figure, update


@animations.add
def detail_in_a_small_map():
    figure, ax = new_map()
    ax.set_extent([-30, 70, -30, 40], PLATE)
    small = ax.inset_axes((0.7, 0.7, 0.3, 0.3), projection=ccrs.Orthographic(20, 5))
    small.set_global()
    small.add_geometries(COAST, crs=PLATE, facecolor="gray")
    (point,) = ax.plot([0], [0], "ro", transform=PLATE)
    (mark,) = small.plot([0], [0], "r.", transform=PLATE)

    def update(i):
        for each in (point, mark):
            each.set_data([4 * i], [2 * i])

    return figure, update


@animations.add
def map_beside_a_plain_plot():
    figure = plt.figure(figsize=(5, 2.5), dpi=60)
    ax = figure.add_subplot(1, 2, 1, projection=ccrs.AlbersEqualArea(20, 5))
    ax.add_geometries(COAST, crs=PLATE, facecolor="tan")
    ax.set_extent([-20, 60, -30, 40], PLATE)
    ax.gridlines(draw_labels=["left", "bottom"], x_inline=False)
    plot = figure.add_subplot(1, 2, 2)
    (line,) = plot.plot(LATITUDE[:, 0], field(0)[:, 0])
    note = ax.annotate("eye", (0, 0), (20, 20), transform=PLATE, arrowprops={"arrowstyle": "->"})

    def update(i):
        line.set_ydata(field(i)[:, 0])
        if i % 3 == 0:
            note.xy = (3e5 * i, 0)
            note.set_text(f"eye {i}")

    return figure, update


@animations.add
def labels_that_push_the_title_up():
    """The title keeps clear of the labels, which report no change."""
    figure, ax = new_map()
    figure.subplots_adjust(top=0.75, bottom=0.1)
    lines = ax.gridlines(draw_labels=True)
    lines.xlabel_style = {"size": 8}
    ax.set_title("a title that stays")

    def update(i):
        if i % 2:
            lines.xlabel_style["size"] = 8 + i
        else:
            lines.xlocator.set_params(nbins=3 + i)

    return figure, update


@animations.add
def view_and_boundary_changed_now_and_then():
    """All that rests is clipped by the boundary, and has to follow it."""
    figure, ax = new_map(ccrs.Mollweide())
    ax.gridlines()
    ax.contourf(LONGITUDE, LATITUDE, field(0), transform=PLATE, zorder=0)
    (point,) = ax.plot([0], [0], "ro", transform=PLATE)
    angle = np.linspace(0, 2 * np.pi, 40)
    circle = mpath.Path(np.c_[0.5 + 0.4 * np.sin(angle), 0.5 + 0.4 * np.cos(angle)])

    def update(i):
        point.set_data([8 * i], [0])
        if i == 3:
            ax.set_extent([-60, 120, -70, 70], PLATE)
        if i == 5:
            ax.set_boundary(circle, transform=ax.transAxes)
        if i == 7:
            ax.set_global()

    return figure, update


@animations.each
def test_map_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
