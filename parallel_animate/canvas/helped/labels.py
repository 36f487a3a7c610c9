"""The labels of an axis's ticks: where they are, and which boxes they fill, found together.

To ask a transform for one point takes nearly as long as to ask it for a hundred. And of a hundred
boxes nobody asks for more than the one that encloses them: the label of an axis, its offset and
the titles of its axes keep clear of that.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists import private_placed
from parallel_animate.canvas.helped.bends import Bends
from parallel_animate.canvas.helped.pens import NUMBERS
from parallel_animate.canvas.helped.plain import is_own, is_transform_of_known
from parallel_animate.canvas.helped.texts import Placed, Texts

LINES, LABELS = 3, 2  # of a tick


class TickLabels:
    """The labels of some ticks, as long as these stay where they are.

    Parameters
    ----------
    ticks : list of Tick
        The ticks that are drawn.
    texts : Texts
        Lays them out.
    bends : Bends
        Knows where ticks are before the axes moves and stretches all that it shows.
    renderer : GlyphRenderer
        Draws them.
    own : bool
        Whether all ticks are matplotlib's own, with all of their parts.
    """

    def __init__(
        self, ticks: list[Any], texts: Texts, bends: Bends, renderer: Any, *, own: bool
    ) -> None:
        self._own = own
        self._texts = texts
        self._bends = bends
        self._renderer = renderer
        self._sides = [
            [drawn.parts_of_tick(vars(tick))[LINES + side] for tick in ticks]
            for side in range(LABELS)
        ]
        self._points: dict[int, tuple[float, float]] = {}  # by the labels' addresses, in pixels
        self._placed: dict[int, Placed | None] = {}
        self._boxes: list[list[Any]] | None = None
        self._around: list[list[Bbox]] | None = None
        if bends.flat:
            for labels in self._sides:
                self._find(labels)

    def placed(self, label: Any) -> Placed | None:
        """Return where a label is; None if only matplotlib's own methods can tell."""
        address = id(label)
        if address not in self._placed:
            self._placed[address] = self._place(label)
        return self._placed[address]

    def _place(self, label: Any) -> Placed | None:
        if not label.get_visible() or not label.get_text():
            return None
        point = self._points.get(id(label))
        if point is None:
            return self._texts.placed(label) if self._is_own(label) else None
        layout = self._texts.layout(label)
        return None if layout is None else Placed(layout, *point)

    def _is_own(self, label: Any) -> bool:
        return self._own or (type(label) is Text and is_own(label))

    def boxes(self) -> list[list[Any]]:
        """Return the boxes of the labels in pixels: of those on one side, and on the other."""
        if self._boxes is None:
            self._boxes = [
                [self._extent(label) for label in labels if private_placed.has_box(label)]
                for labels in self._sides
            ]
        return self._boxes

    def around(self) -> list[list[Bbox]]:
        """Return the box around all labels of each side: a list of one box, or an empty one."""
        if self._around is None:
            self._around = [[box_around(boxes)] if boxes else [] for boxes in self.boxes()]
        return self._around

    def finite(self) -> list[Bbox]:
        """Return the box around all labels that have a place, or nothing: as :meth:`around`."""
        boxes = [box for boxes in self.boxes() for box in boxes if private_placed.takes_room(box)]
        return [box_around(boxes)] if boxes else []

    def _find(self, labels: list[Any]) -> None:
        """Find out where labels are, those with the same transform together."""
        groups: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
        for label in labels:
            state = vars(label)
            transform = state[drawn.TRANSFORM]
            if (
                state[drawn.VISIBLE]
                and type(state[drawn.X]) in NUMBERS
                and type(state[drawn.Y]) in NUMBERS
                and self._is_own(label)
            ):
                groups[id(transform)].append((label, transform))
        for group in groups.values():
            transform = group[0][1]
            if not is_transform_of_known(transform):
                continue
            states = [vars(label) for label, _ in group]
            points = [(float(state[drawn.X]), float(state[drawn.Y])) for state in states]
            bent = self._bends.of(transform, points)
            placed = transform.transform_affine(bent)
            if isinstance(placed, np.ma.MaskedArray):
                continue
            self._points.update(zip((id(label) for label, _ in group), placed, strict=True))

    def _extent(self, label: Any) -> Any:
        point = self._points.get(id(label))
        if point is not None and not label.get_text():
            return Bbox.from_bounds(*point, 0, 0)
        placed = self.placed(label)
        if placed is None:
            return label.get_window_extent(self._renderer)
        return self._texts.extent(label, placed)


def box_around(boxes: list[Any]) -> Bbox:
    """Return the box that encloses some.

    Examples
    --------
    >>> box_around([Bbox([[0, 3], [1, 2]]), Bbox([[-1, 0], [0, 0]])])
    Bbox([[-1.0, 0.0], [1.0, 3.0]])
    """
    points = np.array([box.get_points() for box in boxes])
    return Bbox([points.min(axis=(0, 1)), points.max(axis=(0, 1))])
