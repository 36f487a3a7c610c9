"""When a figure's layout engine has to run.

matplotlib runs it at every draw. It looks at the extents of everything that takes part in the
layout, which costs more than many a figure's drawing, and mostly moves nothing. It is left out
when its last run has moved nothing, and nothing that takes part has changed since. (A single
run is not enough: a constrained layout takes several to come to rest.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from parallel_animate.canvas.changes import is_matplotlibs
from parallel_animate.canvas.units import Unit

if TYPE_CHECKING:
    from parallel_animate.canvas.container import Container


class Layout:
    """The layout engine of a figure, and whether it is at rest.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it may have no layout engine.

    Attributes
    ----------
    due : bool
        Whether the engine has to run for this frame.
    settled : bool
        Whether its last run has moved nothing.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._positions: list[Any] = []
        self.due = False
        self.settled = False

    def look(self, containers: list[Container]) -> None:
        """Find out whether the engine is due, given what has changed."""
        engine = self._figure.get_layout_engine()
        self.due = engine is not None and (
            not self.settled
            or not is_matplotlibs(type(engine))
            or any(_takes_part(container) for container in containers)
        )
        if engine is not None:
            self._positions = self._positions_now()

    def ran(self) -> None:
        """Compare the positions with those before the engine ran."""
        if self._figure.get_layout_engine() is not None:
            self.settled = self._positions == self._positions_now()

    def _positions_now(self) -> list[Any]:
        """Return everything that a layout engine moves."""
        figures = list(_figures(self._figure))
        return [
            *(figure.bbox.bounds for figure in figures),
            *(
                axes.get_position(original).bounds
                for axes in self._figure.axes
                for original in (True, False)
            ),
            *(
                child.get_position()
                for figure in figures
                for child in figure.get_children()
                if isinstance(child, Text)
            ),
        ]


def _figures(figure: Any) -> Iterator[Any]:
    """Yield a figure and its subfigures."""
    yield figure
    for part in figure.subfigs:
        yield from _figures(part)


def _takes_part(container: Container) -> bool:
    """Return whether something has changed that has a say in the layout."""
    if container.stale:
        return True
    changed = [item for item in container.items if isinstance(item, Unit) and item.stale]
    if not changed:
        return False
    if not isinstance(container.artist, Axes):
        return any(unit.artist.get_in_layout() for unit in changed)
    if any(unit.settles_others for unit in changed):
        return True
    # Data that is clipped to its axes is not among these.
    extra = set(map(id, container.artist.get_default_bbox_extra_artists()))
    return any(id(unit.artist) in extra for unit in changed)
