"""Ticks that look alike are drawn together only where that gives the same pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate.canvas.artists.written_after import is_as_known
from parallel_animate.canvas.helped import glyphs
from parallel_animate.canvas.helped import ticks as ticks_module
from tests.canvas.helped.pairs import Pair
from tests.conftest import alike

pytestmark = pytest.mark.skipif(not is_as_known("ticks"), reason="this matplotlib is not helped")


def with_grid(figure: Figure) -> None:
    """Fill a figure with an axes in which everything can be seen through."""
    ax = figure.add_subplot()
    ax.plot([0, 9], [0, 7])
    ax.grid(alpha=0.5, linewidth=2)
    ax.tick_params(width=2, length=6, top=True, labelright=True)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that grows by whether ticks could be drawn together."""
    real = ticks_module.draw_together
    answers: list[bool] = []

    def draw_together(*args: Any) -> bool:
        answers.append(real(*args))
        return answers[-1]

    monkeypatch.setattr(ticks_module, "draw_together", draw_together)
    return answers


TOGETHER: dict[str, dict[str, Any]] = {
    "as they are": {},
    "dashed": {"grid_linestyle": ":"},
    "marks on both sides": {"direction": "inout", "length": 9},
    "turned": {"labelrotation": 33},
    "hidden": {"left": False, "labelbottom": False},
}
APART: dict[str, dict[str, Any]] = {
    "labels on the grid": {"pad": -30},
    "labels on the marks": {"length": 20, "pad": -20, "grid_alpha": 0},
}


@pytest.mark.parametrize("name", ["dashed", *alike(*sorted(TOGETHER.keys() - {"dashed"}))])
def test_ticks_that_do_not_touch(counted: list[bool], name: str) -> None:
    pair = Pair(with_grid)
    pair.step(lambda figure: figure.axes[0].tick_params(**TOGETHER[name]))
    for frame in range(3):
        pair.step(lambda figure, low=frame / 7: figure.axes[0].set_xlim(low, 9 + low))
    assert counted
    assert all(counted)


@pytest.mark.parametrize("name", APART)
def test_labels_that_touch_lines(counted: list[bool], name: str) -> None:
    pair = Pair(with_grid)
    pair.step(lambda figure: figure.axes[0].tick_params(**APART[name]))
    pair.step(lambda figure: figure.axes[0].set_xlim(1, 8))
    assert not all(counted)


@pytest.mark.parametrize("pixels", [0.7, 2.5, *alike(1.5, 3.5, 6)])
def test_ticks_that_stand_close(counted: list[bool], pixels: float) -> None:
    def close(figure: Figure) -> None:
        ax = figure.axes[0]
        step = 9 / ax.bbox.width * pixels
        ax.set_xticks(4 + step * np.arange(6))
        ax.tick_params(labelbottom=False)

    pair = Pair(with_grid)
    pair.step(close)
    assert not all(counted)


def test_one_tick_that_looks_otherwise(counted: list[bool]) -> None:
    def change(figure: Figure) -> None:
        ticks = figure.axes[0].xaxis.get_major_ticks()
        ticks[1].gridline.set(color="r", linewidth=9)
        ticks[2].tick1line.set_marker("o")

    pair = Pair(with_grid)
    pair.step(lambda figure: figure.axes[0].set_xticks([1, 2, 3, 4, 5]))
    pair.step(change)
    assert counted


def test_a_text_is_one_picture_wherever_its_glyphs_are_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts: list[int] = []
    real = glyphs._joined

    def joined(pictures: list[Any]) -> Any:
        found = real(pictures)
        counts.append(len(found))
        return found

    monkeypatch.setattr(glyphs, "_joined", joined)
    pair = Pair(lambda figure: figure.text(0.1, 0.5, ""))
    for text in ("11 i", "AVAVAV", r"$\sqrt{x}$", r"$\hat{a}\!\!\!b$", "W" * 60):
        for frame in range(4):
            options = {"text": text, "x": 0.1 + frame / 997, "rotation": (0, 17)[frame // 2]}
            pair.step(lambda figure, options=options: figure.texts[0].set(**options))
    assert 1 in counts
    assert max(counts) > 1  # they overlap, or the picture would be large
