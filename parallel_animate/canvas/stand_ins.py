"""What stands in for methods of children while a container's own draw runs.

For that time a child's ``draw`` only notes that its turn has come, and what a container asks its
children for, to place titles, is answered from the last time if it is known to be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from parallel_animate.canvas.artists.axes3d import answering_once, draw_methods, is_axis_3d
from parallel_animate.canvas.artists.libraries import left_out
from parallel_animate.canvas.artists.origin import is_matplotlibs
from parallel_animate.canvas.artists.placing import axes_of_twins, is_axis
from parallel_animate.canvas.container import Container
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.watch import Watch

BOX = "get_tightbbox"
StandIn = tuple[Any, str, Callable[..., Any]]
"""An artist, the name of a method of its, and what stands in for that."""


class StandIns:
    """Makes what stands in for methods, in one figure.

    Parameters
    ----------
    renderer : RecordingRenderer
        Whoever asks with another one is answered by the methods themselves.
    watch : Watch
        Hears of nothing while it is asked for what is known.
    """

    def __init__(self, renderer: RecordingRenderer, watch: Watch) -> None:
        self._renderer = renderer
        self._watch = watch

    def of(
        self, container: Container, children: list[Any], frame: int, draw: Callable[..., None]
    ) -> Iterator[StandIn]:
        """Yield all that is needed for a container's draw.

        Parameters
        ----------
        container : Container
            The container.
        children : list of Artist
            Those of its children whose draws are replaced.
        frame : int
            The frame.
        draw : callable
            What is called in their place, with the child and the name of the method.
        """
        for child in children:
            for name in draw_methods(child):
                yield child, name, partial(draw, child, name)
            for name in left_out(child):
                if name not in vars(child):
                    yield child, name, partial(self._left_out, container, child, name)
        if container.volatile:
            return
        for child in children:
            if is_axis(child) and BOX not in vars(child):
                yield child, BOX, partial(self._axis_box, container, child, frame)
        for axis in axes_of_twins(container.artist):
            if is_matplotlibs(type(axis)) and BOX not in vars(axis):
                yield axis, BOX, partial(self._twins_axis_box, axis)
        if container.is_3d:
            axes = [child for child in children if is_axis_3d(child)]
            own = [axis for axis in axes if is_matplotlibs(type(axis))]
            yield from answering_once(container.artist, own)

    def _axis_box(
        self, container: Container, axis: Any, frame: int, renderer: Any = None, **options: Any
    ) -> Any:
        """Stand in for an axis's ``get_tightbbox``, by which an axes places its titles."""
        real = type(axis).get_tightbbox.__get__(axis)
        if renderer is not self._renderer or options:
            return real(renderer, **options)
        with self._watch.mute():
            return container.axis_box(axis, frame, partial(real, renderer))

    def _twins_axis_box(self, axis: Any, *args: Any, **options: Any) -> Any:
        """Stand in for the same of a twin's axis.

        To answer sets ticks and labels to what they are, which is no change. If they are to be
        others, their axes has changed, which is known by now.
        """
        with self._watch.mute():
            return type(axis).get_tightbbox(axis, *args, **options)

    def _left_out(self, container: Container, child: Any, name: str, **options: Any) -> Any:
        """Stand in for what a container asks of a child before its turn: its draw has done so."""
        unit = container.units.get((id(child), "draw"))
        for_us = options.get("renderer") is self._renderer
        if for_us and unit is not None and unit.fits(container.signature_now()):
            return None
        return getattr(type(child), name)(child, **options)
