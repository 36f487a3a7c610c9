"""A surface redraws only what has changed, notices where it must not, and leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import get_args

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from parallel_animate.canvas import Surface, Way
from parallel_animate.canvas.picture import Picture
from parallel_animate.canvas.tiles import TILE
from parallel_animate.errors import ArgumentError, RedrawError
from tests.canvas.redraw import X, difference, new_axes, take_spies_for_known, untold
from tests.canvas.unseen import UnseenStroke

WAYS = get_args(Way)


def wave() -> tuple[Figure, Line2D]:
    """Return a figure, and a line in it."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X), lw=3, label="wave")
    line.set_path_effects([UnseenStroke()])
    ax.legend(loc="upper right")
    ax.set_title("title")
    return figure, line


def recolour(line: Line2D) -> None:
    """Change a line in a way that nothing notices."""
    line.get_path_effects()[0].recolour("red")


def recolour_once(line: Line2D, frame: int) -> None:
    """Do so for frame 3."""
    if frame == 3:
        recolour(line)


def animate(
    redraw: str,
    update: Callable[[Line2D, int], object],
    frames: int,
    compared: Container[int] = (),
) -> tuple[Surface, list[str]]:
    """Return a surface that has drawn some frames, and how each differed from its full draw."""
    figure, line = wave()
    other_figure, other_line = wave()
    surface = Surface(figure, redraw=redraw)
    canvas = FigureCanvasAgg(other_figure)
    canvas.draw()
    told = []
    for frame in range(frames):
        update(line, frame)
        update(other_line, frame)
        surface.draw("compare" if frame in compared else "redraw")
        canvas.draw()
        told.append(difference(np.asarray(canvas.buffer_rgba()), surface.pixels))
    return surface, told


def test_the_error_of_a_comparison_says_where_it_differs_and_names_the_artist() -> None:
    """And how many pixels."""
    surface, _ = animate("auto", recolour_once, 5, compared=range(5))
    error = surface.mismatch
    assert isinstance(error, RedrawError)
    left, top, right, bottom = error.box
    assert 20 < left < right < 220
    assert 10 < top < bottom < 170
    assert any("Line2D" in artist for artist in error.artists)
    assert len(error.artists) <= 3
    assert f"in the box from pixel {error.box[:2]} to {error.box[2:]}" in str(error)


def test_a_frame_is_compared_before_it_is_shown() -> None:
    """No frame is shown that differs."""
    figure, line = wave()
    surface = Surface(figure)
    surface.draw("compare")
    recolour(line)
    surface.draw("compare")
    assert surface.mismatch is not None
    FigureCanvasAgg(figure).draw()
    assert difference(np.asarray(figure.canvas.buffer_rgba()), surface.pixels) == ""


def test_a_full_draw_is_counted_for_each_frame_that_is_compared() -> None:
    """Both draws are counted."""
    surface, told = animate(
        "auto", lambda line, i: line.set_ydata(np.sin(X + i)), 7, compared=range(7)
    )
    assert not any(told)
    assert surface.counts.redrawn == surface.counts.full == 7
    assert surface.counts.mismatches == 0


@pytest.mark.parametrize("redraw", ["auto", "full"])
def test_a_picture_is_explained_by_any_other_figures_full_draw(redraw: str) -> None:
    """Equal ones need no explanation; artists are named where they are known."""
    surface, _ = animate(redraw, recolour_once, 3)
    other, line = wave()
    canvas = FigureCanvasAgg(other)
    canvas.draw()
    assert surface.explain(np.asarray(canvas.buffer_rgba())) is None
    line.set_color("red")
    canvas.draw()
    error = surface.explain(np.asarray(canvas.buffer_rgba()))
    assert error is not None
    assert (len(error.artists) > 0) == (redraw == "auto")
    assert str(error).startswith("the redrawn picture" if redraw == "auto" else "the picture")
    other.set_size_inches(5, 3)
    canvas.draw()
    assert "in size: 240x180 pixels, and 300x180" in str(
        surface.explain(np.asarray(canvas.buffer_rgba()))
    )


