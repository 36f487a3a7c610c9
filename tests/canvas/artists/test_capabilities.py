"""Without what is used of matplotlib frames are right, but slower to draw."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import _pylab_helpers
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends import backend_agg
from matplotlib.path import Path

from parallel_animate.canvas import (
    check_matplotlib,
    container,
    forget_figures,
    missing_capabilities,
    recorder,
)
from parallel_animate.canvas import surface as surface_module
from parallel_animate.canvas.artists import (
    axes3d,
    holding,
    origin,
    placing,
    private,
)
from parallel_animate.canvas.artists.capabilities import CAPABILITIES, FULL, can_redraw
from parallel_animate.canvas.artists.private import PRIMITIVES
from tests.canvas.everything import check_animated
from tests.conftest import in_turn

pytestmark = pytest.mark.one_in(3)


def test_frames_are_redrawn_where_everything_is_there() -> None:
    """The animation of the tests below is redrawn exactly as long as nothing is missing."""
    assert check_animated().counts.redrawn > 0


def test_without_recording_figures_are_drawn_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mode minds."""
    monkeypatch.setattr(surface_module, "can_redraw", lambda: False)
    counts = check_animated().counts
    assert counts.redrawn == counts.rebuilds == counts.mismatches == 0
    assert counts.full == 6


@pytest.mark.parametrize("name", [*PRIMITIVES, "clear"])
def test_compiled_renderer_without_a_primitive_is_not_recorded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no guessing."""
    names = (*PRIMITIVES, "clear")
    every = {other: getattr(private.Agg, other) for other in names}
    monkeypatch.setattr(private, "Agg", SimpleNamespace(**every))
    assert can_redraw()
    rest = {other: every[other] for other in names if other != name}
    monkeypatch.setattr(private, "Agg", SimpleNamespace(**rest))
    assert not can_redraw()
    assert check_animated(3).counts.redrawn == 0


def test_renderer_of_another_build_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither without the compiled renderer, nor without what holds and binds it."""
    with monkeypatch.context() as patch:
        patch.setattr(private, "Agg", None)
        assert not can_redraw()
        assert recorder._recording_agg_class() is None
    with monkeypatch.context() as patch:
        patch.delattr(backend_agg.RendererAgg, "_update_methods")
        assert not can_redraw()
    with monkeypatch.context() as patch:
        held = SimpleNamespace(_update_methods=None)
        patch.setattr(
            backend_agg, "RendererAgg", type("Other", (), vars(held) | {"__init__": _any})
        )
        assert not can_redraw()
    assert can_redraw()


def _any(self: object, *args: object) -> None: ...


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (holding, "is_known", lambda kind: False),
        (origin, "is_known", lambda kind: False),
        (placing, "is_matplotlibs", lambda kind: False),
        (placing, "label_groups", lambda figure: None),
        (private, "PLAIN_DRAW_MODULES", ()),
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


# Each capability, and what to set for it to be missing: object, attribute and value. A name that
# is gone is one that is not found, as matplotlib itself cannot do without its own.
GONE = "_gone"
WITH_ANOTHER = SimpleNamespace(
    **{name: getattr(private.Agg, name) for name in (*PRIMITIVES, "clear")}, draw_another=None
)
IN_ANOTHER_ORDER = {
    **PRIMITIVES,
    "draw_image": namedtuple("DrawImage", ("gc", "y", "x", "image")),
}
MISSING = {
    "_backend_agg.RendererAgg": (private, "Agg", None),
    "the seven primitives": (private, "Agg", WITH_ANOTHER),
    "the arguments of these primitives": (private, "PRIMITIVES", IN_ANOTHER_ORDER),
    "RendererAgg._renderer": (private, "HELD_AGG", GONE),
    "RendererAgg._update_methods": (private, "BIND_METHODS", GONE),
    "Axes._axis_map": (private, "AXIS_MAP", GONE),
    "Axes._stale_viewlims and _viewLim": (private, "VIEW", GONE),
    "CallbackRegistry.callbacks": (private, "LISTENERS", GONE),
    "GraphicsContextBase._clippath": (private, "CLIP_PATH", GONE),
    "the draw methods of Axes": (private, "PLAIN_DRAW_MODULES", ()),
    "Figure._align_label_groups": (private, "LABEL_GROUPS", GONE),
    "Axes._twinned_axes": (private, "TWINS", GONE),
    "Axes._position, _originalPosition": (private, "PUT", GONE),
    "Legend._loc": (private, "LEGEND_LOCATION", GONE),
    "TransformedPatchPath._patch": (private, "CLIPPING_PATCH", GONE),
    "Axis3D._update_ticks": (private, "TICKS_3D", GONE),
    "FT2Font._layout": (private, "GLYPH_LAYOUT", GONE),
    "_pylab_helpers.Gcf": (_pylab_helpers, "Gcf", None),
}


