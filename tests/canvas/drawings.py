"""Random artists, and a check that what one draws is recorded exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
    RegularPolyCollection,
    TriMesh,
)
from matplotlib.figure import Figure
from matplotlib.image import BboxImage
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform
from matplotlib.tri import Triangulation

from parallel_animate.canvas.recorder import RecordingRenderer
from tests.canvas.pictures import covered
from tests.canvas.redraw import difference

WIDTH, HEIGHT = 160, 120


def random_style(random: np.random.Generator) -> dict[str, Any]:
    """Return how a line is stroked."""
    style: dict[str, Any] = {
        "linewidth": random.choice([0.0, 0.3, 1.0, 3.0, 12.0, 30.0]),
        "antialiased": bool(random.integers(2)),
        "alpha": random.choice([None, 0.5]),
        "snap": random.choice([None, True, False]),
        "linestyle": random.choice(["-", "--", ":"]),
    }
    if style["linewidth"] == 0.0:
        style["linestyle"] = "-"  # before matplotlib 3.11 dashes of no length are an error
    return style


def random_points(random: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """Return points in pixels, a few of them far out, or nowhere."""
    points = random.uniform(-20, 180, (count, 2))
    if random.random() < 0.2:
        points[random.integers(count)] = random.choice([np.nan, 1e5, -1e5])
    if random.random() < 0.3:
        points = points.round()
    return points


def random_path(random: np.random.Generator) -> Path:
    """Return a path with lines, curves and closed parts."""
    corners = random_points(random, 13)
    codes = [1, 2, 3, 3, 4, 4, 4, 79, 1, 2, 2, 2, 79]
    return Path(corners, codes)


def random_line(random: np.random.Generator) -> Line2D:
    joins, caps = ("miter", "round", "bevel"), ("butt", "round", "projecting")
    line = Line2D(
        *random_points(random, int(random.integers(2, 200))).T,
        **random_style(random),
        solid_joinstyle=random.choice(joins),
        dash_joinstyle=random.choice(joins),
        solid_capstyle=random.choice(caps),
        dash_capstyle=random.choice(caps),
    )
    return sketched(line, random)


def sketched(artist: Any, random: np.random.Generator) -> Any:
    """Let an artist wobble, perhaps."""
    if random.random() < 0.2:
        artist.set_sketch_params(random.uniform(1, 20), random.uniform(1, 50), 2)
    return artist


def random_spikes(random: np.random.Generator) -> Line2D:
    """Return a thick line whose joins reach far out."""
    x = 80 + np.arange(5) * random.uniform(0.01, 3)
    y = 60 + 20 * (-1.0) ** np.arange(5)
    angle = random.uniform(0, 360)
    turned = Affine2D().rotate_deg_around(80, 60, angle).transform(np.column_stack([x, y]))
    return Line2D(*turned.T, linewidth=random.uniform(1, 25), solid_joinstyle="miter")


def random_markers(random: np.random.Generator) -> Line2D:
    return Line2D(
        *random_points(random, int(random.integers(1, 40))).T,
        linestyle="none",
        marker=random.choice(["o", "s", "^", "*", "+", "x", "D", ",", ".", "$text$", "1"]),
        markersize=random.uniform(0.1, 40),
        markeredgewidth=random.choice([0.0, 1.0, 8.0]),
        fillstyle=random.choice(["full", "left", "none"]),
    )


def random_text(random: np.random.Generator) -> Text:
    return Text(
        *random_points(random, 1)[0],
        random.choice(["text", "two\nlines", "$\\frac{x}{y^2}$", "j"]),
        rotation=random.choice([0.0, 90.0, random.uniform(0, 360)]),
        fontsize=random.uniform(3, 30),
        antialiased=bool(random.integers(2)),
        bbox=random.choice([None, {"boxstyle": "round", "lw": 4}]),
        alpha=random.choice([None, 0.5]),
    )


def random_patch(random: np.random.Generator) -> PathPatch:
    patch = PathPatch(
        random_path(random),
        **random_style(random),
        facecolor=random.choice(["r", "none"]),
        hatch=random.choice([None, "/", "o", "xx"]),
        joinstyle=random.choice(["miter", "round", "bevel"]),
        capstyle=random.choice(["butt", "projecting"]),
    )
    return sketched(patch, random)


def random_shape(random: np.random.Generator) -> Any:
    place = random.uniform(-20, 180, 2)
    style = {"linewidth": random.uniform(0, 20), "joinstyle": "miter", "edgecolor": "k"}
    angle = random.uniform(0, 360)
    return [
        Rectangle(place, random.uniform(-90, 90), random.uniform(0, 9), angle=angle, **style),
        Circle(place, random.uniform(0, 90), hatch="*", **style),
        FancyArrowPatch(place, place + 60, arrowstyle="fancy", mutation_scale=30, linewidth=5),
    ][random.integers(3)]


def random_collection(random: np.random.Generator) -> Any:
    count = int(random.integers(1, 20))
    style: dict[str, Any] = {
        "linewidths": random.uniform(0, 20, 2),
        "antialiaseds": [bool(random.integers(2))],
        "edgecolors": "k",
        "alpha": random.choice([None, 0.5]),
    }
    kind = random.integers(4)
    if kind == 0:
        return LineCollection([random_points(random, 4) for _ in range(count)], **style)
    if kind == 1:
        hatched = style | {"hatch": random.choice([None, "/"])}
        return PolyCollection([random_points(random, 3) for _ in range(count)], **hatched)
    placed = {"offsets": random_points(random, count), "offset_transform": IdentityTransform()}
    if kind == 2:
        sizes = random.uniform(0, 900, 3)
        return RegularPolyCollection(int(random.integers(3, 8)), sizes=sizes, **placed, **style)
    paths = [Path.unit_circle(), Path([[0, 0], [1, 3], [2, 0]], [1, 3, 3])]
    return PathCollection(paths, sizes=random.uniform(0, 900, count), **placed, **style)


def random_mesh(random: np.random.Generator) -> QuadMesh:
    corners = random_points(random, 20).reshape(5, 4, 2)
    shading = random.choice(["flat", "gouraud"])
    shape = (4, 3) if shading == "flat" else (5, 4)
    mesh = QuadMesh(
        np.nan_to_num(corners),
        array=random.random(shape),
        shading=shading,
        antialiased=bool(random.integers(2)),
        edgecolor=random.choice(["face", "k"]),
        linewidth=random.uniform(0, 20),
    )
    mesh.set_cmap(colormaps["viridis"])
    return mesh


def random_triangles(random: np.random.Generator) -> TriMesh:
    mesh = TriMesh(Triangulation(*random.uniform(-20, 180, (2, 12))), array=random.random(12))
    mesh.set_cmap(colormaps["viridis"])
    return mesh


def random_image(random: np.random.Generator) -> Any:
    left, bottom = random.uniform(-40, 140, 2)
    box = Bbox.from_bounds(left, bottom, *random.uniform(1, 90, 2))
    interpolation = random.choice(["nearest", "bicubic", "none"])
    image = BboxImage(box, interpolation=interpolation, resample=bool(random.integers(2)))
    image.set_data(random.random((5, 4, 3)))
    return image


KINDS = [
    random_line,
    random_spikes,
    random_markers,
    random_text,
    random_patch,
    random_shape,
    random_collection,
    random_mesh,
    random_triangles,
    random_image,
]


def random_artist(kind: Callable[[np.random.Generator], Any], seed: int, figure: Figure) -> Any:
    """Return an artist in pixel coordinates, perhaps clipped, as large as can be."""
    random = np.random.default_rng(seed)
    artist = kind(random)
    figure.add_artist(artist)
    artist.set_transform(
        artist.get_transform() if isinstance(artist, BboxImage | PathPatch) else IdentityTransform()
    )
    if kind is random_shape or kind is random_patch:
        artist.set_transform(IdentityTransform())
    if kind is random_collection and hasattr(artist, "set_sizes"):
        artist.set_sizes(random.uniform(0, 900, 3), dpi=72)
    clipped = random.random()
    artist.set_clip_path(None)
    if clipped < 0.3:
        artist.set_clip_box(Bbox(np.sort(random.uniform(-20, 180, (2, 2)), axis=0)))
    elif clipped < 0.5:
        artist.set_clip_path(Circle((80, 60), random.uniform(5, 60)))
    return artist


SINGLE = 6  # so many primitives are looked at by themselves


def check_display_list(kind: Callable[[np.random.Generator], Any], seed: int) -> None:
    """Check that what a random artist draws is replayed exactly, and lies in the boxes."""
    dpi = (60, 100, 300)[seed % 3]  # line widths are in points
    figure = Figure(figsize=(WIDTH / dpi, HEIGHT / dpi), dpi=dpi)
    check_drawing(random_artist(kind, seed, figure), WIDTH, HEIGHT, dpi)


def check_drawing(artist: Any, width: int, height: int, dpi: float) -> None:
    """Check that what an artist draws is replayed exactly, and lies in the boxes."""
    plain = RendererAgg(width, height, dpi)
    renderer = RecordingRenderer(width, height, dpi)
    renderer.clear()
    blank = renderer.pixels.copy()
    with renderer.recording() as recorded:
        artist.draw(renderer)
    assert np.array_equal(renderer.pixels, blank)
    artist.draw(plain)
    recorded.replay(renderer)
    assert difference(np.asarray(plain.buffer_rgba()), renderer.pixels) == ""
    changed = (renderer.pixels != blank).any(axis=2)
    boxes = recorded.boxes
    within = covered(boxes, width, height) > 0
    rows, columns = (changed & ~within).nonzero()
    assert not len(rows), f"{len(rows)} pixels outside, such as {(columns[0], rows[0])}"
    if recorded.primitives:
        left, top, right, bottom = recorded.clip if recorded.clipped else recorded.bounds
        outside = np.ones((height, width), bool)
        outside[top:bottom, left:right] = False
        assert not (changed & outside).any()
    for number in range(min(SINGLE, len(recorded.primitives))):
        renderer.clear()
        recorded.replay(renderer, {number})
        changed = (renderer.pixels != blank).any(axis=2)
        within = covered(boxes[recorded.owners == number], width, height) > 0
        assert not (changed & ~within).any(), f"primitive {number} draws outside of its boxes"
