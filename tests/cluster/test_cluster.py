"""A video that the machines of a Dask cluster have rendered has the bytes of one machine's."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from parallel_animate import ArgumentError, FrameError, IndexedFrameParams, ParamsError
from parallel_animate.errors import WorkerDiedError
from tests.cluster import local_cluster
from tests.commands.running import run, script
from tests.conftest import alike, children
from tests.output.small import Recorded, Small, names, partial_of, parts_of
from tests.stamp import stamps

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.timeout(180)]

FRAMES = 33
SEGMENT = 5
ALL = range(FRAMES)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two workers, each a process with one core."""
    with local_cluster(2) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No process that renders a piece outlives a test for long; the workers of Dask do."""
    yield
    _, alive = psutil.wait_procs(
        [each for each in children() if "parallel_animate.cluster.child" in each.cmdline()], 10
    )
    assert not alive


def dasks_worker() -> int:
    """Return the number of the worker of Dask whose piece is rendered in this process."""
    parents = psutil.Process().parents()
    stations = [
        i for i, each in enumerate(parents) if "parallel_animate.cluster.child" in each.cmdline()
    ]
    return parents[stations[-1] + 1].pid


def render(out: Path, params: Any = ALL, animator: Any = None, **options: Any) -> Any:
    options = {"segment_frames": SEGMENT, "check_history": False, "num_workers": 1} | options
    return (animator or Small()).make_video(out, params, 30, **options)


def digest(out: Path) -> str:
    return hashlib.sha256(out.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("whole") / "out.mp4"
    render(out)
    return digest(out)


def generator() -> Iterator[int]:
    yield from range(FRAMES)


def shuffled() -> list[IndexedFrameParams]:
    return [IndexedFrameParams(frame, frame) for frame in reversed(range(FRAMES))]


def function(first: int, end: int) -> list[int]:
    return list(range(first, end))


@pytest.mark.parametrize(
    "params",
    [
        lambda: range(FRAMES),
        generator,
        lambda: function,
        *alike(shuffled, lambda: np.arange(FRAMES)),
    ],
)
def test_it_has_the_bytes_of_one_machine(
    tmp_path: Path, client: Any, whole: str, params: Any
) -> None:
    out = tmp_path / "out.mp4"
    report = render(out, params(), cluster=client, n_frames=FRAMES)
    assert stamps(out) == list(range(FRAMES))
    assert digest(out) == whole
    assert names(out) == ["out.mp4"]
    assert (report.frames, report.segments, report.resumed_frames) == (FRAMES, 7, 0)
    assert sum(machine.frames for machine in report.machines) == FRAMES
    assert len(report.machines) == 2
    assert "machines" in str(report)


@pytest.mark.soak
def test_segments_come_back_through_a_shared_folder(
    tmp_path: Path, client: Any, whole: str
) -> None:
    out, shared = tmp_path / "out.mp4", tmp_path / "shared"
    render(out, cluster=client, segment_dir=shared)
    assert digest(out) == whole
    assert not list(shared.glob("**/*.mp4"))


def test_a_worker_that_is_killed_costs_only_its_pieces(
    tmp_path: Path, client: Any, whole: str
) -> None:
    class Kills(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 12 and not (tmp_path / "killed").exists():
                (tmp_path / "killed").touch()
                os.kill(dasks_worker(), signal.SIGKILL)
                signal.pause()
            super().update(frame_idx, params)

    out = tmp_path / "out.mp4"
    report = render(out, animator=Kills(), cluster=client)
    assert digest(out) == whole
    assert (tmp_path / "killed").exists()
    assert sum(machine.frames for machine in report.machines) == FRAMES


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_it_may_be_killed_at_any_moment(tmp_path: Path, client: Any, whole: str, seed: int) -> None:
    """Dask's worker is killed from outside, some time after a frame has begun."""
    chance = random.Random(seed)
    frame, wait = chance.randrange(FRAMES), chance.random() * 0.3

    class Marks(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == frame:
                with contextlib.suppress(FileExistsError):
                    (tmp_path / "marker").symlink_to(str(dasks_worker()))
            super().update(frame_idx, params)

    def kill() -> None:
        while not (tmp_path / "marker").is_symlink():
            time.sleep(0.01)
        time.sleep(wait)
        os.kill(int((tmp_path / "marker").readlink().name), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    out = tmp_path / "out.mp4"
    report = render(out, animator=Marks(), cluster=client)
    thread.join()
    client.wait_for_workers(2)
    assert digest(out) == whole
    assert sum(machine.frames for machine in report.machines) == FRAMES


@pytest.mark.soak
@pytest.mark.parametrize(("frames", "segment"), [(15, 5), (250, 5), (11, 5)])
def test_as_many_segments_as_there_are(
    tmp_path: Path, client: Any, frames: int, segment: int
) -> None:
    out, one = tmp_path / "out.mp4", tmp_path / "one.mp4"
    report = render(out, range(frames), cluster=client, segment_frames=segment)
    render(one, range(frames), segment_frames=segment)
    assert report.segments == -(-frames // segment)
    assert digest(out) == digest(one)


@pytest.mark.soak
def test_an_array_of_dask_is_computed_on_the_machines(
    tmp_path: Path, client: Any, whole: str
) -> None:
    array = pytest.importorskip("dask.array")
    xarray = pytest.importorskip("xarray")
    kind: Any = {"dtype": int, "meta": np.array((), int)}
    lazy = array.arange(FRAMES, chunks=4).map_blocks(not_by_the_driver, str(os.getpid()), **kind)
    for params in (lazy, xarray.DataArray(lazy, dims="time")):
        out = tmp_path / "out.mp4"
        render(out, params, cluster=client)
        assert digest(out) == whole


def not_by_the_driver(block: Any, driver: str) -> Any:
    assert str(os.getpid()) != driver
    return block


@pytest.mark.soak
def test_a_piece_that_ends_its_process_each_time_is_named(tmp_path: Path, client: Any) -> None:
    class Exits(Small):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 12:
                os._exit(3)
            super().update(frame_idx, params)

    out = tmp_path / "out.mp4"
    with pytest.raises(WorkerDiedError, match=r"frames 10 to 14 were tried 3 times.* ended with 3"):
        render(out, animator=Exits(), cluster=client)


@pytest.mark.soak
def test_an_error_is_the_users_and_what_is_finished_is_resumed(
    tmp_path: Path, client: Any, whole: str
) -> None:
    out = tmp_path / "out.mp4"
    with pytest.raises(FrameError, match="frame 17 ") as caught:
        render(out, animator=Recorded(tmp_path / "log", 17), cluster=client)
    done = len(list(parts_of(out).glob("0*.mp4")))
    if caught.value.partial_frames:
        frames = caught.value.partial_frames
        assert stamps(partial_of(out)) == list(range(frames))
    report = render(out, cluster=client, resume=True)
    assert report.resumed_frames in (SEGMENT * done, SEGMENT * done - 2)
    assert digest(out) == whole


@pytest.mark.soak
def test_one_machine_goes_on_after_a_cluster_and_a_cluster_after_it(
    tmp_path: Path, client: Any, whole: str
) -> None:
    out = tmp_path / "out.mp4"
    with pytest.raises(FrameError):
        render(out, animator=Recorded(tmp_path / "log", 22))
    for number in (0, 2):
        (parts_of(out) / f"0000{number}.mp4").unlink()
    report = render(out, cluster=client, resume=True)
    assert report.resumed_frames == 10
    assert digest(out) == whole


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"cluster": 5}, "cluster must be a dask.distributed.Client, an address"),
        ({"cluster": True}, "cluster=True takes the active client, and there is none"),
        ({"cluster": "tcp://127.0.0.1:1"}, "no scheduler of Dask answers at tcp://127.0.0.1:1"),
        ({"video_mode": "gpu"}, "encoded by the CPU"),
        ({"params": function}, "param_by_frame is a function: give n_frames"),
        ({"params": [IndexedFrameParams(3, 3)]}, "must be 0, 1, 2"),
    ],
)
def test_what_cannot_be_done_is_told(
    tmp_path: Path, client: Any, arguments: dict[str, Any], said: str
) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "300ms"}),
        pytest.raises(ArgumentError, match=said),
    ):
        render(tmp_path / "out.mp4", **({"cluster": client} | arguments))


