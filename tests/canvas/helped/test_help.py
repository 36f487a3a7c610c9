"""Help is given for one draw, leaves nothing behind, and falls away where it is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from parallel_animate.canvas.artists import written_after
from parallel_animate.canvas.artists.capabilities import check_matplotlib
from parallel_animate.canvas.helped import Help, glyphs
from parallel_animate.canvas.helped import texts as texts_module
from parallel_animate.canvas.recorder import RecordingRenderer
from tests.canvas.helped.pairs import Pair
from tests.canvas.helped.test_exact import axes_with_all, plotted_anew
from tests.canvas.redraw import new_figure

known = pytest.mark.skipif(
    not written_after.is_as_known("texts"), reason="this matplotlib is not helped"
)


def everything_in(figure: Figure) -> list[Artist]:
    return [figure, *figure.findobj(include_self=False)]


def methods_on(artists: list[Artist]) -> list[tuple[Artist, str]]:
    """Return which artists hold functions that their class has, too."""
    return [
        (artist, name)
        for artist in artists
        for name, value in vars(artist).items()
        if callable(value) and callable(getattr(type(artist), name, None))
    ]


def test_nothing_is_left_on_any_artist() -> None:
    pair = Pair(axes_with_all)
    for frame in range(3):
        pair.step(lambda figure, frame=frame: plotted_anew(figure, frame))
        assert methods_on(everything_in(pair.helped)) == []


class Failing(Line2D):
    """A line that cannot be drawn."""

    def draw(self, renderer: Any) -> None:
        raise ValueError("no")


def test_nothing_is_left_when_a_draw_fails() -> None:
    figure = new_figure()
    axes_with_all(figure)
    renderer = RecordingRenderer(240, 180, 60)
    support = Help(figure, renderer)
    figure.axes[0].add_line(Failing([0], [0], zorder=99))
    with pytest.raises(ValueError, match="no"), support.given(), renderer.drawing_all():
        figure.draw(renderer)
    assert methods_on(everything_in(figure)) == []
    assert not renderer.remembers
    assert renderer.agg.underlay is None


@known
def test_another_renderer_is_not_helped() -> None:
    figure = new_figure()
    FigureCanvasAgg(figure)
    axes_with_all(figure)
    renderer = RecordingRenderer(240, 180, 60)
    pictures = []
    with Help(figure, renderer).given():
        figure.canvas.draw()
        pictures.append(np.array(figure.canvas.buffer_rgba()))
    figure.canvas.draw()
    pictures.append(np.array(figure.canvas.buffer_rgba()))
    assert np.array_equal(*pictures)


@known
def test_ticks_are_found_once_in_a_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    pair = Pair(axes_with_all)
    locator = pair.helped.axes[0].xaxis.get_major_locator()
    real = type(locator).tick_values

    def tick_values(self: Any, low: float, high: float) -> Any:
        asked.append("x" if self is locator else "other")
        return real(self, low, high)

    monkeypatch.setattr(type(locator), "tick_values", tick_values)
    pair.step(lambda figure: figure.axes[0].set_xlim(0, 3))
    pair.step(lambda figure: figure.axes[0].set_xlim(0, 4))
    # The replaced method is the user's: then all is asked as often as matplotlib asks.
    assert asked.count("x") > 2
    monkeypatch.undo()
    calls = []
    figure = pair.helped
    axis = type(figure.axes[0].xaxis)
    update = axis._update_ticks
    spy = lambda self: calls.append(self) or update(self)  # noqa: E731
    renderer = RecordingRenderer(240, 180, 60)
    support = Help(figure, renderer)
    with support.given():
        monkeypatch.setattr(axis, "_update_ticks", spy)
        figure.draw(renderer)
    monkeypatch.undo()
    assert len(calls) == 1


@known
@pytest.mark.parametrize("projection", ["rectilinear", "polar"])
def test_a_new_tick_is_like_one_that_matplotlib_makes(projection: str) -> None:
    figure = new_figure()
    axes = figure.add_subplot(projection=projection)
    axes.tick_params(labelsize=7, color="r", grid_linestyle=":")
    renderer = RecordingRenderer(240, 180, 60)
    support = Help(figure, renderer)
    for axis in (axes.xaxis, axes.yaxis):
        for major in (True, False):
            with support.given():
                axis._get_tick(major)  # the model
                copied = axis._get_tick(major)
                assert id(copied) in support._maker._made
                other = axis._get_tick(major)
                axis._copy_tick_props(other, copied)
            made, other = axis._get_tick(major), axis._get_tick(major)
            axis._copy_tick_props(other, made)
            for tick in (copied, made):
                tick.update_position(0.3)  # which any tick does before it is drawn
            assert told(copied) == told(made)
            assert copied.label1.get_fontproperties() is not made.label1.get_fontproperties()


@known
def test_ticks_of_polar_axes_turn_and_move_by_themselves() -> None:
    figure = new_figure()
    axes = figure.add_subplot(projection="polar")
    support = Help(figure, RecordingRenderer(240, 180, 60))
    axis = axes.xaxis
    with support.given():
        ticks = [axis._get_tick(True) for _ in range(4)]
        for tick in ticks[1:]:
            axis._copy_tick_props(ticks[0], tick)
        assert len(support._maker._made) == 3
    for place, tick in enumerate(ticks):
        tick.update_position(place)
    marks = [tick.tick1line._marker.get_transform().get_matrix().tobytes() for tick in ticks]
    labels = [tick.label1.get_transform().transform((0, 0)).tobytes() for tick in ticks]
    assert len(set(marks)) == len(set(labels)) == 4


def told(tick: Any) -> list[Any]:
    """Return the state of a tick and its parts, in a form that can be compared."""
    return [
        {name: repr_of(value) for name, value in vars(part).items()}
        for part in (tick, *tick.get_children())
    ]


def repr_of(value: Any) -> str:
    state = getattr(value, "__dict__", None)
    if isinstance(value, Artist) or callable(value):
        return type(value).__name__
    if state is not None and "transforms" not in type(value).__module__:
        inner = {name: repr(each) for name, each in state.items() if " at 0x" not in repr(each)}
        return f"{type(value).__name__} {inner}"
    return repr(value) if " at 0x" not in repr(value) else str(value)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_module, "LAYOUTS", 10)
    monkeypatch.setattr(glyphs, "TEXTS", 10)
    monkeypatch.setattr(glyphs, "PICTURES", 50)
    monkeypatch.setattr(glyphs, "WHOLE", 10)
    pair = Pair(axes_with_all)
    support, renderer = pair.surface._picture._help, pair.surface._picture._renderer
    for frame in range(40):
        pair.helped.axes[0].set_title(f"text {frame}", x=0.5 + frame / 997)
        pair.helped.axes[0].set_xlim(0, 5 + frame / 7)
        pair.surface.draw()
        assert len(support._texts._layouts) <= 20
        assert len(renderer._texts) <= 20
        assert len(renderer._whole) <= 20
        assert sum(map(len, renderer._pictures.values())) <= 50
    pair.step(lambda figure: plotted_anew(figure, 3))


@pytest.mark.parametrize("name", written_after.METHODS)
def test_sources_are_found_fast(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading them to their ends, as `inspect` does, is for those that this does not find."""
    try:
        expected = written_after.checksum(name)
    except AttributeError:
        pytest.skip("this matplotlib has other methods")
    monkeypatch.setitem(written_after.KNOWN, name, (expected,))
    monkeypatch.setattr(written_after, "getsource", pytest.fail)
    assert written_after.is_as_known.__wrapped__(name)


def test_another_source_turns_a_help_off(monkeypatch: pytest.MonkeyPatch) -> None:
    written_after.is_as_known.cache_clear()
    monkeypatch.setattr(written_after, "KNOWN", dict.fromkeys(written_after.METHODS, ("other",)))
    try:
        pair = Pair(axes_with_all)
        with pair.surface._picture._help.given():
            replaced = {name for _, name in methods_on(everything_in(pair.helped))}
        assert replaced == set()
        for frame in range(3):
            pair.step(lambda figure, frame=frame: plotted_anew(figure, frame))
    finally:
        written_after.is_as_known.cache_clear()


def test_a_method_that_is_gone_turns_a_help_off(monkeypatch: pytest.MonkeyPatch) -> None:
    written_after.is_as_known.cache_clear()
    monkeypatch.setitem(written_after.METHODS, "texts", {Line2D: "draw_no_more"})
    assert not written_after.is_as_known("texts")
    written_after.is_as_known.cache_clear()


def test_the_newest_matplotlib_is_helped() -> None:
    if check_matplotlib() or not hasattr(Artist(), "_in_autoscale"):
        pytest.skip("an older matplotlib")
    assert all(map(written_after.is_as_known, written_after.METHODS))
