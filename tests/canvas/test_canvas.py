"""The parts of the canvas keep what they promise each other, and what they take of matplotlib."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
    RegularPolyCollection,
    TriMesh,
)
from matplotlib.figure import Figure, FigureBase, SubFigure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.image import BboxImage, FigureImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, TransformedPatchPath
from matplotlib.tri import Triangulation

from parallel_animate.canvas import (
    FrameFormat,
    PixelStore,
    Surface,
    changes,
    container,
    extents,
    recording,
    scene,
)
from parallel_animate.canvas import surface as surface_module
from parallel_animate.canvas.pace import PLAIN, REST, TRIAL, WORTH, Pace, check_due
from parallel_animate.canvas.recording import PRIMITIVES, RecordingRenderer, can_record
from parallel_animate.canvas.tiles import MANY, TILE, Tiles, windows
from tests.canvas.redraw import difference, new_axes, new_figure, pixels_of

X = np.linspace(0, 6, 30)
WIDTH, HEIGHT = 160, 120

Pixels = npt.NDArray[np.uint8]


# What the canvas takes of matplotlib that is not public


def animated() -> tuple[Figure, Callable[[int], None]]:
    """Return a figure with some of everything, and a function that changes it for a frame.

    With few ticks, which are most of a draw's time.
    """
    figure = new_figure(figsize=(5, 2.5))
    left = figure.add_subplot(1, 3, 1)
    right = figure.add_subplot(1, 3, 2)
    deep = figure.add_subplot(1, 3, 3, projection="3d")
    (line,) = left.plot(X, np.sin(X), label="line")
    left.legend(loc="upper right")
    left.add_patch(Circle((3, 0), 1, fc="r"))
    cut = right.imshow(np.eye(5), extent=(0, 6, -1, 1), aspect="auto")
    cut.set_clip_path(Circle((3, 0), 1, transform=right.transData))
    figure.align_ylabels([left, right])
    (curve,) = deep.plot(X, X, X)
    for ax in figure.axes:
        ax.locator_params(nbins=2)

    def update(frame: int) -> None:
        line.set_ydata(np.sin(X + frame))
        if frame % 2:
            left.set_ylabel("label\n" * frame)
            left.set_ylim(-1, 10**frame)
            cut.set_data(np.eye(5) * frame)
        curve.set_data_3d(X, X + frame % 3, X)
        if frame == 4:
            left.get_legend().set_loc("best")

    return figure, update


@cache
def full_draws() -> list[Pixels]:
    """Return the first frames of that figure, drawn by matplotlib alone."""
    figure, update = animated()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pictures = []
    for frame in range(9):
        update(frame)
        canvas.draw()
        pictures.append(np.array(canvas.buffer_rgba()))
    return pictures


def check_animated(frames: int = 6) -> Surface:
    """Check each frame; return the surface, which has drawn them."""
    figure, update = animated()
    surface = Surface(figure)
    for frame, expected in zip(range(frames), full_draws()[:frames], strict=True):
        update(frame)
        surface.draw()
        told = difference(expected, surface.pixels)
        assert not told, f"frame {frame}: {told}; {surface.mismatch}"
    return surface


@pytest.fixture
def always_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let surfaces neither compare frames nor rest."""
    monkeypatch.setattr(surface_module, "check_due", lambda frame: False)
    monkeypatch.setattr(surface_module.Pace, "rests", lambda self, frame: False)
    monkeypatch.setattr(surface_module.Pace, "took", lambda self, *times: None)


def test_this_matplotlib_can_be_recorded() -> None:
    """If not, nothing is wrong, but all is slow: look at recording.py."""
    assert can_record()
    assert set(extents.EXTENTS) == set(PRIMITIVES)


def test_agg_renderer_calls_known_primitives_only() -> None:
    """A primitive that recording does not know would be drawn at once, and be lost."""
    drawing = {name for name in vars(recording._Agg) if name.startswith("draw")}
    assert drawing == set(PRIMITIVES)
    others = {name for name in vars(recording._Agg) if not name.startswith("_")} - drawing
    assert others <= {"clear", "copy_from_bbox", "restore_region"}


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
        assert args[PRIMITIVES[name]] is context, name
        others = [argument for argument in args if isinstance(argument, GraphicsContextBase)]
        assert len(others) == 1, name


