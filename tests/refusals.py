"""Bad input is refused before any work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import AnimateError, ArgumentError, OutputError
from tests.stamp import StampAnimator


class NeverSetUp(StampAnimator):
    """Gives another error than the expected one if it is used at all."""

    def setup(self) -> Figure:
        raise AssertionError("setup() was called")


class NeverUpdated(StampAnimator):
    """Gives another error than the expected one if a frame is begun."""

    def update(self, frame_idx: int, params: Any) -> None:
        raise AssertionError("update() was called")


def refusal(out: Path, kind: type[AnimateError] = ArgumentError, **arguments: Any) -> str:
    """Call ``make_video`` with a bad argument; return the message of its error.

    ``setup()`` is not reached, in any process, and nothing is written.
    """
    usual: dict[str, Any] = {"param_by_frame": range(3), "fps": 30, "num_workers": 1}
    with pytest.raises(kind) as caught:
        NeverSetUp().make_video(out, **(usual | arguments))
    assert isinstance(caught.value, OSError if kind is OutputError else ValueError)
    assert not out.is_file()
    assert not list(out.parent.glob("*.part*"))
    return str(caught.value)


def refusal_by_encoder(out: Path, kind: type[AnimateError] = ArgumentError, **options: Any) -> str:
    """Return the message of an error that only an encoder of the figure's size can give.

    ``setup()`` has run by then, but no frame was begun.
    """
    with pytest.raises(kind) as caught:
        NeverUpdated().make_video(out, range(3), 30, num_workers=1, **options)
    assert not out.exists()
    return str(caught.value)
