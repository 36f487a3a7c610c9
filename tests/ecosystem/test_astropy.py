"""Pictures of the sky made with astropy are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("astropy", reason="needs the extra (pip install '.[ecosystem]')")

import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
from astropy.utils import iers
from astropy.visualization import ImageNormalize, LogStretch, quantity_support, time_support
from astropy.visualization.wcsaxes import Quadrangle, SphericalCircle, add_scalebar
from astropy.visualization.wcsaxes.frame import EllipticalFrame
from astropy.wcs import WCS

pytestmark = pytest.mark.ecosystem
animations = Animations()

iers.conf.auto_download = False  # times of the past need no table from the net

SIZE = 40
ROW, COLUMN = np.mgrid[:SIZE, :SIZE]


def sky(projection="TAN", kind=("RA--", "DEC-"), step=0.1):
    """Return a world coordinate system of a small picture of the sky."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [f"{axis}-{projection}" for axis in kind]
    wcs.wcs.crpix = [SIZE / 2, SIZE / 2]
    wcs.wcs.cdelt = [-step, step]
    wcs.wcs.crval = [83.6, 22.0]
    wcs.wcs.cunit = ["deg", "deg"]
    wcs.wcs.set()
    return wcs


def stars(i):
    """Return a picture with a star that moves."""
    distance = (ROW - 10 - i) ** 2 + (COLUMN - 12 - 2 * i) ** 2
    return np.exp(-distance / 20) + 0.1 * np.cos(ROW / 5)


