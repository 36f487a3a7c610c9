"""The boxes of a primitive hold all pixels that it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

from parallel_animate.canvas.recorder import RecordingRenderer
from tests.canvas.drawings import check_drawing

STRAIGHT = np.linspace((133, 307), (197, 170), 7)


STRAIGHT_CURVE = Path(
    [
        (132.77205929758, 121.0510790868397),
        (127.37324806664492, 118.97201833413753),
        (122.84389016874186, 117.2277806051883),
    ],
    [Path.MOVETO, Path.CURVE3, Path.CURVE3],
)


@pytest.mark.parametrize(
    ("make", "width", "height", "dpi"),
    [
        (lambda: Line2D(*STRAIGHT.T, lw=1.5), 640, 480, 100),
        (lambda: Line2D(*np.repeat(STRAIGHT, 2, axis=0).T, lw=1.5), 640, 480, 100),
        (lambda: LineCollection([STRAIGHT], linewidths=1.5), 640, 480, 100),
        (lambda: PathPatch(STRAIGHT_CURVE, fc="none", lw=1, joinstyle="round"), 186, 150, 60),
    ],
    ids=["line", "line with points twice", "collection", "straight curve"],
)
def test_slivers_of_straight_lines_lie_in_the_boxes(
    make: Callable[[], Any], width: int, height: int, dpi: int
) -> None:
    """Agg draws these lines by a hundred pixels too long, at an opacity of 1/255.

    Where it joins segments that are in line but for rounding: one in a thousand such lines.
    """
    artist = make()
    artist.set_transform(IdentityTransform())
    Figure(figsize=(width / dpi, height / dpi), dpi=dpi).add_artist(artist)
    artist.set_clip_path(None)
    check_drawing(artist, width, height, dpi)


def test_boxes_of_paths_with_transforms_of_their_own_are_found() -> None:
    """The paths of polygons that have sizes, too, lie where the transform of all puts them."""
    artist = PolyCollection([[(1, 1), (3, 2), (2, 4)]], sizes=[3000.0])
    artist.set_transform(Affine2D().scale(2, 1))
    Figure(figsize=(3, 2), dpi=60).add_artist(artist)
    artist.set_clip_path(None)
    check_drawing(artist, 180, 120, 60)


@pytest.mark.parametrize("count", [100, 3000])
def test_boxes_of_many_vertices_are_their_clip_rectangle(count: int) -> None:
    """To look at all of them would take longer than to restore the rest of it."""
    angles = np.linspace(0, 7, count)
    turns = np.column_stack([np.cos(angles), np.sin(angles)]) * 20 + 60
    artist = PolyCollection([turns, turns + 9])
    artist.set_transform(IdentityTransform())
    Figure(figsize=(3, 2), dpi=60).add_artist(artist)
    artist.set_clip_box(Bbox([[10, 10], [150, 90]]))
    renderer = RecordingRenderer(180, 120, 60)
    with renderer.recording() as recorded:
        artist.draw(renderer)
    left, top, right, bottom = recorded.bounds
    assert (right - left > 140) == (bottom - top > 80) == (count == 3000)
    check_drawing(artist, 180, 120, 60)
