"""What is drawn anew for a frame, told by its classes; and a library of another version."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from parallel_animate.canvas import Surface
from parallel_animate.canvas.artists import known, libraries
from parallel_animate.canvas.unit import Unit
from tests.canvas.redraw import Make


def drawn_for_a_frame(make: Make, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the classes of what is drawn anew for the last of several frames."""
    drawn: list[str] = []
    record = Unit.record

    def noted(unit, *args, **options):
        drawn.append(type(unit.artist).__name__)
        return record(unit, *args, **options)

    monkeypatch.setattr(Unit, "record", noted)
    figure, update = make()
    surface = Surface(figure, redraw="auto")
    for i in range(6):
        drawn.clear()
        update(i)
        surface.draw("redraw")
    last = drawn[:]
    update(6)
    surface.draw("compare")
    assert surface.mismatch is None
    surface.close()
    plt.close("all")
    return last


def pretend_version(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all libraries be of another version than those that were looked at."""
    monkeypatch.setattr(libraries, "version_of", lambda package: version)
    monkeypatch.setattr(libraries, "_MODELS", {})
    monkeypatch.setattr(known, "_KNOWN", {})
