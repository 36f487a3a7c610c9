"""Plots made with xarray are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("xarray", reason="needs the extra (pip install '.[ecosystem]')")

import pandas as pd
import xarray as xr

pytestmark = pytest.mark.ecosystem
animations = Animations()

TIME = pd.date_range("2024-01-01", periods=16, freq="6h")
LAT, LON = np.linspace(-60, 60, 13), np.linspace(0, 350, 18)
AIR = xr.DataArray(
    280
    + 10 * np.sin(np.arange(16) / 3)[:, None, None]
    + 8 * np.cos(np.radians(3 * LAT))[:, None]
    + 4 * np.cos(np.radians(LON) + np.arange(16)[:, None, None] / 3),
    coords={"time": TIME, "lat": LAT, "lon": LON},
    dims=("time", "lat", "lon"),
    name="air",
    attrs={"long_name": "air temperature", "units": "K"},
)


def new_axes(**options):
    return plt.subplots(figsize=(4, 3), dpi=60, **options)


@animations.add
def mesh_whose_values_change():
    figure, ax = new_axes()
    mesh = AIR.isel(time=0).plot.pcolormesh(ax=ax, vmin=260, vmax=300)

    def update(i):
        mesh.set_array(AIR.isel(time=i).values)
        ax.set_title(str(TIME[i]))

    return figure, update


@animations.add
def image_plotted_anew():
    figure, ax = new_axes()

    def update(i):
        ax.clear()
        AIR.isel(time=i).plot.imshow(ax=ax, add_colorbar=False, cmap="inferno")

    return figure, update


@animations.add
def image_whose_data_are_set():
    figure, ax = new_axes()
    image = AIR.isel(time=0).plot.imshow(ax=ax, robust=True)

    def update(i):
        image.set_data(AIR.isel(time=i).values)
        image.set_clim(260 + i, 300)

    return figure, update


@animations.add
def lines_over_time():
    figure, ax = new_axes()
    lines = AIR.isel(lon=0, lat=[2, 6, 10]).plot.line(x="time", ax=ax)

    def update(i):
        for k, line in enumerate(lines):
            line.set_ydata(AIR.isel(lon=i, lat=k).values)

    return figure, update


@animations.add
def facets_with_one_colorbar():
    grid = AIR.isel(time=[0, 3, 6, 9]).plot(col="time", col_wrap=2, size=1.6, vmin=260, vmax=300)
    grid.fig.set_dpi(60)
    meshes = [ax.collections[0] for ax in grid.axs.flat]

    def update(i):
        meshes[i % 4].set_array(AIR.isel(time=i).values)

    return grid.fig, update


@animations.add
def contours_and_a_histogram():
    figure, (left, right) = new_axes(ncols=2)
    shown = []

    def update(i):
        for contours in shown:
            contours.remove()
        right.clear()
        now = AIR.isel(time=i)
        shown[:] = [now.plot.contourf(ax=left, levels=5, add_colorbar=False)]
        now.plot.hist(ax=right, bins=10)
        right.set_xlim(260, 300)

    return figure, update


@animations.add
def winds_of_a_data_set():
    figure, ax = new_axes()
    winds = xr.Dataset({"u": AIR - 280, "v": AIR.roll(lon=4) - 280})
    arrows = winds.isel(time=0).plot.quiver(x="lon", y="lat", u="u", v="v", ax=ax)

    def update(i):
        now = winds.isel(time=i)
        arrows.set_UVC(now.u.values, now.v.values)

    return figure, update


@animations.add
def field_on_a_map():
    ccrs = pytest.importorskip("cartopy.crs")
    figure, ax = new_axes(subplot_kw={"projection": ccrs.Robinson()})
    mesh = AIR.isel(time=0).plot(ax=ax, transform=ccrs.PlateCarree(), vmin=260, vmax=300)
    ax.gridlines()

    def update(i):
        mesh.set_array(AIR.isel(time=i).values)
        ax.set_title(f"{TIME[i]:%d %b}")

    return figure, update


@animations.add
def facets_of_maps():
    ccrs = pytest.importorskip("cartopy.crs")
    grid = AIR.isel(time=[0, 4]).plot(
        col="time",
        transform=ccrs.PlateCarree(),
        subplot_kws={"projection": ccrs.Orthographic(0, 30)},
        size=2,
    )
    grid.fig.set_dpi(60)
    meshes = [ax.collections[0] for ax in grid.axs.flat]

    def update(i):
        meshes[i % 2].set_array(AIR.isel(time=i).values)

    return grid.fig, update


@animations.each
def test_plot_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
