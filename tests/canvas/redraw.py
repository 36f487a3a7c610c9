"""Animations that are drawn twice, by a `Surface` and in full, and have to look the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import cycle
from zlib import crc32

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator

from parallel_animate.canvas import Surface
from parallel_animate.canvas import picture as picture_module
from parallel_animate.canvas import scene as scene_module
from parallel_animate.canvas import surface as surface_module
from parallel_animate.canvas.artists.known import replacements
from parallel_animate.canvas.choice import PictureWay
from parallel_animate.canvas.helped import help as help_module
from parallel_animate.canvas.tiles import TILE, Tiles
from tests.conftest import alike, in_turn

FRAMES = 13
REST = (3, 7, 8)  # the frames without an update
SETTLED = 8  # the frame at which what has rested goes back into the background
ALWAYS = 4  # of so many cases of a file, one runs always
HELPED_TOO = 3  # of so many cases, one is also drawn by turns in both ways
BY_TURNS = "rhhrrprrrhp"
WAYS: dict[str, PictureWay] = {"r": "redrawn", "h": "helped", "p": "plain"}
COMPARED = 2  # the frame that a surface is told to compare with its own full draw

X = np.linspace(0, 2 * np.pi, 60)

Pixels = npt.NDArray[np.uint8]
Update = Callable[[int], object]
Make = Callable[[], tuple[Figure, Update]]


@dataclass(frozen=True)
class Case:
    """A small animation.

    Parameters
    ----------
    name : str
        What it is about.
    make : callable
        Returns a new figure, and the function that changes it for a frame.
    redrawn : bool
        Whether it may be redrawn at all; else each frame has to be drawn in full.
    mismatch : bool
        Whether the surface may find out that it cannot redraw this.
    labels : bool
        Whether its ticks have labels.
    rare : bool
        Whether it is so like another case that only ``pytest -m alike`` runs it.
    """

    name: str
    make: Make
    redrawn: bool = True
    mismatch: bool = False
    labels: bool = True
    rare: bool = False

    def __str__(self) -> str:
        return self.name


class Cases(list[Case]):
    """The cases of one test file; :meth:`add` is a decorator.

    Only every fourth one runs always: ``pytest -m alike`` runs the others.

    Parameters
    ----------
    labels : bool
        Whether ticks have labels where they are not set otherwise.
    """

    def __init__(self, labels: bool = True) -> None:
        super().__init__()
        self._labels = labels

    def add(
        self,
        make: Make | None = None,
        *,
        redrawn: bool = True,
        mismatch: bool = False,
        rare: bool = False,
    ) -> Callable[[Make], Make] | Make:
        """Add the function below as a case."""

        def added(make: Make) -> Make:
            self.append(Case(make.__name__, make, redrawn, mismatch, self._labels, rare))
            return make

        return added if make is None else added(make)

    @property
    def each(self) -> pytest.MarkDecorator:
        """The decorator that runs a test for each case."""
        often = [case for case in self if not case.rare]
        rare = [case for case in self if case.rare]
        return pytest.mark.parametrize("case", [*in_turn(often, ALWAYS), *alike(*rare)], ids=str)


def new_figure(**options: object) -> Figure:
    """Return a small figure that pyplot knows nothing of."""
    return Figure(**{"figsize": (4, 3), "dpi": 60, **options})  # type: ignore[arg-type]


def new_axes(**options: object) -> tuple[Figure, Axes]:
    """Return a small figure with one axes."""
    figure = new_figure(**options)
    return figure, figure.add_subplot()


class Planned:
    """A choice among the ways of drawing that no clock has a part in.

    Parameters
    ----------
    ways : str
        For each draw "r", "h" or "p": redrawn, helped, plain; over and over.
    """

    trying = False

    def __init__(self, ways: str) -> None:
        self._ways = cycle(WAYS[way] for way in ways)
        self.way = next(self._ways)

    def note(self, seconds: float, changed: float) -> None:
        """Go on to the next draw."""
        self.way = next(self._ways)

    def note_compared(self, seconds: float) -> None:
        """Have it make no difference."""


@contextmanager
def planned(ways: str) -> Iterator[None]:
    """Let the surfaces that are made in the block draw in given ways."""
    usual = picture_module.Choice
    picture_module.Choice = partial(Planned, ways)
    try:
        yield
    finally:
        picture_module.Choice = usual


def take_spies_for_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test replace methods of matplotlib's classes by some that only look on."""
    found = replacements()
    for module in (scene_module, help_module):
        monkeypatch.setattr(module, "replacements", lambda: found)


def advance(update: Update, frame: int) -> None:
    """Change a figure for a frame, except while it rests."""
    if frame not in REST:
        update(frame - sum(rest < frame for rest in REST))


