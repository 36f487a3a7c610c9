"""A surface draws in full what cannot be redrawn, and when it is told to."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D

from parallel_animate.canvas import DrawCounts, FrameFormat, PixelStore, Surface, Way
from tests.canvas.everything import X, check_animated
from tests.canvas.redraw import difference, new_axes
from tests.canvas.unseen import UnseenNorm

pytestmark = pytest.mark.one_in(3)


def frames_in_full(figure: Figure, line: Line2D) -> Surface:
    """Check that no frame is redrawn; return the surface."""
    surface = Surface(figure)
    for frame in range(5):
        line.set_ydata(np.sin(X + frame))
        surface.draw()
        shown = surface.pixels.copy()
        FigureCanvasAgg(figure).draw()
        assert difference(np.asarray(figure.canvas.buffer_rgba()), shown) == ""
    assert surface.counts.redrawn == 0
    assert surface.counts.full == 5
    return surface


def test_figure_with_a_draw_event_listener_is_drawn_in_full() -> None:
    """The listener hears of each draw."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    heard = []
    figure.canvas.mpl_connect("draw_event", lambda event: heard.append(event))
    frames_in_full(figure, line)
    assert len(heard) >= 1 + 5


def test_listener_that_comes_later_is_heeded_from_then_on() -> None:
    """And when it goes, figures are redrawn again, rightly."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    surface = Surface(figure)
    heard = []
    for frame in range(9):
        if frame == 3:
            number = figure.canvas.mpl_connect("draw_event", lambda event: heard.append(event))
        if frame == 6:
            figure.canvas.mpl_disconnect(number)
            seen = len(heard)
        line.set_ydata(np.sin(X + frame))
        surface.draw()
        shown = surface.pixels.copy()
        assert (surface._shown is surface._picture.pixels) == (frame not in (3, 4, 5))
        with surface._picture.scene.undisturbed():
            surface._canvas.draw()
        assert difference(np.asarray(surface._canvas.buffer_rgba()), shown) == ""
    assert seen >= 3


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_listener_that_goes_is_heeded_until_then(layout: str | None) -> None:
    """Frames are redrawn from then on, in the sizes that the figure has, unless it is closed."""
    pictures = []
    for redraw in ("auto", "full"):
        figure, ax = new_axes(layout=layout)
        (line,) = ax.plot(X, np.sin(X))
        number = figure.canvas.mpl_connect("draw_event", lambda event: None)
        surface = Surface(figure, redraw)
        pictures.append([])
        for frame in range(9):
            if frame == 3:
                figure.canvas.mpl_disconnect(number)
            if frame == 7:
                figure.set_dpi(80)
            line.set_ydata(np.sin(X + frame))
            surface.draw("full" if frame == 3 else "redraw")
            pictures[-1].append(surface.pixels.copy())
        assert surface.counts.redrawn == (5 if redraw == "auto" else 0)
        surface.close()
        surface.draw()
        assert surface.counts.full == (5 if redraw == "auto" else 10)
    assert [difference(*pair) for pair in zip(*pictures, strict=True)] == [""] * 9


def test_figure_that_joins_no_images_or_all_of_them_is_drawn_so() -> None:
    """Joined images are one primitive of the figure's own, so such a figure is drawn in full."""
    figure, ax = new_axes()
    figure.suppressComposite = False
    (line,) = ax.plot(X, np.sin(X))
    ax.imshow(np.eye(4), extent=(0, 6, -1, 0), alpha=0.5)
    ax.imshow(np.eye(4), extent=(0, 6, 0, 1), alpha=0.5)
    frames_in_full(figure, line)


