"""A display list draws what was recorded, and tells where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from parallel_animate.canvas.recorder import RecordingRenderer
from tests.canvas.drawings import HEIGHT, KINDS, WIDTH, check_display_list

pytestmark = pytest.mark.one_in(3)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=80)
@given(seed=st.integers(0, 2**32 - 1))
def test_drawing_is_replayed_exactly_and_stays_in_its_boxes(
    kind: Callable[[np.random.Generator], Any], seed: int
) -> None:
    """No pixel outside of them changes: the background is restored in them only."""
    check_display_list(kind, seed)


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
