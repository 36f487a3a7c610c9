"""Random boxes in pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

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
