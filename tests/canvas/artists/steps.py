"""Animations of a few steps, of which each is taken alone, and then rested from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parallel_animate.canvas import Surface
from tests.canvas.redraw import Pixels, difference, saved, untold

Step = Callable[[], object]
Make = Callable[[], tuple[Figure, Sequence[Step]]]


def small_figure() -> Figure:
    """Return a figure that is drawn fast."""
    return Figure(figsize=(1.2, 0.9), dpi=100)


def small_axes(**options: Any) -> tuple[Figure, Any]:
    """Return a small figure with one axes, which has a tick or two."""
    figure = small_figure()
    ax = figure.add_axes((0.15, 0.2, 0.75, 0.7), **options)
    if ax.name != "3d":
        ax.autoscale(False)
    if ax.name in ("rectilinear", "3d"):
        ax.set(xticks=[0.5], yticks=[])
    return figure, ax


class Twins:
    """A figure that is drawn in full, and an equal one that is redrawn, at the same time.

    Parameters
    ----------
    reference, figure : Figure
        The two figures.

    Attributes
    ----------
    seen : bool
        Whether any frame has looked different from the first picture.
    """

    def __init__(self, reference: Figure, figure: Figure) -> None:
        self._reference = reference
        self.seen = False
        self._first = newly_saved(reference)
        self._surface = Surface(figure)
        self._before = self._surface.pixels.copy()

    def __enter__(self) -> Twins:
        return self

    def __exit__(self, *_: object) -> None:
        self._surface.close()

    def take(self, step: Step, same: Step, told: str) -> None:
        """Take a step in both figures, rest from it, and compare both frames.

        An artist that changes with every frame is drawn without being asked whether it has
        changed. It is asked again after it has rested.

        Raises
        ------
        Exception
            If matplotlib cannot draw what the step has led to, before the second figure is changed.
        """
        step()
        expected = newly_saved(self._reference)
        same()
        self.compare(expected, told)
        self.compare(newly_saved(self._reference), f"{told}, and then at rest")

    def compare(self, expected: Any, told: str) -> None:
        """Compare the next frame."""
        surface = self._surface
        self.seen |= bool(difference(self._first, expected))
        surface.take_damage()
        surface.draw()
        differing = difference(expected, surface.pixels)
        assert not differing, f"{told}: {differing}"
        assert surface.mismatch is None, f"{told}: {surface.mismatch}"
        changed = untold(self._before, expected, surface)
        assert not changed, f"{told}: {changed} pixels changed where nothing is told to"
        self._before = surface.pixels.copy()


def newly_saved(figure: Figure) -> Pixels:
    """Return what ``savefig`` gives of a figure that is saved for the first time.

    A renderer that is used again may go on with a mask of its last picture, which Agg would make in
    another way by now.
    """
    FigureCanvasAgg(figure)
    return saved(figure)


def check_steps(make: Make) -> None:
    """Check that each frame of an animation equals its full draw, and that a step shows.

    Were nothing to be seen of any, there would be nothing to compare.
    """
    (reference, steps), (figure, same) = make(), make()
    with Twins(reference, figure) as twins:
        for number, (step, other) in enumerate(zip(steps, same, strict=True)):
            twins.take(step, other, f"step {number}")
    assert twins.seen or not steps, "nothing that these steps do is seen"


def held(thing: object) -> Iterator[object]:
    """Yield all that an object holds, at any depth, itself first."""
    seen: dict[int, object] = {}
    left = [thing]
    while left:
        each: Any = left.pop()
        if id(each) in seen or isinstance(each, type | str | bytes | int | float):
            continue
        seen[id(each)] = each
        yield each
        if isinstance(each, dict):
            left += [*each, *each.values()]
        elif isinstance(each, list | tuple | set | frozenset):
            left += each
        if hasattr(each, "__dict__") and not callable(getattr(each, "__globals__", None)):
            left += vars(each).values()
