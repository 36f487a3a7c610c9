"""What the parts of an artist hold that the user may change in place.

An axis or a legend has dozens of parts, each with a transform, a path and lists of its own. To
compare all of these for each frame would take longer than to draw many an artist. But nearly all
of them are matplotlib's: they are made of the transforms of the axes and the figure, which are
compared there. What remains are transforms, boxes and styles that somebody has given to a part,
such as an ``Affine2D`` by which a tick's label is moved. Mostly there are none.
"""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis, Tick
from matplotlib.offsetbox import OffsetBox
from matplotlib.patches import ArrowStyle, BoxStyle, ConnectionStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, BboxBase, TransformNode, TransformWrapper

from parallel_animate.canvas.artists.holding import surroundings

STYLES = tuple(
    style
    for styles in (BoxStyle, ArrowStyle, ConnectionStyle)
    for style in styles.get_styles().values()
)
# What a transform is made of in the end, and what else has values that may be set. A box is asked
# as a whole, for it tells where it lies by now.
LEAVES = (Affine2D, BboxBase, TransformWrapper, *STYLES)


def held_by_parts(artist: Artist, parts: list[Artist]) -> list[object]:
    """Return what parts of an artist hold that may be changed in place.

    Of an axis's parts the paths are left out, for each draw makes those of ticks anew.
    """
    if not parts:
        return []
    wanted = LEAVES if isinstance(artist, Axis) else (Path, *LEAVES)
    # Boxes place their children by transforms of their own, which a draw sets.
    boxes = [part for part in parts if isinstance(part, OffsetBox)]
    owners = (artist.axes, artist.get_figure(), artist.get_figure(root=True), *boxes)
    placing = [node for owner in owners for node in _nodes(owner)]
    search = _Search(wanted, [*surroundings(artist), *placing])
    for part in parts:
        if not isinstance(part, Tick):  # which draws nothing but its children
            for value in vars(part).values():
                search.visit(value)
    return search.found


class _Search:
    """A search that visits each object once, and no known ones."""

    def __init__(self, wanted: tuple[type, ...], known: list[Any]) -> None:
        self.found: list[object] = []
        self._wanted = wanted
        self._looked_at = (TransformNode, *wanted)
        self._seen = {id(value): value for value in known}  # held, so that no address is used again

    def visit(self, value: Any) -> None:
        """Note a value if it may be changed in place, or else what it is made of."""
        if not isinstance(value, self._looked_at) or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if isinstance(value, self._wanted):
            self.found.append(value)
        else:
            for node in _nodes(value):
                self.visit(node)


def _nodes(owner: Any) -> list[TransformNode]:
    """Return the transforms and boxes among an object's attributes."""
    values = getattr(owner, "__dict__", {}).values()
    return [value for value in values if isinstance(value, TransformNode)]
