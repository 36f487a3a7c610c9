"""How long it takes to draw a frame of another library's axes in full, and only what has changed.

::

    pip install -e '.[ecosystem]'
    pytest benchmarks/test_libraries.py

As `test_redraw.py`: two figures are updated alike, one is drawn in full by ``FigureCanvasAgg``, the
other by a `Surface`. First every frame is compared; then some frames of each are drawn in turn, and
the medians are printed and saved to ``benchmarks/results/libraries.json``.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from time import perf_counter
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from benchmarks.recording import RESULTS, save
from parallel_animate.canvas import Surface

FRAMES = 20
COMPARED = 8
IN_TURN = 5
Scene = Callable[[], tuple[Any, Callable[[int], object]]]


def new_figure() -> Any:
    """Return a figure of 1920x1080."""
    return plt.figure(figsize=(19.2, 10.8), dpi=100)


def land_and_sea(projection: str, *, moving: str) -> tuple[Any, Callable[[int], object]]:
    """Return a map: 2,000 points of coasts, labelled gridlines, a mesh of 200x300 cells."""
    crs = pytest.importorskip("cartopy.crs")
    from shapely.geometry import Polygon

    plate = crs.PlateCarree()
    figure = new_figure()
    ax = figure.add_subplot(projection=getattr(crs, projection)())
    ax.set_global()
    angle = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    ragged = 1 + 0.25 * np.sin(3 * angle) + 0.1 * np.cos(7 * angle) + 0.02 * np.sin(60 * angle)
    shapes = [
        Polygon(np.c_[x + 1.6 * size * ragged * np.cos(angle), y + size * ragged * np.sin(angle)])
        for x, y, size in ((-90, 40, 18), (-60, -15, 18), (20, 5, 22), (80, 45, 20))
    ]
    ax.add_geometries(shapes, crs=plate, facecolor="none", edgecolor="k")
    ax.gridlines(draw_labels=True)
    longitude, latitude = np.linspace(-180, 180, 301), np.linspace(-90, 90, 201)
    phase, weight = np.radians(3 * longitude[:-1]), np.cos(np.radians(latitude[:-1]))[:, np.newaxis]
    mesh = ax.pcolormesh(longitude, latitude, np.sin(phase) * weight, transform=plate)
    (point,) = ax.plot([0], [0], "ro", transform=plate)
    if moving == "mesh":
        return figure, lambda i: mesh.set_array(np.sin(phase + i / 10) * weight)
    return figure, lambda i: point.set_data([3 * i], [2 * i])


def sky(size: int, *, moving: str) -> tuple[Any, Callable[[int], object]]:
    """Return a picture of the sky of size x size pixels, with a grid."""
    wcs = pytest.importorskip("astropy.wcs").WCS(naxis=2)
    wcs.wcs.ctype = "RA---TAN", "DEC--TAN"
    wcs.wcs.crpix = size / 2, size / 2
    wcs.wcs.cdelt = -5 / size, 5 / size
    wcs.wcs.crval = 83.6, 22.0
    wcs.wcs.cunit = "deg", "deg"
    figure = new_figure()
    ax = figure.add_subplot(projection=wcs)
    row, column = np.mgrid[:size, :size] / size

    def stars(i: int) -> Any:
        return np.exp(-((row - 0.2 - i / 100) ** 2 + (column - 0.4) ** 2) * 100)

    image = ax.imshow(stars(0), origin="lower", vmin=0, vmax=1)
    ax.set(xlabel="RA", ylabel="Dec")
    ax.coords.grid(color="w")
    (mark,) = ax.plot([size / 9], [size / 9], "ro")
    if moving == "image":
        return figure, lambda i: image.set_data(stars(i))
    return figure, lambda i: mark.set_data([size * (i % 40 + 1) / 50], [size / 3])


def triangle() -> tuple[Any, Callable[[int], object]]:
    """Return a ternary plot with a grid, in which a line moves."""
    pytest.importorskip("mpltern")
    figure = new_figure()
    ax = figure.add_subplot(projection="ternary")
    ax.set(tlabel="a", llabel="b", rlabel="c")
    ax.grid()
    share = np.linspace(0, 1, 50)

    def points(i: int) -> Any:
        top = 0.5 + 0.4 * np.sin(3 * share + i / 5)
        return np.c_[top, (1 - top) * share, (1 - top) * (1 - share)]

    (line,) = ax.plot(*points(0).T)
    return figure, lambda i: line.set_data(*ax.transProjection.transform(points(i)).T)


CASES: dict[str, tuple[Scene, float]] = {
    "map, mesh changes": (partial(land_and_sea, "PlateCarree", moving="mesh"), 2.5),
    "Robinson, mesh changes": (partial(land_and_sea, "Robinson", moving="mesh"), 3),
    "Robinson, a point moves": (partial(land_and_sea, "Robinson", moving="point"), 10),
    "sky, image of 200x200 changes": (partial(sky, 200, moving="image"), 2),
    "sky, image of 500x500 changes": (partial(sky, 500, moving="image"), 2),
    "sky, a mark moves": (partial(sky, 500, moving="mark"), 8),
    "triangle, a line moves": (triangle, 10),
}


@pytest.fixture(scope="module")
def rows() -> Iterator[list[dict[str, Any]]]:
    """Collect what was measured, print it and save it."""
    collected: list[dict[str, Any]] = []
    yield collected
    print()
    for row in collected:
        print(
            f"{row['case']:<32} {row['full_ms']:7.1f} ms full {row['redraw_ms']:7.2f} ms redrawn "
            f"{row['ratio']:6.2f}x (goal {row['goal']}x)"
        )
    if len(collected) == len(CASES):
        about = {name: version(name) for name in ("cartopy", "astropy", "mpltern")}
        save(RESULTS / "libraries.json", collected, **about)


@pytest.mark.parametrize("case", CASES)
def test_library(case: str, rows: list[dict[str, Any]]) -> None:
    make, goal = CASES[case]
    drawn, update_drawn = make()
    redrawn, update_redrawn = make()
    canvas, surface = FigureCanvasAgg(drawn), Surface(redrawn)
    seconds: dict[str, list[float]] = {"full": [], "redraw": []}

    def draw(frame: int) -> None:
        update_drawn(frame)
        start = perf_counter()
        canvas.draw()
        seconds["full"].append(perf_counter() - start)

    def redraw(frame: int) -> None:
        update_redrawn(frame)
        start = perf_counter()
        surface.draw("redraw")
        seconds["redraw"].append(perf_counter() - start)

    for frame in range(COMPARED):
        draw(frame)
        redraw(frame)
        assert (np.asarray(canvas.buffer_rgba()) == surface.pixels).all()
    seconds["full"].clear()
    seconds["redraw"].clear()
    for start in range(COMPARED, COMPARED + FRAMES, IN_TURN):
        for way in (draw, redraw):
            for frame in range(start, start + IN_TURN):
                way(frame)
    plt.close("all")
    full, changed = statistics.median(seconds["full"]), statistics.median(seconds["redraw"])
    rows.append(
        {
            "case": case,
            "goal": goal,
            "ratio": full / changed,
            "full_ms": 1000 * full,
            "redraw_ms": 1000 * changed,
        }
    )
