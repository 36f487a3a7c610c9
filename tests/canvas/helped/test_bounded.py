"""What helped draws remember never becomes more than so much, whatever a figure shows.

That each memory is bounded is tested in ``test_help.py``; here, that these are all: the process
itself does not grow. To ask it takes no time, where to trace each allocation takes half an hour.
"""

from __future__ import annotations

import gc

import psutil
import pytest
from matplotlib.figure import Figure

from parallel_animate.canvas import Surface
from parallel_animate.canvas.helped import glyphs
from parallel_animate.canvas.helped import texts as texts_module
from tests.canvas.redraw import planned
from tests.conftest import soak

# So few texts are remembered here that all memories are full early on, also matplotlib's own.
FEW, SETTLED = 100, 10_000
# Bytes that come and go. To keep 50 bytes of each frame would take more.
GROWTH = 4 * 2**20


@pytest.mark.parametrize("frames", soak(100_000))
@pytest.mark.timeout(1200)
def test_a_figure_with_ever_new_texts_stays_flat(
    monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    monkeypatch.setattr(texts_module, "LAYOUTS", FEW)
    monkeypatch.setattr(glyphs, "TEXTS", FEW)
    monkeypatch.setattr(glyphs, "WHOLE", FEW)
    monkeypatch.setattr(glyphs, "PICTURES", 10 * FEW)
    figure = Figure(figsize=(1, 1), dpi=40)
    text = figure.text(0.1, 0.5, "")
    with planned("h"):
        surface = Surface(figure)
    held = []
    for frame in range(frames):
        text.set(text=f"frame {frame}", x=0.1 + frame % 977 / 9770, size=6 + frame % 89 / 9)
        surface.draw()
        if frame in (SETTLED, frames - 1):
            gc.collect()
            held.append(psutil.Process().memory_info().rss)
    assert surface.mismatch is None
    assert held[1] - held[0] < GROWTH
