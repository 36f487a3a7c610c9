"""Keeps what stays the same as a background, and paints the rest onto it.

::

    background     all static units that nothing dynamic may lie under
    + dynamic      units that have changed since they were first drawn
    + foreground   static units above a dynamic one (or above another foreground one) that may
                   overlap it: a legend over a line, a spine over a bar
    = the picture

The background is kept as pixels. A frame restores it in the *damage*, which is where the last
frame or this one draws dynamic units, and then replays the dynamic and foreground units in drawing
order. A unit in the background shares no pixel with any dynamic or foreground unit that a full
draw would draw before it. So it makes no difference that it is drawn first here, and every pixel
equals that of a full draw.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.conversion import colours_of
from parallel_animate.canvas.foreground import Foreground
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.tiles import Box, Boxes, Tiles
from parallel_animate.canvas.unit import Unit

# A dynamic unit that is not clipped to its axes, such as a text that grows, may get larger by
# this many pixels before it is found out again which units belong to the foreground.
MARGIN = 24


class Compositor:
    """Paints units onto a renderer's canvas.

    Parameters
    ----------
    renderer : RecordingRenderer
        Whose canvas it is.

    Attributes
    ----------
    rebuilds, rebuild_seconds : int, float
        How often the background was made, and the time that took.
    damage : Tiles
        Where the last :meth:`paint` may have changed the canvas.
    """

    def __init__(self, renderer: RecordingRenderer) -> None:
        self.rebuilds = 0
        self.rebuild_seconds = 0.0
        height, width = renderer.pixels.shape[:2]
        self.damage = Tiles(width, height)
        self._renderer = renderer
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._dynamic_tiles = Tiles(width, height)  # where dynamic units are painted
        self._static: list[tuple[Unit, int]] = []  # with the version that is in the background
        self._baked: list[Unit] = []  # the units in the background
        self._baked_boxes: Boxes  # the boxes of all of them,
        self._baked_owners: npt.NDArray[np.int_]  # and the number of the unit that each belongs to
        self._foreground = Foreground()
        self._reach: dict[Unit, Box] = {}  # where each dynamic unit has ever drawn, and a bit more
        self._order: list[Unit] = []
        # What the canvas shows on the background, with versions; None if the background is new.
        self._shown: list[tuple[Unit, int]] | None = None

    def paint(self, units: list[Unit], frame: int) -> None:
        """Bring the canvas up to date.

        Parameters
        ----------
        units : list of Unit
            All units in drawing order.
        frame : int
            Units drawn for a frame after the first are dynamic from then on.
        """
        self._find_dynamic(units, frame)
        if self._must_rebuild(units):
            self._rebuild(units)
        shown = [(unit, unit.version) for unit in units if unit.dynamic or unit in self._foreground]
        if shown == self._shown:
            self.damage = self.damage.empty_copy()
            return
        dynamic = [unit for unit in units if unit.dynamic]
        dynamic_tiles = self._tiles_of(dynamic)
        damage = self._dynamic_tiles | dynamic_tiles
        if self._shown is None or self._above(shown) != self._above(self._shown):
            damage.add_all()
        reached, restored = self._foreground.reached(damage)
        self._restore(restored)
        for unit, _ in shown:
            if unit.dynamic:
                unit.display_list.replay(self._renderer)
            elif unit in reached:
                unit.display_list.replay(self._renderer, reached[unit])
        self.damage, self._dynamic_tiles = damage, dynamic_tiles
        self._shown = shown

    def painted_by_others(self) -> None:
        """Paint all the next time: the canvas shows something else meanwhile."""
        self._shown = None

    def _above(self, shown: list[tuple[Unit, int]]) -> list[Unit]:
        """Return the foreground units in the order in which they are painted."""
        return [unit for unit, _ in shown if unit in self._foreground]

    def _tiles_of(self, units: list[Unit]) -> Tiles:
        """Return the tiles that units draw in."""
        tiles = self.damage.empty_copy()
        boxes = [unit.display_list.boxes for unit in units]
        if boxes:
            tiles.add(np.concatenate(boxes))
        return tiles

    def _find_dynamic(self, units: list[Unit], frame: int) -> None:
        """Find the units that have changed."""
        if self._pixels is None:
            return  # the first picture: everything is new
        for unit in units:
            if unit.drawn_at == frame:
                unit.dynamic = True

    def _must_rebuild(self, units: list[Unit]) -> bool:
        """Return whether these units need another background."""
        static = [(unit, unit.version) for unit in units if not unit.dynamic]
        if self._pixels is None or static != self._static:
            return True
        if self._grow_reach(units) or units != self._order:
            self._order = units
            return self._lies_under(units)
        return False

    def _grow_reach(self, units: list[Unit]) -> bool:
        """Extend the reach of the dynamic units to where they draw now; return whether it grew."""
        grown = False
        if len(self._reach) > 2 * len(units):  # units that came and went
            self._reach = {unit: self._reach[unit] for unit in units if unit in self._reach}
        for unit in units:
            if not unit.dynamic or not unit.display_list.primitives:
                continue
            known = self._reach.get(unit)
            if unit.display_list.clipped:
                drawn = reach = unit.display_list.clip
            else:
                drawn = unit.display_list.bounds
                reach = _wider(drawn)
            if known is None or not _holds(known, drawn):
                self._reach[unit] = _around(reach, known or reach)
                grown = True
        return grown

    def _lies_under(self, units: list[Unit]) -> bool:
        """Return whether a dynamic unit may overlap one in the background that comes later."""
        position = {unit: i for i, unit in enumerate(units)}
        dynamic = [unit for unit in units if unit.dynamic and unit in self._reach]
        if not dynamic or not self._baked:
            return False
        places = np.array([position[unit] for unit in dynamic])
        baked_places = np.array([position[unit] for unit in self._baked])[self._baked_owners]
        overlaps = _overlaps(np.array([self._reach[unit] for unit in dynamic]), self._baked_boxes)
        return bool((overlaps & (places[:, None] < baked_places)).any())

    def _above_dynamic(self, units: list[Unit]) -> set[Unit]:
        """Return the static units that may overlap a dynamic or foreground unit below them."""
        above: set[Unit] = set()
        below = np.empty((0, 4), int)
        for unit in units:
            boxes = unit.display_list.boxes
            if unit.dynamic:
                boxes = np.array([self._reach[unit]]) if unit in self._reach else boxes
            elif _overlaps(below, boxes).any():
                above.add(unit)
            else:
                continue
            below = np.concatenate([below, boxes])
        return above

    def _rebuild(self, units: list[Unit]) -> None:
        """Make the background anew, and put it on the canvas."""
        start = perf_counter()
        self._reach = {unit: box for unit, box in self._reach.items() if unit.dynamic}
        self._grow_reach(units)
        self._order = units
        above = self._above_dynamic(units)
        self._foreground = Foreground(above)
        self._static = [(unit, unit.version) for unit in units if not unit.dynamic]
        self._baked = [unit for unit, _ in self._static if unit not in self._foreground]
        boxes = [unit.display_list.boxes for unit in self._baked]
        self._baked_boxes = np.concatenate([np.empty((0, 4), int), *boxes])
        self._baked_owners = np.repeat(np.arange(len(boxes)), list(map(len, boxes)))
        self._renderer.clear()  # type: ignore[no-untyped-call]
        for unit in self._baked:
            unit.display_list.replay(self._renderer)
        self._pixels = self._renderer.pixels.copy()
        self._shown = None
        self.rebuilds += 1
        self.rebuild_seconds += perf_counter() - start

    def _restore(self, tiles: Tiles) -> None:
        """Put the background back on the canvas."""
        assert self._pixels is not None
        tiles.copy(colours_of(self._pixels), colours_of(self._renderer.pixels))


def _around(a: Box, b: Box) -> Box:
    """Return the smallest box that holds both."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _wider(box: Box) -> Box:
    """Return a box with a margin around it."""
    return box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def _overlaps(some: Boxes, others: Boxes) -> npt.NDArray[np.bool_]:
    """Return which of some boxes overlap which of others, ``(len(some), len(others))``."""
    below: Any = some[:, None]
    starts, ends = below[..., :2] < others[:, 2:], others[:, :2] < below[..., 2:]
    overlaps: npt.NDArray[np.bool_] = np.all(starts & ends, axis=2)
    return overlaps
