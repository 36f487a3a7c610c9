"""A unit is drawn each time if its state cannot be told."""

from __future__ import annotations

import pytest

from parallel_animate.canvas import (
    fingerprint,
)
from tests.canvas.everything import check_animated


def test_artist_whose_state_cannot_be_told_is_drawn_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error while taking or comparing its state is no error of the render."""

    def fail(*_: object) -> None:
        raise TypeError("of no known kind")

    with monkeypatch.context() as patch:
        patch.setattr(fingerprint.Fingerprint, "holds", fail)
        assert check_animated().mismatch is None
    monkeypatch.setattr(fingerprint.Fingerprint, "__init__", fail)
    assert check_animated().mismatch is None
