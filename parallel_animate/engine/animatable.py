"""What can be animated: all that a render asks of the user's object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Animatable(Protocol):
    """A figure that changes from frame to frame; :class:`parallel_animate.Animator` is one."""

    def setup(self) -> Figure:
        """Build the figure and return it; called once in each process that draws."""

    def update(self, frame_idx: int, params: Any) -> None:
        """Change the figure's artists to show frame `frame_idx`, from 0, with its params."""
