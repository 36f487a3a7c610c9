"""An animation that is rehearsed: its figure, and how long its frames have taken so far."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

import numpy as np
from matplotlib.artist import Artist

from parallel_animate.canvas import Surface, in_brief
from parallel_animate.engine.animated import Animated
from parallel_animate.engine.forks import Say, Told, told_by
from parallel_animate.engine.job import Job
from parallel_animate.errors import AnimateError
from parallel_animate.text import said

_T = TypeVar("_T")
Place = tuple[int, str]
"""Which artist, in another process, too: where it comes in the figure, and its class."""
State = dict[Place, int | None]
"""In what state each artist is, in brief."""

# Seconds that going through all frames may take, or this part of the time in which matplotlib would
# draw all of them in full, whichever is more.
SECONDS, SHARE = 1.0, 0.03


class Touched(NamedTuple):
    """What has become of the artists of a figure.

    Attributes
    ----------
    places : set
        Which of them were touched.
    state : dict
        In what state all of them are.
    """

    places: set[Place]
    state: State


class Stage:
    """The user's object and its figure, in a forked child.

    Parameters
    ----------
    job : Job
        What is to be rendered.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._surface: Surface | None = None
        self._briefs: dict[Artist, int] = {}
        self._animated = Animated(job.animation, job.options)
        self._animated.set_up()

    def update(self, frame: int, params: Any) -> None:
        """Update the figure for a frame."""
        self._animated.update(frame, params)

    def touched(self) -> Touched:
        """Return which artists were touched since the last call, and in what state they are."""
        figure = self._animated.figure
        artists = [child for part in (figure, *figure.axes) for child in part.get_children()]
        touched: set[Place] = set()
        state: State = {}
        briefs = dict[Artist, int]()  # of those that are still there
        for number, artist in enumerate(artists):
            place = number, type(artist).__name__
            if artist.stale:
                touched.add(place)
            known = None if artist.stale else self._briefs.get(artist)
            briefs[artist] = state[place] = in_brief(artist) if known is None else known
        for artist in artists:
            artist.stale = False
        self._briefs = briefs
        return Touched(touched, state)

    def draw(self) -> None:
        """Draw the figure as a render would."""
        if self._surface is None:
            full = self._job.redraw == "full"
            figure, showing = self._animated.figure, self._job.showing
            self._surface = Surface(figure, "full" if full else "auto", showing=showing)
        else:
            self._surface.draw()

    def expect(self, frame: int, params: Any) -> None:
        """Find out from the next frame, in a child, how others are best drawn.

        If most of the figure changes, to draw all of it takes less time than to redraw.
        """

        def look(say: Say) -> None:
            self.update(frame, params)
            self.draw()
            if self._surface is not None and self._surface.much_changed:
                say(Told("much changed", frame, ""))

        if told_by(look) and self._surface is not None:
            self._surface.expect_much()

    def picture(self, frame: int, params: Any) -> str:
        """Return what a frame looks like in few words, or the error that it ends in."""
        try:
            self.update(frame, params)
            return self.drawn()
        except AnimateError as error:
            return said(error.__cause__ or error)

    def drawn(self) -> str:
        """Draw, and return what that looks like in few words."""
        self.draw()
        assert self._surface is not None
        pixels = self._surface.pixels
        data = np.ascontiguousarray(pixels).data
        return f"{pixels.shape} {hashlib.blake2b(data, digest_size=16).hexdigest()}"


class Clock:
    """Says when a child has gone through frames for long enough.

    Only the user's code counts: who waits for other children on a busy machine has time.

    Parameters
    ----------
    frames : int
        How many there are.
    """

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._taken = 0.0
        self._most = SECONDS

    def draws(self, stage: Stage) -> None:
        """Draw, which tells what matplotlib would take for all frames."""
        start = perf_counter()
        stage.draw()
        self._most = max(self._most, SHARE * self._frames * (perf_counter() - start))

    @contextmanager
    def counts(self) -> Iterator[None]:
        """Count the time of the block."""
        start = perf_counter()
        yield
        self._taken += perf_counter() - start

    def items(self, items: Iterable[_T]) -> Iterator[_T]:
        """Yield items, and count the time that they take to come."""
        iterator = iter(items)
        while True:
            with self.counts():
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    @property
    def over(self) -> bool:
        """Whether that is long enough."""
        return self._taken > self._most
