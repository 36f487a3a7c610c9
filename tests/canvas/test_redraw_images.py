"""Images, meshes and their colorbars are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

cases = Cases(labels=False)


@cases.add
def image_data():
    figure, ax = new_axes()
    random = np.random.default_rng(0)
    image = ax.imshow(random.random((12, 16)))
    return figure, lambda i: image.set_data(random.random((12, 16)))


@cases.add
def image_settings():
    figure, ax = new_axes()
    image = ax.imshow(np.random.default_rng(0).random((12, 16)), extent=(0, 4, 0, 3))
    ax.set(xlim=(-1, 5), ylim=(-1, 4))

    def update(i):
        image.set_clim(0, 0.3 + i / 20)
        image.set_cmap(["viridis", "magma", "gray"][i % 3])
        image.set_interpolation(["nearest", "bilinear"][i % 2])
        image.set_extent((i / 20, 4, 0, 3 + i / 30))
        image.set_alpha(1 - (i % 4) / 8)

    return figure, update


@cases.add
def image_limits_set_in_its_norm():
    figure, ax = new_axes()
    image = ax.imshow(np.random.default_rng(0).random((12, 16)))

    def update(i):
        image.norm.vmax = 0.2 + i / 20

    return figure, update


@cases.add
def image_changed_in_place():
    figure, ax = new_axes()
    image = ax.imshow(np.zeros((12, 16)), vmin=0, vmax=1)

    def update(i):
        image.get_array()[i % 12, i % 16] = 1 - i / 40

    return figure, update


@cases.add
def image_of_an_array_that_the_user_keeps():
    figure, ax = new_axes()
    pixels = np.zeros((12, 16, 3), np.uint8)
    image = ax.imshow(pixels)

    def update(i):
        pixels[i % 12, :, i % 3] = 255
        image.set_data(pixels)

    return figure, update


@cases.add
def images_under_each_other():
    figure, ax = new_axes()
    random = np.random.default_rng(0)
    ax.imshow(random.random((12, 16)))
    above = ax.imshow(random.random((12, 16)), alpha=0.4, cmap="gray")
    ax.contour(random.random((12, 16)))
    return figure, lambda i: above.set_data(random.random((12, 16)))


@cases.add(redrawn=False)
def image_composite_forced():
    figure, ax = new_axes()
    figure.suppressComposite = False
    random = np.random.default_rng(0)
    ax.imshow(random.random((12, 16)))
    above = ax.imshow(random.random((12, 16)), alpha=0.4, cmap="gray")
    return figure, lambda i: above.set_data(random.random((12, 16)))


@cases.add
def image_nonuniform_and_pcolor():
    figure, (left, right) = _two_axes()
    x = np.linspace(0, 1, 9) ** 2
    image = matplotlib.image.NonUniformImage(left, extent=(0, 1, 0, 1))
    left.add_image(image)
    image.set_data(x, x, np.random.default_rng(0).random((9, 9)))
    mesh = right.pcolor(np.random.default_rng(0).random((6, 7)))

    def update(i):
        random = np.random.default_rng(i)
        image.set_data(x, x, random.random((9, 9)))
        mesh.set_array(random.random((6, 7)))

    return figure, update


@cases.add
def colorbar_of_a_changing_image():
    figure, ax = new_axes()
    image = ax.imshow(np.random.default_rng(0).random((12, 16)))
    figure.colorbar(image, label="height")

    def update(i):
        image.set_data(np.random.default_rng(i).random((12, 16)))
        if i % 3 == 0:
            image.set_clim(-i, i + 1)
        if i % 5 == 4:
            image.set_cmap(["viridis", "magma", "gray"][i % 3])

    return figure, update


@cases.add
def colorbar_of_an_autoscaled_mesh():
    figure, ax = new_axes()
    mesh = ax.pcolormesh(np.random.default_rng(0).random((8, 9)))
    bar = figure.colorbar(mesh, orientation="horizontal", extend="both")

    def update(i):
        mesh.set_array(np.random.default_rng(i).random((8, 9)) * (i + 1))
        mesh.autoscale()
        bar.set_label(f"up to {mesh.get_array().max():.2f}")

    return figure, update


@cases.add
def colorbar_in_its_own_axes():
    figure, ax = new_axes()
    beside = figure.add_axes((0.92, 0.2, 0.03, 0.6))
    scatter = ax.scatter(X, np.sin(X), c=X)
    bar = figure.colorbar(scatter, cax=beside)

    def update(i):
        scatter.set_array(X * i)
        scatter.set_clim(0, 1 + i)
        bar.set_ticks([0, i / 2, i])

    return figure, update


@cases.add
def pcolormesh_data():
    figure, ax = new_axes()
    mesh = ax.pcolormesh(np.random.default_rng(0).random((8, 9)), edgecolors="w", lw=0.5)
    return figure, lambda i: mesh.set_array(np.random.default_rng(i).random((8, 9)))


@cases.add
def pcolormesh_changed_in_place():
    figure, ax = new_axes()
    mesh = ax.pcolormesh(np.zeros((8, 9)), vmin=0, vmax=1)

    def update(i):
        mesh.get_array()[i % 8, i % 9] = 1 - i / 40

    return figure, update


@cases.add
def pcolormesh_gouraud():
    figure, ax = new_axes()
    mesh = ax.pcolormesh(np.random.default_rng(0).random((8, 9)), shading="gouraud")
    return figure, lambda i: mesh.set_array(np.random.default_rng(i).random((8, 9)))


@cases.add
def hexbin_counts():
    figure, ax = new_axes()
    bins = ax.hexbin(*np.random.default_rng(0).random((2, 300)), gridsize=8)
    return figure, lambda i: bins.set_array(np.roll(bins.get_array(), i))


@cases.add
def tripcolor_gouraud():
    figure, ax = new_axes()
    x, y = np.random.default_rng(0).random((2, 20))
    smooth = ax.tripcolor(x, y, np.sin(x * 9), shading="gouraud")
    flat = ax.tripcolor(x + 1, y, np.sin(x * 9))
    ax.triplot(x, y, lw=0.5)

    def update(i):
        smooth.set_array(np.sin(x * 9 + i / 3))
        flat.set_array(np.roll(flat.get_array(), i))

    return figure, update


def _two_axes():
    figure = new_figure()
    return figure, figure.subplots(1, 2)


@cases.each
def test_images_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
