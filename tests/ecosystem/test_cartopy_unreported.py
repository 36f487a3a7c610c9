"""What changes unreported in maps of cartopy, whose artists stay as long as nothing changes."""

from __future__ import annotations

import matplotlib.path as mpath
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.ticker import FixedLocator, FuncFormatter

from tests.ecosystem.drawn import drawn_for_a_frame, pretend_version
from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("cartopy", reason="needs the extra (pip install '.[ecosystem]')")

import cartopy.crs as ccrs
import cartopy.feature as cfeature
from cartopy.mpl.ticker import LatitudeFormatter, LongitudeFormatter
from shapely.geometry import Polygon

pytestmark = pytest.mark.ecosystem
animations = Animations()

PLATE = ccrs.PlateCarree()
SQUARES = [
    Polygon([(x, y), (x + 40, y), (x + 40, y + 30), (x, y + 30)])
    for x, y in ((-120, 10), (-30, -50), (60, 20))
]
LONGITUDE, LATITUDE = np.meshgrid(np.linspace(-180, 180, 25), np.linspace(-80, 80, 13))


def cells(i):
    """Return the values in the cells of the grid."""
    return np.sin(np.radians(2 * LONGITUDE + 15 * i))[:-1, :-1] + LATITUDE[:-1, :-1] / 90


