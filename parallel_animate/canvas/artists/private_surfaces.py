"""The private names of matplotlib that a helped draw of surfaces reads and sets.

As those in ``private_drawn.py``, they are only used where matplotlib's methods are the very ones
that the help was written after: see ``written_after.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.path import Path
from mpl_toolkits.mplot3d import art3d, proj3d

# Methods that are replaced for the time of a draw.
PROJECT = "do_3d_projection"
MAP_COLOURS = "update_scalarmappable"

# Attributes of a collection of polygons in space: what they are given by,
FACES, CODES, CLOSED = "_faces", "_codes3d", "_closed"
INVALID, CLIPPED, SORT_PLACE = "_invalid_vertices", "_axlim_clip", "_sort_zpos"
VALUES, DEPTH = "_A", "_zsortfunc"
FACE_IS_MAPPED, EDGE_IS_MAPPED = "_face_is_mapped", "_edge_is_mapped"
FACE_COLOURS, EDGE_COLOURS = "_facecolors", "_edgecolors"
FACE_COLOURS_3D, EDGE_COLOURS_3D = "_facecolor3d", "_edgecolor3d"
# and what is drawn.
PATHS = "_paths"
FACE_COLOURS_2D, EDGE_COLOURS_2D = "_facecolors2d", "_edgecolors2d"


def projected(faces: Any, axes: Any) -> Any:
    """Return where the vertices of polygons are in a 3-D axes: x, y and depth."""
    return proj3d._scale_proj_transform_vectors(faces, axes)


def beyond_scale(faces: Any, axes: Any) -> Any:
    """Return which vertices cannot be shown, such as negative ones on logarithmic axes."""
    return art3d._scale_invalid_mask(*(faces[..., i] for i in range(3)), axes)


def closed_paths(polygons: Iterable[Any]) -> list[Path]:
    """Return a path for each polygon, an array that ends with the vertex that it begins with.

    All have the same number of vertices. That is ``Path._fast_from_codes_and_verts`` for many.
    """
    polygons = list(polygons)
    model: Any = Path(polygons[0], closed=True)
    codes = model.codes
    simplify = model._should_simplify
    threshold = model._simplify_threshold
    steps = model._interpolation_steps
    new, paths = Path.__new__, []
    for vertices in polygons:
        path: Any = new(Path)
        path._vertices = vertices
        path._codes = codes
        path._readonly = False
        path._should_simplify = simplify
        path._simplify_threshold = threshold
        path._interpolation_steps = steps
        paths.append(path)
    return paths
