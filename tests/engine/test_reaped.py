"""Programs that reap all their children, the workers among them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import SetupError
from tests.conftest import alike
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(signal, "SIGCHLD"), reason="needs SIGCHLD"),
]


def reap_all(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@pytest.fixture(params=[signal.SIG_IGN, reap_all], ids=["ignored", "all reaped"], autouse=True)
def children(request: pytest.FixtureRequest) -> Iterator[None]:
    before = signal.signal(signal.SIGCHLD, request.param)
    yield
    signal.signal(signal.SIGCHLD, before)


class KilledOnce(StampAnimator):
    def __init__(self, mark: Path) -> None:
        super().__init__()
        self.mark = mark

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == 5 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        super().update(frame_idx, params)


@pytest.mark.parametrize("start_method", ["fork", *alike("spawn", "forkserver")])
def test_a_killed_worker_costs_no_frame(out: Path, tmp_path: Path, start_method: str) -> None:
    report = KilledOnce(tmp_path / "mark").make_video(
        out, range(12), 30, num_workers=2, start_method=start_method
    )
    assert report.lost_workers == 1
    assert stamps(out) == list(range(12))


def test_workers_that_end_in_setup_end_the_render(out: Path) -> None:
    class EndsInSetup(StampAnimator):
        def setup(self) -> Any:
            os._exit(7)

    with pytest.raises(SetupError, match=r"exited with code 7|how is not known"):
        EndsInSetup().make_video(out, range(8), 30, num_workers=2, start_method="fork")
