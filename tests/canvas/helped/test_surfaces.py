"""Surfaces of 3-D axes look as matplotlib draws them, whatever they are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from parallel_animate.canvas.artists import written_after
from parallel_animate.canvas.helped.surfaces import Surface3D
from tests.canvas.helped.pairs import Pair
from tests.canvas.redraw import in_turn

pytestmark = pytest.mark.one_in(3)

X, Y = np.meshgrid(np.linspace(-2, 2, 7), np.linspace(-2, 2, 6))
Z = np.sin(X) * Y
TRIANGLES = np.array([[[0, 0, 0], [1, 0, 1], [0, 1, 0.5]], [[1, 1, 0], [1, 0, 1], [0, 1, 2]]])
Change = Callable[[Any, Any, int], object]


def turned(ax: Any, surface: Any, frame: int) -> None:
    ax.view_init(30 + frame, 40 * frame)


SURFACES: dict[str, Callable[[Any], Any]] = {
    "mapped": lambda ax: ax.plot_surface(X, Y, Z, cmap="viridis", rstride=1, cstride=1),
    "one colour": lambda ax: ax.plot_surface(X, Y, Z, color="c", alpha=0.5, edgecolor="k"),
    "own colours": lambda ax: ax.plot_surface(
        X, Y, Z, facecolors=ScalarMappable(cmap="hot").to_rgba(Z), shade=True
    ),
    "gaps": lambda ax: ax.plot_surface(X, Y, np.where(Z > 1, np.nan, Z), cmap="magma"),
    "triangles": lambda ax: ax.plot_trisurf(X.ravel(), Y.ravel(), Z.ravel(), cmap="cool"),
    "bars": lambda ax: ax.bar3d([0, 1], [0, 1], 0, 0.5, 0.5, [1, 2], color=["r", "b"]),
    "voxels": lambda ax: next(iter(ax.voxels(np.eye(3, dtype=bool)[None]).values())),
    "filled contours": lambda ax: ax.contourf(X, Y, Z, 4),
    "polygons": lambda ax: ax.add_collection3d(Poly3DCollection(TRIANGLES, edgecolors=["r", "g"])),
    "open ones": lambda ax: ax.add_collection3d(Poly3DCollection(TRIANGLES, closed=False)),
    # Not for the limits: matplotlib reads unset memory where the corners of some are missing.
    "of unequal length": lambda ax: ax.add_collection3d(
        Poly3DCollection([TRIANGLES[0], [*TRIANGLES[1], [0, 0, 0]]], array=[0, 1]), autolim=False
    ),
}


@pytest.mark.parametrize("name", in_turn(list(SURFACES)))
@pytest.mark.parametrize("ways", ["h", "r"])
def test_surface_that_turns(name: str, ways: str) -> None:
    def make(figure: Figure) -> None:
        ax = figure.add_subplot(projection="3d", xticks=[0], yticks=[], zticks=[])
        SURFACES[name](ax)

    pair = Pair(make, ways)
    for frame in range(3):
        pair.step(lambda figure, frame=frame: turned(figure.axes[0], None, frame))


class OwnNorm(Normalize):
    """A norm that answers otherwise each time."""

    calls = 0

    def __call__(self, value: Any, clip: Any = None) -> Any:
        self.calls += 1
        return super().__call__(np.asarray(value) * (1 + self.calls % 3), clip)


CHANGES: dict[str, Change] = {
    "values": lambda ax, surface, frame: surface.set_array(np.arange(30.0) * frame),
    "limits": lambda ax, surface, frame: surface.set_clim(0, frame + 1),
    "norm in place": lambda ax, surface, frame: surface.norm.__dict__.update(_vmax=frame + 1.0),
    "alpha": lambda ax, surface, frame: surface.set_alpha(0.2 + frame / 5),
    "one colour from here on": lambda ax, surface, frame: (
        surface.set_array(None) or surface.set_facecolor((frame / 4, 0, 1))
    ),
    "place in the order": lambda ax, surface, frame: surface.set_sort_zpos(frame),
    "sorting": lambda ax, surface, frame: surface.set_zsort(("average", "min", "max")[frame % 3]),
    "corners": lambda ax, surface, frame: surface.set_verts(TRIANGLES + frame / 3),
    "edges": lambda ax, surface, frame: surface.set_edgecolor(["k", "w", (0, 1, 0)][frame % 3]),
    "order by hand": lambda ax, surface, frame: setattr(ax, "computed_zorder", frame % 2 == 0),
    "limits of the axes": lambda ax, surface, frame: ax.set_xlim(-1 - frame, 2),
    "norm of the user's": lambda ax, surface, frame: surface.set_norm(OwnNorm(-1, 1)),
    "scale": lambda ax, surface, frame: ax.set_zscale("symlog" if frame % 2 else "linear"),
    "projection of the user's": lambda ax, surface, frame: setattr(
        surface, "do_3d_projection", type(surface).do_3d_projection.__get__(surface)
    ),
}


@pytest.mark.parametrize("change", in_turn(list(CHANGES)))
def test_surface_that_changes_while_it_turns(change: str) -> None:
    def make(figure: Figure) -> None:
        ax: Any = figure.add_subplot(projection="3d", xticks=[0], yticks=[], zticks=[])
        ax.plot_surface(X, Y, Z, cmap="viridis", rstride=1, cstride=1)

    def step(figure: Figure, frame: int) -> None:
        ax = figure.axes[0]
        turned(ax, None, frame)
        CHANGES[change](ax, ax.collections[0], frame)

    pair = Pair(make, "hhrhr")
    for frame in range(5):
        pair.step(lambda figure, frame=frame: step(figure, frame))


@pytest.mark.skipif(not written_after.is_as_known("surfaces"), reason="not helped here")
def test_colours_are_mapped_once_a_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the projection, and not again when the polygons are drawn."""
    mapped: list[bool] = []
    real = Surface3D.map_colours

    def note(self: Surface3D) -> None:
        mapped.append(self._coloured)
        real(self)

    monkeypatch.setattr(Surface3D, "map_colours", note)

    def make(figure: Figure) -> None:
        figure.add_subplot(projection="3d").plot_surface(X, Y, Z, cmap="viridis")

    pair = Pair(make)
    mapped.clear()
    pair.step(lambda figure: turned(figure.axes[0], None, 2))
    assert mapped == [False, True]
