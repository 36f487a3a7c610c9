"""Nothing that is only shown ends a render."""

from __future__ import annotations

import errno
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parallel_animate.system import warn_user
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)


class Unwritable(io.StringIO):
    """Standard error on a full disk, or a pipe that nobody reads."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, "cannot be written")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


STREAMS: dict[str, Callable[[], Any]] = {
    "full": lambda: Unwritable(errno.ENOSPC),
    "broken pipe": lambda: Unwritable(errno.EPIPE),
    "closed": closed,
    "none": lambda: None,
}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(("workers", "bar"), [(2, False), (1, None)])
def test_a_progress_bar_that_cannot_be_shown_ends_no_render(
    out: Path, monkeypatch: pytest.MonkeyPatch, stream: str, workers: int, bar: bool | None
) -> None:
    """Nor does it keep tqdm's lock, for which the user's next bar would wait."""
    from tqdm.auto import tqdm

    monkeypatch.setattr(sys, "stderr", STREAMS[stream]())
    StampAnimator().make_video(out, range(12), 30, num_workers=workers, disable_progress_bar=bar)
    assert stamps(out) == list(range(12))
    list(tqdm(range(3), file=io.StringIO()))


def test_a_bar_that_fails_is_left_alone(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tqdm.auto import tqdm

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the notebook is gone")

    monkeypatch.setattr(tqdm, "update", fail)
    StampAnimator().make_video(out, range(6), 30, num_workers=1, disable_progress_bar=False)
    assert stamps(out) == list(range(6))


def test_what_cannot_be_logged_or_warned_of_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("parallel_animate")
    handler = logging.StreamHandler(closed())
    log.addHandler(handler)
    monkeypatch.setattr(sys, "stderr", closed())
    monkeypatch.setattr(logging, "raiseExceptions", True)
    try:
        log.warning("a worker died")
    finally:
        log.removeHandler(handler)
    monkeypatch.setattr("warnings.showwarning", lambda *_, **__: closed().write("!"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.filters", [])
        warn_user("frames differ")