def test_figure_with_a_draw_of_its_own_is_drawn_in_full() -> None:
    """The user's draw runs for each frame."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    calls = []
    draw = figure.draw

    def counted(renderer: object) -> None:
        calls.append(renderer)
        draw(renderer)

    figure.draw = counted
    frames_in_full(figure, line)
    assert len(calls) == 1 + 5 + 5


def test_surface_draws_in_full_and_compares_when_it_is_told_to() -> None:
    """Frames are right before, in and after full draws, and nothing is compared unasked."""
    counts = check_animated(9, {3: "full", 4: "compare", 6: "full", 7: "full"}).counts
    assert counts.redrawn == 6
    assert counts.full == 3 + 1
    assert counts.mismatches == 0


@pytest.mark.parametrize("way", get_args(Way))
def test_a_frame_is_drawn_in_the_way_that_it_is_told(way: Way) -> None:
    """And counted so."""
    counts = check_animated(5, dict.fromkeys(range(5), way)).counts
    assert counts.redrawn == (0 if way == "full" else 5)
    assert counts.full == (0 if way == "redraw" else 5)


def test_each_frame_drawn_in_full_is_counted_with_the_reason() -> None:
    """In words, which the report shows."""
    figure, _ = new_axes()
    surface = Surface(figure)
    heard = figure.canvas.mpl_connect("draw_event", print_nothing)
    surface.draw()
    surface.draw()
    figure.canvas.mpl_disconnect(heard)
    figure.suppressComposite = False
    surface.draw()
    figure.suppressComposite = None
    surface.draw("full")
    surface.draw()
    name = f"{print_nothing.__module__}.{print_nothing.__qualname__}"
    assert surface.counts.in_full == {
        f"{name} hears of each draw (draw_event)": 2,
        "figure.suppressComposite is False, which joins images before they are drawn": 1,
    }
    assert surface.counts.told == 1
    assert surface.counts.redrawn == 1
    assert Surface(figure, "full").counts.in_full == {}, "the first picture is no frame"
    full = Surface(figure, "full")
    full.draw()
    assert full.counts.in_full == {"redraw='full'": 1}


def print_nothing(event: object) -> None: ...


def test_what_is_drawn_anew_for_each_frame_is_told_once_with_the_reason() -> None:
    """With its class, and the part of it that is not known."""
    figure, ax = new_axes()

    class Own(Line2D):
        pass

    class Moved(Affine2D):
        pass

    ax.add_line(Own([0, 1], [0, 1]))
    (line,) = ax.plot(X, np.sin(X), transform=Moved() + ax.transData)
    surface = Surface(figure)
    here = f"{__name__}.test_what_is_drawn_anew_for_each_frame_is_told_once_with_the_reason"
    surface.draw()
    assert surface.counts.anew == {
        f"{here}.<locals>.Own is no artist of matplotlib's that is known",
        f"matplotlib.lines.Line2D holds {here}.<locals>.Moved",
    }
    surface.counts = DrawCounts()
    surface.draw()
    assert surface.counts.anew == set()
    line.remove()


@pytest.mark.parametrize("way", ["compare", "check", "full"])
def test_what_is_stored_at_a_difference_is_what_is_shown(way: str) -> None:
    """The full draw differs where redrawing has told of no change, and is shown from there on.

    The norm takes another power meanwhile, of which nothing tells.
    """
    figure, ax = new_axes()
    norm = UnseenNorm(vmin=0, vmax=1)
    ax.imshow(np.linspace(0, 1, 16).reshape(4, 4), norm=norm)
    text = figure.text(0.02, 0.95, "0")
    surface = Surface(figure)
    frame_format = FrameFormat("yuv420p", 240, 180)
    store = PixelStore(frame_format)
    slot, expected = (np.empty(frame_format.nbytes, np.uint8) for _ in range(2))
    for frame in range(8):
        text.set_text(str(frame))
        if frame == 4:
            norm.set_power(3.0)
        surface.draw(way if frame == 5 and way != "check" else "redraw")  # type: ignore[arg-type]
        if frame == 5 and way == "check":
            surface.check()
        damage = surface.take_damage()
        store.store(surface.pixels, slot, opaque=surface.opaque, damage=damage)
        PixelStore(frame_format).store(surface.pixels, expected, opaque=surface.opaque)
        assert np.array_equal(slot, expected), f"frame {frame}"
    assert (surface.mismatch is not None) == (way != "full")
