"""The picture of a figure, of which only what has changed is drawn again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from parallel_animate.canvas.compositor import Compositor
from parallel_animate.canvas.difference import Difference
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.scene import Scene
from parallel_animate.canvas.tiles import Box, Tiles
from parallel_animate.canvas.unit import Unit
from parallel_animate.errors import RedrawError

# So many artists are named as the likely ones.
SUSPECTS = 3


class Picture:
    """A figure's picture, kept up to date.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; :meth:`draw` follows what is changed in it, until :meth:`close`.
    width, height : float
        Its size in pixels, as a full draw's renderer has it.
    shown_first : bool
        Whether each picture is drawn twice: it is shown, and then saved.

    Attributes
    ----------
    pixels : ndarray, (height, width, 4) uint8
        The picture, RGBA.
    scene : Scene
        What the figure draws.
    """

    def __init__(
        self, figure: Figure, width: float, height: float, *, shown_first: bool = False
    ) -> None:
        self._renderer = RecordingRenderer(width, height, figure.dpi)
        self.pixels: npt.NDArray[np.uint8] = self._renderer.pixels
        self.scene = Scene(figure, self._renderer, shown_first=shown_first)
        self._compositor = Compositor(self._renderer)
        self._units: list[Unit] = []
        self._told: set[str] = set()

    @property
    def damage(self) -> Tiles:
        """Where the last :meth:`draw` may have changed the picture."""
        return self._compositor.damage

    @property
    def rebuilds(self) -> tuple[int, float]:
        """How often the background was made, and the seconds it took."""
        return self._compositor.rebuilds, self._compositor.rebuild_seconds

    def draw(self) -> None:
        """Draw what has changed since the last time."""
        self._units = self.scene.units()
        self._compositor.paint(self._units, self.scene.frame)

    def drawn_anew(self) -> set[str]:
        """Return what is drawn anew for each frame, and why, in words; of each, once only."""
        new = set(self.scene.drawn_anew()) - self._told
        self._told |= new
        return new

    def make_static(self, since: int) -> None:
        """Take what has not changed for so many frames back into the background."""
        for unit in self._units:
            if unit.drawn_at <= self.scene.frame - since:
                unit.dynamic = False

    def explain(self, found: Difference) -> RedrawError:
        """Return the error for this picture, given where it differs from the full draw."""
        artists = [str(unit.artist) for unit in self._nearest(found.box)]
        return RedrawError(
            f"the redrawn picture differs from the full draw {found.where}, near "
            f"{', '.join(artists)}",
            found.box,
            artists,
        )

    def close(self) -> None:
        """Follow the figure no longer."""
        self.scene.close()

    def _nearest(self, box: Box) -> list[Unit]:
        """Return the units whose drawing fits a box best."""

        def distance(unit: Unit) -> float:
            return float(np.abs(np.subtract(unit.display_list.bounds, box)).sum())

        drawn = [unit for unit in self._units if len(unit.display_list.boxes)]
        return sorted(drawn, key=distance)[:SUSPECTS]
