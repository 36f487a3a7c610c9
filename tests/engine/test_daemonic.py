"""Renders in processes that multiprocessing lets have no children: those of a pool."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import psutil
import pytest
from matplotlib.figure import Figure

from tests.conftest import MOSTLY_FORK
from tests.processes import alive, wait_until
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform == "win32", reason="forks the pool"),
]


def rendered(out: Path, start_method: str) -> int:
    report = StampAnimator().make_video(out, range(6), 30, num_workers=2, start_method=start_method)
    assert multiprocessing.current_process().daemon
    return report.workers


@pytest.mark.parametrize("start_method", MOSTLY_FORK)
def test_a_render_in_a_pool_has_workers(tmp_path: Path, start_method: str) -> None:
    outs = [tmp_path / "0.mp4", tmp_path / "1.mp4"]
    # The fork server that another test has had this process begin is none of its children's.
    own: Any = forkserver._forkserver  # type: ignore[attr-defined]
    with multiprocessing.get_context("fork").Pool(2, initializer=own.__init__) as pool:
        assert pool.starmap(rendered, [(out, start_method) for out in outs]) == [2, 2]
    for out in outs:
        assert stamps(out) == list(range(6))


class Hangs(StampAnimator):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def setup(self) -> Figure:
        (self.folder / f"{os.getpid()}.pid").touch()
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        threading.Event().wait()


def hang(folder: Path) -> None:
    Hangs(folder).make_video(folder / "out.mp4", range(6), 30, num_workers=2, start_method="fork")


def test_workers_end_with_the_pool(tmp_path: Path) -> None:
    """Python lets a daemon have no children, because they would live on."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.apply_async(hang, (tmp_path,))
        wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 2, 30)
        workers = [psutil.Process(int(file.stem)) for file in tmp_path.glob("*.pid")]
        assert all(map(alive, workers))
        pool.terminate()
        pool.join()
    wait_until(lambda: not any(map(alive, workers)), 30)
