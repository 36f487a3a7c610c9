"""To store what is damaged is to store everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.canvas import (
    FrameFormat,
    PixelStore,
)
from parallel_animate.canvas.tiles import Tiles
from tests.canvas.pictures import boxes_in


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
def test_storing_what_is_damaged_equals_storing_everything(
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
        damage = Tiles(width, height)
        damage.add(boxes)
        stored = random.integers(0, 256, layout.nbytes, np.uint8)  # what the slot had before
        expected = np.zeros(layout.nbytes, np.uint8)
        store.store(shown, stored, opaque=opaque, damage=damage)
        PixelStore(layout).store(shown, expected, opaque=opaque, damage=None)
        assert np.array_equal(stored, expected)
