"""Classes of matplotlib's that change in the middle of a render."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import XAxis
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from matplotlib.text import Text
from matplotlib.ticker import ScalarFormatter

from parallel_animate.canvas.artists.known import is_known, replacements
from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

pytestmark = pytest.mark.one_in(3)

REPLACED_AT = 4  # the update that replaces a method
cases = Cases(labels=False)


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Replaces methods; each animation begins by undoing that."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    replacements()  # what is found there, no other test need find


def thicker(self: Any, renderer: Any, real: Any = Line2D.draw) -> None:
    width, self._linewidth = self._linewidth, 6
    real(self, renderer)
    self._linewidth = width


def red(self: Any) -> str:
    return "r"


def squared(self: Any, value: Any, clip: Any = None, real: Any = Normalize.__call__) -> Any:
    return real(self, value, clip) ** 2


def shouted(self: Any, x: float, pos: Any = None, real: Any = ScalarFormatter.__call__) -> str:
    return f"{real(self, x, pos)}!"


def dotted(self: Any, renderer: Any, real: Any = Axes.draw) -> None:
    real(self, renderer)
    dot = Circle((0.5, 0.5), 0.2, transform=self.transAxes, alpha=0.5)
    dot.set_figure(self.get_figure())
    dot.draw(renderer)


@pytest.mark.parametrize(
    ("kind", "name", "other"),
    [
        (Line2D, "draw", thicker),
        (Text, "get_color", red),
        (Normalize, "__call__", squared),
        (ScalarFormatter, "__call__", shouted),
        (Axes, "draw", dotted),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_method_is_replaced(
    kind: type, name: str, other: Any, patch: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the class draws is drawn anew, and from then on for each frame."""

    def make():
        patch.undo()
        figure, ax = new_axes()
        ax.plot(X, np.sin(X))
        ax.imshow(np.linspace(0, 1, 9).reshape(3, 3), extent=(0, 3, 0, 1))
        text = ax.text(0, 0, "text")

        def update(i):
            text.set_position((i / 3, 0))
            if i == REPLACED_AT:
                patch.setattr(kind, name, other)

        return figure, update

    check_frames(Case(name, make), monkeypatch)


@cases.add
def line_of_another_class():
    class Thick(Line2D):
        def draw(self, renderer):
            thicker(self, renderer)

    figure, ax = new_axes()
    line, moving = ax.plot(X, np.sin(X), X, np.cos(X))

    def update(i):
        line.__class__ = Thick if i >= REPLACED_AT else Line2D
        moving.set_ydata(np.cos(X + i))

    return figure, update


@cases.add
def changing_line_of_another_class():
    class Thick(Line2D):
        def draw(self, renderer):
            thicker(self, renderer)

    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        line.__class__ = Thick if i % 3 == 0 else Line2D
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def part_of_an_axis_of_another_class():
    class Red(Text):
        def draw(self, renderer):
            colour, self._color = self._color, "r"
            super().draw(renderer)
            self._color = colour

    figure, ax = new_axes()
    ax.set_xlabel("label")
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        ax.xaxis.label.__class__ = Red if i >= REPLACED_AT else Text
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def axes_of_another_class():
    class Dotted(Axes):
        def draw(self, renderer):
            dotted(self, renderer)

    figure = new_figure()
    one, two = figure.subplots(1, 2)
    (line,) = two.plot(X, np.sin(X))

    def update(i):
        one.__class__ = Dotted if i in (4, 5) else Axes
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def axis_of_another_class():
    class Doubled(XAxis):
        def get_majorticklocs(self):
            return [0.5, *super().get_majorticklocs()]

    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))

    def update(i):
        ax.xaxis.__class__ = Doubled if i >= REPLACED_AT else XAxis
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.each
def test_artist_becomes_one_of_another_class(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its class is assigned, which nothing reports."""
    check_frames(case, monkeypatch)


def test_a_method_that_was_taken_away_and_put_back_counts_as_none(
    patch: pytest.MonkeyPatch,
) -> None:
    assert is_known(Line2D)
    before = replacements()
    with pytest.MonkeyPatch.context() as taken_away:
        taken_away.delattr(Line2D, "draw")
    assert list(vars(Line2D))[-1] == "draw"  # the members have another order now
    assert replacements() == replacements() == before
