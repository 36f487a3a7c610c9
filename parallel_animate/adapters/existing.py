"""Animations of matplotlib as something that can be rendered.

``Animation.save`` makes an initial drawing, and then draws frame by frame: the user's function
changes the figure, which is shown, and saved. :class:`ExistingAnimations` does the same in each
process that draws, but for what draws the figure, which is the engine's affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from matplotlib.animation import Animation
from matplotlib.figure import Figure

from parallel_animate.adapters import animations as of
from parallel_animate.adapters.look import Colors, Look
from parallel_animate.canvas import OpenFigures, SavingCanvas, Showing
from parallel_animate.engine import Words
from parallel_animate.errors import ArgumentError

Item = tuple[Any, ...]
"""What is shown in one frame: an item of ``frames`` for each animation."""


class Led:
    """The params of a frame, with those of all frames before it, which are drawn first.

    Parameters
    ----------
    items : iterable
        The params of these frames, and then its own. They are pulled while they are drawn.
    before : int
        How many frames there are before it.
    """

    def __init__(self, items: Iterable[Any], before: int) -> None:
        self._items, self._before = items, before

    def walked(self) -> Iterator[Any]:
        """Yield the params of the frames before it, and then its own.

        Raises
        ------
        ArgumentError
            If there are fewer.
        """
        found = -1
        for found, item in enumerate(islice(self._items, self._before + 1)):  # noqa: B007
            yield item
        if found < self._before:
            raise ArgumentError(beyond(self._before, found + 1))


def beyond(first: int, frames: int) -> str:
    """Return what is said if frames begin with one that there is not."""
    return f"frames begin with {first:,}, but there are {frames:,} frames"


class ExistingAnimations:
    """Animations of one figure, of which each frame shows one of each.

    Parameters
    ----------
    animations : sequence of Animation
        The animations.
    look : Look
        How their frames are saved.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Their figure.
    showing : Showing
        How each frame is shown before it is saved.
    frames : sequence of tuple or None
        What is shown in all frames, if that is known beforehand. Then the params of a frame are
        only its number, so that nothing has to be pickled; else the params are the item itself. Of
        the first frame that is rendered, if frames before it are not, they may be :class:`Led`.
    opening : sequence
        The params of frames that each process draws before its first one. Each has drawn the first
        frame of all, which may set what no other does.
    """

    def __init__(self, animations: Sequence[Animation], look: Look) -> None:
        self.figure: Figure = of.figure_of(animations[0])
        draws = of.showing_draws(self.figure)
        self.showing = Showing(float(self.figure.dpi) if draws else None)
        self.frames: Sequence[Item] | None = None
        self.opening: Sequence[Any] = ()
        self._animations = list(animations)
        self._look = look
        self._own: tuple[float, Colors] = (self.figure.dpi, {})
        self._first: list[Sequence[Any] | None] = [None] * len(self._animations)
        self._home = os.getpid()
        self._open_figures = OpenFigures.now()

    @property
    def words(self) -> Words:
        """How errors speak of the animation."""
        return Words("the initial drawing", "the animation's function", self._item)

    def _item(self, frame_idx: int, params: Any) -> Any:
        """Return what a frame shows, or all that it shows."""
        if isinstance(params, Led):
            return params
        item = self._shown(params)
        return item[0] if len(item) == 1 else item

    def _shown(self, params: Any) -> Item:
        return params if self.frames is None else self.frames[params]  # type: ignore[no-any-return]

    @property
    def total(self) -> int | None:
        """How many calls of a progress callback matplotlib announces, if it does."""
        counts = [of.save_count_of(animation) for animation in self._animations]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def functions(self) -> list[Callable[..., Any]]:
        """The user's functions that change the figure."""
        return [each for animation in self._animations for each in of.functions_of(animation)]

    @property
    def at_hand(self) -> bool:
        """Whether no code of the user runs when frames are asked for."""
        return all(map(of.at_hand, self._animations))

    def frames_at_hand(self) -> int:
        """Take what is shown in all frames, once; return how many there are."""
        if self.frames is None:
            self.frames = list(self.items_for_others())
        return len(self.frames)

    def in_loop(self) -> None:
        """Forget what was prepared for other processes: this one goes through all frames itself."""
        self.frames = None
        self._first = [None] * len(self._animations)

    def items(self) -> Iterator[Item]:
        """Yield what is shown in the frames, for the process that draws them in a loop."""
        yield from zip(*map(of.saved_sequence, self._animations), strict=False)

    def items_for_others(self) -> Iterator[Item]:
        """Begin anew, and return what is shown in the frames, for processes that are given it.

        What their initial drawings are made of is pulled now.
        """
        self._first = [of.first_item(animation) for animation in self._animations]
        return zip(*map(of.saved_sequence, self._animations), strict=False)

    def setup(self) -> Figure:
        """Make the initial drawings."""
        if os.getpid() != self._home:
            self._open_figures.reopen()
            for animation in self._animations:
                of.without_window(animation)
        shown = self.showing.dpi is not None
        # Where the initial drawing draws, too, it does so on this canvas.
        SavingCanvas(self.figure, None if shown else self.showing).manager = None
        for animation, first in zip(self._animations, self._first, strict=True):
            of.has_started(animation)
            of.begin(animation, first)
        self._put_on()
        for params in self.opening:
            self.update(0, params)
            self._draw()
        return self.figure

    def update(self, frame_idx: int, params: Any) -> None:
        """Change the figure to show a frame."""
        self._look.take_off(self.figure, *self._own)
        if getattr(self.figure.canvas, "showing", None) is not self.showing:
            # A frame is shown when it is drawn, and not by the animation itself.
            SavingCanvas(self.figure, self.showing)
        try:
            walked = iter(params.walked() if isinstance(params, Led) else [params])
            self._show(next(walked))
            for after in walked:
                self._put_on()
                self._draw()
                self._look.take_off(self.figure, *self._own)
                self._show(after)
        finally:
            self._put_on()

    def _draw(self) -> None:
        """Draw what is shown, to nowhere."""
        self.figure.canvas.draw_as_saved()  # type: ignore[attr-defined]

    def _show(self, params: Any) -> None:
        for animation, data in zip(self._animations, self._shown(params), strict=True):
            of.draw_next_frame(animation, data)

    def _put_on(self) -> None:
        self._own = self.figure.dpi, self._look.put_on(self.figure)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Draw in the block; give the figure its canvas and its look again."""
        canvas = self.figure.canvas
        try:
            yield
        finally:
            self._look.take_off(self.figure, *self._own)
            self.figure.set_canvas(canvas)
            vars(canvas).pop("is_saving", None)  # which a canvas that took its place had set

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs."""
        return vars(self) | {
            "_animations": list(map(of.only_what_draws, self._animations)),
            "_home": None,
            "_open_figures": OpenFigures(),
        }
