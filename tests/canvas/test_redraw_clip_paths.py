"""What several clip paths cut out is redrawn as a full draw draws it.

Agg makes a mask for each clip path, and the first artist that is drawn with one decides how it is
made: a mesh snaps it to pixels, a line does not.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, TransformedPath

from tests.canvas.redraw import Case, Cases, X, check_frames, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases(labels=False)

CORNERS = ((2, 2), (8.3, 3), (7, 8.1), (3, 7))


def mesh_and_line(mesh_clip, line_clip, scale="linear", late=6, changes="mesh"):
    """Return a figure with a mesh, a line that appears late, and a changing one of both.

    The clip paths are made by functions, given the axes.
    """
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set(xlim=(1, 9), ylim=(1, 9), xscale=scale, yscale=scale)
    ax.minorticks_off()
    edges = np.linspace(1, 9, 11)
    mesh = ax.pcolormesh(edges, edges, np.zeros((10, 10)), vmin=0, vmax=1)
    mesh.set_clip_path(*mesh_clip(ax))
    (line,) = ax.plot([1, 9], [1, 9], "r", lw=60)
    line.set_clip_path(*line_clip(ax))

    def update(i):
        line.set_visible(i >= late)
        if changes == "mesh":
            mesh.set_array(np.full((10, 10), i / 20))
        else:
            line.set_color(["r", "b", "g"][i % 3])

    return figure, update


def polygon(ax):
    """Return a clip path of its own."""
    return (ax.add_patch(Polygon(CORNERS, fc="none", ec="none")),)


def shared(make):
    """Return a function that returns one clip path for each axes."""
    made = {}

    def clip(ax):
        return made.setdefault(id(ax), make(ax))

    return clip


def circle(ax):
    """Return a circle, with the path that all circles have."""
    return (Circle((5, 5), 3.3, transform=ax.transData),)


def path(ax):
    """Return a path of its own, and the transform of the data."""
    return Path([*CORNERS, CORNERS[0]], closed=True), ax.transData


def boxed(ax):
    """Return a patch that makes its path anew each time it is asked."""
    return (FancyBboxPatch((2, 3), 4.3, 3.7, boxstyle="round", transform=ax.transData),)


KINDS = {"polygon": polygon, "circle": circle, "path": path, "boxed": boxed}


def mask_case(kind, scale, together, late, changes):
    """Return an animation of a kind of clip path, one for both artists or one for each."""

    def make():
        both = shared(KINDS[kind]) if together else KINDS[kind]
        return mesh_and_line(both, both, scale, late, changes)

    words = (kind, scale, "one" if together else "two", f"from_{late}", changes)
    return Case("_".join(words), make)


cases += [
    mask_case(kind, scale, together, late, changes)
    for kind, scale, together in product(KINDS, ("linear", "log"), (False, True))
    for late, changes in ((0, "line"), (6, "mesh"))
]


@cases.add
def vertices_of_one_path_in_two_transforms():
    """Equal transforms, of which neither is the other: to Agg this is one clip path."""
    one = Path([*CORNERS, CORNERS[0]], closed=True)

    def clip(ax):
        return (TransformedPath(one, ax.transData + Affine2D()),)

    return mesh_and_line(clip, clip)


@cases.add
def path_copied():
    one = Path([*CORNERS, CORNERS[0]], closed=True)
    return mesh_and_line(lambda ax: (one, ax.transData), lambda ax: (one.deepcopy(), ax.transData))


@cases.add
def patch_of_another_axes():
    """Two axes that lie at the same place have equal patches, each with its own mask."""
    figure = new_figure()
    one = figure.add_subplot(projection="polar")
    two = figure.add_axes(one.get_position(), projection="polar", facecolor="none")
    edges = np.linspace(0, 2, 7)
    mesh = one.pcolormesh(edges, edges, np.zeros((6, 6)), vmin=0, vmax=1)
    (line,) = two.plot(X, X / 3, "r", lw=50)
    one.set_rmax(2)
    two.set_rmax(2)

    def update(i):
        mesh.set_array(np.full((6, 6), i / 20))
        line.set_clip_path((two if i < 6 else one).patch)
        line.set_visible(i != 4)

    return figure, update


@cases.add
def clip_path_becomes_another_equal_one():
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set(xlim=(1, 9), ylim=(1, 9))
    land, sea = (polygon(ax)[0] for _ in range(2))
    mesh = ax.pcolormesh(np.zeros((10, 10)), vmin=0, vmax=1)
    mesh.set_clip_path(land)
    lines = [ax.plot([1, 9], [1 + k, 9 - k], lw=20)[0] for k in range(3)]
    for line in lines:
        line.set_clip_path(sea)
    # Drawn last, so that no mask is left for the next frame of the figure that is drawn in full.
    ax.plot([1, 9], [5, 5], zorder=9)[0].set_clip_path(*circle(ax))

    def update(i):
        lines[i % 3].set_clip_path(land if i % 2 else sea)
        if i % 4 == 0:
            mesh.set_array(np.full((10, 10), i / 20))
        if i % 5 == 0:
            sea.set_xy(np.array(CORNERS) + i / 30)
            land.set_xy(np.array(CORNERS) + i / 30)

    return figure, update


@cases.each
def test_clip_paths_are_told_apart_as_agg_does(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_frames(case, monkeypatch)
