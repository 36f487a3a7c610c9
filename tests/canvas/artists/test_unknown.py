"""Code that is not known may lie deep inside of what is: then the artist is drawn anew."""

from __future__ import annotations

import datetime
import enum
import functools
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import matplotlib.colors as mcolors
import matplotlib.patches as mpatches
import matplotlib.transforms as mtransforms
import numpy as np
import pytest
from matplotlib import dates, lines, ticker
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnchoredOffsetbox, TextArea
from matplotlib.path import Path
from matplotlib.scale import FuncTransform
from matplotlib.text import Text
from mpl_toolkits.mplot3d import art3d

from parallel_animate.canvas.artists.family import family
from parallel_animate.canvas.artists.state import unknown_tickers
from parallel_animate.canvas.artists.volatile import why_volatile
from tests.canvas.artists.recipes import CELLS, POINTS, SHAPE, bare
from tests.canvas.artists.steps import Step, check_steps, small_axes

Put = Callable[[Any], tuple[Any, list[Step]]]
"""Puts an artist into an axes, and returns it with what is done to it."""

X = np.linspace(0.05, 1, 9)
CODE: dict[str, Put] = {}  # of the user, by what it is
TICKS: dict[str, Put] = {}  # of the user: those who place and name ticks


def add(where: dict[str, Put]) -> Callable[[Put], Put]:
    """Take the function below for a case."""

    def added(put: Put) -> Put:
        where[put.__name__] = put
        return put

    return added


def made(put: Put, **options: Any) -> tuple[Figure, Any, list[Step]]:
    figure, ax = small_axes(**options)
    artist, steps = put(ax)
    return figure, artist, steps


def drawn(ax: Any, transform: Any) -> Any:
    """Return a patch, which asks its transform at each draw."""
    return ax.add_patch(mpatches.PathPatch(Path(SHAPE / 2), transform=transform))


class Bent(mtransforms.Transform):
    """A transform that nothing is known of."""

    input_dims = output_dims = 2
    bend = 0.0

    def transform_non_affine(self, values: Any) -> Any:
        x, y = np.asarray(values, float).T
        return np.c_[x, y + self.bend * np.sin(3 * x)]

    def steps(self) -> list[Step]:
        return [lambda: self.to(0.4), lambda: self.to(0.9)]

    def to(self, bend: float) -> None:
        self.bend = bend
        self.invalidate()


@add(CODE)
def transform_two_levels_deep(ax):
    bent = Bent()
    inner = mtransforms.Affine2D() + (bent + mtransforms.Affine2D().scale(0.9))
    return drawn(ax, inner + ax.transData), bent.steps()


@add(CODE)
def transform_in_a_blended_one(ax):
    bent = Bent()
    mixed = mtransforms.blended_transform_factory(ax.transData, bent + ax.transData)
    return drawn(ax, mixed), [lambda: bent.to(0.5)]


@add(CODE)
def transform_of_a_clip_box(ax):
    class Turned(mtransforms.Affine2D):
        by = 0.0

        def get_matrix(self):
            return mtransforms.Affine2D().translate(self.by, 0).get_matrix()

    turned = Turned()
    (line,) = ax.plot(X, X, lw=5)
    line.set_clip_box(mtransforms.TransformedBbox(mtransforms.Bbox([[20, 20], [60, 70]]), turned))

    def moved() -> None:
        turned.by = 20.0
        turned.invalidate()

    return line, [moved]


@add(CODE)
def transform_of_offsets(ax):
    bent = Bent()
    spots = ax.scatter(*POINTS.T)
    spots.set_offset_transform(bent + ax.transData)
    return spots, bent.steps()


@add(CODE)
def box_style(ax):
    class Wide(mpatches.BoxStyle.Square):
        wide = 0.0

        def __call__(self, x, y, width, height, mutation_size):
            return super().__call__(x, y, width + self.wide, height, mutation_size)

    style = Wide()
    return ax.text(0.2, 0.5, "ab", bbox={"boxstyle": style}), [lambda: setattr(style, "wide", 9.0)]


@add(CODE)
def function_as_a_box_style(ax):
    wide = [0.0]

    def style(x, y, width, height, mutation_size):
        return Path([[x, y], [x + width + wide[0], y], [x, y + height]])

    return ax.text(0.2, 0.5, "ab", bbox={"boxstyle": style}), [lambda: wide.append(wide.pop() + 9)]


