"""The private names of matplotlib that tell where the ticks of an axis are, and their labels.

As those in ``private_drawn.py``, they are only used where matplotlib's methods are the known ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.scale import (
    AsinhTransform,
    LogitTransform,
    LogTransform,
    SymmetricalLogTransform,
)
from matplotlib.transforms import (
    Affine2DBase,
    BboxBase,
    CompositeGenericTransform,
    IdentityTransform,
)

from parallel_animate.canvas.artists.private import axes_of
from parallel_animate.canvas.artists.private_drawn import State

# What stands in for methods of one axis while it is drawn.
LABEL_PLACE = "_update_label_position"
OFFSET_PLACE = "_update_offset_text_position"
PARENTS = "_parents"  # of a transform: those that were made of it, by reference only
# What transforms find out of their parts and keep: numbers, in another object each time.
DERIVED = ("_affine", "_inverted")
BOXES_OF_SIBLINGS = "_get_tick_boxes_siblings"


def is_x_axis(axis: Any) -> bool:
    """Return whether an axis is a horizontal one."""
    return isinstance(axis, XAxis)


def bend_of_ticks(axis: Any) -> Any:
    """Return the transform of an axis's grid lines, with which those of all parts of ticks begin.

    It has data along the axis, and across it the coordinates of the axes.
    """
    state = vars(axis.axes)
    return state["_xaxis_transform" if is_x_axis(axis) else "_yaxis_transform"]


def bending_part(transform: Any) -> Any:
    """Return what a transform begins with, without that which follows and is affine."""
    while type(transform) is CompositeGenericTransform:
        first, second = parts_of_transform(vars(transform))
        if not second.is_affine:
            break
        transform = first
    return transform


def parts_of_transform(state: State) -> list[Any]:
    """Return the transforms that another one is put together of."""
    return [state[name] for name in ("_a", "_b", "_x", "_y", "_child") if name in state]


def bends_each_alone(axis: Any) -> bool:
    """Return whether the scales of an axes bend each number for itself."""
    return all(type(each.get_transform()) in _ELEMENTWISE for each in axes_of(axis.axes))


_ELEMENTWISE = (
    *(IdentityTransform, LogTransform, SymmetricalLogTransform, AsinhTransform, LogitTransform),
)


def label_moves(axis: Any) -> bool:
    """Return whether the label of an axis is put clear of the ticks, and not where a user wants."""
    return bool(vars(axis)["_autolabelpos"])


def side_of_label(axis: Any) -> tuple[int, str, int]:
    """Return on which side of an axis its label is: number, name, and the coordinate it moves in.

    The sides are numbered as the labels of a tick are.
    """
    is_x = is_x_axis(axis)
    names = ("bottom", "top") if is_x else ("left", "right")
    side = int(axis.label_position != names[0])
    return side, names[side], int(is_x)


def label_group(axis: Any) -> int:
    """Return with how many axes the label of an axis is aligned, itself included."""
    groups = axis.get_figure(root=False)._align_label_groups
    name = axis._get_axis_name()
    return len(groups[name].get_siblings(axis.axes)) if name in groups else 0


def takes_room(box: Any) -> bool:
    """Return whether a box counts where all that an axis shows is enclosed."""
    of_its_own = getattr(box, "_is_finite", None)  # from matplotlib 3.11 on
    if of_its_own is not None:
        return bool(of_its_own())
    return bool(0 < box.width < np.inf and 0 < box.height < np.inf)


def has_box(label: Any) -> bool:
    """Return whether a tick's label counts among the boxes of labels."""
    return bool(label.get_visible() and (not LAYOUT_TELLS or label.get_in_layout()))


# From matplotlib 3.11 on, what is kept out of the layout does not.
LAYOUT_TELLS = hasattr(Axis, "_tick_group_visible")


def placements(axes: Any) -> tuple[bytes, ...]:
    """Return the transforms and boxes of its own by which an axes that is not flat shows data."""
    if type(axes) is Axes:
        return ()
    return tuple(
        (value.get_matrix() if isinstance(value, Affine2DBase) else value.get_points()).tobytes()
        for value in vars(axes).values()
        if isinstance(value, Affine2DBase | BboxBase)
    )


def is_flat(axis: Any) -> bool:
    """Return whether an axis is one of an axes that shows data as they are."""
    return type(axis.axes) is Axes
