"""What is measured is a video that can be drawn in parallel."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
import pytest

from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import Surface
from parallel_animate.canvas.pixels import Pixels
from tests.conftest import alike

pytestmark = pytest.mark.one_in(3)

LAST = 1


def drawn(scene: str, frames: Iterable[int]) -> Pixels:
    """Return the last of some frames of a scene."""
    animator, params = SCENES[scene](480, 270), list(params_of(scene, LAST + 1))
    with contextlib.closing(Surface(animator.setup(), "full")) as surface:
        for number in frames:
            animator.update(number, params[number])
            surface.draw()
        plt.close(surface.figure)
        return np.array(surface.pixels)


SLOW = {"multi", "pattern", "fourteen-panel", "coloured-scatter", "dot"}  # seconds to draw


@pytest.mark.parametrize(
    "scene", [each for each in SCENES if each not in SLOW] + alike(*sorted(SLOW))
)
def test_a_frame_does_not_depend_on_those_before_it(scene: str) -> None:
    after_others = drawn(scene, range(LAST + 1))
    assert np.array_equal(after_others, drawn(scene, [LAST]))
    assert not np.array_equal(after_others, drawn(scene, [0]))
