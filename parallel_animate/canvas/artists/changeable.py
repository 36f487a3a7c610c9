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
LEAVES = (Affine2D, BboxBase, TransformWrapper, Path, *STYLES)
# Classes of attributes that are no such thing: nearly all. To find that out takes longer.
_OTHER_CLASSES: set[type] = set()


def held_by_parts(artist: Artist, parts: list[Artist]) -> list[object]:
    """Return what parts of an artist hold that may be changed in place.

    Of an axis's parts the paths are left out, for each draw makes those of ticks anew.
    """
    if not parts:
        return []
    # Boxes place their children by transforms of their own, which a draw sets.
    boxes = [part for part in parts if isinstance(part, OffsetBox)]
    owners = (artist.axes, artist.get_figure(), artist.get_figure(root=True), *boxes)
    placing = [node for owner in owners for node in _nodes(owner)]
    search = _Search([*surroundings(artist), *placing])
    for part in parts:
        if not isinstance(part, Tick):  # which draws nothing but its children
            search.visit_attributes(part)
    if isinstance(artist, Axis):
        return [value for value in search.found if not isinstance(value, Path)]
    return search.found


class _Search:
    """A search that visits each object once, and no known ones."""

    def __init__(self, known: list[Any]) -> None:
        self.found: list[object] = []
        self._seen = {id(value): value for value in known}  # held, so that no address is used again

    def visit_attributes(self, owner: Any) -> None:
        """Note the attributes that may be changed in place, or what they are made of."""
        others = _OTHER_CLASSES
        for value in [value for value in vars(owner).values() if type(value) not in others]:
            if id(value) in self._seen:
                continue
            self._seen[id(value)] = value
            if isinstance(value, LEAVES):
                self.found.append(value)
            elif isinstance(value, TransformNode):
                self.visit_attributes(value)
            else:
                _OTHER_CLASSES.add(type(value))


def _nodes(owner: Any) -> list[TransformNode]:
    """Return the transforms and boxes among an object's attributes."""
    values = getattr(owner, "__dict__", {}).values()
    return [value for value in values if isinstance(value, TransformNode)]
