"""Whether an axes is placed by what is not known: looked at anew only where that may have changed.

To look through all that the transforms of an axes hold takes longer than to draw a few lines. They
are put together once, and hold the same objects in the next frame; only numbers in them change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Affine2D, ScaledTranslation, TransformNode

from parallel_animate.canvas.artists.axes import is_placed_by_unknown
from parallel_animate.canvas.artists.holding import PLAIN
from parallel_animate.canvas.artists.known import is_known
from parallel_animate.canvas.artists.private_placed import DERIVED, PARENTS

Held = list[tuple[dict[str, Any], list[Any]]]
CONTAINERS = (list, dict, set)


class Placement:
    """Remembers of one figure or axes that nothing unknown places what it shows.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> placement = Placement()
    >>> placement.is_unknown(axes), placement.is_unknown(axes)
    (False, False)
    """

    def __init__(self) -> None:
        self._held: Held | None = None

    def forget(self) -> None:
        """Forget it: classes have changed."""
        self._held = None

    def is_unknown(self, artist: Any) -> bool:
        """Return whether something unknown places what it shows."""
        if not isinstance(artist, Axes) or (self._held is not None and _still_known(self._held)):
            return False
        unknown = is_placed_by_unknown(artist)
        self._held = None if unknown else _held_by(artist)
        return unknown


def _held_by(axes: Any) -> Held | None:
    """Return what the transforms of an axes hold; None if some of it may change in place."""
    held = [(vars(axes), _nodes(vars(axes)))]
    nodes: list[TransformNode] = [*held[0][1]]
    seen = set(map(id, nodes))
    for node in nodes:
        state = vars(node)
        values = _objects(state)
        if any(map(_may_change, values)):
            return None
        held.append((state, values))
        inner = [value for value in values if isinstance(value, TransformNode)]
        nodes += [value for value in inner if id(value) not in seen]
        seen.update(map(id, inner))
    return held


def _may_change(value: object) -> bool:
    """Return whether other objects may be put into an object than those in it."""
    if isinstance(value, tuple):
        return not PLAIN.issuperset(map(type, value))
    return isinstance(value, CONTAINERS)


def _still_known(held: Held) -> bool:
    """Return whether the transforms of an axes hold what they held, or what is as well known.

    A title that is set gets another offset, which is made of what was there before.
    """
    (axes, nodes), *rest = held
    if not all(_are(_objects(state), them) for state, them in rest):
        return False
    now = _nodes(axes)
    if _are(now, nodes):
        return True
    if len(now) != len(nodes):
        return False
    states = {id(state) for state, _ in rest}
    for place, (new, old) in enumerate(zip(now, nodes, strict=True)):
        if new is not old:
            held_still = any(each is old for _, values in rest for each in values)
            if held_still or not _is_offset(new, states):
                return False
            nodes[place] = new
            rest = [each for each in rest if each[0] is not vars(old)]
            rest.append((vars(new), _objects(vars(new))))
    held[1:] = rest
    return True


def _is_offset(node: Any, states: set[int]) -> bool:
    """Return whether a transform only moves, by so many units of one that an axes held before."""
    return (
        type(node) is ScaledTranslation
        and is_known(ScaledTranslation)
        and all(
            id(vars(value)) in states
            if isinstance(value, TransformNode)
            else isinstance(value, tuple) and not _may_change(value)
            for value in _objects(vars(node))
        )
    )


def _are(some: list[Any], others: Iterable[Any]) -> bool:
    return list(map(id, some)) == list(map(id, others))


def _is_number(value: Any) -> bool:
    """Return whether a value holds nothing else, as a number or an array of numbers."""
    kind = type(value)
    return kind in PLAIN or (kind is np.ndarray and not value.dtype.hasobject)


def _nodes(state: dict[str, Any]) -> list[Any]:
    return [value for value in state.values() if isinstance(value, TransformNode)]


def _objects(state: dict[str, Any]) -> list[Any]:
    """Return the attributes of a transform that are no mere numbers."""
    return [
        value
        for name, value in state.items()
        if not _is_number(value)
        if not (name == PARENTS or (name in DERIVED and type(value) is Affine2D))
    ]
