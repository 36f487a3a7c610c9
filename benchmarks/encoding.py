"""What libx264 takes with its presets and with our settings, and how good the result is.

::

    python -m benchmarks.encoding

The frames of each scene are drawn first, and then encoded with all settings in turn. Measured are
the CPU time of the encoding alone, in all of the encoder's threads, the size of the file, and how
far the decoded frames are from those that were drawn. The results are written to
``benchmarks/results/encoding.json``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.quality import decoded, psnr
from benchmarks.recording import RESULTS, save
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import FrameFormat, PixelStore, Surface
from parallel_animate.canvas.pixels import Pixels
from parallel_animate.output import VideoSettings, choose_writer
from parallel_animate.tuning.likeness import ssim

# For each scene: width and height in pixels, and the number of frames.
FRAMES = {
    "wave": (1920, 1080, 120),
    "multi": (1920, 1080, 60),
    "bitmap": (1920, 1080, 30),
    "pattern": (1920, 1080, 60),
    "five-panel": (2000, 400, 120),
    "fourteen-panel": (1920, 1080, 40),
    "dot": (1920, 1080, 60),
    "scatter": (1920, 1080, 40),
    "coloured-scatter": (1920, 1080, 40),
}
# Presets; None stands for our settings. The first is parallel-matplotlib-animation's default.
PRESETS = ("slow", "veryfast", None, "superfast", "ultrafast")
LOOKED_AT = 7  # every seventh frame is compared


def drawn(scene: str) -> tuple[FrameFormat, list[Pixels]]:
    """Return all frames of a scene, as the encoder gets them."""
    width, height, count = FRAMES[scene]
    animator = SCENES[scene](width, height)
    surface = Surface(animator.setup())
    layout = FrameFormat("yuv420p", width, height)
    store, frames = PixelStore(layout), []
    for number, params in enumerate(params_of(scene, count)):
        animator.update(number, params)
        surface.draw()
        frames.append(np.empty(layout.nbytes, np.uint8))
        store.store(surface.pixels, frames[-1], opaque=surface.opaque, damage=surface.take_damage())
    surface.close()
    return layout, [layout.view(frame) for frame in frames]


def encode(path: Path, layout: FrameFormat, frames: list[Pixels], preset: str | None) -> float:
    """Encode frames; return the CPU milliseconds that it took for each."""
    settings = VideoSettings.checked(fps=30, mode="cpu", preset=preset)
    start = time.process_time()
    with choose_writer(settings, (layout.width, layout.height)).open(path) as writer:
        writer.write(iter(frames))
    return 1000 * (time.process_time() - start) / len(frames)


def compare(scene: str, rounds: int, folder: Path) -> list[dict[str, object]]:
    """Encode a scene with all settings in turn."""
    layout, frames = drawn(scene)
    costs: dict[str | None, list[float]] = {preset: [] for preset in PRESETS}
    for _ in range(rounds):
        for preset in PRESETS:
            costs[preset].append(encode(folder / f"{preset}.mp4", layout, frames, preset))
    rows: list[dict[str, object]] = []
    for preset in PRESETS:
        path = folder / f"{preset}.mp4"
        pairs = [
            (shown, layout.planes(frame))
            for number, (shown, frame) in enumerate(zip(decoded(path), frames, strict=True))
            if number % LOOKED_AT == 0
        ]
        rows.append(
            {
                "scene": scene,
                "preset": preset or "our default",
                "cpu_ms": statistics.median(costs[preset]),
                "kb": path.stat().st_size / 1000,
                "psnr": statistics.mean(psnr(shown[0], frame[0]) for shown, frame in pairs),
                "ssim": statistics.mean(ssim(shown[0], frame[0]) for shown, frame in pairs),
            }
        )
    return rows


def main() -> None:
    """Encode all scenes, print a table, and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=RESULTS / "encoding.json")
    arguments = parser.parse_args()
    rows = []
    for scene in FRAMES:
        with tempfile.TemporaryDirectory() as folder:
            for row in compare(scene, arguments.rounds, Path(folder)):
                rows.append(row)
                print(
                    "{scene:<15} {preset:<12} {cpu_ms:6.1f} ms CPU a frame {kb:8.0f} kB "
                    "{psnr:5.1f} dB  SSIM {ssim:.4f}".format(**row),
                    flush=True,
                )
    save(arguments.output, rows)


if __name__ == "__main__":
    main()