def test_copied_graphics_context_is_complete() -> None:
    """Whatever a context has is copied with it."""
    context = GraphicsContextBase()
    names = {name for name in vars(context) if name.startswith("_")}
    for number, name in enumerate(sorted(names)):
        setattr(context, name, number)
    copied = GraphicsContextBase()
    copied.copy_properties(context)
    assert {name: vars(copied)[name] for name in names} == {
        name: vars(context)[name] for name in names
    }


def test_filtered_artist_is_recorded_as_the_image_it_becomes() -> None:
    """An agg filter draws on another compiled renderer for a while."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    line.set_agg_filter(lambda image, dpi: (image, 0, 0))
    renderer = RecordingRenderer(240, 180, 60)
    FigureCanvasAgg(figure).draw()
    with renderer.recording() as recorded:
        line.draw(renderer)
    assert [draw.__name__ for draw, _, _ in recorded.primitives] == ["draw_image"]
    assert renderer._renderer is renderer.agg


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


def test_texts_are_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And come out as a renderer draws them that lays them out each time."""
    monkeypatch.setattr(recording, "LAYOUTS", 4)
    font = get_font(findfont("DejaVu Sans"))
    if not hasattr(font, "_layout"):
        pytest.skip("this matplotlib lays texts out as it draws them")
    remembering, usual = RecordingRenderer(200, 60, 100), RendererAgg(200, 60, 100)
    context = GraphicsContextBase()
    texts = ["AVAT", "fi 123", "AVAT", "\u00e4\u0416", "AVAT", "new", "other", "fi 123"]
    kept = []
    for i, text in enumerate(texts):
        for size in (9, 14):
            for renderer in (remembering, usual):
                properties = FontProperties(size=size)
                renderer.draw_text(context, 3 + 20.3 * i, 20 + size, text, properties, 7 * i)
        kept.append(len(remembering._layouts))
    assert kept[:3] == [2, 4, 4]  # two sizes of two texts, and one of them again
    assert max(kept) <= 4
    assert np.array_equal(remembering.pixels, np.asarray(usual.buffer_rgba()))
    assert np.asarray(usual.buffer_rgba()).any()


def test_private_parts_of_3d_axes_exist() -> None:
    """A 3-D axis draws in three steps, and has three parts that are not among its children."""
    ax = new_figure().add_subplot(projection="3d")
    axis = ax.xaxis
    for name in scene.AXIS_3D_DRAWS:
        assert callable(getattr(type(axis), name))
        assert name in inspect.getsource(type(ax).draw)
    for name in ("pane", "line", "gridlines"):
        assert getattr(axis, name) in changes.family(axis)
    for name in ("get_proj", "get_w_lims", "elev", "azim", "roll"):
        assert hasattr(ax, name)


def test_draw_event_listeners_are_found() -> None:
    """The registry keeps them by the event's name."""
    figure, _ = new_axes()
    canvas = FigureCanvasAgg(figure)
    assert not canvas.callbacks.callbacks.get("draw_event")
    canvas.mpl_connect("draw_event", print)
    assert FigureCanvasAgg(figure).callbacks.callbacks.get("draw_event")


def test_layout_engine_is_asked_for_by_name() -> None:
    """It can be left out by replacing ``get_layout_engine`` of one figure."""
    figure, _ = new_axes(layout="tight")
    ran = []
    figure.get_layout_engine().execute = lambda figure: ran.append(figure)
    canvas = FigureCanvasAgg(figure)
    with surface_module._layout_left(figure, True):
        canvas.draw()
    assert not ran
    with surface_module._layout_left(figure, False):
        canvas.draw()
    assert ran
    assert "get_layout_engine" not in vars(figure)


# Without them


def test_frames_are_redrawn_where_everything_is_there() -> None:
    """The animation of the tests below is redrawn exactly as long as nothing is missing."""
    assert check_animated().counts.redrawn > 0


def test_without_recording_figures_are_drawn_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """All modes but "verify" do not mind."""
    monkeypatch.setattr(surface_module, "can_record", lambda: False)
    counts = check_animated().counts
    assert counts.redrawn == counts.rebuilds == counts.mismatches == 0
    assert counts.full == 6


