"""With ``redraw="verify"``, a second figure, which matplotlib alone draws, is the witness."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.figure import Figure

from parallel_animate import (
    Animator,
    ChanceError,
    FigureTypeError,
    FrameError,
    FrameSizeError,
    RedrawError,
    SetupError,
)
from parallel_animate.canvas.picture import Picture
from tests.conftest import alike
from tests.engine.failing import RUNS, BadArtist, OddError, first_line
from tests.engine.verified import FRAMES, Wave, X, check_verified, render
from tests.stamp import decoded

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    yield
    plt.close("all")


def frames(path: Path) -> list[npt.NDArray[np.uint8]]:
    return [frame.to_ndarray() for frame in decoded(path)]


# The pictures


class LaidOut(Wave):
    layout = "constrained"


@pytest.mark.parametrize("run", [*RUNS, *alike(((2, "spawn"),))])
@pytest.mark.parametrize("kind", [Wave, LaidOut])
def test_a_verified_video_is_the_same_as_one_drawn_in_full(
    tmp_path: Path, kind: type[Animator], run: tuple[int, str | None]
) -> None:
    """Every frame is compared, also with options of the figure, and a layout that has to settle."""
    options = {"savefig_params": {"dpi": 120, "facecolor": "orange"}}
    shown = {}
    for redraw in ("verify", "full"):
        out = tmp_path / f"{redraw}.mp4"
        report = render(kind(), out, run, redraw=redraw, **options)
        shown[redraw] = frames(out)
        assert report.frames == FRAMES
        assert redraw == "full" or report.full_draws == FRAMES
    assert len(shown["full"]) == FRAMES
    for verified, full in zip(shown["verify"], shown["full"], strict=True):
        assert np.array_equal(verified, full)


def test_a_figure_of_each_frames_own_is_verified_too(out: Path) -> None:
    check_verified(Wave(), out, (2, "fork"), reuse_figure_object=False)


def test_a_figure_that_cannot_be_redrawn_is_compared_too(out: Path) -> None:
    """It is drawn in full, twice."""

    class Heard(Wave):
        def setup(self) -> Figure:
            figure = super().setup()
            figure.canvas.mpl_connect("draw_event", lambda event: self.line.get_color())
            return figure

    report = render(Heard(), out)
    assert (report.frames, report.redrawn_frames) == (FRAMES, 0)
    assert report.full_draws == 2 * FRAMES


def test_a_figure_of_another_size_is_the_error_that_it_always_is(out: Path) -> None:
    class Grows(Wave):
        def update(self, frame_idx: int, params: Any) -> None:
            self.ax.figure.set_size_inches(1.6 + 0.2 * (frame_idx == 2), 1.2)

    with pytest.raises(FrameSizeError, match="frame 2 is 180x120 pixels"):
        render(Grows(), out)


def test_an_animator_can_be_rendered_again(out: Path) -> None:
    """It has the figure of the last render by then, which pyplot may still know."""

    class Kept(Wave):
        def setup(self) -> Figure:
            self.figure = plt.figure(figsize=(1.6, 1.2), dpi=100)
            (self.line,) = self.figure.subplots().plot(X)
            return self.figure

        def update(self, frame_idx: int, params: Any) -> None:
            self.line.set_ydata(X + frame_idx)

    animator = Kept()
    animator.setup()
    before = plt.get_fignums()
    for _ in range(2):
        check_verified(animator, out)
        assert plt.get_fignums() == before
    assert plt.gcf().number == before[-1]


def test_a_resumed_render_is_verified(out: Path) -> None:
    """Its first frame was finished by another render, and is drawn for no video."""

    class Fails(Wave):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 3:
                raise OddError
            super().update(frame_idx, params)

    with pytest.raises(FrameError, match="OddError"):
        render(Fails(), out, segment_frames=1)
    report = render(Wave(), out, resume=True, segment_frames=1)
    assert report.resumed_frames == 3
    assert report.redrawn_frames == report.full_draws == 2


# What redrawing gets wrong


@pytest.fixture
def redrawing_leaves_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let redrawing change the figure itself, for good, so that its full draws are wrong too."""
    draw = Picture.draw

    def leaving(self: Any) -> None:
        figure = self.scene._root.artist
        if figure.axes[0].get_title():
            figure.axes[0].lines[0].set_color("red")
        draw(self)

    monkeypatch.setattr(Picture, "draw", leaving)


