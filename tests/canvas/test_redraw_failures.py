"""Errors of the user are told as such, however frames are drawn, and leave the figure whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parallel_animate import FrameError
from tests.canvas.rendered import MODES, MODES_AND_RUNS, Busy, render

pytestmark = [pytest.mark.usefixtures("no_open_figures"), pytest.mark.one_in(3)]


class OddError(Exception):
    """An error of the user's own."""


class FailsToUpdate(Busy):
    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == 5:
            raise OddError("no such thing")  # in update()


class Fragile(Artist):
    broken = False

    def draw(self, renderer: Any) -> None:
        if self.broken:
            raise OddError("cannot be drawn")  # in draw()


class FailsToDraw(Busy):
    def setup(self) -> Figure:
        figure = super().setup()
        self.artist = self.ax.add_artist(Fragile())
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        self.artist.broken = frame_idx == 5


def traced(error: BaseException) -> list[str]:
    """Return the places that a message names, in order."""
    return [line.strip() for line in str(error).splitlines() if line.strip().startswith("File ")]


@pytest.mark.parametrize(("redraw", "run"), MODES_AND_RUNS)
def test_error_in_update_begins_in_the_users_code(
    out: Path, redraw: str, run: tuple[int, str | None]
) -> None:
    """However frames are drawn."""
    with pytest.raises(FrameError) as caught:
        render(FailsToUpdate(), out, run, redraw=redraw)
    error = caught.value
    assert str(error).splitlines()[0] == (
        "update() failed for frame 5 with params 5: OddError: no such thing"
    )
    assert __file__ in traced(error)[0]
    assert "# in update()" in str(error)
    assert (error.frame_idx, error.params) == (5, "5")
    assert isinstance(error.__cause__, OddError)
    assert not out.exists()


@pytest.mark.parametrize(("redraw", "run"), MODES_AND_RUNS)
def test_error_in_a_users_draw_names_the_frame(
    out: Path, redraw: str, run: tuple[int, str | None]
) -> None:
    """It is the error of a full draw: nothing of redrawing shows in its traceback."""
    with pytest.raises(FrameError) as caught:
        render(FailsToDraw(), out, run, redraw=redraw)
    error = caught.value
    assert str(error).splitlines()[0] == (
        "drawing failed for frame 5 with params 5: OddError: cannot be drawn"
    )
    assert (error.frame_idx, error.params) == (5, "5")
    assert isinstance(error.__cause__, OddError)
    places = traced(error)
    assert __file__ in places[-1]
    assert "# in draw()" in str(error)
    assert "parallel_animate" + os.sep not in str(error)
    assert not out.exists()


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize("redraw", MODES)
def test_error_in_drawing_leaves_nothing_behind_in_the_figure(out: Path, redraw: str) -> None:
    """The user may look at the figure: its artists have their own draw and callbacks again."""
    animator = FailsToDraw()
    with pytest.raises(FrameError):
        render(animator, out, redraw=redraw)
    figure = animator.ax.get_figure()
    assert not any("draw" in vars(artist) for artist in figure.findobj())
    assert "get_layout_engine" not in vars(figure)
    animator.artist.broken = False
    animator.update(6, 6)
    FigureCanvasAgg(figure).draw()


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize("redraw", MODES)
def test_render_gives_the_figure_back_as_it_was(out: Path, redraw: str) -> None:
    """After a serial render, changes are reported to the figure again."""
    animator = Busy()
    render(animator, out, redraw=redraw)
    figure = animator.ax.get_figure()
    assert not any("draw" in vars(artist) for artist in figure.findobj())
    FigureCanvasAgg(figure).draw()
    assert not figure.stale
    animator.line.set_color("r")
    assert figure.stale
