"""What is painted again on the background is what a full draw paints, whatever changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from parallel_animate.canvas import Surface
from parallel_animate.canvas.compositor import MARGIN, Compositor
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.unit import Unit
from tests.canvas.redraw import difference, new_figure, pixels_of

Random = np.random.Generator


def drawn(renderer: RecordingRenderer, boxes: object, clip: object, random: Random) -> Unit:
    """Return a unit that draws boxes, through which one sees what lies below them."""
    unit = Unit(Artist())
    draw_anew(unit, renderer, boxes, clip, random, frame=0)
    return unit


def draw_anew(
    unit: Unit,
    renderer: RecordingRenderer,
    boxes: object,
    clip: object,
    random: Random,
    frame: int,
) -> None:
    """Let a unit draw boxes, ``(left, bottom, width, height)``, for a frame."""
    context = renderer.new_gc()
    context.set_linewidth(0)
    context.set_alpha(0.5)
    if clip is not None:
        context.set_clip_rectangle(Bbox.from_bounds(*clip))
    with renderer.recording() as recorded:
        for left, bottom, width, height in boxes:
            place = Affine2D().scale(width, height).translate(left, bottom)
            renderer.draw_path(context, Path.unit_rectangle(), place, (*random.random(3), 0.5))
    unit.keep(recorded, frame)


def check_painted(
    renderer: RecordingRenderer, full: RecordingRenderer, units: list[Unit], frame: int
) -> None:
    """Check that a renderer shows what another one does when all units are drawn in order."""
    full.clear()
    for unit in units:
        unit.display_list.replay(full)
    told = difference(full.pixels, renderer.pixels)
    assert not told, f"frame {frame}: {told}"


def random_boxes(random: Random, width: int, height: int) -> object:
    """Return none, one, or some small boxes, as a line of dots has."""
    sides = random.choice([3, 12, 60])
    corners = random.uniform((-10, -10), (width, height), (random.choice([0, 1, 1, 4]), 2))
    return [(*corner, *random.uniform(1, sides, 2)) for corner in corners]


def random_clip(random: Random, width: int, height: int) -> object:
    if random.random() < 0.6:
        return None
    return (*random.uniform((0, 0), (width, height)), *random.uniform(5, 80, 2))


@given(
    seed=st.integers(0, 2**32 - 1),
    width=st.integers(20, 300),
    height=st.integers(20, 200),
    events=st.sampled_from([0.0, 0.03, 0.2]),
)
def test_whatever_changes_the_picture_is_that_of_all_units_in_order(
    seed: int, width: int, height: int, events: float
) -> None:
    """Some units move and grow in most frames, among others that mostly rest.

    Besides, units come and go, change their order, and are taken back into the background. What
    has changed is in the damage.
    """
    random = np.random.default_rng(seed)
    renderer, full = (RecordingRenderer(width, height, 60) for _ in range(2))
    compositor = Compositor(renderer)

    def new() -> Unit:
        boxes, clip = random_boxes(random, width, height), random_clip(random, width, height)
        return drawn(renderer, boxes, clip, random)

    units = [new() for _ in range(random.integers(2, 12))]
    movers = set(units[: random.integers(1, 3)])
    random.shuffle(units)
    before = None
    for frame in range(12):
        units = list(units)
        for unit in units if frame else []:
            if random.random() < (0.7 if unit in movers else events):
                boxes = random_boxes(random, width, height)
                clip = random_clip(random, width, height)
                draw_anew(unit, renderer, boxes, clip, random, frame)
            elif random.random() < events:
                unit.dynamic = False  # as that of a picture which takes it back
        if random.random() < events:
            random.shuffle(units)
        if random.random() < events:
            units.pop(random.integers(len(units)))
        if random.random() < events or not units:
            units.insert(random.integers(len(units) + 1), new())
        compositor.paint(units, frame)
        check_painted(renderer, full, units, frame)
        if before is not None:
            moved = (before != renderer.pixels).any(axis=2)
            assert not (moved & ~pixels_of(compositor.damage)).any(), f"frame {frame}"
        before = renderer.pixels.copy()


def one_of_each() -> tuple[RecordingRenderer, Compositor, list[Unit], Callable[[int, int], None]]:
    """Return a unit that moves, and one that rests above it far to the right.

    The function paints both for a frame, the first one so wide.
    """
    renderer = RecordingRenderer(320, 160, 60)
    compositor, random = Compositor(renderer), np.random.default_rng(0)
    units = [drawn(renderer, [(left, 50, 10, 10)], None, random) for left in (10, 250)]

    def paint(frame: int, width: int) -> None:
        draw_anew(units[0], renderer, [(10, 50, width, 10)], None, random, frame)
        compositor.paint(units, frame)

    compositor.paint(units, 0)
    return renderer, compositor, units, paint


def test_the_background_is_made_anew_only_when_something_grows_under_it() -> None:
    """What grows elsewhere, or a bit, leaves it as it is."""
    _, compositor, _, paint = one_of_each()
    assert compositor.rebuilds == 1
    paint(1, 10)  # the unit is no part of the background any more
    assert compositor.rebuilds == 2
    for frame, width in enumerate((30, 90, 200, 20), start=2):
        paint(frame, width)
    assert compositor.rebuilds == 2
    paint(6, 250)
    assert compositor.rebuilds == 3
    for frame, width in enumerate((20, 290, 300), start=7):
        paint(frame, width)
    assert compositor.rebuilds == 3


@pytest.mark.parametrize("place", [(230, 40), (60, 200), (150, 130)])
@pytest.mark.parametrize("towards", [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, 1)])
def test_a_unit_that_grows_in_any_direction_is_painted_under_what_it_reaches(
    place: tuple[int, int], towards: tuple[int, int]
) -> None:
    """At once, or a bit at a time, wherever in the picture that is."""
    step, size = np.array(towards), 16
    for paces in ((1.0,), (0.4, 0.7, 0.85, 1.0)):
        random = np.random.default_rng(0)
        renderer, full = (RecordingRenderer(320, 280, 60) for _ in range(2))
        compositor = Compositor(renderer)
        above = np.array(place) + 44 * step
        units = [drawn(renderer, [(*at, size, size)], None, random) for at in (place, above)]
        compositor.paint(units, 0)
        for frame, pace in enumerate((0, *paces), start=1):
            left, bottom = np.minimum(place, place + 38 * step * pace)
            width, height = size + 38 * np.abs(step) * pace
            draw_anew(units[0], renderer, [(left, bottom, width, height)], None, random, frame)
            compositor.paint(units, frame)
            check_painted(renderer, full, units, frame)


def test_what_is_nearly_reached_is_painted_above_before_it_is_reached() -> None:
    """Or a text that grows by a letter at a time would have the background made anew each time."""
    _, compositor, _, paint = one_of_each()
    for frame, width in enumerate((240 - MARGIN + 4, 238, 242, 270), start=1):
        paint(frame, width)
    assert compositor.rebuilds == 2
    _, compositor, _, paint = one_of_each()
    paint(1, 240 - MARGIN - 10)
    assert compositor.rebuilds == 2
    paint(2, 240 - 4)  # by more than the margin
    assert compositor.rebuilds == 3
    paint(3, 250)
    assert compositor.rebuilds == 3


@pytest.mark.parametrize("drawn_anew", [False, True])
def test_a_unit_that_goes_behind_another_is_painted_under_it(drawn_anew: bool) -> None:
    """It was above what is in the background so far; nothing else has changed, or it was drawn."""
    random = np.random.default_rng(0)
    renderer, full = (RecordingRenderer(160, 120, 60) for _ in range(2))
    compositor = Compositor(renderer)
    boxes = [(40, 40, 30, 30)]
    resting, moving = (drawn(renderer, boxes, None, random) for _ in range(2))
    compositor.paint([resting, moving], 0)
    draw_anew(moving, renderer, boxes, None, random, frame=1)
    for frame, units in enumerate(([resting, moving], [moving, resting], [resting, moving]), 1):
        if drawn_anew:
            draw_anew(moving, renderer, boxes, None, random, frame)
        compositor.paint(units, frame)
        check_painted(renderer, full, units, frame)


def test_what_has_not_changed_is_not_painted_again() -> None:
    """And then nothing is damaged."""
    renderer, compositor, units, paint = one_of_each()
    paint(1, 20)
    assert compositor.damage.mask.any()
    shown = renderer.pixels.copy()
    for unit in units:
        unit.display_list.replay = None  # type: ignore[method-assign, assignment]
    compositor.paint(units, 2)
    assert not compositor.damage.mask.any()
    assert np.array_equal(renderer.pixels, shown)


def test_only_what_changes_and_what_lies_above_it_is_damaged() -> None:
    """The first frame after a new background damages all."""
    _, compositor, _, paint = one_of_each()
    paint(1, 20)
    assert compositor.damage.mask.all()
    paint(2, 30)
    assert 0 < compositor.damage.mask.sum() <= 8
    assert not pixels_of(compositor.damage)[:, 80:].any()


def growing_text() -> tuple[Figure, Callable[[int], None]]:
    figure = new_figure()
    text = figure.text(0.05, 0.5, "a", zorder=1)
    above = Rectangle((0.6, 0.4), 0.3, 0.3, transform=figure.transFigure, fc="r", zorder=5)
    figure.add_artist(above)
    return figure, lambda i: text.set_text("a" * (1 + 4 * i))


def wandering_text() -> tuple[Figure, Callable[[int], None]]:
    figure = new_figure()
    text = Text(0.9, 0.95, "below", transform=figure.transFigure, zorder=1, color="b")
    above = Rectangle((0.1, 0.05), 0.3, 0.3, transform=figure.transFigure, fc="r", zorder=5)
    figure.add_artist(text)
    figure.add_artist(above)
    return figure, lambda i: text.set_position((0.9 - 0.07 * i, 0.95 - 0.08 * i))


@pytest.mark.parametrize("make", [growing_text, wandering_text])
def test_a_text_that_gets_under_a_patch_is_redrawn_exactly(
    make: Callable[[], tuple[Figure, Callable[[int], None]]],
) -> None:
    """The patch was in the background, and has to be painted after the text from then on."""
    figure, update = make()
    twin, update_twin = make()
    canvas, surface = FigureCanvasAgg(twin), Surface(figure)
    canvas.draw()
    for frame in range(12):
        update(frame)
        update_twin(frame)
        surface.draw()
        canvas.draw()
        told = difference(np.asarray(canvas.buffer_rgba()), surface.pixels)
        assert not told, f"frame {frame}: {told}"
    assert surface.counts.redrawn == 12
    surface.close()
