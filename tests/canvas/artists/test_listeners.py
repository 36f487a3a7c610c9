"""Who hears of each draw has to be heard, except for widgets that change no picture."""

from __future__ import annotations

import inspect

import matplotlib.widgets
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.widgets import (
    CheckButtons,
    Cursor,
    EllipseSelector,
    LassoSelector,
    MultiCursor,
    PolygonSelector,
    RadioButtons,
    RectangleSelector,
    SpanSelector,
)

from parallel_animate.canvas import Surface
from parallel_animate.canvas.artists import listeners
from tests.canvas.redraw import X, difference, new_axes, saved

pytestmark = pytest.mark.one_in(3)

# Before matplotlib 3.11 it was given a canvas, which it did not use.
MULTI = [None] if "canvas" in inspect.signature(MultiCursor).parameters else []
WIDGETS = {
    "Cursor": lambda ax: Cursor(ax),
    "Cursor that blits": lambda ax: Cursor(ax, useblit=True),
    "MultiCursor": lambda ax: MultiCursor(*MULTI, [ax]),
    "EllipseSelector": lambda ax: EllipseSelector(ax, print),
    "LassoSelector": lambda ax: LassoSelector(ax, print, useblit=False),
    "PolygonSelector": lambda ax: PolygonSelector(ax, print),
    "RectangleSelector": lambda ax: RectangleSelector(ax, print),
    "RectangleSelector that blits": lambda ax: RectangleSelector(ax, print, useblit=True),
    "SpanSelector": lambda ax: SpanSelector(ax, print, "vertical"),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_widgets_that_draw_nothing_leave_the_figure_to_be_redrawn(name: str) -> None:
    """And every frame is what a full draw shows, which the widget hears of."""
    pictures = []
    for redraw in ("auto", "full"):
        figure, ax = new_axes()
        (line,) = ax.plot(X, np.sin(X))
        widget = WIDGETS[name](ax)
        assert figure.canvas.callbacks.callbacks["draw_event"], "it hears of nothing"
        surface = Surface(figure, redraw)
        pictures.append([])
        for frame in range(5):
            line.set_ydata(np.sin(X + frame))
            surface.draw()
            pictures[-1].append(surface.pixels.copy())
        assert surface.counts.redrawn == (5 if redraw == "auto" else 0)
        assert widget is not None  # it was kept: the canvas does not
    assert [difference(*pair) for pair in zip(*pictures, strict=True)] == [""] * 5


MARKS = {
    "CheckButtons": lambda ax: CheckButtons(ax, ["one", "two"], [True, False]),
    "RadioButtons": lambda ax: RadioButtons(ax, ["one", "two"]),
    "selector with a selection": lambda ax: selected(RectangleSelector(ax, print, useblit=True)),
}


def shown_axes() -> tuple[Figure, Axes]:
    """Return a figure with one axes, on a canvas with which widgets can blit."""
    figure, ax = new_axes()
    FigureCanvasAgg(figure)
    return figure, ax


def selected(selector: RectangleSelector) -> RectangleSelector:
    selector.extents = 1, 3, -0.5, 0.5
    selector.set_visible(True)
    return selector


@pytest.mark.parametrize("name", MARKS)
def test_what_widgets_draw_upon_the_picture_is_in_it(name: str) -> None:
    """Their marks are animated, and so are drawn with all the rest when a picture is saved."""
    pictures, kept = [], []
    for redraw in ("auto", "none of ours"):
        figure, ax = shown_axes()
        (line,) = ax.plot(X, np.sin(X))
        kept.append(MARKS[name](ax))
        figure.canvas.draw()
        surface = Surface(figure) if redraw == "auto" else None
        pictures.append([])
        for frame in range(3):
            line.set_ydata(np.sin(X + frame))
            if surface is None:
                pictures[-1].append(saved(figure))
            else:
                surface.draw()
                heard = name == "selector with a selection" and listeners.SELECTS_WHEN_SAVING
                assert surface.counts.redrawn == (0 if heard else frame + 1)
                pictures[-1].append(surface.pixels.copy())
    assert [difference(*pair) for pair in zip(*pictures, strict=True)] == [""] * 3


@pytest.mark.parametrize("name", MARKS)
def test_widgets_that_draw_upon_what_a_canvas_shows_are_heard(name: str) -> None:
    figure, ax = shown_axes()
    widget = MARKS[name](ax)
    assert listeners.listener_that_matters(figure.canvas) is not None
    assert widget is not None


def test_what_the_widgets_do_is_what_is_known_of_them() -> None:
    """A copy at most; a look at `useblit` or at whether the canvas is saving before more."""
    for method in listeners.COPYING:
        source = inspect.getsource(method)
        assert "copy_from_bbox" in source
        assert "draw" not in source
    source = inspect.getsource(listeners.SELECTING)
    assert source.index("not self.useblit") < source.index("draw()")
    if not listeners.SELECTS_WHEN_SAVING:
        assert source.index("not self.useblit") < source.index("is_saving()")
        assert source.index("is_saving()") < source.index("draw()")
    for method in listeners.WHEN_NOT_SAVING:
        source = inspect.getsource(method)
        assert source.index("is_saving()") < source.index("return")
        assert "draw" not in source[: source.index("return")].split('"""')[-1]
    connected = inspect.getsource(matplotlib.widgets).count("'draw_event'")
    assert 4 <= connected <= 5  # the buttons', twice before matplotlib 3.11; two cursors; selectors


def test_a_widget_of_a_class_of_the_users_is_heard() -> None:
    """Whatever its methods call may be the user's."""
    figure, ax = new_axes()

    class Heard(Cursor):
        pass

    cursor = Heard(ax)
    assert listeners.listener_that_matters(figure.canvas) is not None
    cursor.disconnect_events()
    assert listeners.listener_that_matters(figure.canvas) is None
    figure.canvas.mpl_connect("draw_event", print)
    assert listeners.listener_that_matters(figure.canvas) is not None


def test_an_animation_that_was_left_is_never_heard() -> None:
    """It would start at the first draw of a canvas that shows it; none that is saving does so."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    animation = FuncAnimation(figure, lambda i: line.set_ydata(np.cos(X)), frames=3)
    assert listeners.listener_that_matters(FigureCanvasAgg(figure)) is not None
    surface = Surface(figure)
    assert listeners.listener_that_matters(figure.canvas) is None
    assert (line.get_ydata() == np.sin(X)).all(), "it was started"
    for frame in range(5):
        line.set_ydata(np.sin(X + frame))
        surface.draw("compare" if frame == 0 else "redraw")
        assert difference(saved(figure), surface.pixels) == ""
    assert surface.counts.redrawn == 5
    assert surface.counts.full == 1
    animation._draw_was_started = True
