"""What lines are drawn with: a graphics context, made once for lines that look alike.

To make ready for drawing takes longer than to draw a tick. All grid lines of an axis, or all of
its ticks on one side, look alike as a rule, and differ only in where they are.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists.private import STALE
from parallel_animate.canvas.helped.bends import Bends

NUMBERS = frozenset({float, int, np.float64})
# A path of fewer vertices than this is never simplified.
FEW = 100
# The corner of a line may reach so many of its widths beyond where two pieces of it meet.
MITRE = 6


def new_context(artist: Artist) -> GraphicsContextBase:
    """Return a graphics context with the clipping and snapping of an artist."""
    state = vars(artist)
    context = GraphicsContextBase()
    if state[drawn.CLIP_ON]:
        if state[drawn.CLIP_BOX] is not None:
            context.set_clip_rectangle(state[drawn.CLIP_BOX])
        if state[drawn.CLIP_PATH] is not None:
            context.set_clip_path(state[drawn.CLIP_PATH])
    context.set_snap(artist.get_snap())
    return context


class Pen:
    """What a line is drawn with, apart from its data.

    Parameters
    ----------
    line : Line2D
        A plain line: see :func:`is_plain`.
    renderer : GlyphRenderer
        Which draws.
    bends : Bends, optional
        Knows where ticks are on a scale that bends.
    """

    def __init__(self, line: Line2D, renderer: Any, bends: Bends | None = None) -> None:
        state = vars(line)
        self._look = drawn.look_of_line(state)
        self._marker = state[drawn.MARKER]
        self._alike: dict[int, Any] = {}  # markers that look like it
        self._bends_known = bends
        self._renderer = renderer
        self._transform: Any = line.get_transform()
        self._matrix: Any = self._transform.get_affine().frozen()
        self._bends = not self._transform.is_affine
        self._stroke = None if state[drawn.LINE_STYLE] in drawn.NO_LINE else self._stroke_of(line)
        self._reach: Any = None
        self._mark: Any = None
        if state[drawn.MARKER] and state[drawn.MARKER_SIZE] > 0:
            self._mark = self._mark_of(line)

    def fits(self, line: Line2D) -> bool:
        """Return whether another line looks as the first one did."""
        state = vars(line)
        marker = state[drawn.MARKER]
        try:
            return self._look == drawn.look_of_line(state) and (
                marker is self._marker or id(marker) in self._alike or self._looks_like(marker)
            )
        except ValueError:  # arrays, which are not compared as a whole
            return False

    def _looks_like(self, marker: Any) -> bool:
        alike = bool(_look_of(marker) == _look_of(self._marker))
        if alike:
            self._alike[id(marker)] = marker
        return alike

    def lies_still(self) -> bool:
        """Return whether the transform of the line is what it was."""
        now = self._transform.get_affine().get_matrix()
        return not self._bends and bool((now == self._matrix.get_matrix()).all())

    def draw(self, line: Line2D) -> bool:
        """Draw a line; return whether that could be done: its data have to be a few numbers."""
        state = vars(line)
        points = _points(state[drawn.X_GIVEN], state[drawn.Y_GIVEN])
        if points is None:
            return False
        path = whole = drawn.short_path(points, state[drawn.LINE_PATH])
        if self._bends:
            if self._bends_known is None or not self._goes_by_bends(path):
                if self._stroke is not None:
                    whole = self._transform.transform_path_non_affine(path)
                bent = self._transform.transform_non_affine(np.array(points, float))
                path = drawn.short_path(bent, None)
            else:
                bent = self._bends_known.of(self._transform, points)
                path = whole = drawn.short_path(bent, None)
        if self._stroke is not None:
            # A renderer does no more than this with so short a path.
            self._renderer.agg.draw_path(self._stroke, whole, self._matrix, None)
        if self._mark is not None:
            context, marks = self._mark
            for mark, transform, face in marks:
                self._renderer.draw_markers(context, mark, transform, path, self._matrix, face)
        line.stale = False
        return True

    @property
    def strokes(self) -> bool:
        """Whether it draws lines from point to point, and not markers at the points."""
        return self._stroke is not None

    @property
    def _context(self) -> GraphicsContextBase:
        context: GraphicsContextBase = self._stroke or self._mark[0]
        return context

    def points_of(self, lines: list[Line2D]) -> npt.NDArray[np.float64] | None:
        """Return the points of some lines, ``(lines, points, 2)``, to be drawn together.

        They are as the transform leaves them before its affine part. None if these lines cannot be
        drawn together.
        """
        if self.strokes == (self._mark is not None):
            return None
        given = [_points(vars(line)[drawn.X_GIVEN], vars(line)[drawn.Y_GIVEN]) for line in lines]
        lengths = {0 if each is None else len(each) for each in given}
        if lengths != {2 if self.strokes else 1}:
            return None
        flat: Any = [point for each in given for point in each or ()]
        if self._bends:
            if self._bends_known is None:
                return None
            flat = self._bends_known.of(self._transform, flat)
        points = np.array(flat, float).reshape(len(lines), -1, 2)
        return points if np.isfinite(points).all() else None

    def in_pixels(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return where points are that :meth:`points_of` has returned."""
        matrix = self._matrix.get_matrix()
        placed: npt.NDArray[np.float64] = points @ matrix[:2, :2].T + matrix[:2, 2]
        return placed

    def reach(self) -> npt.NDArray[np.float64]:
        """Return how far it draws beyond the points, in pixels: in x and in y."""
        if self._reach is None:
            width = self._renderer.points_to_pixels(self._context.get_linewidth())
            self._reach = np.full(2, width / 2)
            for mark, transform, _ in () if self._mark is None else self._mark[1]:
                size = abs(transform.transform(mark.vertices)).max(axis=0)
                corners = width / 2 if len(mark.vertices) == 2 else MITRE * width
                self._reach = np.maximum(self._reach, size + corners)
        reach: npt.NDArray[np.float64] = self._reach
        return reach

    def clip(self) -> tuple[float, float, float, float] | None:
        """Return the rectangle by which it is clipped, if it is."""
        box = self._context.get_clip_rectangle()
        return None if box is None else box.extents

    def draw_all(self, lines: list[Line2D], points: npt.NDArray[np.float64]) -> None:
        """Draw lines that do not touch, with the points that :meth:`points_of` has returned."""
        if self.strokes and not all(map(self._is_straight, lines)):
            for line in lines:
                self.draw(line)
            return
        path = (
            drawn.path_of_pieces(points) if self.strokes else drawn.short_path(points[:, 0], None)
        )
        if self._mark is None:
            self._renderer.agg.draw_path(self._stroke, path, self._matrix, None)
        else:
            context, marks = self._mark
            for mark, transform, face in marks:
                self._renderer.draw_markers(context, mark, transform, path, self._matrix, face)
        for line in lines:
            vars(line)[STALE] = False

    def _is_straight(self, line: Line2D) -> bool:
        """Return whether a line is straight between its points, wherever these go."""
        return not self._bends or self._goes_by_bends(vars(line)[drawn.LINE_PATH])

    def _goes_by_bends(self, path: Path | None) -> bool:
        """Return whether the vertices of a path are all that has to be bent of a line."""
        bends = self._bends_known
        if bends is None:
            return False
        divided = path is not None and drawn.is_divided(path)
        return not divided or bends.all_of(self._transform)

    def _stroke_of(self, line: Line2D) -> GraphicsContextBase:
        state = vars(line)
        context = new_context(line)
        context.set_antialiased(state[drawn.ANTIALIASED])
        context.set_linewidth(state[drawn.LINE_WIDTH])
        join, cap = drawn.CAPS[line.is_dashed()]
        context.set_joinstyle(state[join])
        context.set_capstyle(state[cap])
        context.set_foreground(to_rgba(state[drawn.COLOR], state[drawn.ALPHA]), isRGBA=True)
        context.set_dashes(*(state[drawn.DASHES] if state[drawn.LINE_WIDTH] > 0 else (0, None)))
        return context

    def _mark_of(self, line: Line2D) -> Any:
        """Return a context, and the one or two shapes of a marker."""
        state = vars(line)
        marker: Any = state[drawn.MARKER]
        alpha, size = state[drawn.ALPHA], self._renderer.points_to_pixels(state[drawn.MARKER_SIZE])
        edge = to_rgba(line.get_markeredgecolor(), alpha)
        face = to_rgba(line.get_markerfacecolor(), alpha)
        if _is(state[drawn.EDGE_COLOR], "auto") and not _is(face_name(line), "none"):
            edge = (*edge[:3], face[3])
        context = new_context(line)
        context.set_linewidth(state[drawn.MARKER_WIDTH])
        context.set_antialiased(state[drawn.ANTIALIASED])
        context.set_foreground(edge, isRGBA=True)
        snap = marker.get_snap_threshold()
        context.set_snap(size >= snap if isinstance(snap, Real) else snap)
        context.set_joinstyle(marker.get_joinstyle())
        context.set_capstyle(marker.get_capstyle())
        transform = marker.get_transform()
        if _is(marker.get_marker(), ","):
            context.set_linewidth(0)
        else:
            transform = transform.scale(size)
        marks = [(marker.get_path(), transform, face)]
        if marker.get_alt_path():
            other = to_rgba(line.get_markerfacecoloralt(), alpha)
            marks.append((marker.get_alt_path(), marker.get_alt_transform().scale(size), other))
        return context, marks


