"""Surfaces in 3-D axes: their polygons are sorted and made fast, and coloured once a draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from parallel_animate.canvas.artists import private_surfaces as drawn


class Surface3D:
    """A collection of polygons in a 3-D axes, during one draw of its figure.

    Parameters
    ----------
    collection : Poly3DCollection
        One of matplotlib's own class, whose norm and colormap are known.
    """

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        self._coloured = False

    def forget(self) -> None:
        """Map colours anew: code that is not known has run."""
        self._coloured = False

    def release(self) -> None:
        """Do nothing: nothing is left on parts of the collection."""

    def map_colours(self) -> None:
        """Map the values to colours, once a draw: nothing that is drawn changes them."""
        if not self._coloured:
            getattr(type(self._collection), drawn.MAP_COLOURS)(self._collection)
        self._coloured = True

    def project(self) -> Any:
        """Project the polygons, sort them by depth, and return the depth of the collection."""
        collection, state = self._collection, vars(self._collection)
        faces = state[drawn.FACES]
        axes = collection.axes
        if (
            type(faces) is not np.ndarray
            or not faces.size
            or state[drawn.CODES] is not None
            or not state[drawn.CLOSED]
            or state[drawn.CLIPPED]
            or state[drawn.SORT_PLACE] is not None
            or np.any(state[drawn.INVALID])
            or np.any(drawn.beyond_scale(faces, axes))
        ):
            return getattr(type(collection), drawn.PROJECT)(collection)
        if state[drawn.VALUES] is not None:
            self.map_colours()
            if state[drawn.FACE_IS_MAPPED]:
                state[drawn.FACE_COLOURS_3D] = state[drawn.FACE_COLOURS]
            if state[drawn.EDGE_IS_MAPPED]:
                state[drawn.EDGE_COLOURS_3D] = state[drawn.EDGE_COLOURS]
        with np.errstate(invalid="ignore", divide="ignore"):
            points = drawn.projected(faces, axes)
        depths = points[..., 2]
        order = np.argsort(state[drawn.DEPTH](depths, axis=-1), axis=-1)[::-1]
        polygons = points[order, :, :2]
        collection.stale = True
        state[drawn.PATHS] = drawn.closed_paths(np.concatenate((polygons, polygons[:, :1]), axis=1))
        self._sort_colours(order)
        return np.min(depths)

    def _sort_colours(self, order: Any) -> None:
        """Give the polygons their colours in another order."""
        state, count = vars(self._collection), len(order)
        face, edge = state[drawn.FACE_COLOURS_3D], state[drawn.EDGE_COLOURS_3D]
        faces = face if len(face) == count else face.repeat(count, axis=0)
        edges = edge
        if len(edge) != count:
            edges = faces if not len(edge) else edge.repeat(count, axis=0)
        state[drawn.FACE_COLOURS_2D] = faces[order] if len(faces) else faces
        same = len(edge) == len(faces) and len(edges) > 0
        state[drawn.EDGE_COLOURS_2D] = edges[order] if same else edge
