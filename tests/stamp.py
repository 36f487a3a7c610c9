"""Frames that carry their own number, so that a decoded video can be asked what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from parallel_animate import Animator

COLUMNS, ROWS = 4, 4  # 16 bits
WIDTH, HEIGHT = 320, 240


class StampAnimator(Animator):
    """Shows ``frame_idx`` as black and white blocks, and ``params`` too where it is a number."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.inches = (width / 100, height / 100)

    def setup(self) -> Figure:
        figure = Figure(figsize=self.inches, dpi=100)
        self.blocks = [
            figure.add_artist(
                Rectangle(
                    (bit % COLUMNS / COLUMNS, bit // COLUMNS / ROWS),
                    1 / COLUMNS,
                    1 / ROWS,
                    transform=figure.transFigure,
                    linewidth=0,
                )
            )
            for bit in range(COLUMNS * ROWS)
        ]
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        for bit, block in enumerate(self.blocks):
            block.set_facecolor("white" if frame_idx >> bit & 1 else "black")


def stamp(image: npt.NDArray[np.uint8]) -> int:
    """Read the number from an ``(height, width)`` or ``(height, width, 3)`` image."""
    height, width = image.shape[:2]
    value = 0
    for bit in range(COLUMNS * ROWS):
        column, row = bit % COLUMNS, ROWS - 1 - bit // COLUMNS
        y = int((row + 0.5) * height / ROWS)
        x = int((column + 0.5) * width / COLUMNS)
        if image[y - 4 : y + 4, x - 4 : x + 4].mean() > 127:
            value |= 1 << bit
    return value


def decoded(path: str | Path) -> Iterator[av.VideoFrame]:
    """Yield the frames of a video."""
    with av.open(str(path)) as container:
        yield from container.decode(video=0)


def stamps(path: str | Path) -> list[int]:
    """Return the numbers that a video shows, in its order."""
    return [stamp(luma(frame)) for frame in decoded(path)]


def luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Return a decoded frame's luma plane; converting the frame would take far longer."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def rgb(path: str | Path) -> list[npt.NDArray[np.uint8]]:
    """Return the frames as RGB, converted as the stream's colour tags say."""
    return [frame.to_ndarray(format="rgb24") for frame in decoded(path)]
