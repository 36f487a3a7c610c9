"""A container's own draw while it runs."""

from __future__ import annotations

from typing import Any

from parallel_animate.canvas.artists.axes import Signature
from parallel_animate.canvas.artists.libraries import places_first
from parallel_animate.canvas.artists.placing import text_position
from parallel_animate.canvas.container import Container
from parallel_animate.canvas.unit import Unit


class Drawing:
    """What a container's draw has drawn so far, and where its children lie by now.

    Parameters
    ----------
    container : Container
        Whose draw it is.

    Attributes
    ----------
    items : list of Unit and Container
        What it has drawn so far.
    loose : int
        How many of them are not its children's.
    seen : set
        The children whose turn has come, each with the name of its draw method.
    signature : tuple or None
        The container's signature once it has placed its children.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.items: list[Unit | Container] = []
        self.loose = 0
        self.seen: set[tuple[int, str]] = set()
        self.signature: Signature | None = None
        self._placed_for: set[bool] = set()
        self.note_clean()

    def note_clean(self) -> None:
        """Note which of its children have not changed, before it places them."""
        self._clean = [
            (unit, text_position(unit.artist))
            for unit in self.container.units.values()
            if not unit.stale
        ]

    def signature_for(self, child: Any) -> Signature | None:
        """Return the container's signature for the child whose turn it is.

        When the first child's turn comes, the container has placed all of them.
        """
        # A 3-D axes draws its patch first. Only then it applies its aspect, and projects its
        # collections and patches.
        is_first = self.container.is_3d and child is self.container.artist.patch
        if self.container.placed_by_unknown:
            return (object(),)  # which equals no other
        if self.container.volatile:
            if not places_first(self.container.artist):
                return self.container.signature_now()
            if self.signature is None:
                self.signature = self.container.signature_now()
                for unit, position in self._clean:
                    if position is not None:  # a title is put where it is, at last
                        unit.stale = text_position(unit.artist) != position
            return self.signature
        if is_first not in self._placed_for:
            self._placed_for.add(is_first)
            self.signature = self.container.signature_now()
            # To place its children, matplotlib sets what is set already: where the labels are, what
            # the projected data is. The children report that as changes, which they are not: what
            # moves all of them is in the signature. But a title moves by itself.
            for unit, position in self._clean:
                unit.stale = text_position(unit.artist) != position
        return self.signature
