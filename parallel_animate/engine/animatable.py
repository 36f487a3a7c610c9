"""What can be animated: all that a render asks of the user's object."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Words(NamedTuple):
    """How errors speak of the user's code. An animatable object may have its own, as `words`.

    Attributes
    ----------
    setup, update : str
        What the methods are called.
    params : callable
        Returns what the user knows as the params of a frame, given its index and params.
    """

    setup: str = "setup()"
    update: str = "update()"
    params: Callable[[int, Any], Any] = lambda frame_idx, params: params


class Animatable(Protocol):
    """A figure that changes from frame to frame; :class:`parallel_animate.Animator` is one."""

    def setup(self) -> Figure:
        """Build the figure and return it; called once in each process that draws."""

    def update(self, frame_idx: int, params: Any) -> None:
        """Change the figure's artists to show frame `frame_idx`, from 0, with its params."""
