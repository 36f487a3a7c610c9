"""Who hears of each draw has to be heard, except for widgets that change no picture."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import matplotlib.widgets
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
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
from tests.canvas.redraw import X, difference, new_axes

WIDGETS = {
    "Cursor": lambda ax: Cursor(ax),
    "Cursor that blits": lambda ax: Cursor(ax, useblit=True),
    "MultiCursor": lambda ax: MultiCursor([ax]),
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


def selected(selector: RectangleSelector) -> RectangleSelector:
    selector.extents = 1, 3, -0.5, 0.5
    selector.set_visible(True)
    return selector


@pytest.mark.parametrize("name", MARKS)
def test_widgets_that_draw_upon_the_picture_are_heard(name: str) -> None:
    """What they draw is in every frame; but not if the canvas is saving."""
    pictures, kept = [], []
    for redraw in ("auto", "none of ours"):
        figure, ax = new_axes()
        (line,) = ax.plot(X, np.sin(X))
        kept.append(MARKS[name](ax))
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        surface = Surface(figure) if redraw == "auto" else None
        pictures.append([])
        for frame in range(3):
            line.set_ydata(np.sin(X + frame))
            if surface is None:
                canvas.draw()
                pictures[-1].append(np.array(canvas.buffer_rgba()))
            else:
                surface.draw()
                assert surface.counts.redrawn == 0
                pictures[-1].append(surface.pixels.copy())
    assert [difference(*pair) for pair in zip(*pictures, strict=True)] == [""] * 3
    saving = SimpleNamespace(callbacks=figure.canvas.callbacks, is_saving=lambda: True)
    assert not listeners.has_to_be_heard(saving)


def test_what_the_widgets_do_is_what_is_known_of_them() -> None:
    """A copy at most; a look at `useblit` or at whether the canvas is saving before more."""
    for method in listeners.COPYING:
        source = inspect.getsource(method)
        assert "copy_from_bbox" in source
        assert "draw" not in source
    source = inspect.getsource(listeners.SELECTING)
    assert source.index("not self.useblit") < source.index("is_saving()") < source.index("draw()")
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
    assert listeners.has_to_be_heard(figure.canvas)
    cursor.disconnect_events()
    assert not listeners.has_to_be_heard(figure.canvas)
    figure.canvas.mpl_connect("draw_event", print)
    assert listeners.has_to_be_heard(figure.canvas)


def test_an_animation_is_heard_until_it_starts() -> None:
    """It starts at the first draw, and then lets go; from then on the figure is redrawn."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    animation = FuncAnimation(figure, lambda i: line.set_ydata(np.cos(X)), frames=3)
    assert listeners.has_to_be_heard(figure.canvas)
    saving = SimpleNamespace(callbacks=figure.canvas.callbacks, is_saving=lambda: True)
    assert not listeners.has_to_be_heard(saving)
    surface = Surface(figure)
    assert not listeners.has_to_be_heard(figure.canvas)
    assert (line.get_ydata() == np.cos(X)).all(), "it was not started"
    for frame in range(5):
        line.set_ydata(np.sin(X + frame))
        surface.draw("compare" if frame == 0 else "redraw")
        shown = surface.pixels.copy()
        with surface._picture.scene.undisturbed():
            surface._canvas.draw()
        assert difference(np.asarray(surface._canvas.buffer_rgba()), shown) == ""
    assert surface.counts.redrawn == 5
    assert surface.counts.full == 1
    animation._draw_was_started = True
