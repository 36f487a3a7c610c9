"""What is drawn first and stays the same, such as the backgrounds of a figure and of its axes.

Agg fills the whole canvas three times before anything else is drawn: it clears it, and then the
figure's background and that of the axes are blended onto it. In a full draw of a figure with one
line that takes half of Agg's time. So the canvas is kept as it is after the primitives that a
figure begins with, as long as the next frames begin with the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.artists import private_drawn as drawn

# So many primitives are looked at, at most. What comes later hardly ever stays the same.
LONGEST = 4
# A picture that was not what the next frame began with was made for nothing. So it is kept as long
# as that for so many frames, and then each time for so many times as many, until more is tried.
PATIENCE, MORE_PATIENT = 2, 4
Draw = Callable[..., None]


class Underlay:
    """The picture that a figure's first primitives make.

    Parameters
    ----------
    agg : object
        The compiled renderer.
    """

    def __init__(self, agg: Any) -> None:
        self._agg = agg
        self._picture: npt.NDArray[np.uint8] | None = None  # what the first `_length` make
        self._length = 0
        self._longest = LONGEST  # it is not made of more than so many
        self._wait = 0  # frames until that is so many again as it may be
        self._patience = PATIENCE
        self._before: list[Any] = []  # what the first primitives of the last frame were
        self._now: list[Any] = []  # and those of this one
        self._left_out: list[tuple[Draw, tuple[Any, ...], dict[str, Any]]] = []

    @property
    def pending(self) -> bool:
        """Whether the next primitive has to be given to :meth:`draw`."""
        return len(self._now) < LONGEST

    def begin(self) -> None:
        """Begin another frame."""
        self._before, self._now = self._now, []
        self._left_out = []
        self._wait -= 1
        if self._wait == 0:
            self._longest = LONGEST
        if self._picture is None:
            self._agg.clear()
        else:
            np.copyto(np.asarray(self._agg), self._picture)

    def end(self) -> None:
        """End the frame: what it began with is all that there was."""
        if self._picture is not None and len(self._now) < self._length:
            self._start_over(len(self._now))

    def draw(self, name: str, drawn_by: Draw, args: tuple[Any, ...], kwargs: Any) -> None:
        """Draw a primitive, unless it is a part of the picture."""
        place = len(self._now)
        content = drawn.content_of_path(name, args, kwargs)
        same = content is not None and _equal(content, *self._before[place : place + 1])
        self._now.append(content)
        if self._picture is not None and place < self._length:
            kept = args if content is None else drawn.kept_path(args)
            self._left_out.append((drawn_by, kept, kwargs))
            if not same:
                self._start_over(place)
            return
        if not same:
            self._now += [None] * (LONGEST - len(self._now))  # nothing after it is looked at
            if self._length < place <= self._longest:
                self._keep(place)
        drawn_by(self._agg, *args, **kwargs)
        if same and place + 1 == self._longest:
            self._keep(self._longest)

    def _keep(self, length: int) -> None:
        """Keep the canvas as it is after so many primitives."""
        self._picture = np.array(self._agg)
        self._length = length

    def _start_over(self, place: int) -> None:
        """Draw what was left out: the frame is another than the last one from a place on."""
        self._longest, self._wait = place, self._patience
        self._patience *= MORE_PATIENT
        self._picture, self._length = None, 0
        self._agg.clear()
        for draw, args, kwargs in self._left_out:
            draw(self._agg, *args, **kwargs)
        self._left_out = []


def _equal(one: Any, other: Any = None) -> bool:
    try:
        return bool(one == other)
    except ValueError:  # arrays, which are not compared as a whole
        return False
