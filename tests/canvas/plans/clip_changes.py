"""Changes of what artists are clipped by, and of whose coordinates they are drawn in."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import TransformedPath

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import a_line, all_axes, an_artist, an_axes, one_of
from tests.canvas.plans.own_classes import state_of
from tests.canvas.plans.values import Axes


def clip_of(ax: Axes, value: int) -> Any:
    """Return a patch that artists in an axes may be clipped by."""
    into = ax.transAxes if value % 3 == 0 else ax.transData
    if value % 2:
        return Circle((0.5, 0.5), 0.3 + value / 9, transform=into)
    vertices = np.array([(0, 0), (0.9, 0.2), (0.5, 1), (0, 0)]) * (1 + value / 6)
    return PathPatch(Path(vertices), transform=into)


def drawn_in(ax: Axes) -> list[Any]:
    return [*ax.lines, *ax.collections, *ax.patches, *ax.texts, *ax.images]


@change
def clipped_by_one(figure: Figure, pick: int, value: int) -> None:
    """Clip all artists of an axes by one patch."""
    for ax in an_axes(figure, pick):
        clip = clip_of(ax, value)
        state_of(figure).clips.append(clip)
        for artist in drawn_in(ax):
            artist.set_clip_path(clip)


@change
def clipped_by_equals(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        for artist in drawn_in(ax):
            artist.set_clip_path(clip_of(ax, value))


@change
def clipped_by_a_path(figure: Figure, pick: int, value: int) -> None:
    """Clip all artists of an axes by one path, each in a transform of its own, or in one."""
    for ax in an_axes(figure, pick):
        path = Path.circle((0.5, 0.5), 0.3 + value / 9)
        into = ax.transAxes if value % 3 == 0 else ax.transData
        shared = TransformedPath(path, into)
        for artist in drawn_in(ax):
            if value % 2:
                artist.set_clip_path(shared)
            else:
                artist.set_clip_path(path, into)


@change
def clipped_alone(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        if artist.axes is not None:
            artist.set_clip_path(clip_of(artist.axes, value))


@change
def clip_moved(figure: Figure, pick: int, value: int) -> None:
    """Change a patch that others are clipped by, and that is not drawn itself."""
    for clip in one_of(state_of(figure).clips, pick):
        if isinstance(clip, Circle):
            clip.set_radius(0.2 + value / 9)
        else:
            clip.get_path().vertices[1] = 0.9 + value / 6, 0.2


@change
def unclipped(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_clip_path(None)


@change
def unclipped_all(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        for artist in drawn_in(ax):
            artist.set_clip_path(None)


@change
def line_in_another_axes(figure: Figure, pick: int, value: int) -> None:
    """Draw a line in the coordinates of an axes that may be drawn later, and may move."""
    for line in a_line(figure, pick):
        for other in one_of([ax for ax in all_axes(figure) if ax.name != "3d"], value):
            if not hasattr(line, "set_data_3d"):
                line.set_transform(other.transAxes if value % 2 else other.transData)
                line.set_clip_on(value > 6)
