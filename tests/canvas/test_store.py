"""To store what is damaged is to store everything."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_animate.canvas import (
    FrameFormat,
    PixelStore,
)
from parallel_animate.canvas.pixels import PixelFormat
from parallel_animate.canvas.tiles import Tiles
from tests.canvas.pictures import boxes_in

pytestmark = pytest.mark.one_in(3)


@st.composite
def animations_of_pixels(draw: st.DrawFn) -> tuple[int, int, int, list[Any]]:
    """Draw a size, a seed, and for each frame its changed boxes, and whether it is opaque."""
    width, height = draw(st.integers(1, 290)), draw(st.integers(1, 200))
    opaque = draw(st.sampled_from([(True,), (False,), (True, False)]))
    frames = st.lists(
        st.tuples(boxes_in(width, height, most=3), st.sampled_from(opaque)), min_size=2, max_size=5
    )
    return width, height, draw(st.integers(0, 2**32 - 1)), draw(frames)


@pytest.mark.parametrize("pixel_format", get_args(PixelFormat))
@settings(max_examples=40)
@given(animation=animations_of_pixels(), alpha=st.booleans(), even=st.booleans())
def test_storing_what_is_damaged_equals_storing_everything(
    animation: tuple[int, int, int, list[Any]], pixel_format: Any, alpha: bool, even: bool
) -> None:
    """Byte for byte, whatever the size, and where frames become transparent and opaque again."""
    width, height, seed, frames = animation
    random = np.random.default_rng(seed)
    layout = FrameFormat(pixel_format, width, height, alpha=alpha, even=even)
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


def test_what_has_changed_while_all_was_opaque_is_stored_afterwards() -> None:
    """Such a canvas is copied as it is, and so the last frame is not kept."""
    random = np.random.default_rng(0)
    layout = FrameFormat("rgba", 64, 48)
    store, slot = PixelStore(layout), np.empty(layout.nbytes, np.uint8)
    pixels = random.integers(0, 256, (48, 64, 4), np.uint8)
    for opaque, box in ((False, (0, 0, 64, 48)), (True, (0, 0, 16, 16)), (False, (32, 32, 40, 40))):
        left, top, right, bottom = box
        pixels[top:bottom, left:right, :3] += 100
        shown, expected = pixels.copy(), np.empty(layout.nbytes, np.uint8)
        if opaque:
            shown[..., 3] = 255
        damage = Tiles(64, 48)
        damage.add(np.array([box]))
        store.store(shown, slot, opaque=opaque, damage=damage)
        PixelStore(layout).store(shown, expected, opaque=opaque)
        assert np.array_equal(slot, expected)


def test_what_is_seen_through_is_rounded_to_the_nearest_on_white() -> None:
    """All colours with all alphas."""
    colours, alphas = np.mgrid[0:256, 0:256]
    pixels = np.stack([colours, colours, colours, alphas], axis=2).astype(np.uint8)
    layout = FrameFormat("rgba", 256, 256)
    slot = np.empty(layout.nbytes, np.uint8)
    PixelStore(layout).store(pixels, slot, opaque=False)
    stored = slot.reshape(256, 256, 4)
    expected = np.rint((colours * alphas + 255 * (255 - alphas)) / 255)
    assert (stored[..., :3] == expected[..., None]).all()
    assert (stored[..., 3] == 255).all()
