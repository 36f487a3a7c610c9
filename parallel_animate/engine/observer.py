"""Whoever watches a render: it is told what happens, and takes no part in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from parallel_animate.engine.renderer import Rendered


class Observer(Protocol):
    """Is told by an engine what the engine does, at the moment it does it."""

    def ready(self, setup_seconds: float) -> None:
        """Note that setup() has run, in one worker at least, and took so long there."""

    def waiting(self, *, for_params: bool) -> AbstractContextManager[None]:
        """Return a context that lasts as long as the engine waits: for params, or for frames."""

    def drawn(
        self, frame_idx: int, rendered: Rendered, params: Callable[[], str], who: str
    ) -> None:
        """Note that a frame was just drawn, by `who`; `params` tells its params."""

    def drawn_again(self, rendered: Rendered, who: str) -> None:
        """Note a drawing that is not for the video.

        A worker begins with the first frame of all; and some frames are drawn a second time, to be
        compared by their digests.
        """

    def lost_worker(self) -> None:
        """Note that a worker died, or hung, and that the render goes on."""

    def differing(self, frames: list[int]) -> None:
        """Note which frames came out differently when other frames were drawn before."""

    def withdrawn(self, frames: int) -> None:
        """Note that so many frames were given up, because redrawing differs: they come again."""

    def unvouched(self, frames: list[int]) -> None:
        """Note frames that may be wrong, for the same reason, but cannot be had again."""

    def occupied(self, slots: int) -> None:
        """Note that so many slots are in use from now on."""

    def lent(self, lane: int = 0) -> None:
        """Note that the next frame goes to a writer; where there are several, to which."""

    def returned(self, lane: int = 0) -> None:
        """Note that this writer has encoded that frame."""

    def drained(self) -> None:
        """Note that there are no more frames: what remains is to complete the file."""


class Nobody:
    """Nobody watches: an observer that takes note of nothing."""

    def waiting(self, *, for_params: bool) -> AbstractContextManager[None]:
        """Return a context in which nothing is noted."""
        return nullcontext()

    def _ignore(self, *_: Any) -> None:
        """Take no note."""

    ready = drawn = drawn_again = lost_worker = differing = withdrawn = unvouched = _ignore
    occupied = lent = returned = drained = _ignore
