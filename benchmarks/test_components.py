"""What each part of a frame's way takes by itself.

::

    pytest benchmarks/test_components.py --benchmark-only

Drawing is in ``test_redraw.py``. Absolute times change with the machine. Compare only ratios within
one run, for example that of a part to a copy of the same number of bytes (``test_memcpy``).
"""

from __future__ import annotations

import multiprocessing
import pickle
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from benchmarks.encoding import PRESETS, drawn, encode
from parallel_animate import Animator
from parallel_animate.canvas import FrameFormat, PixelStore
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.canvas.tiles import Tiles
from parallel_animate.engine.outbox import Outbox
from parallel_animate.memory import SharedBlock, SlotRing
from parallel_animate.output.disk import checksum
from parallel_animate.output.joining import join
from parallel_animate.output.manifest import Segment
from parallel_animate.output.pyav import _frame
from parallel_animate.params import PayloadMemory, Pickled

WIDTH, HEIGHT = 1920, 1080
SIZES = {"1 KB": 10**3, "100 KB": 10**5, "6 MB": 6 * 10**6, "50 MB": 5 * 10**7}


@pytest.fixture(scope="module")
def picture() -> Pixels:
    """The pixels of an opaque canvas."""
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


@pytest.mark.parametrize("size", SIZES)
def test_memcpy(benchmark: Any, size: str) -> None:
    """To copy so many bytes: the others are compared with this."""
    source, target = (np.ones(SIZES[size], np.uint8) for _ in range(2))
    benchmark(np.copyto, target, source)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 1.0])
def test_conversion(benchmark: Any, picture: Pixels, share: float) -> None:
    """To store a canvas as yuv420p in a slot when a share of its tiles has changed."""
    layout = FrameFormat("yuv420p", WIDTH, HEIGHT)
    store, slot = PixelStore(layout), np.empty(layout.nbytes, np.uint8)
    store.store(picture, slot, opaque=True)
    damage = Tiles(WIDTH, HEIGHT)
    damage.mask[:] = np.random.default_rng(1).random(damage.mask.shape) < share
    benchmark(store.store, picture, slot, opaque=True, damage=damage)


def test_slot_hand_over(benchmark: Any) -> None:
    """To wrap a slot of shared memory as a frame for the encoder, without copying."""
    layout = FrameFormat("yuv420p", WIDTH, HEIGHT)
    with SlotRing.create(2, 2, layout.nbytes) as ring:
        view = layout.view(ring.slot(0))
        benchmark(_frame, view, layout, 0)
        del view


def answer(connection: Connection, other: Connection, memory: Pixels) -> None:
    """Take params as a worker does, and say that they have come."""
    other.close()  # the main process's end of the pipe, which the fork has copied
    while True:
        try:
            data = connection.recv_bytes()
        except EOFError:
            return
        params = pickle.loads(data, buffers=[memory.data])
        connection.send_bytes(str(len(params)).encode())
        del params


@pytest.mark.parametrize("way", ["pipe", "shared memory"])
@pytest.mark.parametrize("size", SIZES)
def test_params_transport(benchmark: Any, size: str, way: str) -> None:
    """To send an array, in the pickle or as parallel-animate does, and to get an answer."""
    here, there = multiprocessing.Pipe()
    params = np.zeros(SIZES[size], np.uint8)
    block = SharedBlock.create(params.nbytes)
    assert block is not None
    with block:
        process = multiprocessing.get_context("fork").Process(
            target=answer, args=(there, here, block.memory)
        )
        process.start()
        there.close()
        outbox = Outbox(here)

        def transport() -> bytes:
            if way == "pipe":
                outbox.send(pickle.dumps(params, protocol=5))
            else:
                pickled = Pickled.of(0, params)
                for buffer in pickled.buffers:
                    block.memory[:] = buffer
                outbox.send(pickled.data)
            return here.recv_bytes()

        assert int(benchmark(transport)) == SIZES[size]
        outbox.close()
        process.join()


@pytest.mark.parametrize("size", SIZES)
def test_params_packed(benchmark: Any, size: str) -> None:
    """What the main process does to send an array. Compare it with a copy of so many bytes."""
    params = np.zeros(SIZES[size], np.uint8)
    with PayloadMemory() as memory:
        benchmark(lambda: memory.pack(Pickled.of(0, params)))


class Nothing(Animator):
    """A figure of 32x32 pixels without artists."""

    def setup(self) -> Figure:
        return Figure(figsize=(0.32, 0.32), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        pass


@pytest.mark.parametrize("workers", [1, 2])
def test_scheduler(benchmark: Any, tmp_path: Path, workers: int) -> None:
    """A thousand empty frames: this measures handing them on, and encoding 32x32 pixels."""
    benchmark.pedantic(
        Nothing().make_video,
        args=(tmp_path / "out.mp4", range(1000), 30),
        kwargs={"num_workers": workers, "video_mode": "cpu"},
        rounds=5,
    )
    benchmark.extra_info["ms_a_frame"] = benchmark.stats.stats.median  # seconds for a thousand


@pytest.fixture(scope="module")
def wave() -> tuple[FrameFormat, list[Pixels]]:
    """The frames of wave at 1920x1080."""
    layout, frames = drawn("wave")
    return layout, frames[:40]


@pytest.mark.parametrize("preset", PRESETS, ids=str)
def test_encoding(
    benchmark: Any, wave: tuple[FrameFormat, list[Pixels]], tmp_path: Path, preset: str | None
) -> None:
    """To encode 40 frames of wave."""
    benchmark.pedantic(encode, args=(tmp_path / "out.mp4", *wave, preset), rounds=3)


def test_join(benchmark: Any, wave: tuple[FrameFormat, list[Pixels]], tmp_path: Path) -> None:
    """To join 20 segments of 40 frames."""
    layout, frames = wave
    segments = []
    for number in range(20):
        path = tmp_path / f"{number}.mp4"
        encode(path, layout, frames, None)
        segments.append(Segment(path.name, 0, len(frames), checksum(path)))
    benchmark(join, tmp_path, segments, tmp_path / "joined.mp4", Fraction(30))
