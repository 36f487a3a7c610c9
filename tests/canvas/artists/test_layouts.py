"""A layout engine can be left out."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg

from parallel_animate.canvas.artists import (
    layouts,
)
from tests.canvas.redraw import new_axes


def test_layout_engine_is_asked_for_by_name() -> None:
    """It can be left out by replacing ``get_layout_engine`` of one figure."""
    figure, _ = new_axes(layout="tight")
    ran = []
    figure.get_layout_engine().execute = lambda figure: ran.append(figure)
    canvas = FigureCanvasAgg(figure)
    with layouts.layout_left(figure):
        canvas.draw()
    assert not ran
    canvas.draw()
    assert ran
    assert "get_layout_engine" not in vars(figure)
