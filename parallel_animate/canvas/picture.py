"""The picture of a figure: what has changed is drawn again, or all is, with help or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import thread_time

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from parallel_animate.canvas.artists.axes import PutOff, put_off, put_off_again
from parallel_animate.canvas.artists.layouts import layout_left
from parallel_animate.canvas.artists.origin import with_insets
from parallel_animate.canvas.choice import MANY, Choice, PictureWay
from parallel_animate.canvas.compositor import Compositor
from parallel_animate.canvas.difference import Difference
from parallel_animate.canvas.helped import Help
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.scene import Scene
from parallel_animate.canvas.tiles import Box, Tiles
from parallel_animate.canvas.unit import Unit
from parallel_animate.errors import RedrawError

# So many artists are named as the likely ones.
SUSPECTS = 3
# So many pictures after a full draw, what has not changed since goes back into the background.
RESTED = 2


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
    way : {"redrawn", "helped", "plain"}
        How the last picture was drawn: what had changed; all of it, with help; or all of it, by
        matplotlib as it is.
    helps : bool
        Whether it was drawn in full with help, or to find out whether another way pays.
    pays : bool
        Whether matplotlib's own full draw would take longer, as far as was measured here.
    """

    def __init__(
        self, figure: Figure, width: float, height: float, *, shown_first: bool = False
    ) -> None:
        self._renderer = RecordingRenderer(width, height, figure.dpi)
        self.pixels: npt.NDArray[np.uint8] = self._renderer.pixels
        self._help = Help(figure, self._renderer)
        self.scene = Scene(figure, self._renderer, self._help, shown_first=shown_first)
        self._compositor = Compositor(self._renderer)
        self._figure = figure
        self._shown_first = shown_first
        self._choice = Choice()
        self.way: PictureWay = "redrawn"
        self.helps = False
        self.pays = False
        self._redrawn = 0  # how many pictures, since one was drawn in full
        self._put_off: list[PutOff] = []  # what had put off autoscaling before it was
        self._units: list[Unit] = []
        self._told: set[str] = set()

    @property
    def damage(self) -> Tiles:
        """Where the last :meth:`draw` may have changed the picture."""
        damage = self._compositor.damage
        if self.way != "redrawn":
            damage = damage.empty_copy()
            damage.add_all()
        return damage

    @property
    def rebuilds(self) -> tuple[int, float]:
        """How often the background was made, and the seconds it took."""
        return self._compositor.rebuilds, self._compositor.rebuild_seconds

    @property
    def much_changed(self) -> bool:
        """Whether so much was drawn anew for the last frame that to draw all may be faster."""
        return self._changed() >= MANY

    def expect_much(self) -> None:
        """Draw all of each picture, with help, until it is measured which way is fastest."""
        self._choice.expect("helped")

    def note_compared(self, seconds: float) -> None:
        """Take note of the thread's time in which matplotlib drew all of the last frame."""
        self._choice.note_compared(seconds)

    def draw(self) -> None:
        """Draw what has changed since the last time, or everything, if that takes less time."""
        # What is laid out is never drawn in full here.
        choice = None if self._figure.get_layout_engine() is not None else self._choice
        start = thread_time()
        self.way = "redrawn" if choice is None else choice.way
        self.helps = choice is not None and (choice.trying or self.way == "helped")
        self.pays = choice is not None and (choice.trying or self.way != "plain")
        if self.way == "redrawn":
            self._redraw()
        else:
            self._draw_all()
        if choice is not None:
            choice.note(thread_time() - start, self._changed())

    def _redraw(self) -> None:
        """Draw what has changed."""
        self._units = self.scene.units()
        self._compositor.paint(self._units, self.scene.frame)
        self._redrawn += 1
        if self._redrawn == RESTED:
            # After a full draw all is drawn anew, and not because it had changed.
            self.make_static(since=RESTED - 1)

    def _draw_all(self) -> None:
        """Draw everything, helped or not."""
        self._redrawn = 0
        self._put_off = put_off(list(with_insets(self._figure.axes)))
        self._compositor.painted_by_others()
        self.scene.drawn_by_others()
        with (
            layout_left(self._figure),
            self._help.given() if self.way == "helped" else nullcontext(),
        ):
            if self._shown_first:
                with self._renderer.drawing_nothing():
                    self._figure.draw(self._renderer)
            with self._renderer.drawing_all():
                self._figure.draw(self._renderer)

    def _changed(self) -> float:
        """Return which share of the units was drawn for the last frame."""
        drawn = sum(unit.drawn_at == self.scene.frame for unit in self._units)
        return drawn / max(1, len(self._units))

    @contextmanager
    def undisturbed(self) -> Iterator[bool]:
        """Take no notice of a full draw in the block; tell whether its layout engine shall run."""
        if self.way != "redrawn":
            put_off_again(self._put_off)
            yield True
        else:
            # Some layouts move things at every run: a second one for this frame would make
            # another picture.
            with self.scene.undisturbed():
                yield not self.scene.layout_ran

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
