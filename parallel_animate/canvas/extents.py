"""Which pixels a primitive may change: boxes, from its geometry and its line width.

That is more than an artist knows of itself: an Axis reports the extents of its labels, but not of
its tick marks, and many artists report none at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path, get_path_collection_extents
from matplotlib.transforms import Affine2D

from parallel_animate.canvas.artists.private import (
    DrawGouraudTriangles,
    DrawImage,
    DrawMarkers,
    DrawPath,
    DrawPathCollection,
    DrawQuadMesh,
    DrawTextImage,
)
from parallel_animate.canvas.tiles import Box

Extents = npt.NDArray[np.float64]
"""Left, bottom, right and top of each box, ``(n, 4)``, in pixels; y counts from the bottom."""

# Anti-aliasing reaches one pixel beyond a shape, and snapping moves it by up to one.
PAD = 2.0
# Agg cuts mitred joins off at a multiple of half the line width: 4 by default (agg_math_stroke.h),
# and the line width in pixels where matplotlib draws a path (_backend_agg.h).
MITER_LIMIT = 4.0
# A long path gets a box for each piece, so that a line across the figure is not one box.
PIECES = 128
PIECE_VERTICES = 2
# Agg draws a *sliver* with some lines. To join two segments that are nearly in line, it computes
# the point at which the edges of their strokes meet (math_stroke::calc_join in agg_math_stroke.h).
# Where the segments are in line exactly, but for rounding errors, this divides one rounding error
# by another, and the point may lie anywhere along the line. About one in a thousand such lines is
# drawn too long therefore: by a sliver with an opacity of 1/255. Two segments are taken to be in
# line if the sine of the angle between them is no larger than this.
STRAIGHT = 1e-8
# A sliver may lie anywhere on its line, so that line, across the canvas, gets this many boxes.
SLIVER_PIECES = 64
# A primitive with more joins of this kind gets no such boxes: its extents are then `UNKNOWN`.
SLIVERS = 8
# Of a collection with more vertices, such as filled contours, the clip rectangle is taken for the
# extents, if it has one: it fills most of that as a rule, and to look at all vertices takes longer
# than to restore the rest.
MANY_VERTICES = 5000
# The extents of a primitive that may change all pixels within its clip rectangle.
UNKNOWN: Extents = np.full((1, 4), np.nan)


def _path_extents(call: DrawPath, canvas: Box) -> Extents:
    path, context = call.path, call.gc
    # What is filled, hatched, closed or curved reaches beyond the boxes of its pieces.
    line = call.face is None and path.codes is None and context.get_hatch() is None
    extents = _pieces(_display_vertices(path, call.trans), PIECES if line else 1)
    if not context.get_linewidth() or (line and path.should_simplify):
        return extents  # there are no joins, or straight ones are simplified away
    return np.concatenate([extents, _slivers(context, [path], call.trans, canvas)])


def _marker_extents(call: DrawMarkers, canvas: Box) -> Extents:
    size = _pieces(_display_vertices(call.marker_path, call.marker_path_trans), 1)
    return _pieces(_display_vertices(call.path, call.trans)) + size if len(size) else size


def _text_extents(call: DrawTextImage, canvas: Box) -> Extents:
    x, y, height = call.x, call.y, canvas[3]
    rows, columns = call.image.shape[:2]
    if call.angle:
        reach = math.hypot(rows, columns)  # it turns about a corner
        return np.array([[x - reach, height - y - reach, x + reach, height - y + reach]])
    return np.array([[x, height - y, x + columns, height - y + rows]], float)


def _image_extents(call: DrawImage, canvas: Box) -> Extents:
    x, y = call.x, call.y
    return np.array([[x, y, x + call.image.shape[1], y + call.image.shape[0]]], float)


def _collection_extents(call: DrawPathCollection, canvas: Box) -> Extents:
    paths, matrix = call.paths, call.master_transform
    if not len(paths):
        return np.empty((0, 4))
    clipped = call.gc.get_clip_rectangle() is not None
    if clipped and sum(len(path.vertices) for path in paths) > MANY_VERTICES:
        return UNKNOWN
    stroked = len(call.edgecolors) and np.any(call.linewidths)
    if stroked and len(_slivers(call.gc, paths, matrix, canvas)):
        return UNKNOWN
    # matplotlib's function leaves the transform of all paths out if each has one of its own.
    transforms = matrix @ np.asarray(call.transforms) if len(call.transforms) else call.transforms
    box = get_path_collection_extents(
        Affine2D(matrix), paths, transforms, call.offsets, Affine2D(call.offset_trans)
    )
    return np.array([box.extents])


def _mesh_extents(call: DrawQuadMesh, canvas: Box) -> Extents:
    corners = np.asarray(call.coordinates, float).reshape(-1, 2)
    offsets = np.asarray(call.offsets, float).reshape(-1, 2)
    mesh = _box_of(corners, call.master_transform)
    shifts = _box_of(offsets, call.offset_trans)
    return mesh + shifts if len(shifts) else mesh


def _triangle_extents(call: DrawGouraudTriangles, canvas: Box) -> Extents:
    return _box_of(np.asarray(call.points, float).reshape(-1, 2), call.trans)


EXTENTS: dict[str, Callable[[Any, Box], Extents]] = {
    "draw_path": _path_extents,
    "draw_markers": _marker_extents,
    "draw_text_image": _text_extents,
    "draw_image": _image_extents,
    "draw_path_collection": _collection_extents,
    "draw_quad_mesh": _mesh_extents,
    "draw_gouraud_triangles": _triangle_extents,
}


def _display_vertices(path: Path, matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a path's vertices in pixels; a curve stays within its control points."""
    vertices = np.asarray(path.vertices)
    if path.codes is not None:
        # The vertex that comes with these two is not used.
        used = (path.codes != Path.CLOSEPOLY) & (path.codes != Path.STOP)
        if not np.all(used):
            vertices = vertices[used]
    return _transformed(vertices, matrix)