@add(CODE)
def arrow_style(ax):
    class Thick(mpatches.ArrowStyle.Simple):
        thick = 0.2

        def transmute(self, path, mutation_size, linewidth):
            self.tail_width = self.thick
            return super().transmute(path, mutation_size, linewidth)

    style = Thick()
    arrow = mpatches.FancyArrowPatch((0.1, 0.1), (0.8, 0.8), arrowstyle=style, mutation_scale=20)
    return ax.add_patch(arrow), [lambda: setattr(style, "thick", 0.8)]


@add(CODE)
def connection_style(ax):
    class Bowed(mpatches.ConnectionStyle.Arc3):
        def __call__(self, *args, **options):
            self.rad = bend[0]
            return super().__call__(*args, **options)

    bend = [0.1]
    arrow = mpatches.FancyArrowPatch((0.1, 0.1), (0.8, 0.8), connectionstyle=Bowed(), lw=2)
    return ax.add_patch(arrow), [lambda: bend.__setitem__(0, 0.7)]


@add(CODE)
def method_set_on_an_artist(ax):
    shapes = [Path(SHAPE), Path(SHAPE / 2)]
    patch = ax.add_patch(mpatches.PathPatch(shapes[0]))
    patch.get_path = lambda: shapes[-1]
    return patch, [lambda: shapes.pop()]


@add(CODE)
def method_of_another_artist(ax):
    other = mpatches.Circle((0.5, 0.5), 0.3)
    patch = ax.add_patch(mpatches.Circle((0, 0), 1, fc="g"))
    patch.get_patch_transform = other.get_patch_transform
    return patch, [lambda: other.set_radius(0.1)]


@add(CODE)
def partial_set_on_an_artist(ax):
    sizes = np.array([0.2, 0.6])

    def shape(which):
        return Path(SHAPE * sizes[which])

    patch = ax.add_patch(mpatches.PathPatch(Path(SHAPE)))
    patch.get_path = functools.partial(shape, 1)
    return patch, [lambda: sizes.__imul__(0.5)]


@add(CODE)
def window_extent_set_on_a_text(ax):
    text = ax.text(0.5, 0.5, "ab", wrap=True)
    limit = [50.0]
    text._get_wrap_line_width = lambda: limit[0]
    return text, [lambda: text.set_text("ab cd ef"), lambda: limit.__setitem__(0, 5.0)]


@add(CODE)
def norm_that_reads_a_variable(ax):
    power = [1.0]
    norm = mcolors.FuncNorm((lambda v: np.asarray(v) ** power[0], lambda v: v), 0, 9)
    shown = ax.imshow(CELLS, norm=norm, extent=(0, 1, 0, 1), aspect="auto")
    return shown, [lambda: power.__setitem__(0, 3.0)]


def bent_sideways(ax: Any, function: Any) -> Any:
    """Return a patch that a function of the user's bends."""
    bent = FuncTransform(function, np.vectorize(float))
    sideways = mtransforms.blended_transform_factory(bent, mtransforms.IdentityTransform())
    return drawn(ax, sideways + ax.transData)


@add(CODE)
def transform_that_reads_a_variable(ax):
    power = [1.0]
    patch = bent_sideways(ax, lambda v: np.asarray(v) ** power[0])
    return patch, [lambda: power.__setitem__(0, 3.0)]


@add(CODE)
def vectorized_function_in_a_transform(ax):
    power = [1.0]
    patch = bent_sideways(ax, np.vectorize(lambda v: v ** power[0]))
    return patch, [lambda: power.__setitem__(0, 3.0)]


@add(CODE)
def polynomial_in_a_transform(ax):
    curve = np.poly1d([1.0, 0.0])
    return bent_sideways(ax, curve), [lambda: curve.coeffs.__setitem__(0, 0.3)]


@add(CODE)
def colormap_of_a_class(ax):
    class Dimmed(mcolors.ListedColormap):
        def __call__(self, *args, **options):
            return np.asarray(super().__call__(*args, **options)) * dim[0]

    dim = [1.0]
    spots = ax.scatter(*POINTS.T, c=[0.1, 0.5, 0.9], cmap=Dimmed(["r", "g", "b"]))
    return spots, [lambda: dim.__setitem__(0, 0.5)]


