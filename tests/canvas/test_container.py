"""Containers whose draw is known are asked only if something has changed."""

from __future__ import annotations

from parallel_animate.canvas import (
    container,
)
from tests.canvas.redraw import new_figure


def test_containers_are_drawn_by_the_code_that_scene_knows() -> None:
    """Axes and figures of other modules are asked at each frame."""
    figure = new_figure()
    plain = [
        figure.add_subplot(221),
        figure.add_subplot(222, projection="polar"),
        figure,
        figure.subfigures(),
    ]
    for artist in plain:
        known = container.Container(artist)
        assert known.plain, artist
        assert not known.volatile, artist
    deep = container.Container(figure.add_subplot(223, projection="3d"))
    assert deep.is_3d
    assert not deep.plain
    assert not deep.volatile
