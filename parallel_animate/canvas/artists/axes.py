"""What the drawings within a figure or axes depend on: its signature, and its children's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2DBase, BboxBase, TransformNode

from parallel_animate.canvas.artists.axes3d import is_axes_3d
from parallel_animate.canvas.artists.holding import unknown_in
from parallel_animate.canvas.artists.libraries import further_signature
from parallel_animate.canvas.artists.private import (
    INVALID,
    STALE,
    autoscale_due,
    axes_of,
    view_of,
)
from parallel_animate.canvas.artists.values import path

# Where between its limits an axes is probed, so that a changed scale or projection shows.
PROBES = np.array([[0.0, 1.0], [0.37, 0.81], [0.5, 0.23]])


class PutOff(NamedTuple):
    """An axes, which autoscaling it has put off, and its limits without it."""

    axes: Axes
    due: dict[str, bool]
    limits: npt.NDArray[np.float64]


Signature = tuple[Any, ...]
"""Where and how a figure or axes shows its children; equal ones show them at the same pixels."""


def signature_of(artist: Any) -> Signature:
    """Return the signature of a figure or axes as it is now."""
    if not isinstance(artist, Axes):
        return artist.bbox.bounds, artist.dpi
    limits = artist.viewLim.get_points()
    if is_axes_3d(artist):
        probed: object = _view_3d(artist)
    else:
        with np.errstate(all="ignore"):
            points = limits[0] + PROBES * (limits[1] - limits[0])
            probed = artist.transData.transform(points).tobytes(), _placements(artist)
    edge = _edge(artist), further_signature(artist)
    return artist.bbox.bounds, limits.tobytes(), probed, _scales(artist), edge


def has_signature(artist: Any, signature: Signature) -> bool:
    """Return whether a figure or axes has a signature still, as far as nothing reports a change.

    For most axes the limits and the place are all that can change unreported.
    """
    if (
        getattr(artist, "name", None) != "rectilinear"
        or not artist.transScale.is_affine
        or type(artist.patch) is not Rectangle
    ):
        return signature == signature_of(artist)
    return signature[:2] == (artist.bbox.bounds, artist.viewLim.get_points().tobytes())


def is_placed_by_unknown(artist: Any) -> bool:
    """Return whether an axes shows its children by transforms of a class that is not known.

    What such a one does may change unseen, and with it where any child lies.
    """
    placing = [value for value in vars(artist).values() if isinstance(value, TransformNode)]
    return isinstance(artist, Axes) and unknown_in(placing, [artist]) is not None


def drawing_order(artist: Any) -> list[tuple[Any, Any]]:
    """Return all that the choice and the order of a figure's or axes' children depend on.

    Pairs: itself, with the switches that hide children; and each child, with its place in the
    order and whether it is left out.
    """
    shown = (getattr(artist, "axison", True), artist.get_visible())
    return [
        (artist, shown),
        *(
            (child, (child.zorder, child.get_animated(), "draw" in vars(child)))
            for child in artist.get_children()
        ),
    ]


def autoscale(figure: Figure, axes: list[Axes]) -> list[PutOff]:
    """Let axes autoscale that have put it off, which they do when their limits are asked for.

    Of those that share limits, the first that is asked does so with its own margins.

    Returns
    -------
    list of PutOff
        What has to be known to undo it for those that are asked for the first time when they are
        drawn themselves.
    """
    asked = _asked_by_layout(figure, axes)
    waiting = put_off(axes, asked)
    for ax in asked + axes:
        ax.viewLim  # noqa: B018, to ask is enough
    return waiting


def _asked_by_layout(figure: Figure, axes: list[Axes]) -> list[Any]:
    """Return the axes that a layout engine asks before anybody draws: those that show ticks.

    It may ask another than these, for axes that share limits share the locator too.
    """
    asked: list[Any] = []
    if figure.get_layout_engine() is not None:
        for ax in axes:
            for axis in axes_of(ax) if ax.axison and ax.get_visible() else ():
                if axis.get_visible():
                    asked += [getattr(axis.get_major_locator().axis, "axes", None) or ax, ax]
    return asked


def put_off(axes: list[Axes], asked: Sequence[Any] = ()) -> list[PutOff]:
    """Return what has to be known to undo that axes autoscale that have put it off.

    Nothing, if none has. Where all that share their limits are hidden, nobody will ask for these;
    and those that `asked` share limits with have autoscaled before anybody draws.
    """
    flat = [ax for ax in axes if not is_axes_3d(ax)]
    if not any(True in autoscale_due(ax).values() for ax in flat):
        return []
    before = {id(other) for ax in asked for other in _sharing(ax)}
    every = {id(other): other for ax in flat for other in _sharing(ax) if id(other) not in before}
    return [
        PutOff(ax, dict(autoscale_due(ax)), view_of(ax).get_points().copy())
        for ax in every.values()
        if any(other.get_visible() for other in _sharing(ax))
    ]


def as_they_are(before: list[PutOff]) -> list[PutOff]:
    """Return what has to be known of the same axes to let them be as they are now."""
    return [
        PutOff(ax, dict(autoscale_due(ax)), view_of(ax).get_points().copy()) for ax, *_ in before
    ]


def put_off_again(before: list[PutOff]) -> list[Axes]:
    """Let axes be as they were before they autoscaled, and return them, if any has moved."""
    if all(each.limits.tobytes() == view_of(each.axes).get_points().tobytes() for each in before):
        return []
    for each in before:
        autoscale_due(each.axes).update(each.due)
        view_of(each.axes).set_points(each.limits.copy())  # which it changes in place
    return [each.axes for each in before]


def _sharing(axes: Any) -> list[Any]:
    """Return the axes that share limits with an axes, itself included."""
    shared = (axes.get_shared_x_axes(), axes.get_shared_y_axes())
    return [other for group in shared for other in group.get_siblings(axes)]


def _view_3d(axes: Any) -> object:
    """Return how a 3-D axes looks at its data, and its switches, such as that of the grid."""
    switches = [
        (name, value)
        for name, value in vars(axes).items()
        if isinstance(value, bool | int | float | str | np.generic) and name != STALE
    ]
    return axes.get_proj().tobytes(), axes.get_w_lims(), switches


def _edge(axes: Any) -> object:
    """Return the edge of an axes, by which all in it is clipped, if it is no rectangle."""
    patch = axes.patch
    if type(patch) is Rectangle:
        return None
    edge, transform = patch.get_path(), patch.get_transform()
    if transform.is_affine:
        placed: bytes = transform.get_matrix().tobytes()
    else:
        placed = transform.transform(edge.vertices).tobytes()
    return path(edge), placed


def _scales(axes: Axes) -> list[object]:
    """Return the scales of an axes: two of them may agree at all points that are probed."""
    return [
        (name, value)
        for axis in axes_of(axes)
        for name, value in [("scale", axis.get_scale()), *vars(axis.get_transform()).items()]
        if isinstance(value, int | float | str) and name != INVALID
    ]


def _placements(axes: Axes) -> list[bytes]:
    """Return the transforms and boxes of its own that a projection is made of."""
    if getattr(axes, "name", None) == "rectilinear":
        return []
    return [
        (value.get_matrix() if isinstance(value, Affine2DBase) else value.get_points()).tobytes()
        for value in vars(axes).values()
        if isinstance(value, Affine2DBase | BboxBase)
    ]
