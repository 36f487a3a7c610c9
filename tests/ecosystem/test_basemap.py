"""Maps made with basemap are redrawn as a full draw draws them.

basemap 2.0 demands a matplotlib below 3.11, and so is no part of the ecosystem extra.
"""

from __future__ import annotations

import datetime

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("mpl_toolkits.basemap", reason="basemap is not installed")

from mpl_toolkits.basemap import Basemap

pytestmark = pytest.mark.ecosystem
animations = Animations()

LONGITUDE, LATITUDE = np.meshgrid(np.linspace(-180, 180, 31), np.linspace(-80, 80, 17))


def field(i):
    return np.sin(np.radians(2 * LONGITUDE + 20 * i)) * np.cos(np.radians(LATITUDE))


def new_map(projection="robin", **options):
    """Return a figure, its axes, and a map in it."""
    figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
    given = {"lon_0": 0, "resolution": "c", **options}
    return figure, ax, Basemap(projection=projection, ax=ax, **given)


@animations.add
def field_below_coastlines():
    figure, _, chart = new_map()
    chart.drawcoastlines(linewidth=0.5)
    chart.drawparallels(np.arange(-60, 61, 30), labels=[1, 0, 0, 0])
    chart.drawmeridians(np.arange(-180, 181, 90), labels=[0, 0, 0, 1])
    mesh = chart.pcolormesh(LONGITUDE, LATITUDE, field(0)[:-1, :-1], latlon=True)
    chart.colorbar(mesh)
    return figure, lambda i: mesh.set_array(np.roll(mesh.get_array(), 1))


@animations.add
def ship_over_filled_continents():
    figure, ax, chart = new_map("merc", llcrnrlat=-60, urcrnrlat=70, llcrnrlon=-100, urcrnrlon=40)
    chart.drawmapboundary(fill_color="lightblue")
    chart.fillcontinents(color="tan", lake_color="lightblue")
    chart.drawcountries()
    (ship,) = chart.plot([0], [0], "ro")
    (track,) = chart.drawgreatcircle(-70, 40, 0, 50, color="k")
    label = ax.text(0, 0, "")

    def update(i):
        x, y = chart(-70 + 5 * i, 40 - 2 * i)
        ship.set_data([x], [y])
        track.set_linewidth(1 + i / 4)
        label.set_text(f"{i} h")
        label.set_position((x, y))

    return figure, update


@animations.add
def winds_on_a_globe():
    figure, _, chart = new_map("ortho", lat_0=30)
    chart.drawcoastlines()
    x, y = chart(LONGITUDE[::3, ::3], LATITUDE[::3, ::3])
    seen = (x < 1e20) & (y < 1e20)
    arrows = chart.quiver(x[seen], y[seen], field(0)[::3, ::3][seen], field(4)[::3, ::3][seen])

    def update(i):
        arrows.set_UVC(field(i)[::3, ::3][seen], field(i + 4)[::3, ::3][seen])

    return figure, update


@animations.add
def contours_and_night_drawn_again():
    figure, ax, chart = new_map("moll")
    chart.drawcoastlines()
    shown = []

    def update(i):
        for artist in shown:
            artist.remove()
        date = datetime.datetime(2024, 3, 1, i)
        shown[:] = [
            chart.contourf(LONGITUDE, LATITUDE, field(i), latlon=True),
            chart.nightshade(date),
        ]
        ax.set_title(f"{date:%H:%M}")

    return figure, update


@animations.each
def test_map_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