def new_sky(wcs=None, **options):
    """Return a figure with one axes in world coordinates."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    return figure, figure.add_subplot(projection=wcs or sky(), **options)


@animations.add
def image_that_changes():
    figure, ax = new_sky()
    image = ax.imshow(stars(0), origin="lower", vmin=0, vmax=1)
    ax.set(xlabel="RA", ylabel="Dec")
    title = ax.set_title("")
    figure.colorbar(image)

    def update(i):
        image.set_data(stars(i))
        title.set_text(f"exposure {i}")

    return figure, update


@animations.add
def image_below_two_grids():
    figure, ax = new_sky()
    image = ax.imshow(stars(0), origin="lower", norm=ImageNormalize(stretch=LogStretch()))
    ax.coords.grid(color="white", alpha=0.5)
    overlay = ax.get_coords_overlay("galactic")
    overlay.grid(color="yellow", linestyle=":")
    overlay[0].set_axislabel("l")
    overlay[1].set_axislabel("b")

    def update(i):
        image.set_data(stars(i))
        if i % 4 == 3:
            overlay.grid(color=f"C{i}")

    return figure, update


@animations.add
def sources_in_world_coordinates():
    figure, ax = new_sky()
    ax.imshow(stars(0), origin="lower", cmap="gray")
    sources = ax.scatter([83.6, 84], [22, 22.5], c="r", transform=ax.get_transform("fk5"))
    (path,) = ax.plot([83.6], [22], "c-", transform=ax.get_transform("world"))
    circle = SphericalCircle(
        (83.6, 22) * u.deg,
        0.5 * u.deg,
        edgecolor="y",
        facecolor="none",
        transform=ax.get_transform("icrs"),
    )
    ax.add_patch(circle)

    def update(i):
        sources.set_offsets([[83.6 + 0.05 * i, 22], [84, 22.5 - 0.1 * i]])
        path.set_data(83 + 0.1 * np.arange(i + 1), 21.5 + 0.05 * np.arange(i + 1) ** 1.1)
        circle.set_edgecolor(f"C{i}")

    return figure, update


@animations.add
def comet_plotted_by_sky_coordinates():
    figure, ax = new_sky()
    ax.imshow(stars(0), origin="lower", cmap="gray")
    shown = []

    def update(i):
        for artist in shown:
            artist.remove()
        place = SkyCoord((83.6 + 0.1 * np.arange(i + 1)) * u.deg, np.full(i + 1, 22.1) * u.deg)
        shown[:] = ax.plot_coord(place, "o-")
        shown.append(ax.text_coord(place[-1], "comet", color="w"))

    return figure, update


@animations.add
def contours_of_another_picture():
    figure, ax = new_sky()
    ax.imshow(stars(0), origin="lower")
    other = sky("SIN", step=0.12)
    shown = []

    def update(i):
        for contours in shown:
            contours.remove()
        shown[:] = [ax.contour(stars(i), transform=ax.get_transform(other), colors="w")]

    return figure, update


@animations.add
def view_that_zooms():
    figure, ax = new_sky()
    ax.imshow(stars(0), origin="lower")
    ax.coords.grid(color="w")

    def update(i):
        ax.set(xlim=(i, SIZE - 1 - i), ylim=(i, SIZE - 1))

    return figure, update


@animations.add
def labels_and_ticks_changed():
    """The coordinates take what is set on them as attributes, and report nothing."""
    figure, ax = new_sky()
    image = ax.imshow(stars(0), origin="lower")
    ra, dec = ax.coords["ra"], ax.coords["dec"]

    def update(i):
        if i % 2:
            ra.set_ticks(spacing=(0.5 + 0.1 * i) * u.deg)
            ra.set_major_formatter(["d.dd", "hh:mm:ss"][i % 4 == 1])
        if i % 3 == 0:
            dec.set_ticklabel(color=f"C{i}", size=8 + i / 3)
            dec.set_ticks_position(["l", "lr", "r"][i % 9 // 3])
            ra.set_axislabel(f"RA {i}")
        if i == 5:
            dec.display_minor_ticks(True)
            ra.set_ticklabel_visible(False)
        if i == 7:
            image.set_data(stars(i))

    return figure, update


@animations.add
def slices_of_a_cube():
    wcs = WCS(naxis=3)
    wcs.wcs.ctype = "RA---TAN", "DEC--TAN", "FREQ"
    wcs.wcs.crpix = SIZE / 2, SIZE / 2, 1
    wcs.wcs.cdelt = -0.1, 0.1, 1e6
    wcs.wcs.crval = 83.6, 22.0, 1.4e9
    wcs.wcs.cunit = "deg", "deg", "Hz"
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=wcs, slices=("x", "y", 0))
    image = ax.imshow(stars(0), origin="lower")

    def update(i):
        image.set_data(stars(i))
        if i % 3 == 2:
            ax.reset_wcs(wcs, slices=("x", "y", i) if i % 2 else (i, "x", "y"))

    return figure, update


@animations.add
def whole_sky_in_an_ellipse():
    figure, ax = new_sky(sky("AIT", ("GLON", "GLAT"), step=8.0), frame_class=EllipticalFrame)
    ax.coords.grid(color="gray")
    image = ax.imshow(stars(0), origin="lower")
    image.set_clip_path(ax.coords.frame.patch)
    (line,) = ax.plot([0], [0], "r-", transform=ax.get_transform("world"))

    def update(i):
        image.set_data(stars(i))
        line.set_data(10 * np.arange(i + 1), 3 * np.arange(i + 1))

    return figure, update


@animations.add
def scale_bar_and_a_field_of_view():
    figure, ax = new_sky()
    image = ax.imshow(stars(0), origin="lower")
    add_scalebar(ax, 0.5 * u.deg, label="30'", color="w")
    field = Quadrangle(
        (83.2, 21.5) * u.deg,
        0.5 * u.deg,
        0.5 * u.deg,
        facecolor="none",
        edgecolor="r",
        transform=ax.get_transform("icrs"),
    )
    ax.add_patch(field)
    frame = ax.add_patch(Rectangle((5, 5), 10, 8, fill=False, ec="w"))

    def update(i):
        frame.set_x(5 + i)
        image.set_clim(0, 1 + i / 10)
        field.set_linewidth(1 + i % 3)

    return figure, update


@animations.add
def frame_and_grid_changed():
    figure, ax = new_sky()
    ax.imshow(stars(0), origin="lower")
    ax.legend([Rectangle((0, 0), 1, 1)], ["field"], loc="upper right")

    def update(i):
        ax.coords.frame.set_linewidth(1 + i % 4)
        ax.coords.frame.set_color(f"C{i // 2}")
        if i % 3 == 0:
            ax.coords[0].grid(color=f"C{i}")

    return figure, update


@animations.add
def grid_of_contours():
    figure, ax = new_sky()
    image = ax.imshow(stars(0), origin="lower")
    ax.coords[0].grid(color="w", grid_type="contours")
    return figure, lambda i: image.set_data(stars(i))


@animations.add
def quantities_on_the_axes():
    with quantity_support():
        figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
        hours = np.linspace(0, 24, 50) * u.h
        (line,) = ax.plot(hours, np.sin(hours.value) * u.km, "-")
        ax.axhline(200 * u.m)

    def update(i):
        with quantity_support():
            line.set_ydata(np.sin(hours.value + i) * u.km * (1 + i / 20))
            if i % 4 == 3:
                ax.set_ylim(-i * u.km, 1500 * u.m)

    return figure, update


@animations.add
def times_on_an_axis():
    with time_support(format="isot", scale="utc"):
        figure, ax = plt.subplots(figsize=(4, 3), dpi=60)
        start = Time("2020-03-01T00:00:00", scale="utc")
        times = start + np.linspace(0, 3, 20) * u.day
        (line,) = ax.plot(times, np.arange(20))
        ax.tick_params(axis="x", rotation=20)

    def update(i):
        with time_support(format="isot", scale="utc"):
            line.set_data(times[: i + 3], np.arange(i + 3))
            if i % 4 == 3:
                ax.set_xlim(start, times[i + 3])

    return figure, update


@animations.add
def telescope_that_turns_below_a_moving_mark():
    """World coordinates that are changed in place are reported by nobody."""
    wcs = sky()
    figure, ax = new_sky(wcs)
    ax.imshow(stars(0), origin="lower")
    ax.coords.grid(color="w")
    (mark,) = ax.plot([5], [5], "r+")

    def update(i):
        mark.set_data([5 + i], [5])
        if i % 3 == 2:
            wcs.wcs.crval = [83.6 + i / 10, 22.0]
            wcs.wcs.set()

    return figure, update


@animations.each
def test_sky_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
