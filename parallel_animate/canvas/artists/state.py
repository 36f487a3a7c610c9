"""What tells that an artist has changed though it has reported nothing.

Such changes show in the values of its attributes, in the contents of values that can be changed in
place, in its norm and colormap, and in the locators and formatters of an axis.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.colors import Colormap, Normalize
from matplotlib.dates import rrulewrapper
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnchoredOffsetbox, AnnotationBbox, OffsetBox
from matplotlib.patches import ArrowStyle, BoxStyle, ConnectionStyle
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.text import Text
from matplotlib.ticker import MultipleLocator, TickHelper
from matplotlib.transforms import BboxBase, Transform, TransformedPath
from matplotlib.tri import Triangulation

from parallel_animate.canvas.artists.axes3d import is_axis_3d
from parallel_animate.canvas.artists.hidden import draws_nothing
from parallel_animate.canvas.artists.holding import PASSING, SET_BY_DRAWING, unknown_in
from parallel_animate.canvas.artists.libraries import further_state, outputs_of, state_within
from parallel_animate.canvas.artists.private import is_outdated, steps_of
from parallel_animate.canvas.artists.values import Itself, checksum

# Of an artist of many parts, such as a legend, the attributes of all are compared, but only the
# first are searched for all that may be changed in place: the others report their changes
# themselves, apart from what `changeable.py` finds.
MEMBERS_SEARCHED = 4
# Objects of matplotlib's that are no more than the values of their attributes.
VALUE_OBJECTS = (
    AbstractPathEffect,
    FontProperties,
    MarkerStyle,
    Triangulation,
    *BoxStyle.get_styles().values(),
    *ArrowStyle.get_styles().values(),
    *ConnectionStyle.get_styles().values(),
)
# What a locator or formatter may consist of.
NESTED = (TickHelper, rrulewrapper, type(steps_of(MultipleLocator())))
# What may be changed in place.
MUTABLE = (
    *(np.ndarray, Path, Transform, TransformedPath, BboxBase, list, tuple, dict),
    *VALUE_OBJECTS,
)
# Of longer lists only numbers, texts and paths are compared: to look into each of many artists
# would take longer than to draw them.
LONGEST = 32
SMALL = 1024  # bytes of an array that are faster kept than summed up
# Points at which a transform that is not affine is compared, for it may be made of any others.
PROBES = np.array([[0.0, 0.0], [0.37, 0.81], [1.0, 2.7], [13.1, 1.7]])
# Artists that may report a change though nothing has changed. An axis also reports limits that are
# set to what they were, as by whatever is plotted anew for each frame. Its ticks and its label
# report for themselves.
REPORTING_IN_VAIN = Axis
Way = Callable[[Any], object]
_SIMPLE = (bool, int, float, str, type(None))
_FIXED = {*_SIMPLE, np.float64, np.bool_}


def searched_members(artist: Artist, members: list[Artist]) -> list[Artist]:
    """Return those of an artist's parts that are searched for changes in place, itself first."""
    if isinstance(artist, Axis):
        searched = [artist, artist.label, artist.offsetText]
    elif isinstance(artist, AnnotationBbox | AnchoredOffsetbox):
        searched = members  # what a drawing in it holds reports nothing
    else:
        searched = members[:MEMBERS_SEARCHED]
    # A collection in a legend may share its arrays with the one that it stands for.
    return searched + [part for part in members[MEMBERS_SEARCHED:] if isinstance(part, Collection)]


def compared_members(artist: Artist, members: list[Artist]) -> list[Artist]:
    """Return those of an artist's parts whose attributes are compared.

    Whatever asks a 3-D axis for its place puts its lines elsewhere, until it is drawn.
    """
    return searched_members(artist, members) if is_axis_3d(artist) else members


def attributes(artist: Artist) -> dict[str, Any]:
    """Return the attributes of an artist that tell of changes."""
    return {name: value for name, value in vars(artist).items() if name not in PASSING}


