"""Each worker of Dask has one process that renders all its pieces, and it ends when it should."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import psutil
import pytest

from parallel_animate.cluster.shipping import Items
from parallel_animate.cluster.station import PLACE, Station
from parallel_animate.cluster.task import Order
from parallel_animate.engine import SharedState
from parallel_animate.options import RenderOptions
from parallel_animate.system import pickled_by_value
from tests.cluster import local_cluster
from tests.conftest import children
from tests.output.small import Small
from tests.stamp import stamps

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.timeout(120)]

FRAMES = 18  # more segments than a machine gets before its speed is known
OPTIONS: dict[str, Any] = {"segment_frames": 3, "check_history": False, "num_workers": 1}


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """One worker, a process with one core."""
    with local_cluster(1) as client:
        yield client


def stations() -> list[psutil.Process]:
    return [each for each in children() if "parallel_animate.cluster.child" in each.cmdline()]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No station is there when a render has ended; Dask's worker stays."""
    yield
    assert not stations()


class Writes(Small):
    """Writes down which processes draw, and of which they are children."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log = log

    def update(self, frame_idx: int, params: Any) -> None:
        with self.log.open("a") as log:
            log.write(f"{os.getpid()} {os.getppid()} {matplotlib.rcParams['lines.linewidth']}\n")
        super().update(frame_idx, params)


def test_one_process_stays_for_all_pieces_and_each_has_a_fork(tmp_path: Path, client: Any) -> None:
    out, log = tmp_path / "out.mp4", tmp_path / "log"
    with matplotlib.rc_context({"lines.linewidth": 7.5}):
        report = Writes(log).make_video(out, range(FRAMES), 30, cluster=client, **OPTIONS)
    drawn = [line.split() for line in log.read_text().splitlines()]
    pieces, parents, widths = (set(column) for column in zip(*drawn, strict=True))
    assert len(parents) == 1
    assert len(pieces) == len(report.machines[0].spans) > 1
    assert widths == {"7.5"}, "the driver's rcParams hold on the machines"
    assert stamps(out) == list(range(FRAMES))


def test_dasks_worker_only_carries(tmp_path: Path, client: Any) -> None:
    """It does not import what draws, and keeps nothing when the render has ended."""
    Small().make_video(tmp_path / "out.mp4", range(3), 30, cluster=client, **OPTIONS)

    def found(dask_worker: Any) -> tuple[list[str], list[str], dict[str, Any]]:
        import sys
        from pathlib import Path

        named = ("parallel_animate", "matplotlib")
        left = [each.name for each in Path(dask_worker.local_directory).glob("parallel-animate-*")]
        return (
            [each for each in named if each in sys.modules],
            left,
            dask_worker.extensions[PLACE][2],
        )

    assert list(client.run(found).values()) == [([], [], {})]


class Waits(Small):
    """Waits for ever in a frame."""

    def __init__(self, marker: Path) -> None:
        super().__init__()
        self.marker = marker

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == 4:
            self.marker.touch()
            threading.Event().wait()
        super().update(frame_idx, params)


def test_a_render_that_is_interrupted_leaves_no_process(tmp_path: Path, client: Any) -> None:
    marker, out = tmp_path / "marker", tmp_path / "out.mp4"

    def interrupt() -> None:
        while not marker.exists():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        Waits(marker).make_video(out, range(FRAMES), 30, cluster=client, **OPTIONS)
    thread.join()
    assert not stations()
    marker.unlink()
    Small().make_video(out, range(FRAMES), 30, cluster=client, resume=True, **OPTIONS)
    assert stamps(out) == list(range(FRAMES))


def test_a_program_that_nobody_asks_ends_and_another_one_goes_on(tmp_path: Path) -> None:
    """Its driver may have been killed; or the params are slow to come."""
    place = tmp_path / "station"
    place.mkdir()
    here = Station(str(place), 1, threading.Lock(), idle=0)
    try:
        here._process.wait(30)  # nothing was asked of it
        options = RenderOptions.checked(fps=30, disable_progress_bar=True, **OPTIONS)
        params = Items(0, [3, 4, 5])
        order = pickled_by_value(Order(params, options, (3, 6), FRAMES, ".mp4", None))
        animation = pickled_by_value((SharedState.now(), Small()))
        outcome = here.render(animation, order, lambda: True)
        assert isinstance(outcome, bytes), outcome
        made = pickle.loads(outcome)
        assert [(each.first, each.end) for each, _ in made.segments] == [(3, 6)]
    finally:
        here.close()
    assert not list(place.iterdir())