@add(CODE)
def depth_by_a_function(ax):
    bare(ax)
    sign = [1]
    shapes = np.array([np.c_[SHAPE, [z] * 3] for z in (0.1, 0.5, 0.9)])
    faces = art3d.Poly3DCollection(shapes, fc=["r", "g", "b"])
    faces._zsortfunc = lambda depths, **axis: sign[0] * np.mean(depths, **axis)
    return ax.add_collection3d(faces), [lambda: sign.__setitem__(0, -1)]


@pytest.mark.parametrize("name", CODE)
def test_code_of_the_user_is_asked_for_each_frame(name: str) -> None:
    """Wherever it lies; and it is told why."""
    put = CODE[name]
    options = {"projection": "3d"} if name == "depth_by_a_function" else {}
    figure, artist, _ = made(put, **options)
    figure.draw_without_rendering()
    assert why_volatile(artist, family(artist))
    check_steps(lambda: made(put, **options)[::2])


# What a user may keep in an artist

KEPT: dict[str, Any] = {
    "function": lambda: print,
    "object": object(),
    "transform": Bent(),
    "array of objects": np.array([object()]),
    "function of numpy": np.vectorize(float),
    "polynomial": np.poly1d([1.0]),
    "another artist": [mpatches.Circle((0, 0), 1)],
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=list(KEPT))
def test_attribute_of_the_user_that_nothing_asks_for_does_not_matter(kept: Any) -> None:
    """Else a number that update() keeps with a line would have it drawn for each frame."""
    _, ax = small_axes()
    (line,) = ax.plot(X, X)
    line.my_own = kept
    assert why_volatile(line, family(line)) is None


HOLDING: dict[str, Callable[[Any], Any]] = {
    "list": lambda code: [code],
    "tuple of dicts": lambda code: (1, {"a": code}),
    "key of a dict": lambda code: {code: 1},
    "ordered dict": lambda code: OrderedDict(a=code),
    "default dict": lambda code: defaultdict(list, a=code),
    "deque": lambda code: deque([code]),
    "array of objects": lambda code: np.array([code]),
    "masked array of objects": lambda code: np.ma.array([code]),
    "vectorized function": lambda code: np.vectorize(code),
    "ufunc": lambda code: np.frompyfunc(code, 1, 1),
    "partial": lambda code: functools.partial(np.add, code),
    "cached function": lambda code: functools.cache(code),
    "static method": lambda code: staticmethod(code),
    "iterator": lambda code: iter([code]),
    "number": lambda code: type("Number", (float,), {"__float__": code})(1.0),
    "text": lambda code: type("Text", (str,), {"__str__": code})("-"),
    "member of an enum": lambda code: enum.Enum("Kinds", {"a": 1}).a,
    "class": lambda code: type("Class", (), {"__new__": code}),
    "method of a dict": lambda code: {"a": 1}.get,
    "operator of an array": lambda code: np.arange(3.0).__mul__,
    "method of an array": lambda code: np.arange(3.0).take,
    "partial with an array": lambda code: functools.partial(np.multiply, np.arange(3.0)),
    "method of a transform": lambda code: mtransforms.Affine2D().transform,
}


@pytest.mark.parametrize("kept", HOLDING.values(), ids=list(HOLDING))
def test_unknown_code_is_found_wherever_it_is_held(kept: Callable[[Any], Any]) -> None:
    """In a place that drawing asks for; and so is what may change without anybody to compare it."""
    _, ax = small_axes()
    (line,) = ax.plot(X, X)
    line._linestyle = kept(lambda value: value)
    assert why_volatile(line, family(line))


LASTING: dict[str, Any] = {
    "text": "-",
    "number": 1.0,
    "number of numpy": np.float32(1),
    "text of numpy": np.str_("-"),
    "date": datetime.date(2000, 1, 1),
    "class of numbers": int,
    "function of numpy": np.sqrt,
    "partial with a number": functools.partial(np.power, 2.0),
    "method of a text": "{}".format,
}


