"""The second figure of ``redraw="verify"``, and what it proves.

A figure remembers things, and to redraw it may change what it remembers: then its own full draw is
as wrong as the redrawn picture, and does not differ from it. So a second figure is made by
``setup()`` and changed by ``update()``, as the first one is, and matplotlib alone draws it. The two
meet nowhere: each belongs to a copy of the user's object.

If their pictures differ, either redrawing is wrong, or the user's code does not make the same
figure twice. To find out which, two more figures are made, of which neither is ever redrawn.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas import Difference, Surface, difference
from parallel_animate.engine.chance import SharedState
from parallel_animate.engine.copying import AnimatedCopy, own_copy
from parallel_animate.engine.job import Job
from parallel_animate.errors import AnimateError, ChanceError, RedrawError, SetupError


class SecondFigure:
    """A figure that is made, changed and drawn as often as the first one, by matplotlib alone.

    It has to be made before ``setup()`` is called for the first one. In all that follows, the
    first figure has its turn after :meth:`await_turn`, and then the second one.

    Parameters
    ----------
    job : Job
        What is to be rendered.

    Raises
    ------
    SetupError
        If the user's object cannot be copied.
    """

    def __init__(self, job: Job) -> None:
        self._anew = not job.reuse_figure
        self._copy = AnimatedCopy(job.animation, job.options)
        # By the time that a difference is found, the object may have become one that cannot be
        # copied: what setup() opens, for one.
        self._spare = AnimatedCopy(job.animation, job.options)
        self._before = SharedState.now()
        self._params: Any = None

    def await_turn(self, params: Any = None) -> None:
        """Note what the first figure's turn begins with, so that the second's begins with that.

        Parameters
        ----------
        params : object
            What update() will be given, and may change.
        """
        self._before = SharedState.now()
        self._params = own_copy(params)

    def set_up(self, first: Figure) -> None:
        """Call setup(), as it was called for the first figure.

        Raises
        ------
        SetupError
            If it fails, or returns the first figure again.
        """
        with self._copy.turn(self._before):
            self._set_up(first)

    def follow(self, surface: Surface, frame_idx: int) -> float:
        """Do for a frame what was done for the first figure; return the seconds of the last draw.

        Parameters
        ----------
        surface : Surface
            The first figure's, which has drawn the frame.
        frame_idx : int
            The frame.

        Raises
        ------
        SetupError
            If setup() fails, where that is called for each frame.
        FrameError
            If update() or drawing fails.
        """
        with self._copy.turn(self._before):
            if self._anew:
                self._set_up(surface.figure)
            self._copy.update(frame_idx, self._params)
            return self._copy.draw_until(surface.draws, frame_idx, self._params)

    def mismatch(self, surface: Surface, frame_idx: int) -> RedrawError | None:
        """Return why the first figure's picture differs from the second's; None if it does not."""
        error = surface.explain(self._copy.pixels)
        if error is None:
            return None
        chance = difference(surface.pixels, self._copy.pixels) if surface.by_matplotlib else None
        chance = chance or self._by_chance(frame_idx)
        return error if chance is None else _chance_error(chance)

    def close(self) -> None:
        """Let pyplot forget the figures."""
        self._copy.close()
        self._spare.close()

    def _set_up(self, first: Figure) -> None:
        if self._copy.set_up() is first:
            raise SetupError(
                "redraw='verify' compares with a second figure, but setup() has returned the same "
                "one twice: make a new figure in setup(), or use redraw='auto' or 'full'"
            )

    def _by_chance(self, frame_idx: int) -> Difference | None:
        """Return how two more figures of the frame differ, which are never redrawn.

        Each step is made for one and then for the other, so that it shows if they share anything.
        """
        try:
            with ExitStack() as stack:
                pair = (self._spare, self._spare.again())
                for each in pair:
                    stack.callback(each.close)
                    with each.turn(self._before):
                        each.set_up()
                for each in pair:
                    with each.turn(self._before):
                        each.update(frame_idx, own_copy(self._params))
                for each in pair:
                    with each.turn(self._before):
                        each.draw_until(1, frame_idx, self._params)
                return difference(*(each.pixels for each in pair))
        except AnimateError:  # the frame cannot be drawn without those before it, say
            return None


def _chance_error(found: Difference) -> ChanceError:
    return ChanceError(
        "setup() and update() do not make the same picture of it twice: two figures that "
        f"matplotlib alone has drawn differ {found.where}. The reason may be random numbers "
        "without a seed, the time, a file that changes, or what both figures share, such as a "
        "global variable or a list of the class. Let the picture depend on the params alone, and "
        "make random numbers by np.random.default_rng(seed)",
        found.box,
    )