@pytest.mark.usefixtures("redrawing_leaves_a_trace")
@pytest.mark.parametrize("run", [(1, None), (2, "fork")])
def test_what_redrawing_changes_in_the_figure_itself_is_found(
    out: Path, run: tuple[int, str | None]
) -> None:
    """A full draw of the same figure shows it too. The error is not that of chance."""
    report = render(Wave(), out, run, redraw="auto")
    assert report.redraw_mismatches == 0  # as the figure is compared with itself
    with pytest.raises(RedrawError) as caught:
        render(Wave(), out, run)
    error = caught.value
    assert not isinstance(error, ChanceError)
    assert error.frame_idx in (3, 4)
    assert first_line(error).startswith(f"frame {error.frame_idx} with params {error.frame_idx}: ")
    assert "the redrawn picture differs from the full draw in the box from pixel" in str(error)
    left, top, right, bottom = error.box
    assert 10 < left < right < 150
    assert 10 < top < bottom < 110
    assert any("Line2D" in artist for artist in error.artists)


@pytest.mark.parametrize("redraw", ["auto", "verify"])
def test_redrawing_that_fails_is_an_error_only_where_it_is_to_be_verified(
    out: Path, redraw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any) -> None:
        raise OddError("of ours")

    monkeypatch.setattr(Picture, "draw", fail)
    if redraw == "auto":
        with pytest.warns(UserWarning, match="redrawing failed"):
            render(Wave(), out, redraw="auto")
        return
    with pytest.raises(RedrawError, match=r"frame 0 with params 0: redrawing failed \(OddError"):
        render(Wave(), out)


