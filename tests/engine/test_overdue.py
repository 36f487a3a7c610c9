"""A `setup()` that hangs, and errors that are very large."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import FrameError, SetupError
from tests.stamp import StampAnimator

pytestmark = pytest.mark.timeout(60)


class HangsInSetup(StampAnimator):
    def setup(self) -> Figure:
        threading.Event().wait()  # for ever
        return super().setup()


def test_a_setup_that_hangs_ends_with_the_time_limit_of_a_frame(out: Path) -> None:
    with pytest.raises(SetupError, match=r"took longer than 0.5 s and was killed") as caught:
        HangsInSetup().make_video(
            out, range(8), 30, num_workers=2, frame_timeout=0.5, start_method="fork"
        )
    assert any("in setup" in note for note in caught.value.__notes__)


class FailsAtLength(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        raise ValueError("begins" + 10_000_000 * "x" + "ends")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_very_long_error_is_shortened(out: Path, workers: int) -> None:
    with pytest.raises(FrameError, match=r"ValueError: begins.*ends \(10,000,0") as caught:
        FailsAtLength().make_video(out, range(4), 30, num_workers=workers, start_method=None)
    assert len(str(caught.value)) < 10_000
    if workers > 1:
        assert len(str(caught.value.__cause__)) < 10_000
