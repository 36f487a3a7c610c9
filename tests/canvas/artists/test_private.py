"""What is used of matplotlib that is not public is there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.patches import Circle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform, TransformedPatchPath

from parallel_animate.canvas import (
    extents,
)
from parallel_animate.canvas.artists import (
    axes3d,
    family,
    private,
)
from parallel_animate.canvas.artists.capabilities import can_redraw
from parallel_animate.canvas.artists.private import PRIMITIVES
from tests.canvas.redraw import new_axes, new_figure

X = 1


def test_this_matplotlib_can_be_recorded() -> None:
    """If not, nothing is wrong, but all is slow: look at capabilities.py."""
    assert can_redraw()
    assert set(extents.EXTENTS) == set(PRIMITIVES)


def calls_of_primitives(renderer: RendererAgg) -> dict[str, tuple[Any, ...]]:
    """Return what each primitive is given when a renderer's public methods are called."""
    calls: dict[str, tuple[Any, ...]] = {}

    def note(name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: calls.setdefault(name, args) and None

    renderer._renderer = SimpleNamespace(**{name: note(name) for name in PRIMITIVES})
    renderer._renderer.copy_from_bbox = None
    renderer._update_methods()
    return calls


def test_each_primitive_has_its_graphics_context_where_it_is_looked_for() -> None:
    """It is copied there, as matplotlib changes and uses it again."""
    renderer = RendererAgg(50, 50, 72)
    calls = calls_of_primitives(renderer)
    context = renderer.new_gc()
    identity, path = IdentityTransform(), Path([[1, 1], [20, 20]])
    renderer.draw_path(context, path, identity)
    renderer.draw_markers(context, path, identity, path, identity)
    renderer.draw_text(context, 5, 5, "text", Text().get_fontproperties(), 0)
    renderer.draw_image(context, 1, 1, np.zeros((4, 4, 4), np.uint8))
    empty = np.empty((0, 4))
    renderer.draw_path_collection(
        *(context, identity.frozen(), [path], [], np.zeros((1, 2)), identity, empty, empty),
        *([1.0], [(0, None)], [True], [None], "screen"),
    )
    renderer.draw_quad_mesh(
        *(context, identity, 1, 1, np.zeros((2, 2, 2)), np.zeros((1, 2)), identity),
        *(np.zeros((1, 4)), True, np.zeros((1, 4))),
    )
    renderer.draw_gouraud_triangles(context, np.zeros((1, 3, 2)), np.zeros((1, 3, 4)), identity)
    assert set(calls) == set(PRIMITIVES)
    for name, args in calls.items():
        assert args[private.CONTEXT_PLACES[name]] is context, name
        others = [argument for argument in args if isinstance(argument, GraphicsContextBase)]
        assert len(others) == 1, name


def test_private_parts_that_are_looked_at_exist() -> None:
    """Without them all is right still, but slower: see the tests below."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, X, label="line")
    assert isinstance(ax.legend(loc="upper left")._loc, int)
    assert ax.legend(loc="best")._loc == 0
    assert isinstance(figure._align_label_groups, dict)
    clip = line.get_clip_path()
    assert clip is None or isinstance(clip, TransformedPatchPath)
    line.set_clip_path(ax.patch)
    line.set_clip_path(Circle((0, 0), 1))
    assert isinstance(line.get_clip_path()._patch, Circle)
    assert type(ax.indicate_inset([0, 0, 1, 1])).__name__ == "InsetIndicator"
    assert {"_stale", "stale_callback"} <= set(vars(line))
    figure.draw_without_rendering()
    assert private.is_outdated(line._transformed_path) is False


def test_private_parts_of_3d_axes_exist() -> None:
    """A 3-D axis draws in three steps, and has three parts that are not among its children."""
    ax = new_figure().add_subplot(projection="3d")
    axis = ax.xaxis
    for name in axes3d.AXIS_3D_DRAWS:
        assert callable(getattr(type(axis), name))
        assert name in inspect.getsource(type(ax).draw)
    for name in ("pane", "line", "gridlines"):
        assert getattr(axis, name) in family.family(axis)
    for name in ("get_proj", "get_w_lims", "elev", "azim", "roll"):
        assert hasattr(ax, name)


def test_draw_event_listeners_are_found() -> None:
    """The registry keeps them by the event's name."""
    figure, _ = new_axes()
    canvas = FigureCanvasAgg(figure)
    assert not canvas.callbacks.callbacks.get("draw_event")
    canvas.mpl_connect("draw_event", print)
    assert FigureCanvasAgg(figure).callbacks.callbacks.get("draw_event")
