"""What an animation of matplotlib shows before it saves it is drawn as often as matplotlib does."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from matplotlib import cbook
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parallel_animate.canvas import Showing, Surface
from tests.conftest import alike

pytestmark = pytest.mark.one_in(3)

FRAMES = 3
X = np.linspace(0, 6, 50)


def moving(layout: Any) -> tuple[Figure, Callable[[int], None]]:
    """Return a figure whose title, ticks, limits and arrows move when it is drawn."""
    figure = Figure(figsize=(2, 1.6), dpi=100, layout=layout)
    above, below = figure.subplots(2)
    for axis in (above.xaxis, above.yaxis, below.yaxis):
        axis.set_ticks([0])
    (line,) = above.plot(X, np.sin(X))
    arrows = below.quiver([0, 1], [0, 1], [1, 2], [2, 1])
    below.xaxis.set_ticks([0])
    below.xaxis.tick_top()

    def update(frame: int) -> None:
        line.set_ydata(np.sin(X + frame) * (1 + frame))
        above.relim()
        above.autoscale_view()
        above.set_title("t" * (frame + 1))
        (above.xaxis.tick_top if frame % 2 else above.xaxis.tick_bottom)()
        below.set_title("u" * frame)
        arrows.set_UVC([frame, 1], [1, frame + 1])

    return figure, update


def saved(layout: Any, dpi: float) -> list[bytes]:
    """Return the frames as matplotlib shows and saves them."""
    figure, update = moving(layout)
    FigureCanvasAgg(figure)
    frames = []
    with cbook._setattr_cm(figure.canvas, _is_saving=True):
        for frame in range(FRAMES):
            update(frame)
            figure.canvas.draw_idle()
            file = io.BytesIO()
            figure.savefig(file, format="rgba", dpi=dpi)
            frames.append(file.getvalue())
    return frames


@pytest.mark.parametrize(
    ("layout", "dpi", "mode"),
    [
        (None, 100, "auto"),
        (None, 73, "auto"),
        ("constrained", 100, "auto"),
        ("constrained", 73, "full"),
        ("tight", 100, "full"),
        *alike((None, 73, "full"), ("tight", 100, "auto"), ("tight", 73, "auto")),
    ],
)
def test_each_frame_is_what_matplotlib_shows_and_saves(
    layout: str | None, dpi: float, mode: Literal["auto", "full"]
) -> None:
    expected = saved(layout, dpi)
    figure, update = moving(layout)
    surface = None
    for frame in range(FRAMES):
        figure.set_dpi(100)
        update(frame)
        figure.set_dpi(dpi)
        first = surface is None
        surface = surface or Surface(figure, mode, showing=Showing(100))
        surface.draw("compare" if frame % 2 else "redraw", drawn=first)
        assert surface.pixels.tobytes() == expected[frame], frame
    assert surface is not None
    assert surface.mismatch is None
    assert (surface.counts.redrawn > 0) == (mode == "auto" and (layout is None or dpi == 100))
