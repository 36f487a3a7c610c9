"""Axes whose alignment is not known are taken for aligned."""

from __future__ import annotations

from parallel_animate.canvas.artists import (
    placing,
)
from tests.canvas.redraw import new_axes


def test_without_known_groups_all_labels_are_taken_for_aligned() -> None:
    """So the axes are asked again."""
    figure, ax = new_axes()
    assert placing.alignment(ax) == [1, 1, 1]
    del figure._align_label_groups
    assert placing.alignment(ax) != [1, 1, 1]