def new_map(projection=PLATE, **options):
    """Return a map with land, a moving point and what moves it."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    figure.subplots_adjust(top=0.8, bottom=0.15)
    ax = figure.add_subplot(projection=projection)
    land = ax.add_geometries(SQUARES, crs=PLATE, facecolor="tan", edgecolor="k", **options)
    ax.set_global()
    (point,) = ax.plot([0], [0], "ro", transform=PLATE)
    return figure, ax, land, lambda i: point.set_data([10.0 * i - 60], [4.0 * i])


@animations.add
def locators_changed_in_place():
    figure, ax, _, move = new_map()
    lines = ax.gridlines(draw_labels=True, ylocs=FixedLocator(np.array([-60.0, 0, 60])))

    def update(i):
        move(i)
        if i % 3 == 1:
            lines.xlocator.set_params(nbins=3 + i)
        if i % 4 == 2:
            lines.ylocator.locs[1] = -3.0 * i

    return figure, update


@animations.add
def formatters_changed_in_place():
    figure, ax, _, move = new_map()
    lines = ax.gridlines(
        draw_labels=True, xformatter=LongitudeFormatter(), yformatter=LatitudeFormatter()
    )

    def update(i):
        move(i)
        if i == 3:
            lines.xformatter._degree_symbol = " deg"
        if i == 6:
            lines.yformatter._cardinal_labels["north"] = "up"

    return figure, update


@animations.add
def formatter_that_reads_a_variable():
    figure, ax, _, _ = new_map()
    now = {"i": 0}
    ax.gridlines(draw_labels=True, xformatter=FuncFormatter(lambda x, _: f"{x + now['i']:g}"))
    return figure, lambda i: now.update(i=i)


@animations.add
def formatter_shared_by_two_gridliners():
    figure, ax, _, move = new_map()
    formatter = LongitudeFormatter()
    ax.gridlines(draw_labels={"top": "x"}, xformatter=formatter, xlocs=[-90, 0, 90])
    lines = ax.gridlines(draw_labels={"bottom": "x"}, xformatter=formatter, xlocs=[-120.5, 60.25])

    def update(i):
        move(i)
        if i % 4 == 3:
            lines.xlocator = FixedLocator([-120.5 + i, 0.1])

    return figure, update


@animations.add
def labels_and_lines_changed_by_hand():
    figure, ax, _, move = new_map()
    lines = ax.gridlines(draw_labels=True)

    def update(i):
        move(i)
        if i > 2:
            lines.label_artists[i % 5].set_color(f"C{i}")
            lines.label_artists[2].set_bbox({"facecolor": f"C{i % 3}"})
        if i % 4 == 1:
            lines.xline_artists[0].set_linewidth(i)
            lines.xline_artists[0].set_path_effects([])

    return figure, update


@animations.add
def styles_of_gridlines_changed_in_place():
    figure, ax, _, move = new_map(ccrs.Robinson())
    lines = ax.gridlines(
        draw_labels=True,
        color="C0",
        xlabel_style={"bbox": {"facecolor": "w", "visible": True}, "size": 7},
    )

    def update(i):
        move(i)
        if i == 2:
            lines.xlabel_style["bbox"]["facecolor"] = "y"
        if i == 4:
            lines.collection_kwargs["color"] = "C3"
        if i == 6:
            lines.labels_bbox_style["pad"] = 8
        if i == 8:
            lines.n_steps = 3
        if i == 10:
            lines.ylabel_style = {"rotation": 45}

    return figure, update


@animations.add
def title_pushed_up_by_labels_that_stay():
    figure, ax, _, move = new_map()
    lines = ax.gridlines(draw_labels=True)
    title = ax.set_title("above the labels")

    def update(i):
        move(i)
        if i % 4 == 1:
            title.set_text(f"above the labels\n{i}")
        if i in (5, 9):
            lines.xlabel_style = {"size": 8 + i}

    return figure, update


@animations.add
def boundary_switched():
    figure, ax, _, move = new_map(ccrs.Mollweide())
    ax.gridlines()
    mesh = ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE)
    angle = np.linspace(0, 2 * np.pi, 40)
    circle = mpath.Path(np.c_[0.5 + 0.4 * np.sin(angle), 0.5 + 0.4 * np.cos(angle)])
    small = mpath.Path(0.2 + 0.6 * circle.vertices)
    geographic = mpath.Path([(-90, -40), (90, -40), (90, 60), (-90, 60), (-90, -40)])

    def update(i):
        move(i)
        if i % 3 == 1:
            ax.set_boundary([circle, small][i % 2], transform=ax.transAxes)
        if i == 6:
            ax.set_boundary(geographic, transform=PLATE._as_mpl_transform(ax))
        if i == 9:
            mesh.set_alpha(0.5)
            ax.set_boundary(ax.patch.get_path(), transform=ax.transData)

    return figure, update


@animations.add
def styler_that_reads_a_variable():
    now = {"i": 0}
    figure, _, _, _ = new_map(styler=lambda shape: {"facecolor": f"C{now['i']}"})
    return figure, lambda i: now.update(i=i)


@animations.add
def features_with_other_colours():
    figure, ax, land, move = new_map(ccrs.EqualEarth())
    shapes = cfeature.ShapelyFeature(SQUARES, ccrs.PlateCarree(30))
    values = np.array([0.0, 1, 2])
    coloured = ax.add_feature(shapes, array=values, cmap="viridis", edgecolor="k")

    def update(i):
        move(i)
        if i % 3 == 0:
            land.set_facecolor(f"C{i}")
        if i % 4 == 1:
            values[0] = i / 4
            coloured.get_array()[1] = 2 - i / 8
            coloured.changed()
        if i == 7:
            shapes._geoms = shapes._geoms[:2]
        if i == 10:
            coloured.cmap.set_extremes(over="r")
            coloured.norm.vmax = 1

    return figure, update


@animations.add
def features_from_files():
    """Their shapes are put where those of a file would be kept."""
    shape = Polygon([(-80, -40), (80, -40), (0, 60)])
    for scale in ("110m", "50m", "10m"):
        cfeature._NATURAL_EARTH_GEOM_CACHE["made", "up", scale] = (shape,)
        shape = Polygon([(-80, -40), (80, -40), (80, 40), (-80, 40)])
    figure, ax, _, move = new_map()
    scaler = cfeature.AdaptiveScaler("110m", (("50m", 200), ("10m", 50)))
    made = cfeature.NaturalEarthFeature("up", "made", scaler, facecolor="g", edgecolor="k")
    ax.add_feature(made, alpha=0.4)
    fixed = cfeature.NaturalEarthFeature("up", "made", "110m", facecolor="none", edgecolor="r")
    ax.add_feature(fixed)

    def update(i):
        move(i)
        if i == 4:
            ax.set_extent([-60, 60, -60, 60], PLATE)
        if i == 7:
            fixed.scaler = cfeature.Scaler("50m")
        if i == 10:
            scaler._limits = (("50m", 20),)

    return figure, update


@animations.add
def view_set_for_each_frame():
    figure, ax, _, move = new_map(ccrs.Mercator())
    ax.gridlines(draw_labels=True)
    ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE)

    def update(i):
        move(i)
        ax.set_extent([-100 + 8 * (i // 2), 100, -60, 60 - i // 3], PLATE)

    return figure, update


@animations.add
def artists_of_another_projection_over_what_stays():
    figure, ax, _, move = new_map(ccrs.LambertConformal())
    ax.set_extent([-140, -50, 10, 60], PLATE)
    lines = ax.gridlines(draw_labels=True)
    ax.contourf(LONGITUDE, LATITUDE, LATITUDE, transform=PLATE, alpha=0.3)
    dots = ax.scatter([-100, -90], [30, 40], c=[0, 1], transform=PLATE)
    text = ax.text(-90, 30, "here", transform=PLATE)
    lower = ccrs.PlateCarree(10)

    def update(i):
        move(i)
        dots.set_offsets([[-100 + i, 30], [-90, 40 - i]])
        text.set_position((-90 - 2 * i, 30 + i))
        if i == 5:
            text.set_transform(lower._as_mpl_transform(ax))
        if i == 8:
            lines.rotate_labels = False

    return figure, update


@animations.add
def ticks_beside_labelled_gridlines():
    figure, ax, _, move = new_map()
    ax.gridlines(draw_labels={"top": "x", "right": "y"})
    ax.set_xticks([-90, 0, 90], crs=PLATE)
    ax.xaxis.set_major_formatter(LongitudeFormatter())

    def update(i):
        move(i)
        if i % 3 == 1:
            ax.tick_params(length=i)

    return figure, update


@animations.add
def projection_made_finer():
    projection = ccrs.Orthographic(0, 30)
    figure, ax, _, move = new_map(projection)
    ax.gridlines()
    ax.plot([-60, 60], [10, 50], transform=ccrs.Geodetic())
    ax.projection.threshold = 1e6

    def update(i):
        move(i)
        if i == 5:
            ax.projection.threshold = 1e4

    return figure, update


@animations.each
def test_what_changes_unreported_in_a_map_is_drawn(
    animation: Animation, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_animation(animation, monkeypatch)


def scene():
    """Return a map with gridlines and a title, in which only a point moves."""
    figure, ax, _, move = new_map(ccrs.Robinson())
    ax.gridlines(draw_labels=True)
    ax.pcolormesh(LONGITUDE, LATITUDE, cells(0), transform=PLATE)
    ax.set_title("stays")
    return figure, move


def test_what_rests_in_a_map_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_for_a_frame(scene, monkeypatch) == ["Line2D"]


@pytest.mark.parametrize("version", ["0.23.1", "0.27.0", "1", "", "unknown"])
def test_all_of_an_unknown_cartopy_is_drawn(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_version(version, monkeypatch)
    drawn = drawn_for_a_frame(scene, monkeypatch)
    assert {"Gridliner", "FeatureArtist", "GeoQuadMesh", "GeoSpine"} < set(drawn)
