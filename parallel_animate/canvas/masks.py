"""The mask that Agg makes of a clip path, and who decides how it is made.

Agg rasterizes a clip path that is no rectangle, such as that of a polar axes, into a mask, and
keeps that for as long as the primitives that follow have the same clip path (``render_clippath``
in matplotlib's ``_backend_agg.cpp``). The same is: one array of vertices, and an equal transform.
Two polygons with equal corners have a mask each, and so have two artists that one circle clips on
logarithmic axes, where the circle is transformed for each of them. The first primitive decides
whether the path is snapped to pixels, and how much of it is rasterized: a mesh snaps, a line does
not. Markers let all of it be rasterized, also what lies beyond the canvas, which at a slanted edge
makes a difference to some pixels. So the pixels of a line at the edge of a polar axes depend on
what is drawn there before it, and a line that is drawn alone has to be given the mask that it has
in the full draw.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

from parallel_animate.canvas.artists import private

# Has no vertices, and so draws nothing.
NOTHING = Path(np.empty((0, 2)))
# A clip path that no artist has.
ELSEWHERE = TransformedPath(Path([(-1, -1)]), Affine2D())
# One object for all clip paths that are equal, so that two masks are equal if they look the same.
_CLIP_PATHS: WeakValueDictionary[Any, TransformedPath] = WeakValueDictionary()


class Mask(NamedTuple):
    """How a mask is made.

    Attributes
    ----------
    clip : TransformedPath
        The clip path; one object for all that are equal.
    snap : bool or None
        Whether it is snapped to pixels; None: if it has horizontal and vertical lines only.
    rectangle : tuple of float or None
        What of it is rasterized: left, bottom, right, top in pixels; None: what lies on the canvas.
    unclipped : bool
        Whether all of it is rasterized, for markers.
    """

    clip: TransformedPath
    snap: bool | None
    rectangle: tuple[float, ...] | None = None
    unclipped: bool = False

    @property
    def context(self) -> GraphicsContextBase:
        """A graphics context with which Agg makes this mask.

        It makes none if the last mask that it made has the same clip path.
        """
        context = GraphicsContextBase()
        context.set_clip_path(self.clip)
        context.set_snap(self.snap)
        if self.rectangle is not None:
            context.set_clip_rectangle(Bbox.from_extents(*self.rectangle))
        return context


class Clip(NamedTuple):
    """A mask, and what it is made from.

    Attributes
    ----------
    mask : Mask
        The mask.
    source : TransformedPath
        The artist's own clip path. Its vertices may be made anew while it looks the same, and then
        so may those of others that are drawn less often: hence it is asked for them each time.
    """

    mask: Mask
    source: TransformedPath

    def keeps(self, other: Clip) -> bool:
        """Return whether Agg keeps this mask for a primitive that comes with another clip."""
        if self.mask.clip is not other.mask.clip:
            return False
        # Both are held here, so that one of them does not take the place of the other in memory.
        vertices, others = _vertices(self.source), _vertices(other.source)
        return vertices is others


def forget_mask(agg: Any) -> None:
    """Let the compiled renderer keep no mask that it has made.

    It would keep one from picture to picture, and tells clip paths apart by where their vertices
    lie: it would go on drawing the old ones where these were changed in place.
    """
    private.draw_path(agg, Mask(ELSEWHERE, None).context, NOTHING, np.eye(3))


def _vertices(source: TransformedPath) -> Any:
    """Return the array of vertices by which Agg tells clip paths apart."""
    path, _ = source.get_transformed_path_and_affine()
    return path.vertices


def clip_of(context: GraphicsContextBase, name: str) -> Clip | None:
    """Return the mask that a primitive makes if it comes first; None if it needs none.

    The context gets a copy of its clip path, which may be changed later.
    """
    clipped: Any = context.get_clip_path()
    path, transform = clipped
    if path is None:
        return None
    matrix = transform.get_matrix()
    codes = None if path.codes is None else path.codes.tobytes()
    key = (path.vertices.tobytes(), codes, path.should_simplify, matrix.tobytes())
    clip = _CLIP_PATHS.get(key)
    if clip is None:
        clip = TransformedPath(path.deepcopy(), Affine2D(matrix.copy()))
        _CLIP_PATHS[key] = clip
    source = private.held_clip_path(context)
    context.set_clip_path(clip)
    if name == "draw_markers":
        return Clip(Mask(clip, context.get_snap(), unclipped=True), source)
    rectangle = context.get_clip_rectangle()
    extents = None if rectangle is None else tuple(rectangle.extents)
    return Clip(Mask(clip, context.get_snap(), extents), source)