@pytest.mark.parametrize("redraw", ["auto", "full"])
def test_draws_are_counted_however_they_are_made(redraw: str) -> None:
    """For another figure to be drawn as often; a draw to compare with is none of these."""
    figure, _ = wave()
    surface = Surface(figure, redraw)
    assert surface.draws == 1
    for way in WAYS:
        surface.draw(way)
    assert surface.draws == 4
    figure.set_dpi(80)
    surface.draw()
    assert surface.draws == 5
    assert surface.by_matplotlib == (redraw == "full")
    surface.close()
    surface.draw()
    assert surface.draws == 6


def test_change_that_cannot_be_noticed_ends_redrawing_with_auto() -> None:
    """From the frame that was compared on, all frames are full draws, and right."""
    surface, told = animate("auto", recolour_once, 12, compared=(0, 4, 7))
    assert [frame for frame, difference in enumerate(told) if difference] == [3]
    assert isinstance(surface.mismatch, RedrawError)
    assert surface.counts.mismatches == 1
    assert surface.counts.redrawn == 5  # frames 0 to 4
    assert surface.counts.full == 2 + 7  # frames 0 and 4 compared; 5 to 11


def test_mismatch_outlives_a_change_of_size() -> None:
    """A figure that was once redrawn wrongly is not redrawn at another size either."""
    surface, _ = animate("auto", lambda line, i: i == 1 and recolour(line), 3, compared=(2,))
    assert surface.mismatch is not None
    redrawn = surface.counts.redrawn
    surface.figure.set_size_inches(5, 3)
    surface.draw()
    assert surface.counts.redrawn == redrawn
    assert surface.pixels.shape == (180, 300, 4)


def test_full_never_redraws() -> None:
    """Each frame is a full draw, whatever it is told, and nothing of the figure is taken over."""
    surface, told = animate("full", lambda line, i: line.set_ydata(np.sin(X + i)), 5, compared=(2,))
    assert not any(told)
    assert surface.counts.redrawn == surface.counts.rebuilds == 0
    assert surface.counts.full == 5
    assert surface.mismatch is None


def test_full_draws_even_what_cannot_be_noticed() -> None:
    """There is nothing to notice."""
    _, told = animate("full", recolour_once, 6)
    assert not any(told)


@pytest.mark.parametrize("redraw", ["fast", "verify"])
def test_unknown_mode_is_refused(redraw: str) -> None:
    """It is an error in the argument. To verify takes a second figure."""
    with pytest.raises(ArgumentError, match="redraw"):
        Surface(new_axes()[0], redraw=redraw)


def test_close_gives_all_callbacks_back() -> None:
    """Every artist tells whom it told before."""
    figure, line = wave()
    FigureCanvasAgg(figure).draw()  # makes the ticks
    artists = figure.findobj()
    before = [artist.stale_callback for artist in artists]
    surface = Surface(figure)
    line.set_ydata(np.cos(X))
    surface.draw()
    assert line.stale_callback is not before[artists.index(line)]
    surface.close()
    assert [artist.stale_callback for artist in artists] == before
    assert not any("draw" in vars(artist) for artist in figure.findobj())


def test_removed_artists_get_their_callbacks_back() -> None:
    """As soon as a frame was drawn without them."""
    figure, line = wave()
    heard = []
    line.stale_callback = lambda artist, stale: heard.append(stale)
    surface = Surface(figure)
    line.remove()
    surface.draw()
    callback = line.stale_callback
    surface.close()
    assert line.stale_callback is callback
    line.set_color("r")
    assert callback is None or heard


def test_closing_twice_and_drawing_after_it_is_fine() -> None:
    """A closed surface draws in full."""
    figure, line = wave()
    surface = Surface(figure)
    surface.close()
    surface.close()
    line.set_color("r")
    surface.draw()
    assert surface.counts.redrawn == 0
    FigureCanvasAgg(figure).draw()
    assert difference(np.asarray(figure.canvas.buffer_rgba()), surface.pixels) == ""


