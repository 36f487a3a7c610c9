"""What is drawn anew in a redrawn frame is helped, too, until code runs that is not known."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import matplotlib
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from parallel_animate.canvas.helped import Help
from parallel_animate.canvas.helped.texts import Texts
from tests.canvas.helped.pairs import Pair
from tests.canvas.helped.test_help import everything_in, known, methods_on

pytestmark = pytest.mark.one_in(3)

USUAL = list(matplotlib.rcParams["font.sans-serif"])


def two_panels(figure: Figure) -> None:
    """Fill a figure with two axes, of which one will change."""
    for ax in figure.subplots(1, 2):
        ax.plot([0, 3, 1, 4], label="line")
        ax.set(title="title", xlabel="x", xlim=(0, 3))
        ax.grid()
        ax.legend(loc="upper left")
        ax.text(1, 1, "among the data")


def move(figure: Figure, frame: int) -> None:
    """Change limits, texts and ticks of the first axes."""
    ax = figure.axes[0]
    ax.set_xlim(frame / 7, 3 + frame / 7)
    ax.texts[0].set_text(f"{frame}")
    if frame == 3:
        ax.tick_params(labelrotation=30, labelsize=6)
    if frame == 5:
        ax.yaxis.tick_right()
        ax.set_title(f"{frame}", loc="left")


@known
def test_axes_that_move_beside_others_are_helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are laid out from what is remembered, and nothing is left on any artist."""
    laid_out: list[Any] = []
    real = Texts.layout
    monkeypatch.setattr(
        Texts, "layout", lambda self, text: laid_out.append(text) or real(self, text)
    )
    pair = Pair(two_panels, "r")
    for frame in range(8):
        laid_out.clear()
        pair.step(lambda figure, frame=frame: move(figure, frame))
        assert laid_out
        assert {text.axes for text in laid_out} <= {pair.helped.axes[0], None} or frame < 2
        assert methods_on(everything_in(pair.helped)) == []


def test_a_frame_in_which_nothing_is_helped_does_not_look_around(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line that changes costs no more than it did."""
    pair = Pair(two_panels, "r")
    pair.step(lambda figure: figure.axes[1].lines[0].set_ydata([4, 1, 3, 0]))
    monkeypatch.setattr(Help, "_look_around", lambda self: pytest.fail("looks around"))
    pair.step(lambda figure: figure.axes[1].lines[0].set_ydata([4, 1, 3, 1]))


class Loud(Line2D):
    """A line that has all texts after it drawn in another font."""

    def draw(self, renderer: Any) -> None:
        super().draw(renderer)
        matplotlib.rcParams["font.sans-serif"] = next(self.fonts)

    fonts: Any


def test_nothing_is_remembered_after_an_artist_of_the_users_has_been_drawn() -> None:
    """It may have changed anything, such as the rcParams by which fonts are found."""

    def make(figure: Figure) -> None:
        ax = figure.add_subplot(xticks=[], yticks=[])
        line = Loud([0, 3], [0, 3], zorder=0)
        line.fonts = cycle([["DejaVu Serif"], ["DejaVu Sans Mono"], USUAL])
        ax.add_line(line)
        for zorder in (-1, 1):
            ax.text(0.5, 0.5 + zorder / 4, "", zorder=zorder)

    def change(figure: Figure, frame: int) -> None:
        matplotlib.rcParams["font.sans-serif"] = USUAL
        for text in figure.axes[0].texts:
            text.set_text("odd" if frame % 2 else "even")

    with matplotlib.rc_context():
        pair = Pair(make, "r")
        for frame in range(8):
            pair.step(lambda figure, frame=frame: change(figure, frame))


def test_formatter_of_the_users_ends_the_help() -> None:
    """What it answers may change with each call, and so may all that it changes."""

    def make(figure: Figure) -> None:
        two_panels(figure)
        calls = cycle(range(7))
        figure.axes[0].xaxis.set_major_formatter(
            FuncFormatter(lambda x, place: f"{x:.1f}{'*' * (next(calls) == 99)}")
        )

    pair = Pair(make, "r")
    for frame in range(5):
        pair.step(lambda figure, frame=frame: move(figure, frame))
        assert pair.surface._picture is not None
        assert pair.surface._picture._help._stage == "none"
        assert methods_on(everything_in(pair.helped)) == []


class OwnExtent:
    """What a user puts in the place of a text's extent."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __call__(self, renderer: Any = None, dpi: Any = None) -> Any:
        return type(self.text).get_window_extent(self.text, renderer, dpi).padded(9)


def test_extent_of_the_users_is_asked_for() -> None:
    """A method of a text that is replaced between two frames is noticed."""
    pair = Pair(two_panels, "r")
    for frame in range(5):

        def change(figure: Figure, frame: int = frame) -> None:
            title = figure.axes[0].title
            if frame == 2:
                title.get_window_extent = OwnExtent(title)
            figure.axes[0].xaxis.tick_top()
            title.set_text(f"{frame}")

        pair.step(change)


def faded(picture: Any, dpi: float) -> tuple[Any, int, int]:
    """Let half of what is drawn shine through."""
    return picture * (1, 1, 1, 0.5), 0, 0


FILTERED: dict[str, Any] = {
    "axis": lambda ax: ax.xaxis,
    "tick": lambda ax: ax.yaxis.get_major_ticks()[1],
    "label of a tick": lambda ax: ax.xaxis.get_major_ticks()[1].label1,
    "title": lambda ax: ax.title,
    "legend": lambda ax: ax.get_legend(),
}


@pytest.mark.parametrize("projection", ["rectilinear", "polar"])
@pytest.mark.parametrize("name", FILTERED)
def test_what_a_filter_is_given_is_drawn_by_matplotlib(name: str, projection: str) -> None:
    """It goes into a picture of its own, and not onto the canvas."""

    def make(figure: Figure) -> None:
        ax = figure.add_subplot(projection=projection)
        ax.plot([0, 1, 2], label="line")
        ax.legend(loc="upper left")
        ax.set_title("title")

    def change(figure: Figure, frame: int) -> None:
        ax = figure.axes[0]
        FILTERED[name](ax).set_agg_filter(faded if frame != 1 else None)
        ax.set_ylim(0, 3 + frame)

    pair = Pair(make, "hrhrrh")
    for frame in range(4):
        pair.step(lambda figure, frame=frame: change(figure, frame))