@pytest.mark.parametrize("kept", LASTING.values(), ids=list(LASTING))
def test_value_that_nothing_can_change_is_known(kept: Any) -> None:
    """It need not be looked at for each frame."""
    _, ax = small_axes()
    (line,) = ax.plot(X, X)
    line._linestyle = kept
    assert why_volatile(line, family(line)) is None


def test_variable_without_a_value_is_no_error() -> None:
    """A function within one of matplotlib's may name a variable that is set later."""

    def outer() -> Any:
        return lambda: later
        later = 1

    _, ax = small_axes()
    (line,) = ax.plot(X, X)
    cell = types.CellType()
    line._linestyle = types.FunctionType(outer().__code__, vars(lines), closure=(cell,))
    assert why_volatile(line, family(line)) is None
    cell.cell_contents = outer
    assert why_volatile(line, family(line))


# Ticks: what places and names them is asked for each frame, and the answers are compared.


@add(TICKS)
def offset_that_changes(ax):
    formatter = ticker.FuncFormatter(lambda x, pos: "a")
    ax.set_position((0.1, 0.6, 0.8, 0.3))
    ax.xaxis.set_major_formatter(formatter)
    return ax.xaxis, [
        lambda: formatter.set_offset_string("x"),
        lambda: formatter.set_offset_string(""),
    ]


@add(TICKS)
def formatter_of_a_class(ax):
    class Own(ticker.ScalarFormatter):
        def get_offset(self):
            return said[0]

    said = [""]
    ax.set_position((0.1, 0.6, 0.8, 0.3))
    ax.xaxis.set_major_formatter(Own())
    return ax.xaxis, [lambda: said.__setitem__(0, "abc")]


@add(TICKS)
def locator_of_a_class(ax):
    class Own(ticker.FixedLocator):
        def __call__(self):
            return places

    places = [0.2, 0.5]
    ax.xaxis.set_minor_locator(Own([0]))
    return ax.xaxis, [lambda: places.append(0.9)]


def _dated(ax: Any, formatter: Any) -> None:
    ax.xaxis.axis_date()
    ax.set(xticks=[20000.5], xlim=(20000, 20020))
    ax.xaxis.set_major_formatter(formatter)


@add(TICKS)
def function_in_an_auto_date_formatter(ax):
    said = ["a"]
    formatter = dates.AutoDateFormatter(dates.DayLocator())
    formatter.scaled = {1.0: lambda x, pos: said[0]}
    _dated(ax, formatter)
    return ax.xaxis, [lambda: said.__setitem__(0, "b")]


@add(TICKS)
def method_set_on_a_date_formatter(ax):
    formatter = dates.ConciseDateFormatter(dates.DayLocator([5, 9]), show_offset=True)
    formatter.format_ticks = lambda values: [said[0]] * len(values)
    said = ["a"]
    _dated(ax, formatter)
    return ax.xaxis, [lambda: said.__setitem__(0, "b")]


@pytest.mark.parametrize("name", TICKS)
def test_tickers_of_the_user_are_asked_for_each_frame(name: str) -> None:
    """And what they answer is compared."""
    put = TICKS[name]
    figure, axis, _ = made(put)
    figure.draw_without_rendering()
    assert any(unknown_tickers(axis))
    check_steps(lambda: made(put)[::2])


@pytest.mark.parametrize("copied", [False, True], ids=["own", "copied"])
def test_marker_changes_in_place(copied: bool) -> None:
    """Its path is the user's, but a path is known. So is what a copy is made from."""

    def make() -> tuple[Figure, list[Step]]:
        figure, ax = small_axes()
        marker = MarkerStyle(Path([[-1.0, -1.0], [1.0, 0.0], [-1.0, 1.0]]))
        (line,) = ax.plot(X[::3], X[::3], marker=MarkerStyle(marker) if copied else marker, ms=9)
        assert why_volatile(line, family(line)) is None
        return figure, [lambda: line.get_marker().vertices.__imul__(0.5)]

    check_steps(make)


def test_parts_of_user_code_in_a_box_are_found() -> None:
    """In a text within a box within a box."""

    class Loud(Text):
        pass

    _, ax = small_axes()
    area = TextArea("a")
    area._text = Loud(0, 0, "b")
    area._children = [area._text]
    box = ax.add_artist(AnchoredOffsetbox("upper left", child=area))
    assert why_volatile(box, family(box))
