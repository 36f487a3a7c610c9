"""What artists draw is recorded completely, and texts are laid out once."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from parallel_animate.canvas import (
    recorder,
)
from parallel_animate.canvas.artists import (
    private,
)
from parallel_animate.canvas.artists.private import PRIMITIVES
from parallel_animate.canvas.recorder import RecordingRenderer
from tests.canvas.drawings import HEIGHT, WIDTH
from tests.canvas.redraw import new_axes

X = np.linspace(0, 6, 30)


def test_agg_renderer_calls_known_primitives_only() -> None:
    """A primitive that recording does not know would be drawn at once, and be lost."""
    drawing = {name for name in vars(private.Agg) if name.startswith("draw")}
    assert drawing == set(PRIMITIVES)
    others = {name for name in vars(private.Agg) if not name.startswith("_")} - drawing
    assert others <= {"clear", "copy_from_bbox", "restore_region"}


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


def test_texts_are_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And come out as a renderer draws them that lays them out each time."""
    monkeypatch.setattr(recorder, "TEXTS", 4)
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
        kept.append(len(remembering._glyphs))
    assert kept[:3] == [2, 4, 4]  # two sizes of two texts, and one of them again
    assert max(kept) <= 4
    assert np.array_equal(remembering.pixels, np.asarray(usual.buffer_rgba()))
    assert np.asarray(usual.buffer_rgba()).any()


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