class Attributes:
    """The attributes of artists, kept to be compared with what they are later.

    To compare the lists of all values is what Python does fastest: it looks first whether two of
    them are the same object. Only where these differ are they looked at by name, since drawing and
    watching set some of them that tell nothing.
    """

    def __init__(self, artists: list[Artist]) -> None:
        self._artists = artists
        self._before = list(map(attributes, artists))
        self._passing = [(*SET_BY_DRAWING, *outputs_of(type(artist))) for artist in artists]
        self._values: list[list[Any]] = []

    def hold(self) -> bool:
        """Return whether the attributes are the same objects still, or equal ones."""
        all_now = list(map(vars, self._artists))
        values = list(map(list, map(dict.values, all_now)))
        try:
            if values == self._values:
                return True
            for now, before, names in zip(all_now, self._before, self._passing, strict=True):
                for name in names:
                    if name in now:
                        before[name] = now[name]
                    elif name in before:  # a method that was replaced for the time of a draw
                        del before[name]
            if all_now != self._before:
                return False
        except Exception:  # other arrays, which are not compared as a whole
            return False
        self._values = values
        return True


def fonts_of(members: list[Artist]) -> list[tuple[FontProperties, dict[str, Any]]]:
    """Return the fonts of all texts, each with its attributes: nothing reports a change of them."""
    fonts = [part.get_fontproperties() for part in members if isinstance(part, Text)]
    return [(font, dict(vars(font))) for font in fonts]


def same_fonts(fonts: list[tuple[FontProperties, dict[str, Any]]]) -> bool:
    """Return whether fonts have the attributes still that they had."""
    return all(vars(font) == before for font, before in fonts)


def path_effects(members: list[Artist]) -> list[AbstractPathEffect]:
    """Return all path effects, of which nothing reports a change either."""
    return [effect for part in members for effect in part.get_path_effects() or ()]


def mutable_values(artist: Artist, searched: list[Artist]) -> list[Any]:
    """Return those values of attributes that may be changed in place.

    Of an artist that shows nothing there are none, since no change in place makes it visible. (That
    it is hidden, or has no text, is told by the attributes themselves.) But a hidden box may draw
    its children, and the size of a hidden axis's labels decides on the ticks of its twin.
    """
    hidden = not artist.get_visible() and not isinstance(artist, Axis | OffsetBox)
    if hidden or (isinstance(artist, Text) and not artist.get_text()):
        return []
    usual = _usual_transforms(artist)
    return [
        value
        for part in searched
        for value in attributes(part).values()
        if isinstance(value, MUTABLE) and not _is_fixed(value)
        if not any(value is other for other in usual)
    ]


def _once_a_class(find: Callable[[type], Way]) -> Callable[[type], Way]:
    """Let a function that finds something for a class be called once for each class."""
    return cache(find)


def contents(value: Any) -> object:
    """Return what tells that an object was changed in place."""
    return _way_to_tell(type(value))(value)


@_once_a_class
def _way_to_tell(kind: type) -> Way:
    """Return the function that tells for objects of a class whether they were changed in place."""
    return next((way for base, way in _WAYS if issubclass(kind, base)), _state)


def _of_array(array: Any) -> object:
    if type(array) is np.ndarray and array.nbytes <= SMALL and not array.dtype.hasobject:
        return array.tobytes()
    return checksum(array)


def _of_path(path: Any) -> object:
    codes = path.codes
    return _of_array(path.vertices), None if codes is None else _of_array(codes)


def _of_marker(marker: Any) -> object:
    return _of_transform(marker.get_transform()), _state(marker)


def _of_transform(transform: Any) -> object:
    matrix = transform.get_affine().get_matrix().tobytes()
    if transform.is_affine or transform.input_dims != 2:
        return matrix
    with np.errstate(all="ignore"):
        return matrix, transform.transform(PROBES).tobytes(), state_within(transform)


def _of_box(box: Any) -> object:
    return tuple(box.extents)


def mapping(artist: Any) -> list[object]:
    """Return what of an artist's norm and colormap may be set in place."""
    colormap, norm = getattr(artist, "cmap", None), getattr(artist, "norm", None)
    state = [*_state(norm), further_state(norm)] if isinstance(norm, Normalize) else []
    return state + (_state(colormap) if isinstance(colormap, Colormap) else [])


