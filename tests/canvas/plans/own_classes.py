"""Classes of the user's, whose objects look at a state that a plan changes.

Nothing of matplotlib reports a change of that state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import ArrowStyle, BoxStyle, ConnectionStyle
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.ticker import Formatter, Locator
from matplotlib.transforms import Affine2D, Transform


class State:
    """What the user's code knows: a number, and what it has made for later."""

    def __init__(self) -> None:
        self.value = 0
        self.transforms: list[Transform] = []
        self.clips: list[Any] = []
        self.removed: list[tuple[Any, Artist]] = []


def state_of(figure: Any) -> State:
    """Return the state that belongs to a figure, or to the figure of a part."""
    while figure.figure is not None and figure.figure is not figure:
        figure = figure.figure
    return vars(figure).setdefault("state_of_the_user", State())


class OwnLine(Line2D):
    """A line that chooses its width when it is drawn."""

    state: State

    def draw(self, renderer: Any) -> None:
        self._linewidth = 1 + self.state.value % 5
        super().draw(renderer)


class OwnArtist(Artist):
    """A stroke at the corner of its axes, drawn without any artist of matplotlib's."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state

    def draw(self, renderer: Any) -> None:
        if not self.get_visible():
            return
        context = renderer.new_gc()
        context.set_foreground("tab:red")
        context.set_linewidth(1 + self.state.value)
        corner = Affine2D().scale(9 + 3 * self.state.value).translate(*self.axes.bbox.p0)
        renderer.draw_path(context, Path([(0, 0), (1, 1), (1, 0.5)]), corner)
        context.restore()


class OwnNorm(Normalize):
    """A norm with a power that is not its own."""

    state: State

    def __call__(self, value: Any, clip: bool | None = None) -> Any:
        return super().__call__(value, clip) ** (1 + self.state.value / 4)


class OwnEffect(AbstractPathEffect):
    """A path effect that moves what it draws."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def draw_path(
        self,
        renderer: Any,
        gc: Any,
        tpath: Any,
        affine: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        renderer.draw_path(gc, tpath, affine.frozen().translate(self._state.value, 0), rgbFace)


class OwnLocator(Locator):
    """Two ticks, of which one moves."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __call__(self) -> Any:
        return self.tick_values(0, 1)

    def tick_values(self, vmin: float, vmax: float) -> Any:
        return np.array([0.5, 1 + self._state.value / 4])


class OwnFormatter(Formatter):
    """Labels that grow."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:.0f}" + "!" * (self._state.value % 4)


class OwnOffset(OwnFormatter):
    """Labels with an offset that grows."""

    def get_offset(self) -> str:
        return "+" * self._state.value


class OwnTransform(Transform):
    """A transform that shifts, and is told apart by nothing but what it answers."""

    input_dims = output_dims = 2
    is_separable = True
    pass_through = True  # or those that it is part of hear of the first change alone

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        state.transforms.append(self)

    def transform_non_affine(self, values: Any) -> Any:
        return np.asarray(values, float) + self._state.value / 4


class OwnBox(BoxStyle.Square):
    """A box that grows."""

    state: State

    def __call__(self, *place: Any) -> Path:
        self.pad = 0.1 * self.state.value
        return super().__call__(*place)


class OwnArrow(ArrowStyle.Simple):
    """An arrow whose head grows."""

    state: State

    def transmute(self, path: Any, mutation_size: Any, linewidth: Any) -> Any:
        self.head_width = 0.3 + 0.1 * self.state.value
        return super().transmute(path, mutation_size, linewidth)


class OwnConnection(ConnectionStyle.Arc3):
    """A connection that bends."""

    state: State

    def connect(self, posA: Any, posB: Any) -> Path:  # noqa: N803
        self.rad = 0.1 * self.state.value
        return super().connect(posA, posB)


def own(made: Any, figure: Figure) -> Any:
    """Return an object of one of these classes, which looks at the state of a figure from now."""
    made.state = state_of(figure)
    return made
