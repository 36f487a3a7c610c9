"""What changes unreported in axes of astropy, whose ticks stay as long as nothing changes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.drawn import drawn_for_a_frame, pretend_version
from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("astropy", reason="needs the extra (pip install '.[ecosystem]')")

import astropy.units as u
from astropy.visualization import AsinhStretch, ImageNormalize, PowerStretch
from astropy.visualization.wcsaxes import conf
from astropy.wcs import WCS
from astropy.wcs.wcsapi import SlicedLowLevelWCS

pytestmark = pytest.mark.ecosystem
animations = Animations()

SIZE = 40
ROW, COLUMN = np.mgrid[:SIZE, :SIZE]
STARS = np.exp(-((ROW - 10) ** 2 + (COLUMN - 12) ** 2) / 40) + 0.1 * np.cos(ROW / 5)


def sky(names=("RA---TAN", "DEC--TAN"), **options):
    """Return a world coordinate system of a small picture of the sky."""
    wcs = WCS(naxis=len(names), **options)
    wcs.wcs.ctype = names
    wcs.wcs.crpix = [SIZE / 2, SIZE / 2, 1][: len(names)]
    wcs.wcs.cdelt = [-0.1, 0.1, 1e6][: len(names)]
    wcs.wcs.crval = [83.6, 22.0, 1.4e9][: len(names)]
    wcs.wcs.cunit = ["deg", "deg", "Hz"][: len(names)]
    return wcs


def new_sky(wcs=None, **options):
    """Return a figure with a picture in world coordinates, and what moves a mark on it."""
    figure = plt.figure(figsize=(4, 3), dpi=60)
    ax = figure.add_subplot(projection=wcs or sky(), **options)
    image = ax.imshow(STARS, origin="lower")
    (mark,) = ax.plot([5], [5], "r+")
    return figure, ax, image, lambda i: mark.set_data([5 + 2 * i], [5 + i])


@animations.add
def coordinates_changed_in_place():
    wcs = sky()
    other = sky(("GLON-TAN", "GLAT-TAN"))
    other.wcs.crval = [184.6, -5.8]
    figure, ax, _, move = new_sky(wcs)
    ax.coords.grid(color="w")
    ax.get_coords_overlay(other).grid(color="y")
    ax.plot([83.6, 84.5], [22, 23], "c-", transform=ax.get_transform("world"))
    ax.contour(STARS, transform=ax.get_transform(other), colors="r")

    def update(i):
        move(i)
        if i % 4 == 1:
            wcs.wcs.crval = [83.6 + i / 20, 22.0]
        if i % 4 == 3:
            other.wcs.cdelt = [-0.1 - i / 300, 0.1]

    return figure, update


@animations.add
def same_coordinates_in_two_axes():
    wcs = sky()
    figure = plt.figure(figsize=(5, 2.5), dpi=60)
    left = figure.add_subplot(1, 2, 1, projection=wcs)
    right = figure.add_subplot(1, 2, 2, projection=wcs, sharex=left, sharey=left)
    left.imshow(STARS, origin="lower")
    image = right.imshow(STARS, origin="lower")
    right.coords[1].set_ticklabel_visible(False)

    def update(i):
        image.set_data(STARS * i)
        if i % 5 == 2:
            wcs.wcs.crval = [83.6, 22.0 + i / 10]
        if i == 8:
            left.set_xlim(5, 30)

    return figure, update


@animations.add
def coordinates_exchanged():
    figure, ax, _, move = new_sky()

    def update(i):
        move(i)
        if i == 3:
            ax.reset_wcs(sky(("GLON-SIN", "GLAT-SIN")))
        if i == 5:
            ax.coords.grid(color="w")
        if i == 7:
            ax.reset_wcs(SlicedLowLevelWCS(sky(("RA---TAN", "DEC--TAN", "FREQ")), np.s_[0, :, :]))
        if i == 9:
            ax.get_coords_overlay("galactic").grid(color="y")

    return figure, update


@animations.add
def slice_moved_on():
    cube = sky(("RA---TAN", "DEC--TAN", "FREQ"))
    figure, ax, _, move = new_sky(cube, slices=("x", 3, "y"))

    def update(i):
        move(i)
        if i % 3 == 1:
            ax.reset_wcs(cube, slices=("x", i, "y"))
        if i % 4 == 2:
            cube.wcs.crval = [83.6, 22.0, 1.4e9 + i * 1e6]

    return figure, update


@animations.add
def all_that_may_be_set_on_a_coordinate():
    figure, ax, _, move = new_sky()
    ra, dec = ax.coords
    steps = [
        lambda: ra.set_ticks(number=3),
        lambda: dec.set_ticks([21.0, 22.5] * u.deg),
        lambda: ra.set_separator(("h", "m", "s")),
        lambda: ra.set_ticklabel(rotation=30, pad=8, exclude_overlapping=True),
        lambda: dec.set_ticks(size=9, width=2, color="r", direction="out"),
        lambda: ra.set_format_unit(u.deg, decimal=True),
        lambda: ra.set_ticklabel_position("t"),
        lambda: dec.set_axislabel("up", minpad=2, color="g"),
        lambda: dec.set_axislabel_visibility_rule("always"),
        lambda: (ra.display_minor_ticks(True), ra.set_minor_frequency(3)),
        lambda: ra.set_coord_type("longitude", 80 * u.deg),
        lambda: dec.set_auto_axislabel(False),
        lambda: ra.tick_params(length=12, labelcolor="b"),
    ]

    def update(i):
        move(i)
        steps[i]()

    return figure, update


@animations.add
def things_changed_behind_the_setters():
    figure, ax, _, move = new_sky()
    ax.coords.grid(color="w")
    ra, dec = ax.coords

    def update(i):
        move(i)
        if i == 2:
            ra._ticklabels.get_fontproperties().set_size(14)
        if i == 4:
            ra._grid_lines_kwargs["edgecolor"] = "r"
        if i == 6:
            dec._axislabels._text = "declination"
            dec._axislabel_set = True
        if i == 8:
            ax.coords.frame._linewidth = 4
        if i == 10:
            dec._formatter_locator._number = 9

    return figure, update


@animations.add
def formatter_that_reads_a_variable():
    figure, ax, _, _ = new_sky()
    now = {"i": 0}
    ax.coords[0].set_major_formatter("d.d")
    ax.coords[0]._custom_formatter = lambda values, spacing=None, format="auto": [
        f"{value:.1f}+{now['i']}" for value in np.atleast_1d(values.value)
    ]
    return figure, lambda i: now.update(i=i)


@animations.add
def grid_of_contours_for_a_while():
    figure, ax, _, move = new_sky()

    def update(i):
        move(i)
        if i == 2:
            ax.coords[0].grid(color="w", grid_type="contours")
        if i == 8:
            ax.coords[0].grid(color="y", grid_type="lines")
        if i == 11:
            ax.coords.grid(draw_grid=False)

    return figure, update


@animations.add
def norm_with_a_stretch_changed_in_place():
    figure, _, image, move = new_sky()
    norm = ImageNormalize(vmin=0, vmax=1, stretch=PowerStretch(0.5))
    image.set_norm(norm)

    def update(i):
        move(i)
        if i % 4 == 1:
            norm.stretch.power = 0.3 + i / 5
        if i == 8:
            norm.stretch = AsinhStretch(0.2)

    return figure, update


@animations.add
def axes_switched_off_and_fewer_samples():
    figure, ax, _, move = new_sky()
    ax.coords.grid(color="w")

    def update(i):
        move(i)
        conf.grid_samples = 1000 if i in (0, 12) else 5 if i > 6 else 1000
        if i == 3:
            ax.set_axis_off()
        if i == 5:
            ax.set_axis_on()
        if i == 9:
            ax.set_axisbelow(True)

    return figure, update


@animations.each
def test_what_changes_unreported_in_a_sky_is_drawn(
    animation: Animation, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = conf.grid_samples
    try:
        check_animation(animation, monkeypatch)
    finally:
        conf.grid_samples = samples


def scene():
    """Return a picture with two grids and a title, in which only a mark moves."""
    figure, ax, image, move = new_sky()
    image.set_norm(ImageNormalize(vmin=0, vmax=1, stretch=AsinhStretch()))
    ax.coords.grid(color="w")
    ax.get_coords_overlay("galactic").grid(color="y")
    ax.plot([83.6, 84.5], [22, 23], "c-", transform=ax.get_transform("fk5"))
    ax.set_title("stays")
    return figure, move


def test_what_rests_in_a_sky_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_for_a_frame(scene, monkeypatch) == ["Line2D"]


@pytest.mark.parametrize("version", ["6.1.7", "9.0", ""])
def test_all_of_an_unknown_astropy_is_drawn(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_version(version, monkeypatch)
    drawn = drawn_for_a_frame(scene, monkeypatch)
    assert {"_WCSAxesArtist", "AxesImage", "Line2D"} < set(drawn)