def test_each_capability_has_a_test() -> None:
    """In their order."""
    for name, capability in zip(MISSING, CAPABILITIES, strict=True):
        assert capability.name.startswith(name)


@pytest.mark.parametrize("name", in_turn(MISSING, 3))
def test_without_a_capability_frames_are_right_and_the_cost_is_told(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the check at start; and drawing in full is no mismatch."""
    if name == "FT2Font._layout" and matplotlib.__version_info__ < (3, 11):
        pytest.skip("this matplotlib lays texts out as it draws them")
    (capability,) = (each for each in CAPABILITIES if each.name.startswith(name))
    monkeypatch.setattr(*MISSING[name])
    if name == "Axis3D._update_ticks":
        monkeypatch.setattr(axes3d, "ASKED_OFTEN", {GONE: list})
    if name == "_pylab_helpers.Gcf":
        monkeypatch.delattr(_pylab_helpers, "Gcf")
    assert f"{capability.name}: {capability.cost}" in missing_capabilities()
    assert can_redraw() == (capability.cost != FULL)
    surface = check_animated()
    assert surface.mismatch is None
    assert surface.counts.redrawn == (0 if capability.cost == FULL else 6)
    surface.close()
    forget_figures()


def test_a_check_that_fails_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for may have become something else."""
    monkeypatch.setattr(private, "PRIMITIVES", {"draw_path": None})
    assert not can_redraw()


def test_the_check_at_start_warns_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With the name and the cost of all that is missing."""
    check_matplotlib.cache_clear()
    monkeypatch.setattr(private, "AXIS_MAP", GONE)
    monkeypatch.setattr(private, "LEGEND_LOCATION", GONE)
    with caplog.at_level("WARNING", logger="parallel_animate"):
        assert check_matplotlib() == check_matplotlib()
    check_matplotlib.cache_clear()
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    for told in ("Axes._axis_map: every frame is drawn in full", "Legend._loc: legends are drawn"):
        assert told in record.getMessage()


def test_the_check_at_start_says_nothing_where_everything_is_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As in every matplotlib that this library is tested with."""
    check_matplotlib.cache_clear()
    with caplog.at_level("INFO", logger="parallel_animate"):
        assert check_matplotlib() == ()
    assert not caplog.records


FEWER = namedtuple("DrawPath", ("gc", "path", "trans"))
ELSEWHERE = namedtuple("DrawPath", ("path", "gc", "trans", "face"))


@pytest.mark.parametrize("known", [FEWER, ELSEWHERE], ids=["number", "place"])
def test_arguments_that_are_not_known_end_redrawing(
    known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the check at start has not noticed: the first one draws in full for good."""
    places = {**private.CONTEXT_PLACES, "draw_path": known._fields.index("gc")}
    monkeypatch.setattr(private, "PRIMITIVES", {**PRIMITIVES, "draw_path": known})
    monkeypatch.setattr(private, "CONTEXT_PLACES", places)
    monkeypatch.setattr(surface_module, "can_redraw", lambda: True)
    surface = check_animated()
    assert surface.counts.redrawn == 0
    assert surface.counts.full == 6
    assert "draw_path is given" in str(surface.mismatch)


def test_keyword_that_is_not_known_cannot_be_recorded() -> None:
    """It may say where something is drawn; an argument that is known may be given by its name."""
    context, path = GraphicsContextBase(), Path([[0, 0], [1, 1]])
    with pytest.raises(TypeError, match="draw_path is given arguments that are not known"):
        private.known_arguments("draw_path", (context, path, None), {"offset": (1, 1)})
    args, red = (context, path, None), (1, 0, 0)
    assert private.known_arguments("draw_path", args, {}) == ([*args, None], {})
    assert private.known_arguments("draw_path", args, {"face": red}) == ([*args, red], {})
    args, colours = (context, *[None] * 12), {"hatchcolors": np.empty((0, 4))}
    assert private.known_arguments("draw_path_collection", args, colours) == ([*args], colours)


def test_figures_are_forgotten_but_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyplot knows none of them afterwards; without a known manager nothing happens."""
    figure = plt.figure()
    manager = figure.canvas.manager
    monkeypatch.setattr(type(manager), "destroy", lambda self: pytest.fail("closed"))
    with monkeypatch.context() as patch:
        patch.delattr(_pylab_helpers, "Gcf")
        forget_figures()
    assert plt.get_fignums() == [figure.number]
    forget_figures()
    assert plt.get_fignums() == []
