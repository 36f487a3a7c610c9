"""Clip paths are told apart by what they look like, and masks by what is rasterized."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

from parallel_animate.canvas.masks import Clip, clip_of

CORNERS = np.array([(10.0, 10.0), (50.0, 20.0), (30.0, 60.0), (10.0, 10.0)])
CLOSED = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
CURVED = [Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO]


def clip(
    codes: list[np.uint8] | None,
    shift: float = 0.0,
    vertices: npt.NDArray[np.float64] | None = None,
    rectangle: tuple[float, ...] | None = None,
    snap: bool | None = None,
    name: str = "draw_path",
) -> Clip:
    """Return what a primitive with such a clip path makes."""
    path = Path(CORNERS.copy() if vertices is None else vertices, codes)
    context = GraphicsContextBase()
    context.set_clip_path(TransformedPath(path, Affine2D().translate(shift, 0)))
    context.set_snap(snap)
    if rectangle is not None:
        context.set_clip_rectangle(Bbox.from_extents(*rectangle))
    made = clip_of(context, name)
    assert made is not None
    return made


def test_a_primitive_without_a_clip_path_needs_no_mask() -> None:
    assert clip_of(GraphicsContextBase(), "draw_path") is None


def test_clip_paths_that_look_the_same_are_one() -> None:
    """Also those that have no codes."""
    for codes in (None, CLOSED, CURVED):
        one, other = clip(codes), clip(codes)
        assert one.mask.clip is other.mask.clip
        assert one.mask == other.mask


def test_clip_paths_that_look_different_are_two() -> None:
    """By their codes, their vertices, or where these lie."""
    made = [clip(None), clip(CLOSED), clip(CURVED), clip(CLOSED, 5.0), clip(CLOSED, 0, CORNERS + 1)]
    for i, one in enumerate(made):
        for other in made[:i]:
            assert one.mask.clip is not other.mask.clip


def test_a_mask_is_rasterized_as_its_primitive_says() -> None:
    """In a clip rectangle, except for markers, which are clipped one by one; and snapped or not."""
    rectangle = (1.0, 2.0, 30.0, 40.0)
    assert clip(CLOSED, rectangle=rectangle).mask.rectangle == rectangle
    assert clip(CLOSED, rectangle=rectangle, name="draw_markers").mask.rectangle is None
    assert clip(CLOSED).mask.rectangle is None
    assert [clip(CLOSED, snap=snap).mask.snap for snap in (None, True, False)] == [
        None,
        True,
        False,
    ]


def test_a_mask_is_kept_only_for_the_same_vertices() -> None:
    """Agg tells clip paths apart by their array of vertices."""
    shared = CORNERS.copy()
    one, other = clip(CLOSED, vertices=shared), clip(CLOSED, vertices=shared)
    context = GraphicsContextBase()
    source = TransformedPath(Path(shared, CLOSED), Affine2D())
    context.set_clip_path(source)
    first, second = clip_of(context, "draw_path"), None
    context.set_clip_path(source)
    second = clip_of(context, "draw_image")
    assert first is not None
    assert second is not None
    assert first.keeps(second)
    assert one.keeps(one)
    assert not first.keeps(clip(CLOSED, vertices=shared.copy()))
    assert not one.keeps(clip(CLOSED, 5.0, vertices=shared))
    assert one.mask == other.mask