@pytest.mark.soak
def test_machines_that_differ_are_told(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_animate.cluster import connecting

    here = connecting.versions()
    monkeypatch.setattr(connecting, "_version", lambda name: "0.0")
    assert connecting.versions() != here
    with pytest.raises(ArgumentError, match=r"the machines are not alike.* and this machine 0\.0"):
        render(tmp_path / "out.mp4", cluster=client, strict=True)


@pytest.mark.soak
def test_no_more_is_read_of_a_generator_than_machines_can_have(tmp_path: Path, client: Any) -> None:
    read = []

    def params() -> Iterator[int]:
        for frame in range(60):
            written = len(list(parts_of(out).glob("0*.mp4")))
            read.append(frame // SEGMENT - written)
            yield frame

    out = tmp_path / "out.mp4"
    render(out, params(), cluster=client)
    assert max(read) <= 5  # two machines with two pieces each, and one that is read
    assert stamps(out) == list(range(60))


def failing(first: int, end: int) -> list[int]:
    raise LookupError("no such data")


@pytest.mark.parametrize("params", [failing, (1 / (3 - i) for i in range(9))])
def test_params_that_fail_are_told_wherever_they_are_asked_for(
    tmp_path: Path, client: Any, params: Any
) -> None:
    with pytest.raises(ParamsError, match=r"param_by_frame raised (Lookup|ZeroDivision)Error"):
        render(tmp_path / "out.mp4", params, cluster=client, n_frames=9)


@pytest.mark.soak
def test_the_command_renders_on_a_cluster(tmp_path: Path, client: Any) -> None:
    anim, params = f"{script(tmp_path)}:Index", ("--params", "40", "-w", "1")
    out, expected = tmp_path / "out.mp4", tmp_path / "expected.mp4"
    assert run("render", anim, "-o", expected, *params).exit_code == 0
    address = client.scheduler.address
    ended = run("render", anim, "-o", out, *params, "--cluster", address, "--strict")
    assert ended.exit_code == 0, ended.output
    assert "machines" in ended.stdout
    assert digest(out) == digest(expected)