@pytest.mark.parametrize("name", [*PRIMITIVES, "clear"])
def test_compiled_renderer_without_a_primitive_is_not_recorded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no guessing."""
    rest = {other: None for other in (*PRIMITIVES, "clear") if other != name}
    monkeypatch.setattr(recording, "_Agg", SimpleNamespace(**rest))
    assert not can_record()
    assert check_animated(3).counts.redrawn == 0


def test_renderer_of_another_build_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither without the compiled renderer, nor without what holds and binds it."""
    with monkeypatch.context() as patch:
        patch.setattr(recording, "_Agg", None)
        assert not can_record()
        assert recording._recorder_class() is None
    with monkeypatch.context() as patch:
        patch.delattr(backend_agg.RendererAgg, "_update_methods")
        assert not can_record()
    with monkeypatch.context() as patch:
        held = SimpleNamespace(_update_methods=None)
        patch.setattr(recording, "RendererAgg", type("Other", (), vars(held) | {"__init__": _any}))
        assert not can_record()
    assert can_record()


def _any(self: object, *args: object) -> None: ...


def test_legend_without_a_known_place_is_drawn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be at the "best" place, which depends on the data."""
    _, ax = new_axes()
    ax.plot(X, X, label="line")
    legend = ax.legend(loc="upper left")
    assert not changes.volatile(legend, changes.family(legend))
    monkeypatch.delattr(Legend, "_loc")
    assert changes.volatile(legend, changes.family(legend))


def test_clip_path_without_a_known_patch_is_drawn_each_time() -> None:
    """Whose path it is cannot be told then."""
    _, ax = new_axes()
    (line,) = ax.plot(X, X)
    line.set_clip_path(ax.patch)
    assert not changes.volatile(line, [line])
    line.set_clip_path(Path([[0, 0], [1, 0], [1, 1]]), ax.transData)
    assert not hasattr(line.get_clip_path(), "_patch")
    assert changes.volatile(line, [line])


def test_without_known_groups_all_labels_are_taken_for_aligned() -> None:
    """So the axes are asked again."""
    figure, ax = new_axes()
    assert container.alignment(ax) == [1, 1, 1]
    del figure._align_label_groups
    assert container.alignment(ax) != [1, 1, 1]


@pytest.mark.usefixtures("always_redrawn")
@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (changes, "is_matplotlibs", lambda kind: False),
        (container, "is_matplotlibs", lambda kind: False),
        (container, "alignment", lambda axes: None),
        (container, "PLAIN_DRAWS", ()),
        (container.Container, "volatile", True),
    ],
)
def test_what_is_not_known_is_drawn_each_time(
    where: Any, name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is slower, but right."""
    monkeypatch.setattr(where, name, value)
    surface = check_animated()
    assert surface.mismatch is None
    assert surface.counts.redrawn == 6


@pytest.mark.usefixtures("always_redrawn")
def test_artist_whose_state_cannot_be_told_is_drawn_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error while taking or comparing its state is no error of the render."""

    def fail(*_: object) -> None:
        raise TypeError("of no known kind")

    with monkeypatch.context() as patch:
        patch.setattr(changes.Fingerprint, "holds", fail)
        assert check_animated().mismatch is None
    monkeypatch.setattr(changes.Fingerprint, "__init__", fail)
    assert check_animated().mismatch is None


# Figures that are drawn in full


def frames_in_full(figure: Figure, line: Line2D) -> Surface:
    """Check that no frame is redrawn; return the surface."""
    surface = Surface(figure)
    for frame in range(5):
        line.set_ydata(np.sin(X + frame))
        surface.draw()
        shown = surface.pixels.copy()
        FigureCanvasAgg(figure).draw()
        assert difference(np.asarray(figure.canvas.buffer_rgba()), shown) == ""
    assert surface.counts.redrawn == 0
    assert surface.counts.full == 5
    return surface


def test_figure_with_a_draw_event_listener_is_drawn_in_full() -> None:
    """The listener hears of each draw."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    heard = []
    figure.canvas.mpl_connect("draw_event", lambda event: heard.append(event))
    frames_in_full(figure, line)
    assert len(heard) >= 1 + 5


def test_listener_that_comes_later_is_heeded_from_then_on() -> None:
    """And when it goes, figures are redrawn again, rightly."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    surface = Surface(figure)
    heard = []
    for frame in range(9):
        if frame == 3:
            number = figure.canvas.mpl_connect("draw_event", lambda event: heard.append(event))
        if frame == 6:
            figure.canvas.mpl_disconnect(number)
            seen = len(heard)
        line.set_ydata(np.sin(X + frame))
        surface.draw()
        shown = surface.pixels.copy()
        assert (surface._shown is surface._redraw.pixels) == (frame not in (3, 4, 5))
        with surface._redraw.scene.undisturbed():
            surface._canvas.draw()
        assert difference(np.asarray(surface._canvas.buffer_rgba()), shown) == ""
    assert seen >= 3


def test_figure_that_joins_no_images_or_all_of_them_is_drawn_so() -> None:
    """Joined images are one primitive of the figure's own, so such a figure is drawn in full."""
    figure, ax = new_axes()
    figure.suppressComposite = False
    (line,) = ax.plot(X, np.sin(X))
    ax.imshow(np.eye(4), extent=(0, 6, -1, 0), alpha=0.5)
    ax.imshow(np.eye(4), extent=(0, 6, 0, 1), alpha=0.5)
    frames_in_full(figure, line)


