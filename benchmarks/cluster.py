"""What a Dask cluster adds to a render, how it scales, and at what size the driver is the wall.

::

    python -m benchmarks.cluster                    # the same cores, with a cluster and without
    python -m benchmarks.cluster --simulate         # 16 machines against one; draws are simulated
    python -m benchmarks.cluster --driver           # the driver's cost of a segment

*the same cores*
    1,000 frames of a scene at 1280x720, by ``make_video`` alone and on a ``LocalCluster`` of one
    worker that has all cores, in turn. The cluster is new each time; its start is not counted.
*simulated*
    Each frame sleeps, so that one machine can play many. The seconds of a start that the machines
    of a real cluster take beside each other are taken here one after the other.
*driver*
    What the driver does for a segment that has come back, by Dask or through a folder: unpickling,
    checksum, writing. More machines than finish a segment in that time cannot be kept busy.

Ratios and rates are printed, and written to ``benchmarks/results/cluster.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recording import RESULTS
from benchmarks.scenes import Multi, Scene, Wave

SCENES = {"wave": Wave, "multi": Multi}
FRAMES = 1000
SIZE = 1280, 720
GOALS = {"at most": 1.15, "16 machines": 13}


class Sleeping(Wave):
    """A frame takes its time, and no core."""

    def __init__(self, seconds: float) -> None:
        super().__init__(160, 120)
        self.seconds = seconds

    def update(self, frame_idx: int, params: Any) -> None:
        time.sleep(self.seconds)
        super().update(frame_idx, params)


def rendered(scene: Scene, frames: int, folder: Path, **options: Any) -> tuple[float, bytes]:
    """Return the seconds that a render takes, and the video."""
    out = folder / "out.mp4"
    begun = time.perf_counter()
    scene.make_video(out, np.linspace(0, 20, frames), 30, disable_progress_bar=True, **options)
    return time.perf_counter() - begun, out.read_bytes()


def on_cluster(
    scene: Scene, frames: int, folder: Path, workers: int, threads: int, **options: Any
) -> tuple[float, bytes]:
    """Return the same for a render on a new local cluster."""
    from distributed import Client, LocalCluster

    size = {"n_workers": workers, "threads_per_worker": threads, "dashboard_address": None}
    with LocalCluster(**size) as cluster, Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(workers)
        return rendered(scene, frames, folder, cluster=client, **options)


def same_cores(name: str, frames: int, rounds: int) -> dict[str, Any]:
    """Compare a cluster of this machine with none."""
    alone, there = [], []
    cores = len(os.sched_getaffinity(0))
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            seconds, expected = rendered(SCENES[name](*SIZE), frames, Path(folder))
            alone.append(seconds)
        with tempfile.TemporaryDirectory() as folder:
            seconds, made = on_cluster(SCENES[name](*SIZE), frames, Path(folder), 1, cores)
            there.append(seconds)
        assert made == expected
    return {
        "what": f"same cores, {name}",
        "frames": frames,
        "alone_seconds": round(statistics.median(alone), 2),
        "cluster_seconds": round(statistics.median(there), 2),
        "ratio": round(statistics.median(b / a for a, b in zip(alone, there, strict=True)), 3),
    }


def simulated(machines: int, seconds: float, frames: int) -> dict[str, Any]:
    """Compare many machines with one, where drawing is sleeping."""
    taken = {}
    how = {"segment_frames": max(10, frames // (machines * 20)), "check_history": False}
    for count in (machines, 1):
        with tempfile.TemporaryDirectory() as folder:
            given = (Sleeping(seconds), frames, Path(folder), count, 1)
            taken[count], _ = on_cluster(*given, num_workers=1, redraw="full", **how)
    return {
        "what": f"{machines} machines, simulated",
        "frames": frames,
        "seconds_a_frame": seconds,
        "one_seconds": round(taken[1], 1),
        "many_seconds": round(taken[machines], 1),
        "ratio": round(taken[1] / taken[machines], 2),
    }


def driver(size: int, count: int) -> list[dict[str, Any]]:
    """Measure what the driver does for a segment that has come back."""
    import distributed

    rows = []
    content = os.urandom(size)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        source = Path(folder) / "source"
        source.write_bytes(content)

        def by_dask(number: int) -> bytes:
            return pickle.dumps((number, source.read_bytes()))

        def by_folder(number: int) -> bytes:
            path = source.with_name(f"made-{number}")
            path.write_bytes(source.read_bytes())
            return pickle.dumps((number, path))

        for function in (by_dask, by_folder):
            rows.append(
                {
                    "what": f"driver, {function.__name__.replace('_', ' ')}",
                    "segment_bytes": size,
                    **_received(client, function, count, Path(folder)),
                }
            )
    return rows


def _received(client: Any, function: Any, count: int, folder: Path) -> dict[str, float]:
    """Return the seconds of CPU, and in all, that a segment costs the process of the driver."""
    cpu, begun = time.process_time(), time.perf_counter()
    for number in range(count):
        future = client.submit(function, number, pure=False)
        _, made = pickle.loads(future.result())
        if isinstance(made, Path):
            zlib.crc32(made.read_bytes())
            made.rename(folder / "taken")
        else:
            zlib.crc32(made)
            (folder / "taken").write_bytes(made)
        future.release()
    return {
        "driver_cpu_ms": round(1000 * (time.process_time() - cpu) / count, 2),
        "wall_ms": round(1000 * (time.perf_counter() - begun) / count, 2),
    }


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description="What a Dask cluster adds, and how it scales.")
    parser.add_argument("--scenes", nargs="+", default=["wave", "multi"], choices=SCENES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--machines", type=int, default=16)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--seconds", type=float, default=0.1, help="that a simulated frame takes")
    parser.add_argument("--driver", action="store_true")
    parser.add_argument("--json", type=Path, default=RESULTS / "cluster.json")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if given.simulate:
        rows.append(simulated(given.machines, given.seconds, given.frames))
    if given.driver:
        rows += [row for size in (1_000_000, 10_000_000) for row in driver(size, 100)]
    if not rows:
        rows += [same_cores(name, given.frames, given.rounds) for name in given.scenes]
    for row in rows:
        print(json.dumps(row))
    old = json.loads(given.json.read_text()) if given.json.exists() else []
    new = {row["what"] for row in rows}
    given.json.write_text(
        json.dumps([each for each in old if each["what"] not in new] + rows, indent=2) + "\n"
    )


if __name__ == "__main__":
    main()