def unknown_tickers(artist: Artist) -> list[bool]:
    """Return whether the locator or the formatter of an axis is not known: of major, minor ticks.

    Such a one is asked for each frame, and its answers are compared. A hidden axis asks neither.
    """
    if not isinstance(artist, Axis) or draws_nothing(artist):
        return []
    own = (artist, artist.axes, artist.get_figure())
    pairs = (
        (artist.get_major_locator(), artist.get_major_formatter()),
        (artist.get_minor_locator(), artist.get_minor_formatter()),
    )
    return [
        unknown_in(list(pair), own) is not None
        or any(_serves_another(each, artist) for each in pair)
        for pair in pairs
    ]


def _serves_another(ticker: Any, axis: Any) -> bool:
    """Return whether a locator or formatter was given to another axis since, whose limits it asks.

    Axes that share their limits share it, too: that is told by their relation.
    """
    served = getattr(ticker, "axis", None)
    if served is axis or not isinstance(served, Axis):
        return False
    sharing = (axis.axes.get_shared_x_axes(), axis.axes.get_shared_y_axes())
    return not any(group.joined(axis.axes, served.axes) for group in sharing)


def tickers(artist: Any, unknown: list[bool]) -> list[Any]:
    """Return the state of an axis's locators and formatters, of major and of minor ticks.

    Parameters
    ----------
    artist : Artist
        The axis; any other artist, and an axis that is hidden, has none.
    unknown : list of bool
        What :func:`unknown_tickers` has told.
    """
    if not unknown:
        return []
    state: list[Any] = []
    pairs = (
        (artist.get_major_locator(), artist.get_major_formatter(), artist.get_majorticklocs),
        (artist.get_minor_locator(), artist.get_minor_formatter(), artist.get_minorticklocs),
    )
    for (locator, formatter, locations), asked in zip(pairs, unknown, strict=True):
        if asked:
            # Code of the user, which may depend on anything: compare what it answers.
            values: Any = locations()
            labels = formatter.format_ticks(values)
            state.append((np.asarray(values).tobytes(), labels, formatter.get_offset()))
        else:
            state += [Itself(locator), _state(locator), Itself(formatter), _state(formatter)]
    return state


def _is_fixed(value: Any) -> bool:
    """Return whether a value is a tuple, such as a colour, in which nothing can be changed."""
    return type(value) is tuple and all(type(item) in _FIXED or _is_fixed(item) for item in value)


def _usual_transforms(artist: Artist) -> tuple[Any, ...]:
    """Return the transforms of the axes and figures, which these themselves compare."""
    axes, figure = artist.axes, artist.get_figure()
    return (
        getattr(axes, "transData", None),
        getattr(axes, "transAxes", None),
        getattr(figure, "transFigure", None),
        getattr(figure, "transSubfigure", None),
    )


def _items(values: Any) -> object:
    """Return what tells that an item of a list, tuple or dict was changed in place."""
    if isinstance(values, dict):
        values = [part for pair in values.items() for part in pair]
    if len(values) > LONGEST and type(values[0]) in _SIMPLE:
        return hash(tuple(values))
    return [_way_for_part(type(value))(value) for value in values]


def _state(thing: Any) -> list[object]:
    """Return the values of an object's attributes, in a form that can be compared."""
    return [_way_for_part(type(value))(value) for value in vars(thing).values()]


@_once_a_class
def _way_for_part(kind: type) -> Way:
    """Return the function that tells that a part has changed: another value, or another object."""
    if kind in _SIMPLE:
        return _itself
    if issubclass(kind, np.ndarray | Path | list | tuple | dict | AbstractPathEffect):
        return _way_to_tell(kind)
    return _of_nested if issubclass(kind, NESTED) else Itself


def _itself(value: object) -> object:
    return value


def _of_nested(value: object) -> object:
    return [Itself(value), *_state(value)]


_WAYS: tuple[tuple[Any, Way], ...] = (
    (np.ndarray, _of_array),
    (Path, _of_path),
    ((list, tuple, dict), _items),
    (MarkerStyle, _of_marker),
    (Transform, _of_transform),
    # On polar axes a line keeps the place that it had with former limits, until something else,
    # such as a scale that is set, makes it look for its place again.
    (TransformedPath, is_outdated),
    (BboxBase, _of_box),
)
