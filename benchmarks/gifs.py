"""How good GIFs are, and how large: ours, Pillow's, ffmpeg's and ImageMagick's.

::

    python -m benchmarks.gifs

All make a GIF of the same frames: Pillow from a list of them, the programs ffmpeg and ImageMagick
(``convert``) from PNGs. Compared are the sizes, the structural similarity (SSIM, of brightness) to
what was drawn, and the seconds that it took. The table goes into docs/outputs.md by hand.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.quality import psnr
from benchmarks.scenes import SCENES, params_of
from parallel_animate.canvas import Surface
from parallel_animate.output.gif import write_gif
from parallel_animate.tuning.likeness import ssim

Picture = npt.NDArray[np.uint8]
FRAMES = {"wave": 60, "multi": 40, "scatter": 20, "five-panel": 40, "pattern": 40}
SIZE = (960, 540)
FPS = 25
LOOKED_AT = 5  # every fifth frame is compared
FILTERS = "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=none"


def drawn(scene: str) -> list[Picture]:
    """Return all frames of a scene, RGBA."""
    animator = SCENES[scene](*SIZE)
    surface, pictures = Surface(animator.setup()), []
    for number, params in enumerate(params_of(scene, FRAMES[scene])):
        animator.update(number, params)
        surface.draw()
        pictures.append(surface.pixels.copy())
    surface.close()
    return pictures


def ours(pictures: list[Picture], folder: Path) -> None:
    """Write a GIF as a render does."""
    with (folder / "out.gif").open("wb") as file:
        starts = [Fraction(number, FPS) for number in range(len(pictures) + 1)]
        write_gif(file, lambda: pictures, starts)


def pillows(pictures: list[Picture], folder: Path) -> None:
    """Write a GIF with Pillow, as matplotlib's PillowWriter does."""
    first, *others = (Image.fromarray(each[..., :3]) for each in pictures)
    first.save(
        folder / "out.gif", save_all=True, append_images=others, duration=1000 // FPS, loop=0
    )


def ffmpegs(pictures: list[Picture], folder: Path) -> None:
    """Write a GIF with the ffmpeg program: one palette for all, no dithering."""
    source = ["ffmpeg", "-v", "error", "-y", "-framerate", str(FPS), "-i", str(folder / "%03d.png")]
    subprocess.run([*source, "-vf", FILTERS, str(folder / "out.gif")], check=True)


def magicks(pictures: list[Picture], folder: Path) -> None:
    """Write a GIF with ImageMagick: no dithering, and only what changes."""
    delay = str(100 // FPS)
    options = ["+dither", "-layers", "OptimizePlus", "-layers", "OptimizeTransparency"]
    files = sorted(map(str, folder.glob("*.png")))
    made = str(folder / "out.gif")
    subprocess.run(["convert", "-delay", delay, *files, *options, "-loop", "0", made], check=True)


PROGRAMS: dict[str, tuple[Callable[[list[Picture], Path], None], str]] = {
    "parallel-animate": (ours, ""),
    "Pillow": (pillows, ""),
    "ffmpeg": (ffmpegs, "ffmpeg"),
    "ImageMagick": (magicks, "convert"),
}


def brightness(picture: Picture) -> Picture:
    """Return luma (ITU-R BT.601)."""
    return np.asarray(Image.fromarray(picture[..., :3]).convert("L"))


def main() -> None:
    """Make all GIFs, and print a table."""
    print("| scene | program | kB | SSIM | PSNR | seconds |\n| --- | --- | --- | --- | --- | --- |")
    for scene in FRAMES:
        pictures = drawn(scene)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for number, picture in enumerate(pictures):
                Image.fromarray(picture[..., :3]).save(folder / f"{number:03}.png")
            for program, (make, needs) in PROGRAMS.items():
                if needs and shutil.which(needs) is None:
                    continue
                start = time.perf_counter()
                make(pictures, folder)
                seconds = time.perf_counter() - start
                likeness, errors = [], []
                with Image.open(folder / "out.gif") as image:
                    for number in range(0, min(len(pictures), image.n_frames), LOOKED_AT):
                        image.seek(number)
                        shown = np.asarray(image.convert("RGB"))
                        wanted = pictures[number][..., :3]
                        likeness.append(ssim(brightness(shown), brightness(wanted)))
                        errors.append(psnr(shown, wanted))
                size = (folder / "out.gif").stat().st_size / 1000
                print(
                    f"| {scene} | {program} | {size:.0f} | {statistics.mean(likeness):.4f} | "
                    f"{statistics.mean(errors):.1f} dB | {seconds:.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
