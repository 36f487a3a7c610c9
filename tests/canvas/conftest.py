"""Fixtures of the tests of the canvas."""

from __future__ import annotations

import pytest

from parallel_animate.canvas import surface as surface_module


@pytest.fixture
def always_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let surfaces neither compare frames nor rest."""
    monkeypatch.setattr(surface_module, "check_due", lambda frame: False)
    monkeypatch.setattr(surface_module.Policy, "rests", lambda self, frame: False)
    monkeypatch.setattr(surface_module.Policy, "took", lambda self, *times: None)
