"""matplotlib's classes are told from the user's."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import FigureBase, SubFigure
from matplotlib.image import FigureImage
from matplotlib.legend import Legend
from matplotlib.spines import Spine

from parallel_animate.canvas.artists import (
    origin,
)


def test_names_used_here_are_matplotlibs_own() -> None:
    """What the canvas takes for matplotlib's is, and the user's classes are not."""
    for kind in (Axes, Axis, Spine, Legend, FigureBase, SubFigure, FigureImage):
        assert origin.is_matplotlibs(kind)
    assert not origin.is_matplotlibs(type("Own", (Axes,), {"__module__": "matplotlibber"}))
