"""An artist of which it is not known what it depends on is drawn each time."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.legend import Legend
from matplotlib.path import Path

from parallel_animate.canvas.artists import (
    family,
    volatile,
)
from tests.canvas.redraw import new_axes

X = np.linspace(0, 6, 30)


def test_legend_without_a_known_place_is_drawn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be at the "best" place, which depends on the data."""
    _, ax = new_axes()
    ax.plot(X, X, label="line")
    legend = ax.legend(loc="upper left")
    assert not volatile.why_volatile(legend, family.family(legend))
    monkeypatch.delattr(Legend, "_loc")
    assert volatile.why_volatile(legend, family.family(legend))


def test_clip_path_without_a_known_patch_is_drawn_each_time() -> None:
    """Whose path it is cannot be told then."""
    _, ax = new_axes()
    (line,) = ax.plot(X, X)
    line.set_clip_path(ax.patch)
    assert not volatile.why_volatile(line, [line])
    line.set_clip_path(Path([[0, 0], [1, 0], [1, 1]]), ax.transData)
    assert not hasattr(line.get_clip_path(), "_patch")
    assert volatile.why_volatile(line, [line])
