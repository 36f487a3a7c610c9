"""Large bitmaps from a generator: a sea of 1280x720 pixels, one frame at a time.

Ninety fields of this size are 330 MB, and an hour of them would be 400 GB. So ``sea`` is a
generator: ``make_video`` pulls a field only when it will soon be drawn, and holds few at once. A
generator has no length; ``n_frames`` says how many frames to take.

The sea is a sum of plane waves with random phases, each at the speed of deep-water waves of its
length, added up by a Fourier transform (Tessendorf, "Simulating ocean water", 2001).
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from parallel_animate import Animator

Field = NDArray[np.float32]

FPS = 30
N_FRAMES = 90
HEIGHT, WIDTH = 720, 1280
METERS_PER_PIXEL = 0.5
SEA = LinearSegmentedColormap.from_list(
    "sea", ["#041c32", "#064663", "#0b7a8f", "#3fb5b0", "#b8e6d9", "#fdfcf5"]
)


def sea() -> Iterator[Field]:
    """Yield the height of the sea (HEIGHT, WIDTH) at one moment after the other, for ever."""
    rng = np.random.default_rng(4)
    kx = 2 * np.pi * np.fft.rfftfreq(WIDTH, METERS_PER_PIXEL)
    ky = 2 * np.pi * np.fft.fftfreq(HEIGHT, METERS_PER_PIXEL)[:, None]
    k = np.hypot(kx, ky)
    k[0, 0] = np.inf  # no wave of infinite length
    wind = np.array((0.85, 0.53))
    alignment = (kx * wind[0] + ky * wind[1]) / k
    # Phillips' spectrum: no waves longer than the wind can raise, few that run across the wind, and
    # none so short that they would only be noise.
    power = np.exp(-((0.09 / k) ** 2) - (0.9 * k) ** 2) / k**4 * alignment**4
    waves = np.sqrt(power) * (rng.normal(size=k.shape) + 1j * rng.normal(size=k.shape))
    k[0, 0] = 0
    frequency = np.sqrt(9.81 * k) * np.sign(alignment)  # all run with the wind
    turn = np.exp(-1j * frequency / FPS).astype(np.complex64)
    waves = waves.astype(np.complex64)
    scale = 1 / np.std(np.fft.irfft2(waves, s=(HEIGHT, WIDTH)))
    while True:
        yield (scale * np.fft.irfft2(waves, s=(HEIGHT, WIDTH))).astype(np.float32)
        waves *= turn


class Sea(Animator):
    """A field that fills the frame, one pixel of the figure for one of the field."""

    def setup(self) -> Figure:
        fig = plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        ax = fig.add_axes((0, 0, 1, 1))
        ax.axis("off")
        self.image = ax.imshow(
            np.zeros((HEIGHT, WIDTH), np.float32), cmap=SEA, vmin=-2.4, vmax=2.8, aspect="auto"
        )
        box = {"boxstyle": "round,pad=0.6", "facecolor": "#041c32", "alpha": 0.75, "linewidth": 0}
        self.caption = ax.text(44, HEIGHT - 44, "", color="white", size=14, bbox=box)
        return fig

    def update(self, frame_idx: int, params: Field) -> None:
        self.image.set_data(params)
        self.caption.set_text(
            f"Wind sea, {METERS_PER_PIXEL * WIDTH:.0f} m across   {frame_idx / FPS:.1f} s"
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``bitmaps.mp4`` to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Large bitmaps from a generator.")
    parser.add_argument("folder", type=Path, nargs="?", default=".")
    folder = parser.parse_args(argv).folder

    print(Sea().make_video(folder / "bitmaps.mp4", sea(), fps=FPS, n_frames=N_FRAMES))


if __name__ == "__main__":
    main()
