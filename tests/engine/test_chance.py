"""Pictures that chance decides are no proof against redrawing, and are told apart."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import Animator, ChanceError, RedrawError
from tests.conftest import alike
from tests.engine.failing import first_line
from tests.engine.verified import Wave, X, check_verified, render

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """No test leaves settings or random numbers behind."""
    state, numpys = random.getstate(), np.random.get_state()
    with matplotlib.rc_context():
        yield
    random.setstate(state)
    np.random.set_state(numpys)


shared_numbers = np.random.default_rng(0)
counted = itertools.count()


class InSetup(Wave):
    """Its figures have each another line, as with a generator that has no seed."""

    def setup(self) -> Figure:
        figure = super().setup()
        self.ax.axhline(shared_numbers.uniform(-0.8, 0.8))
        return figure


class InUpdate(Wave):
    """The same, from the third frame on."""

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx >= 2:
            self.line.set_ydata(shared_numbers.normal(size=len(X)))


class InAnOwnGenerator(Wave):
    def setup(self) -> Figure:
        self.numbers = np.random.default_rng()
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(self.numbers.normal(size=len(X)))


class InAClass(Wave):
    """All objects of it, and so both figures, have one list."""

    seen: list[int] = []  # noqa: RUF012

    def update(self, frame_idx: int, params: Any) -> None:
        self.seen.append(frame_idx)
        self.ax.set_title(str(len(self.seen)))


class InSize(Wave):
    def update(self, frame_idx: int, params: Any) -> None:
        self.ax.figure.set_dpi(100 + next(counted) % 2)


the_line: Any = None


class InAGlobal(Wave):
    """The artists of the last setup() are in a variable of the module."""

    def setup(self) -> Figure:
        global the_line
        figure = super().setup()
        the_line = self.line
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        the_line.set_ydata(np.cos(X + frame_idx))


@pytest.mark.parametrize("run", [*alike(((1, None),)), (2, "fork")])
@pytest.mark.parametrize(
    ("kind", "first"),
    [(InSetup, 0), (InUpdate, 2), (InAnOwnGenerator, 0), (InAClass, 0), (InAGlobal, 0)],
)
def test_pictures_that_chance_decides_are_named_as_such(
    out: Path, kind: type[Animator], first: int, run: tuple[int, str | None]
) -> None:
    """It is not redrawing that is wrong."""
    with pytest.raises(ChanceError) as caught:
        render(kind(), out, run)
    error = caught.value
    assert isinstance(error, RedrawError)
    assert run[0] > 1 or (error.frame_idx, error.params) == (first, str(first))
    assert first_line(error).startswith(
        f"frame {error.frame_idx} with params {error.params}: setup() and update() do not make "
        "the same picture of it twice"
    )
    left, top, right, bottom = error.box
    assert 0 <= left < right <= 160
    assert 0 <= top < bottom <= 120
    assert f"in the box from pixel {error.box[:2]} to" in str(error)
    assert "without a seed" in str(error)


def test_a_size_that_chance_decides_is_named_as_such(out: Path) -> None:
    with pytest.raises(ChanceError, match=r"160x120 pixels, and 161x121|161x121 .* 160x120"):
        render(InSize(), out, params=range(1))


def test_chance_is_told_where_nothing_was_redrawn(out: Path) -> None:
    """Then the two pictures alone prove it, though two more figures happen to look alike."""

    class Once(Wave):
        calls = 0

        def setup(self) -> Figure:
            figure = super().setup()
            figure.canvas.mpl_connect("draw_event", lambda event: None)
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            Once.calls += 1
            self.line.set_color("red" if Once.calls == 1 else "blue")

    with pytest.raises(ChanceError):
        render(Once(), out)


class GlobalNumbers(Wave):
    """Draws random numbers from the generators that all programs share."""

    def setup(self) -> Figure:
        figure = super().setup()
        self.ax.axhline(random.uniform(-0.8, 0.8))
        self.ax.axvline(np.random.uniform(1, 5))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.random.normal(size=len(X)))
        self.ax.set_title(str(random.random()))


@pytest.mark.parametrize("anew", [False, True])
def test_global_random_numbers_are_the_same_for_both_figures(out: Path, anew: bool) -> None:
    """In each turn, also where setup() is called in each; they go on as if there were one."""
    check_verified(GlobalNumbers(), out, reuse_figure_object=not anew)
    random.seed(1)
    np.random.seed(1)
    expected: list[Any] = []
    for redraw in ("full", "verify"):
        random.seed(1)
        np.random.seed(1)
        render(GlobalNumbers(), out, redraw=redraw)
        expected.append((random.random(), np.random.random()))
    assert expected[0] == expected[1]


def test_settings_that_setup_changes_are_changed_once_for_each_figure(out: Path) -> None:
    class Thicker(Wave):
        def setup(self) -> Figure:
            matplotlib.rcParams["lines.linewidth"] *= 2
            figure = super().setup()
            self.ax.plot(X, np.cos(X))
            return figure

    check_verified(Thicker(), out)
