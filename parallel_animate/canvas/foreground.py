"""What lies above something that changes, and is painted again where that is painted.

The *foreground* is what stays the same but may overlap something dynamic below it: a legend over a
line, ticks over a mesh. Of its units only those primitives are painted again that draw in a tile
that is restored: of an axis some marks, and not the labels beside them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from parallel_animate.canvas.tiles import Tiles
from parallel_animate.canvas.unit import Unit


class Foreground:
    """Units that are painted again where what lies below them is.

    Parameters
    ----------
    units : iterable of Unit
        The units, which have drawn what they will go on to show.
    """

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self._units = set(units)
        self._primitives: list[tuple[Unit, int]] = []  # with their numbers in their unit
        boxes, owners = [np.empty((0, 4), int)], [np.empty(0, int)]
        for unit in self._units:
            drawn = unit.display_list
            boxes.append(drawn.boxes)
            owners.append(drawn.owners + len(self._primitives))
            self._primitives += [(unit, number) for number in range(len(drawn.primitives))]
        self._boxes = np.concatenate(boxes)
        self._owners = np.concatenate(owners)  # the number among all primitives, of each box

    def __contains__(self, unit: Unit) -> bool:
        return unit in self._units

    def reached(self, damage: Tiles) -> tuple[dict[Unit, set[int]], Tiles]:
        """Return what has to be painted again if the damage is, and all tiles to restore first.

        That is each primitive that draws in a tile that is restored. It is painted as a whole, so
        all tiles that it draws in have to be restored, too.

        Returns
        -------
        dict
            The numbers of the primitives, by unit.
        Tiles
            The tiles to restore; they hold the damage.
        """
        restored, count = damage.rounded().with_overlapped(), 0
        met = np.zeros(len(self._primitives), bool)
        while True:
            met[self._owners[restored.met_by(self._boxes)]] = True
            if int(met.sum()) == count:
                break
            count = int(met.sum())
            restored.add(self._boxes[met[self._owners]])
            restored = restored.rounded().with_overlapped()
        reached: dict[Unit, set[int]] = {}
        for place in np.flatnonzero(met).tolist():
            unit, number = self._primitives[place]
            reached.setdefault(unit, set()).add(number)
        return reached, restored