def is_plain(line: Line2D) -> bool:
    """Return whether a line of matplotlib's own class has nothing that only its own draw knows."""
    state = vars(line)
    return drawn.switches_of_line(state) == drawn.PLAIN_LINE


def face_name(line: Line2D) -> Any:
    """Return the colour of a marker's face, as it is compared with "none"."""
    colour = line.get_markerfacecolor()
    return colour.lower() if isinstance(colour, str) else colour


def _look_of(marker: Any) -> tuple[Any, ...]:
    """Return all that markers have in common that look alike."""
    state = vars(marker)
    paths = [
        None
        if path is None
        else (path.vertices.tobytes(), None if path.codes is None else path.codes.tobytes())
        for path in drawn.paths_of_marker(state)
    ]
    placed = [
        None if transform is None else transform.get_matrix().tobytes()
        for transform in drawn.transforms_of_marker(state)
    ]
    return (*drawn.look_of_marker(state), *paths, *placed)


def _points(x: Any, y: Any) -> list[tuple[float, float]] | None:
    """Return the points of a line; None if they are not given by a few plain numbers."""
    if type(x) not in (list, tuple) or type(y) not in (list, tuple):
        return None
    if not (NUMBERS.issuperset(map(type, x)) and NUMBERS.issuperset(map(type, y))):
        return None
    if len(x) != len(y):
        if len(x) == 1:
            x = x * len(y)
        elif len(y) == 1:
            y = y * len(x)
        else:
            return None
    return [*zip(x, y, strict=True)] if 0 < len(x) < FEW else None


def _is(value: Any, name: str) -> bool:
    return isinstance(value, str) and value == name
