"""The mask that Agg makes of a clip path, and who decides how it is made.

Agg rasterizes a clip path that is no rectangle, such as that of a polar axes, into a mask, and
keeps that for as long as the primitives that follow have the same clip path (``render_clippath``
in matplotlib's ``_backend_agg.cpp``). The first of them decides whether the path is snapped to
pixels, and how much of it is rasterized: a mesh snaps, a line does not. So the pixels of a line at
the edge of a polar axes depend on what is drawn there before it, and a line that is drawn alone
has to be given the mask that it has in the full draw.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

# Has no vertices, and so draws nothing.
NOTHING = Path(np.empty((0, 2)))
# A clip path that no artist has.
ELSEWHERE = TransformedPath(Path([(-1, -1)]), Affine2D())
# One object for all clip paths that are equal: Agg takes two for the same if they are one object.
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
        What of it is rasterized: left, bottom, right, top in pixels; None: all of it.
    """

    clip: TransformedPath
    snap: bool | None
    rectangle: tuple[float, ...] | None

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


def mask_of(context: GraphicsContextBase, name: str) -> Mask | None:
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
    context.set_clip_path(clip)
    rectangle = context.get_clip_rectangle()
    if rectangle is None or name == "draw_markers":  # which clips the markers instead
        return Mask(clip, context.get_snap(), None)
    return Mask(clip, context.get_snap(), tuple(rectangle.extents))
