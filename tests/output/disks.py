"""Frames that need much room, and a small disk to fill with them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator, RenderReport
from parallel_animate.output.manifest import read_manifest
from tests.stamp import COLUMNS, HEIGHT, ROWS, WIDTH, stamps

FULL = "No space left on device"
MIB = 1 << 20


class Noisy(Animator):
    """Stamps of noise, which no encoder can make small: about 24 kB a frame."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        self.image = figure.figimage(np.zeros((HEIGHT, WIDTH)), cmap="gray", vmin=0, vmax=255)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        bits = np.array([frame_idx >> bit & 1 for bit in range(COLUMNS * ROWS)])
        blocks = bits.reshape(ROWS, COLUMNS)[::-1] * 155.0
        pixels = np.kron(blocks, np.ones((HEIGHT // ROWS, WIDTH // COLUMNS)))
        self.image.set_data(
            pixels + np.random.default_rng(frame_idx).integers(0, 100, pixels.shape)
        )

    def make_video(self, *args: Any, **options: Any) -> RenderReport:
        """Use a preset, so that the sizes do not depend on our default settings."""
        return super().make_video(*args, **{"video_preset": "veryfast"} | options)


class FailsAt(Noisy):
    """Raises at a frame."""

    def __init__(self, frame: int) -> None:
        self.frame = frame

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.frame:
            raise ArithmeticError("the user's own")
        super().update(frame_idx, params)


class Disk:
    """A tmpfs of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out.mp4"

    @property
    def parts(self) -> Path:
        return self.folder / "out.mp4.parts"

    @property
    def partial(self) -> Path:
        return self.folder / "out.partial.mp4"

    def resize(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], check=True)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def finished(self) -> int:
        """Check that the parts hold what the manifest says, and nothing else; return the frames."""
        manifest = read_manifest(self.parts)
        files = [segment.file for segment in manifest.segments]
        there = {path.name for path in self.parts.iterdir()} - {"next.frames"}
        assert there == {*files, "lock", "manifest.json"}
        shown = [stamp for file in files for stamp in stamps(self.parts / file)]
        assert shown == list(range(manifest.frames_done))
        return manifest.frames_done
