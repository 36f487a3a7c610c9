"""What is made anew in each frame, because it cannot be changed: contours, surfaces, colorbars."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import an_artist, an_axes
from tests.canvas.plans.values import picture

FLAT = ("rectilinear", "polar")


@change
def contours_anew(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, *FLAT):
        for artist in [artist for artist in ax.collections if isinstance(artist, ContourSet)]:
            if artist.colorbar is None:
                artist.remove()
        hatches = ["/", None] if value == 7 else [None]
        ax.contourf(np.arange(5), np.arange(4), picture(value), 3 + value % 3, hatches=hatches)
        ax.set_title(f"t={value}")


@change
def surface_anew(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "3d"):
        for artist in list(ax.collections)[: value % 3]:
            artist.remove()
        options = {"cmap": "viridis"} if value % 2 else {"color": "c", "alpha": 0.6}
        ax.plot_surface(*np.meshgrid(np.arange(5), np.arange(4)), picture(value), **options)
        ax.view_init(20 + value, 30 * value)


@change
def mesh_values(figure: Figure, pick: int, value: int) -> None:
    for mesh in an_artist(figure, pick, QuadMesh):
        mesh.set_array(mesh.get_array() * (value / 3) + value)
        if value % 4 == 0:
            mesh.autoscale()


@change
def colorbar_look(figure: Figure, pick: int, value: int) -> None:
    for mesh in an_artist(figure, pick, QuadMesh):
        if mesh.colorbar is not None:
            mesh.colorbar.extend = ("neither", "both", "max")[value % 3]
            mesh.colorbar.set_label(f"level {value}")
            mesh.colorbar.update_normal(mesh)
