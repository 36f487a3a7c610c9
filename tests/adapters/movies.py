"""The frames of an animation: as matplotlib saves them, and as they are rendered."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import AbstractMovieWriter, Animation

from parallel_animate import RenderReport, rendering, save
from parallel_animate.adapters import save_some
from parallel_animate.canvas import FrameFormat
from parallel_animate.output import outputs
from tests.adapters.cases import Make


class KeepingWriter(AbstractMovieWriter):
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[bytes] = []

    def setup(self, fig: Any, outfile: Any, dpi: Any = None) -> None:
        super().setup(fig, outfile, dpi)

    def grab_frame(self, **savefig_kwargs: Any) -> None:
        file = io.BytesIO()
        self.fig.savefig(file, format="rgba", dpi=self.dpi, **savefig_kwargs)
        self.frames.append(file.getvalue())

    def finish(self) -> None:
        pass


def saved_by_matplotlib(animation: Animation, **options: Any) -> list[bytes]:
    """Return the RGBA of each frame that matplotlib hands its writer."""
    writer = KeepingWriter()
    animation.save("nothing", writer=writer, **options)
    return writer.frames


def rendered(
    animation: Animation, path: Path, span: tuple[int, int | None] = (0, None), **options: Any
) -> tuple[list[bytes], RenderReport]:
    """Return the RGBA of each frame that the encoder is handed, and the report."""
    frames: list[bytes] = []
    size = 0, 0
    choose, record = outputs.choose_writer, rendering.Recorder.record

    def chosen(*arguments: Any, **options: Any) -> Any:
        nonlocal size
        choice = choose(*arguments, **options)
        size = choice.frame_format.width, choice.frame_format.height
        return replace(choice, frame_format=FrameFormat("rgba", *size))

    def recorded(self: Any, views: Any, wrote: Any) -> None:
        def kept() -> Any:
            for place, view in views:
                frames.append(cropped(view))
                yield place, view

        return record(self, kept(), wrote)

    def cropped(view: Any) -> bytes:
        width, height = size
        padded = np.asarray(view).reshape(-1, width + width % 2, 4)
        return padded[:height, :width].tobytes()

    with (
        mock.patch.object(outputs, "choose_writer", chosen),
        mock.patch.object(rendering.Recorder, "record", recorded),
    ):
        if span == (0, None):
            report = save(animation, path, **options)
        else:
            report = save_some(animation, path, span, **options)
    return frames[-report.frames :], report


def differing(frames: Sequence[bytes], expected: Sequence[bytes]) -> list[int]:
    """Return which frames are not as they should be; all of them if there are not as many."""
    if len(frames) != len(expected):
        return list(range(max(len(frames), len(expected))))
    return [
        number
        for number, pair in enumerate(zip(frames, expected, strict=True))
        if pair[0] != pair[1]
    ]


def on_white(frames: Sequence[bytes]) -> list[bytes]:
    """Return frames laid on white, as those of a video are."""
    done = []
    for frame in frames:
        pixels = np.frombuffer(frame, np.uint8).reshape(-1, 4).astype(int)
        alpha = pixels[:, 3:]
        laid = (pixels[:, :3] * alpha + 255 * (255 - alpha) + 127) // 255
        done.append(np.column_stack([laid, np.full(len(laid), 255)]).astype(np.uint8).tobytes())
    return done


def made(make: Make) -> Animation:
    """Make an animation as the first one of a program."""
    plt.close("all")
    np.random.seed(0)
    animation: Any = make()
    animation._draw_was_started = True  # or it warns when it is deleted
    return animation  # type: ignore[no-any-return]