def test_figure_with_a_draw_of_its_own_is_drawn_in_full() -> None:
    """The user's draw runs for each frame."""
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    calls = []
    draw = figure.draw

    def counted(renderer: object) -> None:
        calls.append(renderer)
        draw(renderer)

    figure.draw = counted
    frames_in_full(figure, line)
    assert len(calls) == 1 + 5 + 5


# Tiles

sides = st.integers(1, 300)


@st.composite
def boxes_in(draw: st.DrawFn, width: int, height: int, most: int = 6) -> npt.NDArray[np.int_]:
    """Draw boxes that lie in a picture; some may be empty."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        left, right = sorted((draw(st.integers(0, width)), draw(st.integers(0, width))))
        top, bottom = sorted((draw(st.integers(0, height)), draw(st.integers(0, height))))
        if left < right and top < bottom:
            found.append((left, top, right, bottom))
    return np.array(found, int).reshape(-1, 4)


@st.composite
def pictures_with_boxes(draw: st.DrawFn) -> tuple[int, int, npt.NDArray[np.int_]]:
    width, height = draw(sides), draw(sides)
    return width, height, draw(boxes_in(width, height))


def covered(boxes: Any, width: int, height: int) -> npt.NDArray[np.int_]:
    """Return how often each pixel lies in boxes, and check that these lie in the picture."""
    count = np.zeros((height, width), int)
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        count[top:bottom, left:right] += 1
    return count


def touched_tiles(boxes: npt.NDArray[np.int_], width: int, height: int) -> npt.NDArray[np.bool_]:
    """Return the pixels of all tiles of which a box has a pixel, by looking at each pixel."""
    inside = covered(boxes, width, height) > 0
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            tile = inside[top : top + TILE, left : left + TILE]
            tile[:] = tile.any()
    return inside


@given(picture=pictures_with_boxes(), many=st.booleans())
def test_tiles_are_those_that_boxes_touch(
    picture: tuple[int, int, npt.NDArray[np.int_]], many: bool
) -> None:
    """Whether few or many boxes are added at once."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes.repeat(MANY if many else 1, axis=0))
    assert np.array_equal(pixels_of(tiles), touched_tiles(boxes, width, height))
    assert not tiles.empty_copy().mask.any()


