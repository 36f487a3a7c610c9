"""Where ticks are on an axis with a scale that bends, such as a logarithmic one.

The lines and labels of a tick have a transform each, and all of them begin with the scales of the
axes. So these are asked once for all ticks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.artists import private_placed

Points = list[tuple[float, float]]


class Bends:
    """Points of an axis's ticks, as the scales of its axes bend them.

    Parameters
    ----------
    axis : Axis
        An x- or y-axis of a flat axes.
    ticks : list of Tick
        The ticks of which points will be asked for.

    Attributes
    ----------
    flat : bool
        Whether many points may be asked for together: it is not sure that those on polar axes are
        the same up to the last bit then.
    """

    def __init__(self, axis: Any, ticks: list[Any]) -> None:
        self._known: dict[tuple[float, float], Any] = {}
        self.flat = private_placed.is_flat(axis)
        self._bend: Any = private_placed.bend_of_ticks(axis) if ticks and self.flat else None
        if self._bend is None or self._bend.is_affine or not private_placed.bends_each_alone(axis):
            self._bend = None
            return
        # Ticks stand at these ends of the axes, if they were not put elsewhere.
        places = [tick.get_loc() for tick in ticks]
        ends = (0.0, 1.0)
        points = [
            (place, end) if private_placed.is_x_axis(axis) else (end, place)
            for place in places
            for end in ends
        ]
        bent = self._bend.transform_non_affine(np.array(points, float))
        if type(bent) is np.ndarray:
            self._known = dict(zip(points, bent, strict=True))

    def all_of(self, transform: Any) -> bool:
        """Return whether these scales are all by which a transform bends.

        Each bends its own coordinate, so that a line straight across the axis stays one.
        """
        return self._bend is not None and private_placed.bending_part(transform) is self._bend

    def of(self, transform: Any, points: Points) -> npt.NDArray[np.float64]:
        """Return points as the part of a transform leaves them that is not affine."""
        if self.all_of(transform):
            found = list(map(self._known.get, points))
            if not any(point is None for point in found):
                return np.array(found)
        bent: npt.NDArray[np.float64] = transform.transform_non_affine(np.array(points, float))
        return bent