def test_frames_before_the_one_that_differs_are_kept_and_no_others(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Picture.draw

    def leave_frame_6(self: Any) -> None:
        if self.scene._root.artist.axes[0].get_title() != "titletitle":
            draw(self)

    monkeypatch.setattr(Picture, "draw", leave_frame_6)
    with pytest.raises(RedrawError) as caught:
        render(Wave(), out, params=range(9))
    assert caught.value.frame_idx == caught.value.partial_frames == 6
    assert not out.exists()


# State


class Stateful(Wave):
    """Has state on ``self`` that each frame steps: a number, a list, random numbers."""

    def __init__(self) -> None:
        self.steps = 0
        self.trail: list[float] = []
        self.numbers = np.random.default_rng(5)
        self.params: list[Any] = []

    def update(self, frame_idx: int, params: Any) -> None:
        self.steps += 1
        self.trail.append(self.numbers.normal())
        self.ax.set_title(str(self.steps))
        self.line.set_data(range(len(self.trail)), self.trail)


def test_state_of_the_animator_is_stepped_once_a_frame(out: Path) -> None:
    animator = Stateful()
    check_verified(animator, out)
    assert animator.steps == len(animator.trail) == FRAMES
    numbers = np.random.default_rng(5)
    assert animator.trail == [numbers.normal() for _ in range(FRAMES)]


@pytest.mark.parametrize("run", [*RUNS, *alike(((2, "spawn"),))])
def test_params_that_update_changes_are_whole_for_the_second_figure(
    out: Path, run: tuple[int, str | None]
) -> None:
    """Large ones too, which are windows on shared memory otherwise."""

    class Writes(Wave):
        updates = 0

        def update(self, frame_idx: int, params: Any) -> None:
            self.updates += 1
            levels, data = params
            self.ax.set_title(f"{levels.pop()}, {self.updates > FRAMES}")
            data += 1
            self.line.set_ydata(data[: len(X)] / 1000)

    params = [([3, i], np.full(5000, 100.0 * i)) for i in range(FRAMES)]
    check_verified(Writes(), out, run, params=params, check_history=False)


def test_params_that_cannot_be_copied_are_shared(out: Path) -> None:
    class Locked(Wave):
        def update(self, frame_idx: int, params: Any) -> None:
            with params:
                super().update(frame_idx, None)

    check_verified(Locked(), out, params=[threading.Lock() for _ in range(FRAMES)])


# Figures of pyplot


class OfPyplot(Animator):
    """Uses pyplot's current figure and axes throughout."""

    def setup(self) -> Figure:
        plt.figure(num=1, figsize=(1.6, 1.2), dpi=100)
        plt.plot(X, np.sin(X))
        plt.locator_params(nbins=2)
        return plt.gcf()

    def update(self, frame_idx: int, params: Any) -> None:
        plt.gca().lines[0].set_ydata(np.sin(X + frame_idx))
        plt.title(str(frame_idx))
        plt.figure(1).set_facecolor("orange" if frame_idx % 2 else "white")


@pytest.mark.parametrize("run", [*RUNS, *alike(((2, "spawn"),))])
def test_each_figure_is_pyplots_current_one_in_its_turn(
    out: Path, run: tuple[int, str | None]
) -> None:
    check_verified(OfPyplot(), out, run)
    assert plt.get_fignums() == []


def test_pyplots_figures_are_as_they_were_afterwards(out: Path) -> None:
    """Number 1 is taken up by setup() in place of one of its own, as ever."""
    mine = [plt.figure(num=number) for number in (3, 7)]
    plt.figure(3)
    check_verified(OfPyplot(), out)
    assert plt.get_fignums() == [3, 7]
    assert plt.gcf() is mine[0]


class AtFirst(OfPyplot):
    """Makes its figure when it is made itself."""

    def __init__(self) -> None:
        self.figure = super().setup()

    def setup(self) -> Figure:
        return self.figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.figure.axes[0].lines[0].set_ydata(np.sin(X + frame_idx))


@pytest.mark.parametrize("run", [(1, None), (2, "fork")])
def test_a_figure_that_the_animator_has_from_the_start_is_copied(
    out: Path, run: tuple[int, str | None]
) -> None:
    animator = AtFirst()
    check_verified(animator, out, run)
    assert plt.get_fignums() == [1]
    assert plt.gcf() is animator.figure


@pytest.mark.parametrize("workers", [1, 2])
def test_a_figure_that_setup_returns_twice_is_refused(out: Path, workers: int) -> None:
    figure = Figure(figsize=(1.6, 1.2))

    class Same(Animator):
        def setup(self) -> Figure:
            return figure

        def update(self, frame_idx: int, params: Any) -> None: ...

    with pytest.raises(SetupError, match="has returned the same one twice: make a new figure"):
        render(Same(), out, (workers, None))


# Copies


class Holding(Wave):
    def __init__(self, **held: Any) -> None:
        vars(self).update(held)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_animator_that_cannot_be_copied_is_refused_with_the_reason(
    out: Path, workers: int
) -> None:
    animator = Holding(fine=[1], lock=threading.Lock())
    with pytest.raises(SetupError) as caught:
        render(animator, out, (workers, None if workers == 1 else "fork"))
    assert first_line(caught.value).startswith(
        "redraw='verify' compares with a second figure, for which Holding has to be copied, but "
        "self.lock cannot be (TypeError: cannot pickle '_thread.lock' object)"
    )
    assert "use redraw='auto' or 'full'" in str(caught.value)
    assert render(animator, out, resume="restart", redraw="auto").frames == FRAMES


def test_an_animator_that_only_pickling_can_copy_is_verified(out: Path) -> None:
    """Such as one that holds a module. Its class stays the class that it is."""
    before = dict(vars(Holding))
    check_verified(Holding(module=np, function=lambda: 1, nested=[Path(), {"a": np}]), out)
    assert dict(vars(Holding)) == before


def test_what_the_animator_has_opened_in_setup_need_not_be_copied(out: Path) -> None:
    class Opens(Wave):
        def setup(self) -> Figure:
            self.file = Path(__file__).open("rb")  # noqa: SIM115
            return super().setup()

        def update(self, frame_idx: int, params: Any) -> None:
            self.file.seek(frame_idx)
            self.ax.set_title(str(self.file.read(3)))
            if frame_idx == FRAMES - 1:
                self.file.close()

    check_verified(Opens(), out)


# Errors of the user's code


class FailsForTheSecond(Wave):
    """Fails in the second figure only: there are two when the second one is made."""

    made: list[str] = []  # noqa: RUF012

    def __init__(self, where: str) -> None:
        self.where = where

    def setup(self) -> Any:
        self.second = len(self.made) > 0
        self.made.append("figure")
        figure, _ = plt.subplots(figsize=(1.6, 1.2))
        self.artist = figure.add_artist(BadArtist())
        if self.second and self.where == "setup":
            raise OddError("of the second")
        return None if self.second and self.where == "return" else figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.artist.broken = self.second and self.where == "draw"
        if self.second and self.where == "update":
            raise OddError("of the second")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("where", "kind", "said"),
    [
        ("setup", SetupError, "setup() {}, failed: OddError: of the second"),
        ("return", FigureTypeError, "FailsForTheSecond.setup() {}, must return a matplotlib"),
        ("update", FrameError, "update() {}, failed for frame 0 with params 0: OddError: of"),
        ("draw", FrameError, "drawing {}, failed for frame 0 with params 0: OddError: cannot"),
    ],
)
def test_errors_of_the_users_code_say_that_they_are_the_second_figures(
    out: Path, where: str, kind: type[Exception], said: str, workers: int
) -> None:
    FailsForTheSecond.made.clear()
    with pytest.raises(kind) as caught:
        render(FailsForTheSecond(where), out, (workers, None), range(1 if workers == 1 else 4))
    said = said.format("of the second figure, which redraw='verify' makes")
    if kind is FrameError:  # workers may have begun with another frame
        said = said.partition(" for frame")[0]
    assert first_line(caught.value).startswith(said)
    if where != "return":
        assert type(caught.value.__cause__) is OddError
        assert "raise OddError" in str(caught.value)  # the user's own line
    assert plt.get_fignums() == []