@given(picture=pictures_with_boxes())
def test_the_places_of_tiles_are_whole_and_hold_all_their_pixels(
    picture: tuple[int, int, npt.NDArray[np.int_]],
) -> None:
    """Those at the edges overlap others; a picture smaller than a tile is one."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes)
    shown = np.zeros((height, width), bool)
    tops, lefts = tiles.places(width, height)
    windows(shown)[tops, lefts] = True
    assert shown[pixels_of(tiles)].all()
    assert len(tops) == len(lefts) == tiles.mask.sum()
    if len(tops):
        expected = (len(tops), min(TILE, height), min(TILE, width))
        assert windows(shown)[tops, lefts].shape == expected


@given(picture=pictures_with_boxes(), split=st.integers(0, 6))
def test_united_tiles_are_those_of_both(
    picture: tuple[int, int, npt.NDArray[np.int_]], split: int
) -> None:
    """As if all boxes had been added to one."""
    width, height, boxes = picture
    both, first, second = (Tiles(width, height) for _ in range(3))
    both.add(boxes)
    first.add(boxes[:split])
    second.add(boxes[split:])
    assert np.array_equal((first | second).mask, both.mask)
    first.add_all()
    assert pixels_of(first).all()


# Pixels


@st.composite
def animations_of_pixels(draw: st.DrawFn) -> tuple[int, int, int, list[Any]]:
    """Draw a size, a seed, and for each frame its changed boxes, and whether it is opaque."""
    width, height = draw(st.integers(1, 290)), draw(st.integers(1, 200))
    opaque = draw(st.sampled_from([(True,), (False,), (True, False)]))
    frames = st.lists(
        st.tuples(boxes_in(width, height, most=3), st.sampled_from(opaque)), min_size=2, max_size=5
    )
    return width, height, draw(st.integers(0, 2**32 - 1)), draw(frames)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "rgba"])
@given(animation=animations_of_pixels())
def test_storing_what_was_touched_equals_storing_everything(
    animation: tuple[int, int, int, list[Any]], pixel_format: Any
) -> None:
    """Byte for byte, whatever the size, and where frames become transparent and opaque again."""
    width, height, seed, frames = animation
    random = np.random.default_rng(seed)
    layout = FrameFormat(pixel_format, width, height)
    store = PixelStore(layout)
    pixels = random.integers(0, 256, (height, width, 4), np.uint8)
    for boxes, opaque in frames:
        for left, top, right, bottom in boxes:
            shape = (bottom - top, right - left, 4)
            pixels[top:bottom, left:right] = random.integers(0, 256, shape, np.uint8)
        shown = pixels.copy()
        if opaque:
            shown[..., 3] = 255
        touched = Tiles(width, height)
        touched.add(boxes)
        stored = random.integers(0, 256, layout.nbytes, np.uint8)  # what the slot had before
        expected = np.zeros(layout.nbytes, np.uint8)
        store.store(shown, stored, opaque=opaque, touched=touched)
        PixelStore(layout).store(shown, expected, opaque=opaque, touched=None)
        assert np.array_equal(stored, expected)


# Display lists


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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=80)
@given(seed=st.integers(0, 2**32 - 1))
def test_drawing_is_replayed_exactly_and_stays_in_its_boxes(
    kind: Callable[[np.random.Generator], Any], seed: int
) -> None:
    """No pixel outside of them changes: the background is restored in them only."""
    check_display_list(kind, seed)


STRAIGHT = np.linspace((133, 307), (197, 170), 7)
STRAIGHT_CURVE = Path(
    [
        (132.77205929758, 121.0510790868397),
        (127.37324806664492, 118.97201833413753),
        (122.84389016874186, 117.2277806051883),
    ],
    [Path.MOVETO, Path.CURVE3, Path.CURVE3],
)


@pytest.mark.parametrize(
    ("make", "width", "height", "dpi"),
    [
        (lambda: Line2D(*STRAIGHT.T, lw=1.5), 640, 480, 100),
        (lambda: Line2D(*np.repeat(STRAIGHT, 2, axis=0).T, lw=1.5), 640, 480, 100),
        (lambda: LineCollection([STRAIGHT], linewidths=1.5), 640, 480, 100),
        (lambda: PathPatch(STRAIGHT_CURVE, fc="none", lw=1, joinstyle="round"), 186, 150, 60),
    ],
    ids=["line", "line with points twice", "collection", "straight curve"],
)
def test_slivers_of_straight_lines_lie_in_the_boxes(
    make: Callable[[], Any], width: int, height: int, dpi: int
) -> None:
    """Agg draws these lines by a hundred pixels too long, at an opacity of 1/255.

    Where it joins segments that are in line but for rounding: one in a thousand such lines.
    """
    artist = make()
    artist.set_transform(IdentityTransform())
    Figure(figsize=(width / dpi, height / dpi), dpi=dpi).add_artist(artist)
    artist.set_clip_path(None)
    check_drawing(artist, width, height, dpi)


def test_display_list_is_not_changed_by_what_comes_later() -> None:
    """Matplotlib changes contexts and transforms that it has handed out already."""
    renderer = RecordingRenderer(WIDTH, HEIGHT, 60)
    context = renderer.new_gc()
    turning = Affine2D().translate(10, 10)
    context.set_clip_rectangle(Bbox([[0, 0], [80, 80]]))
    path = Path([[0, 0], [50, 60]])
    with renderer.recording() as recorded:
        renderer.draw_path(context, path, turning)
    renderer.clear()
    recorded.replay(renderer)
    before = renderer.pixels.copy()
    context.set_linewidth(20)
    context.set_foreground("r")
    context.get_clip_rectangle().set_points(np.array([[0, 0], [20, 20]]))
    turning.rotate_deg(45)
    renderer.clear()
    recorded.replay(renderer)
    assert np.array_equal(before, renderer.pixels)


def test_recordings_lie_within_each_other() -> None:
    """What is drawn in an inner one is not part of the outer one."""
    renderer = RecordingRenderer(WIDTH, HEIGHT, 60)
    context, path, identity = renderer.new_gc(), Path([[1, 1], [9, 9]]), IdentityTransform()
    with renderer.recording() as outer:
        renderer.draw_path(context, path, identity)
        with renderer.recording() as inner:
            renderer.draw_path(context, path, identity)
            renderer.draw_path(context, path, identity)
        renderer.draw_path(context, path, identity)
    assert (len(outer.primitives), len(inner.primitives)) == (2, 2)
    with renderer.recording():
        renderer.draw_path(context, path, identity)
        assert len(renderer.take().primitives) == 1
        assert not renderer.take().primitives
    assert not len(inner.__class__(WIDTH, HEIGHT, 60).boxes)


# Pace


def resting(frames: int, redraw: Callable[[int], float], full: float = 1.0) -> list[int]:
    """Return the frames that rest, where redrawing takes so long for each frame."""
    pace = Pace()
    rests = []
    for frame in range(frames):
        if pace.rests(frame):
            rests.append(frame)
        else:
            pace.took(frame, redraw(frame), full if check_due(frame) else None)
    return rests


@pytest.mark.parametrize("redraw", [0.0, 0.01, 0.5, WORTH - 0.01])
def test_redrawing_that_is_faster_never_rests(redraw: float) -> None:
    """However long the animation is."""
    assert resting(3000, lambda frame: redraw) == []


def test_slow_first_frame_says_nothing() -> None:
    """It makes the background."""
    assert resting(300, lambda frame: 50.0 if frame == 0 else 0.5) == []


def test_redrawing_that_is_slower_rests_after_the_trial() -> None:
    """It is tried again at the first checked frame after 16 times as many."""
    rests = resting(3000, lambda frame: 2.0)
    assert rests[0] == TRIAL + 1
    begin = 1 << (REST * TRIAL - 1).bit_length()
    assert rests[: begin - TRIAL - 1] == list(range(TRIAL + 1, begin))
    tried = sorted(set(range(3000)) - set(rests))
    assert tried == [0, 1, 2, begin, begin + 1, begin + 2, 1024, 1025, 1026]


def test_redrawing_that_is_hardly_faster_rests() -> None:
    """It has to be worth it; but the first moment does not decide what is close."""
    for redraw in (WORTH + 0.01, PLAIN - 0.01):
        assert resting(10, lambda frame, redraw=redraw: redraw) == list(range(5, 10))


def test_a_first_moment_that_is_slow_by_chance_does_not_let_it_rest() -> None:
    """As where another process began at the same time."""
    assert resting(300, lambda frame: PLAIN - 0.01 if frame <= TRIAL else 0.7) == []


def test_animation_that_becomes_quiet_is_redrawn_again() -> None:
    """From the first trial on."""
    assert resting(3000, lambda frame: 2.0 if frame < 10 else 0.1) == list(range(3, 32))


def test_animation_that_becomes_busy_rests_from_a_checked_frame_on() -> None:
    """The decision is made anew at each of these, from the frames since the last."""
    assert resting(200, lambda frame: 0.1 if frame < 20 else 2.0) == list(range(33, 200))
    assert resting(200, lambda frame: 0.1 if frame < 30 else 2.0) == list(range(65, 200))


@given(times=st.lists(st.floats(0, 3), min_size=1, max_size=600))
def test_each_rest_ends_at_a_checked_frame(times: list[float]) -> None:
    """Whatever the times: what redrawing shows after a rest is compared at once."""
    rests = set(resting(len(times), lambda frame: times[frame]))
    for frame in range(1, len(times)):
        if frame - 1 in rests and frame not in rests:
            assert check_due(frame)
    assert not rests & set(range(TRIAL + 1))


def test_surface_rests_while_redrawing_is_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames are right before, in and after a rest, and the rest is of full draws."""
    monkeypatch.setattr(surface_module, "perf_counter", lambda: 0.0)
    monkeypatch.setattr(surface_module.Pace, "rests", lambda self, frame: frame % 4 == 3)
    counts = check_animated(9).counts
    assert counts.redrawn == 7
    assert counts.full == 2 + 5  # frames 3 and 7; 0, 1, 2, 4 and 8 compared
    assert counts.mismatches == 0


def test_names_used_here_are_matplotlibs_own() -> None:
    """What the canvas takes for matplotlib's is, and the user's classes are not."""
    for kind in (Axes, Axis, Spine, Legend, FigureBase, SubFigure, FigureImage):
        assert changes.is_matplotlibs(kind)
    assert not changes.is_matplotlibs(type("Own", (Axes,), {"__module__": "matplotlibber"}))