def made(case: Case) -> tuple[Figure, Update]:
    """Return a case's figure and update; with fewer ticks, which are most of a draw's time."""
    figure, update = case.make()
    for ax in figure.axes:
        if not case.labels:
            ax.tick_params(labelleft=False, labelbottom=False)
        for axis in (ax.xaxis, ax.yaxis):
            if type(axis.get_major_locator()) is AutoLocator:
                axis.get_major_locator().set_params(nbins=3)
    return figure, update


def full_draws(case: Case, frames: int) -> list[Pixels]:
    """Return the frames of a case, drawn in full."""
    figure, update = made(case)
    saved(figure)
    pictures = []
    for frame in range(frames):
        advance(update, frame)
        pictures.append(saved(figure))
    return pictures


def saved(figure: Figure) -> Pixels:
    """Return what ``savefig`` gives of a figure, ``(height, width, 4) uint8`` RGBA."""
    if not isinstance(figure.canvas, FigureCanvasAgg):
        FigureCanvasAgg(figure)  # as a surface does: an update may draw on it
    # With a renderer of its own: Agg would go on drawing a clip path whose vertices were changed in
    # place as it was before, if that was the last one. What it has drawn before is no part of a
    # picture, which any worker may draw.
    vars(figure.canvas).pop("_lastKey", None)
    width, height = map(int, figure.bbox.size)
    buffer = BytesIO()
    figure.savefig(buffer, format="rgba", dpi=figure.dpi)
    return np.frombuffer(buffer.getbuffer(), np.uint8).reshape(height, width, 4)


def check_frames(case: Case, monkeypatch: pytest.MonkeyPatch, frames: int = FRAMES) -> None:
    """Check that each frame of a case equals its full draw.

    The surface has to redraw every frame. It compares one frame itself, as it does in use; the
    others are compared only here, so that nothing is put right unseen.

    Parameters
    ----------
    case : Case
        The case.
    monkeypatch : pytest.MonkeyPatch
        The fixture.
    frames : int
        How many frames.
    """
    make_static = surface_module.Picture.make_static
    monkeypatch.setattr(
        surface_module.Picture, "make_static", lambda self, since: make_static(self, 3)
    )
    monkeypatch.setattr(surface_module, "MAKE_STATIC_AT", SETTLED)
    try:
        expected = full_draws(case, frames)
        for ways in ("r", BY_TURNS)[: 2 if crc32(case.name.encode()) % HELPED_TOO == 0 else 1]:
            with planned(ways):
                _check_surface(case, expected)
    finally:
        plt.close("all")


def _check_surface(case: Case, expected: list[Pixels]) -> None:
    """Check that each frame of a case is as expected."""
    frames = len(expected)
    figure, update = made(case)
    surface = Surface(figure, redraw="auto")
    for frame in range(frames):
        surface.take_damage()
        advance(update, frame)
        surface.draw("compare" if frame == COMPARED else "redraw")
        changed = untold(expected[frame - 1], expected[frame], surface) if frame else 0
        assert not changed, f"{case.name}, frame {frame}: {changed} pixels changed untold"
        told = difference(expected[frame], surface.pixels)
        assert not told, f"{case.name}, frame {frame}: {told}; {surface.mismatch}"
        assert case.mismatch or surface.mismatch is None, f"{case.name}, frame {frame}"
    assert surface.counts.mismatches <= case.mismatch
    if not case.mismatch:
        redrawn = frames if case.redrawn else 0
        assert surface.counts.redrawn == redrawn, f"{case.name}: {surface.counts}"
    surface.close()


def untold(before: Pixels, after: Pixels, surface: Surface) -> int:
    """Return how many pixels differ outside of the damage that the surface tells."""
    if before.shape != after.shape:
        return 0
    changed = (before != after).any(axis=2)
    return int((changed & ~pixels_of(surface.take_damage())).sum())


def pixels_of(tiles: Tiles) -> npt.NDArray[np.bool_]:
    """Return the pixels of all tiles of a set, ``(height, width)``."""
    return tiles.mask.repeat(TILE, 0).repeat(TILE, 1)[: tiles.height, : tiles.width]


def difference(expected: Pixels, pixels: Pixels) -> str:
    """Return how two pictures differ, in words; nothing if they do not."""
    if expected.shape != pixels.shape:
        return f"{pixels.shape} pixels, not {expected.shape}"
    rows, columns = (expected != pixels).any(axis=2).nonzero()
    if not len(rows):
        return ""
    return (
        f"{len(rows)} pixels differ, in the box from ({columns.min()}, {rows.min()}) "
        f"to ({columns.max() + 1}, {rows.max() + 1})"
    )