def _transformed(
    vertices: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Apply an affine matrix, and drop what is not finite, as Agg does."""
    with np.errstate(invalid="ignore"):
        points = _applied(vertices, matrix)
    finite: npt.NDArray[np.bool_] = np.isfinite(points)
    return points if np.all(finite) else points[np.all(finite, axis=1)]


def _applied(vertices: Any, matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Apply an affine matrix."""
    points: npt.NDArray[np.float64] = vertices @ matrix[:2, :2].T + matrix[:2, 2]
    return points


def _box_of(points: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64]) -> Extents:
    """Return a box around many points under an affine matrix: the one around their own box."""
    if not len(points):
        return np.empty((0, 4))
    x, y = points.T  # one after the other: for both at once NumPy takes ten times as long
    left, right, bottom, top = x.min(), x.max(), y.min(), y.max()
    if not np.isfinite([left, right, bottom, top]).all():
        return _box_of(points[np.isfinite(points).all(axis=1)], matrix)
    edges = [[left, bottom], [left, top], [right, bottom], [right, top]]
    return _pieces(_transformed(np.array(edges), matrix), 1)


def _pieces(points: npt.NDArray[np.float64], most: int = PIECES) -> Extents:
    """Return the extents of consecutive pieces of a polyline; neighbours share a vertex."""
    count = len(points)
    if not count:
        return np.empty((0, 4))
    starts = np.arange(0, count, count if most == 1 else max(PIECE_VERTICES, -(-count // most)))
    lows = np.minimum.reduceat(points, starts, axis=0)
    highs = np.maximum.reduceat(points, starts, axis=0)
    shared = points[starts[1:]]
    np.minimum(lows[:-1], shared, out=lows[:-1])
    np.maximum(highs[:-1], shared, out=highs[:-1])
    return np.concatenate([lows, highs], axis=1)


def _slivers(
    context: GraphicsContextBase, paths: Any, matrix: npt.NDArray[np.float64], canvas: Box
) -> Extents:
    """Return where slivers may lie: see `STRAIGHT`.

    There are none where joins are mitred, for Agg cuts mitred joins off.
    """
    joins = [] if context.get_joinstyle() == "miter" else _straight_joins(paths, matrix)
    if not joins:
        return np.empty((0, 4))
    if len(joins) > SLIVERS:
        return UNKNOWN
    centre = complex(canvas[2], canvas[3]) / 2
    lengths = np.linspace(-1, 1, SLIVER_PIECES + 1) * abs(centre)
    lines = []
    for place, step in joins:
        unit = step / abs(step)
        nearest = place + ((centre - place) * unit.conjugate()).real * unit
        lines.append(_pieces((nearest + lengths * unit).view(float).reshape(-1, 2)))
    return np.concatenate(lines)


def _straight_joins(
    paths: Any, matrix: npt.NDArray[np.float64]
) -> list[tuple[np.complex128, np.complex128]]:
    """Return the joins of segments that are in line: see `STRAIGHT`.

    Of several such joins one after the other, only the first is returned, for all of them lie on
    one line. A join of horizontal or vertical segments is left out: there Agg finds without any
    rounding error that they are in line, and draws no sliver.

    Returns
    -------
    list of tuple of complex
        The place of each join, and the step from the vertex before it: x + iy, in pixels.
    """
    paths = [path for path in paths if len(path.vertices) > 2]
    if not paths:
        return []
    vertices = paths[0].vertices if len(paths) == 1 else np.concatenate([p.vertices for p in paths])
    with np.errstate(all="ignore"):
        places = _applied(vertices, matrix).view(complex)[:, 0]
        steps = places[1:] - places[:-1]
        kept = np.append(True, steps != 0)
        places, steps = places[kept], steps[kept[1:]]
        turns = steps[1:] * steps[:-1].conj()  # real: the cosine, imaginary: the sine
        straight = np.abs(turns.imag) <= STRAIGHT * turns.real
    if not straight.any():
        return []
    codes = np.concatenate([_codes(path) for path in paths])[kept]
    drawn = (codes[1:-1] == codes[2:]) & ((codes[2:] == Path.LINETO) | (codes[2:] == Path.CURVE3))
    level = (turns.imag == 0) & ((steps[:-1].real == 0) | (steps[:-1].imag == 0))
    straight &= drawn & ~level
    straight[1:] &= ~straight[:-1]
    return list(zip(places[1:-1][straight], steps[:-1][straight], strict=True))


def _codes(path: Path) -> Any:
    """Return the codes of a path; one that has none means a line through all its vertices."""
    if path.codes is not None:
        return path.codes
    codes = np.full(len(np.asarray(path.vertices)), Path.LINETO)
    codes[0] = Path.MOVETO
    return codes


def stroke_reach(name: str, call: Any, pixels_per_point: float) -> float:
    """Return how far a stroke, its joins and its sketch wobble reach beyond the path, in pixels."""
    if name in ("draw_text_image", "draw_image"):
        return 0.0
    context: GraphicsContextBase = call.gc
    width: float = context.get_linewidth()
    if name == "draw_path_collection":
        width = max(map(float, np.ravel(call.linewidths)), default=0.0)
    miter = name != "draw_path" or context.get_joinstyle() == "miter"
    width *= pixels_per_point
    # A projecting cap reaches half the width times the square root of 2.
    reach = width / 2 * (max(width, MITER_LIMIT) if miter else 1.5)
    sketch = context.get_sketch_params()
    return reach + (2 * sketch[0] if sketch else 0.0)
