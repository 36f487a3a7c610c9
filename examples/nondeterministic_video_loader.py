"""Frames that arrive in any order: a parallel video loader, put right by ``IndexedFrameParams``.

Several processes decode one video, each its own part, and hand over frames when they have them, in
an order that may differ from run to run. Wrapped in ``IndexedFrameParams``, each frame says which
one it is, and the new video shows all in order. The caption of each frame tells how many others had
arrived before it.

The loader is parallel-video-io's (``pip install '.[pvio]'``) where it is installed,
and otherwise a small one made of PyAV and a process pool. The source video is made first.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import av
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from parallel_animate import Animator, IndexedFrameParams

Image = NDArray[np.uint8]  # (height, width, 3) RGB

FPS = 30
N_FRAMES = 120
HEIGHT, WIDTH = 270, 480
N_LOADERS = 2
CHUNK = 10  # frames decoded by the pool at a time
CHANNELS = ("#e5484d", "#30a46c", "#3b6fe0")


class Arrival(NamedTuple):
    """A decoded frame, and how many had arrived before it."""

    image: Image
    rank: int


def make_source(path: Path) -> None:
    """Write a video of three drifting, coloured, rippling lights."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    with av.open(path, "w") as container:
        # A key frame every CHUNK frames: to load a chunk, nothing before it has to be decoded.
        stream = container.add_stream("libx264", FPS, options={"g": str(CHUNK), "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for i in range(N_FRAMES):
            phase = 2 * np.pi * i / N_FRAMES
            image = np.zeros((HEIGHT, WIDTH, 3))
            for channel in range(3):
                center_x = WIDTH * (0.5 + 0.32 * np.cos(phase + channel * 2.1))
                center_y = HEIGHT * (0.5 + 0.28 * np.sin(2 * phase + channel * 1.3))
                radius = np.hypot(x - center_x, y - center_y)
                rings = 0.8 + 0.2 * np.cos(radius / 5 - 6 * phase)
                image[:, :, channel] = 250 * rings * np.exp(-((radius / 105) ** 2))
            frame = av.VideoFrame.from_ndarray(image.astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def load_with_pvio(path: Path) -> Iterator[tuple[int, Image]]:
    """Decode with the workers of parallel-video-io, each of which takes a part of the video."""
    from pvio.torch_tools import SimpleVideoCollectionLoader

    loader = SimpleVideoCollectionLoader(
        [path],
        batch_size=4,
        num_workers=N_LOADERS,
        min_frames_per_worker=CHUNK,
        device="cpu",  # a GPU would decode in one process, in order
    )
    for batch in loader:
        images = (batch["frames"] * 255).round().byte().permute(0, 2, 3, 1).numpy()
        yield from zip(batch["frame_indices"], images, strict=True)


def load_with_pool(path: Path) -> Iterator[tuple[int, Image]]:
    """Decode with a pool of processes, a chunk at a time."""
    # Chunks from each process's part of the video in turn: they begin at frames 0, 60, 10, 70, ...
    chunks = iter(np.arange(0, N_FRAMES, CHUNK).reshape(N_LOADERS, -1).T.ravel().tolist())
    # make_video has threads at work while it runs this: spawn is safe in a process with threads.
    with ProcessPoolExecutor(N_LOADERS, mp_context=get_context("spawn")) as pool:
        # No more than two chunks for each process are under way or waiting to be fetched.
        pending = {pool.submit(decode, path, first) for first in islice(chunks, 2 * N_LOADERS)}
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            pending |= {pool.submit(decode, path, first) for first in islice(chunks, len(done))}
            for future in done:
                yield from future.result()


def decode(path: Path, first: int) -> list[tuple[int, Image]]:
    """Decode the frames ``first`` ... ``first + CHUNK - 1`` of a video."""
    images: list[tuple[int, Image]] = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        container.seek(round(first / FPS / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            frame_id = round(frame.time * FPS)
            if frame_id >= first + CHUNK:
                break
            if frame_id >= first:
                image = frame.to_ndarray(format="rgb24")
                images.append((frame_id, image.astype(np.uint8, copy=False)))
    return images


def arrivals(path: Path) -> Iterator[IndexedFrameParams]:
    """Yield the frames of a video as they arrive, each with its number."""
    load = load_with_pvio if find_spec("pvio") else load_with_pool
    for rank, (frame_id, image) in enumerate(load(path)):
        yield IndexedFrameParams(frame_id=frame_id, params=Arrival(image, rank))


class Monitor(Animator):
    """A video frame, the histogram of its colours, and its brightness along the middle row."""

    def setup(self) -> Figure:
        fig = plt.figure(figsize=(12, 4.8))
        grid = fig.add_gridspec(
            2, 2, left=0.04, right=0.97, bottom=0.09, top=0.88, hspace=0.5, wspace=0.12,
            width_ratios=(1.7, 1),
        )  # fmt: skip
        ax = fig.add_subplot(grid[:, 0], xticks=(), yticks=(), anchor="N")
        ax.spines[:].set_visible(False)
        self.image = ax.imshow(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
        self.number = ax.set_title("")
        self.order = ax.set_title("", loc="right", color="#5b6577", weight="normal")

        ax = fig.add_subplot(grid[0, 1], xlim=(0, 256), ylim=(1e-4, 1), yscale="log")
        ax.set(title="Values", xticks=(0, 128, 255), yticks=(1e-4, 1e-2, 1))
        ax.minorticks_off()
        self.edges = np.linspace(0, 256, 65)
        self.values = [
            ax.stairs(np.full(64, 1e-9), self.edges, color=color, lw=1.6) for color in CHANNELS
        ]
        ax = fig.add_subplot(grid[1, 1], xlim=(0, WIDTH), ylim=(0, 260))
        ax.set(title="Middle row", xticks=(0, WIDTH // 2, WIDTH), yticks=(0, 128, 255))
        self.rows = [ax.plot([], [], color=color)[0] for color in CHANNELS]
        return fig

    def update(self, frame_idx: int, params: Arrival) -> None:
        image, rank = params
        self.image.set_data(image)
        self.number.set_text(f"Frame {frame_idx}")
        self.order.set_text(f"arrived after {rank} others")
        for channel, (steps, line) in enumerate(zip(self.values, self.rows, strict=True)):
            counts, _ = np.histogram(image[:, :, channel], self.edges)
            steps.set_data(np.maximum(counts / image[:, :, channel].size, 1e-9))
            line.set_data(np.arange(WIDTH), image[HEIGHT // 2, :, channel])


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``loader_source.mp4`` and ``loader.mp4`` to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Frames that arrive in any order.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "loader_source.mp4"
    make_source(source)
    plt.style.use(Path(__file__).with_name("clean.mplstyle"))
    print(Monitor().make_video(folder / "loader.mp4", arrivals(source), fps=FPS, n_frames=N_FRAMES))


if __name__ == "__main__":
    main()