def test_only_what_has_changed_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line alone is drawn, not the axis nor the legend."""
    drawn = []
    figure, line = wave()
    take_spies_for_known(monkeypatch)
    surface = Surface(figure)
    for kind in {type(artist) for artist in figure.findobj()}:
        if "draw" in vars(kind):
            monkeypatch.setattr(kind, "draw", _noting(kind.draw, drawn))
    line.set_ydata(np.cos(X))
    surface.draw()
    assert {type(artist) for artist in drawn} <= {Line2D}
    drawn.clear()
    surface.draw()
    assert drawn == []
    assert surface.counts.rebuilds <= 1


def test_what_comes_to_rest_is_drawn_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that has moved for some frames, and then stays, costs nothing."""
    drawn = []
    figure, line = wave()
    take_spies_for_known(monkeypatch)
    surface = Surface(figure)
    for frame in range(12):
        if frame < 8:
            line.set_ydata(np.cos(X + frame))
        surface.draw()
    monkeypatch.setattr(Line2D, "draw", _noting(Line2D.draw, drawn))
    surface.draw()
    assert drawn == []


def test_error_while_drawing_is_that_of_the_full_draw() -> None:
    """An update that breaks a figure is reported as ever."""
    figure, line = wave()
    surface = Surface(figure)

    def fail(renderer: object) -> None:
        raise ZeroDivisionError("of the user")

    line.draw = fail
    figure.gca().set_title("other")
    with pytest.raises(ZeroDivisionError, match="of the user"):
        surface.draw()


def test_pixels_are_a_view_and_opaque_is_known() -> None:
    """Nothing is copied for whoever looks."""
    figure, _ = wave()
    surface = Surface(figure)
    assert surface.pixels.shape == (180, 240, 4)
    assert surface.pixels.base is not None
    assert surface.opaque
    figure.set_facecolor("none")
    surface.draw()
    assert not surface.opaque
    assert surface.pixels[0, 0, 3] == 0


def test_damage_holds_every_changed_pixel() -> None:
    """What is not damaged is as it was when it was last asked."""
    figure, line = wave()
    surface = Surface(figure)
    assert surface.take_damage().mask.all()
    random = np.random.default_rng(0)
    for frame in range(20):
        before = surface.pixels.copy()
        if frame % 3:
            line.set_ydata(random.uniform(-1, 1) * np.sin(X))
        if frame % 5 == 4:
            figure.gca().set_title("title" * (frame % 4))
        surface.draw(WAYS[frame % 7 % 3])
        assert not untold(before, surface.pixels, surface)


def _noting(draw: Callable[..., object], drawn: list[Artist]) -> Callable[..., object]:
    def noted(self: Artist, renderer: object) -> object:
        drawn.append(self)
        return draw(self, renderer)

    return noted


def beside_the_last_tiles(width: int, height: int, across: bool) -> tuple[Figure, Rectangle]:
    """Return a figure with a patch in the last tiles alone, and one above it in those before."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    side = width if across else height
    rest = side % TILE
    low, beside = (side - rest + 4, side - rest - 6) if across else (1, rest + 3)
    last, before = (
        Rectangle((0, 0), 20, 20, transform=None, lw=0, color=color, zorder=zorder)
        for zorder, color in enumerate(("red", "blue"))
    )
    for patch, start, length in ((last, low, rest - 5), (before, beside, 3)):
        if across:
            patch.set(x=start, width=length, y=100)
        else:
            patch.set(y=start, height=length, x=100)
        figure.add_artist(patch)
    return figure, last


@pytest.mark.parametrize("size", [(400, 300), (400, 296), (300, 400), (296, 400), (298, 302)])
@pytest.mark.parametrize("across", [False, True])
def test_what_lies_beside_the_last_tiles_stays(size: tuple[int, int], across: bool) -> None:
    """They are not whole where a side is no multiple of a tile's."""
    figure, moving = beside_the_last_tiles(*size, across)
    other, moving_too = beside_the_last_tiles(*size, across)
    picture = Picture(figure, *size)
    canvas = FigureCanvasAgg(other)
    for frame in range(5):
        picture.draw()
        canvas.draw()
        told = difference(np.asarray(canvas.buffer_rgba()), picture.pixels)
        assert not told, f"frame {frame}: {told}"
        for patch in (moving, moving_too):
            (patch.set_y if across else patch.set_x)(101 + frame)
