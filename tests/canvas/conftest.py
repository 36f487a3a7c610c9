"""What tests of whole renders share."""

from __future__ import annotations

import math
from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest

from parallel_animate.engine import comparisons


@pytest.fixture
def no_open_figures() -> Iterator[None]:
    """Leave no figure of pyplot's behind."""
    yield
    plt.close("all")


@pytest.fixture
def never_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let renders go on redrawing, however long that takes."""
    monkeypatch.setattr(comparisons, "WORTH", math.inf)
    monkeypatch.setattr(comparisons, "WORTH_AT_FIRST", math.inf)
