"""A `setup()` that fails, or returns no figure, is told of; no figure stays open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from parallel_animate import AnimateError, FigureTypeError, SetupError
from tests.conftest import METHODS, alike
from tests.engine.failing import RUNS, BadArtist, OddError, first_line
from tests.stamp import StampAnimator

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    yield
    plt.close("all")


class FailsInSetup(StampAnimator):
    def setup(self) -> Figure:
        raise OddError("no data", 7)  # in setup()


@pytest.mark.parametrize(("workers", "method"), [*RUNS, *alike((2, "spawn"))])
def test_an_exception_in_setup_names_the_users_line(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(SetupError) as caught:
        FailsInSetup().make_video(out, range(8), 30, num_workers=workers, start_method=method)
    assert first_line(caught.value) == "setup() failed: OddError: ('no data', 7)"
    assert 'raise OddError("no data", 7)  # in setup()' in str(caught.value)
    assert type(caught.value.__cause__) is OddError
    assert caught.value.__cause__.args == ("no data", 7)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_in_a_later_setup_is_a_setup_error(out: Path, workers: int) -> None:
    class FailsSecond(StampAnimator):
        calls = 0

        def setup(self) -> Figure:
            self.calls += 1
            if self.calls == 3:
                raise OddError("third")
            return super().setup()

    with pytest.raises(SetupError, match=r"setup\(\) failed: OddError: third"):
        FailsSecond().make_video(out, range(20), 30, num_workers=workers, reuse_figure_object=False)


class Returns(StampAnimator):
    """Its ``setup()`` returns something else than a figure."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def setup(self) -> Any:
        figure, axes = plt.subplots()
        match self.what:
            case "None":
                return None
            case "tuple":
                return figure, axes
            case "Axes":
                return axes
            case "class":
                return Figure
        return self.what


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("None", "not None: end it with `return fig`"),
        ("tuple", "not a tuple: return the figure alone"),
        ("Axes", r"not Axes: return its figure"),
        ("a string", "not str: 'a string'"),
        ("class", "not type: <class"),
    ],
)
def test_a_setup_that_returns_no_figure_is_a_type_error_that_says_what_it_got(
    out: Path, what: str, said: str, workers: int
) -> None:
    with pytest.raises(FigureTypeError, match=said) as caught:
        Returns(what).make_video(out, range(4), 30, num_workers=workers)
    assert isinstance(caught.value, TypeError)
    assert "Returns.setup() must return a matplotlib Figure" in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("fails", ["setup", "return", "update", "draw"])
def test_a_failed_render_leaves_no_figure_open(out: Path, fails: str, workers: int) -> None:
    class WithPyplot(StampAnimator):
        def setup(self) -> Any:
            figure, axes = plt.subplots(figsize=(3.2, 2.4), dpi=100)
            self.artist = figure.add_artist(BadArtist())
            if fails == "setup":
                raise OddError("after a figure was made")
            return (figure, axes) if fails == "return" else figure

        def update(self, frame_idx: int, params: Any) -> None:
            self.artist.broken = fails == "draw"
            if fails == "update":
                raise OddError("in update")

    mine = plt.figure()
    with pytest.raises(AnimateError, match=r"OddError|not a tuple"):
        WithPyplot().make_video(out, range(4), 30, num_workers=workers)
    assert plt.get_fignums() == [mine.number]


@pytest.mark.parametrize("method", METHODS[1:])
def test_an_animator_that_cannot_be_pickled_says_what_to_do(out: Path, method: str) -> None:
    animator = StampAnimator()
    animator.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(SetupError, match=r"StampAnimator cannot be pickled .*in setup\(\)"):
        animator.make_video(out, range(4), 30, num_workers=2, start_method=method)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_figure_that_is_too_large_to_be_drawn_is_a_setup_error(out: Path, workers: int) -> None:
    class Huge(StampAnimator):
        def setup(self) -> Any:
            return Figure(figsize=(10_000, 10_000), dpi=100)

    with pytest.raises(SetupError, match=r"setup.* made has 1,000,000x1,000,000 pixels"):
        Huge().make_video(out, range(4), 30, num_workers=workers)
