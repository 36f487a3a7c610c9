"""The private names of matplotlib that tell what a tick is made of, to make one by copying.

As those in ``private_drawn.py``, they are only used where matplotlib's methods are the known ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

import numpy as np
from matplotlib._enums import CapStyle, JoinStyle
from matplotlib.axes import Axes
from matplotlib.axis import XTick, YTick
from matplotlib.cbook import CallbackRegistry
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.projections.polar import RadialTick, ThetaTick
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation

from parallel_animate.canvas.artists.private_drawn import (
    ALPHA,
    ANTIALIASED,
    CAPS,
    CLIP_BOX,
    CLIP_ON,
    CLIP_PATH,
    COLOR,
    DASHES,
    EDGE_COLOR,
    EFFECTS,
    FONT,
    GAP_COLOR,
    LINE_STYLE,
    LINE_WIDTH,
    MARKER,
    MARKER_SIZE,
    MARKER_WIDTH,
    POLAR_TICKS,
    ROTATION,
    SKETCH,
    TICK_PARTS,
    TRANSFORM,
    VISIBLE,
    X_GIVEN,
    Y_GIVEN,
    parts_of_tick,
)

# What a tick is given of another one, and its parts of that one's.
_OF_ARTISTS = (
    *(TRANSFORM, "_transformSet", VISIBLE, ALPHA, CLIP_BOX, CLIP_ON, CLIP_PATH, "_label", SKETCH),
    EFFECTS,
)
_OF_LINES = (
    *(LINE_STYLE, LINE_WIDTH, COLOR, GAP_COLOR, MARKER_SIZE, EDGE_COLOR, MARKER_WIDTH, MARKER),
    *("_markerfacecolor", "_markerfacecoloralt", DASHES, "_unscaled_dash_pattern", "_drawstyle"),
    *(*CAPS[False], *CAPS[True]),
)
_OF_TEXTS = (
    *(COLOR, "_multialignment", "_verticalalignment", "_horizontalalignment", "_usetex", ROTATION),
    *("_transform_rotates_text", "_picker", "_linespacing", ANTIALIASED),
)
_OF_TICKS = ("_loc", "_size", "_width", "_base_pad", "_labelrotation", "_zorder", "_tickdir")
_TAKEN: dict[type, tuple[str, ...]] = {
    Line2D: _OF_ARTISTS + _OF_LINES,
    Text: _OF_ARTISTS + _OF_TEXTS,
    **dict.fromkeys((XTick, YTick, ThetaTick, RadialTick), _OF_ARTISTS + _OF_TICKS),
}
# What a copy of a tick may share with its model: nothing changes these in place.
_SHARED = (
    *(type(None), bool, int, float, str, np.float64, np.bool_, FunctionType, tuple, np.ndarray),
    *(Path, MarkerStyle, CapStyle, JoinStyle, Figure, SubFigure, Axes),
)
_LISTS = (X_GIVEN, Y_GIVEN)
# How far the labels of a tick on polar axes are moved away from it: transforms.
_PADS = ("_text1_translate", "_text2_translate")


def takes_over(pairs: Iterable[tuple[Any, Any]]) -> bool:
    """Give parts of a tick the properties of another one's; return whether that could be done.

    `pairs` are parts of the other one, and those of the tick, which nobody has changed yet.
    """
    pairs = list(pairs)
    tick = pairs[0][1]
    both = [(vars(model), vars(part), type(part)) for model, part in pairs]
    if any(any(model[STICKY] or ()) for model, _, _ in both):
        return False
    for model, part, kind in both:
        for name in _TAKEN[kind]:
            part[name] = model[name]
        if kind is Text:
            part[FONT] = model[FONT].copy()
    if type(tick) in POLAR_TICKS.values():
        _turn_by_itself(tick)
    return True


def can_be_copied(tick: Any) -> bool:
    """Return whether all that a new tick holds is known."""
    return all(
        isinstance(value, _SHARED) or name in (*_SPECIAL, *_LISTS, *_PADS, TRANSFORM, EFFECTS)
        for part in (tick, *parts_of_tick(vars(tick)))
        for name, value in vars(part).items()
        if name not in TICK_PARTS
    )


def copy_of_tick(model: Any, axes: Any) -> Any:
    """Return a new tick like another one, which is as it was made, for an axes."""
    # These let a spine find its place, if it has not yet, which makes its axis forget its ticks.
    is_x = isinstance(model, XTick)
    find = axes.get_xaxis_transform if is_x else axes.get_yaxis_transform
    lines = [find(which) for which in ("grid", "tick1", "tick2")]
    tick = _copied(model, axes)
    state = vars(tick)
    state["_axes"] = axes
    for name in TICK_PARTS:
        state[name] = _copied(state[name], axes)
    for name, transform in zip(TICK_PARTS, lines, strict=False):
        vars(state[name])[TRANSFORM] = transform
    _place_labels(tick)
    if type(tick) in POLAR_TICKS.values():
        _turn_by_itself(tick)
    return tick


def _place_labels(tick: Any) -> None:
    """Give the labels of a new tick their transforms, and how they are aligned."""
    state = vars(tick)
    for name, placing in zip(
        TICK_PARTS[3:], (tick._get_text1_transform(), tick._get_text2_transform()), strict=True
    ):
        label = vars(state[name])
        label[TRANSFORM], label["_verticalalignment"], label["_horizontalalignment"] = placing


def _turn_by_itself(tick: Any) -> None:
    """Let a tick on polar axes share nothing that it changes when it takes its place."""
    state = vars(tick)
    for name in ("tick1line", "tick2line"):
        line = vars(state[name])
        marker = object.__new__(MarkerStyle)
        vars(marker).update(vars(line[MARKER]))  # whose transform is put in place of another one
        line[MARKER] = marker
    if type(tick) is ThetaTick:
        _pad_by_itself(tick)


def _pad_by_itself(tick: Any) -> None:
    """Let the labels of a tick at an angle be moved away from it, whatever others do."""
    state = vars(tick)
    scale = tick.axes.get_figure(root=False).dpi_scale_trans
    transforms = (tick._get_text1_transform()[0], tick._get_text2_transform()[0])
    for name, pad, transform in zip(TICK_PARTS[3:], _PADS, transforms, strict=True):
        state[pad] = ScaledTranslation(0, 0, scale)
        vars(state[name])[TRANSFORM] = transform + state[pad]


def _copied(model: Any, axes: Any) -> Any:
    copied = object.__new__(type(model))
    state = vars(copied)
    state.update(vars(model))
    state["_parent_figure"] = axes.get_figure(root=False)
    for name, copy in _SPECIAL.items():
        if state.get(name) is not None:
            state[name] = copy(state[name])
    for name in _LISTS:
        if type(state.get(name)) is list:
            state[name] = list(state[name])
    return copied


STICKY = "_sticky_edges"
_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "_callbacks": lambda _: CallbackRegistry(signals=["pchanged"]),
    FONT: lambda font: font.copy(),
    STICKY: lambda edges: type(edges)([], []),
}
