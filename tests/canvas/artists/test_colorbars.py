"""The axes of a colorbar rest, but for what code of the user's does to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from parallel_animate.canvas import Surface
from parallel_animate.canvas.artists.placing import has_foreign_locator
from parallel_animate.canvas.container import Container
from parallel_animate.canvas.scene import Scene
from tests.canvas.artists.steps import check_steps

CELLS = np.arange(12.0).reshape(3, 4) / 11
PLACE = (0.8, 0.2, 0.08, 0.7)


def mesh_with_a_colorbar(locator: Any = None) -> tuple[Figure, Any, Any]:
    """Return a figure, a mesh and its colorbar, whose axes may have a locator before."""
    figure = Figure(figsize=(1.4, 1), dpi=100)
    ax = figure.add_axes((0.2, 0.2, 0.5, 0.7), xticks=[], yticks=[1])
    mesh = ax.pcolormesh(CELLS, vmin=0, vmax=1)
    beside = figure.add_axes(PLACE)
    if locator is not None:
        beside.set_axes_locator(locator)
    return figure, mesh, figure.colorbar(mesh, cax=beside, ticks=[0.5])


def places_itself(figure: Figure, axes: Any, monkeypatch: pytest.MonkeyPatch, step: Any) -> bool:
    """Return whether the draw of an axes runs for a frame that a step makes."""
    drawn: list[Any] = []
    real = Scene._draw

    def note(self: Scene, container: Container) -> None:
        drawn.append(container.artist)
        real(self, container)

    surface = Surface(figure)
    monkeypatch.setattr(Scene, "_draw", note)
    step()
    surface.draw()
    monkeypatch.undo()
    surface.close()
    return axes in drawn


def test_axes_of_a_colorbar_rest_while_the_mesh_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even their own draw runs: matplotlib has only given them methods for the mouse."""
    figure, mesh, bar = mesh_with_a_colorbar()
    step: Callable[[], object] = partial(mesh.set_array, CELLS[::-1])
    assert Container(bar.ax).why_volatile is None
    assert not places_itself(figure, bar.ax, monkeypatch, step)


def test_axes_of_a_colorbar_with_an_own_draw_are_drawn_for_each_frame() -> None:
    """As any axes are; and the report names the method."""
    for name in ("apply_aspect", "get_children", "redraw_in_frame"):
        _, _, bar = mesh_with_a_colorbar()
        setattr(bar.ax, name, partial(getattr(bar.ax, name)))
        assert Container(bar.ax).why_volatile == (
            f"matplotlib.axes._axes.Axes was given another {name}()"
        )


@pytest.mark.parametrize("name", ["cla", "_get_view"])
def test_methods_that_are_not_the_colorbars_count_as_the_users(name: str) -> None:
    """Of a subclass of it, or a function of the user's in its place."""
    _, _, bar = mesh_with_a_colorbar()
    setattr(bar.ax, name, lambda *args: None)
    assert Container(bar.ax).volatile
    _, _, bar = mesh_with_a_colorbar()
    bar.__class__ = type("OwnColorbar", (Colorbar,), {})
    assert Container(bar.ax).volatile


def test_a_locator_from_before_the_colorbar_places_its_axes_for_each_frame() -> None:
    """It may do anything, and the colorbar's locator asks it."""
    places = [Bbox.from_bounds(*PLACE), Bbox.from_bounds(0.75, 0.1, 0.1, 0.3)]
    _, _, bar = mesh_with_a_colorbar(lambda axes, renderer: places[0])
    assert has_foreign_locator(bar.ax)
    assert Container(bar.ax).volatile

    def make() -> tuple[Figure, list[Callable[[], object]]]:
        place = places[:1]
        figure, mesh, _ = mesh_with_a_colorbar(lambda axes, renderer: place[0])
        return figure, [
            lambda: mesh.set_array(CELLS[::-1]),
            lambda: place.__setitem__(0, places[1]),
        ]

    check_steps(make)
